"""What a view may ask of the monitor: the one seam between the terminal and everything behind it.

The terminal shows and never works: it takes whole boards and asks these questions, all of them async.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from shopwatch.board import Board, Value


class OfficialEntry(Value, frozen=True):
    """One printed figure, as typed or pasted. item: total, a dimension's id or an indicator's.

    value: of an indicator, in its own unit (ratios 0..1). points: of the total, a dimension, or an
    indicator where the version has them. weight: 0..1.
    """

    item: str
    value: float | None = None
    points: float | None = None
    weight: float | None = None


class TimelineEvent(Value, frozen=True):
    """One thing that happened to an order, or will: `ahead` for promises and deadlines."""

    at: datetime.datetime
    words: str
    ahead: bool = False


class OrderView(Value, frozen=True):
    """One order with everything known of it. `facts`: (name, value) in words."""

    order_id: str
    facts: tuple[tuple[str, str], ...]
    timeline: tuple[TimelineEvent, ...]


class Split(Value, frozen=True):
    """One slice of an indicator: its key, its own sums, and its part in a change of the total: of its rows that
    entered the window, that left it, and that changed in it."""

    key: str
    numerator: float
    denominator: float
    value: float | None
    delta_points: float | None = None
    entered: float | None = None
    left: float | None = None
    changed: float | None = None


class Row(Value, frozen=True):
    """One row behind an indicator: the worst first."""

    order_id: str | None
    subject_id: str
    at: datetime.datetime
    numerator: float
    note: str


Hear = Callable[[Sequence[Board]], None]
"""Called in the event loop with the boards that changed."""


class Feed(Protocol):
    """The monitor as the views see it."""

    @property
    def boards(self) -> Mapping[str, Board]:
        """The last board of every shop, by id, in the order of the configuration."""
        ...

    @property
    def paused(self) -> bool: ...

    @property
    def next_poll(self) -> datetime.datetime | None:
        """When the next source will be asked, by the real time."""
        ...

    @property
    def trouble(self) -> str | None:
        """What keeps the monitor from its work, in a sentence; None while it does it."""
        ...

    def now(self) -> datetime.datetime:
        """The monitor's own time (pinned or simulated, perhaps); every countdown goes by it."""
        ...

    def wall(self) -> datetime.datetime:
        """The real time: `next_poll`, and each source's `last_success` and `next_try`, go by it."""
        ...

    def listen(self, hear: Hear) -> None: ...

    async def run(self) -> None:
        """Poll and refresh until cancelled. Never raises for what a source or a query does."""
        ...

    async def refresh(self) -> None:
        """Poll every source now and make the boards new."""
        ...

    async def look_at(self, shop: str) -> None:
        """Say which shop is in view: in a large fleet only that one's risks and actions are kept new."""
        ...

    def pause(self, paused: bool) -> None: ...

    async def tick(self, shop: str, action: str, done: bool) -> None: ...

    async def record_official(
        self, shop: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None: ...

    async def splits(self, shop: str, indicator: str, by: str, days: int = 1) -> Sequence[Split]:
        """Return an indicator's slices, with their parts in the total's change in 1, 7 or 30 days."""
        ...

    async def rows(self, shop: str, indicator: str, limit: int = 200) -> Sequence[Row]: ...

    async def order(self, shop: str, order_id: str) -> OrderView | None: ...
