"""The loop: poll on schedule, refresh the boards of what changed, tell whoever listens.

What is needed before the first paint is here: the configuration and the journal, whose last boards are the
warm start. The engine, the sources and the scoring are imported once the loop runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import importlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shopwatch.answers import LIVE_RISKS, WHOLE_FLEET, Answers
from shopwatch.board import AlertBoard, Board
from shopwatch.config import Config
from shopwatch.feed import Hear, OfficialEntry, TypedPage
from shopwatch.idling import Idling
from shopwatch.journal import JournalError
from shopwatch.logs import place_of
from shopwatch.remarks import scrubbed
from shopwatch.remembered import Remembered
from shopwatch.works import Clock, SetUpError

FIRST_POLL = 3.0  # seconds for which the very first boards wait for it
IDLE_LOOK = 30.0  # windows move and clocks run even when no source brings anything
HELD_RETRY = 10.0  # at the most: one that has just been ended lets go within a moment
SAVED_A_SECOND = 100_000  # bytes of boards: what a disk bears for years

if TYPE_CHECKING:
    from shopwatch.alerts.keeper import Keeper
    from shopwatch.polling import Poller
    from shopwatch.records import Poll
    from shopwatch.warehouse import Brought, WarehouseHeld

log = logging.getLogger(__name__)


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


class Monitor(Answers):
    """The one `Feed`."""

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
        self._paused = False
        self._tidied_on: datetime.date | None = None
        self._official_held = False
        self._unsaved: set[str] = set()
        self._saving: asyncio.Future[int | None] | None = None
        self._save_from = 0.0  # monotonic
        self._keeper: Keeper | None = None
        self._idling = Idling(shared=config.store.warehouse is not None)

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

    async def run(self) -> None:
        """Poll and refresh until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._prepare())
                group.create_task(self._open())
            async with asyncio.TaskGroup() as group:
                # The pollers first: while the boards are made of what is held, they wait for their servers.
                for poller in self._pollers:
                    poller.pause(not self._polls)
                    group.create_task(poller.run() if self._polls else self._remember(poller))
                group.create_task(self._keep_refreshing())
                group.create_task(self._alerting().deliver(self._wall))
        except* SetUpError as errors:
            self._say(str(errors.exceptions[0]))

    async def _remember(self, poller: Poller) -> None:
        """Know what was brought of a source that isn't polled here."""
        from shopwatch.warehouse import EngineError

        with contextlib.suppress(EngineError):  # the refresh tells of it
            await poller.recall()
        self._polled()

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

    async def _noted(self, shop: str, write: Callable[[], None]) -> None:
        """Write into the journal, whether or not the view still waits for it."""
        writing = asyncio.ensure_future(asyncio.to_thread(write))
        writing.add_done_callback(lambda _: self._touch({shop}, awaited=True))
        await asyncio.shield(writing)

    async def aclose(self) -> None:
        try:
            if self._saving is not None and not self._saving.done():
                await asyncio.wait([self._saving])
            await self._save_changed()
        finally:
            await super().aclose()

    # ------------------------------------------------------------ inside

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
        await self._hold_official()

    async def _hold_official(self) -> None:
        """Have the figures typed by hand in the warehouse, from whenever it was begun."""
        if self._official_held:
            return
        self._official_held = True
        try:
            await self._take_official()
        except Exception as error:  # noqa: BLE001 (the sources may well be taken in)
            log.warning("figures typed by hand: %s", place_of(error))

    def _held(self, error: WarehouseHeld) -> str:
        _ = self._translate
        if self._boards:
            words = _("{holder} has the warehouse open; these are the last saved boards")
        else:
            words = _("{holder} has the warehouse open; it is shown here once that ends")
        return words.format(holder=self._holder(error))

    def _say(self, trouble: str) -> None:
        self._trouble = trouble
        self._tell(list(self._boards.values()))

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
                self._changed, asyncio.get_running_loop().time() + (0 if self._behind else IDLE_LOOK)
            )
            self._changed.clear()
            begin = time.monotonic()
            self._dirty |= self._idling.turned(self.live())
            if self._behind:
                self._dirty |= self._in_sight()
            self._everything = self._everything or self._idling.is_due(begin)
            await self._refresh_safely()
            await asyncio.sleep(max(0.0, self._config.monitor.refresh - (time.monotonic() - begin)))

    @property
    def _behind(self) -> bool:
        """Whether what is in view can be told with more of the past, without anything coming."""
        return self._refresher is not None and self._refresher.behind and not self._refilling

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
        return boards

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
        else:
            self._save_from = time.monotonic() + written / SAVED_A_SECOND

    def _whole(self) -> set[str] | None:
        """Return whose actions to work out, beside the risks; None is everybody's."""
        if len(self._shops) <= WHOLE_FLEET:
            return None
        return self._in_sight()

    def _tell(self, boards: Sequence[Board]) -> None:
        for hear in self._hearers:
            hear(boards)


async def _until(event: asyncio.Event, deadline: float) -> None:
    """Wait for the event, but no longer than to this time of the loop."""
    # not wait_for: Python 3.11's loses a cancellation that comes with the event
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            await event.wait()
