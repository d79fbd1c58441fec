"""Ages and waits are real ones, whatever clock the figures go by; and whatever the loop waits for, it ends."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from at_work import at_work
from monitor.test_monitor import NOW, ORDERS, UNSHIPPED, config, until, written
from shopwatch.config import MonitorSection
from shopwatch.demo.clock import SimClock
from shopwatch.i18n import translation
from shopwatch.monitor import Monitor, open_monitor
from shopwatch.panes.status import source_words
from until import PATIENCE

Clock = Callable[[], datetime.datetime]
EVERY = 0.2  # seconds between two polls


def wall() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def a_pinned_clock() -> tuple[MonitorSection, Clock]:
    return MonitorSection(refresh=0.1, now=NOW), wall


def a_simulated_clock() -> tuple[MonitorSection, Clock]:
    return MonitorSection(refresh=0.1), SimClock(NOW, speed=3600).now


def the_real_clock() -> tuple[MonitorSection, Clock]:
    return MonitorSection(refresh=0.1), wall


@contextlib.asynccontextmanager
async def running(folder: Path, section: MonitorSection, clock: Clock) -> AsyncIterator[Monitor]:
    (folder / "exports").mkdir(exist_ok=True)
    written(folder / "exports" / "orders.csv", ORDERS, UNSHIPPED)
    made = config(folder, monitor=section)
    monitor = open_monitor(made, folder / "state", clock=clock, wall=wall, language="en")
    async with at_work(monitor):
        yield monitor


@pytest.mark.parametrize("make", [a_pinned_clock, a_simulated_clock, the_real_clock])
async def test_ages_and_waits_are_real(
    tmp_path: Path, make: Callable[[], tuple[MonitorSection, Clock]]
) -> None:
    section, clock = make()
    async with running(tmp_path, section, clock) as monitor:
        board = await until(monitor, lambda board: board.sources and board.sources[0].last_success)
        (source,) = board.sources
        assert source.last_success is not None
        assert abs(wall() - source.last_success) < datetime.timedelta(seconds=20)
        words, _colour = source_words(source, monitor.wall(), translation("en"))
        assert words in {"exports just now", *(f"exports {n} s ago" for n in range(20))}
        for _again in range(5):
            due = monitor.next_poll
            assert due is not None
            assert due - monitor.wall() <= datetime.timedelta(seconds=EVERY)
            await asyncio.sleep(0.05)
        if section.now:
            assert monitor.now() == NOW
            assert board.as_of == NOW


async def test_nothing_is_awaited_while_paused_or_not_open(tmp_path: Path) -> None:
    async with running(tmp_path, *the_real_clock()) as monitor:
        assert monitor.next_poll is None, "the warehouse isn't open yet"
        await until(monitor, lambda board: board.sources)
        monitor.pause(True)
        assert monitor.next_poll is None
        monitor.pause(False)
        assert monitor.next_poll is not None


async def test_a_cancellation_is_never_lost(tmp_path: Path) -> None:
    """Not even one that comes in the same turn of the loop as what was waited for."""
    (tmp_path / "exports").mkdir()
    made = config(tmp_path)
    monitor = open_monitor(made, tmp_path / "state", clock=wall, language="en")
    try:
        for _again in range(3):
            task = asyncio.create_task(monitor.run())
            await until(monitor, lambda board: board.sources)
            await asyncio.sleep(0.3)  # by now it waits for something to change
            await monitor.refresh()
            task.cancel()
            done, _pending = await asyncio.wait([task], timeout=PATIENCE)
            assert done
    finally:
        await monitor.aclose()


async def troubled(monitor: Monitor) -> str:
    async with asyncio.timeout(PATIENCE):
        while True:
            if monitor.trouble is not None:
                return monitor.trouble
            await asyncio.sleep(0.05)


HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"


@contextlib.contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process has the warehouse open, until its standard input ends."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield holder


async def test_a_held_warehouse_is_told_and_opened_once_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopwatch.monitor.HELD_RETRY", 0.1)
    async with running(tmp_path, *a_pinned_clock()) as monitor:
        await until(monitor, lambda board: board.actions)
    with held(tmp_path / "state" / "warehouse.duckdb") as holder:
        async with running(tmp_path, *a_pinned_clock()) as monitor:
            words = f"another process ({holder.pid}) has the warehouse open; these are the last saved boards"
            assert await troubled(monitor) == words
            action = monitor.boards["shop"].actions[0]  # of the last saved board
            await monitor.tick("shop", action.id, True)
            holder.communicate()
            await until(monitor, lambda board: any(one.id == action.id and one.done for one in board.actions))
            assert monitor.trouble is None


async def test_a_held_warehouse_is_told_where_nothing_was_ever_saved(tmp_path: Path) -> None:
    """As after a first start that was killed at once."""
    (tmp_path / "state").mkdir()
    with held(tmp_path / "state" / "warehouse.duckdb") as holder:
        async with running(tmp_path, *a_pinned_clock()) as monitor:
            words = f"another process ({holder.pid}) has the warehouse open; it is shown here once that ends"
            assert await troubled(monitor) == words
            assert not monitor.boards
            holder.communicate()
            await until(monitor, lambda board: board.risks_total == 1)
            assert monitor.trouble is None
