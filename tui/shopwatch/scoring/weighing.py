"""What the dimensions weigh, fitted to the totals that the marketplace printed of one shop.

A total is what the dimensions score times what they weigh, and the ledger. So the days on which all of that is
known tell the weights: the shares of 1, none below 0, of which the sum follows the totals nearest. What is there
every day, as a bonus that nobody told of, tells nothing of them: the anchor takes it up. The fit begins at the
usual weights and goes only where the days take it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

ROUNDS = 500
_DONE = 1e-9  # a share that moves less than this has come to rest

Row = Sequence[float]


class Weighed(NamedTuple):
    """Weights, and what is there beside what they weigh."""

    weights: tuple[float, ...]
    beside: float

    def total(self, scores: Row) -> float:
        return self.beside + _sum(self.weights, scores)


def beside(weights: Row, scores: Sequence[Row], totals: Row) -> Weighed:
    """Return weights with what the totals have beside them, at the mean."""
    left = (total - _sum(weights, row) for total, row in zip(totals, scores, strict=True))
    return Weighed(tuple(weights), math.fsum(left) / len(totals))


def weigh(usual: Row, scores: Sequence[Row], totals: Row) -> Weighed:
    """Return the weights that follow the totals nearest, in least squares. scores: a row a day; usual: of 1.

    A share is moved from one to another, each time as far as it helps, until none is left that does.
    """
    columns = [_about_mean(column) for column in zip(*scores, strict=True)]
    both = [[_sum(one, other) for other in columns] for one in columns]
    weights, wanted = list(usual), [_sum(column, totals) for column in columns]
    pull = [want - _sum(weights, row) for want, row in zip(wanted, both, strict=True)]
    for _ in range(ROUNDS):
        moved = 0.0
        for one, other in itertools.combinations(range(len(weights)), 2):
            apart = both[one][one] + both[other][other] - 2 * both[one][other]
            step = (pull[one] - pull[other]) / apart if apart > 0 else 0.0
            step = min(max(step, -weights[one]), weights[other])
            weights[one] += step
            weights[other] -= step
            pull = [p - step * (row[one] - row[other]) for p, row in zip(pull, both, strict=True)]
            moved = max(moved, abs(step))
        if moved < _DONE:
            break
    return beside(weights, scores, totals)


def _about_mean(column: Row) -> list[float]:
    mean = math.fsum(column) / len(column)
    return [one - mean for one in column]


def _sum(some: Row, others: Row) -> float:
    return math.fsum(one * other for one, other in zip(some, others, strict=True))
