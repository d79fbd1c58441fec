"""Fitting monotone curves to what was seen: isotonic regression, and few knots to draw it with.

One curve or several that add up, by the same few sweeps: each curve takes up what is left over, and is made
monotone again. As the shares add up to 1, that is a descent that never overshoots (every sweep is a projected
step along the gradient), and it begins at the usual curves: so what the days say nothing about stays usual.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shopwatch.scoring.curve import Curve, Pairs
from shopwatch.scoring.scorecard import Better

SWEEPS = 12  # as many as are worth it: one curve alone is done after the first
KNOTS = 4  # of what was seen; as many as a person would draw
OUTSIDE = 0.1  # of the span that was seen: a usual knot nearer to it than this would make a cliff
_ROUNDING = 1e-9


class Shape(NamedTuple):
    """What a curve is held to. certain: the pairs that it goes through. usual: where it begins; where none is
    known, half-way between floor and ceiling."""

    better: Better
    floor: float
    ceiling: float
    usual: Pairs = ()
    certain: Pairs = ()

    @property
    def sign(self) -> int:
        return 1 if self.better == "higher" else -1


class Knot(NamedTuple):
    """A point of a curve, at its place on the way from bad to good. weight: the days it speaks for; None: it stays."""

    place: float
    height: float
    weight: float | None = None


def pooled(heights: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the nearest row that never falls, in weighted least squares: neighbours that do are pooled."""
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for height, weight in zip(heights, weights, strict=True):
        mean, total, number = height, weight, 1
        while pools and pools[-1][0] >= mean:
            before, more, others = pools.pop()
            mean = (before * more + mean * total) / (more + total)
            total, number = total + more, number + others
        pools.append((mean, total, number))
    return [mean for mean, _, number in pools for _ in range(number)]


def fit(
    shapes: Sequence[Shape],
    shares: Sequence[float],
    values: Sequence[Sequence[float]],
    points: Sequence[float],
) -> list[Pairs]:
    """Return curves of which the weighted sum comes nearest to the points seen.

    shares: of the sum, of 1. values: of each curve, one a day; points: one a day.
    """
    risers = [_Riser(shape, column) for shape, column in zip(shapes, values, strict=True)]
    for _ in range(SWEEPS if len(risers) > 1 else 1):
        left = list(points)
        for riser, share in zip(risers, shares, strict=True):
            heights = riser.heights
            left = [rest - share * heights[step] for rest, step in zip(left, riser.steps, strict=True)]
        for riser in risers:
            riser.take(left)
    return [riser.pairs() for riser in risers]


class _Riser:
    """One curve while it is fitted: its height at every value seen, from bad to good."""

    def __init__(self, shape: Shape, values: Sequence[float]) -> None:
        self._shape = shape
        self._places = sorted({shape.sign * value + 0.0 for value in values})
        self.steps = [bisect.bisect_left(self._places, shape.sign * value) for value in values]
        self._days = [0] * len(self._places)
        for step in self.steps:
            self._days[step] += 1
        middle = ((0.0, (shape.floor + shape.ceiling) / 2),)
        usual = Curve(shape.usual or middle)
        self._certain = sorted((shape.sign * value, height) for value, height in shape.certain)
        bounds = [self._bounds(place) for place in self._places]
        self.heights = [
            min(max(usual(shape.sign * place), low), high)
            for place, (low, high) in zip(self._places, bounds, strict=True)
        ]
        # between two certain points the curve moves on its own
        self._spans = [(bound, len(list(same))) for bound, same in itertools.groupby(bounds)]

    def _bounds(self, place: float) -> tuple[float, float]:
        below = [height for at, height in self._certain if at <= place]
        above = [height for at, height in self._certain if at >= place]
        return max([self._shape.floor, *below]), min([self._shape.ceiling, *above])

    def take(self, left: Sequence[float]) -> None:
        """Take up what is left over of each day."""
        sums = [0.0] * len(self._places)
        for step, rest in zip(self.steps, left, strict=True):
            sums[step] += rest
        wanted = [
            height + rest / days for height, rest, days in zip(self.heights, sums, self._days, strict=True)
        ]
        self.heights = []
        for (low, high), number in self._spans:
            span = slice(len(self.heights), len(self.heights) + number)
            heights = pooled(wanted[span], self._days[span])
            if heights[0] < low or heights[-1] > high:
                heights = [min(max(height, low), high) for height in heights]
            self.heights += heights

    def pairs(self) -> Pairs:
        """Return the curve with few knots, by rising value."""
        found = {knot.place: knot for knot in (*self._seen(), *self._beyond())}
        found |= {place: Knot(place, height) for place, height in self._certain}
        knots = itertools.accumulate((found[place] for place in sorted(found)), _risen)
        return tuple(
            sorted((self._shape.sign * place + 0.0, height) for place, height in thinned(list(knots)))
        )

    def _seen(self) -> Iterable[Knot]:
        """Yield a knot for each level stretch, in its middle; at floor and ceiling at both of its ends."""
        steps = range(len(self._places))
        for height, stretch in itertools.groupby(steps, key=lambda step: self.heights[step]):
            held = list(stretch)
            days = sum(self._days[step] for step in held)
            if height in (self._shape.floor, self._shape.ceiling):
                yield from (Knot(self._places[step], height, days) for step in {held[0], held[-1]})
            else:
                middle = sum(self._places[step] * self._days[step] for step in held) / days
                yield Knot(min(max(middle, self._places[held[0]]), self._places[held[-1]]), height, days)

    def _beyond(self) -> Iterable[Knot]:
        """Yield the usual knots outside what was seen, kept monotone; certain points need none."""
        if self._certain:
            return
        first, last = self._places[0], self._places[-1]
        far = OUTSIDE * (last - first)
        for value, height in self._shape.usual:
            place = self._shape.sign * value
            if place < first - far or (place < first and not far):
                yield Knot(place, min(max(height, self._shape.floor), self.heights[0]))
            elif place > last + far:
                yield Knot(place, max(min(height, self._shape.ceiling), self.heights[-1]))


def _risen(before: Knot, knot: Knot) -> Knot:
    return knot if knot.height >= before.height else knot._replace(height=before.height)


def thinned(knots: Sequence[Knot]) -> list[tuple[float, float]]:
    """Return the knots that matter, in order: least of all does what lies on the line between its neighbours."""
    kept = list(knots)
    costs = [_cost(kept, at) for at in range(len(kept))]
    while costs:
        least = min(costs)
        few = sum(knot.weight is not None for knot in kept) <= KNOTS
        if least == _KEPT or (few and least > 0):
            break
        at = costs.index(least)
        del kept[at], costs[at]
        for beside in (at - 1, at):
            if 0 <= beside < len(kept):
                costs[beside] = _cost(kept, beside)
    return [(knot.place, knot.height) for knot in kept]


_KEPT = float("inf")


def _cost(knots: Sequence[Knot], at: int) -> float:
    """Return what leaving a knot out would cost: little where it makes a cliff beside a neighbour, which a few
    days by chance do. The ends, and what is certain, are kept."""
    place, height, weight = knots[at]
    if weight is None or at in (0, len(knots) - 1):
        return _KEPT
    before, after = knots[at - 1], knots[at + 1]
    share = (place - before.place) / (after.place - before.place)
    off = abs(height - before.height - share * (after.height - before.height))
    return weight * off * min(place - before.place, after.place - place) if off > _ROUNDING else 0.0
