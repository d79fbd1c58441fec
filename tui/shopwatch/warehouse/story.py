"""One order's story: which clocks ran on it, from when to when, and what it adds to each indicator's sums.

What is open as of any moment is known, so a clock's end is the first moment as of which it no longer is. Nothing
but an order's own records changes that, and they are few: they are copied to a small store of their own, which
answers for each of their moments at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import duckdb

from shopwatch.records import TABLES
from shopwatch.scoring.scorecard import Clock, Scorecard
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.exposures import exposures_sql
from shopwatch.warehouse.indicators import day_of, scans
from shopwatch.warehouse.macros import LocalTime, expand
from shopwatch.warehouse.masks import seen
from shopwatch.warehouse.tables import ORDER_TABLES, columns, create_statements

_OF_ORDER = (*ORDER_TABLES, "scans")
MOST_MOMENTS = 100  # a parcel that is scanned for ever must not hold up the rest


class Span(NamedTuple):
    """One thing under a clock, from `started`; ended: None while it runs. Moments are UTC epoch seconds."""

    clock: str
    subject: str
    started: int
    due: int | None
    ended: int | None


class Counted(NamedTuple):
    """What an order adds on one local day to an indicator's sums. name: as the sums are called."""

    name: str
    day: int
    numerator: float
    denominator: float


class Story(NamedTuple):
    spans: tuple[Span, ...] = ()
    counted: tuple[Counted, ...] = ()


def story(
    engine: Engine,
    scorecard: Scorecard,
    local: LocalTime,
    as_of: int,
    shop: str,
    order_id: str,
) -> Story:
    """Return the story of an order as known at a moment."""
    with duckdb.connect(config={"threads": 1}) as small:
        filled = _copy(engine, small, shop, order_id)
        return Story(
            tuple(_spans(small, [c for c in scorecard.clock if c.from_ in filled], local, as_of)),
            tuple(_counted(small, scorecard, local, as_of, filled)),
        )


def _copy(engine: Engine, small: duckdb.DuckDBPyConnection, shop: str, order_id: str) -> set[str]:
    """Copy an order's records, and what its shop's sources can tell; return the tables that hold any."""
    small.execute("PRAGMA disable_optimizer")  # over a dozen rows it is all that takes time
    for statement in create_statements():
        small.execute(statement)
    whose = dict.fromkeys(ORDER_TABLES, "order_id = $order_id")
    whose["scans"] = (
        "parcel_id IN (SELECT parcel_id FROM main.parcels WHERE shop = $shop AND order_id = $order_id)"
    )
    filled = set()
    for table, condition in whose.items():
        names = ", ".join(columns(table))
        key = ", ".join(TABLES[table].key)
        asked = f"SELECT {names} FROM main.{table} WHERE shop = $shop AND {condition} ORDER BY {key}"
        rows = list(engine.rows(asked, shop=shop, order_id=order_id))
        if rows:
            filled.add(table)
            small.executemany(f"INSERT INTO main.{table} ({names}) VALUES ({_places(rows)})", rows)
    able = list(engine.rows("SELECT * FROM main.shops WHERE shop = $shop", shop=shop))
    if able:
        small.executemany(f"INSERT INTO main.shops VALUES ({_places(able)})", able)
    return filled


def _places(rows: Sequence[Sequence[Any]]) -> str:
    return ", ".join("?" * len(rows[0]))


def _spans(
    small: duckdb.DuckDBPyConnection, clocks: Sequence[Clock], local: LocalTime, as_of: int
) -> Iterator[Span]:
    if not clocks:
        return
    moments = [*_moments(small, as_of), as_of]
    small.execute("CREATE TABLE asked AS SELECT unnest($moments) AS moment", {"moments": moments})
    # one statement for all moments: to plan it is what takes time
    every = " UNION ALL ".join(
        f"SELECT asked.moment, {n}, one.* FROM asked, LATERAL ({_as_of_each(exposures_sql(clock, local))}) AS one"
        for n, clock in enumerate(clocks)
    )
    opened: dict[int, dict[tuple[int, str, int], int | None]] = {moment: {} for moment in moments}
    for moment, n, _shop, _clock, subject, _order, started, due, *_rest in small.execute(every).fetchall():
        opened[moment][n, subject, started] = due
    running: dict[tuple[int, str, int], int | None] = {}
    for moment, now in sorted(opened.items()):
        for (n, subject, started), due in running.items():
            if (n, subject, started) not in now:
                yield Span(clocks[n].id, subject, started, due, moment)
        running = now
    for (n, subject, started), due in running.items():
        yield Span(clocks[n].id, subject, started, due, None)


def _as_of_each(sql: str) -> str:
    return sql.replace("$as_of", "asked.moment")


def _moments(small: duckdb.DuckDBPyConnection, as_of: int) -> list[int]:
    """Return the moments at which anything happened to the order."""
    every = " UNION ALL ".join(
        f"SELECT unnest([{', '.join(TABLES[table].moments)}]) AS moment FROM main.{table}"
        for table in _OF_ORDER
        if TABLES[table].moments
    )
    rows = small.execute(
        f"SELECT DISTINCT moment FROM ({every}) WHERE moment <= $as_of ORDER BY moment DESC LIMIT {MOST_MOMENTS}",
        {"as_of": as_of},
    ).fetchall()
    return sorted(moment for (moment,) in rows)


def _counted(
    small: duckdb.DuckDBPyConnection, scorecard: Scorecard, local: LocalTime, as_of: int, filled: set[str]
) -> Iterator[Counted]:
    held = filled | {"contacts"} if filled & {"orders", "chats"} else filled
    sums: list[str] = []
    names: list[str] = []
    for scan in scans(scorecard):
        if scan.table not in held or not scan.trend:
            continue
        for term in scan.terms:
            value = "1" if term.value == "1" else expand(term.value, local)
            sums.append(
                f"SELECT {len(names)} AS n, {day_of(scan.table, scan.day, local)} AS d,"
                f" {'v, 0' if term.is_numerator else '0, v'}"
                f" FROM (SELECT *, ({value})::DOUBLE AS v FROM ({seen(scan.table)}) WHERE {expand(term.where, local)})"
            )
            names.append(term.name)
    if not sums:
        return
    statement = (
        f"SELECT n, d, sum(x), sum(y) FROM ({' UNION ALL '.join(sums)}) AS every(n, d, x, y)"
        " WHERE d IS NOT NULL GROUP BY ALL"
    )
    found: dict[tuple[str, int], tuple[float, float]] = {}
    for n, day, numerator, denominator in small.execute(statement, {"as_of": as_of}).fetchall():
        before = found.get((names[n], day), (0.0, 0.0))
        found[names[n], day] = (before[0] + (numerator or 0.0), before[1] + (denominator or 0.0))
    for (name, day), pair in sorted(found.items()):
        yield Counted(name, day, *pair)
