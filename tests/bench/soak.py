"""Weeks of a fleet in minutes: what the monitor holds after each simulated day, as a table; nothing of it may grow.

    python tests/bench/soak.py [--days 30] [--shops 200] [--orders 10] [--steps 2] [--first 12] [--json FILE]

One process has it all, as it stands on the wall: the app, the loop, the sources, the warehouse, the journal. Each shop
is a source of its own over HTTP on loopback; the marketplace alone is another process. The clock is turned on, some
hours at a time, once everything of the last hours is in and shown, and all that the past teaches is learned, as it is
within the first minutes of a real day; a person looks round each day, ticks and notes something. The first day has
more steps, a look round before each, and fills what is remembered of texts and pictures as a real day does. The shops
have lived for longer than is kept (`keep_days`), so that every day brings as much as it lets go.

The bars: between day 2 and the last day memory and descriptors grow by less than 2 %, and the files stay bounded.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from textual.pilot import Pilot

from bench.living import DAY, Living, living
from shopwatch.app import ShopwatchApp
from shopwatch.config import load
from shopwatch.monitor import Monitor, open_monitor

KEPT = 100
"""Days of records that are kept: the sixty that forecasts look back at, each with a window of thirty before it. With
less, more is remembered than there are records of, from day to day."""
BAR = 0.02
KEYS = (
    ("enter", "escape"), ("v", "escape"), ("t", "escape"), ("i", "escape"), ("x", "escape"), ("d", "escape"),
    ("exclamation_mark", "escape"), ("question_mark", "escape"), ("m", "m"), ("j", "j", "k"),
)  # fmt: skip
"""What a person presses once a day."""

CONFIGURATION = """
[monitor]
refresh = 1
[alerts]
bell = false
title = false
[store]
keep_days = {kept}
"""
SHOP = """
[[shop]]
id = "shop{number}"
  [[shop.source]]
  kind = "http"
  name = "market"
  url = "{url}/shop{number}"
  every = 86400
  timeout = 120
"""


class Held(NamedTuple):
    """What the process holds at the end of a day; sizes in bytes."""

    day: int
    resident: int
    private: int
    warehouse: int
    ahead: int
    """Of the warehouse, what is written ahead."""
    journal: int
    scratch: int
    threads: int
    """The engine's, too."""
    sockets: int
    descriptors: int
    seconds: float


GROWN = ("private", "resident", "threads", "descriptors")
"""What the bar is for."""


class Turned:
    """A clock that somebody turns."""

    def __init__(self, moment: int) -> None:
        self.moment = moment

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.moment, datetime.UTC)


def held(day: int, state: Path, scratch: Path, seconds: float) -> Held:
    rollup = Path("/proc/self/smaps_rollup").read_text()
    sizes = {
        name: int(value.split()[0]) << 10
        for name, _colon, value in (line.partition(":") for line in rollup.splitlines()[1:])
    }
    open_files = list(_open_files())
    return Held(
        day,
        sizes["Rss"],
        sizes["Private_Dirty"] + sizes["Private_Clean"],
        _size(state / "warehouse.duckdb"),
        _size(state / "warehouse.duckdb.wal"),
        _size(state / "journal.sqlite") + _size(state / "journal.sqlite-wal"),
        sum(_size(path) for path in scratch.rglob("*") if path.is_file()),
        sum(1 for _thread in Path("/proc/self/task").iterdir()),
        sum(name.startswith("socket:") for name in open_files),
        len(open_files),
        seconds,
    )


def _open_files() -> Iterator[str]:
    for one in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the one that lists them
            yield str(one.readlink())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def configured(folder: Path, url: str, shops: int) -> Path:
    path = folder / "shopwatch.toml"
    path.write_text(
        CONFIGURATION.format(kept=KEPT)
        + "".join(SHOP.format(number=number, url=url) for number in range(shops)),
        encoding="utf-8",
    )
    return path


async def caught_up(monitor: Monitor, now: datetime.datetime, shops: int, patience: float) -> None:
    """Wait until all that there is at a moment is in, and every board is of it and of all of the past."""
    async with asyncio.timeout(patience):
        while True:
            boards = list(monitor.boards.values())
            if (
                len(boards) == shops
                and not monitor._behind
                and all(
                    board.as_of == now and all(source.last_success == now for source in board.sources)
                    for board in boards
                )
            ):
                return
            await asyncio.sleep(0.02)


