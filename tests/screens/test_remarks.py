"""What a person says of orders: a note, not before then, who sees to it; where it shows, and how it goes away."""

from __future__ import annotations

import datetime

import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW, ZONE, moment
from shopwatch.board.deeds import Deed
from shopwatch.panes.actions import ActionsPane
from shopwatch.panes.order_list import OrderList
from shopwatch.screens.until import until

FIRST = "6926000069080412"


async def test_a_note_is_typed_kept_and_shown_on_its_line() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("j", "n")
        assert hand.screen == "AskScreen"
        assert "备注 · 订单 …69080412" in hand.text
        await hand.press(*"called", "enter")
        assert hand.feed.asked[-1] == ("remark", "flagship", (FIRST,), "called", None, None)
        assert hand.screen == "ShopScreen"
        (line,) = [line for line in hand.lines if "69080412" in line]
        assert "✎ called · 单号上传" in line


async def test_an_empty_note_is_none_and_esc_keeps_nothing() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("j", "n", "enter")
        assert hand.screen == "AskScreen"
        await hand.press("escape")
        assert hand.screen == "ShopScreen"
        assert all(asked[0] != "remark" for asked in hand.feed.asked)


async def test_what_is_put_off_leaves_the_list_until_its_time_and_is_counted_at_the_foot() -> None:
    async with at_the_keyboard() as hand:
        assert "待救订单 36" in hand.text
        await hand.press("j", "z")
        assert "11-20 21:07 前不在列表里 · ▲ 11-20 20:49 先到期" in hand.text
        await hand.press("enter")
        assert hand.feed.asked[-1][-1] == NOW + datetime.timedelta(hours=1)
        assert "待救订单 35" in hand.text
        assert "已推迟 1 · " in hand.text
        orders = hand.app.screen.query_one(OrderList)
        assert FIRST not in [
            number for line in orders.shown for number in line.order_ids if line.kind == "order"
        ]
        await hand.press("G")
        assert orders.shown[-1].kind == "later"
        assert "最早 11-20 21:07 回到列表" in hand.text
        await hand.press("enter", "j")
        assert "69080412" in hand.text
        hand.feed.time = NOW + datetime.timedelta(hours=1)
        hand.feed.tell()
        await hand.rest()
        assert "待救订单 36" in hand.text
        assert [line.kind for line in orders.shown].count("later") == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("01-02", "2027-01-02 08:00 前不在列表里"),
        ("11-21", " 11-21 08:00 前不在列表里"),
        ("11-20", "不是将来的时间"),
    ],
)
async def test_a_year_is_said_where_it_is_another_and_a_day_that_is_past_is_refused(
    typed: str, said: str
) -> None:
    async with at_the_keyboard() as hand:
        await hand.press("j", "z", "backspace", "backspace", *typed)
        assert said in hand.text


async def test_nothing_typed_brings_it_back() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("j", "z", "enter", "G", "z")
        assert "立即回到列表" in hand.text
        await hand.press("enter")
        assert hand.feed.asked[-1] == ("remark", "flagship", (FIRST,), None, None, None)
        assert "待救订单 36" in hand.text


async def test_a_cause_is_seen_to_with_all_of_its_orders() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("a")
        assert "谁负责 · 9单" in hand.text
        await hand.press("enter")
        assert hand.screen == "AskScreen", "nobody was named"
        await hand.press(*"Lin", "enter")
        _word, _shop, orders, _note, owner, _until = hand.feed.asked[-1]
        assert (orders, owner) == (hand.feed.shops["flagship"].causes[0].order_ids, "Lin")
        line = next(line for line in hand.lines if "9单" in line)
        assert "Lin" in line
        await hand.press("j", "a")
        assert "Lin 负责订单" in hand.text, "the name that was given last stands there"
        await hand.press("escape", "k", "enter")
        assert hand.screen == "CauseScreen"
        assert "@Lin" in hand.text


async def test_a_cause_whose_orders_are_all_put_off_is_no_row_of_its_own() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("z", "enter")
        kinds = [line.kind for line in hand.app.screen.query_one(OrderList).shown]
        assert kinds.count("cause") == 0
        assert kinds[-1] == "later"
        assert "已推迟 9" in hand.text


