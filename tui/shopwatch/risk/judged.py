"""How good chances of a miss were, held against what came."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

Case = tuple[float, bool]
"""The chance that was told, and whether it was missed."""

TENTHS = 10


class Tenth(NamedTuple):
    """The cases whose chance was in one tenth: how many, the mean chance, and the share that was missed."""

    n: int
    told: float
    came: float


def auc(cases: Sequence[Case]) -> float | None:
    """Return how often a missed case had the higher chance of it and a kept one (ties count half); None where
    there aren't both."""
    missed = sum(one for _chance, one in cases)
    kept = len(cases) - missed
    if not missed or not kept:
        return None
    ahead, below = 0.0, 0
    for _told, group in itertools.groupby(sorted(cases), key=lambda case: case[0]):
        outcomes = [one for _chance, one in group]
        here = sum(outcomes)
        ahead += here * (below + (len(outcomes) - here) / 2)
        below += len(outcomes) - here
    return ahead / (missed * kept)


def brier(cases: Sequence[Case]) -> float:
    """Return the mean square of how far off they were."""
    return sum((chance - missed) ** 2 for chance, missed in cases) / len(cases)


def tenths(cases: Sequence[Case]) -> tuple[Tenth, ...]:
    """Return the calibration by tenths of the chance; a tenth without cases is all zeros."""
    groups: list[list[Case]] = [[] for _tenth in range(TENTHS)]
    for case in cases:
        groups[min(int(case[0] * TENTHS), TENTHS - 1)].append(case)
    return tuple(_tenth(group) for group in groups)


def _tenth(cases: Sequence[Case]) -> Tenth:
    if not cases:
        return Tenth(0, 0.0, 0.0)
    return Tenth(
        len(cases),
        sum(chance for chance, _missed in cases) / len(cases),
        sum(missed for _chance, missed in cases) / len(cases),
    )


def precision(cases: Sequence[Case]) -> float:
    """Return the share that was missed among the tenth of them with the highest chances."""
    first = sorted(cases, key=lambda case: -case[0])[: max(len(cases) // TENTHS, 1)]
    return sum(missed for _chance, missed in first) / len(first)
