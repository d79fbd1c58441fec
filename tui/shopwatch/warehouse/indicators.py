"""The one indicator query: two sums of rows by shop and local day, then over the days of each window.

Every indicator and every daily rate is a ratio of two sums, so one shape of SQL serves them all. Rows are
first summed by (shop, day, the day their sums became known); those few rows are then summed over every
window asked for: now, tomorrow's, and each of the last thirty days' as it stood that morning.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Sequence

from shopwatch.records import Kind
from shopwatch.scoring.readings import NO_SERIES, TREND_DAYS, Reading, Sum2
from shopwatch.scoring.scorecard import Indicator, Rate, Scorecard, Stage, Sums
from shopwatch.warehouse.macros import DAY, LocalTime, conditions, expand, names_in
from shopwatch.warehouse.masks import PLAIN_SIGHT, Sight, seen
from shopwatch.warehouse.tables import columns


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """One sum: an indicator's numerator or its denominator."""

    name: str
    is_numerator: bool
    where: str
    value: str


@dataclasses.dataclass(frozen=True, slots=True)
class Scan:
    """Terms that one pass over one table can sum: the same table, day, window, and moment of knowing."""

    table: str
    day: str
    known: tuple[str, ...]  # a row counts from the latest of these moments, and never before its day
    apart: str | None  # why this is a pass of its own: the condition of a numerator that is known later
    window: tuple[int, int]
    trend: bool
    terms: tuple[Term, ...]


def scans(scorecard: Scorecard) -> tuple[Scan, ...]:
    """Return the passes that a scorecard's indicators, fall-backs and rates need."""
    return _scans(scorecard.indicator, scorecard.rate, scorecard.stage)


@functools.lru_cache(maxsize=64)
def _scans(
    indicators: tuple[Indicator, ...], rates: tuple[Rate, ...], stage: Stage | None
) -> tuple[Scan, ...]:
    grouped: dict[tuple[str, str, tuple[str, ...], str | None, tuple[int, int], bool], list[Term]] = {}
    for name, sums, window, trend in _asked(indicators, rates, stage):
        row_known = (sums.row_known,) if sums.row_known else ()
        known = (*row_known, sums.known) if sums.known else row_known
        # a numerator that is known later than its row is a few rows of many: a pass of its own skips the rest
        apart = sums.numerator_where if sums.known else None
        grouped.setdefault((sums.from_, sums.day, known, apart, window, trend), []).append(
            Term(name, True, _both(sums.where, sums.numerator_where), sums.numerator)
        )
        table, day = sums.denominator_from or sums.from_, sums.denominator_day or sums.day
        grouped.setdefault((table, day, row_known, None, window, trend), []).append(
            Term(name, False, sums.denominator_where or sums.where, sums.denominator)
        )
    return tuple(Scan(*key, terms=tuple(terms)) for key, terms in grouped.items())


def _both(where: str, also: str | None) -> str:
    return f"({where}) AND ({also})" if also else where


def _asked(
    indicators: tuple[Indicator, ...], rates: tuple[Rate, ...], stage: Stage | None
) -> Iterator[tuple[str, Sums, tuple[int, int], bool]]:
    for indicator in indicators:
        yield indicator.id, indicator, indicator.window, True
        if indicator.approximate:
            yield approximate_id(indicator), indicator.approximate, indicator.window, True
    for rate in rates:
        yield rate.id, rate, rate.window, False
    if stage:
        orders = Sums(from_=stage.orders_from, day=stage.orders_day, where=stage.orders_where)
        yield STAGE, orders, (stage.days, 1), True


def day_of(table: str, day: str, local: LocalTime) -> str:
    """Return the SQL of a row's local day; a DAY column is one already."""
    return day if _kind(table, day) is Kind.DAY else local.day(expand(day, local))


def _kind(table: str, column: str) -> Kind | None:
    field = columns("orders" if table == "contacts" else table).get(column)
    return field.kind if field else None


def daily_sql(
    scan: Scan,
    local: LocalTime,
    today: int,
    shops: str = "",
    by: str | None = None,
    sight: Sight = PLAIN_SIGHT,
) -> str:
    """Return the pass over the rows: sums by shop, day `d`, and `k`, the day from which they are known.
    Takes `$as_of`.

    shops: a condition on `shop`. by: one more column to group by, as `slice`.
    """
    first, last = days_spanned(scan, today)
    kind = _kind(scan.table, scan.day)
    moment, day = expand(scan.day, local), day_of(scan.table, scan.day, local)
    needed = frozenset().union(
        *(names_in(part) for term in scan.terms for part in (term.where, term.value)),
        *(names_in(part) for part in (scan.day, *scan.known, by) if part),
    )
    # a range on the bare moment lets the engine skip whole blocks of other days
    span = (
        f"{day} BETWEEN {first} AND {last}"
        if kind is Kind.DAY
        else f"{moment} >= {local.utc(str(first * DAY))} AND {moment} < {local.utc(str((last + 1) * DAY))}"
    )
    if kind is Kind.MOMENT:
        span += f" AND {moment} <= $as_of"
    groups = {"shop": "shop", **({"slice": by} if by else {}), "d": day}
    if scan.known:
        known = (f"coalesce({local.day(expand(moment, local))}, {day})" for moment in scan.known)
        groups["k"] = f"greatest({day}, {', '.join(known)})"
    # what every term asks of a row is asked once, before anything is worked out for it
    shared = frozenset.intersection(*(frozenset(conditions(term.where)) for term in scan.terms))
    for condition in sorted(shared):
        span += f" AND {expand(condition, local)}"
    # a moment of the row's own makes it visible by itself, and needs no mask once it is bounded
    table = seen(scan.table, sight, needed, scan.day if kind is Kind.MOMENT else None)
    keys = ", ".join(f"{expression} AS {name}" for name, expression in groups.items())
    sums = ", ".join(f"{_sum(term, shared, local)} AS s{n}" for n, term in enumerate(scan.terms))
    return f"SELECT {keys}, {sums} FROM ({table}) WHERE {span}{shops} GROUP BY ALL"


