"""What lets it run for weeks: a full disk, views that no longer wait, boards saved no more often than needed."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import pytest

from monitor.test_monitor import NOW, ORDERS, UNSHIPPED, config, order, running, until, written
from shopwatch.board import Board
from shopwatch.config import Config, DefaultsSection, SourceSection
from shopwatch.journal import Journal
from shopwatch.monitor import Monitor, open_monitor
from shopwatch.store import Store
from shopwatch.warehouse import DuckWarehouse
from until import until as soon


@contextlib.contextmanager
def full_disk(at: int) -> Iterator[None]:
    """No file grows beyond so many bytes, which is as near as a test may come to a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    silenced = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, silenced)


async def test_a_warehouse_that_a_full_disk_has_ended_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    store = Store(path)
    await store.open()

    def run(*statements: str) -> list[tuple[int, ...]]:
        assert isinstance(warehouse, DuckWarehouse)
        connection = warehouse._duck.connection
        for statement in statements:
            connection.execute(statement)
        return connection.fetchall()

    warehouse = await store.ask(lambda opened: opened)
    assert isinstance(warehouse, DuckWarehouse)
    await store.ask(lambda _: run("CREATE TABLE t AS SELECT random() FROM range(200000)", "FORCE CHECKPOINT"))
    with full_disk(path.stat().st_size + 4096):
        await store.ask(lambda _: run("INSERT INTO t SELECT random() FROM range(100)"))
        with pytest.raises(duckdb.FatalException):
            await store.ask(
                lambda _: run("INSERT INTO t SELECT random() FROM range(100)", "FORCE CHECKPOINT")
            )
    warehouse = await store.ask(lambda opened: opened)
    assert await store.ask(lambda _: run("SELECT count(*) FROM t")) == [(200200,)]
    await store.aclose()


async def test_a_view_that_no_longer_waits_takes_nothing_with_it(tmp_path: Path) -> None:
    """What it asked for is noted, and shown by whoever refreshes next."""
    exports = tmp_path / "exports"
    exports.mkdir()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.actions)
        action = board.actions[0].id
        for pause in (0, 0, 0.001, 0.003, 0.01, 0.03, 0.1):
            asking = asyncio.create_task(monitor.tick("shop", action, True))
            await asyncio.sleep(pause)
            asking.cancel()
            await asyncio.wait([asking])
        await until(monitor, lambda board: next(one for one in board.actions if one.id == action).done)


class Refresh(NamedTuple):
    """awaited: by somebody who pressed a key. only: the shops whose boards are made, None is all."""

    awaited: bool
    only: set[str] | None
    learn: bool


