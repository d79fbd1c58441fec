"""The whole monitor as of a past moment, by the front door: what it shows is what `status --as-of` prints."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path

import msgspec

from monitor.test_monitor import NOW, ORDERS, config, order, running, until, written
from shopwatch.board import Board
from shopwatch.once import Once
from shopwatch.scoring.scorecard import Scorecard

BEFORE = NOW - datetime.timedelta(hours=9)


def figures(board: Board) -> Board:
    """A board without what belongs to the process that made it."""
    return msgspec.structs.replace(board, sources=(), pinned=False)


async def test_it_is_as_it_stood_and_goes_back_to_now(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    written(
        tmp_path / "exports/orders.csv",
        ORDERS,
        order("6911", "2026-11-20 10:00:00", "2026-11-22 10:00:00"),
        order("6912", "2026-11-20 15:00:00", "2026-11-22 15:00:00"),
    )
    made = config(tmp_path)
    async with running(made, tmp_path / "state") as monitor:
        live = await until(monitor, lambda board: len(board.risks) == 2)
        await monitor.replay(BEFORE)
        assert (monitor.replayed, monitor.now(), monitor.live()) == (BEFORE, BEFORE, NOW)
        past = monitor.boards["shop"]
        assert [risk.order_id for risk in past.risks] == ["6911"]  # the other isn't paid yet
        story = await monitor.order("shop", "6911")
        assert story is not None
        assert all(event.ahead or event.at <= BEFORE for event in story.timeline)
        assert await monitor.rows("shop", "pickup_hours") == ()
        assert isinstance(await monitor.scorecard("shop"), Scorecard)
        # what comes meanwhile is taken in, and does not show
        written(
            tmp_path / "exports/more.csv", ORDERS, order("6913", "2026-11-20 16:00:00", "2026-11-22 16:00:00")
        )
        await asyncio.sleep(2.5)
        assert monitor.boards["shop"] == past
        await monitor.replay(NOW + datetime.timedelta(hours=1))
        assert monitor.replayed is None
        now = await until(monitor, lambda board: len(board.risks) == 3)
        assert now.as_of == live.as_of
    once = Once(made, tmp_path / "state", clock=lambda: NOW, language="zh_CN")
    try:
        result = await once.status(BEFORE, poll=False, shop=None, risks=300)
    finally:
        await once.aclose()
    (printed,) = result.status.shops
    assert figures(printed) == figures(past)


async def test_whoever_leafs_quickly_is_shown_where_they_stopped(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    written(
        tmp_path / "exports/orders.csv", ORDERS, order("6911", "2026-11-20 10:00:00", "2026-11-22 10:00:00")
    )
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks)
        moments = [NOW - datetime.timedelta(hours=n) for n in range(1, 7)]
        await asyncio.gather(*(monitor.replay(at) for at in moments))
        assert monitor.replayed == moments[-1]
        leaving = asyncio.create_task(monitor.replay(moments[0]))
        await asyncio.sleep(0)
        await monitor.replay(None)
        await leaving
        assert monitor.replayed is None
