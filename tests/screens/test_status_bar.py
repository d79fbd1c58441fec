"""The status bar's ages and waits are real ones, though the clock beside them is pinned."""

from __future__ import annotations

import datetime

import pytest

from screens.driving import at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW


@pytest.mark.parametrize("days", [-300, 0, 300])
async def test_a_pinned_clock_changes_no_age(days: int) -> None:
    feed = FakeFeed(time=NOW + datetime.timedelta(days=days), real=NOW)
    async with at_the_keyboard(feed=feed) as hand:
        bar = hand.lines[-2]
        assert "下次 00:38" in bar
        assert "抖店订单 12秒前 · 物流 8秒前 · 评价 31秒前" in bar


async def test_what_keeps_the_monitor_from_its_work_stands_in_the_bar() -> None:
    feed = FakeFeed(trouble="另一个 shopwatch 正占用数据仓库")
    async with at_the_keyboard(feed=feed) as hand:
        assert "✖ 另一个 shopwatch 正占用数据仓库" in hand.lines[-2]
        feed.trouble = None
        feed.tell()
        await hand.rest()
        assert "数据源 4/4" in hand.lines[-2]
