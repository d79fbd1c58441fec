"""The live connectors against the simulated marketplaces, in the clock of a simulated day.

As a program, the half that is killed: `python live_run.py KIND URL FOLDER START SPEED BEGAN` polls into a warehouse until
it is.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from shopwatch.config import SourceSection
from shopwatch.simulator.doudian import DoudianWire, tracking_of
from shopwatch.simulator.gateway import Gateway
from shopwatch.simulator.kuaishou import KuaishouWire
from shopwatch.simulator.kuaishou_rows import KuaishouTruth, waybill_of
from shopwatch.simulator.taobao import TopWire
from shopwatch.simulator.taobao_rows import TopTruth, invoice_of
from shopwatch.simulator.truth import Aftersale, Order, Review, State, Truth
from shopwatch.sources.live.build import live_source
from shopwatch.sources.live.errors import LiveError
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.source import LiveSource
from shopwatch.sources.live.timing import Timing
from shopwatch.sources.reader import Place
from shopwatch.warehouse import DuckWarehouse, open_warehouse

SHOP = "4463798"
START = 1_795_000_000
DAY, EVERY = 86_400, 900
ALWAYS_OVER = 3.4 * DAY
"""After so long every history has come to its end."""


class Platform(NamedTuple):
    """keys: its section of a configuration. secrets: those of them that must never be seen. Then what it tells of
    things: parcel: of an order; shipped: whether it tells that goods were sent; delivered, reviews: likewise."""

    keys: Mapping[str, Any]
    secrets: tuple[str, ...]
    wire: Callable[..., Gateway]
    parcel: Callable[[Order], str]
    shipped: bool = True
    delivered: bool = False
    reviews: bool = True


DOUDIAN: dict[str, Any] = {"app_key": "7000000000000000001", "app_secret": "planted-secret-0f3a"}
TOP: dict[str, Any] = {
    "app_key": "12345678",
    "app_secret": "planted-secret-77b1",
    "session": "planted-session-9c",
}
KUAISHOU: dict[str, Any] = {
    "app_key": "ks7", "app_secret": "planted-secret-5d", "sign_secret": "planted-sign-secret-e2",
    "access_token": "planted-access-0", "refresh_token": "planted-refresh-0",
}  # fmt: skip
PLATFORMS = {
    "doudian": Platform(
        DOUDIAN | {"shop_id": SHOP},
        ("app_secret",),
        lambda truth, **keys: DoudianWire(truth, **{"shop_id": SHOP, **DOUDIAN, **keys}),
        tracking_of,
        delivered=True,
        reviews=False,
    ),
    "taobao": Platform(
        TOP,
        ("app_secret", "session"),
        lambda truth, **keys: TopWire(TopTruth(truth), **{**TOP, **keys}),
        invoice_of,
    ),
    "kuaishou": Platform(
        KUAISHOU,
        ("app_secret", "sign_secret", "access_token", "refresh_token"),
        lambda truth, **keys: KuaishouWire(KuaishouTruth(truth), **{**KUAISHOU, **keys}),
        waybill_of,
        shipped=False,
    ),
}


class SimTime:
    """A clock that moves only where somebody sleeps or moves it."""

    def __init__(self, now: float) -> None:
        self.now = now

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def timing(self) -> Timing:
        return Timing(wall=self.read, monotonic=self.read, sleep=self.sleep, chance=lambda: 0.5)


def source(
    kind: str,
    url: str,
    folder: Path,
    timing: Timing,
    *,
    traces: bool = False,
    shared: Shared | None = None,
    shop: str = SHOP,
    **keys: object,
) -> LiveSource:
    given = {"rate": 20.0, "lookback": 4, **PLATFORMS[kind].keys, **keys}
    section = SourceSection(kind=kind, gateway=url, **given)  # type: ignore[arg-type]
    place = Place(shop=shop, timezone="Asia/Shanghai", folder=folder, scratch=folder / "scratch")
    made = live_source(section, kind, place, shared or Shared(folder / "tokens", timing), str)
    assert isinstance(made, LiveSource)
    if not traces:
        made._platform.tracers = ()
    return made


async def closed(live: LiveSource) -> None:
    """Close it, and what a monitor would close for it."""
    await live.aclose()
    live._shared.close()


async def poll_until(
    live: LiveSource, warehouse: DuckWarehouse, is_over: Callable[[], bool], every: float = EVERY
) -> None:
    """Poll as the monitor does: from the kept cursor, at once where there is more."""
    while not is_over():
        cursor = warehouse.cursor(live.kind)
        try:
            poll = await live.poll(cursor)
        except LiveError:
            await live._timing.sleep(every)
            continue
        assert not poll.rejects, poll.rejects[:3]
        warehouse.ingest(live.kind, poll)
        for batch in poll.batches:
            batch.path.unlink(missing_ok=True)
        if not poll.again:
            await live._timing.sleep(every)


Rows = dict[str, list[tuple[object, ...]]]
_HELD = {
    "orders": (
        "SELECT order_id, created_at, paid_at, promised_ship_at, shipped_at, finished_at, closed_at, amount FROM orders"
    ),
    "parcels": "SELECT parcel_id, order_id, waybill_at, delivered_at FROM parcels",
    "aftersales": (
        "SELECT aftersale_id, order_id, amount, applied_at, finished_at, succeeded, first_reason, shipped FROM aftersales"
    ),
    "reviews": "SELECT review_id, order_id, created_at, text FROM reviews",
}


def held(path: Path) -> Rows:
    """What the warehouse holds, in the order of the truth's fields."""
    with duckdb.connect(str(path)) as connection:
        return {table: connection.execute(f"{query} ORDER BY 1").fetchall() for table, query in _HELD.items()}