def refreshes(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> list[Refresh]:
    """Return a list to which each refresh is added from now on; others than the awaited come at any time."""
    made, of_changed, found = monitor._made, monitor._made_of_changed, list[Refresh]()
    awaited = False

    async def noted(learn: bool) -> list[Board]:
        nonlocal awaited
        awaited = monitor._awaited
        return await of_changed(learn)

    async def counted(now: Any, only: set[str] | None, *rest: Any, learn: bool = True, **more: Any) -> Any:
        found.append(Refresh(awaited, only, learn))
        return await made(now, only, *rest, learn=learn, **more)

    monkeypatch.setattr(monitor, "_made_of_changed", noted)
    monkeypatch.setattr(monitor, "_made", counted)
    return found


async def test_a_tick_refreshes_its_own_shop_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exports").mkdir()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.actions)
        found = refreshes(monitor, monkeypatch)
        await monitor.tick("shop", board.actions[0].id, True)
        assert [one.only for one in found if one.awaited] == [{"shop"}]


async def test_whoever_presses_a_key_does_not_wait_for_the_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chances of a miss are learned in the refreshes that nobody asked for."""
    (tmp_path / "exports").mkdir()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.actions)
        found = refreshes(monitor, monkeypatch)
        await monitor.tick("shop", board.actions[0].id, True)
        await monitor.remark("shop", ["1"], note="asked")
        assert [one.learn for one in found if one.awaited] == [False, False]
        await monitor.refresh()
        await soon(lambda: any(one.learn for one in found))


async def test_boards_are_saved_at_once_then_seldom_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopwatch.fresh.SAVED_A_SECOND", 1)
    exports = tmp_path / "exports"
    exports.mkdir()

    def saved() -> list[int]:
        journal = Journal(tmp_path / "state" / "journal.sqlite")
        found = [board.risks_total for board, _at in journal.boards()]
        journal.close()
        return found

    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.sources)
        await soon(saved)
        written(exports / "orders.csv", ORDERS, UNSHIPPED)
        await until(monitor, lambda board: board.risks_total == 1)
        await asyncio.sleep(0.3)
        assert saved() == [0]
    assert saved() == [1]


async def test_without_a_shop_the_failing_source_is_the_trouble(tmp_path: Path) -> None:
    """A fleet that is only discovered has no board that could show it."""
    source = SourceSection(kind="files", name="exports", path="none.csv", every=0.2)
    made = config(tmp_path, shop=(), source=(source,), defaults=DefaultsSection())
    async with running(made, tmp_path / "state") as monitor:
        await soon(lambda: monitor.trouble)
        assert monitor.trouble is not None
        assert monitor.trouble.startswith("exports: ")
        assert "none.csv" in monitor.trouble


async def test_a_source_that_fails_from_the_start_keeps_what_it_brought(tmp_path: Path) -> None:
    """So that only what rests on it counts as old."""
    exports = tmp_path / "exports"
    exports.mkdir()
    written(
        exports / "orders.csv", ORDERS, UNSHIPPED, order("2", "2026-11-19 09:00:00", "2026-11-21 10:00:00")
    )
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.risks_total == 2)
        fed = board.sources[0].feeds
        assert fed
    (exports / "orders.csv").unlink()
    exports.rmdir()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.sources and board.sources[0].state == "failing")
        assert board.sources[0].records > 0
        assert board.sources[0].feeds == fed


def scorecard_of_ones_own(folder: Path) -> None:
    """The shipped one under another name, whose page calls the total otherwise."""
    from importlib import resources

    text = (resources.files("shopwatch") / "rules/scorecards/douyin-2026-09-08.toml").read_text("utf-8")
    (folder / "scorecards").mkdir()
    mine = text.replace('id = "douyin"', 'id = "mine"', 1)
    assert 'id = "mine"' in mine
    named = mine.replace("商家体验分", "店铺健康分")
    (folder / "scorecards" / "mine.toml").write_text(named, encoding="utf-8")


async def test_an_official_page_is_read_by_its_own_shops_scorecard(tmp_path: Path) -> None:
    scorecard_of_ones_own(tmp_path)
    (tmp_path / "page.txt").write_text("店铺健康分 88\n更新时间 2026-11-20 08:00\n", encoding="utf-8")
    source = SourceSection(kind="official", path="page.txt", every=0.2)
    (shop,) = config(tmp_path).shop
    mine = msgspec.structs.replace(shop, scorecard="mine", source=(source,))
    made: Config = config(tmp_path, shop=(mine,))
    async with running(made, tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.score.published)
        assert board.score.published is not None
        assert board.score.published.value == 88


def test_a_monitor_that_never_ran_closes(tmp_path: Path) -> None:
    monitor = open_monitor(config(tmp_path), tmp_path / "state", clock=lambda: NOW, language="en")
    asyncio.run(monitor.aclose())
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["journal.sqlite"]


async def test_the_days_ahead_are_foreseen_by_a_warehouse_that_was_opened_again(tmp_path: Path) -> None:
    """As after a full disk: what remembers past mornings asks the new one."""
    (tmp_path / "exports").mkdir()
    written(tmp_path / "exports" / "orders.csv", ORDERS, UNSHIPPED)
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks)
        monitor._dirty.add("shop")
        await monitor._refresh(learn=True)  # the first morning of some
        await monitor._store.ask(lambda warehouse: warehouse.close())
        with contextlib.suppress(duckdb.ConnectionException):
            await monitor._store.ask(lambda warehouse: warehouse.size())
        for _again in range(3):
            monitor._dirty.add("shop")
            await monitor._refresh(learn=True)
        assert monitor.trouble is None
