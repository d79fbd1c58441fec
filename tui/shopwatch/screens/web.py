"""The same app in a browser, by textual-serve, for whoever has the token.

textual-serve lets anybody in and starts a process for each browser. So every request must bring the token, once in
the address and from then on in a cookie, and must name this server as its host: a page elsewhere that has a browser
ask for it gets nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import urllib.parse
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from textual_serve.server import Server

COOKIE = "shopwatch"
LET_GO = 0.5  # seconds
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (  # the page would ask for a font elsewhere
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GuardedServer(Server):
    """command: what runs for each browser. host, port: listened on. url: what browsers call it by."""

    def __init__(self, command: str, host: str, port: int, url: str, token: str) -> None:
        super().__init__(command, host, port, title="shopwatch", public_url=url)
        self._token = token
        self._hosts = {urllib.parse.urlsplit(url).netloc}

    def initialize_logging(self) -> None:
        """Keep quiet: its own handler prints what is in every variable."""
        logging.getLogger("textual-serve").setLevel(logging.CRITICAL)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command has said where it is."""

    async def _make_app(self) -> web.Application:
        made: web.Application = await super()._make_app()
        made.middlewares.append(self._guard())
        made.on_cleanup.append(self._let_go)
        return made

    async def _let_go(self, _app: web.Application) -> None:
        """Let the loop hear that the browsers' processes have ended: closed before, it complains of each."""
        await asyncio.sleep(LET_GO)

    def _guard(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._from_here(request):
                return web.Response(status=403)
            if self._is_token(request.query.get("token", "")):
                # so that the address no longer holds it
                answer: web.StreamResponse = web.Response(status=303, headers={"Location": "/"})
                answer.set_cookie(
                    COOKIE,
                    self._token,
                    httponly=True,
                    samesite="Strict",
                    secure=self.public_url.startswith("https"),
                )
            elif self._is_token(request.cookies.get(COOKIE, "")):
                answer = await handler(request)
            else:
                return web.Response(status=403)
            if not answer.prepared:
                answer.headers.update(HEADERS)
            return answer

        return guard

    def _from_here(self, request: web.Request) -> bool:
        """Whether it was meant for this server, by a page of its own."""
        origin = request.headers.get("Origin")
        return request.host in self._hosts and (
            origin is None or urllib.parse.urlsplit(origin).netloc in self._hosts
        )

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())
