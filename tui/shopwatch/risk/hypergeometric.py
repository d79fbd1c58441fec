"""How improbable a slice's share of the trouble is, exactly: Fisher's test on one side, in logarithms.

Of `all_` things `marked` are in trouble and `drawn` are in a slice. Were the slice nothing special, how many of
its things are in trouble would be a draw without replacement, and its chances are these.
"""

from __future__ import annotations

import math


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_exactly(hits: int, marked: int, drawn: int, all_: int) -> float:
    return (
        _log_choose(marked, hits)
        + _log_choose(all_ - marked, drawn - hits)
        - _log_choose(all_, drawn)
    )  # fmt: skip


def log_at_least(hits: int, marked: int, drawn: int, all_: int) -> float:
    """Return the log of P(at least so many hits among the drawn)."""
    least, most = max(0, drawn + marked - all_), min(drawn, marked)
    if hits <= least:
        return 0.0
    if hits > most:
        return -math.inf
    # From either side the terms fall from the first on, so that few of them matter and none overflows.
    if hits * all_ > marked * drawn:
        return min(0.0, _log_run(hits, most, marked, drawn, all_, up=True))
    return math.log1p(-math.exp(min(-1e-16, _log_run(hits - 1, least, marked, drawn, all_, up=False))))


def _log_run(first: int, last: int, marked: int, drawn: int, all_: int, *, up: bool) -> float:
    """Return the log of the sum of the chances from `first` to `last`, each by its ratio to the one before."""
    total = term = 1.0
    spare = all_ - marked - drawn
    for k in range(first, last) if up else range(first, last, -1):
        if up:
            term *= (marked - k) * (drawn - k) / ((k + 1) * (spare + k + 1))
        else:
            term *= k * (spare + k) / ((marked - k + 1) * (drawn - k + 1))
        total += term
        if term < total * 1e-17:
            break
    return _log_exactly(first, marked, drawn, all_) + math.log(total)
