"""A list of a marketplace that is read by time: its pages, and how far and how often it is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncGenerator, Callable

from shopwatch.sources.live.platform import Read

DAY, HOUR = 86_400, 3600
OVERLAP = 600


@dataclasses.dataclass(slots=True)
class TimedList:
    """A `Stream`; see platform.py."""

    name: str
    pages: Callable[[int, int], AsyncGenerator[Read, None]]
    keeps: int
    longest: int = DAY
    overlap: int = OVERLAP
    every: float = 0.0
    at_first: int | None = None

    def read(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        return self.pages(begin, end)
