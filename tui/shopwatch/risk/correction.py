"""What the chances foretold on earlier moments were worth, and so how far to trust them now.

Things don't end one by one: a shop hands over a whole day's orders, or nothing for a week. So what the single
hours promise is too sure of itself, by as much as the outcomes of earlier moments tell: a logistic curve with two
figures, which starts from leaving everything as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_PRIOR = 2.0
"""How much the figures are held to where they start from."""

_LEAST_SLOPE = 0.05
"""What has waited longer must never look safer, whatever the past."""

_ROUNDS = 12
_FAR = 12.0  # in logits: nothing is surer than this


class Correction(NamedTuple):
    """The logit of a chance, shifted and stretched."""

    shift: float = 0.0
    slope: float = 1.0

    def chance(self, expected: float) -> float:
        """Return the chance that what was to end `expected` times hasn't."""
        return _chance(self.shift + self.slope * logit(expected))


AS_IT_IS = Correction()


def logit(expected: float) -> float:
    """Return the logit of the chance e^-expected that something doesn't happen."""
    if expected > _FAR:
        return -_FAR
    return min(-math.log(math.expm1(expected)), _FAR) if expected > 0 else _FAR


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


def correction_of(cases: Iterable[tuple[float, bool]]) -> Correction:
    """Fit to what was expected of past cases and whether each was missed."""
    points = [(logit(expected), missed) for expected, missed in cases]
    shift, slope = 0.0, 1.0
    for _round in range(_ROUNDS):
        pull, bend = _slopes(points, shift, slope)
        (a, b), (c, d, e) = pull, bend
        area = c * e - d * d
        step = ((e * a - d * b) / area, (c * b - d * a) / area)
        shift, slope = shift + step[0], slope + step[1]
        if abs(step[0]) + abs(step[1]) < 1e-6:
            break
    if not (math.isfinite(shift) and math.isfinite(slope)):
        return AS_IT_IS
    return Correction(shift, max(slope, _LEAST_SLOPE))


def _slopes(
    points: Sequence[tuple[float, bool]], shift: float, slope: float
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Return the log-likelihood's first and second derivatives, those of the prior with them."""
    a, b = -_PRIOR * shift, -_PRIOR * (slope - 1.0)
    c, d, e = _PRIOR, 0.0, _PRIOR
    for x, missed in points:
        p = _chance(shift + slope * x)
        off, weight = missed - p, p * (1 - p)
        a += off
        b += off * x
        c += weight
        d += weight * x
        e += weight * x * x
    return (a, b), (c, d, e)
