"""The days ahead of a shop's score: the same scoring, over the readings that are foreseen.

Whatever a score is made of (curves, weights, bonuses that end, the anchor) is so made of the days ahead
too, and what nobody can foresee stays as it is. The total's band is what each indicator's band would do to
it, taken as independent.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from shopwatch.scoring.forecast import HORIZON, Foreseen, Misses, Point, banded
from shopwatch.scoring.lines import Facts, stand
from shopwatch.scoring.model import Model
from shopwatch.scoring.moments import NOW
from shopwatch.scoring.readings import TREND_DAYS, Reading, Series, ShopReadings, Sum2
from shopwatch.scoring.score import TOTAL, Scored, score
from shopwatch.scoring.scorecard import Unit
from shopwatch.scoring.windows import date_of

Points = Sequence[Point | None]
Number = TypeVar("Number", int, float)

_TODAY = TREND_DAYS - HORIZON  # today's place in a trend that ends on the last day ahead
_MOST: dict[Unit, float] = {"ratio": 1.0, "stars": 5.0}


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The next 14 mornings. total: None where there is no score then, nor in the growth stage: when that ends
    nobody foresees. scores: the same without a band, by
    `total` or the id of a dimension or an indicator. indicators: values, by id."""

    total: tuple[Point | None, ...] = ()
    scores: Mapping[str, Sequence[float | None]] = {}
    indicators: Mapping[str, tuple[Point | None, ...]] = {}


NO_OUTLOOK = Outlook()


def look_ahead(
    scored: Scored,
    foreseen: Mapping[str, Sequence[Foreseen]],
    misses: Mapping[str, Mapping[int, Misses]],
) -> Outlook:
    """Return the days ahead of a scored shop.

    foreseen: by indicator, from this morning on; plain sums are let be, for it is shares and means that are
    foreseen. misses: by indicator and the days ahead.
    """
    bands = {
        name: banded(ahead, misses.get(name, {}), (0.0, _MOST.get(_unit(scored, name), math.inf)))[1:]
        for name, ahead in foreseen.items()
        if not scored.indicators[name].plan.rule.sum
        and (scored.indicators[name].sums.denominator or any(one.sums.denominator for one in ahead))
    }
    sums = {name: [one.sums for one in foreseen[name][1:]] for name in bands}
    scores = _scores(scored, sums)
    return Outlook(total=_total(scored, scores[TOTAL], sums, bands), scores=scores, indicators=bands)


def _unit(scored: Scored, name: str) -> Unit:
    return scored.indicators[name].plan.rule.unit


def _scores(scored: Scored, sums: Mapping[str, Sequence[Sum2]]) -> dict[str, tuple[float | None, ...]]:
    """Return what scoring makes of the mornings ahead, as changes from what is shown now."""
    later = score(scored.model, _readings(scored.readings, sums), scored.plan)
    bounds = scored.model.scorecard.total
    found = {TOTAL: _from_now(scored.value, later.trend, bounds.floor, bounds.ceiling)}
    for name, dimension in scored.dimensions.items():
        rule = dimension.plan.rule
        series = later.dimensions[name].series
        found[name] = _from_now(dimension.value, series, rule.floor, rule.ceiling)
    for name in scored.plan.lined:
        found[name] = later.indicators[name].series[_TODAY + 1 :]
    return found


def _from_now(
    value: float | None, trend: Sequence[float | None], floor: float, ceiling: float
) -> tuple[float | None, ...]:
    today = trend[_TODAY]
    if value is None or today is None:
        return (None,) * HORIZON
    return tuple(
        None if then is None else min(max(value + then - today, floor), ceiling)
        for then in trend[_TODAY + 1 :]
    )


def _readings(readings: ShopReadings, sums: Mapping[str, Sequence[Sum2]]) -> ShopReadings:
    """Return the readings of the last morning ahead, were all to come as foreseen."""
    return msgspec.structs.replace(
        readings,
        today=readings.today + HORIZON,
        indicators={name: _reading(reading, sums.get(name)) for name, reading in readings.indicators.items()},
        valid_series=tuple(_shifted(readings.valid_series, readings.valid_orders or 0)),
        rate_series={
            name: tuple(_shifted(series, readings.rates[name].numerator))
            for name, series in readings.rate_series.items()
        },
    )


