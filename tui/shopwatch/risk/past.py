"""How long such things took this shop before, and so how likely an open one is to miss its deadline."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from shopwatch.scoring.readings import Past

ENOUGH = 30
"""Fewer finished cases than this say nothing about a chance (our own mark, not a rule)."""


def enough(past: Past | None) -> bool:
    return past is not None and past.n >= ENOUGH and len(past.quantiles) >= 2


def share_longer(past: Past, seconds: float) -> float:
    """Return the share that took longer, straight lines between the quantiles.

    The quantiles are of finished cases, at evenly spaced shares from 0 to 100 %. Half a case is added that
    never ended, so that no case is safe for certain and one older than all that went before is as likely to
    stay open as not to.
    """
    return (past.n * (1.0 - _share_within(past.quantiles, seconds)) + 0.5) / (past.n + 1)


def _share_within(quantiles: Sequence[float], seconds: float) -> float:
    above = bisect.bisect_right(quantiles, seconds)
    if above == 0:
        return 0.0
    if above == len(quantiles):
        return 1.0
    low, high = quantiles[above - 1], quantiles[above]
    return (above - 1 + (seconds - low) / (high - low)) / (len(quantiles) - 1)


def chance_of_miss(past: Past | None, age: float, limit: float) -> float | None:
    """Return P(it takes longer than `limit` | it has already taken `age`); None without enough of a past."""
    if past is None or not enough(past):
        return None
    if age >= limit:
        return 1.0
    return share_longer(past, limit) / share_longer(past, max(age, 0.0))
