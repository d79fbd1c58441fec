"""Curves and weights fitted to one shop's own history, and whether they are better than those that it has.

The history is what the marketplace printed: an indicator's value with its points, or, where it prints no
points of indicators, the values of a dimension's indicators with the dimension's points. The curves add up
to those by the weights that the shop is scored with. And the dimensions' points with the total, less its ledger,
tell what the dimensions weigh. Nothing else is looked at, and nothing from before the scorecard's version came
into force: another version had other curves.

A fit is used where it comes nearer than the usual curves to days that it wasn't shown. How many days that
takes, and how many are looked at, are choices of ours.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean as mean
from typing import Literal, NamedTuple

import msgspec

from shopwatch.scoring.curve import Curve, Pairs, Ruler
from shopwatch.scoring.ledger import totals
from shopwatch.scoring.model import Model
from shopwatch.scoring.monotone import Shape, fit
from shopwatch.scoring.plan import NOT_COUNTED, UNKNOWN, DimensionPlan, IndicatorPlan, Plan, make_plan
from shopwatch.scoring.readings import LedgerEvent, OfficialFigure
from shopwatch.scoring.score import TOTAL
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.scoring.weighing import Weighed, beside, weigh
from shopwatch.scoring.windows import day_of

DAYS_EACH = 10  # the fewest distinct days of history, for every curve that is fitted to them
RECENT = 90  # the most days that are looked at, the last: curves stand against an industry, which moves
HELD_OUT = 15  # the most days that are left out in turn, evenly spread
BESIDE = 1  # days to either side that are left out as well: two mornings share nearly all of a window

Verdict = Literal["fitted", "few", "worse", "own"]
"""fitted: it is used. few: too few days to tell. worse: it doesn't come nearer than the usual curves.
own: the configuration says the curves."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What history says of the curves of one indicator, or of one dimension's indicators together; or of what the
    dimensions of the total weigh.

    subject: of which points were printed. days: with points and all values; needed: before a fit is trusted.
    The errors are mean absolute ones of days left out, in points of the subject; None where nothing was fitted.
    usual_error: of the curves or weights that the shop has, or where it has none, of the last points printed.
    usual, fitted: the curves, by indicator. usual_weights, fitted_weights: of 1, by dimension.
    """

    subject: str
    days: int
    needed: int
    verdict: Verdict
    usual_error: float | None = None
    fitted_error: float | None = None
    usual: Mapping[str, Pairs] = {}
    fitted: Mapping[str, Pairs] = {}
    usual_weights: Mapping[str, float] = {}
    fitted_weights: Mapping[str, float] = {}


class Fit(NamedTuple):
    """What a shop's history brings to the model that it is scored by."""

    curves: Mapping[str, Pairs] = {}
    weights: Mapping[str, float] = {}

    def laid_over(self, model: Model) -> Model:
        return msgspec.structs.replace(model, fitted=self.curves, fitted_weights=self.weights)


def calibrate(
    model: Model, figures: Sequence[OfficialFigure], events: Sequence[LedgerEvent] = ()
) -> tuple[Calibration, ...]:
    """Fit every curve and weight of which there is any history; none of it later than the moment looked at."""
    card = model.scorecard
    printed = _by_day(card, figures) if card.printed else {}
    if not printed:
        return ()
    usual = Fit().laid_over(model)
    plan = make_plan(usual, figures)
    curves = [_judged(history) for history in _histories(plan, usual, printed)]
    total = _Total.of(plan, usual, printed, events)
    return (*curves, total.judged()) if total is not None else tuple(curves)


def fit_to(model: Model, figures: Sequence[OfficialFigure], events: Sequence[LedgerEvent] = ()) -> Fit:
    """Return the curves and weights to use."""
    used = [one for one in calibrate(model, figures, events) if one.verdict == "fitted"]
    return Fit(
        {name: pairs for one in used for name, pairs in one.fitted.items()},
        {name: weight for one in used for name, weight in one.fitted_weights.items()},
    )


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
    usual = history.curves
    unlike, off = [], []
    for before, seen, others in _left_out(history.days):
        fitted = [Curve(pairs) for pairs in history.fit(others)]
        off.append(abs(history.points(fitted, seen) - seen.points))
        said = before.points if usual is None else history.points(usual, seen)
        unlike.append(abs(said - seen.points))
    return mean(unlike), mean(off)


