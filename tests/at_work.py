"""A monitor that polls and makes boards in this process while a test looks on, and is closed whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

from shopwatch.monitor import Monitor

Watched = TypeVar("Watched", bound=Monitor)


@contextlib.asynccontextmanager
async def at_work(monitor: Watched) -> AsyncIterator[Watched]:
    task = asyncio.create_task(monitor.run())
    try:
        yield monitor
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await monitor.aclose()
