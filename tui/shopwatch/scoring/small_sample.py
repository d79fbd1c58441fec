"""Small samples: the points that an indicator keeps while there is too little to judge it by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from shopwatch.scoring.model import Model
from shopwatch.scoring.moments import MOMENTS, START
from shopwatch.scoring.readings import ShopReadings, Sum2
from shopwatch.scoring.scorecard import SmallSample

OTHER = "other"

T = TypeVar("T")


class Floor(NamedTuple):
    """A small-sample rule made ready for one shop. below: fewer orders than this; None: whatever the orders."""

    points: float
    below: int | None
    bad: str
    bad_at_most: int

    def lifted(self, points: float, orders: int | None, bad: float) -> float:
        """Return an indicator's points with so many orders and so many bad of them."""
        few = self.below is None or (orders is not None and orders < self.below)
        return max(points, self.points) if few and bad <= self.bad_at_most else points


def floor_of(rule: SmallSample | None, model: Model) -> Floor | None:
    """Return what a rule comes to for a shop; None where it isn't in force, or isn't for one like it."""
    if rule is None or not rule.on:
        return None
    if not rule.orders_below:
        return Floor(rule.points, None, rule.bad, rule.bad_at_most)
    groups = [name for name, members in model.scorecard.industry_groups.items() if model.industry in members]
    own = {model.industry, *groups, model.shop_type, OTHER}
    below = next((below for name, below in rule.orders_below if name in own), None)
    return None if below is None else Floor(rule.points, below, rule.bad, rule.bad_at_most)


def lift(
    floor: Floor, points: Sequence[float | None], sums: Sequence[Sum2], readings: ShopReadings
) -> list[float | None]:
    """Return an indicator's points at every moment, none of them under the floor where it holds."""
    return [
        None if score is None else floor.lifted(score, orders, bad)
        for score, orders, bad in zip(points, _orders(readings), _bad(floor, sums, readings), strict=True)
    ]


def bad_now(floor: Floor, sums: Sum2, readings: ShopReadings) -> float:
    """Return how many are bad now, were these the indicator's sums."""
    if floor.bad == "numerator":
        return sums.numerator
    return sums.denominator if floor.bad == "denominator" else readings.rates.get(floor.bad, Sum2()).numerator


def _bad(floor: Floor, sums: Sequence[Sum2], readings: ShopReadings) -> list[float]:
    if floor.bad in ("numerator", "denominator"):
        return [bad_now(floor, moment, readings) for moment in sums]
    now = readings.rates.get(floor.bad, Sum2()).numerator
    return _at_moments(readings.rate_series.get(floor.bad, ()), now)


def _orders(readings: ShopReadings) -> list[int | None]:
    return _at_moments(readings.valid_series, readings.valid_orders)


def _at_moments(series: Sequence[T], now: T) -> list[T]:
    """Return a count at every moment; what is now stands for the days that the series doesn't tell."""
    known = series[-(START + 1) :]
    return [*[now] * (START + 1 - len(known)), *known, *[now] * (MOMENTS - START - 1)]
