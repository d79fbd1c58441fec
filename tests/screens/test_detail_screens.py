"""No figure without its way in: every screen behind the shop screen, there and back."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from textual import events
from textual.widgets import Input, TextArea

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW, ZONE
from shopwatch.board import AssessmentBoard, ForecastPoint, Miss, RollOff
from shopwatch.feed import OfficialEntry, TypedPage
from shopwatch.panes.rows import RowsPane
from shopwatch.panes.score import ScorePane
from shopwatch.screens.indicator import points_at


async def test_from_the_score_down_to_one_order_and_back() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("f", "tab", "enter")
        assert hand.screen == "ScoreScreen"
        assert "最近官方分加此后的模型变动" in hand.text
        await hand.press("j", "j", "enter")
        assert hand.screen == "DimensionScreen"
        await hand.press("enter")
        assert hand.screen == "IndicatorScreen"
        assert "平均揽收时长" in hand.text
        assert "5,600 ÷ 1,000" in hand.text
        assert "10-21 至 11-19,30 天" in hand.text
        await hand.press("j", "j", "j", "enter")
        assert hand.screen == "OrderScreen"
        assert "6926000069080000" in hand.text
        assert "上传运单号" in hand.text
        for screen in ("IndicatorScreen", "DimensionScreen", "ScoreScreen", "ShopScreen"):
            await hand.press("escape")
            assert hand.screen == screen


async def test_the_score_screen_tells_where_the_assessment_stands() -> None:
    feed = FakeFeed()
    standing = AssessmentBoard(
        name="天猫商家考核",
        effect="任一项不达标即不能继续经营",
        level="near",
        phase="trial",
        month=6,
        begins=datetime.date(2026, 6, 1),
        at=4.2,
        months=(),
        failed=2,
        left=0,
        sales=None,
        last_sales=None,
        idle=None,
        idle_most=3,
        words=("试考期第 6 个月(2026-06 至 2027-05)", "不达标 2 个月,还可失 0 个月"),
    )
    async with at_the_keyboard(feed=feed) as hand:
        hand.app.open("assessment")
        await hand.rest()
        assert "天猫商家考核" not in hand.text
    feed.change("flagship", assessment=standing)
    async with at_the_keyboard(feed=feed) as hand:
        hand.app.open("assessment")
        await hand.rest()
        assert hand.screen == "ScoreScreen"
        for words in (standing.name, *standing.words, standing.effect):
            assert words in hand.text


async def test_a_mean_of_stars_says_what_one_more_does() -> None:
    async with at_the_keyboard() as hand:
        hand.app.open("indicator:product_rating")
        await hand.rest()
        assert "再来一条" in hand.text
        assert "条 5★ 到" in hand.text


async def test_what_stands_below_a_figure_is_asked_for_anew_with_it() -> None:
    async with at_the_keyboard() as hand:
        hand.app.open("indicator:pickup_hours")
        await hand.rest()
        before = hand.feed.asked.copy()
        hand.feed.change("flagship", as_of=NOW + datetime.timedelta(seconds=5))
        await hand.rest()
        assert hand.feed.asked == before, "the figure is the same"
        board = hand.feed.shops["flagship"]
        parts = tuple(
            msgspec.structs.replace(
                part, indicators=tuple(msgspec.structs.replace(one, value=99.0) for one in part.indicators)
            )
            for part in board.dimensions
        )
        hand.feed.change("flagship", dimensions=parts)
        await hand.rest()
        new = [kind for kind, *_rest in hand.feed.asked[len(before) :]]
        assert sorted(new) == ["rows", "splits"]


async def test_an_indicator_is_split_by_its_own_columns_one_after_the_other() -> None:
    feed = FakeFeed()
    board = feed.shops["flagship"]
    part = board.dimensions[1]
    first = msgspec.structs.replace(
        part.indicators[0], slices=("warehouse", "carrier"), curve=((0.0, 100.0), (24.0, 60.0), (48.0, 0.0))
    )
    parts = (board.dimensions[0], msgspec.structs.replace(part, indicators=(first, *part.indicators[1:])))
    feed.change("flagship", dimensions=parts)
    async with at_the_keyboard(feed=feed) as hand:
        hand.app.open("indicator:pickup_hours")
        await hand.rest()
        assert "按仓库拆分" in hand.text
        assert "◆" in hand.text
        assert "得分曲线:5.6小时 得 90.7 分" in hand.text
        await hand.press("s")
        assert hand.feed.asked[-1] == ("splits", "flagship", "pickup_hours", "carrier")
        assert "按快递拆分" in hand.text


async def test_a_fitted_curve_says_that_it_is_one() -> None:
    feed = FakeFeed()
    product, part, *others = feed.shops["flagship"].dimensions
    first = msgspec.structs.replace(
        part.indicators[0], points=None, curve=((0.0, 100.0), (48.0, 0.0)), curve_certainty="fitted"
    )
    fitted = msgspec.structs.replace(part, indicators=(first, *part.indicators[1:]))
    feed.change("flagship", dimensions=(product, fitted, *others))
    async with at_the_keyboard(feed=feed) as hand:
        hand.app.open("indicator:pickup_hours")
        await hand.rest()
        assert "按曲线(由本店历史拟合)" in hand.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_indicator_shows_the_days_ahead_and_what_its_small_sample_keeps(language: str) -> None:
    feed = FakeFeed()
    product, part, *others = feed.shops["flagship"].dimensions
    ahead = tuple(
        ForecastPoint(
            day=datetime.date(2026, 11, 21) + datetime.timedelta(days=n), value=6.0, low=5.5, high=7.0
        )
        for n in range(14)
    )
    first = msgspec.structs.replace(part.indicators[0], forecast=ahead, kept=80.0)
    told = msgspec.structs.replace(part, indicators=(first, *part.indicators[1:]))
    feed.change("flagship", dimensions=(product, told, *others))
    async with at_the_keyboard(feed=feed, language=language) as hand:
        chinese = language == "zh_CN"
        assert ("保底80" if chinese else "floor 80") in hand.text
        hand.app.open("indicator:pickup_hours")
        await hand.rest()
        words = "样本太少,按规则至少 80 分" if chinese else "too few to judge by: at least 80 points"
        assert words in hand.text
        assert f"11-27 {'6.0小时' if chinese else '6.0 h'} (" in hand.text
        assert "12-04" in hand.text
        assert "未来 14 天" in hand.text if chinese else "and 14 ahead" in hand.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_score_screen_lists_how_far_out_it_was(language: str) -> None:
    feed = FakeFeed()
    misses = tuple(
        Miss(
            at=datetime.datetime(2026, 11, day, 11, tzinfo=ZONE),
            published=82.0,
            anchored=82.0 + day / 100,
            out=day / 100,
        )
        for day in range(7, 21)
    )
    score = msgspec.structs.replace(feed.shops["flagship"].score, misses=misses, error=0.4)
    feed.change("flagship", score=score)
    for size in SIZES:
        async with at_the_keyboard(feed=feed, language=language, size=size) as hand:
            hand.app.open("score")
            await hand.rest()
            title = "最近 14 次 推算 → 官方,平均 ±0.4"
            if language == "en":
                title = "Anchored against official, the last 14: ±0.4 at the mean"
            assert title in hand.text
            assert "11-20 82.2 → 82 +0.2" in hand.text
            assert "11-07 82.1 → 82 +0.1" in hand.text


async def test_an_indicator_shows_what_came_what_left_and_what_leaves_next() -> None:
    feed = FakeFeed()
    part = feed.shops["flagship"].dimensions[1]
    gone = RollOff(
        day=datetime.date(2026, 10, 22),
        rows=40,
        worse=12,
        delta=-0.2,
        delta_points=0.03,
        words="明天 12单偏慢出窗,平均揽收 -0.2h",
    )
    first = msgspec.structs.replace(part.indicators[0], slices=("carrier",), rolls_off=gone)
    parts = (
        feed.shops["flagship"].dimensions[0],
        msgspec.structs.replace(part, indicators=(first, *part.indicators[1:])),
    )
    feed.change("flagship", dimensions=parts)
    async with at_the_keyboard(feed=feed) as hand:
        hand.app.open("indicator:pickup_hours")
        await hand.rest()
        assert "明天 12单偏慢出窗,平均揽收 -0.2h" in hand.text
        assert "较昨日   入窗 -0.35   出窗 +0.05" in hand.text
        assert "窗内变化" not in hand.text


@pytest.mark.parametrize(
    ("value", "points"), [(-1.0, 100.0), (0.0, 100.0), (12.0, 80.0), (36.0, 30.0), (99.0, 0.0)]
)
def test_points_of_a_curve(value: float, points: float) -> None:
    assert points_at(((0.0, 100.0), (24.0, 60.0), (48.0, 0.0)), value) == points


async def test_a_cause_lists_its_orders_and_copies_them_all() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("enter")
        assert hand.screen == "CauseScreen"
        assert "y 复制全部 9 个订单号" in hand.text
        await hand.press("y")
        assert len(hand.app.clipboard.splitlines()) == 9
        await hand.press("enter")
        assert hand.screen == "OrderScreen"
        await hand.press("y")
        assert hand.app.clipboard == hand.feed.shops["flagship"].causes[0].order_ids[0]


async def test_an_action_shows_its_steps_and_exactly_its_orders() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("tab", "j", "j", "enter")
        assert hand.screen == "ActionScreen"
        assert "1. 复制 37 个单号发给揽收员" in hand.text
        assert "涉及订单(29),y 复制全部" in hand.text
        await hand.press("y")
        assert hand.app.clipboard.splitlines() == list(hand.feed.shops["flagship"].actions[2].orders)
        await hand.press("space")
        assert hand.feed.asked[-1] == ("tick", "flagship", "cutoff", True)
        assert "☑ 已勾选" in hand.text


async def test_a_line_opens_where_all_its_conditions_stand() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("f", "tab")
        score = hand.app.screen.query_one(ScorePane)
        place = [row.key for row in score.rows if row.key].index("line:alliance")
        await hand.press(*["j"] * place, "enter")
        pane = hand.app.screen.query_one(RowsPane)
        assert pane.key == "line:alliance"
        assert "总分 81.4 ≥ 70 · 商品 69 ≥ 65" in hand.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_is_made_of_the_keys_that_work_there(language: str) -> None:
    async with at_the_keyboard(language) as hand:
        await hand.press("tab", "question_mark")
        assert hand.screen == "HelpScreen"
        tick = {"zh_CN": "勾选待办,或取消勾选", "en": "Tick an action off"}[language]
        sort = {"zh_CN": "换一种排序", "en": "Sort by the next thing"}[language]
        assert tick in hand.text
        assert sort not in hand.text
        await hand.press("escape", "shift+tab", "question_mark")
        assert tick not in hand.text
        assert sort in hand.text


async def test_a_thing_that_left_the_board_does_not_end_the_screen() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("enter")
        hand.feed.change("flagship", causes=())
        await hand.rest()
        assert hand.screen == "CauseScreen"
        assert hand.app.failure is None


# ---- the official form


async def test_typed_figures_are_kept_in_their_units() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("o", *"82", "tab", *"69", "tab", *"4.69", "tab", *"1.34%", "ctrl+s")
        assert hand.feed.asked[-1] == (
            "official",
            "flagship",
            (
                OfficialEntry(item="total", points=82.0),
                OfficialEntry(item="product", points=69.0),
                OfficialEntry(item="product_rating", value=4.69),
                OfficialEntry(item="quality_returns", value=0.0134),
            ),
            datetime.datetime(2026, 11, 20, 20, 7, tzinfo=ZONE),
        )
        assert hand.screen == "ShopScreen"


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("total", "eighty", "不是分数"),
        ("total", "820", "不在 0–100 分之内"),
        ("total", "nan", "不在 0–100 分之内"),
        ("quality_returns", "many", "看不懂"),
        ("at", "yesterday", "2026-11-20 11:00"),
        ("at", "2026-11-21 11:00", "还没到"),
        ("total", "", "还没有可保存的数据"),
    ],
)
async def test_what_can_not_be_kept_is_told_in_a_sentence(field: str, text: str, words: str) -> None:
    async with at_the_keyboard() as hand:
        await hand.press("o")
        hand.app.screen.query_one(f"#field-{field}", Input).value = text
        await hand.press("ctrl+s")
        assert words in hand.text
        assert hand.screen == "OfficialScreen"
        assert all(asked[0] != "official" for asked in hand.feed.asked)


async def test_what_was_entered_before_is_corrected_or_taken_back() -> None:
    at = datetime.datetime(2026, 11, 19, 11, 0, 36, tzinfo=ZONE)
    kept = (
        OfficialEntry("total", points=28.0),
        OfficialEntry("pickup_hours", value=5.6, points=90.0, weight=0.15),
        OfficialEntry("product", points=69.0),
        OfficialEntry("bonus", points=2.0),
    )
    pages = [TypedPage(at, kept), TypedPage(at - datetime.timedelta(days=1), kept[:1])]
    async with at_the_keyboard(feed=FakeFeed(pages={"flagship": pages})) as hand:
        await hand.press("o")
        assert "^o 之前录入的" in hand.lines[-1]
        await hand.press("ctrl+o")
        assert "改正 2026-11-19 11:00 的官方数据" in hand.text
        fields = {
            one: hand.app.screen.query_one(f"#field-{one}", Input) for one in ("total", "product", "at")
        }
        assert [field.value for field in fields.values()] == ["28", "69", "2026-11-19 11:00"]
        fields["total"].value, fields["product"].value = "82", ""
        await hand.press("ctrl+s")
        assert hand.feed.asked[-2:] == [
            ("official", "flagship", (OfficialEntry("product"),), at),
            ("official", "flagship", (OfficialEntry("total", points=82.0), kept[1], kept[3]), at),
        ]


async def test_the_pages_entered_before_are_turned_one_by_one() -> None:
    at = datetime.datetime(2026, 11, 19, 11, tzinfo=ZONE)
    pages = [
        TypedPage(day, (OfficialEntry("total", points=28.0),)) for day in (at, at - datetime.timedelta(1))
    ]
    async with at_the_keyboard(feed=FakeFeed(pages={"flagship": pages})) as hand:
        await hand.press("o", "ctrl+o", "ctrl+o")
        assert "改正 2026-11-18 11:00 的官方数据" in hand.text
        await hand.press("ctrl+o")
        assert "之前没有录入过数据" in hand.text
        hand.app.screen.query_one("#field-at", Input).value = ""
        await hand.press("ctrl+s")
        assert hand.feed.asked[-1] == ("official", "flagship", (OfficialEntry("total"),), pages[1].at)
        await hand.press("o", "ctrl+o")
        hand.app.screen.query_one("#field-at", Input).value = "2026-11-17 11:00"
        await hand.press("ctrl+s")
        moved = at - datetime.timedelta(days=2)
        assert hand.feed.asked[-2:] == [
            ("official", "flagship", (OfficialEntry("total"),), at),
            ("official", "flagship", (OfficialEntry("total", points=28.0),), moved),
        ]


async def test_a_pasted_page_fills_the_fields_before_it_is_kept() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("o")
        page = (
            "商家体验分 82\n商品体验 69 分\n商品品质退货率 1.34%\n"
            "平均揽收时长 5.6小时\n更新时间 2026-11-20 11:00"
        )
        hand.app.screen.query_one(TextArea).text = page
        await hand.rest()
        assert "识别出 4 项" in hand.text
        assert hand.app.screen.query_one("#field-total", Input).value == "82"
        assert hand.app.screen.query_one("#field-at", Input).value == "2026-11-20 11:00"
        await hand.press("ctrl+s")
        _word, shop, entries, at = hand.feed.asked[-1]
        assert shop == "flagship"
        assert {entry.item: entry.value or entry.points for entry in entries} == {
            "total": 82.0, "product": 69.0, "quality_returns": pytest.approx(0.0134), "pickup_hours": 5.6,
        }  # fmt: skip
        assert at == datetime.datetime(2026, 11, 20, 11, 0, tzinfo=ZONE)


async def test_a_page_pasted_into_a_field_is_read_as_the_page() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("o")
        hand.app.screen.query_one("#field-total", Input).post_message(
            events.Paste("体验分概览\n商家体验分 82\n加分项 2\n扣分项 0\n商品体验 69 分")
        )
        await hand.rest()
        assert hand.app.screen.query_one("#field-total", Input).value == "82"
        assert hand.app.screen.query_one("#field-product", Input).value == "69"
        assert "加分 +2.0" in hand.text
        assert "bonus" not in hand.text


async def test_a_figure_pasted_into_a_field_stays_there() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("o")
        hand.app.screen.query_one("#field-total", Input).post_message(events.Paste("82\n"))
        await hand.rest()
        assert hand.app.screen.query_one("#field-total", Input).value == "82"
        assert not hand.app.screen.query_one(TextArea).text
