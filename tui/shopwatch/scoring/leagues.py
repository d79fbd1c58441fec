"""How each carrier, product, agent or province stands against the shop's mean: pure arithmetic over sums.

A row is judged only with cases enough, and only where chance hardly explains it: the interval in which its true value
lies must be wholly on one side of the mean. Two bad cases of two are no reason to take anything off the shelf.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from shopwatch.scoring.readings import Sum2

Verdict = Literal["worse", "better", "usual", "thin", "unjudged"]
"""thin: too few cases to say. unjudged: nothing is known of the spread."""

Interval = tuple[float, float]

Gain = Callable[[float], float | None]
"""What the total would change by, were this an indicator's value; None where no points rest on it."""

ENOUGH = 30  # cases from which a row is judged: ours, as no marketplace states one
_ROUNDED = 1e-12
Z = 2.576  # 99 in 100, two-sided: a table of many rows looks at many chances


class Spread(NamedTuple):
    """How a row's cases differ among themselves: the sums of n², n·d and d² over them, and how many there are."""

    nn: float
    nd: float
    dd: float
    cases: float


class Slice(NamedTuple):
    """One row's sums. spread: None where each case counts once or not at all, as in a share of orders."""

    sums: Sum2
    spread: Spread | None = None


class Place(NamedTuple):
    """One row's place in a column.

    part: the points of the total that its distance from the mean gives (+) or costs (−). Those that pull the value
    one way share what the total would change by without them all, so their parts add up to it.
    """

    key: str
    cases: float
    value: float
    verdict: Verdict
    part: float | None = None
    interval: Interval | None = None


class Standing(NamedTuple):
    """One row of a table: its place in each column that it has any cases in, and its part in all of them."""

    key: str
    places: Mapping[str, Place]
    part: float | None

    def count(self, verdict: Verdict) -> int:
        return sum(place.verdict == verdict for place in self.places.values())


def wilson(hits: float, cases: float, z: float = Z) -> Interval:
    """Return the interval in which the true share of so many hits in so many cases lies."""
    share, spread = min(1.0, hits / cases), z * z / cases
    middle = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * math.sqrt(share * (1 - share) / cases + spread / (4 * cases))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def around(sums: Sum2, spread: Spread, z: float = Z) -> Interval | None:
    """Return the interval in which the true ratio of two sums lies, by how its cases scatter around it; None of a
    single case. Of few it is the wider, as Student's is (Cornish and Fisher's first term)."""
    free = spread.cases - 1
    if free < 1:
        return None
    value = sums.numerator / sums.denominator
    scatter = max(0.0, spread.nn - 2 * value * spread.nd + value * value * spread.dd)
    student = z + (z**3 + z) / (4 * free)
    reach = student * math.sqrt(scatter * spread.cases / free) / sums.denominator
    return value - reach, value + reach


def mean_of(slices: Iterable[Slice]) -> float | None:
    """Return the shop's mean: of all rows together."""
    counted = list(slices)
    whole = math.fsum(one.sums.denominator for one in counted)
    return math.fsum(one.sums.numerator for one in counted) / whole if whole else None


def league(
    slices: Mapping[str, Slice], *, lower_is_better: bool, gain: Gain | None = None, enough: int = ENOUGH
) -> tuple[Place, ...]:
    """Return every row's place in one column. gain: where the column is an indicator that points rest on."""
    counted = {key: one for key, one in slices.items() if one.sums.denominator > 0}
    mean = mean_of(counted.values())
    if mean is None:
        return ()
    parts = _parts({key: one.sums for key, one in counted.items()}, mean, gain)
    return tuple(
        _place(key, one, mean, parts.get(key), lower_is_better=lower_is_better, enough=enough)
        for key, one in counted.items()
    )


def _place(
    key: str, one: Slice, mean: float, part: float | None, *, lower_is_better: bool, enough: int
) -> Place:
    sums = one.sums
    interval = wilson(sums.numerator, sums.denominator) if one.spread is None else around(sums, one.spread)
    verdict = _verdict(interval, sums.denominator, mean, lower_is_better, enough)
    return Place(key, sums.denominator, sums.numerator / sums.denominator, verdict, part, interval)


def _parts(sums: Mapping[str, Sum2], mean: float, gain: Gain | None) -> dict[str, float]:
    """Share out what the total would change by without those above the mean, and without those below it."""
    if gain is None:
        return {}
    whole = math.fsum(one.denominator for one in sums.values())
    pulls = {key: (one.numerator - mean * one.denominator) / whole for key, one in sums.items()}
    pull = math.fsum(value for value in pulls.values() if value > 0)
    without_high, without_low = gain(mean - pull), gain(mean + pull)
    if without_high is None or without_low is None:
        return {}
    if pull <= 1e-12 * abs(mean):
        return dict.fromkeys(pulls, 0.0)
    return {
        key: -without_high * value / pull if value > 0 else without_low * value / pull
        for key, value in pulls.items()
    }


def _verdict(
    interval: Interval | None, cases: float, mean: float, lower_is_better: bool, enough: int
) -> Verdict:
    if cases < enough:
        return "thin"
    if interval is None:
        return "unjudged"
    low, high = interval
    if low <= mean * (1 + _ROUNDED) + _ROUNDED and mean * (1 - _ROUNDED) <= high + _ROUNDED:
        return "usual"
    return "worse" if (low > mean) == lower_is_better else "better"


def table(columns: Mapping[str, Sequence[Place]]) -> tuple[Standing, ...]:
    """Return the rows of several columns: the one that costs most first, then the one that is worse in more of them,
    then the one of most cases."""
    found: dict[str, dict[str, Place]] = {}
    for name, places in columns.items():
        for place in places:
            found.setdefault(place.key, {})[name] = place
    rows = [Standing(key, places, _whole_part(places.values())) for key, places in found.items()]
    return tuple(sorted(rows, key=_order))


def _whole_part(places: Iterable[Place]) -> float | None:
    parts = [place.part for place in places if place.part is not None]
    return math.fsum(parts) if parts else None


def _order(row: Standing) -> tuple[float, int, float, str]:
    most = max(place.cases for place in row.places.values())
    return round(row.part or 0.0, 6), -row.count("worse"), -most, row.key
