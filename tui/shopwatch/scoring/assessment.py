"""A yearly assessment by months: which have failed, how many may yet, what is sold by the next check.

Months are counted since year 0; a shop's opening month is free, then comes its trial, then cycles of a year.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from shopwatch.scoring.clauses import Assessment
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.windows import date_of

Phase = Literal["exempt", "trial", "formal", "unknown"]
Level = Literal["ok", "near", "bad", "unknown"]

OPENED, TARGET, TARGETS_OF_TRIAL = "opened", "sales_target", "sales_target_trial"
"""What a shop gives of itself: the month it opened, and the yuan it must sell."""

TOTAL = "total"  # as the score has it, which a configuration that only names the facts shouldn't wait for
YEAR = 12  # months of a cycle
_ROUNDING = 1e-9


class Sales(NamedTuple):
    """What a shop has sold, in yuan by month, and the first day that its records tell of; None: of no day."""

    by_month: Mapping[int, float] = {}
    since: datetime.date | None = None


NO_SALES = Sales()


class MonthEnd(NamedTuple):
    """A finished month's last day. value: the total that was printed on it; None where none is on record, and
    then `last` is the month's last that is."""

    month: int
    value: float | None
    met: bool | None
    last: OfficialFigure | None = None


class Check(NamedTuple):
    """A check of a cycle's sales, at the end of `month`, the `number`th of its cycle. sold: since the cycle
    began, so far as the records tell; complete: whether they tell of all of it."""

    month: int
    number: int
    target: float | None
    sold: float | None
    complete: bool
    met: bool | None


class Standing(NamedTuple):
    """Where a shop stands in its assessment.

    begins, number: the cycle's first month, and the place of this month in it; None where it isn't known when
    the shop opened. at: the line of a month's end. ends: the finished months that the line is counted over, and
    those of the cycle. failed: of the last months that count; in_cycle: of the cycle. unknown: of those months,
    the ones without a figure. left: how many may yet fail before the assessment has. last_check: the one before,
    where there was one in this cycle. idle: finished months of the cycle that the records know to be without
    business; idle_most: how many may be.
    """

    rule: Assessment
    phase: Phase
    begins: int | None
    number: int | None
    at: float
    ends: tuple[MonthEnd, ...]
    failed: int
    in_cycle: int
    unknown: int
    left: int
    last_check: Check | None
    next_check: Check | None
    idle: int | None
    idle_most: int | None
    level: Level


def month_of(day: datetime.date) -> int:
    return day.year * YEAR + day.month - 1


