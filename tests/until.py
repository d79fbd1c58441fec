"""Waiting for what another task does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(ready: Callable[[], object], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if ready():
                return
            await asyncio.sleep(0.05)
