"""Curves fitted to one shop's own history, and whether they are better than those that it has.

The history is what the marketplace printed: an indicator's value with its points, or, where it prints no
points of indicators, the values of a dimension's indicators with the dimension's points. The curves add up
to those by the weights that the shop is scored with. Nothing else is looked at, and nothing from before the
scorecard's version came into force: another version had other curves.

A fit is used where it comes nearer than the usual curves to days that it wasn't shown. How many days that
takes, and how many are looked at, are choices of ours.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from shopwatch.scoring.curve import Curve, Pairs, Ruler
from shopwatch.scoring.model import Model
from shopwatch.scoring.monotone import Shape, fit
from shopwatch.scoring.plan import DimensionPlan, IndicatorPlan, Plan, make_plan
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.scoring.windows import day_of

DAYS_EACH = 10  # the fewest distinct days of history, for every curve that is fitted to them
RECENT = 90  # the most days that are looked at, the last: curves stand against an industry, which moves
HELD_OUT = 15  # the most days that are left out in turn, evenly spread
BESIDE = 1  # days to either side that are left out as well: two mornings share nearly all of a window

Verdict = Literal["fitted", "few", "worse", "own"]
"""fitted: it is used. few: too few days to tell. worse: it doesn't come nearer than the usual curves.
own: the configuration says the curves."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What history says of the curves of one indicator, or of one dimension's indicators together.

    subject: of which points were printed. days: with points and all values; needed: before a fit is trusted.
    The errors are mean absolute ones of days left out, in points of the subject; None where nothing was fitted.
    usual_error: of the curves that the shop has, or where it has none, of the last points printed.
    usual, fitted: the curves, by indicator.
    """

    subject: str
    days: int
    needed: int
    verdict: Verdict
    usual_error: float | None = None
    fitted_error: float | None = None
    usual: Mapping[str, Pairs] = {}
    fitted: Mapping[str, Pairs] = {}


def calibrate(model: Model, figures: Sequence[OfficialFigure]) -> tuple[Calibration, ...]:
    """Fit every curve of which there is any history; figures: none printed after the moment that is looked at."""
    card = model.scorecard
    printed = _by_day(card, figures) if card.printed else {}
    if not printed:
        return ()
    usual = msgspec.structs.replace(model, fitted={})
    plan = make_plan(usual, figures)
    return tuple(_judged(history) for history in _histories(plan, usual, printed))


def fitted_curves(model: Model, figures: Sequence[OfficialFigure]) -> dict[str, Pairs]:
    """Return the curves to use, by indicator."""
    return {
        name: pairs
        for one in calibrate(model, figures)
        if one.verdict == "fitted"
        for name, pairs in one.fitted.items()
    }


# ---------------------------------------------------------------- the history


class Figure(NamedTuple):
    value: float | None
    points: float | None


Printed = Mapping[str, Mapping[int, Figure]]
"""What was printed, by item and day; of several in a day, the last."""


class Seen(NamedTuple):
    """One day: the values of the indicators, and the points printed of the subject."""

    day: int
    values: tuple[float, ...]
    points: float


def _by_day(card: Scorecard, figures: Iterable[OfficialFigure]) -> Printed:
    first = day_of(card.version)
    found: dict[str, dict[int, Figure]] = {}
    for figure in sorted(figures, key=lambda one: one.published_at):
        if figure.day >= first:
            days = found.setdefault(figure.item, {})
            earlier = days.get(figure.day, _NOTHING)
            days[figure.day] = Figure(
                earlier.value if figure.value is None else figure.value,
                earlier.points if figure.points is None else figure.points,
            )
    return found


_NOTHING = Figure(None, None)


@dataclasses.dataclass(frozen=True)
class _History:
    """The days of one subject. parts: whose curves are fitted; fixed: whose curves are known; both with their
    shares of the points, in `shares`, in this order. extra: what given bonuses add."""

    subject: str
    model: Model
    parts: tuple[IndicatorPlan, ...]
    fixed: tuple[IndicatorPlan, ...]
    shares: tuple[float, ...]
    floor: float
    ceiling: float
    extra: float
    days: tuple[Seen, ...]

    @property
    def curves(self) -> list[Ruler] | None:
        """The curves that the shop has; None unless it has them all."""
        curves = [part.curve for part in self.parts if part.curve is not None]
        return curves if len(curves) == len(self.parts) else None

    def points(self, curves: Sequence[Ruler], seen: Seen) -> float:
        """Return the points that curves of the parts give a day."""
        free = zip(self.shares, curves, seen.values, strict=False)
        points = sum(share * curve(value) for share, curve, value in free)
        return min(max(points + self._known(seen), self.floor), self.ceiling)

    def fit(self, days: Sequence[Seen]) -> list[Pairs]:
        number = len(self.parts)
        share = sum(self.shares[:number])
        return fit(
            [self._shape(part) for part in self.parts],
            [own / share for own in self.shares[:number]],
            [[seen.values[place] for seen in days] for place in range(number)],
            [(seen.points - self._known(seen)) / share for seen in days],
        )

    def _known(self, seen: Seen) -> float:
        """Return the points that are known without a fit."""
        number = len(self.parts)
        known = zip(self.shares[number:], self.fixed, seen.values[number:], strict=True)
        return self.extra + sum(share * part.curve(value) for share, part, value in known if part.curve)

    def _shape(self, part: IndicatorPlan) -> Shape:
        usual = self.model.pairs(part.rule)
        certain = usual if part.curve_certainty == "observed" else ()
        return Shape(part.rule.better, self.floor, self.ceiling, usual, certain)


def _histories(plan: Plan, model: Model, printed: Printed) -> Iterator[_History]:
    for dimension in plan.dimensions:
        alone = [
            one for part in dimension.indicators if (one := _of_indicator(dimension, part, model, printed))
        ]
        together = None if alone else _of_dimension(dimension, model, printed)
        yield from alone if together is None else [together]


def _fittable(part: IndicatorPlan) -> bool:
    """Whether its points lie on a curve of straight pieces that nobody knows for certain."""
    return part.rule.scoring in ("curve", "rank") and part.curve_certainty != "official"


def _of_indicator(
    dimension: DimensionPlan, part: IndicatorPlan, model: Model, printed: Printed
) -> _History | None:
    if not _fittable(part):
        return None
    kept = part.floor.points if part.floor else None  # what a small sample may have kept says nothing
    days = tuple(
        Seen(day, (figure.value,), figure.points)
        for day, figure in sorted(printed.get(part.rule.id, {}).items())
        if figure.value is not None and figure.points is not None and figure.points != kept
    )
    bounds = dimension.rule.floor, dimension.rule.ceiling
    return _History(part.rule.id, model, (part,), (), (1.0,), *bounds, 0.0, days[-RECENT:]) if days else None


def _of_dimension(dimension: DimensionPlan, model: Model, printed: Printed) -> _History | None:
    """Return the days of a dimension with all the values that its points are made of."""
    rule = dimension.rule
    points = {day: f.points for day, f in printed.get(rule.id, {}).items() if f.points is not None}
    columns = {
        part.rule.id: {
            day: f.value for day, f in printed.get(part.rule.id, {}).items() if f.value is not None
        }
        for part in dimension.indicators
    }
    # what is mostly not printed is no part of it for this shop
    counted = [
        part
        for part in dimension.indicators
        if part.weight > 0 and 2 * sum(day in points for day in columns[part.rule.id]) > len(points)
    ]
    free = [part for part in counted if _fittable(part) and part.curve_certainty != "shop"]
    free = free or [part for part in counted if _fittable(part)]
    fixed = [part for part in counted if part not in free]
    if not free or any(part.curve is None for part in fixed):
        return None
    parts = [*free, *fixed]
    days = tuple(
        Seen(day, tuple(columns[part.rule.id][day] for part in parts), said)
        for day, said in sorted(points.items())
        if all(day in columns[part.rule.id] for part in parts)
        and not (dimension.extra and said >= rule.ceiling)  # what a bonus lifted to it may have been anything
    )
    if not days:
        return None
    total = sum(part.weight for part in parts)
    shares = tuple(part.weight / total for part in parts)
    bounds = rule.floor, rule.ceiling
    kept = days[-RECENT:]
    return _History(rule.id, model, tuple(free), tuple(fixed), shares, *bounds, dimension.extra, kept)


# ---------------------------------------------------------------- the judgement


def _judged(history: _History) -> Calibration:
    needed = DAYS_EACH * len(history.parts)
    told = Calibration(
        subject=history.subject,
        days=len(history.days),
        needed=needed,
        verdict="few",
        usual={part.rule.id: history.model.pairs(part.rule) for part in history.parts},
    )
    if len(history.days) < needed:
        return told
    usual, fitted = _errors(history)
    fits = dict(zip([part.rule.id for part in history.parts], history.fit(history.days), strict=True))
    own = any(part.curve_certainty == "shop" for part in history.parts)
    verdict: Verdict = "own" if own else "fitted" if fitted < usual else "worse"
    return msgspec.structs.replace(told, verdict=verdict, usual_error=usual, fitted_error=fitted, fitted=fits)


def _errors(history: _History) -> tuple[float, float]:
    """Return the mean errors, on days left out, of the usual curves and of those fitted to the other days."""
    days, usual = history.days, history.curves
    step = max(1, math.ceil(len(days) / HELD_OUT))
    places = range(step - 1, len(days), step)
    off = unlike = 0.0
    for place in places:
        seen = days[place]
        others = [other for other in days if abs(other.day - seen.day) > BESIDE]
        fitted = [Curve(pairs) for pairs in history.fit(others or days[:place] + days[place + 1 :])]
        off += abs(history.points(fitted, seen) - seen.points)
        said = days[place - 1].points if usual is None else history.points(usual, seen)
        unlike += abs(said - seen.points)
    return unlike / len(places), off / len(places)