def first_day(month: int) -> datetime.date:
    return datetime.date(month // YEAR, month % YEAR + 1, 1)


def last_day(month: int) -> datetime.date:
    return first_day(month + 1) - datetime.timedelta(days=1)


def opened_month(given: Mapping[str, Any]) -> int | None:
    """Return the month in which a shop says that it opened: "2025-06", or any day of it."""
    said = given.get(OPENED)
    if isinstance(said, str):
        try:
            said = datetime.date.fromisoformat(said if said.count("-") == 2 else f"{said}-01")
        except ValueError:
            return None
    return month_of(said) if isinstance(said, datetime.date) else None


def assess(
    model: Model, figures: Iterable[OfficialFigure], sales: Sales, today: datetime.date
) -> Standing | None:
    """Return where a shop stands today; None where its scorecard has no assessment."""
    rule = model.scorecard.assessment
    if rule is None:
        return None
    now, opened, at = month_of(today), opened_month(model.given), _line(model, rule)
    phase, begins, number = _cycle(rule, opened, now)
    printed = [one for one in figures if one.item == TOTAL and one.points is not None]
    free = -1 if opened is None else opened
    since = min(now - rule.failed_within, now if begins is None else begins)
    ends = tuple(_end(month, at, printed) for month in range(max(since, free + 1), now))
    counted = [end for end in ends if end.month >= now - rule.failed_within]
    failed = sum(end.met is False for end in counted)
    in_cycle = sum(end.met is False for end in ends if begins is not None and end.month >= begins)
    worst = max(failed, in_cycle)
    last, following = _checks(rule, model.given, phase, begins, now, sales)
    idle = _idle(begins, now, sales)
    idle_most = {"trial": rule.idle_trial, "formal": rule.idle_formal}.get(phase)
    standing = Standing(
        rule, phase, begins, number, at, ends, failed, in_cycle,
        sum(end.met is None for end in counted), max(0, rule.failed_below - 1 - worst), last, following,
        idle, idle_most, "ok",
    )  # fmt: skip
    return standing._replace(level=_level(standing))


def _line(model: Model, rule: Assessment) -> float:
    """Return the line of a month's end, as the shop itself may have drawn it."""
    for line in model.scorecard.line:
        for part in line.parts:
            if (part.on, part.measure) == (TOTAL, "month_end") and (
                at := model.figure(line, part)
            ) is not None:
                return at
    return rule.month_end_at


def _cycle(rule: Assessment, opened: int | None, now: int) -> tuple[Phase, int | None, int | None]:
    """Return the phase, the cycle's first month and the place of this month in it, from 1."""
    if opened is None:
        return "unknown", None, None
    if now <= opened:
        return "exempt", None, None
    begins, past = opened + 1, now - opened - 1
    if past < rule.trial_months:
        return "trial", begins, past + 1
    cycle, place = divmod(past - rule.trial_months, YEAR)
    return "formal", begins + rule.trial_months + cycle * YEAR, place + 1


def _end(month: int, at: float, figures: Sequence[OfficialFigure]) -> MonthEnd:
    of_month = [one for one in figures if month_of(date_of(one.day)) == month]
    last = max(of_month, key=lambda one: one.published_at, default=None)
    if last is None or last.points is None or date_of(last.day) != last_day(month):
        return MonthEnd(month, None, None, last)
    return MonthEnd(month, last.points, last.points >= at - _ROUNDING, last)


def _checks(
    rule: Assessment, given: Mapping[str, Any], phase: Phase, begins: int | None, now: int, sales: Sales
) -> tuple[Check | None, Check | None]:
    """Return the cycle's last check that is over, and the next one."""
    if begins is None:
        return None, None
    if phase == "trial":
        targets = given.get(TARGETS_OF_TRIAL)
        yuan = list(targets) if isinstance(targets, list | tuple) else []
        asked = [(at, yuan[n] if n < len(yuan) else None) for n, at in enumerate(rule.trial_checks)]
    else:
        asked = [(rule.formal_check, given.get(TARGET))]
    over = [_check(begins, at, target, now, sales) for at, target in asked if begins + at <= now]
    ahead = [_check(begins, at, target, now, sales) for at, target in asked if begins + at > now]
    return (over[-1] if over else None), (ahead[0] if ahead else None)


def _check(begins: int, number: int, target: float | None, now: int, sales: Sales) -> Check:
    month = begins + number - 1
    complete = sales.since is not None and sales.since <= first_day(begins)
    sold = None
    if sales.since is not None:
        sold = sum(sales.by_month.get(one, 0.0) for one in range(begins, min(month, now) + 1))
    met = None
    if target is not None and sold is not None:
        reached = sold > 0 and sold >= target - _ROUNDING  # a target of nought still asks for some
        met = True if reached else False if complete and month < now else None
    return Check(month, number, target, sold, complete, met)


def _idle(begins: int | None, now: int, sales: Sales) -> int | None:
    """Return the finished months of the cycle without business: only those that the records tell of whole."""
    if begins is None or sales.since is None:
        return None
    known = month_of(sales.since) + (sales.since.day > 1)
    return sum(not sales.by_month.get(month) for month in range(max(begins, known), now))


def _level(one: Standing) -> Level:
    idle = one.idle is not None and one.idle_most is not None and one.idle > one.idle_most
    missed = one.last_check is not None and one.last_check.met is False
    if max(one.failed, one.in_cycle) >= one.rule.failed_below or idle or missed:
        return "bad"
    if one.phase == "exempt":
        return "ok"
    if one.left == 0 or (one.idle is not None and one.idle_most is not None and one.idle == one.idle_most):
        return "near"
    return "unknown" if one.unknown else "ok"
