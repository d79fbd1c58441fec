"""A batch into its table: a later state wins, and only what the source declares is changed.

After a merge, the facts that stand on rows of other tables are worked out again for the orders touched.
Everything of one poll, its cursor and its rejects included, is one transaction; the polls of a fleet share one, since
to plan its statements costs more than to change what a few rows tell. Where the rows are worked on is the `place`'s.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Self

import duckdb
import msgspec

from shopwatch.records import TABLES, Batch, Poll
from shopwatch.warehouse.aside import Aside, Place, Straight
from shopwatch.warehouse.facts import OF_ORDERS, copied, told_of_orders
from shopwatch.warehouse.masks import CAPABILITIES
from shopwatch.warehouse.tables import BEFORE, FACTS, ORDER_TABLES, columns, last_moments
from shopwatch.warehouse.together import alike, of_different_shops

MOST_REJECTS = 10_000
"""The rows kept aside of one source: the newest."""


MOST_ASIDE = 20_000
"""The rows brought that are still worked on aside."""


class Changed(NamedTuple):
    """The shops of which anything changed, and the tables that did, told row by row by what `aside` holds of them;
    None where it was too much for that."""

    shops: set[str]
    tables: Collection[str] | None


def ingest(connection: duckdb.DuckDBPyConnection, polls: Sequence[tuple[str, Poll]]) -> Changed:
    """Take in what polls of these sources brought."""
    told: list[Told] = []
    rows = sum(batch.rows for _source, poll in polls for batch in poll.batches)
    place: Place = Aside(connection) if rows <= MOST_ASIDE else Straight(connection)
    connection.execute("BEGIN")
    try:
        connection.execute("CREATE OR REPLACE TEMP TABLE touched (shop VARCHAR, order_id VARCHAR)")
        for together in of_different_shops(connection, [poll.batches for _source, poll in polls]):
            for batches in alike(together):
                told += _merge(connection, batches, place)
        if told:
            _note_shops(connection, told)
            _note_newest(connection, max(one.newest for one in told))
            if not {batch.table for _source, poll in polls for batch in poll.batches}.isdisjoint(
                ORDER_TABLES
            ):
                _refresh_facts(connection, place)
            place.write_back()
        for source, poll in polls:
            _note_rejects(connection, source, poll)
        _note_cursors(connection, {source: poll.cursor for source, poll in polls if poll.cursor is not None})
        _count_brought(connection, polls)
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.TransactionException):  # a commit that failed has rolled back itself
            connection.execute("ROLLBACK")
        raise
    return Changed({one.shop for one in told}, place.changed)


class Told(NamedTuple):
    """What the changed rows of some batches tell of a shop, and the newest moment on them."""

    shop: str
    seen_from: int | None
    known: tuple[bool, ...]  # in the order of `CAPABILITIES`
    newest: int

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Self:
        """Read a row of `told_sql`."""
        shop, seen_from, newest, *known = row
        return cls(shop, seen_from, tuple(map(bool, known)), newest)


def _merge(connection: duckdb.DuckDBPyConnection, batches: Sequence[Batch], place: Place) -> list[Told]:
    """Merge batches of one table and the same fields, each of other shops than the next."""
    paths, batch = [str(one.path) for one in batches], batches[0]
    table, fields = TABLES[batch.table], ", ".join(batch.fields)
    rows, into = newest_of(connection, batch, paths), f"{place.prefix}{table.name}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE stage AS {rows}", [paths])
    on = " AND ".join(f"t.{name} = s.{name}" for name in table.key)
    values = [name for name in batch.fields if name not in table.key]
    held = place.lay(table.name, "stage", table.key)
    if held:  # only what says something newer than what is held
        differs = " OR ".join(f"t.{name} IS DISTINCT FROM s.{name}" for name in values)
        was = ", t.order_id AS was_of" if table.name in ORDER_TABLES else ""
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE stage AS SELECT s.*{was} FROM stage s LEFT JOIN {into} t ON {on}"
            f" WHERE t.shop IS NULL OR (s.known_at >= t.known_at AND ({differs}))"
        )
    told = [Told.of(row) for row in connection.execute(told_sql(batch)).fetchall()]
    if not told:
        return []
    if table.name in ORDER_TABLES:
        # a record that moves to another order leaves facts behind on the one that it was of
        orders = [*(["order_id"] if "order_id" in batch.fields else []), *(["was_of"] if held else [])]
        connection.execute(
            f"INSERT INTO touched FROM (SELECT DISTINCT shop, unnest([{', '.join(orders)}]) AS order_id"
            " FROM stage) WHERE order_id IS NOT NULL"
        )
    connection.execute(
        f"MERGE INTO {into} AS t USING stage AS s ON {on}"
        f" WHEN MATCHED THEN UPDATE SET {', '.join(f'{name} = s.{name}' for name in values)}"
        f" WHEN NOT MATCHED THEN INSERT ({fields}) VALUES ({', '.join(f's.{name}' for name in batch.fields)})"
        if held
        else f"INSERT INTO {into} ({fields}) SELECT {fields} FROM stage"
    )
    return told


def newest_of(connection: duckdb.DuckDBPyConnection, batch: Batch, paths: Sequence[str]) -> str:
    """Return the SELECT of the rows of batches, of each key only the newest. Takes their files' paths."""
    key = ", ".join(TABLES[batch.table].key)
    # A key hardly ever comes twice, which is in one file then, and to look costs a third of sorting.
    twice = connection.execute(
        f"SELECT 1 FROM read_parquet(?) GROUP BY {key} HAVING count(*) > 1 LIMIT 1", [paths]
    ).fetchall()
    if not twice:
        return f"SELECT {', '.join(batch.fields)} FROM read_parquet(?)"
    return (
        f"SELECT {', '.join(batch.fields)} FROM read_parquet(?, file_row_number = TRUE)"
        f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY known_at DESC, file_row_number DESC) = 1"
    )


