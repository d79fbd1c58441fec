"""A marketplace that lives on for as long as it is asked, in a process of its own: every shop has so many orders a day,
and each goes through its days alike. It remembers nothing, so that nothing of it grows.

The order of a number is paid at a moment that its number says, and each record of it changes at moments counted from
there; a poll tells what changed since the last. The clock is whoever's polls it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

import msgspec

DAY, HOUR, MINUTE = 86_400, 3_600, 60

STAGES = (0, 9 * HOUR, 14 * HOUR, 38 * HOUR, 50 * HOUR, 62 * HOUR, 80 * HOUR, 100 * HOUR)
"""When an order changes: paid, shipped, picked up, carried, out, delivered, spoken of, settled."""
PAID, SHIPPED, PICKED_UP, CARRIED, OUT, DELIVERED, SPOKEN, SETTLED = range(len(STAGES))

SAID = ("尺码偏小", "物流太慢", "包装破损", "质量不错", "客服不理人", "颜色和图片不一样")


class Living(NamedTuple):
    """now: the moment that it is there, in epoch seconds."""

    url: str
    now: Synchronized[int]


def is_late(number: int) -> bool:
    """Whether it is shipped a day and a half after the others."""
    return number % 17 == 0


def stages(late: bool) -> list[int]:
    return [stage + (36 * HOUR if late and stage else 0) for stage in STAGES]


def records(shop: str, opened: int, a_day: int, since: int, now: int) -> dict[str, list[dict[str, Any]]]:
    """Return what changed of a shop's orders after one moment, up to another, as it is at that one."""
    made: dict[str, list[dict[str, Any]]] = {}
    apart = DAY // a_day

    def begun(moment: int) -> int:
        """How many orders were paid by then."""
        return max(0, (moment - opened) // apart + 1)

    changed = sorted({
        number
        for late in (False, True)
        for stage in stages(late)
        for number in range(begun(since - stage), begun(now - stage))
        if is_late(number) == late
    })  # fmt: skip
    for number in changed:
        _tell(made, shop, number, opened + number * apart, now)
    for morning in range(
        since // DAY * DAY + DAY, now + 1, DAY
    ):  # printed at eight, local time: at midnight, UTC
        made.setdefault("official", []).append(
            {"shop": shop, "published_at": morning, "item": "total", "points": 80 + len(shop)}
        )
    return made


def _tell(made: dict[str, list[dict[str, Any]]], shop: str, number: int, paid: int, now: int) -> None:
    """Add the records of one order as they are now."""
    at = [paid + stage for stage in stages(is_late(number))]
    order, known = f"{shop}-{number}", max(one for one in (*at, paid) if one <= now)

    def since(stage: int) -> int | None:
        return at[stage] if at[stage] <= now else None

    def add(table: str, **fields: object) -> None:
        made.setdefault(table, []).append({"shop": shop, "known_at": known, "order_id": order, **fields})

    product = f"p{number % 40}"
    add(
        "orders", created_at=paid - 60, paid_at=paid, promised_ship_at=paid + 24 * HOUR, shipped_at=since(SHIPPED),
        finished_at=since(SETTLED), amount=2000 + number % 90 * 100, product_id=product, product_name=f"商品{product}",
        province=f"province{number % 30}", warehouse=f"w{number % 3}",
    )  # fmt: skip
    if at[SHIPPED] <= now:
        add(
            "parcels", parcel_id=f"t{order}", carrier=f"carrier{number % 6}", waybill_at=at[SHIPPED],
            picked_up_at=since(PICKED_UP), delivered_at=since(DELIVERED), promised_delivery_at=paid + 96 * HOUR,
        )  # fmt: skip
    for stage, kind in ((PICKED_UP, "pickup"), (CARRIED, "transit"), (OUT, "out"), (DELIVERED, "delivered")):
        if at[stage] <= now:
            made.setdefault("scans", []).append(
                {
                    "shop": shop,
                    "known_at": at[stage],
                    "parcel_id": f"t{order}",
                    "scanned_at": at[stage],
                    "kind": kind,
                }
            )
    if at[SPOKEN] <= now and number % 3 == 0:
        add(
            "reviews", review_id=f"r{order}", product_id=product, created_at=at[SPOKEN],
            product_stars=1 + number % 7 % 5, text=f"{SAID[number % 6]} {number}", replied_at=since(SETTLED),
        )  # fmt: skip
    if at[SPOKEN] <= now and number % 12 == 0:
        add(
            "aftersales", aftersale_id=f"a{order}", product_id=product, amount=2000, kind="return", shipped=True,
            first_reason=SAID[number % 6], reason_class="quality", applied_at=at[SPOKEN],
            audited_at=since(SETTLED), finished_at=since(SETTLED), succeeded=True,
        )  # fmt: skip
    if at[CARRIED] <= now and number % 8 == 0:
        began = at[CARRIED]
        add(
            "chats", chat_id=f"c{order}", agent=f"agent{number % 4}", started_at=began, ended_at=began + 10 * MINUTE,
            human=True, rounds=4, reply_seconds=80.0 + number % 50, answered_in_180s=4, unanswered=0,
        )  # fmt: skip


def _serve(end: Connection, opened: int, a_day: int, moment: Synchronized[int]) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            where = urlsplit(self.path)
            now, since = moment.value, int(parse_qs(where.query).get("cursor", [str(opened - 1)])[0])
            told = records(where.path.strip("/"), opened, a_day, since, now)
            body = msgspec.json.encode({"records": told, "cursor": str(now), "more": False})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 512  # a fleet knocks all at once

    server = Server(("127.0.0.1", 0), Handler)
    end.send(server.server_address[1])
    server.serve_forever()


@contextlib.contextmanager
def living(opened: int, a_day: int, now: int) -> Iterator[Living]:
    """Open the marketplace, with shops that have had so many orders a day since they opened."""
    context = multiprocessing.get_context("spawn")  # a fork would share memory with whoever is measured
    here, there = context.Pipe()
    moment = cast("Synchronized[int]", context.Value("q", now))
    process = context.Process(target=_serve, args=(there, opened, a_day, moment), daemon=True)
    process.start()
    try:
        yield Living(f"http://127.0.0.1:{here.recv()}", moment)
    finally:
        process.terminate()
        process.join()
