"""One signed call to TOP, and each of its errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from shopwatch.i18n import Translate
from shopwatch.sources.cleaning import hushed, shown
from shopwatch.sources.live.client import Answer, Client, Request
from shopwatch.sources.live.errors import (
    LiveError,
    ReauthoriseError,
    RefusedError,
    RetryError,
    UnavailableError,
)
from shopwatch.sources.taobao.envelope import ContractError, TopError, payload
from shopwatch.sources.taobao.records import written
from shopwatch.sources.taobao.signing import SignMethod, sign

SKEW = 120.0
"""Seconds between two clocks that explain a refusal."""


class TopClient:
    """One seller's access."""

    def __init__(
        self,
        client: Client,
        *,
        app_key: str,
        app_secret: str,
        session: str,
        sign_method: SignMethod,
        _: Translate,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._app_key, self._secret, self._session = app_key, app_secret, session
        self._sign_method = sign_method
        self._translate = _
        self._wall = wall

    async def call(self, method: str, **params: str | int | bool) -> Mapping[str, Any]:
        """Return what the method answers; signed anew at every attempt, since the time is signed, too."""

        def request() -> Request:
            return Request("POST", "", {}, form=self._signed(method, params))

        # its limits are the app's, whatever the method, and so are its bans
        return await self._client.call("top", request, lambda answer: self._read(answer, method))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def broken(self, what: str) -> RetryError:
        """Return what to raise where an answer lacks what its method promises: no empty page, but a broken one."""
        _ = self._translate
        words = _("{host} answers {method} otherwise than documented; it is asked again at the next poll")
        return RetryError(words.format(host=self._client.host, method=what))

    def _read(self, answer: Answer, method: str) -> Mapping[str, Any]:
        try:
            return payload(answer.body, method)
        except TopError as error:
            raise self._told(error, method, answer.skew) from None
        except ContractError:
            raise self.broken(method) from None

    def _signed(self, method: str, params: Mapping[str, str | int | bool]) -> dict[str, str]:
        common = {
            "method": method, "app_key": self._app_key, "session": self._session, "timestamp": written(self._wall()),
            "format": "json", "v": "2.0", "sign_method": self._sign_method, "simplify": "true",
        }  # fmt: skip
        whole = common | {name: _text(value) for name, value in params.items() if value != ""}
        return whole | {"sign": sign(whole, self._secret, self._sign_method)}

    def _told(self, error: TopError, method: str, skew: float | None) -> LiveError:
        """Return what to raise for an error: a sentence, and in its type what is done about it."""
        _ = self._translate
        reason = shown(hushed(f"{error.code} {error.sub_code}".strip(), self._secret, self._session), 80)
        match error.remedy:
            case "wait":
                words = _("Taobao limits how often it may be asked ({reason}); lower `rate`")
                return RetryError(words.format(reason=reason), wait=error.ban)
            case "retry":
                words = _("Taobao has a fault of its own ({reason}); it is asked again at the next poll")
                return RetryError(words.format(reason=reason))
            case "unavailable":
                words = _("{method}: this app may not ask it ({reason}); apply for its permission package")
                return UnavailableError(words.format(method=method, reason=reason))
            case "authorise":
                words = _(
                    "Taobao no longer accepts `session` ({reason}); authorise the app again and put in the new one"
                )
                return ReauthoriseError(words.format(reason=reason))
            case "signature":
                words = _("Taobao refuses the signature ({reason}); check `app_secret` and `sign_method`")
            case "app":
                words = _("Taobao knows no such app ({reason}); check `app_key`")
            case "clock":
                return RefusedError(_off(skew, reason, _))
            case "call":
                words = _("Taobao refuses {method} ({reason})")
                return RefusedError(words.format(method=method, reason=reason))
        return RefusedError(words.format(reason=reason))


def _off(skew: float | None, reason: str, _: Translate) -> str:
    if skew is None or abs(skew) < SKEW:
        words = _("the marketplace refuses the time of the call ({reason}); check this machine's clock")
        return words.format(reason=reason)
    words = _("this machine's clock is {seconds} s off the marketplace's ({reason}); set it right")
    return words.format(seconds=f"{skew:+.0f}", reason=reason)


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
