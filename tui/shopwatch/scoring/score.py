"""One shop's score, and all that it is made of, out of its readings.

`score` works out everything a board shows of the score; `Scored` also answers what a changed indicator
would do to the total, which the worth of orders and actions rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec

from shopwatch.scoring.anchor import Anchored, Basis, anchor, printed
from shopwatch.scoring.ledger import Entry, entries
from shopwatch.scoring.model import Model
from shopwatch.scoring.moments import NEXT, NOW, trend_of
from shopwatch.scoring.plan import DimensionPlan, IndicatorPlan, Plan, make_plan
from shopwatch.scoring.readings import NOTHING, TREND_DAYS, OfficialFigure, ShopReadings, Sum2
from shopwatch.scoring.small_sample import bad_now
from shopwatch.scoring.track import Column, DimensionTrack, Track, combine, follow

State = Literal["ok", "thin", "approximate", "unavailable"]
Reason = Literal["missing", "official", "given", "fallback", "thin"]
"""official, given: the value is the marketplace's own figure, or the owner's."""
StageName = Literal["formal", "growth", "unknown"]

TOTAL = "total"


class Change(NamedTuple):
    """Now less 1, 7 and 30 days ago."""

    day: float | None = None
    week: float | None = None
    month: float | None = None


_NO_CHANGE = Change()
_NO_SERIES: tuple[None, ...] = (None,) * (TREND_DAYS + 1)


class IndicatorScore(msgspec.Struct, frozen=True, gc=False):
    """`reason` says why its state isn't ok. `points`: what its curve gives. `series`: as the trend's days.

    official: the last figure that the marketplace printed of it, however old. kept: the points that its small sample
    keeps, where its curve would give less.
    """

    plan: IndicatorPlan
    sums: Sum2
    value: float | None
    next_value: float | None
    points: float | None
    state: State
    reason: Reason | None
    changes: Change
    series: tuple[float | None, ...]
    official: OfficialFigure | None
    kept: float | None = None


class DimensionScore(msgspec.Struct, frozen=True, gc=False):
    """offsets: what was added to the model on each day of the trend, as `Anchored` has them of the total; where no
    figure was printed, nothing was."""

    plan: DimensionPlan
    value: float | None
    basis: Basis
    changes: Change
    series: tuple[float | None, ...]
    indicators: tuple[IndicatorScore, ...]
    offsets: tuple[float | None, ...] = ()


class Scored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One shop, scored. `next` is what would be printed tomorrow; `trend` ends with `value`."""

    model: Model
    readings: ShopReadings
    plan: Plan
    stage: StageName
    value: float | None
    basis: Basis
    error: float | None
    coverage: float
    next: float | None
    next_basis: Basis
    published: OfficialFigure | None
    trend: tuple[float | None, ...]
    changes: Change
    dimensions: Mapping[str, DimensionScore]
    indicators: Mapping[str, IndicatorScore]
    ledger: tuple[Entry, ...]
    track: Track
    anchored: Anchored

    def weight_of(self, indicator_id: str) -> float:
        """Return the indicator's share of the total, of 1, among those that now have data."""
        known = [d for d in self.track.dimensions if d.scores[NOW] is not None]
        total = sum(dimension.plan.weight for dimension in known)
        for dimension in known:
            column = _column_of(dimension, indicator_id)
            if column is not None and column.points[NOW] is not None and total > 0:
                return dimension.plan.weight / total * column.plan.weight / dimension.covered[NOW]
        return 0.0

    def what_if(self, indicator_id: str, reading: Sum2) -> float | None:
        """Return the points that the total would change by, were these the indicator's sums now.

        None where no points make up a modelled total, or there is no such indicator. In the growth stage nothing
        moves it.
        """
        if self.model.scorecard.total.kind != "weighted":
            return None
        before = self.track.totals[NOW]
        value = reading.value
        if before is None or value is None or indicator_id not in self.indicators:
            return None
        if self.track.growth[NOW]:
            return 0.0
        points = self.points_of(indicator_id, value, reading)
        if points is None:
            return None
        after = self._with_points({indicator_id: points})
        return self._as_shown(after) - self._as_shown(before)

    def points_of(self, indicator_id: str, value: float, sums: Sum2) -> float | None:
        """Return the points of an indicator at a value, were these its sums; None where nobody knows them."""
        plan = self.indicators[indicator_id].plan
        if plan.curve is None:
            return None
        points = plan.curve(value)
        if plan.floor is None:
            return points
        bad = bad_now(plan.floor, sums, self.readings)
        return plan.floor.lifted(points, self.readings.valid_orders, bad)

    def _with_points(self, points: Mapping[str, float]) -> float:
        total = combine(
            (dimension.plan.weight, dimension_with(dimension, points)) for dimension in self.track.dimensions
        )
        bounds = self.model.scorecard.total
        return min(max((total.score or 0.0) + self.track.ledger[NOW], bounds.floor), bounds.ceiling)

    def _as_shown(self, modelled: float) -> float:
        bounds = self.model.scorecard.total
        return min(max(modelled + (self.anchored.offset_now or 0.0), bounds.floor), bounds.ceiling)


