"""How long such things took this shop before, and so how likely an open one is to miss its deadline.

Durations are of finished cases alone. What is still open isn't among them, however old, so a shop in which
things are stuck just now looks a little better here than it is; and a case older than nearly all that have
finished has nothing to be compared with.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from shopwatch.scoring.readings import Past

ENOUGH = 30
"""Fewer finished cases than this say nothing about a chance (our own mark, not a rule)."""

COMPANY = 5
"""Nor do fewer than this that had waited as long as the open one (ours as well)."""


def enough(past: Past | None) -> bool:
    return past is not None and past.n >= ENOUGH and len(past.quantiles) >= 2


def outlasted(past: Past | None, age: float) -> bool:
    """Whether it has waited longer than nearly all past cases, so that they don't tell what comes next."""
    return past is not None and enough(past) and past.n * (1.0 - _share_within(past.quantiles, age)) < COMPANY


def share_longer(past: Past, seconds: float) -> float:
    """Return the share that took longer, straight lines between the quantiles.

    The quantiles are of finished cases, at evenly spaced shares from 0 to 100 %. Half a case is added that
    never ended, so that no case is safe for certain.
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
    """Return P(it takes longer than `limit` | it has already taken `age`); None without enough of a past, or
    where too few of it had waited as long."""
    if past is None or not enough(past):
        return None
    if age >= limit:
        return 1.0
    if outlasted(past, age):
        return None
    return share_longer(past, limit) / share_longer(past, max(age, 0.0))


def supposed_chance(past: Past | None, age: float, limit: float) -> float | None:
    """Return the chance of a miss, for an order or a sum and never to be shown: what has outlasted nearly all
    that went before is supposed to miss."""
    return 1.0 if outlasted(past, age) else chance_of_miss(past, age, limit)
