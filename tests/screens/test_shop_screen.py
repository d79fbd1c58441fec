"""The shop screen through its keys, at three sizes and in both languages."""

from __future__ import annotations

import asyncio
import datetime
import gc
from collections.abc import Sequence

import msgspec
import pytest
from rich.cells import cell_len
from textual.geometry import Size
from textual.strip import Strip
from textual.widgets._toast import Toast

from screens.driving import LANGUAGES, SIZES, Hand, Seconds, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW, Words, risks
from shopwatch.board import Deltas, Score, SourceBoard
from shopwatch.panes.actions import FOLD, ActionsPane
from shopwatch.panes.board_pane import BoardPane
from shopwatch.panes.deltas import DeltasPane
from shopwatch.panes.fleet import FleetPane
from shopwatch.panes.look import DARK
from shopwatch.panes.order_list import OrderList
from shopwatch.panes.rows import Row
from shopwatch.screens.shop import ShopScreen

EVERY_KEY = (
    "tab", "j", "k", "down", "up", "pagedown", "pageup", "home", "end", "tab", "tab", "tab", "tab",
    "shift+tab",
    "l", "h", "right", "left", "2", "9", "1", "f", "f", "s", "slash", "escape", "space", "y",
    "r", "p", "p",
    "enter", "j", "y", "enter", "escape", "escape", "escape", "question_mark", "j", "escape", "o", "escape",
    "ctrl+p", "escape",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_every_key_at_every_size_in_both_languages(size: tuple[int, int], language: str) -> None:
    async with at_the_keyboard(language, size) as hand:
        for key in EVERY_KEY:
            await hand.press(key)
            assert hand.app.is_running
            assert hand.app.failure is None
        assert hand.screen == "ShopScreen"
        assert {cell_len(line) for line in hand.lines} == {size[0]}, "a line is not as wide as the terminal"
        assert len(hand.lines) == size[1]


@pytest.mark.parametrize(("language", "words"), [("zh_CN", "推算"), ("en", "anchored")])
@pytest.mark.parametrize("size", SIZES)
async def test_the_score_its_basis_and_the_sources_are_always_in_view(
    size: tuple[int, int], language: str, words: str
) -> None:
    async with at_the_keyboard(language, size) as hand:
        for _pane in range(5):
            assert words in hand.text
            assert "4/4" in hand.lines[-2]
            assert "11-20 20:07:22" in hand.lines[-2]
            await hand.press("tab")


async def test_the_four_panes_and_the_fleet_stand_side_by_side() -> None:
    async with at_the_keyboard() as hand:
        for title in ("店铺列表", "商家体验分 · 旗舰店", "分数变动", "待救订单 36", "今日待办 2/7"):
            assert title in hand.text
        assert "官方 82" in hand.text
        assert "今日 11:00" in hand.text
        assert "明早预计 81.1" in hand.text
        assert "↓0.05pp 改善" in hand.text
        assert "高出4.0 商品" in hand.text


async def test_a_new_shop_without_figures_is_drawn() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("3")
        assert "商家体验分 · 清仓店" in hand.text
        assert "估算" in hand.text
        assert "成长期新店固定 70" in hand.text


WHY = "无分:仅 44% 的权重有数据(需 50%);缺 综合评分、平均揽收、配送达成率、飞鸽平响、不满意率"


@pytest.mark.parametrize("size", SIZES)
async def test_why_there_is_no_score_is_said_whole(size: tuple[int, int]) -> None:
    feed = FakeFeed()
    nothing = Score(value=None, basis="estimated", coverage=0.44, why=WHY)
    feed.shops = {"new": msgspec.structs.replace(feed.shops["new"], score=nothing)}
    async with at_the_keyboard(feed=feed, size=size) as hand:
        if size == (80, 24):
            await hand.press("shift+tab", "shift+tab")
        assert "不满意率" in hand.text
        assert "还没有官方分,按 o 录入" in hand.text


async def test_the_fleets_cursor_goes_to_the_shop_of_the_number() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("f", "2")
        assert hand.app.screen.query_one(FleetPane).key == "general"
        await hand.press("enter")
        assert "商家体验分 · 百货店" in hand.text


async def test_the_shop_that_is_shown_stands_first_in_the_headline() -> None:
    async with at_the_keyboard(size=(100, 30)) as hand:
        assert hand.lines[0].startswith("▸1 旗舰店")
        await hand.press("3")
        assert hand.lines[0].startswith("▸3 清仓店")
        assert "1 旗舰店" in hand.lines[0]


async def test_unchanged_is_told_from_unknown() -> None:
    feed = FakeFeed()
    async with at_the_keyboard(feed=feed) as hand:
        feed.change("flagship", deltas=Deltas(day=0.0, week=None, month=1.0))
        await hand.rest()
        assert "1天 0.0 30天 ▲1.0" in hand.text


async def test_a_source_that_has_found_nothing_yet_says_what_it_looks_for() -> None:
    feed = FakeFeed()
    empty = SourceBoard("导出", "files", "ok", NOW, 0, 0, None, waiting=("暂无符合 /shop/exports/* 的文件",))
    feed.shops = {"new": msgspec.structs.replace(feed.shops["new"], sources=(empty,))}
    async with at_the_keyboard(feed=feed) as hand:
        assert "导出 暂无符合 /shop/exports/* 的文件" in hand.lines[-2]
        await hand.resize(80, 24)
        assert "导出 暂无符合" in hand.lines[-2]


async def test_an_action_without_evidence_takes_one_line() -> None:
    feed = FakeFeed()
    bare = [msgspec.structs.replace(action, evidence="") for action in feed.shops["flagship"].actions]
    feed.shops = {"flagship": msgspec.structs.replace(feed.shops["flagship"], actions=tuple(bare * 10))}
    async with at_the_keyboard(feed=feed) as hand:
        rows = hand.app.screen.query_one(ActionsPane).rows
        assert {len(row.lines) for row in rows if row.key == bare[0].id} == {1}


async def test_a_message_leaves_the_clock_and_the_keys_in_view() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("y")
        assert "已复制" in hand.text
        assert f"{NOW:%m-%d %H:%M:%S}" in hand.lines[-2]
        assert "? 帮助" in hand.lines[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_stage_and_time_left_are_whole_at_every_size(size: tuple[int, int], language: str) -> None:
    feed = FakeFeed(language)
    w = Words(language)
    late = msgspec.structs.replace(
        risks(w)[0],
        deadline=NOW - datetime.timedelta(days=32, hours=12),
        cause=None,
        stage=w("售后待审", "to review"),
    )
    long = msgspec.structs.replace(
        late, subject_id="x", order_id="x", stage=w("已发货·揽收未知", "shipped, no pickup")
    )
    feed.shops = {"flagship": msgspec.structs.replace(feed.shops["flagship"], risks=(late, long), causes=())}
    async with at_the_keyboard(language, size=size, feed=feed) as hand:
        row = next(line for line in hand.lines if w("售后待审", "to review") in line)
        assert w("逾期 32天", "late 32d") in row
        head = next(
            line for line in hand.lines if w("订单号", "Order ") in line and w("剩余", "Time left") in line
        )
        assert w("环节", "Stage") in head
        assert w("可挽回", "Saves") in head or "Can save" in head


async def test_enter_in_the_fleet_shows_that_shop() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("f", "j", "enter")
        assert "商家体验分 · 百货店" in hand.text


async def test_without_a_board_it_says_that_it_waits() -> None:
    feed = FakeFeed()
    feed.shops = {}
    feed.__dict__["tell"] = lambda: None
    async with at_the_keyboard(feed=feed) as hand:
        assert "等待首批数据" in hand.text
        feed.shops = FakeFeed().shops
        FakeFeed.tell(feed)
        await hand.rest()
        assert "商家体验分 · 旗舰店" in hand.text


async def test_what_is_not_worked_out_yet_is_not_called_safe() -> None:
    feed = FakeFeed()
    nothing = {"risks": (), "causes": (), "actions": (), "risks_total": 0}
    feed.shops["flagship"] = msgspec.structs.replace(feed.shops["flagship"], whole=False, **nothing)
    async with at_the_keyboard(feed=feed) as hand:
        assert hand.text.count("正在计算") == 2
        assert "暂无待救订单" not in hand.text
        assert "待救订单 0" not in hand.text
        hand.feed.change("flagship", whole=True)
        await hand.rest()
        assert "正在计算" not in hand.text
        assert "暂无待救订单" in hand.text
        assert "待救订单 0" in hand.text


async def test_before_the_first_figures_nothing_is_called_safe() -> None:
    feed = FakeFeed()
    feed.shops = {}
    feed.__dict__["tell"] = lambda: None
    async with at_the_keyboard(feed=feed) as hand:
        assert "正在计算" in hand.text
        assert "暂无待救订单" not in hand.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_layout_is_the_right_one_and_hidden_panes_make_nothing(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str | None, int]] = []
    really = BoardPane._made

    def noted(pane: BoardPane, size: Size, enough: int = 1_000_000) -> Sequence[Row]:
        made.append((pane.id, size.width))
        return really(pane, size, enough)

    monkeypatch.setattr(BoardPane, "_made", noted)
    async with at_the_keyboard(size=size) as hand:
        shown = {pane.id for pane in hand.app.screen.query(BoardPane) if pane.display}
        assert {name for name, _ in made} == shown
        assert len(set(made)) == len(shown), "a pane was made for a width that it didn't keep"


async def test_the_shop_screen_shows_what_happened_behind_another() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("question_mark")
        hand.feed.change("flagship", risks_total=12)
        await hand.rest()
        await hand.press("escape")
        assert "待救订单 12" in hand.text


# ---- what the monitor does while somebody reads


async def test_selection_and_scroll_of_the_orders_survive_a_refresh() -> None:
    seconds = Seconds()
    async with at_the_keyboard(size=(100, 30), seconds=seconds) as hand:
        await hand.press(*["j"] * 20)
        orders = hand.app.screen.query_one(OrderList)
        before, top = orders.current, orders.scroll_offset.y
        assert before is not None
        assert top > 0
        seconds.now += 60
        hand.feed.change("flagship", risks=risks(Words("zh"), many=35))
        await hand.rest()
        assert orders.current is not None
        assert orders.current.key == before.key
        assert orders.scroll_offset.y == top


async def test_the_cursor_of_the_todo_list_follows_its_action() -> None:
    seconds = Seconds()
    async with at_the_keyboard(seconds=seconds) as hand:
        await hand.press("tab", "j", "j")
        pane = hand.app.screen.query_one(ActionsPane)
        assert pane.key == "cutoff"
        seconds.now += 60
        actions = hand.feed.shops["flagship"].actions
        hand.feed.change("flagship", actions=(actions[2], actions[0], *actions[3:]))
        await hand.rest()
        assert pane.key == "cutoff"
        assert next(row.key for row in pane.rows if row.key) == "cutoff"


async def test_an_action_that_goes_far_down_stays_in_view_with_its_cursor() -> None:
    seconds = Seconds()
    async with at_the_keyboard(seconds=seconds, size=(100, 30)) as hand:
        await hand.press("tab", "j")
        pane = hand.app.screen.query_one(ActionsPane)
        chosen, actions = pane.key, hand.feed.shops["flagship"].actions
        seconds.now += 60
        more = [
            msgspec.structs.replace(actions[0], id=f"more{n}", gain_points=9.0 - n / 10) for n in range(30)
        ]
        hand.feed.change("flagship", actions=(*more, *actions))
        await hand.rest()
        assert pane.key == chosen
        assert pane.scroll_offset.y > 0, "it went further down than the pane shows"
        assert any("▌" in line for line in hand.lines)


async def test_rows_stand_still_while_somebody_moves_and_settle_after() -> None:
    seconds = Seconds()
    async with at_the_keyboard(seconds=seconds) as hand:
        await hand.press("tab", "j")
        pane = hand.app.screen.query_one(ActionsPane)
        before = [row.key for row in pane.rows if row.key]
        actions = hand.feed.shops["flagship"].actions
        hand.feed.change("flagship", actions=tuple(reversed(actions[:5])) + actions[5:])
        await hand.rest()
        assert [row.key for row in pane.rows if row.key] == before
        seconds.now += 4
        hand.app.beat()
        assert [row.key for row in pane.rows if row.key] == [
            a.id for a in hand.feed.shops["flagship"].actions
        ]


async def test_equal_boards_paint_nothing() -> None:
    async with at_the_keyboard() as hand:
        pane = hand.app.screen.query_one(DeltasPane)
        painted: list[object] = []
        pane.refresh = lambda *regions, **more: painted.append(regions)  # type: ignore[method-assign, assignment]
        hand.feed.change("flagship", as_of=NOW + datetime.timedelta(seconds=5))
        await hand.rest()
        assert painted == []
        hand.feed.change("flagship", drivers=())
        await hand.rest()
        assert painted


async def test_a_poll_that_brings_nothing_makes_no_row_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_keyboard() as hand:
        made: list[str | None] = []
        really = BoardPane._made

        def noted(pane: BoardPane, size: Size, enough: int = 1_000_000) -> Sequence[Row]:
            made.append(pane.id)
            return really(pane, size, enough)

        monkeypatch.setattr(BoardPane, "_made", noted)
        asked = [
            msgspec.structs.replace(source, last_success=NOW + datetime.timedelta(seconds=30))
            for source in hand.feed.shops["flagship"].sources
        ]
        hand.feed.change("flagship", sources=tuple(asked))
        await hand.rest()
        assert not {"score", "deltas"} & set(made), (
            "all else has rows that come due or are looked for one by one"
        )
        hand.feed.change("flagship", drivers=())
        await hand.rest()
        assert {"score", "deltas", "actions"} <= set(made)


async def test_of_a_silent_source_every_board_says_the_age_anew() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("2")
        assert "数据 14分钟前" in hand.text
        hand.feed.real = hand.feed.wall() + datetime.timedelta(minutes=5)
        shop = hand.app.shown
        hand.feed.change(shop, sources=tuple(hand.feed.shops[shop].sources))
        await hand.sees("数据 19分钟前")


async def test_figures_from_before_this_start_say_their_age() -> None:
    feed = FakeFeed(time=NOW + datetime.timedelta(hours=9))
    feed.__dict__["tell"] = lambda: None
    async with at_the_keyboard(feed=feed) as hand:
        assert "上次数据 11-20 20:07(9小时前),正在轮询" in hand.lines[-2]
        FakeFeed.tell(feed)
        await hand.rest()
        assert "数据源 4/4" in hand.lines[-2]


async def test_orders_confirmed_by_the_monitor_are_not_dim_any_more() -> None:
    feed = FakeFeed()
    feed.__dict__["tell"] = lambda: None
    async with at_the_keyboard(feed=feed) as hand:
        assert hand.colour_of("…69080412") == DARK.variables["faint"]
        FakeFeed.tell(feed)
        await hand.rest()
        assert hand.colour_of("…69080412") == DARK.foreground


async def test_what_rests_on_a_silent_source_says_how_old_it_is() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("2")
        audit = next(line for line in hand.lines if "售后审核" in line)
        assert "14分钟前" in audit
        assert "⚠ 售后 40秒后重试(限流)" in hand.lines[-2]
        pickup = next(line for line in hand.lines if "平均揽收" in line and "5.6" in line)
        assert "分钟前" not in pickup
        assert "数据 14分钟前" in hand.text


# ---- keys


async def test_space_ticks_and_takes_back() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("tab", "space")
        assert hand.feed.asked[-1] == ("tick", "flagship", "next_day", True)
        assert "今日待办 3/7" in hand.text
        assert hand.app.screen.query_one(ActionsPane).key == "next_day"
        await hand.press("space")
        assert hand.feed.asked[-1] == ("tick", "flagship", "next_day", False)


async def test_y_copies_one_order_or_all_of_a_cause() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("y")
        cause = hand.feed.shops["flagship"].causes[0]
        assert hand.app.clipboard.splitlines() == list(cause.order_ids)
        await hand.press("j", "y")
        assert hand.app.clipboard == "6926000069080412"


async def test_a_filter_keeps_what_matches_and_its_inverse_the_rest() -> None:
    async with at_the_keyboard() as hand:
        orders = hand.app.screen.query_one(OrderList)
        everything = len(orders.shown)
        await hand.press("slash", "韵", "达", "enter")
        assert [line.order_ids for line in orders.shown] == [("6926000069080412",)]
        await hand.press("slash", "home", "ctrl+u", "!", "韵", "达", "enter")
        assert all("韵达" not in line.why for line in orders.shown)
        assert orders.shown
        await hand.press("escape")
        assert len(orders.shown) == everything


async def test_letters_typed_into_a_filter_are_not_commands() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("slash", "q", "r", "p", "1")
        assert hand.app.is_running
        assert not hand.feed.paused
        assert "qrp1" in hand.text


async def test_pause_says_so_and_goes_on() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("p")
        assert hand.feed.paused
        assert "已暂停轮询" in hand.lines[-2]
        await hand.press("p")
        assert "已暂停轮询" not in hand.lines[-2]


async def test_r_asks_every_source() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("r")
        assert ("refresh",) in hand.feed.asked


async def test_a_pinned_clock_is_told() -> None:
    feed = FakeFeed()
    feed.shops = {k: msgspec.structs.replace(b, pinned=True) for k, b in feed.shops.items()}
    async with at_the_keyboard(feed=feed) as hand:
        assert "时钟固定" in hand.lines[-2]


async def test_keys_can_be_rebound_and_the_bar_shows_them() -> None:
    async with at_the_keyboard(size=(240, 48), keys={"refresh": "x", "tick": "t"}) as hand:
        await hand.press("r")
        assert ("refresh",) not in hand.feed.asked
        await hand.press("x")
        assert ("refresh",) in hand.feed.asked
        assert " x 刷新" in hand.lines[-1]
        await hand.press("tab", "t")
        assert hand.feed.asked[-1] == ("tick", "flagship", "next_day", True)


async def test_the_key_bar_shows_what_works_here() -> None:
    async with at_the_keyboard() as hand:
        assert "空格 勾选" not in hand.lines[-1]
        assert "筛选" in hand.lines[-1]
        await hand.press("tab")
        assert "空格 勾选" in hand.lines[-1]
        await hand.press("tab", "tab")
        assert "筛选" not in hand.lines[-1]


async def test_too_small_is_said_and_goes_away() -> None:
    async with at_the_keyboard(size=(80, 24)) as hand:
        await hand.press("j", "j")
        key = hand.app.screen.query_one(OrderList).current
        await hand.resize(40, 10)
        assert "窗口太小,至少需要 60×16" in hand.text
        await hand.resize(80, 24)
        assert hand.screen == "ShopScreen"
        assert hand.app.screen.query_one(OrderList).current == key


async def test_the_shape_changes_with_the_terminal_and_the_pane_stays() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("tab")
        for width, height in ((80, 24), (100, 30), (200, 60), (62, 18), (160, 48)):
            await hand.resize(width, height)
            assert "今日待办" in hand.text
            assert isinstance(hand.app.focused, ActionsPane)
            assert {cell_len(line) for line in hand.lines} == {width}


@pytest.mark.parametrize("count", [0, 1, 300])
async def test_a_fleet_of_any_size(count: int) -> None:
    feed = FakeFeed()
    one = feed.shops["flagship"]
    feed.shops = {f"s{n}": msgspec.structs.replace(one, id=f"s{n}", name=f"店{n}号") for n in range(count)}
    feed.__dict__["tell"] = lambda: None
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("f", "end", "enter")
        assert (f"商家体验分 · 店{count - 1}号" in hand.text) == (count > 0)


async def test_only_orders_of_the_silent_source_dim_and_say_their_age() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("2")
        orders = hand.app.screen.query_one(OrderList)
        assert {line.stale for line in orders.shown if line.key.startswith("refund:")} == {True}
        assert {line.stale for line in orders.shown if line.key.startswith("ship:")} == {False}
        assert "14分钟前 · 22:50 申请" in hand.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_habits_are_folded_under_what_presses(language: str) -> None:
    feed = FakeFeed(language)
    board = feed.shops["flagship"]
    habits = [
        msgspec.structs.replace(
            board.actions[0],
            id=f"habit{n}",
            title=f"习惯{n}",
            pressing=False,
            done=False,
            owner=None,
            due_at=None,
        )
        for n in range(12)
    ]
    taken_on = msgspec.structs.replace(habits[-1], owner="小林")
    feed.shops = {
        "flagship": msgspec.structs.replace(board, actions=(*board.actions, *habits[:-1], taken_on))
    }
    async with at_the_keyboard(language, (160, 60), feed=feed) as hand:
        pane = hand.app.screen.query_one(ActionsPane)
        keys = [row.key for row in pane.rows if row.key]
        assert keys.index(FOLD) == len(keys) - 1 - sum(action.done for action in board.actions)
        assert "habit0" not in keys
        assert "habit11" in keys  # somebody has taken it on
        words = "另有 11 项日常" if language == "zh_CN" else "11 habits more"
        assert any(words in line.plain for row in pane.rows for line in row.lines)
        pane.focus()
        await hand.rest()
        pane.choose(FOLD)
        await hand.press("n")
        assert hand.screen == "ShopScreen"  # nobody notes anything on a fold
        await hand.press("enter")
        assert "habit0" in {row.key for row in pane.rows}
        await hand.press("enter")
        assert "habit0" not in {row.key for row in pane.rows}
        pane.set_filter("习惯3")
        assert [row.key for row in pane.rows if row.key] == ["habit3"]


async def test_what_all_is_worth_is_no_more_than_the_scale_still_has() -> None:
    async with at_the_keyboard() as hand:
        assert "最多 +7.35分" in hand.text
        score = hand.feed.shops["flagship"].score
        hand.feed.change("flagship", score=msgspec.structs.replace(score, value=97.0))
        await hand.rest()
        assert "最多 +3.00分" in hand.text


@pytest.mark.parametrize("size", [*SIZES, (140, 36)])
async def test_no_pane_cuts_the_words_of_a_toast(size: tuple[int, int]) -> None:
    async with at_the_keyboard("zh_CN", size) as hand:
        for keys in ([], ["u"], ["m"], ["d"], ["o"]):
            await hand.press(*keys)
            for before in ("", "a"):  # a cell to the side, the other half of the letters is at risk
                said = before + "订单号已复制请到快递网点核实揽收情况" * 3
                hand.app.notify(said, markup=False)
                await hand.rest()
                assert said in "".join(letter for letter in toast(hand) if letter.isalnum())
                hand.app.clear_notifications()
            await hand.press("escape")


def toast(hand: Hand) -> str:
    place = hand.app.screen.query_one(Toast).region
    strips = hand.app.screen._compositor.render_strips()[place.y : place.bottom]
    return "".join(strip.crop(place.x, place.right).text for strip in strips)


async def test_boards_and_the_clock_may_come_before_a_screen_has_its_widgets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with at_the_keyboard() as hand:
        opening = hand.app.push_screen(ShopScreen(hand.app, hand.app.size))
        hand.app.beat()
        hand.app.on_shopwatch_app_boards_changed()
        assert hand.app.unpainted is None
        await opening
        await hand.sees("待救订单 36")
    assert "painting" not in caplog.text


async def test_boards_and_the_clock_may_come_while_a_screen_is_taken_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with at_the_keyboard() as hand:
        await hand.app.push_screen(ShopScreen(hand.app, hand.app.size))
        going = hand.app.screen.remove()
        for _turn in range(20):
            hand.app.beat()
            hand.app.on_shopwatch_app_boards_changed()
            await asyncio.sleep(0)
        await going
        assert hand.app.unpainted is None
    assert "painting" not in caplog.text


def drawn() -> int:
    """How many lines are kept that were drawn at some time."""
    gc.collect()
    return sum(isinstance(one, Strip) for one in gc.get_objects())


@pytest.mark.parametrize("keys", [("m", "m"), ("x", "escape"), ("question_mark", "escape")])
async def test_of_a_screen_that_is_closed_nothing_is_kept(keys: tuple[str, ...]) -> None:
    async with at_the_keyboard() as hand:
        for _once_more in range(3):
            await hand.press(*keys)
        hand.app.beat()
        before = drawn()
        for _once_more in range(5):
            await hand.press(*keys)
        hand.app.beat()
        assert drawn() <= before