def told_sql(batch: Batch) -> str:
    """Return the SELECT of what the changed rows, in `stage`, tell of each shop."""
    moments = [name for name in TABLES[batch.table].moments if name in batch.fields]
    earliest = f"min(coalesce(least({', '.join(moments)}, NULL), 0))" if moments else "NULL"
    newest = f"max(greatest({', '.join(moments)}, 0))" if moments else "0"
    known = ", ".join(_known(name, batch) for name in CAPABILITIES)
    return f"SELECT shop, {earliest}, {newest}, {known} FROM stage GROUP BY shop"


# capability → the moment that a source must have told at least once; the others need no more than a row
_TOLD_BY = {"pickups_known": ("parcels", "picked_up_at"), "replies_known": ("reviews", "replied_at")}


def _known(capability: str, batch: Batch) -> str:
    """Return the SQL of whether a batch shows that a shop's sources have a capability."""
    if capability not in _TOLD_BY:
        return "TRUE" if capability == f"{batch.table}_known" else "FALSE"
    table, moment = _TOLD_BY[capability]
    tells = batch.table == table and moment in batch.fields
    return f"bool_or({moment} IS NOT NULL)" if tells else "FALSE"


def _note_shops(connection: duckdb.DuckDBPyConnection, told: Sequence[Told]) -> None:
    """Keep each shop's first visible moment, and what its sources have ever been able to tell."""
    names = list(CAPABILITIES)
    either = ", ".join(f"bool_or({name}) AS {name}" for name in names)
    columns_of = ", ".join(f"unnest(CAST(? AS BOOLEAN[])) AS {name}" for name in names)
    connection.execute(
        f"MERGE INTO main.shops AS t USING (SELECT shop, min(seen_from) AS seen_from, {either} FROM"
        " (SELECT unnest(CAST(? AS VARCHAR[])) AS shop, unnest(CAST(? AS BIGINT[])) AS seen_from,"
        f" {columns_of}) GROUP BY shop) AS s ON t.shop = s.shop"
        " WHEN MATCHED THEN UPDATE SET seen_from = least(t.seen_from, s.seen_from),"
        f" {', '.join(f'{name} = t.{name} OR s.{name}' for name in names)}"
        f" WHEN NOT MATCHED THEN INSERT (shop, seen_from, {', '.join(names)})"
        f" VALUES (s.shop, s.seen_from, {', '.join(f's.{name}' for name in names)})",
        [
            [one.shop for one in told],
            [one.seen_from for one in told],
            *([one.known[n] for one in told] for n in range(len(names))),
        ],
    )


def _note_newest(connection: duckdb.DuckDBPyConnection, newest: int) -> None:
    """Keep the newest moment on record: as of that moment or later there is nothing to hide."""
    connection.execute(
        "INSERT INTO main.newest SELECT $newest"
        " WHERE $newest > coalesce((SELECT max(moment) FROM main.newest), 0)",
        {"newest": newest},
    )