async def look_round(pilot: Pilot[None], monitor: Monitor, day: int) -> None:
    """Do what a person does in a day."""
    for keys in KEYS:
        await pilot.press(*keys)
    await pilot.press("left_square_bracket")  # an hour back
    await monitor.replay(None)
    board = list(monitor.boards.values())[day % len(monitor.boards)]
    if board.actions:
        await monitor.tick(board.id, board.actions[0].id, True)
    if board.risks and board.risks[0].order_id:
        await monitor.remark(board.id, [board.risks[0].order_id], note=f"day {day}")


async def lived(
    folder: Path, market: Living, shops: int, days: int, steps: int, first: int, patience: float
) -> list[Held]:
    """Live so many days; return what is held after each, the engine's file just opened anew: what the engine itself holds
    until then is another at every hour, and is bounded by that."""
    config, state, scratch = (
        load(configured(folder, market.url, shops)),
        folder / "state",
        Path(tempfile.gettempdir()),
    )
    clock = Turned(market.now.value)
    monitor = open_monitor(config, state, clock=clock, language="zh_CN")
    app = ShopwatchApp(monitor, language="zh_CN", reports=folder / "reports")
    found = []
    try:
        async with app.run_test(size=(160, 48)) as pilot:
            await caught_up(monitor, clock(), shops, patience)
            for day in range(1, days + 1):
                began = time.monotonic()
                for step in range(parts := first if day == 1 else steps):
                    if day == 1 or step == 0:
                        await look_round(pilot, monitor, day + step)
                    clock.moment += DAY // parts
                    market.now.value = clock.moment
                    await monitor.refresh()
                    await caught_up(monitor, clock(), shops, patience)
                await monitor._store.ask(lambda warehouse: warehouse.compact())
                found.append(held(day, state, scratch, time.monotonic() - began))
                print(row(found[-1]), flush=True)
    finally:
        await monitor.aclose()
    return found


IN_BYTES = ("resident", "private", "warehouse", "ahead", "journal", "scratch")
IN_COUNTS = ("threads", "sockets", "descriptors")


def row(one: Held) -> str:
    sizes = " ".join(f"{getattr(one, name) / 1e6:10.1f}" for name in IN_BYTES)
    counts = " ".join(f"{getattr(one, name):11}" for name in IN_COUNTS)
    return f"{one.day:3} {sizes} {counts} {one.seconds:8.1f}"


def header() -> str:
    names = [*(f"{name:>10}" for name in IN_BYTES), *(f"{name:>11}" for name in IN_COUNTS)]
    return f"day {' '.join(names)}  seconds   (sizes in MB)"


def growth(found: Sequence[Held]) -> dict[str, float]:
    """Return by how much each grew from the second day to the last; the days beside them take the chance out."""
    beside = max(1, min(3, (len(found) - 1) // 3))
    first, last = found[1 : 1 + beside], found[-beside:]
    return {
        name: _mean(last, name) / max(1.0, _mean(first, name)) - 1
        for name in (*GROWN, "warehouse", "journal")
    }


def _mean(days: Sequence[Held], name: str) -> float:
    return statistics.mean(float(getattr(one, name)) for one in days)


def soak(shops: int, orders: int, days: int, steps: int, first: int, patience: float = 1800.0) -> list[Held]:
    start = int(datetime.datetime(2026, 3, 2, 1, tzinfo=datetime.UTC).timestamp())
    with (
        tempfile.TemporaryDirectory(prefix="shopwatch-soak-") as folder,
        living(start - (KEPT + 5) * DAY, orders, start) as market,
    ):
        tempfile.tempdir = str(Path(folder) / "tmp")
        Path(tempfile.tempdir).mkdir()
        try:
            return asyncio.run(lived(Path(folder), market, shops, days, steps, first, patience))
        finally:
            tempfile.tempdir = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name, given in (("days", 30), ("shops", 200), ("orders", 10), ("steps", 2), ("first", 12)):
        parser.add_argument(f"--{name}", type=int, default=given)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(f"{asked.shops} shops, {asked.orders} orders a day each; {os.cpu_count()} cores")
    print(header())
    found = soak(asked.shops, asked.orders, asked.days, asked.steps, asked.first)
    for name, grown in growth(found).items():
        print(
            f"{name:12} {grown:+.1%} from day 2 to day {asked.days}"
            + (f"   the bar: {BAR:.0%}" if name in GROWN else "")
        )
    if asked.json:
        asked.json.write_text(json.dumps([one._asdict() for one in found], indent=1))


if __name__ == "__main__":
    main()