def score(model: Model, readings: ShopReadings, plan: Plan | None = None) -> Scored:
    """Score one shop. `plan` saves making it again for a model that is used many times."""
    if plan is None or any(figure.weight is not None for figure in readings.official):
        plan = make_plan(model, readings.official)
    track = follow(model, readings, plan)
    bounds = model.scorecard.total
    figures = _by_item(readings.official)
    growth = track.growth if any(track.growth) else None
    anchored = anchor(
        track.totals,
        printed(figures.get(TOTAL, ()), readings.today, "points"),
        bounds.floor,
        bounds.ceiling,
        growth,
    )
    dimensions = {d.plan.rule.id: _dimension(d, model, readings, figures) for d in track.dimensions}
    return Scored(
        model=model,
        readings=readings,
        plan=plan,
        stage=_stage(model, readings),
        value=anchored.value,
        basis=anchored.basis,
        error=anchored.error,
        coverage=min(track.coverage[NOW], 1.0),
        next=anchored.next,
        next_basis=anchored.next_basis,
        published=_last_points(figures.get(TOTAL, ())),
        trend=anchored.trend,
        changes=changes_of(anchored.trend),
        dimensions=dimensions,
        indicators={i.plan.rule.id: i for d in dimensions.values() for i in d.indicators},
        ledger=(
            entries(model.scorecard, model.given, readings.events, readings.today)
            if readings.events
            else plan.ledger
        ),
        track=track,
        anchored=anchored,
    )


def changes_of(trend: tuple[float | None, ...]) -> Change:
    """Return the trend's last value less those of 1, 7 and 30 days before."""
    now = trend[-1]
    if now is None:
        return Change()
    day, week, month = trend[TREND_DAYS - 1], trend[TREND_DAYS - 7], trend[0]
    return Change(
        None if day is None else now - day,
        None if week is None else now - week,
        None if month is None else now - month,
    )


def _stage(model: Model, readings: ShopReadings) -> StageName:
    stage = model.scorecard.stage
    if stage is None:
        return "formal"
    if readings.valid_orders is None:
        return "unknown"
    return "growth" if readings.valid_orders < stage.below else "formal"


def _dimension(
    track: DimensionTrack,
    model: Model,
    readings: ShopReadings,
    figures: Mapping[str, list[OfficialFigure]],
) -> DimensionScore:
    rule = track.plan.rule
    own = printed(figures.get(rule.id, ()), readings.today, "points")
    anchored = anchor(track.scores, own, rule.floor, rule.ceiling)
    return DimensionScore(
        track.plan,
        anchored.value,
        anchored.basis,
        changes_of(anchored.trend),
        anchored.trend,
        tuple(_indicator(column, model, readings, figures) for column in track.columns),
        anchored.offsets,
    )


def _indicator(
    column: Column,
    model: Model,
    readings: ShopReadings,
    figures: Mapping[str, list[OfficialFigure]],
) -> IndicatorScore:
    item = column.plan.rule.id
    if column.blank and item not in figures:
        return IndicatorScore(
            column.plan, NOTHING, None, None, None, "unavailable", "missing", _NO_CHANGE, _NO_SERIES, None
        )
    sums = column.sums[NOW]
    reading = readings.indicators.get(item)
    state, reason = _state(column, reading is not None and reading.approximate, model)
    series = trend_of(column.values)
    # a printed figure beside one's own sums is a jump, no change
    own = series if not column.printed or not column.plan.rule.counted else _recorded(column)
    return IndicatorScore(
        column.plan,
        sums,
        column.values[NOW],
        column.values[NEXT],
        column.points[NOW],
        state,
        reason,
        changes_of(own),
        series,
        next((f for f in reversed(figures.get(item, ())) if f.value is not None), None),
        _kept(column),
    )


def _kept(column: Column) -> float | None:
    floor, curve = column.plan.floor, column.plan.curve
    value, points = column.values[NOW], column.points[NOW]
    if floor is None or curve is None or value is None or points is None:
        return None
    return points if points > curve(value) else None


def _recorded(column: Column) -> tuple[float | None, ...]:
    return trend_of([s[0] / s[1] if s[1] else None for s in column.sums])


def _state(column: Column, approximate: bool, model: Model) -> tuple[State, Reason | None]:
    denominator, rule = column.sums[NOW][1], column.plan.rule
    if not rule.counted and column.values[NOW] is not None:
        said = model.said(rule) is not None and column.printed[-1].place == 0
        return "ok", "given" if said else "official"
    if not denominator:
        unknown = column.points[NOW] is None and column.values[NOW] is None
        return ("unavailable", "missing") if unknown else ("approximate", "official")
    if approximate:
        return "approximate", "fallback"
    if denominator < model.scorecard.thin_below and not rule.sum:
        return "thin", "thin"
    return "ok", None


def _by_item(figures: Iterable[OfficialFigure]) -> dict[str, list[OfficialFigure]]:
    by_item: dict[str, list[OfficialFigure]] = {}
    for figure in sorted(figures, key=lambda f: f.published_at):
        by_item.setdefault(figure.item, []).append(figure)
    return by_item


def _last_points(figures: Iterable[OfficialFigure]) -> OfficialFigure | None:
    return next((f for f in reversed(list(figures)) if f.points is not None), None)


def _column_of(dimension: DimensionTrack, indicator_id: str) -> Column | None:
    return next((c for c in dimension.columns if c.plan.rule.id == indicator_id), None)


def dimension_with(dimension: DimensionTrack, points: Mapping[str, float], won: float = 0.0) -> float | None:
    """Return a dimension's score now, were these the points of its indicators. won: what a bonus would add."""
    changed = combine(
        (column.plan.weight, points.get(column.plan.rule.id, column.points[NOW]))
        for column in dimension.columns
    )
    rule, extra = dimension.plan.rule, dimension.plan.extra + won
    return None if changed.score is None else min(max(changed.score + extra, rule.floor), rule.ceiling)
