"""One file a kind of source. A source polls, and yields batches of typed records; it knows no warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shopwatch.records import Poll


class SourceError(Exception):
    """A poll that failed, in a sentence for the person: what happened, where, what to do. files: a sentence for each
    of several files that can't be read."""

    def __init__(self, sentence: str, files: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.files = tuple(files)


class Source(Protocol):
    """Something polled."""

    name: str
    kind: str
    every: float
    """Seconds between two polls."""

    async def poll(self, cursor: str | None) -> Poll:
        """Read what is new since the cursor of an earlier poll; raises SourceError."""
        ...

    async def aclose(self) -> None: ...