def true_rows(kind: str, truth: Truth, now: int) -> Rows:
    """What it should hold at a moment."""
    of = PLATFORMS[kind]
    orders = [one for one in _now(truth.orders, now) if isinstance(one, Order)]
    return {
        "orders": sorted(map(_order, orders)),
        "parcels": sorted(
            (of.parcel(one), str(one.number), one.shipped, one.delivered or None if of.delivered else None)
            for one in orders
            if one.shipped
        ),
        "aftersales": sorted(
            _aftersale(one, shipped=of.shipped)
            for one in _now(truth.aftersales, now)
            if isinstance(one, Aftersale)
        ),
        "reviews": sorted(
            (str(one.number), str(one.order), one.written, one.words)
            for one in _now(truth.reviews, now)
            if of.reviews and isinstance(one, Review)
        ),
    }


def differences(kept: Rows, true: Rows) -> list[str]:
    """What the one has and the other hasn't."""
    return [
        f"{table}: {'too much' if row in kept[table] else 'missing'} {row}"
        for table in kept
        for row in sorted(set(kept[table]) ^ set(true[table]), key=str)
    ] + [f"{table}: doubled" for table in kept if len(kept[table]) != len(set(kept[table]))]


def _now(states: Any, now: int) -> list[Order | Aftersale | Review]:
    found: list[State] = Truth.changed(states, 0, now, now)
    return [state.what for state in found]


def _order(one: Order) -> tuple[object, ...]:
    moments = (one.created, one.paid, one.promised, one.shipped, one.finished, one.cancelled)
    return (str(one.number), *(at or None for at in moments), one.amount)


def _aftersale(one: Aftersale, *, shipped: bool) -> tuple[object, ...]:
    ended = (one.ended or None, one.succeeded if one.ended else None)
    told = (one.amount, one.applied, *ended, one.reason, one.shipped if shipped else None)
    return (str(one.number), str(one.order), *told)


async def _polled_until_killed(
    kind: str, url: str, folder: Path, start: float, speed: float, began: float
) -> None:
    def now() -> float:
        return start + (time.time() - began) * speed

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / speed)

    timing = Timing(wall=now, monotonic=now, sleep=sleep, chance=lambda: 0.5)
    live = source(kind, url, folder, timing, rate=1000.0)
    warehouse = open_warehouse(folder / "warehouse.duckdb")
    await poll_until(live, warehouse, lambda: False)


if __name__ == "__main__":
    kind, url, folder, *numbers = sys.argv[1:]
    start, speed, began = map(float, numbers)
    asyncio.run(_polled_until_killed(kind, url, Path(folder), start, speed, began))
