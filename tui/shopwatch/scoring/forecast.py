"""The days ahead of one indicator: its window's sums on each of the next 14 mornings, and a band about them.

What leaves the window on which day is known. What comes in is what is on its way, at its pace, and what will
begin as it lately has. The band is the spread of what isn't known yet, as wide as it has had to be: past
forecasts of like size say how many spreads off the truth has come out.
"""

from __future__ import annotations

import bisect
import itertools
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shopwatch.scoring.inflow import LAGS, LEAD, PAST, Inflow, Pace
from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.windows import Window

HORIZON = 14
BAND = 0.8  # how much of the truth a band is to hold
_TAIL = (1 - BAND) / 2

_NEAREST = 120  # past misses that one band goes by
_GUESSED = 10  # misses of an ideal forecast that count beside them
_IDEAL = tuple(statistics.NormalDist().inv_cdf((n + 0.5) / _GUESSED) for n in range(_GUESSED))
_EXACT = 1e-9


class Foreseen(NamedTuple):
    """A window's sums on one morning. `spread`: the standard deviation of its value; 0 where all is known."""

    sums: Sum2
    spread: float = 0.0


class Point(NamedTuple):
    """A forecast value and the band that it should come out in."""

    value: float
    low: float
    high: float


class Miss(NamedTuple):
    """How far off a past forecast was: in its own spreads, with the rows that its window was to hold."""

    rows: float
    spreads: float


def foresee(
    inflow: Inflow, window: Window, today: int, pace: Pace, *, left: float = 1.0, days: int = HORIZON
) -> tuple[Foreseen, ...]:
    """Return the window on the mornings of today (as known now) and of the `days` after it.

    left: how much of today is still to come; 1 at its start.
    """
    if inflow.settled is None:
        return _carried(inflow, window, today, pace, left, days)
    return _settled(inflow, inflow.settled, window, today, pace, left, days)


class _Coming(NamedTuple):
    """What is expected to come in on one day: rows, their numerators, and the squares of those."""

    rows: float = 0.0
    numerator: float = 0.0
    squares: float = 0.0


def _coming(inflow: Inflow, today: int, pace: Pace, left: float, days: int) -> list[_Coming]:
    """Return what comes in from today on of what isn't booked: from what is open, then from what will begin."""
    rows, numerators, squares = [0.0] * days, [0.0] * days, [0.0] * days
    new = [(today, pace.volume * left), *((today + ahead, pace.volume) for ahead in range(1, days))]
    week = pace.week
    is_open = [] if inflow.booked else _open(inflow, today)
    for number_of, (began, waiting) in enumerate([*is_open, *new]):
        of_today = left if number_of < len(is_open) else 1.0
        for ahead in range(max(began - today, 0), min(days, LAGS + began - today)):
            lag = today + ahead - began
            chance = min(pace.arriving[lag] * week[(today + ahead) % 7], 1.0)
            if ahead == 0:
                chance *= of_today
            if come := waiting * chance:
                value = pace.values[lag]
                rows[ahead] += come
                numerators[ahead] += come * value
                squares[ahead] += come * value * value
                waiting -= come
    return [_Coming(*one) for one in zip(rows, numerators, squares, strict=True)]


def _open(inflow: Inflow, today: int) -> list[tuple[int, float]]:
    """Return what has begun and not arrived yet, by the day of its beginning."""
    arrived: dict[int, float] = {}
    for arrival in inflow.arrivals:
        arrived[arrival.begun] = arrived.get(arrival.begun, 0.0) + arrival.denominator
    waiting = (
        (day, number - arrived.get(day, 0.0))
        for day, number in inflow.begun.items()
        if today - PAST <= day <= today
    )
    return [(day, number) for day, number in waiting if number > 0]


def _carried(
    inflow: Inflow, window: Window, today: int, pace: Pace, left: float, days: int
) -> tuple[Foreseen, ...]:
    """Foresee an indicator whose numerators come with their rows."""
    first, last = window
    known: dict[int, tuple[float, float]] = {}
    for arrival in inflow.arrivals:
        numerator, denominator = known.get(arrival.day, (0.0, 0.0))
        known[arrival.day] = (numerator + arrival.numerator, denominator + arrival.denominator)
    coming = _coming(inflow, today, pace, left, days)
    found = []
    for ahead in range(days + 1):
        held = range(today + ahead - first, today + ahead - last + 1)
        sums = [known[day] for day in held if day in known]
        new = [coming[day - today] for day in held if 0 <= day - today < ahead]
        rows = sum(one.rows for one in new)
        expected = sum(one.numerator for one in new)
        numerator = sum(n for n, _ in sums) + expected
        denominator = sum(d for _, d in sums) + rows
        value = numerator / denominator if denominator else 0.0
        # a sum of a Poisson number of rows, each with its own value
        variance = (
            rows * (pace.spread + value * value) - 2 * value * expected + sum(one.squares for one in new)
        )
        found.append(_foreseen(numerator, denominator, variance))
    return tuple(found)


