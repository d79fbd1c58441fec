"""The one indicator query: two sums of rows by shop and local day.

Every indicator and every daily rate is a ratio of two sums, so one shape of SQL serves them all: rows are
summed by (shop, day, the day their sums became known). `folded` sums those days over windows.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterator, Sequence

import msgspec

from shopwatch.records import Kind
from shopwatch.scoring.readings import TREND_DAYS
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


def scan_of(rate: Rate) -> Scan:
    """Return the pass that a rate needs which each product has by itself."""
    (scan,) = _scans((), (msgspec.structs.replace(rate, each=None),), None)
    return scan


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
        if indicator.counted:
            yield indicator.id, indicator, indicator.window, True
        if indicator.approximate:
            yield approximate_id(indicator), indicator.approximate, indicator.window, True
    samples = [indicator.small_sample for indicator in indicators if indicator.small_sample is not None]
    asked = {sample.bad for sample in samples if sample.on}
    spared = {sample.bad for sample in samples} - asked  # what only a rule rests on that isn't in force
    for rate in rates:
        if rate.id not in spared and rate.each is None:
            yield rate.id, rate, rate.window, rate.id in asked
    if stage:
        orders = Sums(from_=stage.orders_from, day=stage.orders_day, where=stage.orders_where)
        yield STAGE, orders, (stage.days, 1), True


def day_of(table: str, day: str, local: LocalTime) -> str:
    """Return the SQL of a row's local day; a DAY column is one already."""
    return day if kind_of(table, day) is Kind.DAY else local.day(expand(day, local))


def kind_of(table: str, column: str) -> Kind | None:
    field = columns("orders" if table == "contacts" else table).get(column)
    return field.kind if field else None


def daily_sql(
    scan: Scan,
    local: LocalTime,
    today: int,
    shops: str = "",
    by: str | None = None,
    sight: Sight = PLAIN_SIGHT,
    days: tuple[int, int] | None = None,
    prefix: str = "main.",
) -> str:
    """Return the pass over the rows: sums by shop, day `d`, and `k`, the day as which they come into a window.
    Takes `$as_of`.

    shops: a condition on `shop`. by: one more column to group by, as `slice`. days: the first and last, where not
    all that any window touches. prefix: see `seen`.
    """
    first, last = days or days_spanned(scan, today)
    kind = kind_of(scan.table, scan.day)
    if kind is Kind.DAY and sight.masked:
        last = min(last, today - 1)  # what a whole day came to was known once it was over
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
        # counted from the morning after it was known, or once its day is in the window, which may be later
        early = f" - {scan.window[1] - 1}" if scan.window[1] > 1 else ""
        known = (f"coalesce({local.day(expand(moment, local))}{early}, {day})" for moment in scan.known)
        groups["k"] = f"greatest({day}, {', '.join(known)})"
    # what every term asks of a row is asked once, before anything is worked out for it, and what holds anyway never
    settled = {"TRUE", f"NOT {scan.day} IS NULL", *sight.sure}
    shared = frozenset.intersection(*(frozenset(conditions(term.where)) for term in scan.terms)) - settled
    for condition in sorted(shared):
        span += f" AND {expand(condition, local)}"
    settled |= shared
    # once it is bounded, a moment needs no mask, and one of the row's own makes it visible by itself
    table = seen(scan.table, sight, needed, scan.day if kind is Kind.MOMENT else None, prefix)
    keys = ", ".join(f"{expression} AS {name}" for name, expression in groups.items())
    sums = ", ".join(f"{_sum(term, settled, local)} AS s{n}" for n, term in enumerate(scan.terms))
    return f"SELECT {keys}, {sums} FROM ({table}) WHERE {span}{shops} GROUP BY ALL"


def _sum(term: Term, settled: Collection[str], local: LocalTime) -> str:
    own = [expand(condition, local) for condition in conditions(term.where) if condition not in settled]
    if term.value == "1":
        return f"count_if({' AND '.join(own)})" if own else "count(*)"  # dearer with a FILTER
    total = f"SUM({expand(term.value, local)})"
    return f"{total} FILTER ({' AND '.join(own)})" if own else total


def days_sql(every: Sequence[Scan], dailies: Sequence[str], today: int) -> str:
    """Return one statement over all passes: a row a shop and pass, with its `Days` as JSON.

    As text its numbers are half as dear to hand over as one by one.
    """
    return " UNION ALL ".join(
        f"SELECT {number} AS scan, shop, to_json({{{_days(scan, today)}}}) FROM ({daily}) GROUP BY shop"
        for number, (scan, daily) in enumerate(zip(every, dailies, strict=True))
    )


def _days(scan: Scan, today: int) -> str:
    first, _ = days_spanned(scan, today)
    sums = ", ".join(f"list({_total(n, term)})" for n, term in enumerate(scan.terms))
    # what is known only once its day has left the window comes and goes at once
    known = f"list(least(k, d + {length_of(scan)}) - {first})" if scan.known else "NULL"
    return f"went: list(d - {first}), came: {known}, sums: json_array({sums})"


def _total(n: int, term: Term) -> str:
    # a sum may have no rows, or not be finite where an expression divides by nought: the one is 0, the other null
    if term.value == "1":
        return f"s{n}"
    return f"CASE WHEN s{n} IS NULL THEN 0 WHEN isfinite(s{n}::DOUBLE) THEN s{n}::DOUBLE END"


STAGE = "valid orders"  # the name of the stage's own sum


def approximate_id(indicator: Indicator) -> str:
    return f"{indicator.id}~"


def days_spanned(scan: Scan, today: int) -> tuple[int, int]:
    """Return the first and last local day that any window of the scan touches."""
    ahead = 1 if scan.trend else 0
    return today - scan.window[0] - (TREND_DAYS if scan.trend else 0), today + ahead - scan.window[1]


def settled_before(scan: Scan, today: int) -> int:
    """Return the local day before which the sums of a pass are the same at whatever moment of today."""
    first, last = days_spanned(scan, today)
    named = [scan.day, *scan.known, *(term.value for term in scan.terms)]
    named += (condition for term in scan.terms for condition in conditions(term.where))
    of_moment = {part.lower() for part in named if "as_of()" in part.lower()}
    if not of_moment:
        return last + 1
    # of a row whose day is over its own moment has come
    return today if of_moment == {f"{scan.day} <= as_of()"} else first


def length_of(scan: Scan) -> int:
    """Return how many days its window holds."""
    return scan.window[0] - scan.window[1] + 1


def shop_condition(shops: Sequence[str] | None) -> str:
    return "" if shops is None else " AND shop IN (SELECT unnest($shops))"
