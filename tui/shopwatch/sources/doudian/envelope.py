"""What Doudian's answers are wrapped in, and what each of its errors calls for.

HTTP is 200 even for errors. The new envelope has `code`, the old one, which still comes, `err_no`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from shopwatch.i18n import Translate
from shopwatch.sources.cleaning import shown
from shopwatch.sources.live.client import Answer
from shopwatch.sources.live.errors import (
    ExpiredError,
    LiveError,
    ReauthoriseError,
    RefusedError,
    RetryError,
    TooManyError,
    UnavailableError,
)

OK = 10000
PARTLY = 10001
THROTTLED = (60000, 9)  # the second is of the old envelope
THROTTLED_FOR = 2.0
"""Seconds; a throttled call is told no time to wait, so this is our choice, and retries add to it."""
_EXPIRED = ("isv.access-token-expired", "isv.access-token-no-existed")
_CLOSED = (
    "dop.authorization-no-existed",
    "dop.authorization-closed",
    "dop.app-forbidden",
    "dop.no-permissions",
)
_TOKEN = "dop.token-generate-failed"
_REFRESH_GONE = "isv.business-failed:31009"
_TOO_MANY = "20013"
_AGAIN = ("isv.business-failed:4007", "isv.business-failed:-10006")
_SKEW = 60.0


class Failure(NamedTuple):
    """An error as it came; `log_id` is what the marketplace's support asks for."""

    code: int
    sub_code: str
    words: str
    log_id: str
    skew: float | None


def data_of(answer: Answer, method: str, host: str, _: Translate) -> Any:
    """Return the `data` of an answer; raises a LiveError for what it says instead."""
    try:
        whole = msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        words = _("{host} answers {method} with something that is cut off or no JSON; it is asked again")
        raise RetryError(words.format(host=host, method=method)) from None
    code = _whole(whole.get("code"))
    old = _whole(whole.get("err_no"))
    if code in (OK, PARTLY) or (code is None and old == 0):
        return whole.get("data")
    failure = Failure(
        code=code if code is not None else old if old is not None else -1,
        sub_code=str(whole.get("sub_code") or ""),
        words=str(whole.get("sub_msg") or whole.get("msg") or whole.get("message") or ""),
        log_id=str(whole.get("log_id") or ""),
        skew=answer.skew,
    )
    raise error_of(failure, method, host, _)


def error_of(failure: Failure, method: str, host: str, _: Translate) -> LiveError:
    """Return what a failure calls for."""
    kind, sentence = _verdict(failure, _)
    told = f"{failure.code} {failure.sub_code} {shown(failure.words, 80)}".strip()
    text = sentence.format(
        host=host,
        method=method,
        told=told,
        minutes=f"{abs(failure.skew or 0) / 60:.0f}",
        log=shown(failure.log_id, 40) or "—",
    )
    if kind is RetryError and failure.code in THROTTLED:
        return RetryError(text, wait=THROTTLED_FOR)
    return kind(text)


def _verdict(failure: Failure, _: Translate) -> tuple[Callable[[str], LiveError], str]:
    """The table of errors: the code, and where it says little the sub-code."""
    code, sub = failure.code, failure.sub_code
    again = _("{host} can't answer {method} now ({told}); it is asked again")
    anew = _(
        "{host} takes the shop's authorisation no more ({told}); authorise the app for the shop again in Doudian"
    )
    if code in THROTTLED:
        return RetryError, _("{host} is asked too often ({told}); lower `rate`")
    if sub.startswith(_TOKEN):
        return ReauthoriseError, _token_words(sub, anew, _)
    if sub in _EXPIRED or (code == 30002 and not sub) or code == 30005:
        return ExpiredError, _("{host} says that the access token has ended ({told})")
    if code in (20000, 20001, 7, 8) or sub.startswith(_AGAIN) or "20004" in sub or "20005" in sub:
        return RetryError, again
    if code == 70000 or sub.startswith("isp.comment-service-off"):
        return UnavailableError, _("{method} is closed by the marketplace ({told}); its figures stay unknown")
    if sub in _CLOSED or sub == _REFRESH_GONE or code in (30003, 30006, 50000):
        return ReauthoriseError, anew
    if code in (30001, 2) or sub == "isv.app-permissions-insufficient":
        return UnavailableError, _(
            "the app may not ask {method} ({told}); apply for its API package in Doudian's console"
        )
    if code == 30002:
        return RefusedError, _(
            "{host} doesn't know this machine's address ({told}); add it to the app's IP whitelist"
        )
    if _TOO_MANY in sub.partition(":")[2].split(":"):
        return TooManyError, _("{method} has more rows than can be paged through ({told})")
    if code == 90000:
        return RetryError, again
    return RefusedError, _refused_words(failure, _)


def _token_words(sub: str, anew: str, _: Translate) -> str:
    if sub.endswith(("app-id-invalid", "app-secret-invalid")):
        return _("{host} doesn't know this app ({told}); check `app_key` and `app_secret`")
    if sub.endswith("no-authorization"):
        return _("the shop hasn't authorised the app ({told}); authorise it in Doudian, and check `shop_id`")
    return anew


def _refused_words(failure: Failure, _: Translate) -> str:
    sub = failure.sub_code
    if sub.startswith("isv.timestamp"):
        if failure.skew is not None and abs(failure.skew) > _SKEW:
            return (
                _("this machine's clock is {minutes} min ahead ({told}); set it right")
                if failure.skew > 0
                else _("this machine's clock is {minutes} min behind ({told}); set it right")
            )
        return _("{host} takes this machine's time for wrong ({told}); set the clock right")
    if sub == "isv.signature-invalid" or failure.code == 11:
        return _("{host} refuses the signature ({told}); check `app_secret`")
    if sub.startswith("isv.app-id"):
        return _("{host} doesn't know this app ({told}); check `app_key`")
    if sub == "isv.access-token-invalid" or failure.code == 30007:
        return _("the token isn't of this app ({told}); check `app_key`, `access_token` and `refresh_token`")
    return _("{host} refuses {method} ({told}); its log number for Doudian's support is {log}")


def listed(data: Any, name: str, method: str, host: str, _: Translate) -> list[Mapping[str, Any]]:
    """Return a list of the data. One that is missing must not pass for an empty page."""
    found = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(found, list):
        words = _("{host} answers {method} without its list; it is asked again")
        raise RetryError(words.format(host=host, method=method))
    return [one for one in found if isinstance(one, Mapping)]


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else None
