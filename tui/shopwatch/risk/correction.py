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

_ROUNDS, _HALVINGS = 30, 30
_STILL = 1e-6
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
    shift, slope = AS_IT_IS
    worth = _worth(points, shift, slope)
    for _round in range(_ROUNDS):
        (a, b), (c, d, e) = _slopes(points, shift, slope)
        area = c * e - d * d
        step = ((e * a - d * b) / area, (c * b - d * a) / area)
        # A whole step may overshoot by far, where nearly all chances are sure; in part it always climbs.
        for _halving in range(_HALVINGS):
            reached = _worth(points, shift + step[0], slope + step[1])
            if reached >= worth:
                break
            step = (step[0] / 2, step[1] / 2)
        else:
            break
        shift, slope, worth = shift + step[0], slope + step[1], reached
        if abs(step[0]) + abs(step[1]) < _STILL:
            break
    return Correction(shift, max(slope, _LEAST_SLOPE))


def _worth(points: Sequence[tuple[float, bool]], shift: float, slope: float) -> float:
    """Return the log-likelihood, that of the prior with it."""
    held = -_PRIOR * (shift * shift + (slope - 1.0) ** 2) / 2
    return held + sum(
        -_softplus(-(shift + slope * x)) if missed else -_softplus(shift + slope * x) for x, missed in points
    )


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


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
