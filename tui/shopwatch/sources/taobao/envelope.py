"""What TOP's answers are wrapped in, and what each of its errors calls for.

HTTP is 200 even for errors. With `simplify` the outer object and the inner one of a list fall away, but for
errors; both forms are read, since which one comes is the gateway's affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from shopwatch.sources.live.refusals import ContractError, Refusal, Remedy
from shopwatch.sources.live.values import whole

_BAN = re.compile(r"ban will last for (\d+)", re.IGNORECASE)
_CODES: dict[int, Remedy] = {
    **dict.fromkeys((4, 5, 6, 7, 8), "wait"), 10: "retry", **dict.fromkeys((11, 12, 13), "unavailable"),
    **dict.fromkeys((24, 25), "signature"), **dict.fromkeys((26, 27), "authorise"), **dict.fromkeys((28, 29), "app"),
    **dict.fromkeys((30, 31), "clock"),
}  # fmt: skip


def payload(body: bytes, method: str) -> dict[str, Any]:
    """Return what the answer of a method says, out of whatever wraps it; raises Refusal and ContractError."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ContractError from None
    if isinstance(error := answer.get("error_response"), Mapping):
        raise _refusal(error)
    wrapped = answer.get(f"{method.removeprefix('taobao.').replace('.', '_')}_response", answer)
    if not isinstance(wrapped, dict):
        raise ContractError
    return wrapped


def _refusal(error: Mapping[str, Any]) -> Refusal:
    code, sub = whole(error.get("code")) or 0, str(error.get("sub_code") or "")
    words = str(error.get("sub_msg") or error.get("msg") or "")
    remedy = remedy_of(code, sub)
    return Refusal(remedy, f"{code} {sub}".strip(), wait=_ban(words) if remedy == "wait" else None)


def remedy_of(code: int, sub: str) -> Remedy:
    """The table of errors; of codes that say little the prefix of the sub-code decides: `isp.` is the server's."""
    return _CODES.get(code) or ("retry" if sub.startswith("isp.") else "call")


def _ban(words: str) -> int | None:
    """The seconds until the ban is over, one more than it says; None where it doesn't say."""
    found = _BAN.search(words)
    return int(found[1]) + 1 if found else None


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
    found = whole(answer.get("total_results"))
    if found is None:
        raise ContractError
    return found
