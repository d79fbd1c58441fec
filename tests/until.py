"""Waiting for what another task, thread or process does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds after which what hasn't come won't: many times what it takes, for a machine may be busy with others."""


async def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if ready():
                return
            await asyncio.sleep(0.05)
