"""What comes into the windows: rows by the day they began, the day they count for, and when that was known.

Asked as of a moment, over the masked tables, like everything else; but here the days ahead are asked for as
well, in so far as they are known: a parcel's promise lies there from the moment that the order is paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from shopwatch.records import TABLES, Kind
from shopwatch.scoring.forecast import HORIZON
from shopwatch.scoring.inflow import LAGS, PAST, Arrival, Inflow, Settled
from shopwatch.scoring.scorecard import Scorecard, Sums
from shopwatch.warehouse.engine import Engine, Rows
from shopwatch.warehouse.indicators import approximate_id, day_of
from shopwatch.warehouse.macros import DAY, LocalTime, expand, names_in
from shopwatch.warehouse.masks import Sight, columns_seen, seen
from shopwatch.warehouse.tables import columns

_PAID = "paid_at"
_ORDERS = "paid_at IS NOT NULL AND NOT excluded"
_THEN = "$then"  # in the conditions on a row: what will hold on the last day ahead

Found = dict[str, dict[str, Inflow]]
"""By shop, then by the name of the sums: an indicator's id, or its fall-back's."""


class Asked(NamedTuple):
    """Of which shops (None: all), when, and how their records are looked at. filled: the tables that hold
    anything."""

    shops: Sequence[str] | None
    as_of: int
    today: int
    local: LocalTime
    sight: Sight
    filled: frozenset[str]

    def rows(self, engine: Engine, sql: str) -> Rows:
        return engine.rows(sql, as_of=self.as_of, then=self.as_of + HORIZON * DAY, shops=self.shops)

    @property
    def condition(self) -> str:
        return "" if self.shops is None else " AND shop IN (SELECT unnest($shops))"


class _Counted(NamedTuple):
    """One indicator's sums. table, day: of the denominator. apart: its numerators become known by themselves."""

    name: str
    sums: Sums
    table: str
    day: str
    booked: bool
    apart: bool
    first: int

    @property
    def awaited(self) -> bool:
        """Whether its rows are of orders that were paid before, and their day wasn't known then."""
        return not self.booked and self.day != _PAID and _PAID in columns_seen(self.table)


def inflows(engine: Engine, scorecard: Scorecard, asked: Asked) -> Found:
    """Return what comes into each indicator's window."""
    every = [
        counted
        for counted in _counted(scorecard, asked.today)
        if {counted.table, counted.sums.from_} <= asked.filled
    ]
    passes = [*_paid_sql(asked), *(sql for n, one in enumerate(every) for sql in _passes(n, one, asked))]
    if not passes:
        return {}
    paid: dict[str, dict[int, float]] = {}
    arrivals: dict[tuple[str, int], list[Arrival]] = {}
    settled: dict[tuple[str, int], list[Settled]] = {}
    for number, shop, begun, day, known, denominator, numerator, squares in asked.rows(
        engine, " UNION ALL ".join(passes)
    ):
        if number is None:
            paid.setdefault(shop, {})[begun] = denominator
        elif begun is None:
            settled.setdefault((shop, number), []).append(Settled(day, known, numerator))
        else:
            cell = Arrival(begun, day, denominator, numerator, squares)
            arrivals.setdefault((shop, number), []).append(cell)
    found: Found = {}
    for (shop, number), rows in arrivals.items():
        one = every[number]
        begun = _begun(rows, paid.get(shop, {}) if one.awaited else {})
        apart = settled.get((shop, number), []) if one.apart else None
        found.setdefault(shop, {})[one.name] = Inflow(begun, rows, apart, one.booked)
    return found


def _counted(scorecard: Scorecard, today: int) -> Iterator[_Counted]:
    for indicator in scorecard.indicator:
        asked: list[tuple[str, Sums]] = [(indicator.id, indicator)] if indicator.counted else []
        if indicator.approximate:
            asked.append((approximate_id(indicator), indicator.approximate))
        for name, sums in asked:
            table, day = sums.denominator_from or sums.from_, sums.denominator_day or sums.day
            booked = _is(table, day, Kind.PROMISE)
            apart = booked or sums.known is not None or (table, day) != (sums.from_, sums.day)
            first = today - max(indicator.window[0] + 1, PAST + LAGS)
            yield _Counted(name, sums, table, day, booked, apart, first)


def _begun(arrivals: Iterable[Arrival], paid: Mapping[int, float]) -> dict[int, float]:
    """Return what began on each day: what was paid, and never less than what came of it."""
    came: dict[int, float] = {}
    for arrival in arrivals:
        came[arrival.begun] = came.get(arrival.begun, 0.0) + arrival.denominator
    return {day: max(came.get(day, 0.0), paid.get(day, 0.0)) for day in {*came, *paid}}


# ---------------------------------------------------------------- the passes, each of the same eight columns


