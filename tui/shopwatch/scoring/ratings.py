"""What one rating does to a mean of ratings, and how many of the best bring it to a mark."""

from __future__ import annotations

import math

MOST = 5  # stars
_ROUNDING = 1e-9


def moved_by(mean: float, count: float, stars: float) -> float:
    """Return by how much one more rating moves a mean over so many."""
    return (stars - mean) / (count + 1)


def best_needed(mean: float, count: float, mark: float) -> int | None:
    """Return how many ratings of five stars bring a mean to a mark; None where none can."""
    if mean >= mark - _ROUNDING:
        return 0
    if mark >= MOST:
        return None
    return math.ceil(count * (mark - mean) / (MOST - mark) - _ROUNDING)


def next_mark(mean: float) -> float:
    """Return the next tenth of a star above a mean."""
    return min(float(MOST), (math.floor(mean * 10 + _ROUNDING) + 1) / 10)