async def test_on_the_order_itself_all_three_show_at_once() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("j", "enter")
        assert hand.screen == "OrderScreen"
        await hand.press("n", *"rang", "enter")
        await hand.press("a", *"Lin", "enter")
        await hand.press("z", *"\b\b", "enter")
        assert "备注 · li" in hand.text
        assert "rang" in hand.text
        assert "负责人         Lin" in hand.text
        assert "11-20 21:07 前不在列表里" in hand.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_an_orders_story_fits(language: str, size: tuple[int, int]) -> None:
    async with at_the_keyboard(language, size) as hand:
        hand.app.open(f"order:{FIRST}")
        await hand.rest()
        await hand.resize(size[0], 60)
        clocks, parts = {"zh_CN": ("时效", "对指标的影响"), "en": ("Clocks", "Its part in the indicators")}[
            language
        ]
        text = hand.text
        assert clocks in text
        assert parts in text
        kept = {"zh_CN": "3 次,最紧提前 05:00:00", "en": "3×, tightest by 05:00:00"}
        late = {"zh_CN": "逾期 5:00", "en": "5:00"}
        for words in (
            kept[language],
            late[language],
            "26.5",
            "−0.008",
            {"zh_CN": "抖店订单", "en": "orders"}[language],
        ):
            assert words in text, words
        leaves = {"zh_CN": "12-21 出窗", "en": "out 12-21"}[language]
        assert leaves in text


async def test_a_part_opens_its_indicator_and_an_event_nothing() -> None:
    async with at_the_keyboard(size=(160, 60)) as hand:
        hand.app.open(f"order:{FIRST}")
        await hand.rest()
        await hand.press("enter")
        assert hand.screen == "OrderScreen"
        await hand.press("j", "j", "j", "j", "enter")
        assert hand.screen == "IndicatorScreen"


async def test_the_order_is_asked_again_when_its_board_is_new_but_not_all_the_time() -> None:
    feed = FakeFeed()
    async with at_the_keyboard(feed=feed) as hand:
        hand.app.open(f"order:{FIRST}")
        await hand.rest()
        before = [asked for asked in feed.asked if asked[0] == "order"]
        feed.change("flagship", risks_total=35)
        await hand.rest()
        assert [asked for asked in feed.asked if asked[0] == "order"] == before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_keys_stand_in_the_bar_the_help_and_nowhere_where_they_do_nothing(language: str) -> None:
    note, snooze = {"zh_CN": ("n 备注", "z 稍后"), "en": ("n note", "z snooze")}[language]
    async with at_the_keyboard(language) as hand:
        assert note in hand.lines[-1]
        assert snooze in hand.lines[-1]
        await hand.press("question_mark")
        assert {"zh_CN": "写明谁来处理", "en": "Say who sees to it"}[language] in hand.text
        await hand.press("escape", "tab")
        assert note in hand.lines[-1]  # of actions too
        await hand.press("tab")
        assert note not in hand.lines[-1]


async def test_the_tab_counts_what_its_list_shows() -> None:
    async with at_the_keyboard(size=(80, 24)) as hand:
        assert "订单 36" in hand.lines[0]
        await hand.press("j", "z", "enter")
        assert "订单 35" in hand.lines[0]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_question_fits_every_terminal(size: tuple[int, int]) -> None:
    async with at_the_keyboard(size=size) as hand:
        await hand.press("j", "z")
        assert "前不在列表里" in hand.text
        assert "Enter 保存" in hand.text


async def test_the_keys_are_there_as_soon_as_the_orders_are() -> None:
    feed = FakeFeed()
    orders = feed.shops["flagship"].risks
    feed.change("flagship", risks=(), causes=(), whole=False)
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("n")
        assert hand.screen == "ShopScreen"
        assert "这里没有订单号" in hand.text
        feed.change("flagship", risks=orders, whole=True)
        await hand.rest()
        assert "n 备注" in hand.lines[-1]
        await hand.press("n")
        assert hand.screen == "AskScreen"


# ---- times as they are typed

