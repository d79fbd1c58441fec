"""A past moment, shown as if it were now: its shops and boards, worked out beside the live ones and kept apart."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shopwatch.board import Board
    from shopwatch.fleet import Shop


class Past(NamedTuple):
    """What there was at a moment."""

    at: datetime.datetime
    shops: Mapping[str, Shop]
    boards: Mapping[str, Board]


Make = Callable[[datetime.datetime], Awaitable[Past]]


class Replay:
    """make: works a moment out. Whoever leafs quickly is shown where they stopped, not every page between."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._wanted: datetime.datetime | None = None
        self._turn = asyncio.Lock()
        self.past: Past | None = None
        """What is shown; None: now."""

    async def to(self, at: datetime.datetime | None) -> bool:
        """Show a moment, or now again; return whether it is shown: not where another was asked for meanwhile."""
        self._wanted = at
        if at is None:
            self.past = None
            return True
        async with self._turn:
            if self._wanted != at:
                return False
            past = await self._make(at)
            if self._wanted != at:
                return False
            self.past = past
        return True
