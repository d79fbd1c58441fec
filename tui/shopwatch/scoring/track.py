"""The model over all moments: columns of points, dimensions, totals. The loop that a fleet is scored in."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from shopwatch.scoring.anchor import Printed, printed
from shopwatch.scoring.curve import Ruler
from shopwatch.scoring.ladder import heights
from shopwatch.scoring.ledger import counts_on
from shopwatch.scoring.ledger import totals as ledger_totals
from shopwatch.scoring.model import Model
from shopwatch.scoring.moments import MOMENTS, START, days_of
from shopwatch.scoring.plan import DimensionPlan, IndicatorPlan, Plan
from shopwatch.scoring.readings import NO_SERIES, OfficialFigure, Reading, Series, ShopReadings
from shopwatch.scoring.scorecard import Stage, Total
from shopwatch.scoring.small_sample import lift

LEAST_COVERAGE = 0.5
_ROUNDING = 1e-9


class Column(msgspec.Struct, frozen=True, gc=False):
    """One indicator over the moments. `values` and `points` are None where nothing is known; all points are
    where nobody knows how its values become points and none were printed.

    sums: as the warehouse gave them. whole: known at every moment. printed: the official figures that stand
    in where sums are empty.
    """

    plan: IndicatorPlan
    sums: Series
    values: Sequence[float | None]
    points: Sequence[float | None]
    whole: bool = False
    printed: tuple[Printed, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is known at any moment."""
        return self.values is _BLANK and self.points is _BLANK


class DimensionTrack(msgspec.Struct, frozen=True, gc=False):
    """One dimension over the moments. free: its score before what bonuses add to it and before
    the clamp. covered: weight with data, of 1."""

    plan: DimensionPlan
    columns: tuple[Column, ...]
    free: Sequence[float | None]
    scores: Sequence[float | None]
    covered: Sequence[float]


class Track(msgspec.Struct, frozen=True, gc=False):
    """The whole model over the moments. free: the total before ledger, clamp and stage."""

    dimensions: tuple[DimensionTrack, ...]
    free: Sequence[float | None]
    ledger: Sequence[float]
    growth: Sequence[bool]
    totals: Sequence[float | None]
    coverage: Sequence[float]


class Combined(NamedTuple):
    score: float | None
    weight: float


def combine(parts: Iterable[tuple[float, float | None]]) -> Combined:
    """Return the mean of what is known, by weight, and the weight that it rests on."""
    total = weight = 0.0
    for share, points in parts:
        if points is not None:
            total += share * points
            weight += share
    return Combined(total / weight if weight > 0 else None, weight)


def follow(model: Model, readings: ShopReadings, plan: Plan) -> Track:
    """Work the model out at every moment."""
    figures: dict[str, list[OfficialFigure]] = {}
    for figure in readings.official:
        figures.setdefault(figure.item, []).append(figure)
    dimensions = tuple(_dimension(dimension, model, readings, figures) for dimension in plan.dimensions)
    free, coverage = _weighted(dimensions)
    ledger = [plan.steady] * MOMENTS
    if readings.events:
        ledger = ledger_totals(model.scorecard, model.given, readings.events, days_of(readings.today))
    growth, stage_scores = _stages(model.scorecard.stage, readings)
    bounds = model.scorecard.total
    totals: Sequence[float | None] = _BLANK
    if bounds.kind == "weighted":
        totals = _totals(free, ledger, growth, stage_scores, bounds)
    elif bounds.kind == "level":
        totals = heights(model, {c.plan.rule.id: c.values for d in dimensions for c in d.columns}, MOMENTS)
    return Track(dimensions, free, ledger, growth, totals, coverage)


def _totals(
    free: Sequence[float | None],
    ledger: Sequence[float],
    growth: Sequence[bool],
    stage_scores: Sequence[float | None],
    bounds: Total,
) -> Sequence[float | None]:
    formal = free
    if free is not _BLANK:
        added = [None if score is None else score + extra for score, extra in zip(free, ledger, strict=True)]
        formal = _clamped(added, bounds.floor, bounds.ceiling)
    if True not in growth:
        return formal
    return [
        in_growth if growing else score
        for growing, in_growth, score in zip(growth, stage_scores, formal, strict=True)
    ]


