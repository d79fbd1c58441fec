"""What comes into the windows: rows by the day they began, the day they count for, and when that was known.

Asked as of a moment, over the masked tables, like everything else; but here the days ahead are asked for as
well, in so far as they are known: a parcel's promise lies there from the moment that the order is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import duckdb

from shopwatch.records import TABLES, Kind
from shopwatch.scoring.forecast import HORIZON
from shopwatch.scoring.inflow import LAGS, PAST, Arrival, Inflow, Settled
from shopwatch.scoring.scorecard import Scorecard, Sums
from shopwatch.warehouse.indicators import approximate_id, day_of
from shopwatch.warehouse.macros import DAY, LocalTime, expand, names_in
from shopwatch.warehouse.masks import Sight, columns_seen, seen
from shopwatch.warehouse.tables import columns

_PAID = "paid_at"
_ORDERS = "paid_at IS NOT NULL AND NOT excluded"
_THEN = "$then"  # in the conditions on a row: what will hold on the last day ahead


class Asked(NamedTuple):
    """Of which shops (None: all), when, and how their records are looked at. filled: the tables that hold
    anything. together: all shops as one, under the name ''."""

    shops: Sequence[str] | None
    as_of: int
    today: int
    local: LocalTime
    sight: Sight
    filled: frozenset[str]
    together: bool = False

    def rows(self, connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
        values = {"as_of": self.as_of, "then": self.as_of + HORIZON * DAY, "shops": self.shops}
        named = {name: value for name, value in values.items() if f"${name}" in sql}
        result = connection.execute(sql, named)
        while rows := result.fetchmany(2000):
            yield from rows

    @property
    def key(self) -> str:
        return "''" if self.together else "shop"

    @property
    def condition(self) -> str:
        return "" if self.shops is None else " AND shop IN (SELECT unnest($shops))"


Found = dict[str, dict[str, Inflow]]
"""By shop, then by the name of the sums: an indicator's id, or its fall-back's."""


def inflows(connection: duckdb.DuckDBPyConnection, scorecard: Scorecard, asked: Asked) -> Found:
    """Return what comes into each indicator's window."""
    paid = _paid(connection, asked)
    found: Found = {}
    for name, sums, window in _counted(scorecard):
        if {sums.from_, sums.denominator_from or sums.from_} <= asked.filled:
            for shop, inflow in _inflows(connection, sums, window, asked, paid).items():
                found.setdefault(shop, {})[name] = inflow
    return found


def _counted(scorecard: Scorecard) -> Iterator[tuple[str, Sums, tuple[int, int]]]:
    for indicator in scorecard.indicator:
        if indicator.counted:
            yield indicator.id, indicator, indicator.window
        if indicator.approximate:
            yield approximate_id(indicator), indicator.approximate, indicator.window


