"""Days on which carriers rest, as over a festival: they go as their Sundays do, or as such days went before.

Which days those are is what the scorecard and the shop's configuration leave out of logistics.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shopwatch.risk.rhythm import Rhythm
from shopwatch.scoring.clock import moment_of
from shopwatch.scoring.scorecard import Clock, Scorecard, Words
from shopwatch.scoring.windows import date_of, day_of

CARRIED = "logistics"
"""The dimension whose days left out are those of the carriers."""


class Rest(NamedTuple):
    """Local days from `first` on and before `last`, with the moments at which they begin and end. provinces: only
    what goes there rests; empty: everything."""

    name: Words
    first: int
    last: int
    begin: int
    end: int
    provinces: frozenset[str] = frozenset()


def concerns(clock: Clock) -> bool:
    """Whether it is a carrier that ends what waits under a clock."""
    return clock.from_ == "parcels" or clock.acts == "pickup"


def rests_of(scorecard: Scorecard, zone: ZoneInfo) -> tuple[Rest, ...]:
    """Return the days that a scorecard leaves out of logistics; no day is in two of them."""
    carried = {one.id for one in scorecard.indicator if one.dimension == CARRIED}
    days: dict[int, tuple[Words, frozenset[str]]] = {}
    # the whole country's first: where all rest, a province does too
    for one in sorted(scorecard.exclusion, key=lambda one: bool(one.provinces)):
        if carried.intersection(one.indicators):
            for day in range(day_of(one.first), day_of(one.last) + 1):
                days.setdefault(day, (one.name, frozenset(one.provinces)))
    return tuple(_spans(sorted(days.items()), zone))


def _spans(days: Iterable[tuple[int, tuple[Words, frozenset[str]]]], zone: ZoneInfo) -> Iterator[Rest]:
    numbered = enumerate(days)
    for (_since, (name, provinces)), group in itertools.groupby(
        numbered, lambda one: (one[1][0] - one[0], one[1][1])
    ):
        span = [day for _number, (day, _what) in group]
        first, last = span[0], span[-1] + 1
        yield Rest(name, first, last, _midnight(first, zone), _midnight(last, zone), provinces)


def _midnight(day: int, zone: ZoneInfo) -> int:
    return moment_of(date_of(day), datetime.time(), zone)


def everywhere_of(shops: Iterable[Iterable[Rest]]) -> tuple[Rest, ...]:
    """Return the rests that concern everything, of several shops; where two overlap, the earlier."""
    every = {one for rests in shops for one in rests if not one.provinces}
    found: list[Rest] = []
    for one in sorted(every, key=lambda one: (one.begin, -one.end, one.name.en)):
        if not found or one.begin >= found[-1].end:
            found.append(one)
    return tuple(found)


def rest_days(rests: Iterable[Rest]) -> list[int]:
    """Return the local days on which carriers rest everywhere."""
    return sorted({day for one in rests if not one.provinces for day in range(one.first, one.last)})


def ahead(rests: Sequence[Rest], now: float, until: float, province: str | None) -> Iterator[Rest]:
    """Yield the rests that fall between two moments, for what goes to a province."""
    for one in rests:
        if one.begin < until and one.end > now and (not one.provinces or province in one.provinces):
            yield one


def rested(
    rests: Iterable[Rest], rhythm: Rhythm, pace: float, started: float, now: float, until: float, offset: int
) -> float:
    """Return how many times more (mostly less) what began at `started` is to be expected to end from `now` until
    then, as carriers rest meanwhile. pace: how many times as fast as on a Sunday they go on such days."""
    more = 0.0
    for one in rests:
        first, last = max(now, one.begin), min(until, one.end)
        more += pace * rhythm.sunday.expected(started, first, last, offset)
        more -= rhythm.expected(started, first, last, offset)
    return more
