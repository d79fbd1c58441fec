"""What comes into an indicator's window: things on their way, and the pace at which they arrive.

A thing begins on one day (an order is paid) and its row enters the indicator on a later one (picked up,
reviewed), or never; and some numerators become known on a day of their own, before the row's day (delivered
ahead of its promise) or after it (complained of). Both are a chance per day of waiting, counted over those
that waited so long: an order that is open since Monday says when it will come in, and with what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

PAST = 60  # days of beginnings that a pace is taken from
LAGS = 45  # days after its beginning at which a row is still waited for
LEAD = 14  # days before its day at which a numerator may be known
_SETTLING = LEAD + LAGS
_BEFORE = -LEAD - 1  # the lag of what was known earlier still

HALF_LIFE = 30.0  # days: what happened so long ago counts half
_VOLUME_DAYS = 28

# How many cases of its own a shop needs to weigh as much as what it leans on.
_CHANCE_OF_ARRIVING = 0.5
_CHANCE_OF_SETTLING = 20.0
_VALUE_AT_LAG = 5.0
_VALUE = 10.0
_SPREAD = 10.0
_WEEKDAY = 20.0
_NEIGHBOUR = 3.0


class Arrival(NamedTuple):
    """Rows that began on one day and count for another. `squares`: of the rows' own values, summed."""

    begun: int
    day: int
    denominator: float
    numerator: float = 0.0
    squares: float = 0.0


class Settled(NamedTuple):
    """The numerator of a day's rows that became known on one day."""

    day: int
    known: int
    numerator: float


class Inflow(NamedTuple):
    """What is on record of one indicator of one shop, or of a fleet together.

    begun: how many things began on each day. settled: None where a row's numerator is known with the row.
    booked: a row's day is known from its beginning (a promise), so arrivals lie ahead as well.
    """

    begun: Mapping[int, float]
    arrivals: Sequence[Arrival]
    settled: Sequence[Settled] | None = None
    booked: bool = False


class Pace(NamedTuple):
    """How fast, and with what.

    arriving: by days since its beginning, the chance that what hasn't arrived does on that day; values: the
    mean numerator of what then arrives; spread: the variance of one row about it. settling: by days since
    LEAD days before its day, the chance that a row's numerator becomes known. volume: beginnings a day.
    week: what the chance of arriving is times on each day of the week, Thursday first.
    """

    arriving: Sequence[float]
    values: Sequence[float]
    spread: float
    settling: Sequence[float]
    volume: float
    week: Sequence[float]


_EVEN = (1.0,) * 7
NO_PACE = Pace((0.0,) * LAGS, (0.0,) * LAGS, 0.0, (0.0,) * _SETTLING, 0.0, _EVEN)


def merged(inflows: Sequence[Inflow]) -> Inflow:
    """Return several shops' as one, of an indicator that there is at least one of."""
    begun: dict[int, float] = {}
    for inflow in inflows:
        for day, number in inflow.begun.items():
            begun[day] = begun.get(day, 0.0) + number
    first = inflows[0]
    return Inflow(
        begun,
        [arrival for inflow in inflows for arrival in inflow.arrivals],
        None if first.settled is None else [one for inflow in inflows for one in inflow.settled or ()],
        first.booked,
    )


def pace_of(inflow: Inflow, today: int, fleet: Pace | None = None) -> Pace:
    """Return the pace of the days before today; where a shop's own cases are few, it leans on the fleet's."""
    weights = [0.5 ** (ago / HALF_LIFE) for ago in range(PAST + LEAD + 1)]
    values, spread = _values(inflow, today, weights, fleet)
    recent = sum(number for day, number in inflow.begun.items() if today - _VOLUME_DAYS <= day < today)
    waited = _waited(inflow, today)
    prior = fleet.arriving if fleet else None
    arriving = _chances(waited, 0, LAGS, today, weights, prior, _CHANCE_OF_ARRIVING)
    return Pace(
        arriving,
        values,
        spread,
        _settling(inflow, today, weights, fleet),
        recent / _VOLUME_DAYS,
        fleet.week if fleet else _week(waited, arriving, today, weights),
    )


Waited = tuple[int, float, Mapping[int, float]]
"""Of one day: how many wait from then on, and for how many of them it was over at each lag."""


def _waited(inflow: Inflow, today: int) -> list[Waited]:
    came: dict[int, dict[int, float]] = {}
    for begun, day, number, _n, _s in inflow.arrivals:
        if begun < today and day < today:
            by_lag = came.setdefault(begun, {})
            lag = max(day - begun, 0)
            by_lag[lag] = by_lag.get(lag, 0.0) + number
    return [
        (begun, number, came.get(begun, {}))
        for begun, number in inflow.begun.items()
        if today - PAST <= begun < today
    ]


