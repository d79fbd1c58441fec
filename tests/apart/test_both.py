"""What the monitor does in the terminal's process it does in one of its own: the same behaviours, asked through the seam."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import signal
import sqlite3
import types
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from at_work import at_work
from monitor import test_monitor, test_remarks, test_replay
from monitor.test_monitor import NOW, ORDERS, UNSHIPPED, config, written
from shopwatch.apart import ClosingFeed, open_apart
from shopwatch.apart.feed import AwayError
from shopwatch.config import Config, MonitorSection
from shopwatch.demo.clock import SimClock
from shopwatch.feed import Feed
from until import until

Behaviour = Callable[[Path], Awaitable[None]]

STANDING = SimClock(NOW, speed=0.0)


def opened(made: Config, state: Path) -> ClosingFeed:
    return open_apart(made, state, clock=STANDING, wall=STANDING.now, language="zh_CN")


@contextlib.asynccontextmanager
async def running_apart(made: Config, state: Path) -> AsyncIterator[ClosingFeed]:
    async with at_work(opened(made, state)) as feed:
        yield feed


def behaviours(*modules: types.ModuleType) -> list[object]:
    return [
        pytest.param(module, name, id=f"{module.__name__.rpartition('.')[2]}-{name}")
        for module in modules
        for name, found in vars(module).items()
        if name.startswith("test_") and "running(" in _source(found)
    ]


def _source(found: object) -> str:
    return inspect.getsource(found) if inspect.isfunction(found) else ""


@pytest.mark.parametrize(("module", "name"), behaviours(test_monitor, test_remarks, test_replay))
async def test_the_same_in_a_process_of_its_own(
    module: types.ModuleType, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "running", running_apart)
    behaviour: Behaviour = getattr(module, name)
    await behaviour(tmp_path)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    written(folder / "orders.csv", ORDERS, UNSHIPPED)
    return tmp_path


def at_risk(feed: Feed) -> bool:
    return bool((board := feed.boards.get("shop")) and board.risks)


async def test_there_is_nothing_that_a_feed_has_and_this_lacks(exports: Path) -> None:
    feed = opened(config(exports), exports / "state")
    assert [name for name in vars(Feed) if name[0] != "_" and not hasattr(feed, name)] == []
    with pytest.raises(AttributeError):
        _ = feed.unheard_of  # type: ignore[attr-defined]
    await feed.aclose()


async def test_the_last_boards_are_there_before_it_is_started(exports: Path) -> None:
    heard: list[str] = []
    async with running_apart(config(exports), exports / "state") as feed:
        feed.listen(lambda boards: heard.extend(board.id for board in boards))
        await until(lambda: at_risk(feed))
        assert "shop" in heard, "it is told of"
        await feed.remember({"pane": "orders"})
    again = opened(config(exports), exports / "state")
    assert at_risk(again)
    assert again.remembered() == {"pane": "orders"}
    heard.clear()
    again.listen(lambda boards: heard.extend(board.id for board in boards))
    async with at_work(again):
        await again.remember({"pane": "score"})
    assert again.boards["shop"].risks == feed.boards["shop"].risks


async def test_a_pause_is_one_at_once_and_holds(exports: Path) -> None:
    another = test_monitor.order("6999", "2026-11-19 09:00:00", "2026-11-21 10:00:00")
    async with running_apart(config(exports), exports / "state") as feed:
        await until(lambda: at_risk(feed) and feed.next_poll is not None)
        feed.pause(True)
        assert feed.paused
        assert feed.next_poll is None
        await asyncio.sleep(0.5)  # what was on its way
        written(exports / "exports/more.csv", ORDERS, another)
        await asyncio.sleep(1.5)
        assert len(feed.boards["shop"].risks) == 1
        os.kill(child_of_this(), signal.SIGKILL)
        await until(lambda: feed.trouble is not None)
        await until(lambda: feed.trouble is None)
        await feed.remember({"pane": "orders"})  # answered by the next one
        await asyncio.sleep(1.5)
        assert len(feed.boards["shop"].risks) == 1, "the next one pauses, too"
        feed.pause(False)
        await until(lambda: len(feed.boards["shop"].risks) == 2)


def child_of_this(name: str = "shopwatch.apart") -> int:
    """Return the process of the monitor."""
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    for process in " ".join(one.read_text() for one in listed).split():
        if name in Path(f"/proc/{process}/cmdline").read_text():
            return int(process)
    raise AssertionError("there is none")


async def known(feed: Feed) -> bool:
    """Whether it knows its orders, within a while."""
    for _try in range(1000):
        if await feed.order("shop", "6900000000000000001") is not None:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_one_that_is_killed_is_told_of_and_comes_back(exports: Path) -> None:
    told: list[str | None] = []
    async with running_apart(config(exports), exports / "state") as feed:
        await until(lambda: at_risk(feed))
        await feed.look_at("shop")
        feed.listen(lambda _: told.append(feed.trouble))
        for _kill in range(2):
            await feed.refresh()  # of one that is there it asks for no haste
            process = child_of_this()
            os.kill(process, signal.SIGKILL)
            await until(lambda: feed.trouble is not None)
            assert "SIGKILL" in (feed.trouble or "")
            assert at_risk(feed), "the last boards stay"
            with pytest.raises(AwayError):
                await feed.order("shop", "6900000000000000001")
            await feed.refresh()  # whoever asks for it doesn't wait out the pause
            assert child_of_this() != process
            await until(lambda: feed.trouble is None and feed.next_poll is not None)
        assert await known(feed)
    assert any(told)


async def test_a_question_that_waits_while_it_is_killed_is_answered(exports: Path) -> None:
    async with running_apart(config(exports), exports / "state") as feed:
        await until(lambda: at_risk(feed))
        os.kill(process := child_of_this(), signal.SIGSTOP)
        asking = asyncio.create_task(feed.splits("shop", "pickup_hours", "carrier"))
        await asyncio.sleep(0.1)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(AwayError):
            await asking


async def test_an_error_there_is_one_here_and_says_nothing_of_what_it_was_about(exports: Path) -> None:
    async with running_apart(config(exports), exports / "state") as feed:
        await until(lambda: at_risk(feed))
        with contextlib.closing(sqlite3.connect(exports / "state/journal.sqlite")) as broken:
            broken.execute("DROP TABLE remarks")
        with pytest.raises(AwayError, match="JournalError") as told:
            await feed.remark("shop", ["6900000000000000001"], note="王小姐")
        assert "王" not in str(told.value)
        log = (exports / "state/shopwatch.log").read_text("utf-8")
        assert "remark: JournalError" in log
        assert "王" not in log
        assert await feed.scorecard("shop") is not None, "it goes on"


async def test_what_nobody_waits_for_any_more_is_given_up(exports: Path) -> None:
    async with running_apart(config(exports), exports / "state") as feed:
        await until(lambda: at_risk(feed))
        asking = asyncio.create_task(feed.voice("shop"))
        await asyncio.sleep(0)
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        assert await feed.scorecard("shop") is not None


def shown_of(process: int) -> bytes:
    """Return all that the system shows to others of a process's start."""
    return b"".join(Path(f"/proc/{process}/{name}").read_bytes() for name in ("cmdline", "environ"))


def opened_by(process: int, *numbers: int) -> list[Path]:
    return [Path(f"/proc/{process}/fd/{number}").readlink() for number in numbers]


async def test_nothing_of_the_configuration_stands_where_others_can_read_it(exports: Path) -> None:
    made = config(exports, monitor=MonitorSection(refresh=0.1, who="geheim-9f3"))
    async with running_apart(made, exports / "state") as feed:
        await until(lambda: at_risk(feed))
        process = child_of_this()
        assert b"geheim-9f3" not in shown_of(process)
        assert str(exports).encode() not in shown_of(process)
        assert set(opened_by(process, 0, 1, 2)) == {Path("/dev/null")}
        assert os.getsid(process) == process, "it has no terminal"
        assert os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)
