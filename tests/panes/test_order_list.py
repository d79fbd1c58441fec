"""The order list on a screen: what stays where it is, what the keys and the mouse do, and what ticks."""

from __future__ import annotations

import msgspec
import pytest
from rich.cells import cell_len
from textual.geometry import Region

from panes.order_cases import ALONE, CAUSE, STALLED, WHOLE, ZH, ListApp, board, risk
from shopwatch.panes.order_lines import OrderLine, lines_of
from shopwatch.panes.order_list import runs

LINES = lines_of(WHOLE, ZH)
MANY = lines_of(board(*(risk(n, f"{n:013}", 3600.0 + n) for n in range(200))), ZH)


def turned(lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """The same things in the opposite rank."""
    return tuple(msgspec.structs.replace(line, rank=1000 - line.rank) for line in lines)


async def test_a_screen_of_orders() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 8)) as pilot:
        app.orders.set_lines(LINES)
        app.orders.focus()
        await pilot.pause()
        assert app.screen_lines() == [
            "   订单号      剩余          环节     超时概率    可挽回分▾ 赔付      原因",
            "▌▸ 41单      △ 最早 01:12:00 轨迹停滞 ▰▰▰▰▰▱  83% +0.12     ¥3,075    中通·广东 · 停滞 36h",
            "   …00000001 ▲ 00:42:10      待揽收   ▰▰▰▰▰▱  83% +0.005    ¥0→¥75    原因01",
            "   …00000002 · 3:10 计时     售后待审           — +0.01/h   ¥0→¥75    原因02",
            "   …00000003 ✗ 逾期 3:05     待发货   ▰▰▰▰▰▰ 100% +0.005    ¥3→¥9     原因03",
            "   …00000004 · 1天14时       待发货   ▰▱▱▱▱▱  12% +0.005    ¥0→¥75    @小陈 原因04",
            "",
            "",
        ]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("width", [160, 100, 80, 60, 30, 9])
async def test_every_line_is_as_wide_as_the_list(width: int, language: str) -> None:
    app = ListApp(language)
    async with app.run_test(size=(width, 10)) as pilot:
        wide = risk(5, "6900000000005", 60.0, why="全角,한글 and 😀 in one reason, longer than any column")
        app.orders.set_lines(lines_of(board(*ALONE, wide), app.view.words))
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {width}
        assert {cell_len(strip.text) for strip in strips} == {width}


async def test_nothing_to_save_is_said() -> None:
    app = ListApp()
    async with app.run_test(size=(60, 6)) as pilot:
        app.orders.set_lines(())
        await pilot.pause()
        assert any("暂无待救订单" in line for line in app.screen_lines())
        app.orders.set_lines(LINES)
        app.orders.set_filter("zzz")
        await pilot.pause()
        assert any("Esc 清除筛选" in line for line in app.screen_lines())


async def test_keys_move_and_open() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        app.orders.set_lines(LINES)
        app.orders.focus()
        await pilot.press("down", "j", "k", "enter", "end", "home")
        assert app.heard == [
            ("highlighted", "ship:6900000000001"),
            ("highlighted", "ship:6900000000002"),
            ("highlighted", "ship:6900000000001"),
            ("opened", "ship:6900000000001"),
            ("highlighted", "ship:6900000000004"),
            ("highlighted", "cause:zt"),
        ]


async def test_a_cause_opens_and_closes() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        app.orders.set_lines(LINES)
        app.orders.focus()
        await pilot.press("right")
        assert app.screen_lines()[1].startswith("▌▾ 41单")
        assert app.screen_lines()[2].startswith(" │ …00000071")
        await pilot.press("down", "left")
        assert app.orders.current is not None
        assert app.orders.current.key == "cause:zt"
        assert app.screen_lines()[2].startswith("   …00000001")


async def test_paging_keeps_the_cursor_in_view() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 11)) as pilot:
        app.orders.set_lines(MANY)
        app.orders.focus()
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert sum(line.startswith("▌") for line in app.screen_lines()) == 1
        await pilot.press("end")
        assert app.screen_lines()[-1].startswith("▌  …00000199")
        await pilot.press("pageup", "home")
        assert app.screen_lines()[1].startswith("▌  …00000000")


async def test_the_cursor_follows_its_order_to_its_new_rank() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 11)) as pilot:
        app.orders.set_lines(MANY)
        app.orders.focus()
        await pilot.press(*["down"] * 12)
        before = next(y for y, line in enumerate(app.screen_lines()) if line.startswith("▌"))
        app.hands.wait(60)
        app.orders.set_lines(turned(MANY))
        await pilot.pause()
        line = app.orders.current
        assert line is not None
        assert line.key == "ship:0000000000012"
        assert app.orders.shown[187].key == line.key
        assert app.screen_lines()[before].startswith("▌  …00000012"), "nor has it moved on the screen"


async def test_of_a_list_at_its_top_the_chosen_order_stays_in_view() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        app.orders.set_lines(MANY)
        app.orders.focus()
        await pilot.press("j")
        chosen = app.orders.current
        assert chosen is not None
        app.hands.wait(60)
        app.orders.set_lines(turned(MANY))
        await pilot.pause()
        assert app.orders.current is not None
        assert app.orders.current.key == chosen.key
        assert any("▌" in line for line in app.screen_lines()), "no key acts on a line that nobody sees"


async def test_an_untouched_list_shows_the_riskiest_first() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 11)) as pilot:
        app.orders.set_lines(MANY)
        app.orders.set_lines(turned(MANY))
        await pilot.pause()
        assert app.screen_lines()[1].startswith("▌  …00000199")