def _week(
    waited: Iterable[Waited], arriving: Sequence[float], today: int, weights: Sequence[float]
) -> Sequence[float]:
    """Return how many times what was to be expected arrived on each day of the week."""
    expected, arrived = [_WEEKDAY] * 7, [_WEEKDAY] * 7
    for begun, number, by_lag in waited:
        left = number
        for lag in range(min(today - begun, LAGS)):
            place, weight = (begun + lag) % 7, weights[today - begun - lag]
            expected[place] += left * arriving[lag] * weight
            if done := by_lag.get(lag):
                arrived[place] += done * weight
                left = max(left - done, 0.0)
    return [there / due for there, due in zip(arrived, expected, strict=True)]


def _settling(inflow: Inflow, today: int, weights: Sequence[float], fleet: Pace | None) -> Sequence[float]:
    if inflow.settled is None:
        return ()
    rows: dict[int, float] = {}
    for arrival in inflow.arrivals:
        if today - PAST <= arrival.day < today:
            rows[arrival.day] = rows.get(arrival.day, 0.0) + arrival.denominator
    known: dict[int, dict[int, float]] = {}
    for day, settled, numerator in inflow.settled:
        if settled < today and day in rows:
            at = known.setdefault(day, {})
            lag = max(settled - day, _BEFORE)
            at[lag] = at.get(lag, 0.0) + numerator
    waited = [
        (day, number - known.get(day, {}).get(_BEFORE, 0.0), known.get(day, {}))
        for day, number in rows.items()
    ]
    prior = fleet.settling if fleet else None
    return _chances(waited, -LEAD, _SETTLING, today, weights, prior, _CHANCE_OF_SETTLING)


def _chances(
    waited: Iterable[Waited],
    first: int,
    length: int,
    today: int,
    weights: Sequence[float],
    prior: Sequence[float] | None,
    least: float,
) -> Sequence[float]:
    """Return, lag by lag from `first` on, the share that happens of what hadn't happened before."""
    happened, at_risk = [0.0] * length, [0.0] * length
    for day, number, by_lag in waited:
        left = number
        for place in range(min(today - day - first, length)):
            weight = weights[today - day - first - place]
            at_risk[place] += left * weight
            if by_lag and (done := by_lag.get(place + first)):
                happened[place] += done * weight
                left = max(left - done, 0.0)
    if prior is None:
        return [
            min(done / risk, 1.0) if risk > 0 else 0.0 for done, risk in zip(happened, at_risk, strict=True)
        ]
    return [
        min((done + least * other) / (risk + least), 1.0)
        for done, risk, other in zip(happened, at_risk, prior, strict=True)
    ]


def _values(
    inflow: Inflow, today: int, weights: Sequence[float], fleet: Pace | None
) -> tuple[Sequence[float], float]:
    """Return the mean numerator by lag, and the variance of a row about it.

    A lag of which little is known goes by the one before it, or by the fleet's and how the shop's rows
    differ from those at every lag.
    """
    rows, sums, squares = [0.0] * LAGS, [0.0] * LAGS, 0.0
    for begun, day, denominator, numerator, squared in inflow.arrivals:
        if today - PAST <= begun < today and day < today and day - begun < LAGS:
            weight = weights[min(today - day, PAST)]
            lag = max(day - begun, 0)
            rows[lag] += denominator * weight
            sums[lag] += numerator * weight
            squares += squared * weight
    every = sum(rows)
    values: list[float] = []
    if fleet is None:
        value = sum(sums) / every if every else 0.0
        for number, total in zip(rows, sums, strict=True):
            value = (total + _NEIGHBOUR * value) / (number + _NEIGHBOUR)
            values.append(value)
    else:
        apart = sum(t - n * v for t, n, v in zip(sums, rows, fleet.values, strict=True)) / (every + _VALUE)
        values += [
            (total + _VALUE_AT_LAG * (value + apart)) / (number + _VALUE_AT_LAG)
            for number, total, value in zip(rows, sums, fleet.values, strict=True)
        ]
    off = squares + sum(v * (n * v - 2 * t) for t, n, v in zip(sums, rows, values, strict=True))
    if fleet is None:
        return values, max(off, 0.0) / every if every else 0.0
    return values, (max(off, 0.0) + _SPREAD * fleet.spread) / (every + _SPREAD)