def _clamped(scores: Sequence[float | None], floor: float, ceiling: float) -> Sequence[float | None]:
    if scores is _BLANK:
        return _BLANK
    return [
        score if score is None or floor <= score <= ceiling else min(max(score, floor), ceiling)
        for score in scores
    ]


def _dimension(
    plan: DimensionPlan,
    model: Model,
    readings: ShopReadings,
    figures: Mapping[str, Sequence[OfficialFigure]],
) -> DimensionTrack:
    columns = tuple(
        _kept_up(
            _column(
                indicator,
                readings.indicators.get(indicator.rule.id, _EMPTY),
                _told(model.said(indicator.rule), figures.get(indicator.rule.id, ()), readings.today),
                printed(figures.get(indicator.rule.id, ()), readings.today, "points")
                if indicator.curve is None
                else (),
            ),
            readings,
        )
        for indicator in plan.indicators
    )
    free, covered = _mean([(c.plan.weight, c.points, c.whole) for c in columns])
    raised = free
    if plan.extra and free is not _BLANK:
        raised = [None if score is None else score + plan.extra for score in free]
    return DimensionTrack(plan, columns, free, _clamped(raised, plan.rule.floor, plan.rule.ceiling), covered)


def _told(said: float | None, figures: Sequence[OfficialFigure], today: int) -> tuple[Printed, ...]:
    """Return the printed values of an indicator; what the owner gives stands until the first of them."""
    found = printed(figures, today, "value")
    if said is None or (found and found[0].place == 0):
        return found
    return (Printed(0, said), *found)


def _kept_up(column: Column, readings: ShopReadings) -> Column:
    """Return a column with no points under what its small sample keeps; printed points are left as they are."""
    floor = column.plan.floor
    if floor is None or column.plan.curve is None or column.points is _BLANK:
        return column
    return msgspec.structs.replace(column, points=lift(floor, column.points, column.sums, readings))


def _mean(
    parts: Sequence[tuple[float, Sequence[float | None], bool]],
) -> tuple[Sequence[float | None], Sequence[float]]:
    """Return at each moment the mean of what is known, by weight, and the weight that it rests on."""
    known = [part for part in parts if part[0] > 0 and part[1] is not _BLANK]
    if not known:
        return _BLANK, _ZEROS
    if len(known) == 1:
        ((share, points, whole),) = known
        return points, [share] * MOMENTS if whole else [0.0 if p is None else share for p in points]
    total = [0.0] * MOMENTS
    weight = [0.0] * MOMENTS
    steady = 0.0  # the weight of what is known at every moment: no need to look
    for share, points, whole in known:
        if whole:
            steady += share
            total = [sum_ + share * (score or 0.0) for sum_, score in zip(total, points, strict=True)]
            continue
        for place, score in enumerate(points):
            if score is not None:
                total[place] += share * score
                weight[place] += share
    if steady:
        weight = [share + steady for share in weight]
        return [sum_ / share for sum_, share in zip(total, weight, strict=True)], weight
    return [sum_ / share if share > 0 else None for sum_, share in zip(total, weight, strict=True)], weight


def _weighted(
    dimensions: Sequence[DimensionTrack],
) -> tuple[Sequence[float | None], Sequence[float]]:
    """Return the total before ledger, clamp and stage, where enough is known, and the coverage."""
    free, _ = _mean([(d.plan.weight, d.scores, _whole(d)) for d in dimensions])
    coverage = [0.0] * MOMENTS
    for dimension in dimensions:
        if dimension.covered is _ZEROS:
            continue
        share = dimension.plan.weight
        coverage = [sum_ + share * part for sum_, part in zip(coverage, dimension.covered, strict=True)]
    if min(coverage) >= LEAST_COVERAGE - _ROUNDING:
        return free, coverage
    enough = LEAST_COVERAGE - _ROUNDING
    if max(coverage) < enough:
        return _BLANK, coverage
    return [s if c >= enough else None for s, c in zip(free, coverage, strict=True)], coverage


