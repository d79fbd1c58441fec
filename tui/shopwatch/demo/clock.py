"""Simulated time: a clock that starts at a moment and runs some times as fast as the real one."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable


class SimClock:
    """speed: simulated seconds a second. monotonic: what real seconds are counted by. base: its reading at
    the start."""

    def __init__(
        self,
        start: datetime.datetime,
        speed: float = 3600.0,
        monotonic: Callable[[], float] = time.monotonic,
        base: float | None = None,
    ) -> None:
        self.start = start
        self.speed = speed
        self.base = monotonic() if base is None else base
        self._monotonic = monotonic

    def now(self) -> datetime.datetime:
        return self.start + datetime.timedelta(seconds=(self._monotonic() - self.base) * self.speed)

    def seconds(self) -> int:
        """Return the moment in whole epoch seconds."""
        return int(self.now().timestamp())
