"""Competitors on the screen: their figures beside one's own, the gap drawn, and the form that enters theirs."""

from __future__ import annotations

import datetime
import re

import msgspec
import pytest
from textual.widgets import Input, TextArea

from score_cases import model
from scorecards_shown import any_readings
from screens.driving import LANGUAGES, SIZES, Hand, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW, ZONE
from shopwatch.assembly import build_board
from shopwatch.board import Board, CompetitorBoard, GapBoard, GapDeltas, Published, Scale, SourceBoard
from shopwatch.competitors import Competition
from shopwatch.feed import OfficialEntry
from shopwatch.i18n import translation
from shopwatch.rulebook import scorecards
from shopwatch.scoring.gaps import CONSUMER, items
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.windows import day_of

PRINTED = datetime.datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
NEW_YEAR = datetime.datetime(2026, 9, 1, tzinfo=ZONE)
SERIES = (*[None] * 30, *[1.0] * 30, *[-1.0] * 30, -2.6)


def gap(item: str, name: str, own: float | None, theirs: float | None, **known: object) -> GapBoard:
    figure = GapBoard(
        id=item,
        name=name,
        short=name,
        own=own,
        basis="anchored" if own is not None else None,
        published=None if theirs is None else Published(value=theirs, at=PRINTED),
        gap=None if own is None or theirs is None else round(own - theirs, 3),
    )
    return msgspec.structs.replace(figure, **known)


COMPETITORS = (
    CompetitorBoard(
        name="木木家居",
        figures=(
            gap(
                "total", "总分", 81.4, 84.0,
                deltas=GapDeltas(week=-1.6, month=-3.6), series=SERIES,
            ),
            gap("product", "商品", 69.0, 66.0),
            gap("logistics", "物流", 97.0, None),
            gap("service", "服务", None, 85.0),
        ),
    ),
    CompetitorBoard(
        name="老店",
        figures=(
            gap("total", "总分", 81.4, 77.0, gap=None, published=Published(value=77.0, at=NEW_YEAR)),
        ),
    ),
    CompetitorBoard(name="还没有的店", figures=(gap("total", "总分", 81.4, None), gap("product", "商品", 69.0, None))),
)  # fmt: skip


def feed_of(language: str = "zh_CN", **fields: object) -> FakeFeed:
    feed = FakeFeed(language)
    feed.change("flagship", competitors=COMPETITORS, **fields)
    return feed


def row_of(hand: Hand, *words: str) -> str:
    """The first line on which all of these stand."""
    return next(line for line in hand.lines if all(word in line for word in words))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_figure_stands_beside_theirs(language: str, size: tuple[int, int]) -> None:
    async with at_the_keyboard(language, size, feed_of(language)) as hand:
        await hand.press("c")
        assert hand.screen == "CompetitorsScreen"
        basis = "推算" if language == "zh_CN" else "anchored"
        total = row_of(hand, "总分", "84")
        assert total.split().index("-2.6") < total.split().index("-1.6") < total.split().index("-3.6")
        assert f"81.4 {basis}" in total
        assert "+3.0" in row_of(hand, "商品", "66")
        unpublished = "未公布" if language == "zh_CN" else "unpublished"
        assert unpublished in row_of(hand, "物流")
        assert row_of(hand, "服务", "85").split().count("—") >= 2
        assert "木木家居" in hand.text
        assert any(0x2800 < ord(sign) <= 0x28FF for sign in hand.text), "the gap is drawn"
        assert ("持平" if language == "zh_CN" else "level") in hand.text


async def test_what_is_old_and_what_is_missing_is_said() -> None:
    async with at_the_keyboard(size=(100, 30), feed=feed_of()) as hand:
        await hand.press("c")
        assert "80 天前公布,过旧" in row_of(hand, "总分", "77")
        assert "11-18 10:00 公布 · 2天前" in row_of(hand, "木木家居", "公布")
        assert "还没有公布的分数:按 o 录入" in row_of(hand, "还没有的店")
        assert hand.text.count("商品") == 1, "a shop of which nothing is known takes one line"


async def test_the_picture_is_of_the_row_under_the_cursor_and_of_as_many_days_as_asked() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c")
        assert "总分:本店减木木家居,近 30 天" in hand.text
        assert "10-21" in hand.text
        height = hand.lines.index(row_of(hand, "近 30 天", "本店减"))
        await hand.press("s")
        assert "近 90 天" in row_of(hand, "本店减")
        assert "08-22" in hand.text
        await hand.press("s")
        assert "近 7 天" in row_of(hand, "本店减")
        await hand.press("j")
        assert "商品:本店减木木家居" in hand.text
        assert "还没有一天同时有两家的分数" in hand.text
        assert hand.lines.index(row_of(hand, "本店减")) == height, "the rows above don't move"


