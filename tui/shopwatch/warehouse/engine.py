"""What holds the records and answers: an engine that is asked in DuckDB's dialect.

All statements are written once, in that dialect. DuckDB takes them as they are; ClickHouse takes their translation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

ROWS_AT_ONCE = 2000  # a fetchall of a million rows holds the interpreter for a third of a second

Rows = Iterator[tuple[Any, ...]]


class EngineError(Exception):
    """An engine elsewhere refused or didn't answer; the message is for the person. code: the engine's own."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class TakenElsewhere(EngineError):
    """Another process takes in, by its lease; this one may look. holder: what that one is known by."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class WarehouseBegunAnew(EngineError):
    """What was asked was damaged, and another was begun in its place: an answer of both would be none."""


class Engine(Protocol):
    """Statements take their values by name, as `$name`; a value that a statement doesn't name is left out."""

    def rows(self, sql: str, /, **values: object) -> Rows:
        """Ask; rows come by and by."""
        ...

    def again(self, sql: str, /, **values: object) -> Rows:
        """Ask what is asked again and again in the same words: what was worked out of them may be remembered."""
        ...

    def lay_out(self, table: str, sql: str, /, **values: object) -> None:
        """Keep what a SELECT finds in a table of this name, which nobody else sees and which `drop` ends."""
        ...

    def drop(self, *tables: str) -> None:
        """Let go of what was laid out, whatever is wrong with the engine."""
        ...

    def interrupt(self) -> None:
        """Stop the query that is running; safe from any thread."""
        ...

    def close(self) -> None: ...
