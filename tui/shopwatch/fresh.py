"""Boards that are kept new: made again of what changed, judged for alerts, saved in the journal, told to whoever listens.

The engine and the scoring are imported once the loop runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shopwatch.answers import LIVE_RISKS, WHOLE_FLEET, Answers
from shopwatch.board import Board
from shopwatch.config import Config
from shopwatch.feed import Hear
from shopwatch.giving_back import give_back
from shopwatch.idling import Idling
from shopwatch.journal import JournalError
from shopwatch.logs import place_of
from shopwatch.works import Clock

if TYPE_CHECKING:
    from shopwatch.alerts.keeper import Keeper
    from shopwatch.records import Poll
    from shopwatch.warehouse import Brought

FIRST_POLL = 3.0  # seconds for which the very first boards wait for it
IDLE_LOOK = 30.0  # windows move and clocks run even when no source brings anything
SAVED_A_SECOND = 100_000  # bytes of boards: what a disk bears for years

log = logging.getLogger(__name__)


class Fresh(Answers):
    """The part of the monitor that keeps the boards new, once the warehouse is open."""

    def __init__(
        self,
        config: Config,
        state: Path,
        *,
        clock: Clock,
        language: str,
        wall: Clock | None = None,
        polls: bool = True,
    ) -> None:
        super().__init__(config, state, clock=clock, language=language, wall=wall)
        self._polls = polls
        self._hearers: list[Hear] = []
        self._dirty: set[str] = set()
        self._everything = True  # the next refresh is of every shop
        self._arrived, self._changed = asyncio.Event(), asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._awaited = False  # somebody at a key waits for the next refresh
        self._behind = False  # what is in view can be told with more of the past, without anything coming
        self._tidied_on: datetime.date | None = None
        self._official_held = False
        self._unsaved: set[str] = set()
        self._saving: asyncio.Future[int | None] | None = None
        self._save_from = 0.0  # monotonic
        self._keeper: Keeper | None = None
        self._idling = Idling(shared=config.store.warehouse is not None)

    async def aclose(self) -> None:
        try:
            if self._saving is not None and not self._saving.done():
                await asyncio.wait([self._saving])
            await self._save_changed()
        finally:
            await super().aclose()

    async def _keep_refreshing(self) -> None:
        if not self._boards:
            # Nothing was ever known: boards that only say so would hold up those of the first poll.
            patience = asyncio.get_running_loop().time() + FIRST_POLL
            await _until(self._arrived, patience)
            # What makes the boards is imported while the engine takes in, which doesn't need the interpreter.
            await self._ready()
            await _until(self._changed, patience)
            self._changed.clear()
        await self._ready()
        await self._refresh_safely()
        while True:
            await _until(
                self._changed,
                asyncio.get_running_loop().time()
                + (0 if self._behind and not self._refilling else IDLE_LOOK),
            )
            self._changed.clear()
            begin = time.monotonic()
            self._dirty |= self._idling.turned(self.live())
            if self._behind and not self._refilling:
                self._dirty |= self._in_sight()
            self._everything = self._everything or self._idling.is_due(begin)
            learned = self._behind
            await self._refresh_safely()
            if learned and not self._behind:  # all of it, for which much was taken and freed
                await asyncio.to_thread(give_back)
            await asyncio.sleep(max(0.0, self._config.monitor.refresh - (time.monotonic() - begin)))

    async def _keep_alive(self) -> None:
        """Tell others that this is the process that takes in, where there may be others."""
        if self._polls:
            await self._store.ask(lambda warehouse: warehouse.claim())

    async def _tidy(self) -> None:
        """Once a day, let go of what the configuration says not to keep, and of the room that it took."""
        days, today = self._config.store.keep_days, self.live().date()
        if self._tidied_on == today:
            return
        self._tidied_on = today
        if days is not None:
            await self._store.ask(lambda warehouse: warehouse.forget(days))
        await self._store.ask(lambda warehouse: warehouse.compact())

    async def _hold_official(self) -> None:
        """Have the figures typed by hand in the warehouse, from whenever it was begun."""
        if self._official_held:
            return
        self._official_held = True
        try:
            await self._take_official()
        except Exception as error:  # noqa: BLE001 (the sources may well be taken in)
            log.warning("figures typed by hand: %s", place_of(error))

    async def _refresh_safely(self) -> None:
        _ = self._translate
        from shopwatch.warehouse import EngineError, WarehouseBegunAnew

        try:
            await self._keep_alive()
            await self._hold_official()
            await self._tidy()
            await self._refresh(learn=True)
        except WarehouseBegunAnew:
            self._show_sources()  # what happened is told beside them
        except EngineError as error:
            self._say(_("the warehouse doesn't answer: {reason}").format(reason=error))
        except Exception as error:  # noqa: BLE001 (a query that fails must not end the loop)
            log.warning("refresh: %s", place_of(error))
            words = _("the figures can't be worked out ({kind}); the log names where")
            self._say(words.format(kind=type(error).__name__))

    async def _refresh(self, *, learn: bool = False) -> None:
        """Make the boards new of what changed, tell, and save them.

        learn: the past may be looked at anew for the chances of a miss, which whoever pressed a key doesn't wait for.
        """
        async with self._refreshing:
            if not (self._everything or self._dirty):  # whoever held the lock has made them
                return
            if self._refilling:
                self._trouble = None
                self._show_sources()
                return
            everything, now, begin = self._everything, self.live(), time.process_time()
            boards = await self._made_of_changed(learn)
            known = {**self._boards, **{board.id: board for board in boards}}
            self._boards = {shop: known[shop] for shop in self._shops if shop in known}
            self._trouble = None
            self._unsaved.update(board.id for board in boards)
            await self._alert(boards)
            self._show_sources()  # as they are by now: a poll may have ended while the figures were made
            if time.monotonic() >= self._save_from:
                await self._save_changed()
            if everything:
                self._idling.made_all(boards, now, time.process_time() - begin, time.monotonic())
            else:
                self._idling.made(boards, now)

    async def _made_of_changed(self, learn: bool) -> list[Board]:
        everything, dirty, awaited = self._everything, self._dirty, self._awaited
        self._everything, self._dirty, self._awaited = False, set(), False
        only = None if everything else dirty
        first = not self._shops  # the first boards don't wait for what the days ahead bring; the next have it
        try:
            boards = await self._made(
                self.live(),
                only,
                LIVE_RISKS,
                watch=True,
                whole=self._whole,
                split=self._in_sight,
                patience=0 if first else 1,
                learn=learn and not awaited,
            )
        except BaseException:  # a view that no longer waits for its answer cancels it, too
            self._everything, self._dirty = self._everything or everything, self._dirty | dirty
            raise
        if first:
            self._dirty |= self._in_sight()
        if self._refresher is not None and self._in_sight() <= {board.id for board in boards}:
            self._behind = self._refresher.behind
        return boards

    def _whole(self) -> set[str] | None:
        """Return whose actions to work out, beside the risks; None is everybody's."""
        if len(self._shops) <= WHOLE_FLEET:
            return None
        return self._in_sight()

    def _alerting(self) -> Keeper:
        """Return what speaks of what is wrong; a pinned or a simulated day is told nobody elsewhere."""
        if self._keeper is None:
            from shopwatch.alerts.keeper import Keeper

            real = self._config.monitor.now is None and self._clock is self._wall
            self._keeper = Keeper(self._config, self._journal, self._translate, outward=real)
        return self._keeper

    async def _alert(self, boards: Sequence[Board]) -> None:
        """Judge boards that rest on all of their sources; the journal's trouble is said where it saves boards."""
        settled = [board for board in boards if board.id not in self._unsettled]
        with contextlib.suppress(JournalError):
            await self._alerting().judge(settled, self.live())

    async def _save_changed(self) -> None:
        """Save the boards that changed since they were saved."""
        changed = [self._boards[shop] for shop in self._unsaved if shop in self._boards]
        if not changed:
            return
        self._unsaved = set()
        # an end of the monitor must not come between the boards and their journal
        self._saving = asyncio.ensure_future(asyncio.to_thread(self._save, changed, list(self._boards)))
        written = await asyncio.shield(self._saving)
        if written is None:
            self._unsaved.update(board.id for board in changed)
            self._tell(())
        else:
            self._save_from = time.monotonic() + written / SAVED_A_SECOND

    async def _take(self, source: str, poll: Poll) -> Brought:
        self._arrived.set()
        return await super()._take(source, poll)

    def _polled(self) -> None:
        self._arrived.set()
        if not self._boards or (self._everything and not self._refilling):
            self._changed.set()  # nothing came, and so nothing more is waited for
        self._show_sources()

    def _begun_anew(self, aside: Path) -> None:
        super()._begun_anew(aside)
        self._everything, self._official_held, self._tidied_on = True, False, None
        self._changed.set()

    @property
    def _refilling(self) -> bool:
        """Whether the boards of before are to stay: a damaged warehouse holds but a part again of what they rest on."""
        return bool(
            self._store.begun and self._boards and not all(poller.answered for poller in self._pollers)
        )

    def _show_sources(self) -> None:
        """Put the sources' own state on the boards: it changes with every poll, and the figures may not."""
        from shopwatch.fleet import SourcesShown

        shown = SourcesShown(self._source_boards())
        self._boards = {
            shop: msgspec.structs.replace(board, sources=shown.of(self._shops[shop]))
            if shop in self._shops
            else board
            for shop, board in self._boards.items()
        }
        self._tell(list(self._boards.values()))

    def _touch(self, shops: set[str], *, awaited: bool = False) -> None:
        if shops:
            self._awaited = self._awaited or awaited
            self._dirty |= shops
            self._changed.set()

    async def _noted(self, shop: str, write: Callable[[], None]) -> None:
        """Write into the journal, whether or not the view still waits for it."""
        writing = asyncio.ensure_future(asyncio.to_thread(write))
        writing.add_done_callback(lambda _: self._touch({shop}, awaited=True))
        await asyncio.shield(writing)

    def _say(self, trouble: str) -> None:
        self._trouble = trouble
        self._tell(list(self._boards.values()))

    def _tell(self, boards: Sequence[Board]) -> None:
        for hear in self._hearers:
            hear(boards)


async def _until(event: asyncio.Event, deadline: float) -> None:
    """Wait for the event, but no longer than to this time of the loop."""
    # not wait_for: Python 3.11's loses a cancellation that comes with the event
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            await event.wait()
