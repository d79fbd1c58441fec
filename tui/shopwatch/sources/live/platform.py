"""What a marketplace brings to `LiveSource`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

Told = tuple[str, dict[str, Any]]
"""A table, and a record of it without its shop, in plain values of its fields' own types. Records of one table may tell
different fields, and only these change; None says that it is known not to be."""


class Read(NamedTuple):
    """One page. reached: everything up to that second is known now; None: only once the reading has ended. follow,
    settled: what tracers ask about one by one from now on, each with its `known_at`, and no more."""

    told: Sequence[Told]
    reached: int | None = None
    follow: Mapping[str, int] = {}
    settled: Sequence[str] = ()


class Stream(Protocol):
    """A list that is read by time. overlap: seconds before the watermark that are asked again. longest: of one slice.
    every: seconds between two readings, where that is rarer than the source is polled. keeps: the days that the
    marketplace shows, where it shows fewer than are asked for. at_first: the days that a first run reads, where another
    list tells of the rest."""

    name: str
    overlap: int
    longest: int
    every: float
    keeps: int
    at_first: int | None

    def read(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """Yield the pages of what was changed from `begin` to `end`, both within; raises LiveError."""
        ...


class Chore(Protocol):
    """What is asked once in a while, whole."""

    name: str
    every: float

    async def ask(self, now: int) -> Sequence[Told]:
        """Return what it tells; raises LiveError."""
        ...


class Tracer(Protocol):
    """What is asked thing by thing: order by order, or after-sale by after-sale. of: the streams whose rows say which.
    budget: things a poll. every: seconds between two of one. patience: seconds after which it is no longer asked about."""

    name: str
    of: Collection[str]
    budget: int
    every: float
    patience: int

    async def ask(self, one: str, known_at: int, /) -> tuple[Sequence[Told], bool]:
        """Return what it tells of one, and whether nothing more is to come; raises LiveError."""
        ...


class Platform(Protocol):
    """One shop on one marketplace, and what people call that. lacks: the tables that it can't tell of, so that views say so."""

    kind: str
    name: str
    streams: Sequence[Stream]
    chores: Sequence[Chore]
    tracers: Sequence[Tracer]
    lacks: Sequence[str]

    async def shop(self) -> str:
        """Return the shop's id there; raises LiveError."""
        ...

    def secrets(self) -> Sequence[str]:
        """Return what no record may hold, whatever a server repeats."""
        ...

    async def aclose(self) -> None: ...
