"""What TOP's answers are wrapped in, and what each of its errors calls for.

HTTP is 200 even for errors. With `simplify` the outer object and the inner one of a list fall away, but for
errors; both forms are read, since which one comes is the gateway's affair.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Remedy = Literal["wait", "retry", "authorise", "unavailable", "clock", "signature", "app", "call"]
"""wait: a ban that ends by itself. retry: a fault of the server's. authorise: the session has ended. unavailable: the
app may not ask this. clock, signature, app: what the configuration or this machine has wrong. call: the call is."""

_BAN = re.compile(r"ban will last for (\d+)", re.IGNORECASE)
_LIMITS = (4, 5, 6, 7, 8)
_PERMISSIONS = (11, 12, 13)
_SESSION = (26, 27)
_SIGNATURE = (24, 25)
_APP = (28, 29)
_CLOCK = (30, 31)


@dataclasses.dataclass(frozen=True, slots=True)
class TopError(Exception):
    """An `error_response`."""

    code: int
    sub_code: str
    words: str
    request: str

    @property
    def remedy(self) -> Remedy:
        """What it calls for; of codes that say little the prefix of the sub-code decides: `isp.` is the server's."""
        if self.code in _LIMITS:
            return "wait"
        if self.code in _PERMISSIONS:
            return "unavailable"
        if self.code in _SESSION:
            return "authorise"
        if self.code in _SIGNATURE:
            return "signature"
        if self.code in _APP:
            return "app"
        if self.code in _CLOCK:
            return "clock"
        return "retry" if self.code == 10 or self.sub_code.startswith("isp.") else "call"

    @property
    def ban(self) -> int | None:
        """The seconds until the ban is over, one more than it says; None where it doesn't say."""
        found = _BAN.search(self.words)
        return int(found[1]) + 1 if found else None


class ContractError(Exception):
    """An answer that lacks what its method promises; it must not pass for an empty page."""


def payload(body: bytes, method: str) -> dict[str, Any]:
    """Return what the answer of a method says, out of whatever wraps it; raises TopError and ContractError."""
    try:
        whole = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ContractError from None
    if isinstance(error := whole.get("error_response"), Mapping):
        raise TopError(
            code=_whole(error.get("code")),
            sub_code=_text(error.get("sub_code")),
            words=_text(error.get("sub_msg")) or _text(error.get("msg")),
            request=_text(error.get("request_id")),
        )
    wrapped = whole.get(f"{method.removeprefix('taobao.').replace('.', '_')}_response", whole)
    if not isinstance(wrapped, dict):
        raise ContractError
    return wrapped


def listed(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the list of that name. An empty one is left out by the gateway, which then says that there is none."""
    if name in answer:
        return items(answer[name])
    if answer.get("total_results") in (0, "0") or answer.get("has_next") is False:
        return []
    raise ContractError


def items(value: Any) -> list[dict[str, Any]]:
    """Return a list's objects, with or without the object that wraps it."""
    if isinstance(value, Mapping) and len(value) == 1:
        value = next(iter(value.values()))
    if not isinstance(value, list):
        raise ContractError
    return [item for item in value if isinstance(item, dict)]


def total(answer: Mapping[str, Any]) -> int:
    """Return how many there are in all; raises ContractError where it isn't said."""
    found = answer.get("total_results")
    if isinstance(found, str) and found.isdecimal():
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool):
        raise ContractError
    return found


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else int(value) if str(value).isdecimal() else 0


def _text(value: Any) -> str:
    return "" if value is None else str(value)
