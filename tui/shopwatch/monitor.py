"""The monitor: it polls on schedule, keeps the boards new, and is the `Feed` of whoever looks.

What is needed before the first paint is here: the configuration and the journal, whose last boards are the
warm start. The engine, the sources and the scoring are imported once the loop runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.board import AlertBoard, Board
from shopwatch.config import Config
from shopwatch.feed import Hear, OfficialEntry, TypedPage
from shopwatch.fresh import Fresh
from shopwatch.journal import JournalError
from shopwatch.remarks import scrubbed
from shopwatch.remembered import Remembered
from shopwatch.works import Clock, SetUpError

HELD_RETRY = 10.0  # at the most: one that has just been ended lets go within a moment

if TYPE_CHECKING:
    from shopwatch.polling import Poller
    from shopwatch.warehouse import WarehouseHeld


def open_monitor(
    config: Config,
    state: Path,
    *,
    clock: Clock,
    language: str,
    wall: Clock | None = None,
    polls: bool = True,
) -> Monitor:
    """Open the journal and the last boards; raises JournalError.

    clock: the time that shops live by, where the configuration doesn't pin it. wall: the real time, where
    `clock` is another. polls: False only looks at what another process brings.
    """
    return Monitor(config, state, clock=clock, language=language, wall=wall, polls=polls)


class Monitor(Fresh):
    """The `Feed` itself."""

    _paused = False

    # ------------------------------------------------------------ what the views see

    def latest(self) -> Sequence[Board]:
        """Return the boards; while another process has the warehouse, those that it saved last. Blocks."""
        if self._store.is_open:
            return list(self._boards.values())
        return [board for board, _at in self._journal.boards()]

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def next_poll(self) -> datetime.datetime | None:
        if not self._store.is_open:
            return None
        return min((at for poller in self._pollers if (at := poller.next_try)), default=None)

    @property
    def trouble(self) -> str | None:
        if self._trouble is not None or self._boards:
            return self._trouble or self._mended
        # without a shop nothing else can say why there is none
        return next((f"{self._named(one)}: {one.error}" for one in self._pollers if one.error), None)

    @property
    def alerts(self) -> Sequence[AlertBoard]:
        return () if self._keeper is None else self._keeper.alerts(self.live().tzinfo)

    @property
    def unheard(self) -> Sequence[str]:
        return () if self._keeper is None else tuple(self._keeper.troubles.values())

    async def acknowledge(self, alerts: Sequence[str]) -> None:
        if self._keeper is not None:
            await self._keeper.acknowledge(alerts, self.live(), self._person())
            self._tell(list(self._boards.values()))

    def remembered(self) -> Mapping[str, str]:
        with contextlib.suppress(JournalError):
            return Remembered(self._journal).all()
        return {}

    async def remember(self, values: Mapping[str, str]) -> None:
        with contextlib.suppress(JournalError):  # its trouble is said where it saves boards
            await asyncio.to_thread(Remembered(self._journal).keep, values)

    def listen(self, hear: Hear) -> None:
        self._hearers.append(hear)

    def pause(self, paused: bool) -> None:
        self._paused = paused
        for poller in self._pollers:
            poller.pause(paused or not self._polls)

    async def refresh(self) -> None:
        for poller in self._pollers:
            poller.wake()
        self._everything = True
        self._changed.set()

    async def look_at(self, shop: str) -> None:
        self._in_view = shop
        if self.replayed is not None:
            await self.replay(self.replayed)
            return
        board = self._boards.get(shop)
        if board is not None and not board.whole and self._store.is_open:
            self._dirty.add(shop)
            self._awaited = True
            await self._refresh()

    # ------------------------------------------------------------ what is done and said

    async def tick(self, shop: str, action: str, done: bool) -> None:
        board = self._boards.get(shop)
        named = next((one.orders for one in board.actions if one.id == action), ()) if board else ()
        await self._noted(
            shop, lambda: self._journal.tick(shop, action, self._epoch(), done, self._person(), named)
        )
        if self._store.is_open:
            await self._refresh()

    async def remark(
        self,
        shop: str,
        orders: Sequence[str],
        *,
        note: str | None = None,
        owner: str | None = None,
        until: datetime.datetime | None = None,
    ) -> None:
        words = None if note is None else scrubbed(note)
        name = None if owner is None else scrubbed(owner)
        moment = None if until is None else int(until.timestamp())

        def write() -> None:
            self._journal.remark(
                shop, orders, self._epoch(), self._person(), note=words, owner=name, until=moment
            )

        await self._noted(shop, write)
        if self._store.is_open:
            await self._refresh()

    async def record_official(
        self, shop: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None:
        published = int(published_at.timestamp())
        await self._noted(shop, lambda: self._typed.keep(shop, entries, published, self._epoch()))
        self._misses = None  # some of them may be of a score that was taken back
        if self._store.is_open:
            await self._take_official()
            await self._refresh()

    async def typed(self, shop: str) -> Sequence[TypedPage]:
        return await asyncio.to_thread(self._typed.pages, shop)

    async def record_competitor(
        self,
        shop: str,
        competitor: str,
        entries: Sequence[OfficialEntry],
        published_at: datetime.datetime,
    ) -> None:
        published = int(published_at.timestamp())
        await self._noted(
            shop,
            lambda: self._typed.keep_competitors(shop, competitor, entries, published, self._epoch()),
        )
        if self._store.is_open:
            await self._take_official()
            await self._refresh()

    # ------------------------------------------------------------ the loop

    async def run(self) -> None:
        """Poll and refresh until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._prepare())
                group.create_task(self._open())
            async with asyncio.TaskGroup() as group:
                # The pollers first: while the boards are made of what is held, they wait for their servers.
                for poller in self._pollers:
                    poller.pause(self._paused or not self._polls)
                    group.create_task(poller.run() if self._polls else self._remember(poller))
                group.create_task(self._keep_refreshing())
                group.create_task(self._alerting().deliver(self._wall, told=lambda: self._tell(())))
        except* SetUpError as errors:
            self._say(str(errors.exceptions[0]))

    async def _remember(self, poller: Poller) -> None:
        """Know what was brought of a source that isn't polled here."""
        from shopwatch.warehouse import EngineError

        with contextlib.suppress(EngineError):  # the refresh tells of it
            await poller.recall()
        self._polled()

    async def _open(self) -> None:
        """Open the warehouse, however long another process holds it or it stays broken."""
        await asyncio.to_thread(
            importlib.import_module, "shopwatch.warehouse"
        )  # here it would hold up the keys
        from shopwatch.warehouse import WarehouseBroken, WarehouseHeld

        wait = HELD_RETRY / 64
        while True:
            try:
                await self._store.open()
            except WarehouseHeld as error:
                self._boards = {
                    board.id: board for board, _at in await asyncio.to_thread(self._journal.boards)
                }
                self._say(self._held(error))
            except WarehouseBroken as error:
                self._say(self._broken(error))
            else:
                break
            await asyncio.sleep(wait)
            wait = min(HELD_RETRY, wait * 2)
        self._trouble = None
        self._tell(())
        await self._hold_official()

    def _held(self, error: WarehouseHeld) -> str:
        _ = self._translate
        if self._boards:
            words = _("{holder} has the warehouse open; these are the last saved boards")
        else:
            words = _("{holder} has the warehouse open; it is shown here once that ends")
        return words.format(holder=self._holder(error))
