"""Signed calls to Doudian, with the token that they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopwatch.i18n import Translate
from shopwatch.sources.doudian.envelope import data_of
from shopwatch.sources.doudian.records import text, whole
from shopwatch.sources.doudian.signing import VERSION, canonical, sign
from shopwatch.sources.live.client import Answer, Client, Request
from shopwatch.sources.live.errors import ExpiredError, ReauthoriseError, RetryError
from shopwatch.sources.live.timing import Timing
from shopwatch.sources.live.tokens import Holder, Token, TokenFile

EPOCH = 1_000_000_000
"""A greater `expires_in` is a moment, a smaller one is seconds from now: the documents have it both ways."""
HEADERS = {"Content-Type": "application/json", "x-open-no-old-err-code": "1"}


class Calls:
    """One shop's. shop_id: with it an app asks for a token by itself; else `first` has one to start from."""

    def __init__(
        self,
        client: Client,
        app_key: str,
        app_secret: str,
        shop_id: str | None,
        first: Token | None,
        file: TokenFile,
        timing: Timing,
        _: Translate,
    ) -> None:
        self._client, self._timing, self._translate = client, timing, _
        self._app_key, self._app_secret, self._shop_id = app_key, app_secret, shop_id
        self._holder = Holder(file, self._grant, timing, first)
        self._named: str | None = None

    async def ask(self, method: str, **params: Any) -> Any:
        """Return the data of an answer; raises LiveError. A token that has ended is renewed once."""
        token = await self._holder.access()
        try:
            return await self._call(method, params, token)
        except ExpiredError:
            return await self._call(method, params, await self._holder.renewed(token))

    async def shop(self) -> str:
        """Return the shop's number."""
        if self._shop_id is None and self._named is None:
            data = await self.ask("shop.reputation")
            self._named = text(data.get("shop_id")) if isinstance(data, Mapping) else None
        if found := self._shop_id or self._named:
            return found
        _ = self._translate
        raise ReauthoriseError(_("Doudian doesn't say which shop the token is of; give `shop_id`"))

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _grant(self, before: Token | None) -> Token:
        """Renew the token, or ask for one where it is this app's own shop."""
        if before is not None and before.refresh:
            try:
                return await self._granted(
                    "token.refresh", grant_type="refresh_token", refresh_token=before.refresh
                )
            except (ReauthoriseError, ExpiredError):
                if self._shop_id is None:
                    raise
        if self._shop_id is None:
            _ = self._translate
            raise ReauthoriseError(
                _("the token has ended and there is no `refresh_token`; authorise the app again")
            )
        return await self._granted(
            "token.create", code="", grant_type="authorization_self", shop_id=self._shop_id
        )

    async def _granted(self, method: str, **params: str) -> Token:
        data = await self._call(method, params, None)
        access = text(data.get("access_token")) if isinstance(data, Mapping) else None
        if access is None:
            _ = self._translate
            raise RetryError(_("Doudian answers {method} without a token").format(method=method))
        seconds = whole(data.get("expires_in"))
        now = self._timing.wall()
        ends = None if seconds is None else float(seconds) if seconds > EPOCH else now + seconds
        return Token(access, text(data.get("refresh_token")) or "", ends)

    async def _call(self, method: str, params: Mapping[str, Any], token: str | None) -> Any:
        def read(answer: Answer) -> Any:
            return data_of(answer, method, self._client.host, self._translate)

        return await self._client.call(method, lambda: self._request(method, params, token), read)

    def _request(self, method: str, params: Mapping[str, Any], token: str | None) -> Request:
        body, timestamp = canonical(params), str(int(self._timing.wall()))
        query = {
            "app_key": self._app_key,
            "method": method,
            "timestamp": timestamp,
            "v": VERSION,
            "sign_method": "hmac-sha256",
            "sign": sign(self._app_key, self._app_secret, method, body, timestamp),
        }
        if token is not None:
            query["access_token"] = str(token)
        return Request("POST", "/" + method.replace(".", "/"), query, HEADERS, body.encode())
