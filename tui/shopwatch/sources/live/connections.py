"""The connections of a process to its gateways: the shops of one marketplace share them.

Hundreds of shops that are asked a minute apart would each open one anew, every time; together they keep a few open. Each
gateway has its own, so that one that hangs holds up nobody who asks another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shopwatch.sources.http import is_loopback, trusted
from shopwatch.sources.unpacking import ASKED_FOR

if TYPE_CHECKING:
    import httpx

OPEN, IDLE = 32, 90.0
"""Connections to one gateway, and the seconds for which one is kept that nobody uses."""


class Connections:
    """Of a whole process. Whoever holds those of a gateway gives them back; the last one closes them."""

    def __init__(self) -> None:
        self._open: dict[str, httpx.AsyncClient] = {}
        self._holders: dict[str, int] = {}

    def hold(self, gateway: str) -> httpx.AsyncClient:
        import httpx

        if gateway not in self._open:
            self._open[gateway] = httpx.AsyncClient(
                headers=ASKED_FOR,
                timeout=None,  # each request brings its own
                limits=httpx.Limits(
                    max_connections=None, max_keepalive_connections=OPEN, keepalive_expiry=IDLE
                ),
                trust_env=not is_loopback(gateway),
                verify=trusted(urlsplit(gateway).scheme),
                follow_redirects=False,
            )
        self._holders[gateway] = self._holders.get(gateway, 0) + 1
        return self._open[gateway]

    async def give_back(self, gateway: str) -> None:
        self._holders[gateway] -= 1
        if not self._holders[gateway]:
            await self._open.pop(gateway).aclose()