def _settled(
    inflow: Inflow,
    settled: Iterable[tuple[int, int, float]],
    window: Window,
    today: int,
    pace: Pace,
    left: float,
    days: int,
) -> tuple[Foreseen, ...]:
    """Foresee an indicator whose numerators become known on days of their own."""
    first, last = window
    rows: dict[int, float] = {}
    for arrival in inflow.arrivals:
        rows[arrival.day] = rows.get(arrival.day, 0.0) + arrival.denominator
    counted: dict[int, float] = {}
    for day, _known, numerator in settled:
        counted[day] = counted.get(day, 0.0) + numerator
    coming = _coming(inflow, today, pace, left, days)
    chance = _Settling(pace.settling, today, left)
    found = []
    for ahead in range(days + 1):
        numerator = denominator = variance = new_rows = expected = 0.0
        for day in range(today + ahead - first, today + ahead - last + 1):
            known, number = counted.get(day, 0.0), rows.get(day, 0.0)
            open_ = max(number - known, 0.0)
            settles = chance(day, ahead) if open_ else 0.0
            numerator += known + open_ * settles
            denominator += number
            variance += open_ * settles * (1 - settles)
            if 0 <= day - today < ahead and coming[day - today].rows:
                new_rows += coming[day - today].rows
                expected += coming[day - today].rows * chance.of_new(day, ahead)
        numerator += expected
        denominator += new_rows
        value = numerator / denominator if denominator else 0.0
        variance += expected + value * value * new_rows - 2 * value * expected
        found.append(_foreseen(numerator, denominator, variance))
    return tuple(found)


class _Settling:
    """The chance that what isn't settled now is by a morning ahead."""

    def __init__(self, settling: Sequence[float], today: int, left: float) -> None:
        self._today = today
        stays = itertools.accumulate((1 - chance for chance in settling), lambda a, b: a * b, initial=1.0)
        self._stays: list[float] = list(stays)
        self._today_stays: list[float] = [
            (1 - chance) ** left / (1 - chance) if chance < 1 else 1.0 for chance in settling
        ]

    def __call__(self, day: int, ahead: int) -> float:
        """Return it of a row of that day, by the morning `ahead` days on."""
        begin, end = self._place(self._today - day), self._place(self._today + ahead - day)
        if end <= begin or self._stays[begin] <= 0:
            return 0.0
        return max(1 - self._stays[end] / self._stays[begin] * self._today_stays[begin], 0.0)

    def of_new(self, day: int, ahead: int) -> float:
        """Return it of a row that isn't on record yet."""
        return 1 - self._stays[self._place(self._today + ahead - day)]

    def _place(self, lag: int) -> int:
        return min(max(lag + LEAD, 0), len(self._stays) - 1)


def _foreseen(numerator: float, denominator: float, variance: float) -> Foreseen:
    if not denominator:
        return Foreseen(Sum2(numerator, denominator))
    return Foreseen(Sum2(numerator, denominator), math.sqrt(max(variance, 0.0)) / denominator)


# ---------------------------------------------------------------- the band


def miss(foreseen: Foreseen, came: Sum2) -> Miss | None:
    """Return how far off a forecast was; None where either has no value, or it had no room to be off."""
    value, true = foreseen.sums.value, came.value
    if value is None or true is None:
        return None
    off = true - value
    if foreseen.spread <= _EXACT:
        return Miss(foreseen.sums.denominator, 0.0) if abs(off) <= _EXACT else None
    return Miss(foreseen.sums.denominator, off / foreseen.spread)


class Misses:
    """The past misses at one horizon, to be asked for those of like size."""

    def __init__(self, misses: Iterable[Miss] = ()) -> None:
        """Put them in the order of their size."""
        by_rows = sorted(misses, key=lambda one: one.rows)
        self._rows = [one.rows for one in by_rows]
        self._spreads = [one.spreads for one in by_rows]

    def __len__(self) -> int:
        return len(self._rows)

    def reach(self, rows: float) -> tuple[float, float]:
        """Return how many spreads down and up a band of so many rows goes."""
        near = sorted([*self._nearest(rows), *_IDEAL])
        return min(_quantile(near, _TAIL), 0.0), max(_quantile(near, 1 - _TAIL), 0.0)

    def _nearest(self, rows: float) -> Sequence[float]:
        """Return those of like size, by the ratio, and all that are of the same size as one of them."""
        sizes = self._rows
        spare = range(max(len(sizes) - _NEAREST, 0))
        begin = bisect.bisect_left(spare, rows * rows, key=lambda at: sizes[at] * sizes[at + _NEAREST])
        nearest = sizes[begin : begin + _NEAREST]
        if not nearest:
            return ()
        return self._spreads[bisect.bisect_left(sizes, nearest[0]) : bisect.bisect_right(sizes, nearest[-1])]


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = min(max(share * len(ordered) - 0.5, 0.0), len(ordered) - 1.0)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


NO_MISSES = Misses()


def banded(
    foreseen: Sequence[Foreseen],
    misses: Mapping[int, Misses],
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> tuple[Point | None, ...]:
    """Return each morning's value with its band, None where nothing is in the window.

    misses: by the days ahead. bounds: what no value can be under or over.
    """
    return tuple(_point(one, misses.get(ahead, NO_MISSES), bounds) for ahead, one in enumerate(foreseen))


def _point(foreseen: Foreseen, misses: Misses, bounds: tuple[float, float]) -> Point | None:
    value = foreseen.sums.value
    if value is None:
        return None
    down, up = misses.reach(foreseen.sums.denominator)
    low, high = value + down * foreseen.spread, value + up * foreseen.spread
    return Point(value, min(value, max(low, bounds[0])), max(value, min(high, bounds[1])))
