"""The warehouse in DuckDB: one file, opened by one process at a time."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from shopwatch.giving_back import give_back
from shopwatch.logs import place_of
from shopwatch.records import TABLES, Poll
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock
from shopwatch.warehouse import ingest
from shopwatch.warehouse.damage import is_damage, is_newer
from shopwatch.warehouse.engine import ROWS_AT_ONCE, Rows
from shopwatch.warehouse.folded import Folded
from shopwatch.warehouse.macros import LocalTime
from shopwatch.warehouse.opens import Opens
from shopwatch.warehouse.tables import create_statements
from shopwatch.warehouse.tallies import Passes, Tallies
from shopwatch.warehouse.warehouse import Warehouse

_MOST_PLANS = 16  # a few scorecards and zones; a new day brings a new statement
_PATIENCE = (0.0, 0.05, 0.5)  # seconds before it is tried to open the file again
_RENEWED_AFTER = 20  # takings: DuckDB 2.0 holds some 10 MB of them by then
_SMALL, _GROWN = 5, 16 << 20
"""The file is opened anew after so many takings, and one more for each so many bytes of it: it is closed in no time
while it is small."""
HOLLOW = 0.1
"""The share of a table's room that deleted rows may have."""

# How the engine says on Unix and on Windows that another process has the file, and which.
_HELD = re.compile(r"could not set lock|used by another process", re.IGNORECASE)
_HOLDER = re.compile(r"\(PID (\d+)\)")

log = logging.getLogger(__name__)

_SCHEMA = hashlib.sha256("\n".join(create_statements()).encode()).hexdigest()


class WarehouseHeld(Exception):
    """Another process has the file open. process: its id, where the engine tells it."""

    def __init__(self, path: Path, process: int | None) -> None:
        super().__init__(str(path))
        self.process = process


class WarehouseBroken(Exception):
    """The file can't be opened as a warehouse; the message is for the person."""


class WarehouseDamaged(WarehouseBroken):
    """What the file holds isn't what was written: it can only be begun anew."""


class WarehouseNewer(WarehouseBroken):
    """Another version wrote the file, and has to open it."""


class WarehouseAway(WarehouseBroken):
    """The server can't be reached or asked; nothing of it is this machine's to mend."""


def open_warehouse(path: Path) -> DuckWarehouse:
    """Open or create the file; raises WarehouseHeld or WarehouseBroken. One of another schema is begun anew:
    all that it held can be polled again."""
    try:
        return _opened(path)
    except duckdb.Error as error:
        raise _as_told(error, path) from None


def _opened(path: Path) -> DuckWarehouse:
    connection = duckdb.connect(str(path))
    try:
        if _is_ours(connection):
            return DuckWarehouse(connection, path)
    except BaseException:
        connection.close()
        raise
    connection.close()
    path.unlink()
    return DuckWarehouse(duckdb.connect(str(path)), path)


def _is_ours(connection: duckdb.DuckDBPyConnection) -> bool:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "schema_of" not in tables:
        return not tables
    return bool(
        connection.execute("SELECT schema = ? FROM main.schema_of", [_SCHEMA]).fetchall() == [(True,)]
    )


def _as_told(error: duckdb.Error, path: Path) -> Exception:
    """Return why the file can't be opened."""
    if isinstance(error, duckdb.IOException) and _HELD.search(str(error)):
        holder = _HOLDER.search(str(error))
        return WarehouseHeld(path, int(holder[1]) if holder else None)
    if is_newer(error):
        return WarehouseNewer(str(path))
    kind = WarehouseDamaged if is_damage(error, path) else WarehouseBroken
    return kind(f"{path}: {str(error).splitlines()[0]}")


