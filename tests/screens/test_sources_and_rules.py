"""The sources and the rules at the keyboard: `d`, `u`, what is behind a row, and back."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from screens.fixture_boards import NOW


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_source_says_how_it_fares(size: tuple[int, int], language: str) -> None:
    async with at_the_keyboard(language, size) as hand:
        await hand.press("2", "d")
        assert hand.screen == "SourcesScreen"
        zh = language == "zh_CN"
        for words in ("✖ 出错", "限流", "40") if zh else ("✖ fails", "rate limit", "40"):
            assert words in hand.text
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_what_was_kept_aside_says_why_and_a_source_what_rests_on_it() -> None:
    async with at_the_keyboard() as hand:
        sources = hand.feed.shops["flagship"].sources
        bad = msgspec.structs.replace(
            sources[0],
            rejected=3,
            aside="未采用 3 行;首行 订单.csv 第 5 行:金额不是数字",
            aside_at=NOW - datetime.timedelta(hours=2),
            tables=("orders", "parcels"),
            feeds=("pickup_hours", "late_shipping", "ship"),
        )
        hand.feed.change("flagship", sources=(bad, *sources[1:]))
        await hand.press("d")
        assert "金额不是数字" in hand.text
        await hand.press("enter")
        assert hand.screen == "SourceScreen"
        for words in ("11-20 18:07", "金额不是数字", "orders, parcels", "平均揽收", "超时发货"):
            assert words in hand.text
        await hand.press("enter")
        assert hand.screen == "IndicatorScreen", "the first row that can be chosen is an indicator"
        await hand.press("escape", "escape", "escape")
        assert hand.screen == "ShopScreen"


async def test_a_source_of_another_shop_that_fails_leads_there() -> None:
    async with at_the_keyboard() as hand:
        sources = hand.feed.shops["flagship"].sources
        elsewhere = msgspec.structs.replace(
            sources[0], name="丙店导出", state="failing", error="文件夹打不开"
        )
        hand.feed.change("new", sources=(elsewhere,))
        await hand.press("d")
        assert "其他店铺异常 2" in hand.text
        assert "清仓店 · 丙店导出" in hand.text
        await hand.press("end", "enter")
        assert (hand.screen, hand.app.shown) == ("SourceScreen", "new")
        assert "文件夹打不开" in hand.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_rules_are_read_to_their_end_by_keys(size: tuple[int, int], language: str) -> None:
    async with at_the_keyboard(language, size) as hand:
        await hand.press("u")
        await hand.sees("2026-09-08")
        await hand.sees("缺省,未公开" if language == "zh_CN" else "our default")
        await hand.press("end")
        assert "▌" in hand.lines[-4], "the last row is reached and shown"
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_a_rule_opens_the_figure_it_is_about() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("u")
        await hand.sees("缺省,未公开")
        while "▌商品体验" not in hand.text:
            await hand.press("down")
        await hand.press("enter")
        assert hand.screen == "DimensionScreen"
        await hand.press("escape", "escape")
        assert hand.screen == "ShopScreen"
