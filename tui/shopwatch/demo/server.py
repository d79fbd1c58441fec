"""The marketplace over HTTP, on loopback: `GET /records?cursor=…&shop=…`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from shopwatch.demo.address import HOST, PATH
from shopwatch.demo.market import CursorError, Marketplace


class Server:
    """Serves one marketplace on a listening socket, from a thread of its own until closed."""

    def __init__(self, market: Marketplace, now: Callable[[], int], listening: socket.socket) -> None:
        self._lock = threading.Lock()
        self._market = market
        self._http = ThreadingHTTPServer(
            (HOST, 0), _handler(market, now, self._lock), bind_and_activate=False
        )
        self._http.socket.close()
        self._http.socket = listening
        self._http.daemon_threads = True
        # Closing waits for the loop's next look round, so it looks often.
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.02,), name="demo", daemon=True
        )
        self._thread.start()

    def prepare(self, days: Iterable[int]) -> None:
        """Tell these days ahead, letting questions through in between."""
        for day in days:
            with self._lock:
                self._market.prepare(day)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _handler(
    market: Marketplace, now: Callable[[], int], lock: threading.Lock
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        disable_nagle_algorithm: ClassVar[bool] = True

        def do_GET(self) -> None:
            where = urlsplit(self.path)
            if where.path != PATH:
                return self._answer(HTTPStatus.NOT_FOUND, {"error": f"no such path; try {PATH}"})
            query = parse_qs(where.query)
            try:
                with lock:
                    page = market.page(query.get("cursor", [None])[0], now(), query.get("shop", [None])[0])
            except CursorError as error:
                return self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            return self._answer(HTTPStatus.OK, page)

        def _answer(self, status: HTTPStatus, value: object) -> None:
            body = msgspec.json.encode(value)
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the terminal belongs to the monitor."""

    return Handler
