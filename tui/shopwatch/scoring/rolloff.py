"""Roll-off: what the rows that leave each window at midnight will have done to its value by themselves.

What comes in tomorrow is another matter, and nobody knows it yet; who leaves is certain today.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shopwatch.scoring.readings import Leaving, Sum2
from shopwatch.scoring.score import IndicatorScore, Scored

_ROUNDING = 1e-9


class RollOff(NamedTuple):
    """change: of the indicator's value; None where nothing is left in its window. points: of the total, None
    where it has no model."""

    leaving: Leaving
    change: float | None
    points: float | None


def roll_off(scored: Scored, leaving: Mapping[str, Leaving]) -> dict[str, RollOff]:
    """Return what rolls off each indicator at midnight, of those that lose any row."""
    return {
        name: _one(scored, scored.indicators[name], gone)
        for name, gone in leaving.items()
        if name in scored.indicators and (gone.rows or gone.sums != (0, 0))
    }


def _one(scored: Scored, indicator: IndicatorScore, gone: Leaving) -> RollOff:
    rule, held, lost = indicator.plan.rule, indicator.sums, gone.sums
    if rule.sum:  # its readings are the sum over one
        left = Sum2(held.numerator - lost.numerator, held.denominator)
    else:
        left = Sum2(held.numerator - lost.numerator, held.denominator - lost.denominator)
    before, after = held.value, left.value
    if before is None or after is None or left.denominator <= _ROUNDING * held.denominator:
        return RollOff(gone, None, None)
    return RollOff(gone, after - before, scored.what_if(rule.id, left))