def _whole(dimension: DimensionTrack) -> bool:
    return any(column.whole and column.plan.weight > 0 for column in dimension.columns)


_EMPTY = Reading()
_BLANK: tuple[None, ...] = (None,) * MOMENTS
_ZEROS: tuple[float, ...] = (0.0,) * MOMENTS
_NO_SUMS = Series(_ZEROS, _ZEROS)


def _column(
    plan: IndicatorPlan, reading: Reading, figures: tuple[Printed, ...], given: tuple[Printed, ...]
) -> Column:
    sums = _sums(reading)
    if sums is _NO_SUMS and not figures and not given:
        return Column(plan, sums, _BLANK, _BLANK)
    if plan.curve is None:
        return _given_column(plan, sums, figures, given)
    try:
        known = list(map(operator.truediv, sums.numerators, sums.denominators))
    except ZeroDivisionError:
        return _broken_column(plan, plan.curve, sums, figures)
    return Column(plan, sums, known, plan.curve.all(known), True, figures)


def _broken_column(plan: IndicatorPlan, curve: Ruler, sums: Series, figures: tuple[Printed, ...]) -> Column:
    """Return a column of which some moments have no rows.

    Before the first printed figure its points stand as well, so that the model doesn't jump on the day on
    which a figure was first typed in; the value itself is not said to have been known.
    """
    values = _values(sums)
    known = iter(curve.all([value for value in values if value is not None]))
    points = [None if value is None else next(known) for value in values]
    if figures:
        scores = [curve(figure.value) for figure in figures]
        _fill(
            points,
            [Printed(figure.place, score) for figure, score in zip(figures, scores, strict=True)],
            True,
        )
        _fill(values, figures, False)
    return Column(plan, sums, values, points, False, figures)


def _given_column(
    plan: IndicatorPlan, sums: Series, figures: tuple[Printed, ...], given: tuple[Printed, ...]
) -> Column:
    """Return a column whose points are the marketplace's alone: the last that it printed stand."""
    values = _values(sums)
    points: list[float | None] = [None] * MOMENTS
    _fill(values, figures, False)
    _fill(points, given, True)
    return Column(plan, sums, values, points if given else _BLANK, bool(given), figures)


def _values(sums: Series) -> list[float | None]:
    pairs = zip(sums.numerators, sums.denominators, strict=True)
    return [numerator / denominator if denominator else None for numerator, denominator in pairs]


def _fill(moments: list[float | None], figures: Sequence[Printed], backwards: bool) -> None:
    """Fill the empty moments with the last printed figure; `backwards`: and those before the first with it."""
    current = 0
    for place in range(MOMENTS if figures else 0):
        while current + 1 < len(figures) and figures[current + 1].place <= place:
            current += 1
        if moments[place] is None and (backwards or figures[current].place <= place):
            moments[place] = figures[current].value


def _sums(reading: Reading) -> Series:
    now, after, series = reading.now, reading.next, Series.of(reading.series)
    if not (now[1] or after[1]) and (series is NO_SERIES or not any(series.denominators)):
        return _NO_SUMS
    past = series[-(START + 1) :] if series else Series.of([now])
    before = _ZEROS[: START + 1 - len(past)]
    return Series(
        [*before, *past.numerators, now[0], after[0]], [*before, *past.denominators, now[1], after[1]]
    )


def _stages(stage: Stage | None, readings: ShopReadings) -> tuple[list[bool], list[float | None]]:
    if stage is None or (readings.valid_orders is None and not readings.valid_series):
        return [False] * MOMENTS, [None] * MOMENTS
    growing_now = readings.valid_orders is not None and readings.valid_orders < stage.below
    growth = [growing_now] * MOMENTS
    for back, valid in enumerate(reversed(readings.valid_series[-(START + 1) :])):
        growth[START - back] = valid < stage.below
    bad_days = [event.day for event in readings.events if event.kind in stage.bad_events]
    if not bad_days:
        return growth, [stage.score] * MOMENTS
    scores: list[float | None] = [
        stage.score_bad if any(counts_on(bad, stage.days, day, known) for bad in bad_days) else stage.score
        for day, known in days_of(readings.today)
    ]
    return growth, scores
