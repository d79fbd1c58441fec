"""Weeks of a fleet in minutes: what the monitor holds after each simulated day, as a table; nothing of it may grow.

    python tests/bench/soak.py [--days 30] [--shops 200] [--orders 4] [--steps 1] [--first 9] [--pages 14]
        [--json FILE]

It is what an operator leaves open: the app, and the monitor in a process of its own with the loop, the sources, the
warehouse and the journal; what is told is what both hold together. Only the terminal itself is none, and the app's
process is also the one that turns the clock, presses the keys and measures. Each shop is a source of its own over
HTTP on loopback, at a marketplace in a third process.

The clock is turned on, some hours at a time, once everything of the last hours is in and shown, and the monitor is at
rest: all that the past teaches is learned, as it is within the first minutes of a real day. A person looks at another
shop and round it at each turn, ticks and notes something, and leafs back once a week. The first day is more like a
real one, in which sources are asked a thousand times: it has several turns, with them as many shops are looked at as
have a key, and as many pages are leafed through as it takes until all is remembered of the past that is remembered for
who leafs. The shops have lived for longer than is kept (`keep_days`), so that every window is full from the start and
every day brings as much as it lets go.

The bars: between day 2 and the last day memory, threads, sockets and descriptors grow by less than 2 %; and of no day
are the files, which the monitor compacts itself, half as large again as of day 2. Exits with 3 where one isn't met.
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

from bench import held
from bench.living import DAY, Living, living
from bench.turned import Turned
from shopwatch.apart import ClosingFeed, open_apart
from shopwatch.app import ShopwatchApp
from shopwatch.board import Board
from shopwatch.config import load
from shopwatch.demo.clock import SimClock
from shopwatch.journal_copy import copy_of

TESTS = Path(__file__).resolve().parents[1]
KEPT = 100
"""Days of records that are kept: the sixty that forecasts look back at, each with a window of thirty before it. With
less, more is remembered than there are records of, from day to day."""
OK, MISSED = 0, 3
BAR = 0.02
BOUNDED = 1.5  # times what the files are on day 2
WEEK = 7
KEYS = (
    ("enter", "escape"), ("v", "escape"), ("t", "escape"), ("i", "escape"), ("x", "escape"), ("d", "escape"),
    ("exclamation_mark", "escape"), ("question_mark", "escape"), ("m", "m"), ("j", "j", "k"),
)  # fmt: skip
"""What a person presses at each turn."""
HAVE_A_KEY = 9  # shops

REFRESH, RESTED = 1, 1.5
"""Seconds without work after which the monitor is at rest: while it learns, it pauses for no longer than the first."""
IDLE = 0.03  # of a core: its loops and timers

CONFIGURATION = """
[monitor]
refresh = {refresh}
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
    """What both processes hold at the end of a day; sizes in bytes."""

    day: int
    screen: int
    """Private memory of the app's process alone."""
    monitor: int
    """That of the monitor's."""
    private: int
    resident: int
    warehouse: int
    ahead: int
    """Of the warehouse, what is written ahead."""
    journal: int
    """With its daily copy."""
    scratch: int
    """Of what was polled, what lies about."""
    others: int
    """All other files: the log."""
    threads: int
    """The engine's, too."""
    sockets: int
    descriptors: int
    seconds: float
    busy: float
    """Seconds of the processor that the monitor took."""

    @property
    def files(self) -> int:
        return sum(int(getattr(self, name)) for name in FILES)


IN_BYTES = (
    "screen", "monitor", "private", "resident", "warehouse", "ahead", "journal", "scratch", "others",
)  # fmt: skip
IN_COUNTS = ("threads", "sockets", "descriptors")
FILES = ("warehouse", "ahead", "journal", "others")
GROWN = ("private", "resident", "threads", "sockets", "descriptors")
"""What may not grow."""


