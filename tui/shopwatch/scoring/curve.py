"""A curve from an indicator's value to points: straight lines between its pairs, flat outside them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence


class Curve:
    """A curve made ready: asked for a whole trend at a time, for a fleet has half a million points.

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
