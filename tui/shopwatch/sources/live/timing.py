"""The clocks and the chance that live sources go by, in one value, so that a test may bring its own."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from collections.abc import Awaitable, Callable


@dataclasses.dataclass(frozen=True, slots=True)
class Timing:
    """wall: epoch seconds. monotonic: seconds that never go back. sleep: waits so many of them. chance: 0 to 1."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = dataclasses.field(default_factory=lambda: random.Random().random)
