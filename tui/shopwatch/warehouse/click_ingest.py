"""A batch into ClickHouse, by the same rules: a later state wins, and only what the source declares is changed.

There is no transaction. Everything is written in such an order that what is broken off is ended by the next poll: the
orders touched are noted before any row of theirs, and the cursor comes last.
"""

from __future__ import annotations

import collections
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import msgspec

from shopwatch.records import TABLES, Batch, Poll, Table
from shopwatch.warehouse.click_tables import held, type_of
from shopwatch.warehouse.dialect import translated
from shopwatch.warehouse.facts import OF_ORDERS, TOLD_OF_ORDERS, copied
from shopwatch.warehouse.ingest import MOST_REJECTS, Told, newest_of, told_sql
from shopwatch.warehouse.masks import CAPABILITIES
from shopwatch.warehouse.tables import BEFORE, FACTS, ORDER_TABLES, columns, last_moments

if TYPE_CHECKING:
    from shopwatch.warehouse.click import ClickEngine


def ingest(engine: ClickEngine, source: str, poll: Poll, *, keep: Callable[[], None]) -> set[str]:
    """Take in what one poll brought; return the shops of which anything changed.

    keep: keeps the lease that this may be done by, or raises where it is lost.
    """
    keep()
    told: list[Told] = []
    for batch in poll.batches:
        told += _merge(engine, batch)
        keep()
    _refresh_facts(engine)
    _note_rejects(engine, source, poll)
    _count_brought(engine, source, poll)
    if poll.cursor is not None:
        engine.run(
            "INSERT INTO cursors (source, state) SELECT %(source)s, %(state)s",
            source=source,
            state=poll.cursor,
        )
    return {one.shop for one in told}


def _merge(engine: ClickEngine, batch: Batch) -> list[Told]:
    table = TABLES[batch.table]
    _bring(engine, batch, table)
    engine.lay_out("stage", _changed_sql(batch, table))
    told = [Told.of(row) for row in engine.rows(told_sql(batch))]
    if told:
        _note_touched(engine, batch)
        _note_shops(engine, told)
        _replace(engine, batch, table)
    engine.drop("incoming", "stage")
    return told


def _bring(engine: ClickEngine, batch: Batch, table: Table) -> None:
    """Send the batch's rows, of each key only the newest."""
    fields = ", ".join(f"{name} {type_of(table.name, columns(table.name)[name])}" for name in batch.fields)
    engine.drop("incoming")
    engine.run(f"CREATE TEMPORARY TABLE incoming ({fields}) ENGINE = Memory")
    paths = [str(batch.path)]
    with tempfile.TemporaryDirectory(prefix="shopwatch-") as folder, duckdb.connect() as small:
        path = Path(folder) / "newest.parquet"
        quoted = str(path).replace("'", "''")
        small.execute(f"COPY ({newest_of(small, batch, paths)}) TO '{quoted}' (FORMAT parquet)", [paths])
        engine.send("incoming", batch.fields, path)


def _changed_sql(batch: Batch, table: Table) -> str:
    """Return the SELECT of what says something newer than what is held."""
    on = " AND ".join(f"t.{name} = s.{name}" for name in table.key)
    key = ", ".join(table.key)
    values = [name for name in batch.fields if name not in table.key]
    differs = " OR ".join(f"t.{name} IS DISTINCT FROM s.{name}" for name in values)
    was = ", t.order_id AS was_of" if table.name in ORDER_TABLES else ""
    held = f"SELECT * FROM main.{table.name} WHERE ({key}) IN (SELECT {key} FROM incoming)"
    return (
        f"SELECT {', '.join(f's.{name} AS {name}' for name in batch.fields)}{was}"
        f" FROM incoming s LEFT JOIN ({held}) t ON {on}"
        f" WHERE t.shop IS NULL OR (s.known_at >= t.known_at AND ({differs}))"
    )


def _replace(engine: ClickEngine, batch: Batch, table: Table) -> None:
    """Write the changed rows whole: what the source doesn't declare stays as it was."""
    names, key = list(held(table.name)), ", ".join(table.key)
    on = " AND ".join(f"t.{name} = s.{name}" for name in table.key)
    shown = ", ".join(f"{'s' if name in batch.fields else 't'}.{name} AS {name}" for name in names)
    before = f"SELECT * FROM main.{table.name} WHERE ({key}) IN (SELECT {key} FROM stage)"
    engine.run(
        f"INSERT INTO {table.name} ({', '.join(names)}) "
        + translated(f"SELECT {shown} FROM stage s LEFT JOIN ({before}) t ON {on}")
    )


def _note_touched(engine: ClickEngine, batch: Batch) -> None:
    if batch.table not in ORDER_TABLES:
        return
    # a record that moves to another order leaves facts behind on the one that it was of
    for column in (*(["order_id"] if "order_id" in batch.fields else []), "was_of"):
        engine.run(
            f"INSERT INTO touched SELECT DISTINCT shop, assumeNotNull({column}) FROM stage"
            f" WHERE {column} IS NOT NULL"
        )


