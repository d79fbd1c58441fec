"""Where a poll works on the rows that it changes: aside, or straight in the tables.

To find a few rows among millions costs a look at every key. So a poll of a few lays what it may change aside, each table
looked through once, works there, and writes back by place what differs. Two temporary tables hold the rows of one:
`was_…` as they were, `is_…` as they become. Once written back they hold what changed alone, and tell it until the next
poll. Of a poll of many, laying aside would be copying the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import duckdb

from shopwatch.records import TABLES
from shopwatch.warehouse.tables import held

WAS, IS = "temp.was_", "temp.is_"
"""What stands before a table's name for its rows laid aside, as they were and as they become."""


ROW = "row_in_table"
"""The column of rows laid aside that says where each stands in its table."""


class Place(Protocol):
    """Where rows are worked on. prefix: what stands before a table's name there."""

    @property
    def prefix(self) -> str: ...

    def lay(self, table: str, keys: str, by: Sequence[str]) -> bool:
        """Have those rows of a table here that share these columns with a row of `keys`; return whether there are
        any at all here."""
        ...

    def write_back(self) -> None: ...

    @property
    def changed(self) -> Collection[str] | None:
        """The tables of which rows changed, told by those laid aside; None where that isn't told."""
        ...


class Straight:
    """The tables themselves."""

    prefix = "main."
    changed = None

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def lay(self, table: str, keys: str, by: Sequence[str]) -> bool:  # noqa: ARG002 (they are all here)
        return bool(self._connection.execute(f"SELECT 1 FROM main.{table} LIMIT 1").fetchall())

    def write_back(self) -> None:
        pass


class Aside:
    """Rows of some tables, each with its place in the table; of a new row there is none."""

    prefix = IS

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._laid: dict[str, None] = {}
        self.changed: list[str] = []

    def lay(self, table: str, keys: str, by: Sequence[str]) -> bool:
        was, now, columns = f"{WAS}{table}", f"{IS}{table}", ", ".join(by)
        if table in self._laid and tuple(by) == TABLES[table].key:
            # what is here needn't be looked for, and for nothing the engine doesn't look at all
            keys = f"(SELECT {columns} FROM {keys} ANTI JOIN {now} USING ({columns}))"
        # by one column the engine skips blocks and sorts out rows before it reads the others; and of rows scattered over
        # millions it reads only what it looks for, before it goes to each by its place
        placed = (
            f"SELECT rowid FROM main.{table} WHERE {by[-1]} IN (SELECT {by[-1]} FROM {keys})"
            f" AND ({columns}) IN (SELECT ({columns}) FROM {keys})"
        )
        found = f"SELECT *, rowid AS {ROW} FROM main.{table} WHERE rowid IN ({placed})"
        if table not in self._laid:
            self._laid[table] = None
            count = self._count(f"CREATE OR REPLACE TEMP TABLE was_{table} AS {found}")
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE is_{table} AS FROM {was}")
            return count > 0
        if self._count(f"INSERT INTO {was} {found} AND rowid NOT IN (SELECT {ROW} FROM {was})"):
            self._connection.execute(
                f"INSERT INTO {now} FROM {was} WHERE {ROW} NOT IN (SELECT {ROW} FROM {now} WHERE {ROW} IS NOT NULL)"
            )
        return bool(self._connection.execute(f"SELECT 1 FROM {now} LIMIT 1").fetchall())

    def write_back(self) -> None:
        self.changed = [table for table in self._laid if self._differs(table)]
        for table in self.changed:
            names = list(held(table))
            sets = ", ".join(f"{name} = s.{name}" for name in names if name not in TABLES[table].key)
            self._connection.execute(
                f"UPDATE main.{table} AS t SET {sets} FROM {IS}{table} AS s WHERE t.rowid = s.{ROW}"
            )
            self._connection.execute(
                f"INSERT INTO main.{table} ({', '.join(names)})"
                f" SELECT {', '.join(names)} FROM {IS}{table} WHERE {ROW} IS NULL"
            )

    def _differs(self, table: str) -> bool:
        """Leave only those rows aside that differ; return whether there are any."""
        was, now = f"{WAS}{table}", f"{IS}{table}"
        # of a few rows EXCEPT takes five times as long: it looks for as many of each as there were
        count = self._count(
            f"CREATE OR REPLACE TEMP TABLE is_{table} AS SELECT now.* FROM {now} AS now"
            f" ANTI JOIN {was} AS was ON now IS NOT DISTINCT FROM was"
        )
        self._connection.execute(
            f"DELETE FROM {was} WHERE {ROW} NOT IN (SELECT {ROW} FROM {now} WHERE {ROW} IS NOT NULL)"
        )
        return count > 0

    def _count(self, sql: str) -> int:
        """Do it; return how many rows came of it."""
        ((count,),) = self._connection.execute(sql).fetchall()
        return int(count)