def _note_rejects(connection: duckdb.DuckDBPyConnection, source: str, poll: Poll) -> None:
    if poll.origins:
        connection.execute(
            "DELETE FROM main.rejects WHERE source = ? AND origin IN (SELECT unnest(?))",
            [source, list(poll.origins)],
        )
    if not poll.rejects:
        return
    connection.execute(
        "INSERT INTO main.rejects SELECT ?, unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS BIGINT[])),"
        " unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS VARCHAR[]))",
        [
            source,
            [reject.origin for reject in poll.rejects],
            [reject.row for reject in poll.rejects],
            [reject.table for reject in poll.rejects],
            [reject.reason for reject in poll.rejects],
            [msgspec.json.encode(reject.fields).decode() for reject in poll.rejects],
        ],
    )
    # a source that is read on from where it stood never reads a bad row again, which would replace it
    connection.execute(
        "DELETE FROM main.rejects WHERE source = $source AND rowid <= (SELECT rowid FROM main.rejects"
        f" WHERE source = $source ORDER BY rowid DESC LIMIT 1 OFFSET {MOST_REJECTS})",
        {"source": source},
    )


def _note_cursors(connection: duckdb.DuckDBPyConnection, cursors: Mapping[str, str]) -> None:
    if not cursors:
        return
    connection.execute("DELETE FROM main.cursors WHERE source IN (SELECT unnest(?))", [list(cursors)])
    connection.execute(
        "INSERT INTO main.cursors SELECT unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS VARCHAR[]))",
        [list(cursors), list(cursors.values())],
    )


def _count_brought(connection: duckdb.DuckDBPyConnection, polls: Sequence[tuple[str, Poll]]) -> None:
    """Count what was brought; of a file that is read again, anew. Its tables stay: what they hold is not gone."""
    counts = collections.Counter[tuple[str, str, str]]()
    for source, poll in polls:
        if poll.origins:
            connection.execute(
                "UPDATE main.brought SET records = 0 WHERE source = ? AND origin IN (SELECT unnest(?))",
                [source, list(poll.origins)],
            )
        for batch in poll.batches:
            counts[source, batch.origin, batch.table] += batch.rows
    if not counts:
        return
    connection.execute(
        "MERGE INTO main.brought AS t USING (SELECT unnest(CAST(? AS VARCHAR[])) AS source,"
        " unnest(CAST(? AS VARCHAR[])) AS origin, unnest(CAST(? AS VARCHAR[])) AS record_table,"
        " unnest(CAST(? AS BIGINT[])) AS records) AS s"
        " ON t.source = s.source AND t.origin = s.origin AND t.record_table = s.record_table"
        " WHEN MATCHED THEN UPDATE SET records = t.records + s.records"
        " WHEN NOT MATCHED THEN INSERT VALUES (s.source, s.origin, s.record_table, s.records)",
        [*map(list, zip(*counts, strict=True)), list(counts.values())],
    )


def _refresh_facts(connection: duckdb.DuckDBPyConnection, place: Place) -> None:
    # to plan what changes nothing costs as much as to change a few
    held = [table for table in ORDER_TABLES if place.lay(table, "touched", ("shop", "order_id"))]
    if "orders" not in held:
        return
    sets = ", ".join(f"{fact} = {expression}" for fact, expression in OF_ORDERS.items())
    connection.execute(
        f"UPDATE {place.prefix}orders AS o SET {sets} FROM ({told_of_orders(place.prefix)}) AS f"
        " WHERE o.shop = f.shop AND o.order_id = f.order_id"
    )
    for table in held:
        if table == "orders":
            continue
        facts = [*FACTS[table], *BEFORE.get(table, {}).values()]
        sets = ", ".join(f"{fact} = {copied(fact)}" for fact in facts)
        connection.execute(
            f"UPDATE {place.prefix}{table} AS t SET {sets}"
            f" FROM (SELECT * FROM {place.prefix}orders SEMI JOIN touched USING (shop, order_id)) o"
            " WHERE t.shop = o.shop AND t.order_id = o.order_id"
        )


def rebuild_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """Work every fact out again."""
    connection.execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT shop, order_id FROM main.orders")
    _refresh_facts(connection, Straight(connection))


def declared(table: str) -> tuple[str, ...]:
    """Return the columns that a source may bring to a table: all but the facts."""
    return tuple(name for name in columns(table) if name not in FACTS.get(table, {}))


def forget(connection: duckdb.DuckDBPyConnection, days: int) -> None:
    """Delete records whose last own moment is over `days` before the newest one of their shop."""
    last = last_moments()
    newest = " UNION ALL ".join(
        f"SELECT shop, {moment} AS m FROM main.{name}" for name, moment in last.items()
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE newest_of AS SELECT shop, max(m) AS m FROM ({newest}) GROUP BY shop"
    )
    for name, moment in last.items():
        connection.execute(
            f"DELETE FROM main.{name} AS t USING newest_of n"
            f" WHERE t.shop = n.shop AND {moment} < n.m - ? * 86400",
            [days],
        )