async def test_the_order_stands_still_while_somebody_moves() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 11)) as pilot:
        app.orders.set_lines(MANY)
        app.orders.focus()
        await pilot.press("down")
        app.orders.set_lines(turned(MANY))
        assert [line.key for line in app.orders.shown] == [line.key for line in MANY]
        app.hands.wait(10)
        app.orders.tick()
        assert app.orders.shown[0].key == "ship:0000000000199"
        assert app.orders.current is not None
        assert app.orders.current.key == "ship:0000000000001"


async def test_an_order_that_is_gone_leaves_the_cursor_in_its_place() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 11)) as pilot:
        app.orders.set_lines(LINES)
        app.orders.focus()
        await pilot.press("down", "down")
        app.hands.wait(10)
        app.orders.set_lines([line for line in LINES if line.key != "ship:6900000000002"])
        assert app.orders.current is not None
        assert app.orders.current.key == "ship:6900000000003"


async def test_another_shop_starts_at_the_top() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 11)) as pilot:
        app.orders.set_lines(LINES)
        app.orders.focus()
        await pilot.press("right", "down", "down")
        app.orders.set_lines(lines_of(board(risk(1, "1", 60.0), risk(2, "2", 60.0), causes=(CAUSE,)), ZH))
        assert [line.key for line in app.orders.shown] == ["cause:zt", "ship:1", "ship:2"]
        assert app.orders.current is not None
        assert app.orders.current.key == "cause:zt"


async def test_the_mouse_chooses_opens_and_sorts() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        app.orders.set_lines(LINES)
        await pilot.pause()
        await pilot.click(offset=(40, 3))
        assert app.heard == [("highlighted", "ship:6900000000002")]
        await pilot.click(offset=(40, 3), times=2)
        assert app.heard[-1] == ("opened", "ship:6900000000002")
        await pilot.click(offset=(1, 1))
        assert app.screen_lines()[2].startswith(" │ …00000071"), "the cause's own mark opens it"
        await pilot.click(offset=(18, 0))
        assert app.orders.sort == "left"
        assert app.orders.shown[0].key == "ship:6900000000003"


async def test_sorting_goes_round() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)):
        app.orders.set_lines(LINES)
        assert app.orders.sort_name == "按可挽回分"
        assert [app.orders.sort_next() for _ in range(4)] == [
            "按剩余时间",
            "按超时概率",
            "按赔付",
            "按可挽回分",
        ]


async def test_a_second_repaints_the_times_that_changed_and_nothing_else() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        orders = app.orders
        orders.set_lines(LINES)
        await pilot.pause()
        before = app.screen_lines()
        orders.tick()
        assert not orders._repaint_regions, "no second has gone by"
        app.hands.wait(1)
        orders.tick()
        rows = {y for region in orders._repaint_regions for y in range(region.y, region.bottom)}
        assert rows == {1, 2}, "the two countdowns; hours, minutes late and days read as before"
        assert {(region.x, region.width) for region in orders._repaint_regions} == {(13, 15)}
        await pilot.pause()
        assert [line for old, line in zip(before, app.screen_lines(), strict=True) if old != line] == [
            before[1].replace("01:12:00", "01:11:59"),
            before[2].replace("00:42:10", "00:42:09"),
        ]


async def test_a_countdown_that_ends_becomes_late() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 6)) as pilot:
        app.orders.set_lines(lines_of(board(risk(1, "6900000000001", 2.0)), ZH))
        await pilot.pause()
        assert "▲ 00:00:02" in app.screen_lines()[1]
        app.hands.wait(3)
        app.orders.tick()
        await pilot.pause()
        assert "✗ 逾期 0:00" in app.screen_lines()[1]


async def test_the_same_board_again_repaints_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        app.orders.set_lines(LINES)
        await pilot.pause()
        app.orders.set_lines(lines_of(WHOLE, ZH))
        assert not app.orders._repaint_regions
        changed = board(*ALONE, *STALLED[:1], causes=(CAUSE,))
        app.orders.set_lines(lines_of(changed, ZH))
        assert not app.orders._repaint_regions, "an order under a closed cause doesn't show"


async def test_what_no_longer_answers_is_dim() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 6)) as pilot:
        app.orders.set_lines(LINES, stale=True)
        await pilot.pause()
        line = app.screen._compositor.render_strips()[2]
        colours = {segment.style.color for segment in line if segment.text.strip() and segment.style}
        assert len(colours) == 1, "no colour of its own speaks of now"


async def test_control_characters_never_reach_the_terminal() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 6)) as pilot:
        app.orders.set_lines(lines_of(board(risk(1, "1", 60.0, why="a\x1b[31m\u202eb\nc")), ZH))
        await pilot.pause()
        assert app.screen_lines()[1].endswith("a[31mbc")


def test_runs() -> None:
    assert runs([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 1), (9, 2)]
    assert runs([]) == []


async def test_times_of_lines_that_are_gone_are_blank() -> None:
    """The list may have become shorter since its times were asked for."""
    app = ListApp()
    async with app.run_test(size=(100, 12)) as pilot:
        app.orders.set_lines(LINES)
        await pilot.pause()
        column = app.orders._painter.time_column
        assert column is not None
        painted = app.orders.render_cells(Region(column.x, 1, column.width, len(LINES) + 3))
        assert [strip.text for strip in painted][-3:] == [" " * column.width] * 3
