"""A marketplace for measurements: so many orders at first, then so many records a second, over HTTP on loopback.

Those are of new orders, or (`steady`) of the same ones again, each as old as it ever was: a marketplace that doesn't grow.

It runs in a process of its own. What it sends is made by a hash: the same on every machine.
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import msgspec

PAGE = 20_000  # records
PAST = 30 * 86_400
OPEN = 20 * 3600  # seconds after which an order has arrived


@dataclasses.dataclass(frozen=True)
class Market:
    url: str
    polled: Synchronized[int]
    """How often it was asked."""
    rate: Synchronized[float]
    """Records a second from now on."""


class Stream:
    """Record after record: an order, then its parcel, of one shop after another."""

    def __init__(self, shops: int, first: int, rate: Synchronized[float], *, steady: bool) -> None:
        self._shops, self._first, self._rate, self._steady = shops, first, rate, steady
        self._began, self._before = time.time(), 0.0

    def due(self) -> int:
        """How many records there are by now."""
        now = time.time()
        self._before += (now - self._began) * self._rate.value
        self._began = now
        return self._first + int(self._before)

    def records(self, begin: int, end: int) -> dict[str, list[dict[str, Any]]]:
        made: dict[str, list[dict[str, Any]]] = {"orders": [], "parcels": []}
        now = int(time.time())
        for n in range(begin, end):
            self._add(made, n % self._first if self._steady else n, now)
        return made

    def _add(self, made: dict[str, list[dict[str, Any]]], n: int, now: int) -> None:
        number = n // 2
        shop = f"shop{number % self._shops}"
        # the first ones are of the last month; of those of the last hours every clock is running
        paid = now - (number * 7919) % PAST if n < self._first else now
        if n % 2:
            parcel = {
                "shop": shop,
                "known_at": now,
                "parcel_id": f"t{number}",
                "order_id": f"o{number}",
                "carrier": f"carrier{number % 8}",
                "waybill_at": paid + 60,
                "promised_delivery_at": paid + 259_200,
            }
            if now - paid > OPEN:
                parcel |= {"picked_up_at": paid + 3 * 3600, "delivered_at": paid + OPEN - 60}
            made["parcels"].append(parcel)
            return
        made["orders"].append(
            {"shop": shop, "known_at": now, "order_id": f"o{number}", "created_at": paid - 60, "paid_at": paid,
             "promised_ship_at": paid + 86_400, "amount": 1000 + number * 31 % 50_000, "product_id": f"p{number % 500}",
             "province": f"province{number % 30}", "warehouse": "w1"}
        )  # fmt: skip


def _serve(
    end: Connection,
    shops: int,
    first: int,
    polled: Synchronized[int],
    rate: Synchronized[float],
    steady: bool,
) -> None:
    stream = Stream(shops, first, rate, steady=steady)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            begin = int(parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0])
            due = stream.due()
            upto = min(due, begin + PAGE)
            answer = {"records": stream.records(begin, upto), "cursor": str(upto), "more": upto < due}
            body = msgspec.json.encode(answer)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            polled.value += upto == due

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    end.send(server.server_address[1])
    server.serve_forever()


@contextlib.contextmanager
def market(shops: int, orders: int, *, steady: bool = False) -> Iterator[Market]:
    """Open the market with so many orders, each with its parcel."""
    here, there = multiprocessing.Pipe()
    polled = cast("Synchronized[int]", multiprocessing.Value("i", 0))
    rate = cast("Synchronized[float]", multiprocessing.Value("d", 0.0))
    process = multiprocessing.Process(
        target=_serve, args=(there, shops, 2 * orders, polled, rate, steady), daemon=True
    )
    process.start()
    try:
        yield Market(f"http://127.0.0.1:{here.recv()}/", polled, rate)
    finally:
        process.terminate()
        process.join()
