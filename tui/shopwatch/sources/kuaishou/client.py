"""One signed call to Kuaishou, its token's renewal, and each of its errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from shopwatch.i18n import Translate
from shopwatch.sources.cleaning import hushed, shown
from shopwatch.sources.kuaishou.envelope import ContractError, KuaishouError, payload, whole
from shopwatch.sources.kuaishou.signing import SignMethod, sign
from shopwatch.sources.live.client import Answer, Client, Request
from shopwatch.sources.live.errors import (
    ExpiredError,
    LiveError,
    ReauthoriseError,
    RefusedError,
    RetryError,
    UnavailableError,
)
from shopwatch.sources.live.tokens import Holder, Token


class KuaishouClient:
    """One shop's access. `holder` is put in by whoever makes it: it asks `renew` for its tokens."""

    holder: Holder

    def __init__(
        self,
        client: Client,
        *,
        app_key: str,
        app_secret: str,
        sign_secret: str,
        sign_method: SignMethod,
        _: Translate,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._app_key, self._app_secret, self._sign_secret = app_key, app_secret, sign_secret
        self._sign_method: SignMethod = sign_method
        self._translate = _
        self._wall = wall

    async def call(self, method: str, **param: Any) -> Mapping[str, Any]:
        """Return the `data` of the method's answer; a token that has run out is renewed once."""
        token = await self.holder.access()
        try:
            return await self._called(method, param, token)
        except ExpiredError:
            return await self._called(method, param, await self.holder.renewed(token))

    async def renew(self, before: Token | None) -> Token:
        """Return the tokens after these. The old ones die within minutes."""
        _ = self._translate
        if before is None or not before.refresh:
            words = _(
                "Kuaishou's token has run out and there is none to renew it with; put in `refresh_token`"
            )
            raise ReauthoriseError(words)
        form = {
            "grant_type": "refresh_token", "refresh_token": before.refresh, "app_id": self._app_key,
            "app_secret": self._app_secret,
        }  # fmt: skip

        def request() -> Request:
            return Request("POST", "/oauth2/refresh_token", {}, form=form)

        return await self._client.call(
            "oauth2.refresh_token", request, lambda answer: self._token(answer, before)
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def broken(self, what: str) -> RetryError:
        """Return what to raise where an answer lacks what its method promises: no empty page, but a broken one."""
        _ = self._translate
        words = _("{host} answers {method} otherwise than documented; it is asked again at the next poll")
        return RetryError(words.format(host=self._client.host, method=what))

    async def _called(self, method: str, param: Mapping[str, Any], token: str) -> Mapping[str, Any]:
        def request() -> Request:
            return Request("GET", f"/{method.replace('.', '/')}", self._signed(method, param, token))

        return await self._client.call(method, request, lambda answer: self._read(answer, method, token))

    def _signed(self, method: str, param: Mapping[str, Any], token: str) -> dict[str, str]:
        common = {
            "appkey": self._app_key, "access_token": token, "method": method, "version": "1",
            "timestamp": str(int(self._wall() * 1000)), "signMethod": self._sign_method,
            "param": msgspec.json.encode(param).decode(),
        }  # fmt: skip
        return common | {"sign": sign(common, self._sign_secret, self._sign_method)}

    def _read(self, answer: Answer, method: str, token: str) -> Mapping[str, Any]:
        try:
            return payload(answer.body)
        except KuaishouError as error:
            raise self._told(error, method, token) from None
        except ContractError:
            raise self.broken(method) from None

    def _token(self, answer: Answer, before: Token) -> Token:
        _ = self._translate
        try:
            told = whole(answer.body)
            token = Token(
                access=str(told["access_token"]),
                refresh=str(told["refresh_token"]),
                expires_at=self._wall() + float(told["expires_in"]),
            )
        except KuaishouError as error:
            words = _(
                "Kuaishou doesn't renew the token ({reason}); authorise the app again and put in its tokens"
            )
            raise ReauthoriseError(
                words.format(reason=shown(hushed(error.code, self._app_secret, before.refresh), 40))
            ) from None
        except (ContractError, KeyError, TypeError, ValueError):
            raise self.broken("oauth2.refresh_token") from None
        return token

    def _told(self, error: KuaishouError, method: str, token: str) -> LiveError:
        """Return what to raise for an error: a sentence, and in its type what is done about it. The marketplace's own
        words are not repeated: they may quote the call, and so a token."""
        _ = self._translate
        reason = shown(hushed(error.code, self._app_secret, self._sign_secret, token), 40)
        match error.remedy:
            case "wait":
                words = _("Kuaishou limits how often it may be asked ({reason}); lower `rate`")
                return RetryError(words.format(reason=reason))
            case "expired":
                words = _("Kuaishou no longer accepts the token ({reason}); authorise the app again")
                return ExpiredError(words.format(reason=reason))
            case "unavailable":
                words = _("{method}: this app may not ask it ({reason}); apply for its permission package")
                return UnavailableError(words.format(method=method, reason=reason))
            case "signature":
                words = _(
                    "Kuaishou refuses the signature ({reason}); check `app_key`, `sign_secret` and `sign_method`"
                )
            case "clock":
                words = _(
                    "the marketplace refuses the time of the call ({reason}); check this machine's clock"
                )
            case "call":
                words = _("Kuaishou refuses {method} ({reason})")
                return RefusedError(words.format(method=method, reason=reason))
        return RefusedError(words.format(reason=reason))