def _left_out(days: Sequence[Seen]) -> Iterator[tuple[Seen, Seen, Sequence[Seen]]]:
    """Yield days in turn, each with the one before it and with those that are unlike it."""
    step = max(1, math.ceil(len(days) / HELD_OUT))
    for place in range(step - 1, len(days), step):
        seen = days[place]
        others = [other for other in days if abs(other.day - seen.day) > BESIDE]
        yield days[place - 1], seen, others or [*days[:place], *days[place + 1 :]]


# ---------------------------------------------------------------- what the dimensions weigh


@dataclasses.dataclass(frozen=True)
class _Total:
    """The days on which the total and all dimensions were printed; of each the dimensions' points, in the plan's
    order, and the total less its ledger."""

    dimensions: tuple[DimensionPlan, ...]
    days: tuple[Seen, ...]

    @classmethod
    def of(cls, plan: Plan, model: Model, printed: Printed, events: Sequence[LedgerEvent]) -> _Total | None:
        """Return the history; None where there is none, or no weight that could be another."""
        bounds = plan.scorecard.total
        parts = tuple(one for one in plan.dimensions if one.certainty != NOT_COUNTED)
        if bounds.kind != "weighted" or len(parts) < 2 or any(one.certainty == "official" for one in parts):
            return None
        points = [{d: f.points for d, f in printed.get(one.rule.id, {}).items()} for one in parts]
        days = []
        for day, figure in sorted(printed.get(TOTAL, {}).items()):
            scores = [known.get(day) for known in points]
            found = tuple(score for score in scores if score is not None)
            if figure.points is not None and len(found) == len(parts):
                days.append(Seen(day, found, figure.points))
        days = [one for one in days[-RECENT:] if bounds.floor < one.points < bounds.ceiling]
        ledger = totals(plan.scorecard, model.given, events, [(one.day, one.day - 1) for one in days])
        free = [one._replace(points=one.points - extra) for one, extra in zip(days, ledger, strict=True)]
        return cls(parts, tuple(free)) if free else None

    @property
    def usual(self) -> list[float] | None:
        """The weights that the shop has; None where they aren't known."""
        known = all(part.certainty != UNKNOWN for part in self.dimensions)
        return [part.weight for part in self.dimensions] if known else None

    def judged(self) -> Calibration:
        names, usual = [part.rule.id for part in self.dimensions], self.usual
        told = Calibration(
            subject=TOTAL,
            days=len(self.days),
            needed=DAYS_EACH * len(names),
            verdict="few",
            usual_weights=dict(zip(names, usual or (), strict=False)),
        )
        if told.days < told.needed:
            return told
        unlike, off = self._errors()
        own = any(part.certainty == "shop" for part in self.dimensions)
        return msgspec.structs.replace(
            told,
            verdict="own" if own else "fitted" if off < unlike else "worse",
            usual_error=unlike,
            fitted_error=off,
            fitted_weights=dict(zip(names, self._fit(self.days).weights, strict=True)),
        )

    def _fit(self, days: Sequence[Seen]) -> Weighed:
        start = self.usual or [1 / len(self.dimensions)] * len(self.dimensions)
        return weigh(start, [one.values for one in days], [one.points for one in days])

    def _errors(self) -> tuple[float, float]:
        """Return the mean errors, on days left out, of the usual weights and of those fitted to the other days."""
        unlike, off = [], []
        for before, seen, others in _left_out(self.days):
            off.append(abs(self._fit(others).total(seen.values) - seen.points))
            said = before.points
            if self.usual is not None:
                rows, points = [one.values for one in others], [one.points for one in others]
                said = beside(self.usual, rows, points).total(seen.values)
            unlike.append(abs(said - seen.points))
        return mean(unlike), mean(off)
