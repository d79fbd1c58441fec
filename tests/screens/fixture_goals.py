"""A plan as the monitor would make it, with worked figures: what the goal screen is tested on."""

from __future__ import annotations

import datetime

import msgspec

from screens.fixture_boards import Words
from shopwatch.feed import GoalBoard, GoalChange, GoalHabit, GoalName, GoalSlice, GoalWon

PICKUPS = tuple(f"69260000{69070000 + n * 37:08d}" for n in range(7, 36))
FIRST, FULL = datetime.date(2026, 11, 21), datetime.date(2026, 12, 22)


def plan(language: str, target: float) -> GoalBoard:
    """Return the way from 81.4 to 83 in two changes and a bonus, or why there is none."""
    w = Words(language)
    if target > 95:
        return GoalBoard(target=target, verdict="short", value=81.4, reaches=94.6, proven=84.0, most=94.6)
    if target < 80:
        return GoalBoard(target=target, verdict="met", value=81.4, drift=-0.3, reaches=81.1, full=FULL)
    pickup = GoalChange(
        indicator="pickup_hours",
        name=w("平均揽收时长", "Mean pickup time"),
        short=w("平均揽收", "Pickup"),
        unit="hours",
        better="lower",
        now=22.04,
        goal=17.36,
        gain=1.42,
        best=16.2,
        proven=True,
        first=FIRST,
        full=FULL,
        slice=GoalSlice(by="warehouse", key=w("广州仓", "Guangzhou"), value=31.2, share=0.18),
        habits=(
            GoalHabit(
                action="cutoff",
                title=w("18 点前付款 37 单今晚揽收", "Pick up 37 orders paid before 18:00 tonight"),
                today=True,
            ),
            GoalHabit(
                action="night",
                title=w("07:30 夜间积压首批出库", "07:30: the night's orders leave first"),
                today=False,
            ),
        ),
        orders=PICKUPS,
    )
    returns = GoalChange(
        indicator="quality_returns",
        name=w("商品品质退货率", "Quality-return rate"),
        short=w("品退率", "Quality returns"),
        unit="ratio",
        better="lower",
        now=0.0134,
        goal=0.00948,
        gain=0.48,
        best=0.0102,
        proven=False,
        first=FIRST,
        full=FULL + datetime.timedelta(days=5),
        habits=(
            GoalHabit(action="sample", title=w("首因质量 TOP3 抽检", "Inspect the top three"), today=False),
        ),
    )
    next_day = GoalWon(
        bonus="next_day",
        name=w("明日达订单占比", "Next-day delivery share"),
        gain=5.0,
        condition=w("明日达签收订单占比 ≥ 20%", "next-day orders are at least 20 % of signed orders"),
    )
    return GoalBoard(
        target=target,
        verdict="planned",
        value=81.4,
        drift=-0.3,
        reaches=88.0 if target > 88 else 83.0,
        proven=82.8,
        most=94.6,
        full=returns.full,
        changes=(pickup, returns),
        won=(next_day,) if target > 88 else (),
        fixed=(
            GoalName(name=w("破损率", "Breakage"), why="full"),
            GoalName(name=w("平响", "Reply"), why="missing"),
        ),
        unsure=(w("退换货运费险", "Return-freight insurance"),),
    )


def as_kept(goal: GoalBoard) -> GoalBoard:
    """Return the same plan, kept to since a week."""
    changes = tuple(
        msgspec.structs.replace(one, since=datetime.date(2026, 11, 14), lately=(one.now + one.goal) / 2)
        for one in goal.changes
    )
    return msgspec.structs.replace(goal, kept=True, changes=changes)
