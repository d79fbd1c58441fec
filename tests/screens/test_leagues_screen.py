"""League tables at the keyboard: `t`, the next table, a row, its orders, and back."""

from __future__ import annotations

import datetime

import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from shopwatch.board.leagues import LeagueBoard, LeagueCell, LeagueColumn, LeagueRow, LeagueTable
from shopwatch.board.voice import VoiceBoard

FIRST, LAST = datetime.date(2026, 10, 21), datetime.date(2026, 11, 19)


def column(id_: str, short: str, unit: str, mean: float, indicator: str = "") -> LeagueColumn:
    return LeagueColumn(
        id=id_,
        name=short,
        short=short,
        unit=unit,
        better="lower",
        mean=mean,
        first=FIRST,
        last=LAST,
        indicator=indicator,
    )


CARRIERS = LeagueTable(
    id="carriers",
    name="快递排行",
    by="carrier",
    columns=(
        column("pickup", "平均揽收", "hours", 9.5, "pickup_hours"),
        column("delivery", "配送达成率", "ratio", 0.97, "on_time_delivery"),
        column("breakage", "破损率", "ratio", 0.0031, "breakage"),
        column("stalls", "停滞率", "ratio", 0.02),
        column("complaints", "投诉率", "ratio", 0.011),
    ),
    rows=(
        LeagueRow(
            key="中通快递",
            cells=(
                LeagueCell(value=14.6, cases=1240, verdict="worse", part=-1.32, low=14.1, high=15.1),
                LeagueCell(value=0.969, cases=1100, verdict="usual", part=-0.01, low=0.953, high=0.98),
                LeagueCell(value=0.0031, cases=1300, verdict="usual", part=0.0, low=0.001, high=0.008),
                LeagueCell(value=0.06, cases=1240, verdict="worse", low=0.045, high=0.08),
                LeagueCell(value=0.03, cases=1300, verdict="worse", low=0.02, high=0.045),
            ),
            part=-1.33,
            worse=3,
            advice="把单量分给别家",
        ),
        LeagueRow(
            key="顺丰速运",
            cells=(
                LeagueCell(value=4.2, cases=12, verdict="thin", part=0.02, low=3.0, high=5.0),
                None,
                LeagueCell(value=0.0, cases=12, verdict="thin", part=0.01, low=0.0, high=0.36),
                None,
                LeagueCell(value=0.0, cases=12, verdict="thin", low=0.0, high=0.36),
            ),
            part=0.03,
        ),
    ),
)
PRODUCTS = LeagueTable(
    id="products",
    name="商品排行",
    by="product_id",
    columns=(column("quality", "品退率", "ratio", 0.01),),
    rows=(LeagueRow(key="手机壳", cells=(LeagueCell(value=0.01, cases=90, verdict="usual"),), part=None),),
    lacking=("评分",),
)
STANDINGS = LeagueBoard(tables=(CARRIERS, PRODUCTS), enough=30)
NO_TABLES = LeagueBoard(tables=(), enough=30)
HEARD_NOTHING = VoiceBoard(first=datetime.date(2026, 11, 1), total=0, before=0, problems=())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_table_a_row_and_its_orders(size: tuple[int, int], language: str) -> None:
    async with at_the_keyboard(language, size) as hand:
        hand.feed.standings = STANDINGS
        await hand.press("t")
        hours = "14.6小时" if language == "zh_CN" else "14.6 h"
        for words in ("中通快递", f"✗ {hours}", "96.90%", "✗ 6.00%", "-1.33", "→ 把单量分给别家", "· 0.00%"):
            assert words in hand.text
        assert ("影响" if language == "zh_CN" else "what a row's distance") in hand.text
        await hand.press("enter")
        assert hand.screen == "LeagueRowScreen"
        for words in ("1,240", "-1.32", "6952021180001", "平均揽收 30.5小时"):
            assert words in hand.text
        assert hand.feed.asked[-1] == ("league orders", "flagship", "carriers", "中通快递")
        await hand.press("y")
        assert hand.app.clipboard == "6952021180001"
        await hand.press("enter")
        assert hand.screen == "IndicatorScreen"
        await hand.press("escape")
        await hand.press("end", "enter")
        assert hand.screen == "OrderScreen"
        await hand.press("escape")
        await hand.press("escape")
        await hand.press("tab")
        assert hand.screen == "LeaguesScreen"
        for words in ("手机壳", "评分"):
            assert words in hand.text
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_without_any_data_it_says_so() -> None:
    async with at_the_keyboard() as hand:
        hand.feed.standings = NO_TABLES
        await hand.press("t")
        assert "还没有任何快递、商品、客服或省份的数据" in hand.text


@pytest.mark.parametrize("key", ["t", "v"])
async def test_before_the_store_is_open_it_is_being_worked_out_and_asked_again_at_the_next_board(
    key: str,
) -> None:
    async with at_the_keyboard() as hand:
        await hand.press(key)
        assert "正在计算" in hand.text
        hand.feed.standings, hand.feed.heard = STANDINGS, HEARD_NOTHING
        hand.feed.change("flagship")
        await hand.rest()
        assert {"t": "中通快递", "v": "近来没有买家投诉"}[key] in hand.text


async def test_tables_are_asked_for_anew_as_the_boards_become_new() -> None:
    async with at_the_keyboard() as hand:
        hand.feed.standings = NO_TABLES
        await hand.press("t")
        hand.feed.standings = STANDINGS
        hand.feed.change("flagship", as_of=hand.feed.now() + datetime.timedelta(seconds=20))
        await hand.rest()
        assert "中通快递" not in hand.text
        hand.feed.change("flagship", as_of=hand.feed.now() + datetime.timedelta(minutes=2))
        await hand.rest()
        assert "中通快递" in hand.text
