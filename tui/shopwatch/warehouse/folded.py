"""From sums by day to sums over windows: now, tomorrow's, and each of the last thirty days' as it stood.

The engine sums the rows of each day; the windows slide over those few sums here.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence

import msgspec

from shopwatch.scoring.readings import (
    NO_SERIES,
    TREND_DAYS,
    LedgerEvent,
    OfficialFigure,
    Reading,
    Series,
    ShopReadings,
    Sum2,
)
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.warehouse.indicators import STAGE, Scan, approximate_id, days_spanned, length_of

_MORNINGS = TREND_DAYS + 2  # those of the trend, today's and tomorrow's
_ZEROS = (0.0,) * _MORNINGS
_ROUNDING = 1e-12


class Days(msgspec.Struct, frozen=True, gc=False):
    """One row of `days_sql`: of one shop and pass, the days, and each term's sum on every one of them.

    The days are places among those spanned. A sum that isn't finite is null. came: from which day on those sums
    count, where a pass has rows that are known later than their day.
    """

    went: list[int]
    sums: list[list[float | None]]
    came: list[int] | None = None


days_in = msgspec.json.Decoder(Days).decode

Side = tuple[str, bool]
"""A term's name, and whether it is the numerator."""


class Folded:
    """The sums of one shop, by term's name and side: as known now, and by morning of the trend.

    They add up: those of some rows and those of others are those of all. finite: False where a day's sum was none and
    counted as 0, which doesn't add up.
    """

    def __init__(self) -> None:
        self.finite = True
        self._now: dict[Side, float] = {}
        self._series: dict[Side, Sequence[float]] = {}

    def take(self, scan: Scan, today: int, days: Days) -> None:
        """Take one row of `days_sql`, the only one of its pass."""
        first, last = days_spanned(scan, today)
        length = length_of(scan)
        size = last - first + 1 + length
        begin = today - scan.window[0] - first
        late = days.came is not None and days.came != days.went
        for term, sums in zip(scan.terms, days.sums, strict=True):
            side = (term.name, term.is_numerator)
            if None in sums:
                self.finite, sums = False, [value or 0.0 for value in sums]
            went = _by_day(size, days.went, sums)
            self._now[side] = sum(went[begin : begin + length])
            if scan.trend:
                came = _by_day(size, days.came or (), sums) if late else went
                self._series[side] = _sliding(came, went, length)

    def plus(self, other: Folded, sign: int = 1) -> Folded:
        """Return the sums of both; with a sign of -1, of this without the other."""
        found = Folded()
        found.finite = self.finite and other.finite
        found._now, found._series = dict(self._now), dict(self._series)
        for side, value in other._now.items():
            found._now[side] = _plus(self._now.get(side, 0.0), sign * value)
        for side, series in other._series.items():
            own = self._series.get(side, _ZEROS)
            found._series[side] = tuple(
                _plus(one, sign * more) if more else one for one, more in zip(own, series, strict=True)
            )
        return found

    def emptied(self, before: Folded) -> bool:
        """Whether nothing is left of a denominator on any morning."""
        return any(
            any(before._series.get(side, ())) and not any(series)
            for side, series in self._series.items()
            if not side[1]
        )

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


def _plus(one: float, more: float) -> float:
    """Return the sum; what is left of two that cancel out is the rounding of both."""
    total = one + more
    return 0.0 if abs(total) < _ROUNDING * (abs(one) + abs(more)) else total


def _by_day(size: int, days: Sequence[int], sums: Sequence[float | None]) -> list[float]:
    found = [0.0] * size
    for day, value in zip(days, sums, strict=True):
        found[day] += value or 0.0
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


def readings_of(
    shop: str,
    scorecard: Scorecard,
    today: int,
    folded: Folded,
    each: dict[str, dict[str, Sum2]],
    official: Sequence[OfficialFigure],
    events: Sequence[LedgerEvent],
) -> ShopReadings:
    """Return all that scoring needs of a shop, of its sums and of what was printed or happened."""
    valid_orders, valid_series = folded.valid_orders()
    trended = scorecard.rates_of_samples
    return ShopReadings(
        shop=shop,
        today=today,
        indicators={indicator.id: folded.best(indicator) for indicator in scorecard.indicator},
        rates={rate.id: folded.now(rate.id) for rate in scorecard.rate},
        rate_series={
            rate.id: tuple(sums.numerator for sums in folded.reading(rate.id).series)
            for rate in scorecard.rate
            if rate.id in trended
        },
        rates_of_each=each,
        valid_orders=valid_orders,
        valid_series=valid_series,
        official=tuple(official),
        events=tuple(events),
    )
