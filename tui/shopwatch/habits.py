"""How a shop's indicators go: where their windows come to rest if all goes on as in the last fortnight, the shop's
own best fortnight, and how long what begins takes until it counts.

Between the warehouse, which knows what came in on which day, and the goal, which plans from there. How things
ripen (what arrives when, and when what is wrong with it comes out) is the pace that the forecast goes by; how they
go is the last fortnight's alone, so that what a shop changed two weeks ago is what it is planned from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from shopwatch.scoring.forecast import foresee
from shopwatch.scoring.goal import Habit
from shopwatch.scoring.inflow import LEAD, Inflow, Pace, pace_of
from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.scoring.steadied import CASES, ROWS, steadied
from shopwatch.warehouse.indicators import approximate_id

FORTNIGHT = 14
RECENT = 30  # days by which it is told how long things take
NEARLY_ALL = 0.95


def habits_of(
    scorecard: Scorecard,
    inflows: Mapping[str, Inflow],
    today: int,
    paces: Mapping[str, Pace],
    *,
    left: float = 1.0,
) -> dict[str, Habit]:
    """Return how one shop's indicators go. paces: of the fleet; left: how much of today is still to come."""
    found = {}
    for rule in scorecard.indicator:
        name = next((name for name in (rule.id, approximate_id(rule)) if name in inflows), None)
        if name is not None and not rule.sum:
            pace = pace_of(inflows[name], today, paces.get(name))
            habit = _habit(rule, inflows[name], today, pace, left, scorecard.thin_below)
            if habit is not None:
                found[rule.id] = habit
    return found


def _habit(rule: Indicator, inflow: Inflow, today: int, pace: Pace, left: float, least: int) -> Habit | None:
    lag = lag_of(inflow, today)
    usual = foresee(inflow, rule.window, today, pace, left=left, days=rule.window[0] + lag)[-1].sums
    if not usual.denominator:
        return None
    rest = usual.numerator * lately(inflow, today, pace)
    if rule.unit == "ratio" and rule.numerator == "1":
        rest = min(rest, usual.denominator)
    best = best_fortnight(inflow, today, higher=rule.better == "higher", least=least)
    if best is not None and inflow.settled is not None:
        best *= _ripe(usual, pace)
    return Habit(Sum2(rest, usual.denominator), best, lag)


def lag_of(inflow: Inflow, today: int) -> int:
    """Return the days after which nearly all rows of what begins have come in, as they lately did."""
    recent = (one for one in inflow.arrivals if today - RECENT <= one.day < today)
    return _quantile((max(one.day - one.begun, 0), one.denominator) for one in recent)


def lately(inflow: Inflow, today: int, pace: Pace) -> float:
    """Return the numerators of the last fortnight's rows, as far as they are known, times what was to be expected."""
    rows = [one for one in inflow.arrivals if today - FORTNIGHT <= one.day < today]
    if inflow.settled is None:
        longest = len(pace.values) - 1
        expected = sum(
            one.denominator * pace.values[min(max(one.day - one.begun, 0), longest)] for one in rows
        )
        known = sum(one.numerator for one in rows)
        few = ROWS * expected / (sum(one.denominator for one in rows) or 1.0)
    else:
        stays = _stays(pace)
        expected = sum(
            one.denominator * (1 - stays[min(today - one.day + LEAD, len(stays) - 1)]) for one in rows
        )
        days = {one.day for one in rows}
        known = sum(one.numerator for one in inflow.settled if one.day in days and one.known < today)
        few = CASES
    return (known + few) / (expected + few) if expected + few else 1.0


def _stays(pace: Pace) -> list[float]:
    """Return the share that isn't settled yet, by days since LEAD days before a row's own."""
    return list(itertools.accumulate((1 - one for one in pace.settling), lambda a, b: a * b, initial=1.0))


def _ripe(rest: Sum2, pace: Pace) -> float:
    """Return how much of what becomes known in the end a window shows: of its last days most isn't yet."""
    whole = rest.denominator * (1 - _stays(pace)[-1])
    return rest.numerator / whole if whole else 1.0


def best_fortnight(inflow: Inflow, today: int, *, higher: bool, least: int) -> float | None:
    """Return the best value over fourteen days on end, of those in which at least so many rows counted.

    Where numerators become known by themselves, the days of which they aren't yet are left out: they would
    look better, or worse, than they were. And a fortnight of which little was to be expected says little: no
    breakage in forty orders is luck.
    """
    settled = inflow.settled
    wait = 0 if settled is None else _quantile((max(s.known - s.day, 0), s.numerator) for s in settled)
    last = today - 1 - wait
    first = min((one.day for one in inflow.arrivals), default=last + 1)
    if first > last:
        return None
    rows = _by_day(((one.day, one.denominator) for one in inflow.arrivals), first, last)
    counted = inflow.arrivals if settled is None else settled
    numerators = _by_day(((one.day, one.numerator) for one in counted), first, last)
    usual = sum(numerators) / sum(rows) if sum(rows) else 0.0
    few = ROWS * usual if settled is None else CASES
    values = [
        steadied(numerator, number, usual, few)
        for numerator, number in zip(_spans(numerators), _spans(rows), strict=True)
        if number >= least
    ]
    return (max if higher else min)(values, default=None)


def _by_day(entries: Iterable[tuple[int, float]], first: int, last: int) -> list[float]:
    days = [0.0] * (last - first + 1)
    for day, number in entries:
        if first <= day <= last:
            days[day - first] += number
    return days


def _spans(days: Sequence[float]) -> list[float]:
    """Return the sum of every fourteen days on end."""
    running = [0.0, *itertools.accumulate(days)]
    return [running[at] - running[at - FORTNIGHT] for at in range(FORTNIGHT, len(running))]


def _quantile(cases: Iterable[tuple[int, float]]) -> int:
    """Return the lag by which nearly all of so many cases are over; 0 where there are none."""
    counted: dict[int, float] = {}
    for lag, number in cases:
        counted[lag] = counted.get(lag, 0.0) + number
    whole, passed = sum(counted.values()), 0.0
    for lag in sorted(counted):
        passed += counted[lag]
        if passed >= NEARLY_ALL * whole:
            return lag
    return 0
