"""How a call to TOP is signed: every parameter counts, `sign_method` among them, none that is empty.

A server that skips empty parameters and a client that doesn't sign different texts, so none is ever sent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

SignMethod = Literal["md5", "hmac", "hmac-sha256"]


def signed_text(params: Mapping[str, str]) -> str:
    """Return what is signed: names and values one after the other, in the order of the names' bytes."""
    return "".join(f"{name}{params[name]}" for name in sorted(params) if name != "sign" and params[name])


def sign(params: Mapping[str, str], secret: str, method: SignMethod) -> str:
    """Return the signature of a call with these parameters. Only md5 wraps the secret around the text."""
    text, key = signed_text(params), secret.encode()
    match method:
        case "md5":
            return hashlib.md5(key + text.encode() + key, usedforsecurity=False).hexdigest().upper()
        case "hmac":
            return hmac.new(key, text.encode(), hashlib.md5).hexdigest().upper()
        case "hmac-sha256":
            return hmac.new(key, text.encode(), hashlib.sha256).hexdigest().upper()