def _paid(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Mapping[str, Mapping[int, float]]:
    """Return how many orders were paid on each day, by shop."""
    if "orders" not in asked.filled:
        return {}
    day = asked.local.day(_PAID)
    found: dict[str, dict[int, float]] = {}
    for shop, begun, number in asked.rows(
        connection,
        f"SELECT {asked.key}, {day}, count(*) FROM ({_seen('orders', asked, _ORDERS)}) WHERE {_ORDERS}"
        f" AND {day} >= {asked.today - PAST - LAGS}{asked.condition} GROUP BY ALL",
    ):
        found.setdefault(shop, {})[begun] = float(number)
    return found


def _inflows(
    connection: duckdb.DuckDBPyConnection,
    sums: Sums,
    window: tuple[int, int],
    asked: Asked,
    paid: Mapping[str, Mapping[int, float]],
) -> dict[str, Inflow]:
    table, day = sums.denominator_from or sums.from_, sums.denominator_day or sums.day
    booked = _is(table, day, Kind.PROMISE)
    apart = booked or sums.known is not None or (table, day) != (sums.from_, sums.day)
    first = asked.today - max(window[0] + 1, PAST + LAGS)
    arrivals: dict[str, list[Arrival]] = {}
    for shop, *cell in asked.rows(connection, _arrivals_sql(sums, table, day, apart, first, asked)):
        arrivals.setdefault(shop, []).append(Arrival(*cell))
    settled: dict[str, list[Settled]] = {}
    if apart:
        for shop, *cell in asked.rows(connection, _settled_sql(sums, first, asked)):
            settled.setdefault(shop, []).append(Settled(*cell))
    awaited = not booked and day != _PAID and _PAID in columns_seen(table)
    return {
        shop: Inflow(
            _begun(rows, paid.get(shop, {}) if awaited else {}),
            rows,
            settled.get(shop, []) if apart else None,
            booked,
        )
        for shop, rows in arrivals.items()
    }


def _begun(arrivals: Sequence[Arrival], paid: Mapping[int, float]) -> dict[int, float]:
    """Return what began on each day: what was paid, and never less than what came of it."""
    came: dict[int, float] = {}
    for arrival in arrivals:
        came[arrival.begun] = came.get(arrival.begun, 0.0) + arrival.denominator
    return {day: max(came.get(day, 0.0), paid.get(day, 0.0)) for day in {*came, *paid}}


def _arrivals_sql(sums: Sums, table: str, day: str, apart: bool, first: int, asked: Asked) -> str:
    counts = sums.where if table == sums.from_ and not sums.denominator_where else sums.denominator_where
    denominator, numerator = expand(sums.denominator, asked.local), "0"
    named = () if apart else (sums.numerator, sums.numerator_where)
    if not apart:
        numerator = expand(sums.numerator, asked.local)
        if sums.numerator_where:
            numerator = f"CASE WHEN {expand(sums.numerator_where, asked.local)} THEN {numerator} ELSE 0 END"
    return (
        f"SELECT {asked.key}, {_begins(table, day, asked.local)} AS s, {day_of(table, day, asked.local)} AS d,"
        f" SUM({denominator})::DOUBLE AS n, coalesce(SUM({numerator}), 0)::DOUBLE,"
        f" coalesce(SUM(({numerator}) * ({numerator})::DOUBLE / NULLIF({denominator}, 0)), 0)::DOUBLE"
        f" FROM ({_seen(table, asked, day, sums.denominator, counts, *named)})"
        f" WHERE {_span(table, day, first, asked)}"
        f" AND ({_later(counts or 'TRUE', asked.local)}){asked.condition} GROUP BY ALL HAVING n > 0"
    )


def _settled_sql(sums: Sums, first: int, asked: Asked) -> str:
    counts = f"({sums.where}) AND ({sums.numerator_where or 'TRUE'})"
    day = day_of(sums.from_, sums.day, asked.local)
    known = (
        [sums.known]
        if sums.known
        else sorted(
            name
            for name in names_in(
                f"({sums.numerator}) + CASE WHEN {sums.numerator_where or 'TRUE'} THEN 1 END"
            )
            if _is(sums.from_, name, Kind.MOMENT)
        )
    )
    moments = ", ".join(asked.local.day(expand(moment, asked.local)) for moment in known)
    knows = f"coalesce(greatest({moments}), {day})" if moments else day
    return (
        f"SELECT {asked.key}, {day} AS d, {knows} AS k, SUM({expand(sums.numerator, asked.local)})::DOUBLE AS n"
        f" FROM ({_seen(sums.from_, asked, sums.day, sums.numerator, counts, *known)})"
        f" WHERE {_span(sums.from_, sums.day, first, asked)}"
        f" AND ({_later(counts, asked.local)}){asked.condition} GROUP BY ALL HAVING n <> 0"
    )


def _begins(table: str, day: str, local: LocalTime) -> str:
    """Return the SQL of the day on which a row came to be on its way."""
    counted = day_of(table, day, local)
    if _is(table, day, Kind.PROMISE):
        own = [*TABLES[table].moments]
        earliest = f"least({', '.join(own)})" if len(own) > 1 else own[0] if own else "NULL"
        paid = [_PAID] if _PAID in columns(table) else []
        return local.day(f"coalesce({', '.join([earliest, *paid, day])})")
    if _PAID in columns_seen(table) and day != _PAID:
        return f"coalesce({local.day(_PAID)}, {counted})"
    return counted


def _seen(table: str, asked: Asked, *parts: str | None) -> str:
    """Return the SELECT of the table as seen, of the columns that the parts and a row's beginning name."""
    named = frozenset[str]().union(*(names_in(part) for part in parts if part))
    own = TABLES[table].moments if table in TABLES else ()
    return seen(table, asked.sight, named | {*own, _PAID})


def _span(table: str, day: str, first: int, asked: Asked) -> str:
    counted = day_of(table, day, asked.local)
    ahead = HORIZON if _is(table, day, Kind.PROMISE) else 0
    return f"{counted} BETWEEN {first} AND {asked.today + ahead}"


def _later(condition: str, local: LocalTime) -> str:
    return expand(condition, local).replace("$as_of", _THEN)


def _is(table: str, column: str, kind: Kind) -> bool:
    field = columns("orders" if table == "contacts" else table).get(column)
    return field is not None and field.kind is kind
