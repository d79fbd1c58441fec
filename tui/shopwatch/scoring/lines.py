"""Where a shop stands against its lines: what holds, what binds, how far it is, how many to save.

An unlock holds while all of its parts hold; a stop strikes once all of its parts are reached. A line is
unknown while a part of it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.score import TOTAL, Scored
from shopwatch.scoring.scorecard import Line, Part
from shopwatch.scoring.windows import day_of

Level = Literal["ok", "near", "bad", "unknown"]
Kind = Literal["unlock", "stop", "level"]

_ROUNDING = 1e-9
_HAIR = 1e-8  # above a figure that is not yet enough by itself


class Facts(NamedTuple):
    """What lines are laid against.

    model: the shop's own figures. scores: the days of the trend, today last, by `total`, or the id of a
    dimension or an indicator. rates: now, by id. expected: what a rate's numerator may come to by its
    window's end, by id. foreseen: those of them that rest on a past, and so are worth a warning; None: all.
    month_end: what the month's last day is forecast to show, by what it is of. today: without it, the dates
    of the lines' texts are let be.
    """

    model: Model
    scores: Mapping[str, Sequence[float | None]]
    rates: Mapping[str, Sum2] = {}
    expected: Mapping[str, float] = {}
    foreseen: frozenset[str] | None = None
    month_end: Mapping[str, float] = {}
    today: int | None = None


class PartStanding(NamedTuple):
    """`distance`: on the good side above 0. `slack`: the distance as a share of the line, to compare by."""

    part: Part
    at: float | None
    value: float | None
    distance: float | None
    slack: float | None
    reached: bool | None
    warned: bool | None


class LineStanding(NamedTuple):
    """save: how many must be saved by the window's end for it not to strike; 0: none by what is expected.

    savable: False where more must be saved than is still open.
    """

    line: Line
    met: bool | None
    level: Level
    parts: tuple[PartStanding, ...]
    tightest: PartStanding | None
    save: int | None = None
    savable: bool = True


def facts_of(
    scored: Scored,
    expected: Mapping[str, float] | None = None,
    foreseen: frozenset[str] | None = None,
) -> Facts:
    """Return what a scored shop brings to its lines."""
    scores: dict[str, Sequence[float | None]] = {
        name: dimension.series for name, dimension in scored.dimensions.items()
    }
    for name in scored.plan.lined:
        scores[name] = scored.indicators[name].series
    return Facts(
        scored.model,
        {TOTAL: scored.trend, **scores},
        scored.readings.rates,
        expected or {},
        foreseen,
        today=scored.readings.today,
    )


class DrawnPart(NamedTuple):
    """A part with its figures settled for a shop's model. side: -1 where less is better. unknown: where it
    stands while nothing is known of it."""

    part: Part
    at: float | None
    needed: float
    warn_at: float
    side: float
    unknown: PartStanding


class DrawnLine(NamedTuple):
    """on: what its parts are on. unknown: where it stands while nothing is known of any of them."""

    line: Line
    parts: tuple[DrawnPart, ...]
    on: frozenset[str]
    unknown: LineStanding


def drawn(model: Model) -> tuple[DrawnLine, ...]:
    """Draw the lines that are for shops of this model: worked out once, for a fleet has many of one."""
    return tuple(draw(line, model) for line in model.scorecard.line if model.concerns(line))


def draw(line: Line, model: Model) -> DrawnLine:
    """Settle one line's figures."""
    parts = tuple(_drawn_part(line, part, model.figure(line, part)) for part in line.parts)
    blank = LineStanding(line, None, "unknown", tuple(part.unknown for part in parts), None)
    return DrawnLine(line, parts, frozenset(part.on for part in line.parts), blank)


def _drawn_part(line: Line, part: Part, at: float | None) -> DrawnPart:
    needed = 0.0 if at is None else at
    # a line drawn elsewhere for this shop takes its warning along
    warn_at = (
        needed if part.warn_at is None else part.warn_at + needed - (needed if part.at is None else part.at)
    )
    if part.measure == "streak":
        needed = float(part.days or 1)
        warn_at = needed if part.warn_at is None else part.warn_at
    side = -1.0 if line.kind == "stop" or (part.good == "most" and part.measure != "streak") else 1.0
    return DrawnPart(part, at, needed, warn_at, side, PartStanding(part, at, None, None, None, None, None))


def stand(model: Model, facts: Facts, lines: Sequence[DrawnLine] | None = None) -> tuple[LineStanding, ...]:
    """Return where the shop stands against every line of its scorecard that is for a shop like it."""
    known = {on for on, days in facts.scores.items() if days and days[-1] is not None} | facts.rates.keys()
    return tuple(
        [
            line.unknown if line.on.isdisjoint(known) else _stand(line, facts)
            for line in (drawn(model) if lines is None else lines)
            if line.line.since is None or facts.today is None or day_of(line.line.since) <= facts.today
        ]
    )


def stand_at(line: Line, facts: Facts) -> LineStanding:
    """Return where the shop stands against one line."""
    return _stand(draw(line, facts.model), facts)


