"""What moved the score, in as many cells and lines as there are."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from rich.cells import cell_len

from screens.driving import at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import boards
from shopwatch.board import Board, Driver, ForecastPoint, LongDrivers, RollOff
from shopwatch.i18n import translation
from shopwatch.panes.deltas import cause_words, driver_words, largest_roll_off


@pytest.mark.parametrize(
    ("cause", "room", "shown"),
    [
        ("中通快递 -0.9分", 20, "中通快递 -0.9分"),
        ("手绘陶瓷餐具 12件 +0.4分", 18, "手绘陶瓷餐… +0.4分"),
        ("手绘陶瓷餐具 12件 +0.4 pts", 18, "手绘陶瓷… +0.4 pts"),
        ("手绘陶瓷餐具 12件 +0.4 pts", 12, "手绘陶… +0.4"),
        ("手绘陶瓷餐具 12件 +0.4 pts", 9, ""),
        ("夜间清零 已见效", 10, "夜间清零…"),
        ("", 10, ""),
    ],
)
def test_a_cause_loses_its_name_before_its_points(cause: str, room: int, shown: str) -> None:
    assert cause_words(cause, room) == shown
    assert cell_len(shown) <= room


GONE = RollOff(
    day=datetime.date(2026, 11, 21), rows=12, worse=12, delta=-0.2, delta_points=0.03, words="明天 12单"
)
LESS = msgspec.structs.replace(GONE, delta_points=-0.01, words="明天 3条")
WEEK = (
    Driver(indicator="pickup_hours", delta_points=-0.9),
    Driver(indicator="reply_seconds", delta_points=2.1),
    Driver(indicator="breakage", delta_points=0.0),
)


def moved() -> Board:
    """A shop with parts of its week, and two indicators of which something leaves the window tonight."""
    board = boards()["flagship"]
    leaving = {"pickup_hours": GONE, "audit_hours": LESS}
    dimensions = tuple(
        msgspec.structs.replace(
            part,
            indicators=tuple(
                msgspec.structs.replace(one, rolls_off=leaving.get(one.id)) for one in part.indicators
            ),
        )
        for part in board.dimensions
    )
    return msgspec.structs.replace(board, dimensions=dimensions, drivers_over=LongDrivers(week=WEEK))


def test_the_parts_of_a_longer_change_are_said_with_the_largest_first() -> None:
    words = "  ".join(part.plain for part in driver_words(moved(), 7, translation("zh_CN")))
    assert words == "近7天 +1.2  飞鸽平响 +2.10  平均揽收 -0.90"


def test_what_leaves_a_window_tonight_is_told_of_the_one_that_moves_the_total_most() -> None:
    found = largest_roll_off(moved())
    assert found is not None
    assert found.id == "pickup_hours"
    assert largest_roll_off(boards()["flagship"]) is None


@pytest.mark.parametrize(
    ("size", "tonight", "week"),
    [((160, 60), True, True), ((160, 48), True, False), ((100, 30), False, False)],
)
async def test_the_longer_changes_take_the_room_that_is_left(
    size: tuple[int, int], tonight: bool, week: bool
) -> None:
    feed = FakeFeed()
    feed.shops = {"flagship": moved()}
    async with at_the_keyboard(feed=feed, size=size) as hand:
        assert ("明天 12单" in hand.text) == tonight
        assert ("近7天 +1.2" in hand.text) == week
        assert "明天 3条" not in hand.text


async def test_the_score_screen_says_where_it_is_heading_and_what_moved_it() -> None:
    feed = FakeFeed()
    ahead = ForecastPoint(day=datetime.date(2026, 12, 4), value=80.0, low=78.0, high=83.0)
    feed.shops = {"flagship": msgspec.structs.replace(moved(), forecast=(ahead,) * 14)}
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("f", "tab", "enter")
        assert hand.screen == "ScoreScreen"
        assert "预计14天后 80.0(八成在 78–83)" in hand.text
        assert "近7天 +1.2" in hand.text
        assert "明天 12单" in hand.text
