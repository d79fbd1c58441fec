"""How each carrier, product, agent or province stands against the shop's mean: pure arithmetic over sums.

A row is judged only with cases enough, and only where chance hardly explains it: a ratio's Wilson interval must lie
wholly on one side of the mean. Two bad cases of two are no reason to take anything off the shelf. A mean of hours or
stars keeps no spread by row, so such a row is placed, and never judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from shopwatch.scoring.readings import Sum2

Verdict = Literal["worse", "better", "usual", "thin", "unjudged"]
"""thin: too few cases to say. unjudged: the spread isn't known."""

ENOUGH = 30  # cases from which a row is judged: ours, as no marketplace states one
Z = 2.576  # 99 in 100, two-sided: a table of many rows looks at many chances


class Place(NamedTuple):
    """One row's place in an indicator. part: the points of the total that its distance from the mean gives (+) or
    costs (−); the parts of a table's rows add up to nought, the mean's own place."""

    key: str
    cases: float
    value: float
    verdict: Verdict
    part: float
    interval: tuple[float, float] | None = None


def wilson(hits: float, cases: float, z: float = Z) -> tuple[float, float]:
    """Return the interval in which the true share of so many hits in so many cases lies."""
    share, spread = hits / cases, z * z / cases
    middle = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * math.sqrt(share * (1 - share) / cases + spread / (4 * cases))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def league(
    slices: Mapping[str, Sum2],
    *,
    ratio: bool,
    lower_is_better: bool,
    points_per_unit: float = 0.0,
    enough: int = ENOUGH,
) -> tuple[Place, ...]:
    """Return every row's place, the one that costs most first. points_per_unit: what the total gains as the
    indicator's value rises by one, the curve's slope where the shop stands."""
    counted = {key: sums for key, sums in slices.items() if sums.denominator > 0}
    whole = sum(sums.denominator for sums in counted.values())
    if not whole:
        return ()
    mean = sum(sums.numerator for sums in counted.values()) / whole
    made = []
    for key, sums in counted.items():
        interval = wilson(sums.numerator, sums.denominator) if ratio else None
        verdict = _verdict(interval, sums.denominator, mean, lower_is_better, enough)
        part = points_per_unit * (sums.numerator - mean * sums.denominator) / whole
        value = sums.numerator / sums.denominator
        made.append(Place(key, sums.denominator, value, verdict, part, interval))
    return tuple(sorted(made, key=lambda place: (place.part, place.key)))


def _verdict(
    interval: tuple[float, float] | None, cases: float, mean: float, lower_is_better: bool, enough: int
) -> Verdict:
    if cases < enough:
        return "thin"
    if interval is None:
        return "unjudged"
    low, high = interval
    if low <= mean <= high:
        return "usual"
    return "worse" if (low > mean) == lower_is_better else "better"


def to_inspect(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the rows that are worse than the mean beyond chance, in their order."""
    return tuple(place for place in places if place.verdict == "worse")
