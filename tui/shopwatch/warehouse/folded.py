"""From sums by day to sums over windows: now, tomorrow's, and each of the last thirty days' as it stood.

The engine sums the rows of each day; the windows slide over those few sums here.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence

import msgspec

from shopwatch.scoring.readings import NO_SERIES, TREND_DAYS, Reading, Series, Sum2
from shopwatch.scoring.scorecard import Indicator
from shopwatch.warehouse.indicators import STAGE, Scan, approximate_id, days_spanned, length_of

_MORNINGS = TREND_DAYS + 2  # those of the trend, today's and tomorrow's
_ZEROS = (0.0,) * _MORNINGS


class Days(msgspec.Struct, frozen=True, gc=False):
    """One row of `days_sql`: of one shop and pass, the days, and each term's sum on every one of them.

    The days are places among those spanned. came: from which day on those sums count, where a pass has rows
    that are known later than their day.
    """

    went: list[int]
    sums: list[list[float]]
    came: list[int] | None = None


days_in = msgspec.json.Decoder(Days).decode


class Folded:
    """The sums of one shop, by term's name and side: as known now, and by morning of the trend."""

    def __init__(self) -> None:
        self._now: dict[tuple[str, bool], float] = {}
        self._series: dict[tuple[str, bool], Sequence[float]] = {}

    def take(self, scan: Scan, today: int, days: Days) -> None:
        """Take one row of `days_sql`."""
        first, last = days_spanned(scan, today)
        length = length_of(scan)
        size = last - first + 1 + length
        begin = today - scan.window[0] - first
        late = days.came is not None and days.came != days.went
        for term, sums in zip(scan.terms, days.sums, strict=True):
            side = (term.name, term.is_numerator)
            went = _by_day(size, days.went, sums)
            self._now[side] = sum(went[begin : begin + length])
            if scan.trend:
                came = _by_day(size, days.came or (), sums) if late else went
                self._series[side] = _sliding(came, went, length)

    def now(self, name: str) -> Sum2:
        return Sum2(self._now.get((name, True), 0.0), self._now.get((name, False), 0.0))

    def reading(self, name: str, approximate: bool = False) -> Reading:
        denominators = self._series.get((name, False))
        if denominators is None:
            return Reading(now=self.now(name), series=NO_SERIES, approximate=approximate)
        numerators = self._series.get((name, True), _ZEROS)
        return Reading(
            now=self.now(name),
            next=Sum2(numerators[-1], denominators[-1]),
            series=Series(numerators[:-1], denominators[:-1]),
            approximate=approximate,
        )

    def valid_orders(self) -> tuple[int | None, tuple[int, ...]]:
        """Return the stage's count now, None without a single order, and at the start of each day."""
        series = self._series.get((STAGE, False))
        if series is None:
            return None, ()
        return int(self.now(STAGE).denominator), tuple(map(int, series[:-1]))

    def best(self, indicator: Indicator) -> Reading:
        """Return an indicator's reading, or its fall-back's where it has no data at all."""
        reading = self.reading(indicator.id)
        if indicator.approximate and not reading.now.denominator and not reading.next.denominator:
            return self.reading(approximate_id(indicator), approximate=True)
        return _summed(reading) if indicator.sum else reading


def _by_day(size: int, days: Sequence[int], sums: Sequence[float]) -> list[float]:
    found = [0.0] * size
    for day, value in zip(days, sums, strict=True):
        found[day] += value
    return found


def _sliding(came: Sequence[float], went: Sequence[float], length: int) -> tuple[float, ...]:
    """Return the sum over each morning's window: all that had come by then, less all that had gone."""
    gone = itertools.islice(itertools.accumulate(went, initial=0.0), _MORNINGS)
    here = itertools.islice(itertools.accumulate(came, initial=0.0), length, length + _MORNINGS)
    return tuple(map(operator.sub, here, gone))


def _summed(reading: Reading) -> Reading:
    """Return the reading of a plain sum: its numerator over one, wherever there is anything at all."""

    def over_one(sums: Sum2) -> Sum2:
        return Sum2(sums.numerator, 1.0 if sums.denominator else 0.0)

    return Reading(
        now=over_one(reading.now),
        next=over_one(reading.next),
        series=Series.of(map(over_one, reading.series)),
        approximate=reading.approximate,
    )
