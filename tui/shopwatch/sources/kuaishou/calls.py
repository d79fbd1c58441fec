"""How Kuaishou is spoken to: a signed call is a GET with all in its query; a token is renewed by a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from shopwatch.i18n import Translate
from shopwatch.sources.kuaishou.envelope import payload, whole
from shopwatch.sources.kuaishou.signing import SignMethod, sign
from shopwatch.sources.live.access import Caller
from shopwatch.sources.live.client import Request
from shopwatch.sources.live.errors import ReauthoriseError, RefusedError
from shopwatch.sources.live.refusals import Keys
from shopwatch.sources.live.tokens import Token
from shopwatch.sources.live.values import figure, text

RENEWAL = "oauth2.refresh_token"


class KuaishouSpeech:
    """See live/access.py."""

    def __init__(
        self, app_key: str, secrets: tuple[str, str], how: SignMethod, wall: Callable[[], float], _: Translate
    ) -> None:
        """secrets: the app's, which tokens are asked with, and the one that calls are signed with."""
        self._app_key, (self._app_secret, self._sign_secret) = app_key, secrets
        self._how, self._wall = how, wall
        self.name = _("Kuaishou")
        self.keys = Keys(
            "`app_key`", "`app_key`, `sign_secret`, `sign_method`", "`access_token`, `refresh_token`"
        )
        self.secrets: Sequence[str] = secrets

    def request(self, method: str, params: Mapping[str, Any], token: str | None) -> Request:
        path = f"/{method.replace('.', '/')}"
        if token is None:
            form = {"app_id": self._app_key, "app_secret": str(self._app_secret)}
            return Request("POST", path, {}, form=form | dict(params))
        common = {
            "appkey": self._app_key, "access_token": str(token), "method": method, "version": "1",
            "timestamp": str(int(self._wall() * 1000)), "signMethod": self._how,
            "param": msgspec.json.encode(params).decode(),
        }  # fmt: skip
        return Request("GET", path, common | {"sign": sign(common, self._sign_secret, self._how)})

    def payload(self, body: bytes, method: str) -> dict[str, Any]:
        return whole(body) if method == RENEWAL else payload(body)

    def limited(self, method: str) -> str:
        return method


class Granting:
    """Renews tokens. The old ones die within minutes."""

    def __init__(self, caller: Caller, wall: Callable[[], float], _: Translate) -> None:
        self._caller, self._wall, self._translate = caller, wall, _

    async def grant(self, before: Token | None) -> Token:
        _ = self._translate
        if before is None or not before.refresh:
            words = _(
                "Kuaishou's token has run out and there is none to renew it with; put in `refresh_token`"
            )
            raise ReauthoriseError(words)
        params = {"grant_type": "refresh_token", "refresh_token": str(before.refresh)}
        try:
            told = await self._caller.call(RENEWAL, params, None)
        except RefusedError as error:
            words = _(
                "Kuaishou doesn't renew the token; authorise the app again and put in its tokens: {error}"
            )
            raise ReauthoriseError(words.format(error=error)) from None
        access, refresh, seconds = (
            text(told.get("access_token")),
            text(told.get("refresh_token")),
            figure(told.get("expires_in")),
        )
        if access is None or refresh is None or seconds is None:
            raise self._caller.broken(RENEWAL)
        return Token(access, refresh, self._wall() + seconds)
