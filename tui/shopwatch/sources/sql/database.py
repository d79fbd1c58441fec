"""The way into a database: connected to read only, streamed in batches, stopped from outside, and every complaint a
sentence that holds no password."""

from __future__ import annotations

import contextlib
import datetime
import re
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from shopwatch.config.common import is_loopback
from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import shown

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy.engine import URL, Connection, Engine

ROWS = 20_000
"""Of one batch."""
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
"""Which driver is meant where the address names none."""


class Database:
    """One database. Blocking, but for `stop`, which another thread calls."""

    def __init__(self, address: str, folder: Path, timeout: float, name: str, _: Translate) -> None:
        self._name = name
        self._translate = _
        self._url = self._parsed(address)
        self.secrets = _secrets_of(self._url, address)
        self._engine = self._made(folder, timeout)
        self._stop: Callable[[], object] | None = None
        self._stopped = False

    @property
    def host(self) -> str:
        """Where it is, as a person says it."""
        return self._url.host or self._url.database or self._url.get_backend_name()

    def rows(self, query: str, column: str | None, begin: Any) -> Generator[Sequence[Mapping[str, Any]]]:
        """Yield the query's rows, batch after batch; where there is a column, from `begin` on and in its order."""
        self._stopped = False
        with self._told(), contextlib.ExitStack() as open_now:
            connection = open_now.enter_context(self._engine.connect())
            open_now.callback(connection.rollback)
            self._stop = _canceller(connection)
            self._forbid_writing(connection)
            found = connection.execution_options(stream_results=True, yield_per=ROWS).execute(
                _selected(query, column, begin is not None), {} if begin is None else {"begin": begin}
            )
            open_now.callback(found.close)
            for batch in found.mappings().partitions(ROWS):
                yield [dict(row) for row in batch]
                if self._stopped:
                    return

    def stop(self) -> None:
        """Make the database give up what it is asked just now."""
        self._stopped = True
        if self._stop is not None:
            with contextlib.suppress(Exception):  # it may have ended by itself this moment
                self._stop()

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _parsed(self, address: str) -> URL:
        _ = self._translate
        try:
            from sqlalchemy.engine import make_url
            from sqlalchemy.exc import ArgumentError
        except ModuleNotFoundError:
            words = _("{name}: to read a database, install what it takes: pip install 'shopwatch[sql]'")
            raise SourceError(words.format(name=self._name)) from None
        try:
            url = make_url(str(address))
        except (ArgumentError, ValueError):
            words = _(
                "{name}: `url` is no database's address; it reads dialect://user:password@host/database"
            )
            raise SourceError(words.format(name=self._name)) from None
        if any("@" in (part or "") for part in (url.host, url.database)) or _ASKED.search(
            _before_host(address)
        ):
            # what follows the @ in the password would be taken for the host, and shown as such
            words = _("{name}: `url` has an @ that is no border; within a user or password it is written %40")
            raise SourceError(words.format(name=self._name))
        return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))

    def _made(self, folder: Path, timeout: float) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
        from sqlalchemy.pool import NullPool

        _ = self._translate
        try:
            url = _read_only_file(self._url, folder)
            arguments = connect_arguments(self._url, timeout)
            return create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
        except NoSuchModuleError:
            words = _("{name}: no database is called {dialect}; correct `url`")
            raise SourceError(
                words.format(name=self._name, dialect=shown(self._url.drivername, 40))
            ) from None
        except ModuleNotFoundError as error:
            words = _("{name}: the driver of this database is missing: pip install {module}")
            raise SourceError(words.format(name=self._name, module=error.name)) from None
        except (ArgumentError, TypeError, ValueError):
            words = _("{name}: `url` asks for something that its driver doesn't know; correct it")
            raise SourceError(words.format(name=self._name)) from None

    def _forbid_writing(self, connection: Connection) -> None:
        statement = _FORBIDDING.get(self._url.get_backend_name())
        if statement is not None:
            connection.exec_driver_sql(statement)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Make a sentence of whatever the database has to complain of."""
        from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

        _ = self._translate
        try:
            yield
        except DBAPIError as error:
            reason = self._without_secrets(error.orig)
            if isinstance(error, OperationalError | InterfaceError) and error.statement is None:
                words = _("{host} can't be reached ({reason}); check `url`, the password and the network")
            else:
                words = _("{host} refuses the query ({reason}); correct `query` or `updated_column`")
            raise SourceError(words.format(host=self.host, reason=reason)) from None
        except SQLAlchemyError as error:
            words = _("{host} can't be read ({reason}); correct `query` or `updated_column`")
            raise SourceError(words.format(host=self.host, reason=self._without_secrets(error))) from None
        finally:
            self._stop = None

    def _without_secrets(self, error: BaseException | None) -> str:
        text = " ".join(str(error).split())
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        return shown(text, 160)


def _secrets_of(url: URL, address: str) -> list[str]:
    """Return what no complaint and no record may hold: the address and its passwords, as they are written and as they are
    meant; the longest first, since one may hold another."""
    written = _before_host(address).partition(":")[2]
    asked = [value for name, value in url.query.items() if "password" in name.casefold()]
    found = {str(address), written, url.password or "", *(one for one in asked if isinstance(one, str))}
    return sorted(found - {""}, key=len, reverse=True)


_ASKED = re.compile(r"[?&]\w+=")


def _before_host(address: str) -> str:
    """The user and the password, as they are written."""
    return str(address).partition("://")[2].rpartition("@")[0]


def _selected(query: str, column: str | None, from_somewhere: bool) -> sqlalchemy.Select[Any]:
    """The query as a table of its own: nothing but a SELECT can stand there, and the column can be asked of it."""
    import sqlalchemy

    whole = sqlalchemy.text(query.strip().rstrip(";").replace(":", r"\:"))
    every: sqlalchemy.ColumnClause[Any] = sqlalchemy.literal_column("*")
    if column is None:
        return sqlalchemy.select(every).select_from(whole.columns().subquery("found"))
    found = whole.columns(sqlalchemy.column(column)).subquery("found")
    asked = sqlalchemy.select(every).select_from(found).order_by(found.c[column])
    return asked.where(found.c[column] >= sqlalchemy.bindparam("begin")) if from_somewhere else asked


_FORBIDDING = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}
"""A SQLite file is opened to read only; what other databases know is left to the rights of their user."""


def connect_arguments(url: URL, timeout: float) -> dict[str, Any]:
    """Return what to tell the driver: how long to wait, and that a database elsewhere must prove who it is, unless
    the address says otherwise."""
    import ssl

    elsewhere = not _is_near(url.host or _text(url.query.get("host")))
    match url.drivername:
        case "postgresql+psycopg" | "postgresql+psycopg2":
            waits = {
                "connect_timeout": max(2, round(timeout)),  # the least that libpq takes
                "options": f"-c statement_timeout={round(timeout * 1000) + 1000} {_text(url.query.get('options'))}",
            }
            proof = {"sslmode": "verify-full", "sslrootcert": "system"}
            return waits | (proof if elsewhere and "sslmode" not in url.query else {})
        case "mysql+pymysql" | "mariadb+pymysql":
            waits = {name: max(1, round(timeout)) for name in ("connect_timeout", "read_timeout")}
            named = any(name.startswith("ssl") for name in url.query)
            return waits | ({"ssl": ssl.create_default_context()} if elsewhere and not named else {})
    if url.get_backend_name() == "sqlite":
        return {"timeout": timeout}
    return {}


def _is_near(host: str | None) -> bool:
    """Whether it is this machine: a socket's folder, or a loopback address."""
    return not host or host.startswith("/") or is_loopback(host.strip("[]"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _read_only_file(url: URL, folder: Path) -> URL:
    """A SQLite file's address with its path taken from the configuration's folder, and nothing but reading asked."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return url
    path = folder.absolute() / Path(url.database).expanduser()
    return url.set(database=f"file:{quote(str(path))}", query={**url.query, "mode": "ro", "uri": "true"})


def _canceller(connection: Connection) -> Callable[[], object] | None:
    driver = connection.connection.driver_connection
    for name in ("cancel", "interrupt"):
        if callable(cancel := getattr(driver, name, None)):
            return cancel  # type: ignore[no-any-return]
    return None


_ENCODER = msgspec.json.Encoder(enc_hook=lambda value: _plain(value), decimal_format="number")


def lines_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as JSON, one a line: times as ISO 8601, numbers as numbers, what is none of JSON's as text."""
    return _ENCODER.encode_lines(rows)


def _plain(value: object) -> Any:
    match value:
        case datetime.timedelta():
            return value.total_seconds()
        case uuid.UUID():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return None
    return str(value)
