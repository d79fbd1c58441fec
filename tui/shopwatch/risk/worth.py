"""What more or fewer hours in a mean do to the total score, and what a missed deadline does.

Everything goes through `what_if`, which knows the curve, the weights and the clamps. For a long list it is
asked only where the indicator's curve bends and at both ends: between those the curve is a straight line, and
the line is taken. (The clamp of the total at its ceiling, where an hour costs nothing, is blurred by it.)
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence

from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.scorecard import Better

WhatIf = Callable[[str, Sum2], float | None]
"""The total, if one indicator's sums were these and all else were as it is. Only differences are used."""

FEW = 12


class Worth:
    """The total as a function of one more duration in an indicator, over the durations it is made for.

    bends: the indicator's values at which its curve bends.
    """

    def __init__(
        self,
        indicator: str,
        base: Sum2,
        what_if: WhatIf,
        amounts: Sequence[float],
        bends: Sequence[float] = (),
    ) -> None:
        self._indicator, self._base, self._what_if = indicator, base, what_if
        self._known: dict[float, float | None] = {}
        self._nodes: list[float] = []
        self._heights: list[float] = []
        if base.denominator > 0 and len(set(amounts)) > FEW:
            self._lay(min(amounts), max(amounts), bends)

    def _exact(self, amount: float) -> float | None:
        if amount not in self._known:
            sums = Sum2(self._base.numerator + amount, self._base.denominator + 1)
            self._known[amount] = self._what_if(self._indicator, sums)
        return self._known[amount]

    def _lay(self, low: float, high: float, bends: Sequence[float]) -> None:
        turns = (value * (self._base.denominator + 1) - self._base.numerator for value in bends)
        nodes = [low, *sorted({turn for turn in turns if low < turn < high}), high]
        heights = [height for node in nodes if (height := self._exact(node)) is not None]
        if len(heights) == len(nodes):
            self._nodes, self._heights = nodes, heights

    def __call__(self, amount: float) -> float | None:
        if self._base.denominator <= 0:
            return None  # no mean yet: one thing more would be the whole of it, which says nothing
        if not self._nodes:
            return self._exact(amount)
        above = min(max(bisect.bisect_right(self._nodes, amount), 1), len(self._nodes) - 1)
        low, high = self._nodes[above - 1], self._nodes[above]
        share = (amount - low) / (high - low)
        return self._heights[above - 1] + (self._heights[above] - self._heights[above - 1]) * share

    def saved(self, sooner: float, later: float) -> float | None:
        """Return the points by which ending at `sooner` beats ending at `later`."""
        if sooner == later and self._base.denominator > 0:
            return 0.0
        best, worst = self(sooner), self(later)
        return None if best is None or worst is None else max(0.0, best - worst)


def saving(indicator: str, base: Sum2, what_if: WhatIf, sooner: float, later: float) -> float | None:
    """Return the points that one thing's shorter duration saves."""
    return saving_together(indicator, base, what_if, [(sooner, later)])


def saving_together(
    indicator: str, base: Sum2, what_if: WhatIf, pairs: Sequence[tuple[float, float]]
) -> float | None:
    """Return the points that a batch of shorter durations saves together: (sooner, later) of each."""
    if base.denominator <= 0 or not pairs:
        return None
    count = base.denominator + len(pairs)
    best = what_if(indicator, Sum2(base.numerator + sum(sooner for sooner, _later in pairs), count))
    worst = what_if(indicator, Sum2(base.numerator + sum(later for _sooner, later in pairs), count))
    return None if best is None or worst is None else max(0.0, best - worst)


def missed_together(indicator: str, better: Better, base: Sum2, what_if: WhatIf, count: int) -> float | None:
    """Return the points by which keeping so many deadlines beats missing them all, in the share that each counts
    in once: for as long as they stay in its window."""
    if base.denominator <= 0 or count <= 0:
        return None
    good, bad = (count, 0) if better == "higher" else (0, count)
    best = what_if(indicator, Sum2(base.numerator + good, base.denominator + count))
    worst = what_if(indicator, Sum2(base.numerator + bad, base.denominator + count))
    return None if best is None or worst is None else max(0.0, best - worst)