EVENING = datetime.datetime(2026, 11, 20, 20, 7, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1h", "11-20 21:07"),
        ("90", "11-20 21:37"),
        ("30m", "11-20 20:37"),
        ("30分", "11-20 20:37"),
        ("2小时", "11-20 22:07"),
        ("1.5 h", "11-20 21:37"),
        ("1天", "11-21 20:07"),
        ("22:30", "11-20 22:30"),
        ("22\uff1a30", "11-20 22:30"),
        ("18:30", "11-21 18:30"),
        ("22点", "11-20 22:00"),
        ("明天 9:00", "11-21 09:00"),
        ("明早", "11-21 08:00"),
        ("tomorrow 9:00", "11-21 09:00"),
        ("11-23", "11-23 08:00"),
        ("11-23 14:05", "11-23 14:05"),
        ("2027-01-02 09:00", "2027-01-02 09:00"),
        ("01-02 09:00", "2027-01-02 09:00"),
        ("01-18", "2027-01-18 08:00"),
        ("9点30", "11-21 09:30"),
        ("9点30分", "11-21 09:30"),
        ("9点半", "11-21 09:30"),
        ("\uff19点半", "11-21 09:30"),
        ("后天 9:00", "11-22 09:00"),
        ("后天", "11-22 08:00"),
        ("大后天9点", "11-23 09:00"),
        ("上午3点", "11-21 03:00"),
        ("上午12点", "11-21 12:00"),
        ("中午12点半", "11-21 12:30"),
        ("下午3点", "11-21 15:00"),
        ("下午15点", "11-21 15:00"),
        ("明天下午3:30", "11-21 15:30"),
        ("晚上9点", "11-20 21:00"),
        ("今晚10点半", "11-20 22:30"),
        ("今晚12点", "11-21 00:00"),
        ("晚上3点", "11-21 03:00"),
        ("明晚8点", "11-21 20:00"),
        ("明早9点", "11-21 09:00"),
        ("明天凌晨12点", "11-21 00:00"),
        ("11月21日", "11-21 08:00"),
        ("11月21号下午3点", "11-21 15:00"),
        ("11月21日9点半", "11-21 09:30"),
        ("2027年1月2日", "2027-01-02 08:00"),
        ("11/21 09:00", "11-21 09:00"),
        ("2026/11/21 9:00", "11-21 09:00"),
    ],
)
def test_a_time_as_somebody_types_it(text: str, moment: str) -> None:
    full = moment if moment.count("-") == 2 else f"2026-{moment}"
    assert until(text, EVENING) == datetime.datetime.fromisoformat(full).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0h",
        "25:00",
        "24:00",
        "13-45",
        "2026-11-20 20:07",
        "2020-01-01",
        "99999999999d",
        "18:30:00x",
        "11-20",
        "11-19 09:00",
        "11月20日",
        "11/20 20:07",
        "01-20",
        "今天",
        "今天 9:00",
        "今天下午3点",
        "今早",
        "下午",
        "明晚",
        "上午15点",
        "中午6点45分钟",
        "9点75",
        "11-219:00",
        "6月31日",
    ],
)
def test_what_is_no_time_to_come(text: str) -> None:
    assert until(text, EVENING) is None


async def test_an_action_is_given_to_somebody_noted_and_put_off_and_the_overdue_rises() -> None:
    async with at_the_keyboard() as hand:
        pane = hand.app.screen.query_one(ActionsPane)
        while hand.app.focused is not pane:
            await hand.press("tab")
        await hand.press("j")
        key = pane.key
        await hand.press("a", *"Lin 21:00", "enter")
        due = NOW.astimezone(ZONE).replace(hour=21, minute=0, second=0, microsecond=0)
        assert hand.feed.asked[-1] == ("remark", "flagship", (f"action:{key}",), None, "Lin", due)
        await hand.press("n", *"half", "enter")
        assert "@Lin · 限 11-20 21:00 · ✎ half" in hand.text
        hand.feed.time = due
        hand.feed.tell()
        await hand.rest()
        assert "▲ 11-20 21:00 已过时限" in hand.text
        assert pane._ordered(hand.feed.shops["flagship"])[0].id == key


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_actions_own_screen_has_the_keys_of_the_checklist(language: str) -> None:
    async with at_the_keyboard(language) as hand:
        name = hand.feed.shops["flagship"].actions[0].id
        hand.app.open(f"action:{name}")
        await hand.rest()
        assert hand.screen == "ActionScreen"
        await hand.press("n", *"ok", "enter")
        await hand.press("a", *"lin", "enter")
        await hand.press("z", "enter")
        said = [one[2:] for one in hand.feed.asked if one[0] == "remark"]
        assert [(orders, note, owner) for orders, note, owner, _until in said] == [
            ((f"action:{name}",), "ok", None),
            ((f"action:{name}",), None, "lin"),
            ((f"action:{name}",), None, None),
        ]
        for words in ("✎ ok", "@lin"):
            assert words in hand.text
        await hand.press("space")
        assert ("tick", "flagship", name, True) in hand.feed.asked
        await hand.press("space")
        assert ("tick", "flagship", name, False) in hand.feed.asked


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_history_says_who_did_what(language: str) -> None:
    name = "clear"
    deeds = [
        Deed(at=moment(20, 9), action=name, title="22:30 清零", kind="tick", by="小林"),
        Deed(at=moment(19, 9), action=name, title="22:30 清零", kind="note", by="小王", words="人手不够"),
    ]
    async with at_the_keyboard(language) as hand:
        hand.feed.deeds = tuple(deeds)
        await hand.press("x")
        for words in ("小林", "☑", "22:30 清零", "小王", "人手不够", "11-20", "11-19"):
            assert words in hand.text
        await hand.press("enter")
        assert hand.screen == "ActionScreen"