def _paid_sql(asked: Asked) -> Iterator[str]:
    """Yield the SELECT of how many orders were paid on each day."""
    if "orders" in asked.filled:
        day = asked.local.day(_PAID)
        yield (
            f"SELECT NULL AS number, shop, {day} AS s, NULL AS d, NULL AS k, count(*)::DOUBLE AS n, 0.0, 0.0"
            f" FROM ({_seen('orders', asked, _ORDERS)}) WHERE {_ORDERS}"
            f" AND {day} >= {asked.today - PAST - LAGS}{asked.condition} GROUP BY ALL"
        )


def _passes(number: int, counted: _Counted, asked: Asked) -> Iterator[str]:
    yield _arrivals_sql(number, counted, asked)
    if counted.apart:
        yield _settled_sql(number, counted, asked)


def _arrivals_sql(number: int, counted: _Counted, asked: Asked) -> str:
    sums, table, day, local = counted.sums, counted.table, counted.day, asked.local
    where = sums.denominator_where or (sums.where if table == sums.from_ else "TRUE")
    denominator, numerator = expand(sums.denominator, local), "0"
    named = () if counted.apart else (sums.numerator, sums.numerator_where or "TRUE")
    if not counted.apart:
        numerator = expand(sums.numerator, local)
        if sums.numerator_where:
            numerator = f"CASE WHEN {expand(sums.numerator_where, local)} THEN {numerator} ELSE 0 END"
    return (
        f"SELECT {number}, shop, {_begins(table, day, local)} AS s, {day_of(table, day, local)} AS d, NULL,"
        f" SUM({denominator})::DOUBLE AS n, coalesce(SUM({numerator}), 0)::DOUBLE,"
        f" coalesce(SUM(({numerator}) * ({numerator})::DOUBLE / NULLIF({denominator}, 0)), 0)::DOUBLE"
        f" FROM ({_seen(table, asked, day, sums.denominator, where, *named)})"
        f" WHERE {_span(table, day, counted.first, asked)}"
        f" AND ({_later(where, local)}){asked.condition} GROUP BY ALL HAVING n > 0"
    )


def _settled_sql(number: int, counted: _Counted, asked: Asked) -> str:
    sums, local = counted.sums, asked.local
    where = f"({sums.where}) AND ({sums.numerator_where or 'TRUE'})"
    day = day_of(sums.from_, sums.day, local)
    known = (sums.known,) if sums.known else tuple(_moments_in(sums))
    moments = ", ".join(local.day(expand(moment, local)) for moment in known)
    knows = f"coalesce(greatest({moments}), {day})" if moments else day
    return (
        f"SELECT {number}, shop, NULL AS s, {day} AS d, {knows} AS k, 0.0,"
        f" SUM({expand(sums.numerator, local)})::DOUBLE AS n, 0.0"
        f" FROM ({_seen(sums.from_, asked, sums.day, sums.numerator, where, *known)})"
        f" WHERE {_span(sums.from_, sums.day, counted.first, asked)}"
        f" AND ({_later(where, local)}){asked.condition} GROUP BY ALL HAVING n <> 0"
    )


def _moments_in(sums: Sums) -> Iterator[str]:
    """Yield the moments that a numerator is made of: it is known with the last of them."""
    named = names_in(sums.numerator).union(names_in(sums.numerator_where or "TRUE"))
    yield from (name for name in sorted(named) if _is(sums.from_, name, Kind.MOMENT))


def _begins(table: str, day: str, local: LocalTime) -> str:
    """Return the SQL of the day on which a row came to be on its way."""
    counted = day_of(table, day, local)
    if _is(table, day, Kind.PROMISE):
        own = TABLES[table].moments
        earliest = [f"least({', '.join(own)})" if len(own) > 1 else own[0]] if own else []
        paid = [_PAID] if _PAID in columns(table) else []
        return local.day(f"coalesce({', '.join([*earliest, *paid, day])})")
    if _PAID in columns_seen(table) and day != _PAID:
        return f"coalesce({local.day(_PAID)}, {counted})"
    return counted


def _seen(table: str, asked: Asked, *parts: str) -> str:
    """Return the SELECT of the table as seen, of the columns that the parts and a row's beginning name."""
    named = frozenset[str]().union(*(names_in(part) for part in parts))
    own = TABLES[table].moments if table in TABLES else ()
    return seen(table, asked.sight, named | {*own, _PAID})


def _span(table: str, day: str, first: int, asked: Asked) -> str:
    over = (
        -1 if asked.sight.masked and _is(table, day, Kind.DAY) else 0
    )  # only then a day's figures are known
    ahead = HORIZON if _is(table, day, Kind.PROMISE) else over
    return f"{day_of(table, day, asked.local)} BETWEEN {first} AND {asked.today + ahead}"


def _later(condition: str, local: LocalTime) -> str:
    return expand(condition, local).replace("$as_of", _THEN)


def _is(table: str, column: str, kind: Kind) -> bool:
    field = columns("orders" if table == "contacts" else table).get(column)
    return field is not None and field.kind is kind
