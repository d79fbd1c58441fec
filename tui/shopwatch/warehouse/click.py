"""The warehouse in ClickHouse: many machines' worth of records; one process takes in, any number look.

What is asked is asked in DuckDB's dialect and translated.
"""

from __future__ import annotations

import contextlib
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopwatch import clickhouse
from shopwatch.records import TABLES, Poll
from shopwatch.warehouse import click_ingest
from shopwatch.warehouse.click_tables import add_columns, create_statements
from shopwatch.warehouse.dialect import SETTINGS, translated
from shopwatch.warehouse.duck import WarehouseAway
from shopwatch.warehouse.engine import EngineError, Rows, TakenElsewhere
from shopwatch.warehouse.lease import Lease
from shopwatch.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_DATABASE = "shopwatch"  # where the address names none
_LONGEST = 300  # seconds that a statement may take


def open_click(address: str, *, holder: str | None = None) -> ClickWarehouse:
    """Open or create the warehouse at an address; raises WarehouseAway.

    address: see `clickhouse.connected`. holder: what this process is known by to others that would take in.
    """
    parts = urllib.parse.urlsplit(address)
    try:
        connect = _connecting(parts)
        return ClickWarehouse(ClickEngine(connect(), connect), holder)
    except ImportError:
        raise WarehouseAway("clickhouse: pip install 'shopwatch[clickhouse]'") from None
    except (EngineError, OSError, ValueError) as error:
        raise WarehouseAway(f"{parts.scheme}://{parts.hostname or parts.path}: {error}") from None


def _connecting(parts: urllib.parse.SplitResult) -> Callable[[], Client]:
    """Return what opens a connection to the address, in its database."""
    name = clickhouse.database_of(parts, _DATABASE)

    def connect() -> Client:
        with _told():
            client = clickhouse.connected(parts, SETTINGS, answers_in=_LONGEST)
            client.command(f"CREATE DATABASE IF NOT EXISTS {name}")
            client.database = name
            return client

    return connect


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Make an EngineError of what a server complains of."""
    try:
        with clickhouse.told():
            yield
    except clickhouse.ClickError as error:
        raise EngineError(str(error), error.code) from None


class ClickEngine:
    """A ClickHouse server, or the engine in this process. connect: opens another connection, to stop a query by."""

    def __init__(self, client: Client, connect: Callable[[], Client]) -> None:
        self.client, self._connect = client, connect
        self._running: str | None = None

    def rows(self, sql: str, /, **values: object) -> Rows:
        return self.rows_of(translated(sql), **values)

    def again(self, sql: str, /, **values: object) -> Rows:
        return self.rows(sql, **values)

    def rows_of(self, sql: str, /, **values: object) -> Rows:
        """Ask in ClickHouse's own words, a value as `%(name)s`."""
        with self._query(sql, values) as (asked, given, settings):
            blocks = self.client.query_row_block_stream(asked, parameters=given, settings=settings)
            with blocks:
                for block in blocks:
                    yield from block

    def run(self, sql: str, /, **values: object) -> None:
        """Do it, in ClickHouse's own words."""
        with self._query(sql, values) as (asked, given, settings):
            self.client.command(asked, parameters=given, settings=settings)

    def send(self, table: str, fields: Sequence[str], path: Path) -> None:
        """Insert the rows of a Parquet file."""
        with _told(), path.open("rb") as file:
            self.client.raw_insert(table, fields, file, fmt="Parquet")

    def lay_out(self, table: str, sql: str, /, **values: object) -> None:
        self.run(f"DROP TEMPORARY TABLE IF EXISTS {table}")
        self.run(f"CREATE TEMPORARY TABLE {table} ENGINE = Memory AS {translated(sql)}", **values)

    def drop(self, *tables: str) -> None:
        with contextlib.suppress(EngineError):  # whatever is wrong, the question itself has told
            for table in tables:
                self.run(f"DROP TEMPORARY TABLE IF EXISTS {table}")

    def interrupt(self) -> None:
        running = self._running
        if running is None:
            return
        with contextlib.suppress(EngineError, OSError), _told():
            other = self._connect()
            clickhouse.stop(other, running)
            other.close()

    def close(self) -> None:
        self.client.close()

    @contextlib.contextmanager
    def _query(
        self, sql: str, values: Mapping[str, object]
    ) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Yield a statement with the values that it names and its settings; note it as running meanwhile."""
        self._running = str(uuid.uuid4())
        try:
            with _told():
                yield *_bound(sql, values), {"query_id": self._running}
        finally:
            self._running = None


def _bound(sql: str, values: Mapping[str, object]) -> tuple[str, dict[str, Any]]:
    """Return a statement, and the values that it names."""
    given: dict[str, Any] = {name: value for name, value in values.items() if f"%({name})s" in sql}
    for name in [name for name, value in given.items() if value == []]:
        sql = sql.replace(f"%({name})s", "CAST([] AS Array(String))")  # of nothing, the engine needs the type
    return sql, given or {"": 0}  # a driver that is given nothing takes `%%` for two signs


class ClickWarehouse(Warehouse):
    """The records in ClickHouse."""

    def __init__(self, engine: ClickEngine, holder: str | None = None) -> None:
        super().__init__(engine)
        self._click = engine
        self._lease = Lease(engine, holder)
        for statement in create_statements():
            engine.run(statement)
        self._complete()

    def _complete(self) -> None:
        """Give tables of an earlier version the columns that they lack."""
        held: dict[str, set[str]] = {}
        for table, name in self._click.rows_of(
            "SELECT table, name FROM system.columns WHERE database = currentDatabase()"
        ):
            held.setdefault(table, set()).add(name)
        for table in TABLES:
            for statement in add_columns(table, held[table]):
                self._click.run(statement)

    def claim(self) -> str | None:
        return self._lease.claim()

    def close(self) -> None:
        with contextlib.suppress(EngineError):
            self._lease.release()
        super().close()

    def ingest(self, source: str, poll: Poll) -> set[str]:
        return click_ingest.ingest(self._click, source, poll, keep=self._keep)

    def _keep(self) -> None:
        if holder := self.claim():
            raise TakenElsewhere(holder)

    def forget(self, days: int) -> None:
        if self._lease.claim() is None:
            click_ingest.forget(self._click, days)