def _stand(drawn_line: DrawnLine, facts: Facts) -> LineStanding:
    line = drawn_line.line
    parts = tuple([_part(line, part, facts) for part in drawn_line.parts])
    if parts == drawn_line.unknown.parts:
        return drawn_line.unknown
    if any(part.value is None for part in parts):
        return LineStanding(line, None, "unknown", parts, None)
    return _stop(line, parts, facts) if line.kind == "stop" else _unlock(line, parts)


def _unlock(line: Line, parts: tuple[PartStanding, ...]) -> LineStanding:
    met = all(part.reached for part in parts)
    near = any(part.warned for part in parts)
    if line.kind == "level":  # its parts stand on figures of different sorts: hours beside a share
        tightest = min(parts, key=lambda part: part.slack or 0.0)
    else:
        tightest = min(parts, key=lambda part: part.distance or 0.0)
    return LineStanding(line, met, "near" if met and near else "ok" if met else "bad", parts, tightest)


def _stop(line: Line, parts: tuple[PartStanding, ...], facts: Facts) -> LineStanding:
    struck = all(part.reached for part in parts)
    near = all(part.warned for part in parts)
    warns = facts.foreseen is None or any(part.part.on in facts.foreseen for part in parts)
    # One part below its figure is enough to be safe, so the one with most room decides.
    tightest = max(parts, key=lambda part: part.slack or 0.0)
    save, savable = (0, True) if struck else _rescue(line, facts)
    level: Level = "bad" if struck else "near" if near or (save and warns) else "ok"
    return LineStanding(line, not struck, level, parts, tightest, save, savable)


def _part(line: Line, drawn_part: DrawnPart, facts: Facts) -> PartStanding:
    part, at, needed, warn_at, side, unknown = drawn_part
    value = None if at is None else measure(part, at, line.kind, facts)
    if value is None:
        return unknown
    distance = side * (value - needed)
    if line.kind == "stop":
        reached = distance < -_ROUNDING if part.above else distance <= _ROUNDING
        warned = value >= warn_at - _ROUNDING
    else:
        reached = distance > _ROUNDING if part.above else distance >= -_ROUNDING
        warned = side * (value - warn_at) < -_ROUNDING
    return PartStanding(part, at, value, distance, distance / (abs(needed) or 1.0), reached, warned)


def measure(part: Part, at: float, kind: Kind, facts: Facts) -> float | None:
    """Return a part's value now.

    A mean is over the trend's last `days` with today; it is unknown unless today's score and at least half
    of the days are. A streak is the number of days up to today at or above `at` (below it for a stop). A
    month's end is what is forecast of it, else what stands today.
    """
    if part.on in facts.rates:
        sums = facts.rates[part.on]
        return sums.numerator if part.measure == "count" else sums.value
    days = facts.scores.get(part.on, ())
    if not days or days[-1] is None:
        return None
    if part.measure == "mean":
        return _mean(days[-(part.days or 1) :], part.days or 1)
    if part.measure == "streak":
        return float(_streak(days, at, below=(kind == "stop") != (part.good == "most")))
    if part.measure == "month_end":
        return facts.month_end.get(part.on, days[-1])
    return days[-1]


def _mean(days: Sequence[float | None], wanted: int) -> float | None:
    known = [score for score in days if score is not None]
    return sum(known) / len(known) if 2 * len(known) >= wanted else None


def _streak(days: Sequence[float | None], at: float, *, below: bool) -> int:
    length = 0
    for score in reversed(days):
        if score is None or (score < at - _ROUNDING) != below:
            break
        length += 1
    return length


def _rescue(line: Line, facts: Facts) -> tuple[int | None, bool]:
    """Return how many to save so that the expected numerators stay under the line, and whether so many
    are still open."""
    rates = {part.on for part in line.parts}
    if len(rates) != 1 or not rates <= set(facts.expected):
        return None, True
    (rate,) = rates
    sums, expected = facts.rates[rate], facts.expected[rate]
    save = least_to_save(int(sums.denominator), expected, *limits(line))
    return save, save <= math.ceil(expected - _ROUNDING) - sums.numerator


def least_to_save(due: int, forecast_late: float, rate_at: float | None, count_at: float | None) -> int:
    """Return the fewest to save of those expected late so that one of the figures isn't reached."""
    return max(0, math.ceil(forecast_late - _ROUNDING) - most_allowed(due, rate_at, count_at))


def most_allowed(due: float, rate_at: float | None, count_at: float | None) -> int:
    """Return how many may be late without both figures being reached: staying under either is enough."""
    allowed = []
    if rate_at is not None:
        allowed.append(max(0, math.ceil(rate_at * due - _ROUNDING) - 1))
    if count_at is not None:
        allowed.append(math.ceil(count_at - _ROUNDING) - 1)
    return max(allowed, default=math.ceil(due))


def limits(line: Line) -> tuple[float | None, float | None]:
    """Return the rate and the count from which a stop line strikes; None where it has no such part."""
    at = {
        str(part.measure): part.at + _HAIR if part.above and part.at is not None else part.at
        for part in line.parts
    }
    return at.get("rate"), at.get("count")