@pytest.mark.parametrize(
    ("steps", "screen"), [(0, "ScoreScreen"), (1, "DimensionScreen"), (4, "ScoreScreen")]
)
async def test_enter_opens_what_ones_own_side_is_made_of(steps: int, screen: str) -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c")
        await hand.press(*["j"] * steps, "enter")
        assert hand.screen == screen
        await hand.press("escape")
        assert hand.screen == "CompetitorsScreen"
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_c_goes_there_and_back_and_stands_in_help_and_palette() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        assert "c 竞店" in hand.lines[-1]
        await hand.press("question_mark")
        assert "竞店对比:公布的分数与差距" in hand.text
        await hand.press("escape", "c")
        assert "s 换天数" in hand.lines[-1]
        assert "c 竞店" not in hand.lines[-1]
        await hand.press("c")
        assert hand.screen == "ShopScreen"
        assert "竞店" in [command.title for command in hand.app.get_system_commands(hand.app.screen)]


async def test_the_score_screen_leads_there() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        hand.app.open("score")
        await hand.rest()
        line = row_of(hand, "竞店", "木木家居 -2.6")
        assert "还没有的店 —" in line
        hand.app.open("competitors")
        await hand.rest()
        assert hand.screen == "CompetitorsScreen"


async def test_without_competitors_it_says_how_to_have_some() -> None:
    async with at_the_keyboard(size=(80, 24)) as hand:
        await hand.press("c")
        assert "还没有竞店" in hand.text
        assert "按 o 录入" in hand.text
        await hand.press("enter", "s")
        assert hand.screen == "CompetitorsScreen"


async def test_a_model_of_our_own_has_nobody_beside_it() -> None:
    async with at_the_keyboard(feed=feed_of(scale=Scale(house=True, decimals=1))) as hand:
        await hand.press("c")
        assert "自有模型" in hand.text
        await hand.press("o")
        assert hand.screen == "CompetitorsScreen"


async def test_a_source_of_theirs_that_fell_silent_is_said() -> None:
    silent = SourceBoard(
        name="竞店", kind="official", state="failing", last_success=NOW - datetime.timedelta(hours=5),
        records=3, rejected=0, error="…", tables=("competitors",), feeds=("competitors",),
    )  # fmt: skip
    async with at_the_keyboard(feed=feed_of(sources=(silent,))) as hand:
        await hand.press("c")
        assert "竞店数据源没有回应:5小时前" in hand.text


async def test_new_figures_keep_the_cursor_where_it_is() -> None:
    feed = feed_of()
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("c")
        await hand.press("j")
        changed = msgspec.structs.replace(
            COMPETITORS[0], figures=(*COMPETITORS[0].figures[:1], gap("product", "商品", 69.0, 71.0))
        )
        feed.change("flagship", competitors=(changed,))
        await hand.rest()
        assert "-2.0" in row_of(hand, "商品", "71")
        assert "商品:本店减木木家居" in hand.text


def beside(key: str, language: str) -> Board:
    """A board of any scorecard, beside a competitor of which every other figure is known."""
    card = scorecards()[key]
    readings = any_readings(card, 5)
    _ = translation(language)
    board = build_board(model(card), readings, name="旗舰店", now=NOW, _=_, language=language)
    printed = [
        OfficialFigure(
            item=item.id,
            published_at=int(PRINTED.timestamp()),
            day=day_of(PRINTED.date()),
            value=0.5,
            points=4.0,
        )
        for item in items(card)[::2]
    ]
    return Competition({board.id: {"木木家居": printed}}).beside(board, card, readings.official, _)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", list(scorecards()))
async def test_every_scorecard_has_its_own_figures(key: str, language: str) -> None:
    board, card = beside(key, language), scorecards()[key]
    async with at_the_keyboard(language, (80, 24), FakeFeed(language, shops={board.id: board})) as hand:
        await hand.press("c")
        assert hand.screen == "CompetitorsScreen"
        assert not re.search(r"\b(?:nan|inf|None)\b|无法显示|could not be drawn", hand.text)
        if card.house:
            assert not items(card)
            return
        asked = {item.id for item in items(card)}
        for figure in board.competitors[0].figures:
            assert figure.short in hand.text
        await hand.press("o")
        fields = {(field.id or "").removeprefix("field-") for field in hand.app.screen.query(Input)}
        assert fields - {"competitor", "at"} <= asked
        assert fields >= asked - {CONSUMER}


# ---- the form


async def test_typed_figures_go_to_the_one_under_the_cursor() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c", "o")
        assert hand.screen == "CompetitorForm"
        await hand.press(*"84", "tab", *"78", "ctrl+s")
        assert hand.feed.asked[-1] == (
            "competitor",
            "flagship",
            "木木家居",
            (OfficialEntry(item="total", points=84.0), OfficialEntry(item="product", points=78.0)),
            datetime.datetime(2026, 11, 20, 20, 7, tzinfo=ZONE),
        )
        assert hand.screen == "CompetitorsScreen"


