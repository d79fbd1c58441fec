"""A monitor that polls and makes boards, in this process or its own, while a test looks on, and is closed whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from shopwatch.apart import ClosingFeed
from shopwatch.board import Board

Watched = TypeVar("Watched", bound=ClosingFeed)


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


async def settled(monitor: ClosingFeed, *shops: str) -> dict[str, Board]:
    """Return the boards of shops once they rest on all of their sources.

    A board says how its sources are by now, which may be later than its figures: those must have come to rest, too.
    """
    before: Sequence[object] = ()
    async with asyncio.timeout(120):
        while True:
            boards = {shop: monitor.boards[shop] for shop in shops if shop in monitor.boards}
            figures = [(one.score.value, one.dimensions) for one in boards.values()]
            ready = len(boards) == len(shops) and all(
                one.score.value and one.sources and all(source.last_success for source in one.sources)
                for one in boards.values()
            )
            if ready and figures == before:
                return boards
            before = figures
            await asyncio.sleep(0.5)
