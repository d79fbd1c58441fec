"""The simulated marketplace over HTTP, on loopback: its own count of calls, its limits, and the faults of the line."""

from __future__ import annotations

import collections
import dataclasses
import email.utils
import math
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Protocol
from urllib.parse import parse_qsl, urlsplit

from shopwatch.simulator.faults import Faults

BAN = 3  # seconds
DRIP = 0.01  # seconds between two bits of an answer that comes in bits


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """What was asked."""

    verb: str
    path: str
    query: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """What was posted, where it is a form."""
        return dict(parse_qsl(self.body.decode()))


class Fate(Protocol):
    """What befalls a call."""

    def drawn(self, chance: random.Random, /) -> str | None: ...


class Wire(Protocol):
    """A marketplace's way to speak."""

    def named(self, call: Call) -> tuple[str, str]:
        """Return the app and the method of a call."""
        ...

    def answer(self, call: Call, now: int, fault: str | None) -> bytes:
        """Return the answer: what was asked for, or what the marketplace says instead."""
        ...

    def ban(self, seconds: int) -> bytes | None:
        """Return what is said to whoever is banned; None: HTTP says it."""
        ...


class Market:
    """Serves a wire until closed. rate: calls a second that an app may make; one more breaks the rule. strict: and is
    banned for it. listening: where it is asked; a free port of loopback unless given."""

    def __init__(
        self,
        wire: Wire,
        now: Callable[[], float],
        *,
        faults: Fate | None = None,
        seed: int = 1,
        rate: float | None = None,
        strict: bool = False,
        listening: socket.socket | None = None,
    ) -> None:
        self._wire, self.now, self._rate, self._strict = wire, now, rate, strict
        self.faults: Fate = faults or Faults()
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.calls = collections.Counter[tuple[str, str]]()
        self.asked = collections.deque[Call](maxlen=10_000)
        self.met = collections.Counter[str]()
        self.too_fast = 0
        """Calls that came sooner than the rate allows, by this server's own count."""
        self.during_ban = 0
        self._times = collections.defaultdict[tuple[str, str], collections.deque[float]](collections.deque)
        self._banned: dict[tuple[str, str], float] = {}
        self._http = served(_handler(self), listening)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, call: Call) -> tuple[bytes, str | None]:
        """Return the answer, and what befalls it on the line."""
        with self._lock:
            now, key = self.now(), self._wire.named(call)
            self.asked.append(call)
            banned = self._counted(key, now)
            fault = self.faults.drawn(self._chance)
            self.met[fault or "none"] += 1
            if fault == "banned" and not banned:
                self._banned[key] = now + BAN
            if banned or fault == "banned":
                return self._ban(key, now)
            return self._wire.answer(call, int(now), fault), fault

    def _counted(self, key: tuple[str, str], now: float) -> bool:
        """Count a call; say whether its app is banned."""
        self.calls[key] += 1
        banned = now < self._banned.get(key, 0.0)
        self.during_ban += banned
        if self._rate is not None:
            times = self._times[key]
            while times and times[0] <= now - 1:
                times.popleft()
            times.append(now)
            if len(times) > self._rate:
                self.too_fast += 1
                if self._strict and not banned:
                    self._banned[key] = now + BAN
                    return True
        return banned

    def _ban(self, key: tuple[str, str], now: float) -> tuple[bytes, str | None]:
        said = self._wire.ban(max(1, math.ceil(self._banned[key] - now)))
        return (b"", "banned") if said is None else (said, None)


def served(
    handler: type[BaseHTTPRequestHandler], listening: socket.socket | None = None
) -> ThreadingHTTPServer:
    """Return a server on a socket that listens already, or on one of its own."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler, bind_and_activate=listening is None)
    if listening is not None:
        http.socket.close()
        http.socket, http.server_address = listening, listening.getsockname()
    http.daemon_threads = True
    return http


def _handler(market: Market) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        disable_nagle_algorithm: ClassVar[bool] = True

        def do_POST(self) -> None:
            where = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, where.path, dict(parse_qsl(where.query, True)), body)
            answer, fault = market.answer(call)
            if fault == "reset":
                return self._reset()
            if fault == "broken":
                return self._send(500, b"")
            if fault == "banned":
                return self._send(429, b"", {"Retry-After": str(BAN)})
            if fault == "half":
                answer = answer[: len(answer) // 2]
            return self._send(200, answer, in_bits=fault == "drip")

        do_GET = do_POST  # noqa: N815

        def _send(
            self, status: int, body: bytes, headers: Mapping[str, str] | None = None, *, in_bits: bool = False
        ) -> None:
            self.send_response_only(status)
            self.send_header("Date", email.utils.formatdate(market.now(), usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            size = max(1, len(body) // 5) if in_bits else max(1, len(body))
            for begin in range(0, len(body), size):
                self.wfile.write(body[begin : begin + size])
                if in_bits:
                    self.wfile.flush()
                    time.sleep(DRIP)

        def _reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                """Who asked is gone, or was sent away."""

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                """Likewise."""

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