class Soak:
    """A fleet watched through the days of a clock that is turned here."""

    def __init__(self, folder: Path, market: Living, shops: int) -> None:
        self.folder, self.shops, self.patience = folder, shops, 1800.0
        self.state, self.scratch = folder / "state", Path(tempfile.gettempdir())
        self._market = market
        self._clock = Turned(folder / "moment")
        self._clock.turn(market.now.value)
        self._time = SimClock(
            datetime.datetime.fromtimestamp(0, datetime.UTC), speed=1.0, monotonic=self._clock, base=0.0
        )
        self._feed: ClosingFeed = open_apart(
            load(configured(folder, market.url, shops)),
            self.state,
            clock=self._time,
            wall=lambda: datetime.datetime.now(datetime.UTC),
            language="zh_CN",
        )
        self._turned_at = datetime.datetime.now(datetime.UTC)

    async def lived(self, days: int, steps: int, first: int, pages: int) -> list[Held]:
        """Live so many days; return what is held after each. first, pages: the steps of the first day, and the hours
        that are leafed back through on it."""
        app = ShopwatchApp(self._feed, language="zh_CN", reports=self.folder / "reports")
        found = []
        try:
            async with app.run_test(size=(160, 48)) as pilot:
                await self._caught_up()
                self._monitor = only(held.children("shopwatch.apart"))
                for day in range(1, days + 1):
                    began, before = time.monotonic(), held.busy(self._monitor)
                    leafed = pages if day == 1 else 1 if day % WEEK == 0 else 0
                    await self._live(pilot, day, first if day == 1 else steps, leafed)
                    found.append(self._held(day, time.monotonic() - began, before))
                    print(row(found[-1]), flush=True)
        finally:
            await self._feed.aclose()
        return found

    async def _live(self, pilot: Pilot[None], day: int, steps: int, pages: int) -> None:
        for step in range(steps):
            await look_round(pilot, self._feed, day, (day + step) % min(HAVE_A_KEY, self.shops))
            if step == 0:
                await leaf(self._feed, pages)
            self._turn(DAY // steps)
            await self._feed.refresh()
            await self._caught_up()

    def _turn(self, seconds: int) -> None:
        """Turn the clock; the journal's copy ages as much, by the real time that it is made by."""
        self._turned_at = datetime.datetime.now(datetime.UTC)
        self._market.now.value += seconds
        self._clock.turn(self._market.now.value)
        copied = copy_of(self.state / "journal.sqlite")
        if copied.exists():
            made = copied.stat().st_mtime - seconds
            os.utime(copied, (made, made))

    async def _caught_up(self) -> None:
        """Wait until all that there is at a moment is in and shown, and the monitor at rest."""
        async with asyncio.timeout(self.patience):
            await self._all_new()
            while not await self._rests():
                pass

    async def _all_new(self) -> None:
        while True:
            if self._is_new():
                return
            await asyncio.sleep(0.05)

    def _is_new(self) -> bool:
        boards, now = list(self._feed.boards.values()), self._time.now()
        return len(boards) == self.shops and all(self._is_of(board, now) for board in boards)

    def _is_of(self, board: Board, now: datetime.datetime) -> bool:
        """Whether a board is of a moment, and its sources were asked since."""
        asked = all(one.last_success and one.last_success >= self._turned_at for one in board.sources)
        return board.as_of == now and asked

    async def _rests(self) -> bool:
        """Whether the monitor does next to nothing for a while; seen from outside, as whatever it does shows there."""
        monitor = only(held.children("shopwatch.apart"))
        before, end = held.busy(monitor), time.monotonic() + RESTED
        while time.monotonic() < end:
            await asyncio.sleep(0.02)
            if held.busy(monitor) - before > IDLE * RESTED:
                return False
        return not held.works(monitor)

    def _held(self, day: int, seconds: float, before: float) -> Held:
        both = (os.getpid(), only(held.children("shopwatch.apart")))
        if both[1] != self._monitor:
            raise RuntimeError("the monitor ended, and was started again")
        screen, monitor = map(held.memory, both)
        files = held.open_files(both[0]) + held.open_files(both[1])
        warehouse, journal = self.state / "warehouse.duckdb", self.state / "journal.sqlite"
        ahead = warehouse.with_name(f"{warehouse.name}.wal")
        of_journal = (journal, journal.with_name(f"{journal.name}-wal"), copy_of(journal))
        known = held.size(warehouse, ahead, *of_journal)
        return Held(
            day=day,
            screen=screen.private,
            monitor=monitor.private,
            private=screen.private + monitor.private,
            resident=screen.resident + monitor.resident,
            warehouse=held.size(warehouse),
            ahead=held.size(ahead),
            journal=held.size(*of_journal),
            scratch=held.size(self.scratch),
            others=held.size(self.state, self.folder / "reports") - known,
            threads=sum(map(held.threads, both)),
            sockets=files["socket"],
            descriptors=files.total(),
            seconds=seconds,
            busy=held.busy(self._monitor) - before,
        )


def only(found: Iterator[int]) -> int:
    (one,) = found
    return one


def configured(folder: Path, url: str, shops: int) -> Path:
    path = folder / "shopwatch.toml"
    path.write_text(
        CONFIGURATION.format(refresh=REFRESH, kept=KEPT)
        + "".join(SHOP.format(number=number, url=url) for number in range(shops)),
        encoding="utf-8",
    )
    return path


async def look_round(pilot: Pilot[None], feed: ClosingFeed, day: int, shop: int) -> None:
    """Do what a person does at one shop."""
    for keys in ((str(shop + 1),), *KEYS):
        await pilot.press(*keys)
    board = list(feed.boards.values())[shop]
    if board.actions:
        await feed.tick(board.id, board.actions[0].id, True)
    if board.risks and board.risks[0].order_id:
        await feed.remark(board.id, [board.risks[0].order_id], note=f"day {day}")


async def leaf(feed: ClosingFeed, pages: int) -> None:
    """Leaf back so many hours, and come back to now."""
    for page in range(1, pages + 1):
        await feed.replay(feed.live() - datetime.timedelta(hours=page))
    await feed.replay(None)


def row(one: Held) -> str:
    sizes = " ".join(f"{getattr(one, name) / 1e6:9.1f}" for name in IN_BYTES)
    counts = " ".join(f"{getattr(one, name):11}" for name in IN_COUNTS)
    return f"{one.day:3} {sizes} {counts} {one.seconds:8.1f} {one.busy:8.1f}"


def header() -> str:
    names = [*(f"{name:>9}" for name in IN_BYTES), *(f"{name:>11}" for name in IN_COUNTS)]
    return f"day {' '.join(names)}  seconds     busy   (sizes in MB)"


def growth(found: Sequence[Held]) -> dict[str, float]:
    """Return by how much each grew from the second day to the last; the days beside them take the chance out."""
    beside = max(1, min(3, (len(found) - 1) // 3))
    first, last = found[1 : 1 + beside], found[-beside:]
    return {name: _mean(last, name) / max(1.0, _mean(first, name)) - 1 for name in GROWN}


def _mean(days: Sequence[Held], name: str) -> float:
    return statistics.mean(float(getattr(one, name)) for one in days)


def soak(shops: int, orders: int, days: int, steps: int, first: int, pages: int) -> list[Held]:
    start = int(datetime.datetime(2026, 3, 2, 13, tzinfo=datetime.UTC).timestamp())
    with (
        tempfile.TemporaryDirectory(prefix="shopwatch-soak-") as folder,
        living(start - (KEPT + 5) * DAY, orders, start) as market,
        beside(Path(folder) / "tmp"),
    ):
        return asyncio.run(Soak(Path(folder), market, shops).lived(days, steps, first, pages))


@contextlib.contextmanager
def beside(scratch: Path) -> Iterator[None]:
    """Have both processes put what is temporary there, and find the clock here."""
    scratch.mkdir()
    tempfile.tempdir = str(scratch)
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    os.environ |= {"TMPDIR": str(scratch), "PYTHONPATH": path}
    try:
        yield
    finally:
        tempfile.tempdir = None


def verdict(found: Sequence[Held]) -> bool:
    """Say of each bar how it is met; return whether all are."""
    grown = growth(found)
    for name, share in grown.items():
        print(f"{name:12} {share:+.1%} from day 2 to day {len(found)}   the bar: {BAR:.0%}")
    begun, most = found[1].files, max(found[1:], key=lambda one: one.files)
    print(
        f"files        {begun / 1e6:.1f} MB on day 2, {found[-1].files / 1e6:.1f} on the last, at most"
        f" {most.files / 1e6:.1f} on day {most.day}   the bar: {BOUNDED} times those of day 2"
    )
    return max(grown.values()) < BAR and most.files < BOUNDED * begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name, given in (
        ("days", 30),
        ("shops", 200),
        ("orders", 4),
        ("steps", 1),
        ("first", HAVE_A_KEY),
        ("pages", 14),
    ):
        parser.add_argument(f"--{name}", type=int, default=given)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    print(f"{asked.shops} shops, {asked.orders} orders a day each; {os.cpu_count()} cores")
    print(header())
    begin = time.monotonic()
    found = soak(asked.shops, asked.orders, asked.days, asked.steps, asked.first, asked.pages)
    print(f"{(time.monotonic() - begin) / 60:.1f} minutes, with those of filling the warehouse before day 1")
    if asked.json:
        asked.json.write_text(json.dumps([one._asdict() for one in found], indent=1))
    return OK if verdict(found) else MISSED


if __name__ == "__main__":
    sys.exit(main())
