"""Doudian's connector against the simulated marketplace, in the clock of a simulated day.

As a program, the half that is killed: `python live_run.py URL FOLDER START SPEED BEGAN` polls into a warehouse until it is.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from shopwatch.config import SourceSection
from shopwatch.simulator.doudian import DoudianWire, tracking_of
from shopwatch.simulator.truth import Aftersale, Order, Truth
from shopwatch.sources.live.build import live_source
from shopwatch.sources.live.errors import LiveError
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.source import LiveSource
from shopwatch.sources.live.timing import Timing
from shopwatch.sources.reader import Place
from shopwatch.warehouse import DuckWarehouse, open_warehouse

KEY, SECRET, SHOP = "7000000000000000001", "planted-secret-0f3a", "4463798"
START = 1_795_000_000
DAY, EVERY = 86_400, 900
ALWAYS_OVER = 3.1 * DAY
"""After so long every history has come to its end."""


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


def wire(truth: Truth, **how: float) -> DoudianWire:
    return DoudianWire(truth, app_key=KEY, app_secret=SECRET, shop_id=SHOP, **how)  # type: ignore[arg-type]


def source(url: str, folder: Path, timing: Timing, *, traces: bool = False, **keys: object) -> LiveSource:
    given = {"rate": 20.0, "lookback": 4, "app_key": KEY, "app_secret": SECRET, "shop_id": SHOP} | keys
    section = SourceSection(kind="doudian", gateway=url, **given)  # type: ignore[arg-type]
    place = Place(shop=SHOP, timezone="Asia/Shanghai", folder=folder, scratch=folder / "scratch")
    made = live_source(section, "doudian", place, Shared(folder / "tokens", timing), str)
    assert isinstance(made, LiveSource)
    if not traces:
        made._platform.tracer = None
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
        cursor = warehouse.cursor("doudian")
        try:
            poll = await live.poll(cursor)
        except LiveError:
            await live._timing.sleep(every)
            continue
        warehouse.ingest("doudian", poll)
        for batch in poll.batches:
            batch.path.unlink(missing_ok=True)
        if not poll.again:
            await live._timing.sleep(every)


def held(path: Path) -> tuple[list[tuple[object, ...]], ...]:
    """What the warehouse holds, in the order of the truth's fields."""
    with duckdb.connect(str(path)) as connection:
        return tuple(
            connection.execute(query).fetchall()
            for query in (
                (
                    "SELECT order_id, created_at, paid_at, promised_ship_at, shipped_at, finished_at, closed_at, amount"
                    " FROM orders ORDER BY 1"
                ),
                "SELECT parcel_id, order_id, waybill_at, delivered_at FROM parcels ORDER BY 1",
                (
                    "SELECT aftersale_id, order_id, amount, applied_at, finished_at, succeeded, first_reason, shipped"
                    " FROM aftersales ORDER BY 1"
                ),
            )
        )


def true_rows(truth: Truth, now: int) -> tuple[list[tuple[object, ...]], ...]:
    """What it should hold at a moment."""
    states = Truth.changed(truth.orders, 0, now, now)
    orders = [state.what for state in states if isinstance(state.what, Order)]
    tickets = [
        state.what
        for state in Truth.changed(truth.aftersales, 0, now, now)
        if isinstance(state.what, Aftersale)
    ]
    return (
        sorted(
            (
                str(one.number),
                one.created,
                one.paid or None,
                one.promised or None,
                one.shipped or None,
                one.finished or None,
                one.cancelled or None,
                one.amount,
            )
            for one in orders
        ),
        sorted(
            (tracking_of(one), str(one.number), one.shipped, one.delivered or None)
            for one in orders
            if one.shipped
        ),
        sorted(
            (
                str(one.number),
                str(one.order),
                one.amount,
                one.applied,
                one.ended or None,
                one.succeeded if one.ended else None,
                one.reason,
                one.shipped,
            )
            for one in tickets
        ),
    )


async def _polled_until_killed(url: str, folder: Path, start: float, speed: float, began: float) -> None:
    def now() -> float:
        return start + (time.time() - began) * speed

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / speed)

    live = source(url, folder, Timing(wall=now, monotonic=now, sleep=sleep, chance=lambda: 0.5), rate=1000.0)
    warehouse = open_warehouse(folder / "warehouse.duckdb")
    await poll_until(live, warehouse, lambda: False)


if __name__ == "__main__":
    url, folder, *numbers = sys.argv[1:]
    asyncio.run(_polled_until_killed(url, Path(folder), *map(float, numbers)))
