"""How a call to Doudian is signed: over the canonical JSON of its parameters, which is the body, byte for byte."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Literal

VERSION = "2"


def canonical(params: Mapping[str, Any]) -> str:
    """Return the parameters as JSON: keys in order at every level, no blanks, letters as they are, nothing unset."""
    return json.dumps(
        _plain(params), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sign(
    app_key: str,
    secret: str,
    method: str,
    param_json: str,
    timestamp: str,
    how: Literal["hmac-sha256", "md5"] = "hmac-sha256",
) -> str:
    """Return the signature. The token isn't signed. md5 is what a server takes a call without `sign_method` for."""
    fields = f"app_key{app_key}method{method}param_json{param_json}timestamp{timestamp}v{VERSION}"
    text = f"{secret}{fields}{secret}".encode()
    if how == "md5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items() if part is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
