"""The model over all moments: columns of points, dimensions, totals. The loop that a fleet is scored in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from shopwatch.scoring.anchor import Printed, printed
from shopwatch.scoring.ledger import counts_on, totals
from shopwatch.scoring.model import Model
from shopwatch.scoring.moments import MOMENTS, START, days_of
from shopwatch.scoring.plan import DimensionPlan, IndicatorPlan, Plan
from shopwatch.scoring.readings import NO_SERIES, NOTHING, OfficialFigure, Reading, ShopReadings, Sum2
from shopwatch.scoring.scorecard import Stage, Total

LEAST_COVERAGE = 0.5
_ROUNDING = 1e-9


class Column(msgspec.Struct, frozen=True, gc=False):
    """One indicator over the moments. `values` and `points` are None where nothing is known.

    sums: as the warehouse gave them. whole: known at every moment. printed: the official figures that stand
    in where sums are empty.
    """

    plan: IndicatorPlan
    sums: Sequence[Sum2]
    values: Sequence[float | None]
    points: Sequence[float | None]
    whole: bool = False
    printed: tuple[Printed, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is known at any moment."""
        return self.points is _BLANK


class DimensionTrack(msgspec.Struct, frozen=True, gc=False):
    """One dimension over the moments. free: its score before the clamp. covered: weight with data, of 1."""

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
    dimensions = tuple(_dimension(dimension, readings, figures) for dimension in plan.dimensions)
    free, coverage = _weighted(dimensions)
    ledger = [plan.steady] * MOMENTS
    if readings.events:
        ledger = totals(model.scorecard, model.given, readings.events, days_of(readings.today))
    growth, stage_scores = _stages(model.scorecard.stage, readings)
    return Track(
        dimensions,
        free,
        ledger,
        growth,
        _totals(free, ledger, growth, stage_scores, model.scorecard.total),
        coverage,
    )


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
    plan: DimensionPlan, readings: ShopReadings, figures: Mapping[str, Sequence[OfficialFigure]]
) -> DimensionTrack:
    columns = tuple(
        _column(
            indicator,
            readings.indicators.get(indicator.rule.id, _EMPTY),
            printed(figures.get(indicator.rule.id, ()), readings.today, "value"),
        )
        for indicator in plan.indicators
    )
    free, covered = _mean([(c.plan.weight, c.points, c.whole) for c in columns])
    return DimensionTrack(plan, columns, free, _clamped(free, plan.rule.floor, plan.rule.ceiling), covered)


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
_NO_SUMS: tuple[Sum2, ...] = (NOTHING,) * MOMENTS


def _column(plan: IndicatorPlan, reading: Reading, figures: tuple[Printed, ...]) -> Column:
    sums = _sums(reading)
    if sums is _NO_SUMS and not figures:
        return Column(plan, sums, _BLANK, _BLANK)
    try:
        known = [numerator / denominator for numerator, denominator in sums]
    except ZeroDivisionError:
        return _broken_column(plan, sums, figures)
    return Column(plan, sums, known, plan.curve.all(known), True, figures)


def _broken_column(plan: IndicatorPlan, sums: Sequence[Sum2], figures: tuple[Printed, ...]) -> Column:
    """Return a column of which some moments have no rows."""
    values = [numerator / denominator if denominator else None for numerator, denominator in sums]
    known = iter(plan.curve.all([value for value in values if value is not None]))
    points = [None if value is None else next(known) for value in values]
    if figures:
        _stand_in(values, points, figures, plan)
    return Column(plan, sums, values, points, False, figures)


def _sums(reading: Reading) -> Sequence[Sum2]:
    if reading.series is NO_SERIES and not (reading.now[1] or reading.next[1]):
        return _NO_SUMS
    if not (reading.now[1] or reading.next[1] or any(pair[1] for pair in reading.series)):
        return _NO_SUMS
    series = reading.series[-(START + 1) :] or (reading.now,)
    return [*_NO_SUMS[: START + 1 - len(series)], *series, reading.now, reading.next]


def _stand_in(
    values: list[float | None],
    points: list[float | None],
    figures: Sequence[Printed],
    plan: IndicatorPlan,
) -> None:
    """Fill the empty moments with the last printed value.

    Before the first one its points stand as well, so that the model doesn't jump on the day on which a
    figure was first typed in; the value itself is not said to have been known.
    """
    scores = [plan.curve(figure.value) for figure in figures]
    current = 0
    for place in range(MOMENTS):
        while current + 1 < len(figures) and figures[current + 1].place <= place:
            current += 1
        if points[place] is None:
            points[place] = scores[current]
            if figures[current].place <= place:
                values[place] = figures[current].value


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
