"""What the model is out by, though the page rounds and so hides up to half a point of it.

A shop that stands still is rounded the same way every morning, so its totals alone never tell where between two
points it lies. Its dimensions are rounded each for itself: what they are out by, by their weights, with what the
totals have had beside them for a month, tells it more finely, and stays within what the last total can have been.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import fmean

from shopwatch.scoring.score import DimensionScore, Scored

FORTNIGHT, WEEK = 14, 7

Offsets = Sequence[float | None]


def out_by(scored: Scored, shares: Sequence[float]) -> float:
    """Return what is to be added to the modelled total. shares: what its dimensions weigh, of 1."""
    grain = 10.0**-scored.model.scorecard.total.decimals
    total = scored.anchored.offsets
    last = next((one for one in reversed(total) if one is not None), None)
    if last is None:
        return 0.0
    told = _by_dimensions(total, tuple(scored.dimensions.values()), shares)
    if told is None:
        return _lately(total, grain)
    return min(max(told, last - grain / 2), last + grain / 2)


def _by_dimensions(
    total: Offsets, dimensions: Sequence[DimensionScore], shares: Sequence[float]
) -> float | None:
    """Return it as the figures of the dimensions tell it; None where not all of them are printed."""
    counted = [(one, share) for one, share in zip(dimensions, shares, strict=True) if share]
    if any(one.basis != "anchored" for one, _ in counted):
        return None
    weighed = [[share * (out or 0.0) for out in one.offsets] for one, share in counted]
    parts = [math.fsum(day) for day in zip(*weighed, strict=True)]
    beside = [whole - part for whole, part in zip(total, parts, strict=True) if whole is not None]
    return fmean(beside) + fmean(parts[-WEEK:])


def _lately(total: Offsets, grain: float) -> float:
    """Return the mean of the last fortnight's days, as far back as only rounding moves it."""
    latest = [one for one in reversed(total[-FORTNIGHT:]) if one is not None]
    alike = list(itertools.takewhile(lambda one: abs(one - latest[0]) <= grain, latest))
    return fmean(alike) if alike else 0.0
