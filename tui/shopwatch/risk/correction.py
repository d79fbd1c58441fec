"""What the chances foretold on earlier moments were worth, and so how far to trust them now.

Things don't end one by one: a shop hands over a whole day's orders, or nothing for a week. So what the single
hours promise is too sure of itself, by as much as the outcomes of earlier moments tell: a logistic curve, which
starts from leaving everything as it is.

There are two such curves. The steady one has two figures, and all earlier outcomes count alike. The following one
takes how long a thing has waited and the time it has left as well, has a slope of its own for what is likelier missed
than not (what nothing can reach any more is surer than a few hours' rest), goes by how fast things went in the last
days, and forgets older outcomes: what a slow carrier or a strike needs, and what a handful of days would lead astray.
Which of them a clock gets is told by what came out lately, foretold by each from what was known before.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

HELD_BACK = 30
"""The last days, whose outcomes tell which of the two curves foretells better."""

ENOUGH = 100
"""Fewer outcomes than this, before or in the last days, tell nothing of the two."""

_PRIOR = 2.0
"""How much the figures are held to where they start from."""

_HALF = 14.0
"""Days after which an outcome counts half where the curve follows: chosen on the moments of 2017 of a real
marketplace and held against those of 2018. So was that it bends at evens, of three places. That it bends at all, and
that the last `HELD_BACK` days choose between the two curves, was settled with 2018 in view."""

_LEAST_SLOPE = 0.05
"""What has waited longer must never look safer, whatever the past."""

_MIDDLE = 120.0  # hours at which age and time left say nothing: where the shift is read off
_ROUNDS, _HALVINGS = 30, 30
_STILL = 1e-6
_FAR = 12.0  # in logits: nothing is surer than this
_NEAR = math.log1p(math.exp(-_FAR))  # what is expected so little is as far
_SUREST = 30.0  # nor when corrected

Point = tuple[float, ...]


class Case(NamedTuple):
    """Something that was open `ago` days back, with `left` hours to its deadline after `age` hours of waiting.

    expected, followed: how many times it was to end by then, at the usual pace and at that of the days before.
    """

    expected: float
    missed: bool
    followed: float = 0.0
    age: float = _MIDDLE
    left: float = _MIDDLE
    ago: float = 0.0

    @property
    def known(self) -> float:
        """The days back from which on its outcome was known."""
        return self.ago - self.left / 24


class Correction(NamedTuple):
    """The logit of a chance, shifted and stretched, and moved by its age and the time left where it `follows`;
    beyond: how much more it is stretched there above evens."""

    shift: float = 0.0
    slope: float = 1.0
    of_age: float = 0.0
    of_left: float = 0.0
    follows: bool = False
    beyond: float = 0.0

    def chance(self, expected: float, age: float = _MIDDLE, left: float = _MIDDLE) -> float:
        """Return the chance that what was to end `expected` times hasn't. age, left: hours."""
        plain = logit(expected)
        if not self.follows:
            return _chance(self.shift + self.slope * plain)
        slope = self.slope + self.beyond if plain > 0.0 else self.slope
        return _chance(self.shift + slope * plain + self.of_age * _length(age) + self.of_left * _length(left))


AS_IT_IS = Correction()


def logit(expected: float) -> float:
    """Return the logit of the chance e^-expected that something doesn't happen."""
    if expected > _FAR:
        return -_FAR
    return -math.log(math.expm1(expected)) if expected > _NEAR else _FAR


def _length(hours: float) -> float:
    return math.log(max(hours, 1.0) / _MIDDLE)


def _chance(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit if -_SUREST < logit < _SUREST else -math.copysign(_SUREST, logit)))


def correction_of(cases: Iterable[Case]) -> Correction:
    """Fit the curve that foretold better to past cases; the steady one where that can't be told."""
    known = list(cases)
    return _following(known) if _follows(known) else _steady(known)


def _follows(cases: Sequence[Case]) -> bool:
    before = [case._replace(ago=case.ago - HELD_BACK) for case in cases if case.known >= HELD_BACK]
    lately = [case for case in cases if case.ago <= HELD_BACK]
    if len(before) < ENOUGH or len(lately) < ENOUGH:
        return False
    return _surprise(_following(before), lately) < _surprise(_steady(before), lately)


def _surprise(correction: Correction, cases: Sequence[Case]) -> float:
    """Return the log-loss of what a correction foretells."""
    return sum(
        -math.log(max(chance if case.missed else 1 - chance, 1e-6))
        for case in cases
        for chance in (
            correction.chance(case.followed if correction.follows else case.expected, case.age, case.left),
        )
    )


def _steady(cases: Sequence[Case]) -> Correction:
    points = [(1.0, logit(case.expected)) for case in cases]
    shift, slope = _fitted(points, [case.missed for case in cases], [1.0] * len(cases))
    return Correction(shift, max(slope, _LEAST_SLOPE))


