"""What is new goes over to the terminal: the boards that changed, one by one, and then the word that they may show.

However slowly the terminal reads, nothing queues up: what has become new meanwhile goes with the next round.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence

import msgspec

from shopwatch.apart.wire import Shown, Wire, difference
from shopwatch.board import Board
from shopwatch.feed import Feed

ABOUT = datetime.timedelta(seconds=0.5)


class Teller:
    """Listens to the monitor, and tells the terminal all that it shows."""

    def __init__(self, feed: Feed, wire: Wire) -> None:
        self._feed, self._wire = feed, wire
        self._sent: dict[str, Board] = {}
        self._said = Shown()
        self._told: set[str] = set()
        self._news = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        feed.listen(self._hear)

    def _hear(self, boards: Sequence[Board]) -> None:
        self._told.update(board.id for board in boards)
        self.look()

    def look(self) -> None:
        """Have another look at what there is."""
        self._news.set()

    async def all_told(self) -> None:
        """Wait until what is new by now has gone over."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self.look()
        await waiting

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            waiting, self._waiting = self._waiting, []
            await self._round()
            for one in waiting:
                if not one.done():
                    one.set_result(None)

    async def _round(self) -> None:
        boards, shown = dict(self._feed.boards), self._shown()
        changed = False
        for shop, board in boards.items():
            if (new := difference(board, self._sent.get(shop))) is not None:
                changed = True
                self._wire.put(new)
                await self._wire.room()
                await asyncio.sleep(0)  # for questions
        self._sent = boards
        if changed or shown.told or shown != msgspec.structs.replace(self._said, told=()):
            self._said = shown
            self._wire.put(shown)
            await self._wire.room()

    def _shown(self) -> Shown:
        feed = self._feed
        told, self._told = self._told, set()
        return Shown(
            shops=tuple(feed.boards),
            told=tuple(sorted(told)),
            next_poll=_steady(feed.next_poll, self._said.next_poll),
            trouble=feed.trouble,
            alerts=tuple(feed.alerts),
            unheard=tuple(feed.unheard),
            replayed=feed.replayed,
        )


def _steady(at: datetime.datetime | None, before: datetime.datetime | None) -> datetime.datetime | None:
    """Return the moment as it was said before, where it is another by the inaccuracy of reckoning it anew alone."""
    return before if at is not None and before is not None and abs(at - before) < ABOUT else at
