"""What Doudian's answers are wrapped in, and what each of its errors calls for.

HTTP is 200 even for errors. The new envelope has `code`, the old one, which still comes, `err_no`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from shopwatch.sources.live.refusals import ContractError, Refusal, Remedy
from shopwatch.sources.live.values import whole

OK = 10000
PARTLY = 10001
THROTTLED = (60000, 9)  # the second is of the old envelope
THROTTLED_FOR = 2.0
"""Seconds; a throttled call is told no time to wait, so this is our choice, and retries add to it."""
_TOKEN = "dop.token-generate-failed"
_TOO_MANY = "20013"

_SUB_CODES: dict[str, Remedy] = {
    "isv.access-token-expired": "expired",
    "isv.access-token-no-existed": "expired",
    "isv.access-token-invalid": "token",
    "isv.business-failed:31009": "authorise",
    "dop.authorization-no-existed": "authorise",
    "dop.authorization-closed": "authorise",
    "dop.app-forbidden": "authorise",
    "dop.no-permissions": "authorise",
    "isv.app-permissions-insufficient": "unavailable",
    "isp.api-service-off": "closed",
    "isp.comment-service-off": "closed",
    "isv.signature-invalid": "signature",
    f"{_TOKEN}:app-id-invalid": "app",
    f"{_TOKEN}:app-secret-invalid": "app",
    f"{_TOKEN}:no-authorization": "unauthorised",
}
_BEGINNINGS: dict[str, Remedy] = {
    _TOKEN: "authorise",
    "isv.timestamp": "clock",
    "isv.app-id": "app",
    "isv.business-failed:4007": "retry",
    "isv.business-failed:-10006": "retry",
}
_CODES: dict[int, Remedy] = {
    2: "unavailable", 7: "retry", 8: "retry", 11: "signature",
    20000: "retry", 20001: "retry", 30001: "unavailable", 30003: "authorise", 30005: "expired", 30006: "authorise",
    30007: "token", 50000: "authorise", 70000: "closed", 90000: "retry",
}  # fmt: skip


def payload(body: bytes) -> Any:
    """Return the `data` of an answer; raises Refusal and ContractError."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ContractError from None
    code, old = whole(answer.get("code")), whole(answer.get("err_no"))
    if code in (OK, PARTLY) or (code is None and old == 0):
        return answer.get("data")
    raise _refusal(answer, code if code is not None else old if old is not None else -1)


def _refusal(answer: dict[str, Any], code: int) -> Refusal:
    sub = str(answer.get("sub_code") or "")
    words = str(answer.get("sub_msg") or answer.get("msg") or answer.get("message") or "")
    remedy = remedy_of(code, sub)
    return Refusal(
        remedy,
        f"{code} {sub} {words}".strip(),
        wait=THROTTLED_FOR if remedy == "wait" else None,
        log=str(answer.get("log_id") or "") if remedy == "call" else "",
    )


def remedy_of(code: int, sub: str) -> Remedy:
    """The table of errors: the sub-code where there is one, else the code."""
    if code in THROTTLED:
        return "wait"
    if (found := _SUB_CODES.get(sub)) is not None:
        return found
    if (
        found := next((remedy for start, remedy in _BEGINNINGS.items() if sub.startswith(start)), None)
    ) is not None:
        return found
    if code == 30002:  # in the old envelope, without a sub-code, it is a token's end
        return "address" if sub else "expired"
    if code == 20000 or "20004" in sub or "20005" in sub:
        return "retry"
    if _TOO_MANY in sub.partition(":")[2].split(":"):
        return "many"
    return _CODES.get(code, "call")