def _reading(reading: Reading, ahead: Sequence[Sum2] | None) -> Reading:
    if ahead is None:
        if not reading.now.denominator:
            return reading
        ahead = [reading.now] * HORIZON
    past = list(reading.series)[-_TODAY - 1 : -1]
    series = Series.of([*past, reading.now, *ahead])
    return Reading(now=ahead[-1], next=ahead[-1], series=series, approximate=reading.approximate)


def _shifted(series: Sequence[Number], now: Number) -> list[Number]:
    return list(series[HORIZON:-1]) + [now] * (HORIZON + 1) if series else []


# ---------------------------------------------------------------- the total's band


def _total(
    scored: Scored,
    total: Sequence[float | None],
    sums: Mapping[str, Sequence[Sum2]],
    bands: Mapping[str, Points],
) -> tuple[Point | None, ...]:
    if scored.value is None or scored.track.growth[NOW]:
        return (None,) * HORIZON
    down, up = [0.0] * HORIZON, [0.0] * HORIZON
    for name, points in bands.items():
        for low in (True, False):
            otherwise = _scores(scored, {**sums, name: _at_its_end(sums[name], points, low=low)})[TOTAL]
            for ahead, (usual, other) in enumerate(zip(total, otherwise, strict=True)):
                if usual is not None and other is not None:
                    side = down if other < usual else up
                    side[ahead] += (other - usual) ** 2
    return tuple(
        None if value is None else Point(value, value - math.sqrt(below), value + math.sqrt(above))
        for value, below, above in zip(total, down, up, strict=True)
    )


def _at_its_end(sums: Sequence[Sum2], points: Points, *, low: bool) -> list[Sum2]:
    return [
        one if point is None else Sum2((point.low if low else point.high) * one.denominator, one.denominator)
        for one, point in zip(sums, points, strict=True)
    ]


# ---------------------------------------------------------------- what it comes to


def with_month_end(facts: Facts, outlook: Outlook) -> Facts:
    """Return the facts with what the month's last day is foreseen to show, where it is near enough."""
    if facts.today is None:
        return facts
    day = date_of(facts.today)
    ahead = calendar.monthrange(day.year, day.month)[1] - day.day
    if not 1 <= ahead <= HORIZON:
        return facts
    shown = {name: values[ahead - 1] for name, values in outlook.scores.items() if values}
    return facts._replace(month_end={name: value for name, value in shown.items() if value is not None})


def crossings(model: Model, facts: Facts, outlook: Outlook) -> dict[str, int]:
    """Return in how many days each line is foreseen to be lost or won, by its id; the others stay as they are.

    Only lines on scores: nobody foresees a day's late parcels.
    """
    foreseeable = {
        line.id for line in model.scorecard.line if all(part.on in outlook.scores for part in line.parts)
    }
    met = {one.line.id: one.met for one in stand(model, facts) if one.line.id in foreseeable}
    found: dict[str, int] = {}
    for ahead in range(1, HORIZON + 1):
        for one in stand(model, _after(facts, outlook, ahead)):
            before = met.get(one.line.id)
            if one.line.id not in found and None not in (before, one.met) and one.met != before:
                found[one.line.id] = ahead
    return found


def _after(facts: Facts, outlook: Outlook, ahead: int) -> Facts:
    scores = {name: (*days, *outlook.scores.get(name, ())[:ahead]) for name, days in facts.scores.items()}
    later = facts._replace(scores=scores, today=None if facts.today is None else facts.today + ahead)
    return later if facts.today is None or _same_month(facts.today, ahead) else later._replace(month_end={})


def _same_month(today: int, ahead: int) -> bool:
    return date_of(today).month == date_of(today + ahead).month
