"""A shop's dimensions and indicators as its board shows them: each figure with its window, its trend and the days ahead.

What is the same for every shop of one plan and day is made once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shopwatch import phrases
from shopwatch.board import (
    Deltas,
    DimensionBoard,
    ForecastPoint,
    IndicatorBoard,
    Published,
    RollOff,
    Slice,
    TrendPoint,
    Window,
)
from shopwatch.phrases import Voice
from shopwatch.scoring.ahead import NO_OUTLOOK, Outlook
from shopwatch.scoring.drivers import Turned
from shopwatch.scoring.forecast import Point
from shopwatch.scoring.model import Model
from shopwatch.scoring.plan import NOT_COUNTED, UNKNOWN, IndicatorPlan
from shopwatch.scoring.readings import TREND_DAYS, OfficialFigure
from shopwatch.scoring.rolloff import RollOff as Rolled
from shopwatch.scoring.score import Change, DimensionScore, IndicatorScore
from shopwatch.scoring.windows import date_of, span


class Cut(NamedTuple):
    """An indicator's part in a change, split: by how its rows turned over, and by a column where one is known."""

    turned: Turned
    slices: tuple[Slice, ...] = ()


class Moves(NamedTuple):
    """What moved a shop, and what will. cuts: by the days back, then by indicator. rolls: what leaves each
    window at midnight. outlook: the days ahead."""

    cuts: Mapping[int, Mapping[str, Cut]] = {}
    rolls: Mapping[str, Rolled] = {}
    outlook: Outlook = NO_OUTLOOK


STILL = Moves()
_NO_TREND: tuple[None, ...] = (None,) * (TREND_DAYS + 1)


class Calendar:
    """The dates that every board of one local day shows."""

    def __init__(self, model: Model, today: int) -> None:
        self.today = today
        self.days = tuple(date_of(day) for day in range(today - TREND_DAYS, today + 1))
        self._blank = tuple(TrendPoint(day=day) for day in self.days)
        self.unknown: dict[str, tuple[IndicatorPlan, IndicatorBoard]] = {}
        self.windows = {rule.id: self._window(rule.window) for rule in model.scorecard.indicator}

    def _window(self, window: tuple[int, int]) -> Window:
        first, last = span(self.today, window)
        return Window(first=date_of(first), last=date_of(last))

    def ahead(self, points: Sequence[Point | None]) -> tuple[ForecastPoint, ...]:
        if not any(points):
            return ()
        days = itertools.count(self.today + 1)
        return tuple(
            ForecastPoint(day=date_of(day))
            if point is None
            else ForecastPoint(day=date_of(day), value=point.value, low=point.low, high=point.high)
            for day, point in zip(days, points, strict=False)
        )

    def trend(self, values: tuple[float | None, ...]) -> tuple[TrendPoint, ...]:
        if values == _NO_TREND:
            return self._blank
        return tuple([TrendPoint(day=day, value=value) for day, value in zip(self.days, values, strict=True)])


def dimension_board(
    dimension: DimensionScore, moves: Moves, calendar: Calendar, model: Model, voice: Voice
) -> DimensionBoard:
    item = dimension.plan.rule.id
    return DimensionBoard(
        id=item,
        name=voice.labels.names[item],
        short=voice.labels.shorts[item],
        score=dimension.value,
        weight=_known(dimension.plan.weight, dimension.plan.certainty),
        weight_certainty=dimension.plan.certainty,
        deltas=deltas(dimension.changes),
        indicators=tuple(
            [
                _known_or_not(i, moves, calendar, model, voice)
                for i in dimension.indicators
                if i.state != "unavailable" or not i.plan.rule.retired
            ]
        ),
        basis=dimension.basis,
        series=dimension.series,
    )


def _known_or_not(
    indicator: IndicatorScore, moves: Moves, calendar: Calendar, model: Model, voice: Voice
) -> IndicatorBoard:
    """Return an indicator's board; one without any data is the same for every shop of one plan and day."""
    if indicator.series != _NO_TREND or indicator.official is not None or indicator.next_value is not None:
        return _indicator(indicator, moves, calendar, model, voice)
    item = indicator.plan.rule.id
    plan, unknown = calendar.unknown.get(item, (None, None))
    if unknown is None or plan is not indicator.plan:
        unknown = _indicator(indicator, STILL, calendar, model, voice)
        calendar.unknown[item] = (indicator.plan, unknown)
    return unknown


def _indicator(
    indicator: IndicatorScore, moves: Moves, calendar: Calendar, model: Model, voice: Voice
) -> IndicatorBoard:
    rule = indicator.plan.rule
    numerator, denominator = indicator.sums
    figure = indicator.official
    cut, rolled = moves.cuts.get(1, {}).get(rule.id), moves.rolls.get(rule.id)
    return IndicatorBoard(
        id=rule.id,
        name=voice.labels.names[rule.id],
        short=voice.labels.shorts[rule.id],
        value=indicator.value,
        unit=rule.unit,
        better=rule.better,
        weight=_known(indicator.plan.weight, indicator.plan.weight_certainty),
        weight_certainty=indicator.plan.weight_certainty,
        counted=rule.counted,
        numerator=numerator if denominator else None,
        denominator=denominator or None,
        window=calendar.windows[rule.id],
        points=indicator.points if model.scorecard.indicator_points else None,
        modelled_points=indicator.points,
        deltas=deltas(indicator.changes),
        next_value=indicator.next_value,
        state=indicator.state,
        why=phrases.why_indicator(indicator, voice) if indicator.reason else None,
        official=published(figure, None if figure is None else figure.value, voice),
        series=indicator.series,
        cause=phrases.cause_of(cut.slices, voice.translate) if cut else None,
        forecast=calendar.ahead(moves.outlook.indicators.get(rule.id, ())),
        curve=tuple(model.pairs(rule)),
        curve_certainty=indicator.plan.curve_certainty,
        slices=rule.slices,
        rolls_off=_rolls_off(rolled, indicator, voice) if rolled else None,
        kept=indicator.kept,
    )


def _known(weight: float, certainty: str) -> float | None:
    return None if certainty in (UNKNOWN, NOT_COUNTED) else weight


def _rolls_off(rolled: Rolled, indicator: IndicatorScore, voice: Voice) -> RollOff:
    gone = rolled.leaving
    return RollOff(
        day=date_of(gone.day),
        rows=gone.rows,
        worse=gone.worse,
        delta=rolled.change,
        delta_points=rolled.points,
        words=phrases.roll_off(rolled, indicator.plan.rule, voice),
    )


def published(figure: OfficialFigure | None, value: float | None, voice: Voice) -> Published | None:
    if figure is None or value is None:
        return None
    return Published(value=value, at=voice.moment(figure.published_at))


def deltas(changes: Change) -> Deltas:
    return Deltas(day=changes.day, week=changes.week, month=changes.month)