def _sum(term: Term, shared: frozenset[str], local: LocalTime) -> str:
    total = "count(*)" if term.value == "1" else f"SUM({expand(term.value, local)})"
    own = [expand(condition, local) for condition in conditions(term.where) if condition not in shared]
    return f"{total} FILTER ({' AND '.join(own)})" if own else total


def windows_sql(every: Sequence[Scan], dailies: Sequence[str], today: int, by: bool = False) -> str:
    """Return one statement that sums every scan's days over its windows: a row a shop (and slice) and scan.

    First, for the trend and for tomorrow, for each term a list of what changes day by day: what enters the
    window less what leaves it, all from before the trend on its first day; `Folded` adds them up. With them,
    where some day is without a change, the list of the days that have one. Then each term's sum as known
    now, in a list of one, with the days an empty list.
    """
    each = range(max(len(scan.terms) for scan in every))
    key = "shop, slice" if by else "shop"
    first, last = today - TREND_DAYS, today + 1
    padded = " UNION ALL ".join(
        f"SELECT {n} AS scan, {key}, d, {'k' if scan.known else 'd'} AS k"
        + "".join(
            f", {f'coalesce(s{i}, 0)::DOUBLE' if i < len(scan.terms) else 'NULL'} AS s{i}" for i in each
        )
        + f" FROM ({daily})"
        for n, (scan, daily) in enumerate(zip(every, dailies, strict=True))
    )
    bounds = ", ".join(
        f"({n}, {scan.window[0]}, {scan.window[1]}, {scan.trend})" for n, scan in enumerate(every)
    )
    moves = " UNION ALL ".join(
        f"SELECT scan, {key}, greatest({day}, {first}) AS t{''.join(f', {sign}s{i} AS s{i}' for i in each)}"
        f" FROM windowed WHERE trend AND k + last_ago <= d + first_ago AND {day} <= {last}"
        for sign, day in (("", "k + last_ago"), ("-", "d + first_ago + 1"))
    )
    return (
        f"WITH daily AS ({padded}), bounds(scan, first_ago, last_ago, trend) AS (VALUES {bounds}),"
        f" windowed AS MATERIALIZED (SELECT * FROM daily JOIN bounds USING (scan)),"
        f" steps AS (SELECT scan, {key}, t{''.join(f', SUM(s{i}) AS s{i}' for i in each)} FROM ({moves}) GROUP BY ALL)"
        f" SELECT scan, {key}, CASE WHEN count(*) < {TREND_DAYS + 2} THEN list(t ORDER BY t) END"
        f"{''.join(f', list(s{i} ORDER BY t) FILTER (s{i} IS NOT NULL)' for i in each)}"
        f" FROM steps GROUP BY ALL"
        f" UNION ALL SELECT scan, {key}, []{''.join(f', [SUM(s{i})]' for i in each)} FROM windowed"
        f" WHERE d BETWEEN {today} - first_ago AND {today} - last_ago GROUP BY ALL"
    )


class Folded:
    """The sums of one shop (or slice), by term's name and side: as known now, and by day of the trend."""

    def __init__(self) -> None:
        self._now: dict[tuple[str, bool], float] = {}
        self._series: dict[tuple[str, bool], list[float]] = {}

    def take(
        self, scan: Scan, today: int, days: Sequence[int] | None, sums: Sequence[Sequence[float] | None]
    ) -> None:
        """Take one row of `windows_sql`."""
        for term, changes in zip(scan.terms, sums, strict=False):
            if not changes or changes[0] is None:
                continue
            if days is not None and not days:
                self._now[term.name, term.is_numerator] = changes[0]
            else:
                every = changes if days is None else _spread(changes, days, today - TREND_DAYS)
                self._series[term.name, term.is_numerator] = list(itertools.accumulate(every))

    def now(self, name: str) -> Sum2:
        return Sum2(self._now.get((name, True), 0.0), self._now.get((name, False), 0.0))

    def reading(self, name: str, approximate: bool = False) -> Reading:
        denominators = self._series.get((name, False))
        if denominators is None:
            return Reading(now=self.now(name), series=NO_SERIES, approximate=approximate)
        series = tuple(map(_sum2, zip(self._series.get((name, True), _ZEROS), denominators, strict=True)))
        return Reading(now=self.now(name), next=series[-1], series=series[:-1], approximate=approximate)

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
        return reading


def _spread(changes: Sequence[float], days: Sequence[int], first: int) -> list[float]:
    """Return the changes of every day from `first` on, with nought where there is none."""
    spread = [0.0] * (TREND_DAYS + 2)
    for day, change in zip(days, changes, strict=True):
        spread[day - first] = change
    return spread


STAGE = "valid orders"  # the name of the stage's own sum

_ZEROS = (0.0,) * (TREND_DAYS + 2)
# a fleet's refresh makes sixty thousand of these: this skips the interpreter for each
_sum2 = functools.partial(tuple.__new__, Sum2)


def approximate_id(indicator: Indicator) -> str:
    return f"{indicator.id}~"


def days_spanned(scan: Scan, today: int) -> tuple[int, int]:
    """Return the first and last local day that any window of the scan touches."""
    ahead = 1 if scan.trend else 0
    return today - scan.window[0] - (TREND_DAYS if scan.trend else 0), today + ahead - scan.window[1]


def shop_condition(shops: Sequence[str] | None) -> str:
    return "" if shops is None else " AND shop IN (SELECT unnest($shops))"
