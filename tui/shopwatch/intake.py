"""What sources bring, taken into the warehouse by several at once.

To take in a poll costs much the same whether it tells of one order or of a thousand. So the polls of a fleet gather for
a moment and go in together; where sources are few, they hardly wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from shopwatch.store import Store

if TYPE_CHECKING:
    from shopwatch.records import Poll
    from shopwatch.warehouse import Brought, Warehouse

REST_A_SOURCE, LONGEST_REST = 0.015, 3.0
"""Seconds between two takings, for each source of the fleet and at the most: boards are made new no oftener."""


class Taken(NamedTuple):
    """changed: the shops of which anything is new, of all that went in together."""

    changed: set[str]
    brought: Brought


class _Waiting(NamedTuple):
    source: str
    poll: Poll
    taken: asyncio.Future[Taken]


class Intake:
    """Takes in what comes; sources: of how many."""

    def __init__(self, store: Store, sources: int) -> None:
        self._store = store
        self._rest = min(LONGEST_REST, REST_A_SOURCE * sources)
        self._waiting: list[_Waiting] = []
        self._taking: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None
        self._rested_at = 0.0  # of the loop's time

    async def take(self, source: str, poll: Poll) -> Taken:
        """Take in a poll, all of it or nothing."""
        loop = asyncio.get_running_loop()
        one = _Waiting(source, poll, loop.create_future())
        self._waiting.append(one)
        if self._working is None or self._working.done():
            self._working = loop.create_task(self._work())
        return await one.taken

    def let_go(self, error: Exception) -> None:
        """Take in nothing of what waits, nor of what is on its way."""
        waiting, self._waiting = [*self._taking, *self._waiting], []
        for one in waiting:
            _answer(one, error)

    async def _work(self) -> None:
        """Take in until nothing waits."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(self._rested_at - loop.time())
            self._taking, self._waiting = [one for one in self._waiting if not one.taken.done()], []
            await self._take_all(self._taking)
            self._taking = []
            self._rested_at = loop.time() + self._rest

    async def _take_all(self, waiting: Sequence[_Waiting]) -> None:
        if len(waiting) < 2 or not self._store.takes_together or not await self._took(waiting):
            for one in waiting:  # what one brought mustn't cost the others theirs
                if not one.taken.done():
                    await self._took([one])

    async def _took(self, together: Sequence[_Waiting]) -> bool:
        """Take in by one transaction; return whether all of them have their answer."""
        try:
            changed, brought = await self._store.ask(_ingested, [(one.source, one.poll) for one in together])
        except asyncio.CancelledError:
            for one in together:
                one.taken.cancel()
            raise
        except Exception as error:  # noqa: BLE001 (it belongs to whoever waits)
            if len(together) > 1:
                return False
            _answer(together[0], error)
        else:
            for one in together:
                _answer(one, Taken(changed, brought[one.source]))
        return True


def _answer(one: _Waiting, answer: Taken | Exception) -> None:
    if one.taken.done():  # nobody waits any more
        return
    if isinstance(answer, Exception):
        one.taken.set_exception(answer)
    else:
        one.taken.set_result(answer)


def _ingested(warehouse: Warehouse, polls: Sequence[tuple[str, Poll]]) -> tuple[set[str], dict[str, Brought]]:
    changed = warehouse.ingest_all(polls)
    return changed, {source: warehouse.brought(source) for source, _poll in polls}
