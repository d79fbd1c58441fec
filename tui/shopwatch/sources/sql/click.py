"""A shop's own tables and views in a ClickHouse: read only, block by block, stopped from outside.

Not by SQLAlchemy as other databases are: its way to ClickHouse holds a whole answer before the first row is seen.
"""

from __future__ import annotations

import contextlib
import datetime
import urllib.parse
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopwatch import clickhouse
from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import shown

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_STOPPED_WITHIN = 3.0  # seconds: whoever quits waits for it
_READ_ONLY = 2
"""ClickHouse's own level: nothing is written, and settings such as a limit of time may be said."""


class ClickDatabase:
    """One ClickHouse, asked as a `Database` is. Blocking, but for `stop`, which another thread calls."""

    def __init__(self, address: str, timeout: float, name: str, _: Translate) -> None:
        self._name, self._translate, self._timeout = name, _, timeout
        try:
            self._parts = urllib.parse.urlsplit(address)
            self._base = clickhouse.database_of(self._parts, "default")
            self._parts.port  # noqa: B018 (raises for what is no number)
        except ValueError:
            words = _(
                "{name}: `url` is no database's address; it reads dialect://user:password@host/database"
            )
            raise SourceError(words.format(name=name)) from None
        password = self._parts.password or ""
        self.secrets = sorted(
            {address, password, urllib.parse.unquote(password)} - {""}, key=len, reverse=True
        )
        self._running: str | None = None
        self._stopped = False

    @property
    def host(self) -> str:
        """Where it is, as a person says it."""
        return self._parts.hostname or self._base

    def rows(self, query: str, column: str | None, begin: Any) -> Generator[Sequence[Mapping[str, Any]]]:
        """Yield the query's rows, block after block; where there is a column, from `begin` on and in its order."""
        self._running, self._stopped = str(uuid.uuid4()), False
        try:
            with self._told(), contextlib.closing(self._connected(self._timeout)) as client:
                settings = {"query_id": self._running, **_reading(client)}
                with client.query_row_block_stream(
                    selected(query, column, begin), settings=settings, tz_mode="aware"
                ) as blocks:
                    names = blocks.source.column_names
                    for block in blocks:
                        yield [dict(zip(names, row, strict=True)) for row in block]
                        if self._stopped:
                            return
        finally:
            self._running = None

    def stop(self) -> None:
        """Make the server give up what it is asked just now."""
        self._stopped = True
        running, limit = self._running, min(self._timeout, _STOPPED_WITHIN)
        if running is not None:
            with contextlib.suppress(Exception), contextlib.closing(self._connected(limit)) as other:
                clickhouse.stop(other, running)

    def close(self) -> None:
        """Nothing stays open between two questions."""

    def _connected(self, limit: float) -> Client:
        _ = self._translate
        try:
            client = clickhouse.connected(self._parts, {}, answers_in=limit, connects_in=limit)
        except ImportError:
            words = _("{name}: the driver of this database is missing: pip install {module}")
            raise SourceError(words.format(name=self._name, module="'shopwatch[clickhouse]'")) from None
        except (clickhouse.ClickError, OSError) as error:
            words = _("{host} can't be reached ({reason}); check `url`, the password and the network")
            raise SourceError(words.format(host=self.host, reason=self._without_secrets(error))) from None
        client.database = self._base
        return client

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        _ = self._translate
        try:
            with clickhouse.told():
                yield
        except (clickhouse.ClickError, OSError) as error:
            words = _("{host} refuses the query ({reason}); correct `query` or `updated_column`")
            raise SourceError(words.format(host=self.host, reason=self._without_secrets(error))) from None

    def _without_secrets(self, error: BaseException) -> str:
        text = " ".join(str(error).split())
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        return shown(text, 160)


def _reading(client: Client) -> dict[str, Any]:
    """Return the setting that forbids writing, unless the server forbids it to this user as it is."""
    held = client.server_settings.get("readonly")
    return {} if held is not None and held.value not in ("0", 0) else {"readonly": _READ_ONLY}


def selected(query: str, column: str | None, begin: Any) -> str:
    """Return the query as a table of its own: nothing but a SELECT can stand there, and the column can be asked of
    it. In the server's own words, values and all, so that no sign of the query is taken for a place to fill."""
    whole = f"SELECT * FROM (\n{query.strip().rstrip(';')}\n) AS found"
    if column is None:
        return whole
    named = "`" + column.replace("\\", "\\\\").replace("`", "\\`") + "`"
    where = "" if begin is None else f" WHERE {named} >= {literal(begin)}"
    return f"{whole}{where} ORDER BY {named}"


def literal(value: datetime.datetime | datetime.date | Decimal | int | str) -> str:
    """Return a mark's value in ClickHouse's words; a moment says which one it is whatever the column's timezone."""
    match value:
        case datetime.datetime():
            since = value.astimezone(datetime.UTC) - datetime.datetime.fromtimestamp(0, datetime.UTC)
            return f"fromUnixTimestamp64Micro({since // datetime.timedelta(microseconds=1)})"
        case datetime.date():
            return f"toDate32('{value.isoformat()}')"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