class DuckEngine:
    """DuckDB in this process. path: its file; None where the records are in memory."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path | None) -> None:
        self._path = path
        self._plans: dict[str, str] = {}
        self._settle(connection)

    def _settle(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("SET preserve_insertion_order = false")
        self.connection = connection

    def renew(self) -> None:
        """Close the file and open it again: until then DuckDB 2.0 holds some 4 KB of each statement that changed
        anything, half a gigabyte a day of busy sources."""
        if self._path is not None:
            self.connection.close()
            give_back()
            self._plans.clear()
            self._settle(duckdb.connect(str(self._path)))

    def size(self) -> int:
        """Return the bytes of the file; 0 where there is none."""
        with contextlib.suppress(OSError):  # gone under us: who asks next is told so
            return self._path.stat().st_size if self._path else 0
        return 0

    def rows(self, sql: str, /, **values: object) -> Rows:
        return _fetched(self.connection.execute(sql, _named(sql, values)))

    def again(self, sql: str, /, **values: object) -> Rows:
        """Run the fleet's great statement by its plan of the last time: planning it is a tenth of its work."""
        given = _named(sql, values)
        if given.keys() != {"as_of"}:
            return self.rows(sql, **given)
        if sql not in self._plans:
            if len(self._plans) >= _MOST_PLANS:
                for name in self._plans.values():
                    self.connection.execute(f"DEALLOCATE {name}")
                self._plans.clear()
            self.connection.execute(f"PREPARE fleet_{len(self._plans)} AS {sql}")
            self._plans[sql] = f"fleet_{len(self._plans)}"
        return _fetched(self.connection.execute(f"EXECUTE {self._plans[sql]}(as_of := {given['as_of']})"))

    def lay_out(self, table: str, sql: str, /, **values: object) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", _named(sql, values))

    def drop(self, *tables: str) -> None:
        with contextlib.suppress(duckdb.Error):  # whatever is wrong, the question itself has told
            for table in tables:
                self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def interrupt(self) -> None:
        with contextlib.suppress(duckdb.Error):  # it is just being renewed
            self.connection.interrupt()

    def close(self) -> None:
        self.connection.close()


def _named(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that a statement names: the engine refuses any other."""
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _fetched(result: duckdb.DuckDBPyConnection) -> Rows:
    while rows := result.fetchmany(ROWS_AT_ONCE):
        yield from rows


class DuckWarehouse(Warehouse):
    """The records, in one DuckDB file (or in memory)."""

    takes_together = True

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> None:
        """path: of the file that is open; None where the records are in memory."""
        self._duck = DuckEngine(connection, path)
        super().__init__(self._duck)
        self._tallies, self._opens = Tallies(self._duck), Opens(self._duck)
        self._takings = 0  # since the file was opened
        connection.begin()  # each statement by itself would wait for the disk
        for statement in create_statements():
            connection.execute(statement)
        connection.execute("CREATE TABLE IF NOT EXISTS schema_of AS SELECT ? AS schema", [_SCHEMA])
        connection.commit()

    def ingest(self, source: str, poll: Poll) -> set[str]:
        return self.ingest_all([(source, poll)])

    def ingest_all(self, polls: Sequence[tuple[str, Poll]]) -> set[str]:
        changed = ingest.ingest(self._duck.connection, polls)
        if changed.tables is None:
            self._tallies.forget(changed.shops)
            self._opens.forget(changed.shops)
        else:
            self._tallies.lead_on(changed.tables, changed.shops)
            self._opens.lead_on(changed.tables, changed.shops)
        self._takings += 1
        if self._takings >= min(_RENEWED_AFTER, _SMALL + self._duck.size() // _GROWN):
            self._renew()
        return changed.shops

    def _renew(self) -> None:
        """What is taken in is safe, whatever comes of it; where it can't be opened again, who asks next is told so."""
        self._takings = 0
        for pause in _PATIENCE:
            time.sleep(pause)
            try:
                self._duck.renew()
            except duckdb.Error as error:
                log.warning("the warehouse isn't opened again: %s", place_of(error))
            else:
                return

    def forget(self, days: int) -> None:
        self._tallies.forget_all()
        self._opens.forget_all()
        ingest.forget(self._duck.connection, days)

    def _summed(self, passes: Passes, as_of: int, shops: Sequence[str] | None) -> dict[str, Folded]:
        return self._tallies.of(passes, as_of, shops)

    def _open(
        self, clocks: Sequence[Clock], local: LocalTime, as_of: int, shops: Sequence[str] | None
    ) -> dict[str, list[Exposure]]:
        return self._opens.of(clocks, local, self._sight(as_of), as_of, shops)

    def compact(self) -> None:
        """Write what has changed into the file, and let the room of what was deleted be used again: until then all of
        it is held in memory, and grows until there is enough of it to be written."""
        for table in TABLES:
            if self._is_hollow(table):
                with contextlib.suppress(
                    duckdb.IOException, duckdb.OutOfMemoryException
                ):  # it stays as it is
                    self._duck.connection.execute(
                        f"CREATE OR REPLACE TABLE main.{table} AS FROM main.{table}"
                    )
        self._duck.connection.execute("CHECKPOINT")
        self._renew()

    def _is_hollow(self, table: str) -> bool:
        """Whether so much of a table is deleted that it is worth writing anew: of rows that lie together, DuckDB 2.0
        gives the room of some back only with that of all of them."""
        ((live, stored),) = self._duck.connection.execute(
            f"SELECT (SELECT count(*) FROM main.{table}), coalesce(sum(count), 0)"
            f" FROM pragma_storage_info('main.{table}') WHERE column_id = 0 AND segment_type <> 'VALIDITY'"
        ).fetchall()
        return bool(stored - live > HOLLOW * stored)