async def test_a_first_competitor_is_named_in_the_form_and_a_bare_day_will_do() -> None:
    async with at_the_keyboard(size=(80, 24)) as hand:
        await hand.press("c", "o", *"new shop", "tab")
        hand.app.screen.query_one("#field-at", Input).value = "2026-11-18"
        hand.app.screen.query_one("#field-consumer", Input).value = "4.7"
        await hand.press("ctrl+s")
        assert hand.feed.asked[-1] == (
            "competitor",
            "flagship",
            "new shop",
            (OfficialEntry(item="consumer", points=4.7),),
            datetime.datetime(2026, 11, 18, tzinfo=ZONE),
        )


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("competitor", "", "竞店名为 1 至 64 个字"),
        ("competitor", "\u202e\x07", "竞店名为 1 至 64 个字"),
        ("competitor", "旗舰店", "这是本店自己"),
        ("total", "840", "不在 0–100 分之内"),
        ("consumer", "48", "不在 0–5 分之内"),
        ("at", "2026-11-21", "还没到"),
        ("total", "", "还没有可保存的数据"),
    ],
)
async def test_what_can_not_be_kept_is_told(field: str, text: str, words: str) -> None:
    feed = feed_of(name="旗舰店")
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("c", "o")
        hand.app.screen.query_one("#field-total", Input).value = "84"
        hand.app.screen.query_one(f"#field-{field}", Input).value = text
        await hand.press("ctrl+s")
        assert words in hand.text
        assert hand.screen == "CompetitorForm"
        assert all(asked[0] != "competitor" for asked in hand.feed.asked)


async def test_a_pasted_page_fills_what_the_form_asks_for() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c", "o")
        hand.app.screen.query_one(
            TextArea
        ).text = (
            "更新时间 2026-11-19 11:00\n商家体验分 84\n商品体验 78 分\n店铺星级 4.7\n平均揽收时长 5.6小时"
        )
        await hand.rest()
        values = {
            name: hand.app.screen.query_one(f"#field-{name}", Input).value
            for name in ("total", "product", "consumer", "at")
        }
        assert values == {"total": "84", "product": "78", "consumer": "4.7", "at": "2026-11-19 11:00"}
        await hand.press("ctrl+s")
        _word, _shop, name, entries, _at = hand.feed.asked[-1]
        assert (name, [entry.item for entry in entries]) == ("木木家居", ["total", "product", "consumer"])


# ---- correcting


async def test_what_was_mistyped_is_corrected_and_what_is_emptied_is_taken_out() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c")
        assert "a 改正" in hand.lines[-1]
        await hand.press("a")
        fields = {
            name: hand.app.screen.query_one(f"#field-{name}", Input) for name in ("at", "total", "product")
        }
        assert {name: field.value for name, field in fields.items()} == {
            "at": "2026-11-18 10:00",
            "total": "84",
            "product": "66",
        }
        fields["total"].value, fields["product"].value = "48", ""
        await hand.press("ctrl+s")
        assert hand.screen == "CompetitorsScreen"
        assert hand.feed.asked[-2:] == [
            ("competitor", "flagship", "木木家居", (OfficialEntry(item="product"),), PRINTED),
            (
                "competitor",
                "flagship",
                "木木家居",
                (OfficialEntry(item="total", points=48.0), OfficialEntry(item="service", points=85.0)),
                PRINTED,
            ),
        ]


async def test_figures_of_another_moment_after_all_are_moved_there() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c")
        await hand.press(*["j"] * 4, "a")
        assert hand.app.screen.query_one("#field-total", Input).value == "77"
        hand.app.screen.query_one("#field-at", Input).value = "2026-09-02"
        await hand.press("ctrl+s")
        moved = datetime.datetime(2026, 9, 2, tzinfo=ZONE)
        assert hand.feed.asked[-2:] == [
            ("competitor", "flagship", "老店", (OfficialEntry(item="total"),), NEW_YEAR),
            ("competitor", "flagship", "老店", (OfficialEntry(item="total", points=77.0),), moved),
        ]


async def test_where_there_is_nothing_to_correct_it_says_so() -> None:
    async with at_the_keyboard(feed=feed_of()) as hand:
        await hand.press("c")
        await hand.press(*["j"] * 5, "a")
        assert hand.screen == "CompetitorsScreen"
        assert "还没有可改的分数" in hand.text


async def test_figures_of_a_shop_that_is_watched_here_are_its_own() -> None:
    feed = feed_of()
    feed.change(
        "flagship",
        competitors=(msgspec.structs.replace(COMPETITORS[0], name=list(feed.boards.values())[1].name),),
    )
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("c", "a")
        assert hand.screen == "CompetitorsScreen"
        assert "本身就在这里监控" in hand.text
