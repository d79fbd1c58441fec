"""How TOP is spoken to: every call is a form posted to the one gateway, signed with all its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shopwatch.i18n import Translate
from shopwatch.sources.live.client import Request
from shopwatch.sources.live.refusals import Keys
from shopwatch.sources.live.values import written
from shopwatch.sources.taobao.envelope import payload
from shopwatch.sources.taobao.signing import SignMethod, sign


class TopSpeech:
    """See live/access.py."""

    def __init__(
        self, app_key: str, app_secret: str, how: SignMethod, wall: Callable[[], float], _: Translate
    ) -> None:
        self._app_key, self._app_secret, self._how, self._wall = app_key, app_secret, how, wall
        self.name = _("Taobao")
        self.keys = Keys("`app_key`", "`app_secret`, `sign_method`", "`session`")
        self.secrets: Sequence[str] = [app_secret]

    def request(self, method: str, params: Mapping[str, Any], token: str | None) -> Request:
        common = {
            "method": method, "app_key": self._app_key, "session": str(token or ""), "timestamp": written(self._wall()),
            "format": "json", "v": "2.0", "sign_method": self._how, "simplify": "true",
        }  # fmt: skip
        form = common | {name: _text(value) for name, value in params.items() if value != ""}
        return Request("POST", "", {}, form=form | {"sign": sign(form, self._app_secret, self._how)})

    def payload(self, body: bytes, method: str) -> Mapping[str, Any]:
        return payload(body, method)

    def limited(self, _method: str) -> str:
        """Its limits are the app's, whatever the method, and so are its bans."""
        return "top"


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
