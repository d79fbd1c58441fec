"""Over HTTP, on loopback: the marketplace by its own wire, and the shops' own system by plain JSON.

A real merchant has both: the marketplace's interface for what it tells, and beside it a system of his own that knows the
warehouse, the carriers' scans, the chats and the reviews, and keeps the past.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Event, Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from shopwatch.demo.address import PATH
from shopwatch.demo.apps import app_of
from shopwatch.demo.dealings import Dealings
from shopwatch.demo.market import Cursor, CursorError, Marketplace
from shopwatch.demo.own_system import besides, the_past
from shopwatch.simulator.apps import Apps
from shopwatch.simulator.doudian import DoudianWire
from shopwatch.simulator.gateway import SKEW, Gateway
from shopwatch.simulator.server import Call, Market, Wire, served

PATIENCE = 100.0


class Server:
    """Serves one market on two listening sockets, from threads of its own until closed.

    speed: simulated seconds a second. What a call takes is real time, and so its stamp may be off by more of theirs.
    """

    def __init__(
        self,
        market: Marketplace,
        now: Callable[[], int],
        speed: float,
        *,
        gateway: socket.socket,
        system: socket.socket,
    ) -> None:
        self._market = market
        taken_in = Event()
        wire = _Second(_apps(market, SKEW * max(1.0, speed)), taken_in)
        self._gateway = Market(wire, now, listening=gateway)
        self._system = served(_handler(market, now, taken_in), system)
        # Closing waits for the loop's next look round, so it looks often.
        self._thread = Thread(target=self._system.serve_forever, args=(0.02,), name="demo", daemon=True)
        self._thread.start()

    @property
    def calls(self) -> Mapping[tuple[str, str], int]:
        """How often the marketplace was asked, by app and method."""
        return self._gateway.calls

    def prepare(self, days: Iterable[int]) -> None:
        """Tell these days ahead."""
        for day in days:
            self._market.prepare(day)

    def close(self) -> None:
        self._gateway.close()
        self._system.shutdown()
        self._system.server_close()
        self._thread.join()


class _Second:
    """A wire that lets the shops' own system go first: the first boards rest on the past that it hands over, and nothing
    should take the processor from them. Whoever asks the system on from a cursor has taken the past in."""

    def __init__(self, wire: Wire, taken_in: Event) -> None:
        self.named, self.ban = wire.named, wire.ban
        self._wire, self._taken_in = wire, taken_in

    def answer(self, call: Call, now: int, fault: str | None) -> bytes:
        self._taken_in.wait(PATIENCE)
        self._taken_in.set()
        return self._wire.answer(call, now, fault)


def _apps(market: Marketplace, tolerance: float) -> Apps:
    wires: dict[str, Gateway] = {}
    for shop in market.shops:
        app = app_of(shop)
        wires[app.key] = DoudianWire(
            Dealings(market, shop),
            app_key=app.key,
            app_secret=app.secret,
            shop_id=app.shop_id,
            seed=shop.number,
            tolerance=tolerance,
        )
    return Apps(wires)


def _handler(market: Marketplace, now: Callable[[], int], taken_in: Event) -> type[BaseHTTPRequestHandler]:
    """`GET /records?cursor=…&shop=…`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        disable_nagle_algorithm: ClassVar[bool] = True

        def do_GET(self) -> None:
            where = urlsplit(self.path)
            if where.path != PATH:
                return self._answer(HTTPStatus.NOT_FOUND, {"error": f"no such path; try {PATH}"})
            query = parse_qs(where.query)
            cursor, shop = (query.get(name, [None])[0] for name in ("cursor", "shop"))
            try:
                page = market.page(cursor, now(), shop)
                is_past = Cursor.read(cursor, 0).since < 0
            except CursorError as error:
                return self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            if not is_past:
                taken_in.set()
            return self._answer(HTTPStatus.OK, the_past(page) if is_past else besides(page))

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
