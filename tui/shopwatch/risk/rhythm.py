"""How what waits comes to an end: hour by hour, by how long it has waited and by the hour of the week.

A fleet's things under one clock share a rhythm: with each hour there is a chance that what still waits is done,
which changes with its age and with the clock and the day (carriers rest on Sundays). A shop goes by the same
rhythm, faster or slower.
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

HOUR = 3600
WEEK = 168  # hours, from Monday's first
_THURSDAY = 72  # the first hour of 1970, in hours of its week

AGES = (0, 6, 12, 18, 24, 36, 48, 72, 96, 120, 144, 192, 240, 336)
"""Hours of waiting at which the chance of being done may change. The last holds on without end."""

_OF_AGE, _OF_HOUR = 20.0, 2.0
"""How many cases at the usual rate stand beside those of an age and of an hour of the week: our defaults."""

_ROUNDS = 4
_WEEKS = 8

Table = Mapping[tuple[int, int], tuple[float, float]]
"""By age (a place in AGES) and hour of the week: the hours waited, and how many ended in them."""


def hour_of_week(moment: float, offset: int) -> float:
    """Return the hour of the week, from Monday's first, of a UTC moment in a zone `offset` seconds east."""
    return ((moment + offset) / HOUR + _THURSDAY) % WEEK


@dataclasses.dataclass(frozen=True)
class Rhythm:
    """by_age: the chance per hour that what waits is done, by age. by_hour: times which, by hour of the week.
    ages: where each age begins, in whole hours. reach: the hours that enough of the past has waited; what has waited
    longer has nothing to be compared with."""

    by_age: tuple[float, ...]
    by_hour: tuple[float, ...] = (1.0,) * WEEK
    ages: tuple[float, ...] = AGES
    reach: float = math.inf

    @cached_property
    def _running(self) -> tuple[float, ...]:
        """The hours gone at each hour from a Monday's first, each counted as much as it brings: most questions are
        about the first weeks."""
        return tuple(itertools.accumulate(self.by_hour * _WEEKS, initial=0.0))

    @cached_property
    def _laid(self) -> tuple[tuple[float, ...], ...]:
        """By the hour of the week in which a thing begins, and by age: what is to be taken beside `by_age` times
        the hours gone, so that what each age brought before is in it. Between two hours it is a straight line."""
        return tuple(tuple(self._before(hour)) for hour in range(WEEK + 1))

    def _before(self, hour: int) -> Iterator[float]:
        laid, usual = 0.0, 0.0
        for age, rate in zip(self.ages, self.by_age, strict=True):
            laid += (usual - rate) * self._gone(hour + age)
            usual = rate
            yield laid

    def _gone(self, hours: float) -> float:
        """Return the hours gone by since a Monday's first, each counted as much as it brings."""
        running, whole = self._running, int(hours)
        if whole < _WEEKS * WEEK:
            return running[whole] + (hours - whole) * self.by_hour[whole % WEEK]
        weeks, hour = divmod(hours, WEEK)
        whole = min(int(hour), WEEK - 1)  # a rounding may reach the next week's first
        return weeks * running[WEEK] + running[whole] + (hour - whole) * self.by_hour[whole]

    def expected(self, started: float, now: float, until: float, offset: int) -> float:
        """Return how many times what began at `started` is to be expected to end from `now` until then."""
        if until <= now:
            return 0.0
        begun = ((started + offset) / HOUR + _THURSDAY) % WEEK
        waited, in_all, ages = (now - started) / HOUR, (until - started) / HOUR, self.ages
        first = bisect.bisect_right(ages, waited) - 1 if waited > 0 else 0
        last = bisect.bisect_left(ages, in_all, first + 1) - 1
        by_age, gone = self.by_age, self._gone
        total = by_age[last] * gone(begun + in_all) - by_age[first] * gone(begun + waited)
        if last != first:
            whole = int(begun)
            rest, here, next_ = begun - whole, self._laid[whole], self._laid[whole + 1]
            total += (here[last] - here[first]) * (1 - rest) + (next_[last] - next_[first]) * rest
        return max(total, 0.0)

    @cached_property
    def sunday(self) -> Rhythm:
        """The rhythm of a week of Sundays."""
        return dataclasses.replace(self, by_hour=self.by_hour[WEEK - 24 :] * 7)

    def of_days(self, days: Sequence[float]) -> Rhythm:
        """Return the rhythm of something that goes so many times as fast on each day of the week."""
        by_hour = tuple(rate * days[hour // 24] for hour, rate in enumerate(self.by_hour))
        return dataclasses.replace(self, by_hour=by_hour)


def rhythm_of(table: Table, reach: float = math.inf) -> Rhythm | None:
    """Fit a rhythm to what was counted; None where nothing ever ended."""
    hours, ended = (sum(cell[part] for cell in table.values()) for part in (0, 1))
    if not hours or not ended:
        return None
    usual = ended / hours
    by_age, by_hour = [usual] * len(AGES), [1.0] * WEEK
    ends_of_age, ends_of_hour = _ends(table, 0, len(AGES)), _ends(table, 1, WEEK)
    for _round in range(_ROUNDS):
        waited = [0.0] * len(AGES)
        for (age, hour), (span, _ended) in table.items():
            waited[age] += span * by_hour[hour]
        by_age = [
            (ends + _OF_AGE) / (span + _OF_AGE / usual)
            for ends, span in zip(ends_of_age, waited, strict=True)
        ]
        expected = [0.0] * WEEK
        for (age, hour), (span, _ended) in table.items():
            expected[hour] += span * by_age[age]
        by_hour = [
            (ends + _OF_HOUR) / (number + _OF_HOUR)
            for ends, number in zip(ends_of_hour, expected, strict=True)
        ]
    return Rhythm(by_age=tuple(by_age), by_hour=tuple(by_hour), reach=reach)


def _ends(table: Table, by: int, size: int) -> list[float]:
    ends = [0.0] * size
    for key, (_span, ended) in table.items():
        ends[key[by]] += ended
    return ends