def _note_shops(engine: ClickEngine, told: Sequence[Told]) -> None:
    """Keep each shop's first visible moment, what its sources can tell, and the newest moment of all."""
    able = ", ".join(CAPABILITIES)
    of_each = ", ".join(f"arrayElement(%(known_{n})s, place)" for n in range(len(CAPABILITIES)))
    engine.run(
        f"INSERT INTO shops (shop, seen_from, {able}) SELECT arrayElement(%(shops)s, place),"
        f" nullIf(arrayElement(%(seen)s, place), -1), {of_each} FROM"
        " (SELECT arrayJoin(range(1, length(%(shops)s) + 1)) AS place)",
        shops=[one.shop for one in told],
        seen=[-1 if one.seen_from is None else one.seen_from for one in told],
        **{f"known_{n}": [int(one.known[n]) for one in told] for n in range(len(CAPABILITIES))},
    )
    engine.run("INSERT INTO newest SELECT %(newest)s", newest=max(one.newest for one in told))


# ------------------------------------------------------------------ facts


def _refresh_facts(engine: ClickEngine) -> None:
    if not list(engine.rows_of("SELECT 1 FROM touched LIMIT 1")):
        return
    orders = _touched("orders")
    _rewrite(engine, "orders", OF_ORDERS, f"({orders}) o JOIN ({TOLD_OF_ORDERS}) f", "o", "f")
    for table in FACTS.keys() - {"orders"}:
        facts = {fact: copied(fact) for fact in [*FACTS[table], *BEFORE.get(table, {}).values()]}
        _rewrite(engine, table, facts, f"({_touched(table)}) t JOIN ({orders}) o", "t", "o")
    engine.run("TRUNCATE TABLE touched")


def _touched(table: str) -> str:
    return f"SELECT * FROM main.{table} WHERE (shop, order_id) IN (SELECT shop, order_id FROM touched)"


def _rewrite(
    engine: ClickEngine, table: str, facts: Mapping[str, str], joined: str, row: str, other: str
) -> None:
    """Write the rows again of which a fact is another."""
    names = list(held(table))
    shown = ", ".join(f"{facts.get(name, f'{row}.{name}')} AS {name}" for name in names)
    lists = BEFORE.get(table, {}).values()  # of which there is no null, and so no distinction
    differs = " OR ".join(
        f"{row}.{name} {'<>' if name in lists else 'IS DISTINCT FROM'} {fact}" for name, fact in facts.items()
    )
    on = f"{row}.shop = {other}.shop AND {row}.order_id = {other}.order_id"
    engine.run(
        f"INSERT INTO {table} ({', '.join(names)}) "
        + translated(f"SELECT {shown} FROM {joined} ON {on} WHERE {differs}")
    )


# ------------------------------------------------------------------ what was brought


def _note_rejects(engine: ClickEngine, source: str, poll: Poll) -> None:
    if poll.origins:
        engine.run(
            "DELETE FROM rejects WHERE source = %(source)s AND origin IN %(origins)s",
            source=source,
            origins=tuple(poll.origins),
        )
    if not poll.rejects:
        return
    engine.client.insert(
        "rejects",
        [
            [
                source,
                reject.origin,
                reject.row,
                reject.table,
                reject.reason,
                msgspec.json.encode(reject.fields).decode(),
            ]
            for reject in poll.rejects
        ],
        column_names=["source", "origin", "row_number", "record_table", "reason", "fields"],
    )
    # a source that is read on from where it stood never reads a bad row again, which would replace it
    engine.run(
        "DELETE FROM rejects WHERE source = %(source)s AND (written_at, origin, row_number) NOT IN (SELECT written_at,"
        " origin, row_number FROM rejects WHERE source = %(source)s"
        f" ORDER BY written_at DESC, row_number DESC LIMIT {MOST_REJECTS})"
        f" AND (SELECT count(*) FROM rejects WHERE source = %(source)s) > {MOST_REJECTS}",
        source=source,
    )


def _count_brought(engine: ClickEngine, source: str, poll: Poll) -> None:
    """Count what was brought; of a file that is read again, anew. Its tables stay: what they hold is not gone."""
    held = {
        (origin, table): int(records)
        for origin, table, records in engine.rows_of(
            "SELECT origin, record_table, records FROM brought WHERE source = %(source)s", source=source
        )
    }
    counts = collections.Counter({key: 0 for key in held if key[0] in poll.origins})
    for batch in poll.batches:
        key = batch.origin, batch.table
        counts[key] += batch.rows + (0 if batch.origin in poll.origins or counts[key] else held.get(key, 0))
    if counts:
        engine.client.insert(
            "brought",
            [[source, origin, table, records] for (origin, table), records in counts.items()],
            column_names=["source", "origin", "record_table", "records"],
        )


def forget(engine: ClickEngine, days: int) -> None:
    """Delete records whose last own moment is over `days` before the newest one of their shop."""
    last = last_moments()
    every = " UNION ALL ".join(f"SELECT shop, {moment} AS m FROM {name}" for name, moment in last.items())
    newest: dict[str, int] = dict(engine.rows_of(f"SELECT shop, max(m) FROM ({every}) GROUP BY shop"))
    if not newest:
        return
    for name, moment in last.items():
        engine.run(
            f"DELETE FROM {name} WHERE {moment} < transform(shop, %(shops)s, %(newest)s, 0) - %(span)s",
            shops=list(newest),
            newest=list(newest.values()),
            span=days * 86400,
        )
