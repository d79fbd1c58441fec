"""A goal asked of a running monitor: its plan names what drags, what to do, and the orders that are open now."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from at_work import at_work, settled
from shopwatch.board import Board
from shopwatch.config import load
from shopwatch.feed import GoalBoard
from shopwatch.monitor import open_monitor

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
NOW = datetime.datetime(2026, 11, 11, 9, tzinfo=ZoneInfo("Asia/Shanghai"))  # as the example pins it


async def asked(state: Path) -> tuple[dict[str, Board], dict[str, GoalBoard | None]]:
    """Return the example's boards and what each shop needs for four points more."""
    opened = open_monitor(load(EXAMPLE), state, clock=lambda: NOW, language="zh_CN")
    async with at_work(opened) as monitor:
        assert await monitor.goal("qinghe", 80) is None  # nothing is known yet
        boards = await settled(monitor, *(shop.id for shop in load(EXAMPLE).shop))
        goals = {
            name: await monitor.goal(name, min((board.score.value or 0) + 9, 97))
            for name, board in boards.items()
        }
        assert await monitor.goal("nobody", 80) is None
        return boards, goals


@pytest.fixture(scope="module")
def known(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Board], dict[str, GoalBoard | None]]:
    return asyncio.run(asked(tmp_path_factory.mktemp("state")))


def test_a_plan_names_where_how_and_which_orders(
    known: tuple[dict[str, Board], dict[str, GoalBoard | None]],
) -> None:
    board, goal = known[0]["qinghe"], known[1]["qinghe"]
    assert goal is not None
    assert goal.verdict == "planned"
    assert goal.changes
    assert goal.reaches == pytest.approx(goal.target, abs=1e-6)
    gains = [one.gain for one in goal.changes] + [one.gain for one in goal.won]
    assert (goal.value or 0) + goal.drift + sum(gains) == pytest.approx(goal.reaches, abs=1e-6)
    actions = {action.id: action for action in board.actions}
    open_now = {risk.order_id for risk in board.risks} | {
        order for one in board.actions for order in one.orders
    }
    rules = {one.id: one for part in board.dimensions for one in part.indicators}
    for change in goal.changes:
        assert NOW.date() < change.first < change.full
        assert change.name == rules[change.indicator].name
        assert set(change.orders) <= open_now
        assert all(habit.title == actions[habit.action].title for habit in change.habits if habit.today)
        if change.slice is not None:
            assert change.slice.by in rules[change.indicator].slices
            worse = change.slice.value > change.now
            assert worse == (change.better == "lower")
            assert 0 < change.slice.share < 1
    assert any(change.habits for change in goal.changes)
    assert any(change.slice for change in goal.changes)


def test_a_page_alone_says_what_to_change_and_not_where(
    known: tuple[dict[str, Board], dict[str, GoalBoard | None]],
) -> None:
    """Printed values and the usual curves: no rows to split, no fortnights to have been better in."""
    goal = known[1]["lanting"]
    assert goal is not None
    assert goal.verdict == "planned"
    assert goal.changes
    for change in goal.changes:
        assert change.slice is None
        assert not change.proven
        assert change.best == change.now


async def kept(state: Path) -> list[GoalBoard | None]:
    """Return the plan of a goal that is kept, asked for again by another monitor, and once it is dropped."""
    found = []
    for start in ("fills the warehouse", "keeps", "drops"):
        opened = open_monitor(load(EXAMPLE), state, clock=lambda: NOW, language="zh_CN")
        async with at_work(opened) as monitor:
            board = (await settled(monitor, "qinghe"))["qinghe"]
            if start == "fills the warehouse":  # the fleet's pace is that of when it was first looked at
                continue
            if start == "keeps":
                await monitor.keep_goal("qinghe", min((board.score.value or 0) + 9, 97))
            found.append(await monitor.goal("qinghe", 100, kept=True))
            if start == "drops":
                await monitor.keep_goal("qinghe", None)
                found.append(await monitor.goal("qinghe", 100, kept=True))
    return found


def test_a_goal_that_is_kept_outlives_the_monitor_until_it_is_dropped(tmp_path: Path) -> None:
    first, again, dropped = asyncio.run(kept(tmp_path))
    assert first is not None
    assert first.kept
    assert first.changes
    assert {one.since for one in first.changes} == {NOW.date()}
    assert all(one.lately is not None for one in first.changes)
    assert again == first
    assert dropped is not None
    assert not dropped.kept
    assert dropped.target == 100