def _following(cases: Sequence[Case]) -> Correction:
    points = [_point(logit(case.followed), case) for case in cases]
    weights = [0.5 ** (case.ago / _HALF) for case in cases]
    shift, slope, age, left, beyond = _fitted(points, [case.missed for case in cases], weights)
    # what has waited longer, or has less time left, must never look safer
    slope, age, left = max(slope, _LEAST_SLOPE), max(age, 0.0), min(left, 0.0)
    return Correction(shift, slope, age, left, follows=True, beyond=max(beyond, _LEAST_SLOPE - slope))


def _point(plain: float, case: Case) -> Point:
    return (1.0, plain, _length(case.age), _length(case.left), max(plain, 0.0))


def _fitted(points: Sequence[Point], missed: Sequence[bool], weights: Sequence[float]) -> list[float]:
    """Return the figures, one for each part of a point, under which the outcomes are likeliest."""
    start = [0.0, 1.0, 0.0, 0.0, 0.0][: len(points[0]) if points else 2]
    if not points:
        return start
    cases = _Cases.of(points, missed, weights)
    figures, logits = start, cases.logits(start)
    worth = cases.worth(logits)
    for _round in range(_ROUNDS):
        step = _solved(*_held(*cases.slopes(logits), figures, start))
        # A whole step may overshoot by far, where nearly all chances are sure; in part it always climbs.
        for _halving in range(_HALVINGS):
            reached = [figure + part for figure, part in zip(figures, step, strict=True)]
            logits = cases.logits(reached)
            if (found := cases.worth(logits) - _pull(reached, start)) >= worth:
                break
            step = [part / 2 for part in step]
        else:
            break
        figures, worth = reached, found
        if sum(map(abs, step)) < _STILL:
            break
    return figures


def _pull(figures: Sequence[float], start: Sequence[float]) -> float:
    """Return the log-likelihood that the prior takes away."""
    return _PRIOR / 2 * sum((figure - begun) ** 2 for figure, begun in zip(figures, start, strict=True))


def _held(
    first: list[float], second: list[list[float]], figures: Sequence[float], start: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    """Return the derivatives with those of the prior."""
    pulled = [
        one - _PRIOR * (figure - begun) for one, figure, begun in zip(first, figures, start, strict=True)
    ]
    bent = [[one + _PRIOR * (i == j) for j, one in enumerate(row)] for i, row in enumerate(second)]
    return pulled, bent


class _Cases(NamedTuple):
    """Past cases, a column for each part of a point but the first, which is always 1: most of a fit is spent here, and
    Python goes down a column several times as fast as across many rows."""

    parts: Sequence[Sequence[float]]
    missed: Sequence[bool]
    weights: Sequence[float]

    @classmethod
    def of(cls, points: Sequence[Point], missed: Sequence[bool], weights: Sequence[float]) -> Self:
        return cls(list(zip(*points, strict=True))[1:], missed, weights)

    def logits(self, figures: Sequence[float]) -> Sequence[float]:
        shift, *others = figures
        found: Sequence[float] = [shift] * len(self.missed)
        for figure, part in zip(others, self.parts, strict=True):
            found = [so_far + figure * own for so_far, own in zip(found, part, strict=True)]
        return found

    def worth(self, logits: Sequence[float]) -> float:
        """Return the log-likelihood."""
        log1p, exp = math.log1p, math.exp
        return -sum(
            weight * ((size if (logit < 0.0) == missed else 0.0) + log1p(exp(-size)))
            for logit, size, missed, weight in zip(
                logits, map(abs, logits), self.missed, self.weights, strict=True
            )
        )

    def slopes(self, logits: Sequence[float]) -> tuple[list[float], list[list[float]]]:
        """Return the log-likelihood's first derivatives and its second ones, negated."""
        chances = list(map(_chance, logits))
        off = [
            weight * (missed - p)
            for weight, missed, p in zip(self.weights, self.missed, chances, strict=True)
        ]
        flat = [weight * p * (1 - p) for weight, p in zip(self.weights, chances, strict=True)]
        bent = [flat, *(list(map(operator.mul, flat, part)) for part in self.parts)]
        first = [sum(off), *(_times(off, part) for part in self.parts)]
        second = [[sum(row), *(_times(row, part) for part in self.parts)] for row in bent]
        return first, second


def _times(one: Iterable[float], other: Iterable[float]) -> float:
    total: float = sum(map(operator.mul, one, other))
    return total


def _solved(right: list[float], matrix: list[list[float]]) -> list[float]:
    """Solve a few linear equations, whose matrix has positive pivots, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            row[i:] = [a - factor * b for a, b in zip(row[i:], pivot[i:], strict=True)]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - known) / rows[i][i]
    return found
