"""A marketplace's wire format over real HTTP on loopback, with faults on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    """One request. form: what was posted."""

    verb: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


class Fault(NamedTuple):
    """What comes instead of an answer. cut: only half of it is sent."""

    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""
    cut: bool = False


class Wire:
    """Answers by a function of what is asked; `fault` may put something else in its place."""

    def __init__(self, answer: Callable[[Asked], Any]) -> None:
        self.asked: list[Asked] = []
        self.fault: Callable[[Asked], Fault | None] = lambda _asked: None
        lock = threading.Lock()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

            def do_GET(self) -> None:
                self._serve("")

            def _serve(self, form: str) -> None:
                where = urlsplit(self.path)
                query = dict(parse_qsl(where.query, keep_blank_values=True))
                asked = Asked(
                    self.command, where.path, query, dict(parse_qsl(form)), dict(self.headers.items())
                )
                with lock:
                    wire.asked.append(asked)
                    fault = wire.fault(asked)
                    found = fault or Fault(body=json.dumps(answer(asked), ensure_ascii=False).encode())
                self._send(found)

            def _send(self, found: Fault) -> None:
                self.send_response(found.status)
                for name, value in ({"Content-Length": str(len(found.body)), **found.headers}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(found.body[: len(found.body) // 2] if found.cut else found.body)
                self.close_connection = self.close_connection or found.cut

            def log_message(self, *_arguments: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
