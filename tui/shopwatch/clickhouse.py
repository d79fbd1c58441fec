"""The way to a ClickHouse: its address, and what its driver complains of as a sentence.

The warehouse may be in one, and a shop's own tables may be in another.
"""

from __future__ import annotations

import contextlib
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

SCHEMES = ("clickhouse", "clickhouses", "chdb")
_MOST_OF_ERROR = 300  # characters


class ClickError(Exception):
    """What a server refused; the message is for the person: no statement, no password. code: the server's own."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


def connected(
    parts: urllib.parse.SplitResult,
    settings: Mapping[str, object],
    *,
    answers_in: float,
    connects_in: float = 10,
) -> Client:
    """Open a connection to an address, in no database yet; both limits in seconds. Raises ClickError, and ImportError
    where the driver isn't there.

    `clickhouse://user:password@host:8123/database`, by TLS `clickhouses://…`; `chdb:///folder?database=name` is the
    engine itself in this process.
    """
    import clickhouse_connect

    how: dict[str, Any]
    if parts.scheme == "chdb":
        how = {"interface": "chdb", "path": urllib.parse.unquote(parts.path)}
    else:
        how = {
            "host": parts.hostname, "port": parts.port or 0, "secure": parts.scheme == "clickhouses",
            "username": urllib.parse.unquote(parts.username or "default"),
            "password": urllib.parse.unquote(parts.password or ""),
            "connect_timeout": connects_in, "send_receive_timeout": answers_in, "form_encode_query_params": True,
        }  # fmt: skip
    with told():
        return clickhouse_connect.get_client(settings=dict(settings), **how)


def database_of(parts: urllib.parse.SplitResult, usual: str) -> str:
    """Return which database an address names; raises ValueError where that can't be one's name."""
    if parts.scheme == "chdb":
        name = dict(urllib.parse.parse_qsl(parts.query)).get("database", usual)
    else:
        name = parts.path.strip("/") or usual
    if not name.replace("_", "").isalnum():
        raise ValueError(f"no name of a database: {name}")
    return name


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Make a ClickError of what the driver raises."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    try:
        yield
    except ClickHouseError as error:
        said = str(error).partition("In scope")[0].strip() or type(error).__name__
        raise ClickError(said.splitlines()[0][:_MOST_OF_ERROR], getattr(error, "code", None)) from None


def stop(client: Client, query: str) -> None:
    """Make the server give a query up, over another connection than that which waits for it."""
    client.command("KILL QUERY WHERE query_id = %(query)s ASYNC", parameters={"query": query})
