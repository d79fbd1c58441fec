"""How Doudian is spoken to: a signed call is a POST of its canonical parameters; tokens are asked for by such calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shopwatch.i18n import Translate
from shopwatch.sources.doudian.envelope import payload
from shopwatch.sources.doudian.signing import VERSION, canonical, sign
from shopwatch.sources.live.access import Caller
from shopwatch.sources.live.client import Request
from shopwatch.sources.live.errors import ExpiredError, ReauthoriseError, RetryError
from shopwatch.sources.live.refusals import Keys
from shopwatch.sources.live.tokens import Token
from shopwatch.sources.live.values import object_of, text, whole

EPOCH = 1_000_000_000
"""A greater `expires_in` is a moment, a smaller one is seconds from now: the documents have it both ways."""
HEADERS = {"Content-Type": "application/json", "x-open-no-old-err-code": "1"}


class DoudianSpeech:
    """See live/access.py. own: whether the app asks for its tokens by itself, so that none stands in the configuration."""

    def __init__(
        self, app_key: str, app_secret: str, wall: Callable[[], float], *, own: bool, _: Translate
    ) -> None:
        self._app_key, self._app_secret, self._wall = app_key, app_secret, wall
        self.name = _("Doudian")
        self.keys = Keys("`app_key`", "`app_secret`", "" if own else "`access_token`, `refresh_token`")
        self.secrets: Sequence[str] = [app_secret]

    def request(self, method: str, params: Mapping[str, Any], token: str | None) -> Request:
        body, timestamp = canonical(params), str(int(self._wall()))
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

    def payload(self, body: bytes, _method: str) -> Any:
        return payload(body)

    def limited(self, method: str) -> str:
        return method


class Granting:
    """Asks for tokens. shop_id: with it an app asks for its own shop's first one by itself."""

    def __init__(self, caller: Caller, shop_id: str | None, wall: Callable[[], float], _: Translate) -> None:
        self._caller, self._shop_id, self._wall, self._translate = caller, shop_id, wall, _

    async def grant(self, before: Token | None) -> Token:
        """Renew the token, or ask for one where it is this app's own shop."""
        if before is not None and before.refresh:
            try:
                return await self._granted(
                    "token.refresh", grant_type="refresh_token", refresh_token=str(before.refresh)
                )
            except (ReauthoriseError, ExpiredError):
                if self._shop_id is None:
                    raise
        if self._shop_id is None:
            _ = self._translate
            words = _("the token has ended and there is no `refresh_token`; authorise the app again")
            raise ReauthoriseError(words)
        return await self._granted(
            "token.create", code="", grant_type="authorization_self", shop_id=self._shop_id
        )

    async def _granted(self, method: str, **params: str) -> Token:
        data = object_of(await self._caller.call(method, params, None))
        access = text(data.get("access_token"))
        if access is None:
            _ = self._translate
            raise RetryError(_("Doudian answers {method} without a token").format(method=method))
        seconds = whole(data.get("expires_in"))
        ends = None if seconds is None else float(seconds) if seconds > EPOCH else self._wall() + seconds
        return Token(access, text(data.get("refresh_token")) or "", ends)
