"""The monitor on the simulated marketplace, whole: HTTP, warehouse, scoring, board.

The simulator works out what it prints from its own stories in Python; the monitor works it out from the
records in SQL. Neither knows the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shopwatch import demo
from shopwatch.board import Board
from shopwatch.demo.official import SECRETS
from shopwatch.monitor import open_monitor
from until import PATIENCE

JUST_PRINTED = datetime.datetime(2026, 11, 23, 11, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


async def boards_of(market: demo.Demo, folder: Path) -> list[Board]:
    """Return the first boards on which every shop has its records."""
    monitor = open_monitor(market.config(folder), folder, clock=market.clock.now, language="zh_CN")
    whole = asyncio.Event()

    def hear(_boards: object) -> None:
        boards = monitor.boards.values()
        if len(boards) == len(market.shops) and all(board.score.published for board in boards):
            whole.set()

    monitor.listen(hear)
    running = asyncio.create_task(monitor.run())
    try:
        await asyncio.wait_for(whole.wait(), PATIENCE)
        return list(monitor.boards.values())
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await monitor.aclose()


async def test_the_monitor_works_out_what_the_marketplace_prints(tmp_path: Path) -> None:
    with contextlib.closing(demo.start(JUST_PRINTED, speed=0.01)) as market:
        boards = await boards_of(market, tmp_path)
    assert [board.id for board in boards] == [shop.id for shop in market.shops]
    for board in boards:
        assert board.score.published is not None
        assert board.score.value == pytest.approx(board.score.published.value, abs=0.05)
        assert board.stage == ("growth" if board.id == "xinya" else "formal")
    figures = [
        (board.id, one.id, one.value, one.official.value)
        for board in boards
        for dimension in board.dimensions
        for one in dimension.indicators
        if one.official is not None
    ]
    assert len(figures) == 4 * len(SECRETS)
    for shop, item, value, official in figures:
        assert value == pytest.approx(official, abs=10 ** -SECRETS[item].digits), (shop, item)
    slipping = boards[1]
    assert any("圆通" in cause.title and "揽收停滞" in cause.title for cause in slipping.causes)
