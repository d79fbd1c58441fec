"""How a call to Kuaishou is signed: with the app's signing secret, which isn't the one that tokens are asked with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

SignMethod = Literal["MD5", "HMAC_SHA256"]


def sign(params: Mapping[str, str], sign_secret: str, method: SignMethod) -> str:
    """Return the signature of a call with these parameters: lower-case hex of MD5, Base64 of HMAC-SHA256."""
    pairs = "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "sign")
    text = f"{pairs}&signSecret={sign_secret}".encode()
    if method == "MD5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return base64.b64encode(hmac.new(sign_secret.encode(), text, hashlib.sha256).digest()).decode()
