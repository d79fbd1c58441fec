"""From an indicator's value to points: by a curve, by steps, by a target, or the value itself."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol

from shopwatch.scoring.scorecard import Better, Indicator

Pairs = Sequence[tuple[float, float]]


class Ruler(Protocol):
    """What gives a value its points."""

    def __call__(self, value: float) -> float: ...

    def all(self, values: Sequence[float]) -> list[float]:
        """Return the points of every value."""


def ruler(rule: Indicator, own: Pairs | None = None) -> Ruler | None:
    """Return how an indicator's values become points; None where that isn't known.

    own: the shop's own pairs, which win over the scorecard's.
    """
    pairs = own or rule.curve
    if rule.scoring == "threshold":
        return None if rule.target is None else Target(rule.target, rule.better, above=rule.above)
    if rule.scoring == "mean" and not pairs:
        return Same()
    if not pairs:
        return None
    return Steps(pairs, rule.better) if rule.scoring == "tier" else Curve(pairs)


class Curve:
    """Straight lines between its pairs, flat outside them. Made ready: asked for a whole trend at a time,
    for a fleet has half a million points.

    It is held as the segments from each pair to the next, with a flat one before the first and after the
    last, so that a value is one look-up and one straight line.
    """

    __slots__ = ("_slopes", "_starts", "_xs", "_ys")

    def __init__(self, pairs: Iterable[tuple[float, float]]) -> None:
        """Draw the curve through (value, points) pairs; where two share a value, the later one counts."""
        ordered = sorted(pairs, key=lambda pair: pair[0])
        if not ordered:
            raise ValueError("A curve needs at least one (value, points) pair.")
        self._xs = [float(x) for x, _ in ordered]
        ys = [float(y) for _, y in ordered]
        slopes = [_slope(self._xs[i], ys[i], self._xs[i + 1], ys[i + 1]) for i in range(len(self._xs) - 1)]
        self._starts = [self._xs[0], *self._xs]
        self._ys = [ys[0], *ys]
        self._slopes = [0.0, *slopes, 0.0]

    def __call__(self, value: float) -> float:
        i = bisect_right(self._xs, value)
        return self._ys[i] + (value - self._starts[i]) * self._slopes[i]

    def all(self, values: Sequence[float]) -> list[float]:
        """Return the points of every value."""
        xs, starts, ys, slopes = self._xs, self._starts, self._ys, self._slopes
        return [
            ys[i] + (value - starts[i]) * slopes[i]
            for value, i in zip(values, [bisect_right(xs, value) for value in values], strict=True)
        ]


def _slope(x: float, y: float, next_x: float, next_y: float) -> float:
    """Return a segment's slope; one too short to have one is a step."""
    slope = (next_y - y) / (next_x - x) if next_x > x else 0.0
    return slope if math.isfinite(slope) else 0.0


class Steps:
    """The points of the best line that a value reaches; those of the worst where it reaches none."""

    __slots__ = ("_lines", "_points", "_reached")

    def __init__(self, pairs: Iterable[tuple[float, float]], better: Better) -> None:
        """Take the (line, points) pairs; a line is reached by the value that is exactly it."""
        ordered = sorted(pairs)
        points = [float(points) for _, points in ordered]
        self._lines = [float(line) for line, _ in ordered]
        # one more at the bad end, for what reaches none
        self._points = [points[0], *points] if better == "higher" else [*points, points[-1]]
        self._reached = bisect_right if better == "higher" else bisect_left

    def __call__(self, value: float) -> float:
        return self._points[self._reached(self._lines, value)]

    def all(self, values: Sequence[float]) -> list[float]:
        """Return the points of every value."""
        lines, points, reached = self._lines, self._points, self._reached
        return [points[reached(lines, value)] for value in values]


class Target:
    """1 where a target is met, else 0. above: the target itself isn't enough."""

    __slots__ = ("_above", "_higher", "_target")

    def __init__(self, target: float, better: Better, *, above: bool = False) -> None:
        """Take the target and its good side."""
        self._target, self._higher, self._above = target, better == "higher", above

    def __call__(self, value: float) -> float:
        if value == self._target:
            return 0.0 if self._above else 1.0
        return 1.0 if (value > self._target) == self._higher else 0.0

    def all(self, values: Sequence[float]) -> list[float]:
        """Return 1 or 0 for every value."""
        return [self(value) for value in values]


class Same:
    """The value is the points."""

    __slots__ = ()

    def __call__(self, value: float) -> float:
        return value

    def all(self, values: Sequence[float]) -> list[float]:
        """Return the values."""
        return list(values)
