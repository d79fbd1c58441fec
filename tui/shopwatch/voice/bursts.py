"""Sudden clusters: a carrier, product or topic with more complaints in a day than can be chance.

A day is the 24 hours up to now, held against the 24-hour days before. How many complaints a slice has in a day varies
by more than chance alone: what the next day brings is a negative binomial whose spread is that of the days before
(at the least a Poisson's), with what few days can't tell of the rate in it. Of several slices that hold the same
complaints the least likely one is told, and the rest is looked at without it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

DAY = 86_400
PAST = 56
"""Days that tell what is usual."""

ENOUGH = 14
"""Days that must be known before anything can be sudden."""

LEAST = 5
"""Fewer complaints in a day than this are single cases."""

TWICE = 2.0
"""How many times the usual rate: many complaints make the slightest rise sure."""

SURE = 1e-4
"""How improbable by chance any sudden cluster at all must be, over all slices that were looked at."""


class Complaint(NamedTuple):
    """One complaint. topics: the main one first. order: whose it is, if that is known."""

    id: str
    at: int
    topics: tuple[str, ...]
    order: str | None = None
    product: str | None = None
    carrier: str | None = None


class Burst(NamedTuple):
    """by: carrier, product, topic, or two of them with a `·` between, as `key` has. usual: a day's mean."""

    by: str
    key: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    usual: float
    log_chance: float


Slicer = Callable[[Complaint], tuple[str | None, ...]]

SLICERS: Mapping[str, Slicer] = {
    "carrier·topic": lambda one: (one.carrier, one.topics[0]),
    "product·topic": lambda one: (one.product, one.topics[0]),
    "carrier": lambda one: (one.carrier,),
    "product": lambda one: (one.product,),
    "topic": lambda one: (one.topics[0],),
}


def sudden(complaints: Sequence[Complaint], now: int) -> list[Burst]:
    """Return what is sudden as of a moment, the least likely first. complaints: of the last `PAST` days and today."""
    days = min(PAST, max(((now - one.at) // DAY for one in complaints), default=0))
    if days < ENOUGH:
        return []
    fresh = [one for one in complaints if 0 <= now - one.at < DAY]
    past = [one for one in complaints if DAY <= now - one.at < (days + 1) * DAY]
    usual = _Usual(past, now, days)
    found: list[Burst] = []
    limit = math.log(SURE / max(1, usual.slices))
    while (burst := _strongest(fresh, usual, limit)) is not None:
        found.append(burst)
        gone = {one.id for one in burst.complaints}
        fresh = [one for one in fresh if one.id not in gone]
    return found


def _strongest(fresh: Sequence[Complaint], usual: _Usual, limit: float) -> Burst | None:
    sure = (one for one in _candidates(fresh, usual) if one.log_chance <= limit)
    return min(sure, key=lambda one: (one.log_chance, -len(one.complaints)), default=None)


def _candidates(fresh: Sequence[Complaint], usual: _Usual) -> Iterable[Burst]:
    for by, slicer in SLICERS.items():
        slices: dict[tuple[str | None, ...], list[Complaint]] = defaultdict(list)
        for one in fresh:
            slices[slicer(one)].append(one)
        for key, members in slices.items():
            named = tuple(part for part in key if part)
            count, mean = len(members), usual.mean(by, key)
            if len(named) == len(key) and count >= LEAST and count >= TWICE * mean:
                yield Burst(by, named, tuple(members), mean, usual.log_at_least(count, by, key))


class _Usual:
    """What every slice had on the days before."""

    def __init__(self, past: Sequence[Complaint], now: int, days: int) -> None:
        self.days = days
        self._counts: dict[tuple[str, tuple[str | None, ...]], Counter[int]] = defaultdict(Counter)
        week: Counter[int] = Counter()
        for one in past:
            day = (now - one.at) // DAY
            week[day % 7] += 1
            for by, slicer in SLICERS.items():
                self._counts[by, slicer(one)][day] += 1
        # today's weekday among all, held towards 1 where there is little to tell it from
        weekdays = len(range(7, days + 1, 7))
        mean = len(past) / days
        self._rhythm = (week[0] + 10) / (mean * weekdays + 10)

    @property
    def slices(self) -> int:
        """How many were looked at: those too small to be found are among them."""
        return len(self._counts)

    def mean(self, by: str, key: tuple[str | None, ...]) -> float:
        return self._counts[by, key].total() / self.days * self._rhythm if (by, key) in self._counts else 0.0

    def log_at_least(self, count: int, by: str, key: tuple[str | None, ...]) -> float:
        counted = self._counts.get((by, key), Counter())
        total = counted.total() + 0.5
        mean = total / self.days
        squares = sum((n - mean) ** 2 for n in counted.values()) + (self.days - len(counted)) * mean**2
        spare = squares / self.days - mean
        size = min(total, mean * mean / spare) if spare > 0 else total
        return log_at_least(count, mean * self._rhythm, size)


def log_at_least(count: int, mean: float, size: float) -> float:
    """Return the log of a negative binomial's P(at least so many)."""
    success = mean / (mean + size)
    log_term = (
        math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
        + count * math.log(success) + size * math.log1p(-success)
    )  # fmt: skip
    total = term = 1.0
    for n in range(count, count + 100_000):
        term *= (n + size) / (n + 1) * success
        total += term
        if term < total * 1e-12:
            break
    return min(0.0, log_term + math.log(total))
