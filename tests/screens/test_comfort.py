"""What makes it one's own: the theme, the density, and that it comes back as it was left."""

from __future__ import annotations

import asyncio

import pytest

from screens.driving import SIZES, Hand, Seconds
from screens.fake_feed import FakeFeed
from shopwatch.app import ShopwatchApp
from shopwatch.config.structs import ScreenSection
from shopwatch.panes.fleet import FleetPane
from shopwatch.panes.look import PALETTES
from shopwatch.panes.order_list import OrderList


class Started:
    """The app with these settings, as `at_the_keyboard`."""

    def __init__(self, settings: ScreenSection, feed: FakeFeed, size: tuple[int, int] = (160, 48)) -> None:
        self._app = ShopwatchApp(feed, language="zh_CN", screen=settings, monotonic=Seconds())
        self._feed, self._running = feed, self._app.run_test(size=size)

    async def __aenter__(self) -> Hand:
        hand = Hand(self._app, self._feed, await self._running.__aenter__())
        await hand.rest()
        return hand

    async def __aexit__(self, *_: object) -> None:
        await self._running.__aexit__(None, None, None)


async def kept(hand: Hand) -> None:
    hand.app.beat()
    await hand.rest()


async def test_it_comes_back_as_it_was_left() -> None:
    feed = FakeFeed("zh_CN")
    async with Started(ScreenSection(), feed) as hand:
        await hand.press("2", "s", "slash", *"中通", "enter", "down", "down")
        row = hand.app.screen.query_one(OrderList).current
        await kept(hand)
    assert row is not None
    async with Started(ScreenSection(), feed) as hand:
        orders = hand.app.screen.query_one(OrderList)
        assert hand.app.shown == "general"
        assert (orders.sort, orders.wanted) == ("left", "中通")
        assert orders.current is not None
        assert orders.current.key == row.key
        assert " / 中通" in hand.text
        assert hand.app.focused is orders


@pytest.mark.parametrize("size", SIZES)
async def test_the_pane_and_the_order_of_the_shops_come_back(size: tuple[int, int]) -> None:
    feed = FakeFeed("zh_CN")
    async with Started(ScreenSection(), feed, size) as hand:
        await hand.press("f", "s")
        await kept(hand)
        pane = hand.app.focused
    async with Started(ScreenSection(), feed, size) as hand:
        assert hand.app.screen.query_one(FleetPane).order == 1
        assert pane is not None
        if not hand.app.screen.has_class("-medium"):
            assert hand.app.focused is not None
            assert hand.app.focused.id == pane.id


async def test_what_is_gone_is_passed_over() -> None:
    left = {"shop": "sold", "pane": "nowhere", "row": "ship:0", "sort": "colour", "fleet_sort": "x"}
    async with Started(ScreenSection(), FakeFeed("zh_CN", left=left)) as hand:
        assert hand.app.shown == "flagship"
        assert hand.app.unpainted is None
        assert "待救订单 36" in hand.text


async def test_nothing_is_kept_where_that_is_not_wanted() -> None:
    feed = FakeFeed("zh_CN", left={"shop": "general"})
    async with Started(ScreenSection(remember=False), feed) as hand:
        assert hand.app.shown == "flagship"
        await hand.press("3")
        await kept(hand)
    assert feed.left == {"shop": "general"}


@pytest.mark.parametrize("name", PALETTES)
async def test_every_theme_is_worn(name: str) -> None:
    async with Started(ScreenSection(theme=name), FakeFeed("zh_CN")) as hand:  # type: ignore[arg-type]
        assert hand.app.screen.background_colors[1].hex.lower() == PALETTES[name].ground
        assert hand.colour_of("…69080412") == PALETTES[name].ink


async def test_compact_leaves_more_rows() -> None:
    rows = []
    for density in ("normal", "compact"):
        async with Started(ScreenSection(density=density), FakeFeed("zh_CN"), (100, 30)) as hand:
            await asyncio.sleep(0)
            rows.append(hand.app.screen.query_one(OrderList).scrollable_content_region.height)
            assert "待救订单 36" in hand.text
    assert rows[1] == rows[0] + 1
