"""What a monitor works with: the configured sources, the warehouse in its thread, the scoring and the journal.

Made without any of them but the journal; they are imported and built by the first that needs them.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import getpass
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.board import Board, Miss, SourceBoard
from shopwatch.collection import no_collection
from shopwatch.config import Config
from shopwatch.i18n import translation
from shopwatch.intake import Intake
from shopwatch.journal import Journal, JournalError
from shopwatch.journal_copy import restored_words
from shopwatch.remarks import DAYS, Remarks
from shopwatch.store import Store
from shopwatch.typed import TypedFigures

if TYPE_CHECKING:
    from shopwatch.board.care import CareBoard
    from shopwatch.care.carer import Carer
    from shopwatch.fleet import Shop
    from shopwatch.polling import Poller
    from shopwatch.records import Poll
    from shopwatch.refresher import Refresher
    from shopwatch.sources import Source
    from shopwatch.sources.live.shared import Shared
    from shopwatch.warehouse import Brought, WarehouseHeld

HAND = "official by hand"

log = logging.getLogger(__name__)


class SetUpError(Exception):
    """What the configuration names can't be worked with, in a sentence; no retry mends it."""


Clock = Callable[[], datetime.datetime]


class Works:
    """clock: the time that shops live by, where the configuration doesn't pin it. wall: the real time, where
    `clock` is another. Raises JournalError."""

    def __init__(
        self, config: Config, state: Path, *, clock: Clock, language: str, wall: Clock | None = None
    ) -> None:
        self._config, self._clock, self._wall = config, clock, wall or clock
        self._language, self._translate = language, translation(language)
        self._journal = Journal(state / "journal.sqlite")
        self._typed = TypedFigures(self._journal)
        self._restored = restored_words(self._journal.restored, self.live().tzinfo, self._translate)
        self._rebuilt: str | None = None  # what to know of a warehouse that was damaged
        self._store = Store(
            config.store.warehouse or state / "warehouse.duckdb",
            begun_anew=self._begun_anew,
            today=lambda: self.wall().astimezone().date(),
        )
        self._recalled: dict[str, int] = {}  # of which of the store's beginnings each source's cursor is
        self._polls = True
        self._intake = Intake(self._store, 1)
        self._tokens = state / "tokens"
        self._shared: Shared | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._pollers: list[Poller] = []
        self._refresher: Refresher | None = None
        self._carer: Carer | None = None
        self._readying = asyncio.Lock()
        self._shops: dict[str, Shop] = {}
        self._trouble: str | None = None
        self._misses: dict[str, tuple[Miss, ...]] | None = None  # as the journal has them
        self._unsettled: set[str] = set()  # shops whose boards don't rest on all of their sources yet

    def now(self) -> datetime.datetime:
        """The moment that is asked about."""
        return self.live()

    def live(self) -> datetime.datetime:
        """The time that the shops live by."""
        return self._config.monitor.now or self._clock()

    def wall(self) -> datetime.datetime:
        return self._wall()

    async def aclose(self) -> None:
        """Give up all that is held, whatever of it fails."""
        async with contextlib.AsyncExitStack() as closing:
            if self._scratch is not None:
                closing.callback(self._scratch.cleanup)
            closing.callback(self._journal.close)
            closing.push_async_callback(self._store.aclose)
            if self._shared is not None:
                closing.callback(self._shared.close)
            for poller in self._pollers:
                closing.push_async_callback(poller.source.aclose)

    def _begun_anew(self, aside: Path) -> None:
        """The warehouse was damaged and is empty now: have everything brought again."""
        from shopwatch.warehouse import WarehouseBegunAnew

        log.warning("the warehouse was damaged; it is put aside as %s", aside.name)
        _ = self._translate
        words = _("the warehouse was damaged: it is filled again from the sources; the damaged one is {file}")
        self._rebuilt = words.format(file=aside.name)
        self._intake.let_go(WarehouseBegunAnew(self._rebuilt))
        for poller in self._pollers:
            poller.begin_anew()

    @property
    def _mended(self) -> str | None:
        """What of one's own files was damaged and has been replaced."""
        return "; ".join(words for words in (self._restored, self._rebuilt) if words) or None

    def _polled(self) -> None:
        """A source was asked: it may fare otherwise now."""

    def _touch(self, shops: set[str]) -> None:
        """Something of these shops is new."""

    async def _prepare(self) -> None:
        """Import and build what is polled; raises SetUpError."""
        if not self._pollers:
            sources = await asyncio.to_thread(self._sources)
            self._pollers = [self._poller(source, shop) for source, shop in sources]
            self._intake = Intake(self._store, len(sources))

    def _sources(self) -> list[tuple[Source, str | None]]:
        with no_collection():
            from shopwatch.polling import configured_sources
            from shopwatch.sources import SourceError
            from shopwatch.sources.live.shared import Shared
            from shopwatch.sources.live.timing import Timing

            if self._shared is None:
                # a marketplace whose time is simulated wants its calls stamped by that time
                timing = Timing(wall=lambda: self._clock().timestamp())
                self._shared = Shared(self._tokens, timing)
            if self._scratch is None:
                self._scratch = tempfile.TemporaryDirectory(prefix="shopwatch-", ignore_cleanup_errors=True)
            scratch = Path(self._scratch.name)
            try:
                return configured_sources(self._config, scratch, self.live(), self._translate, self._shared)
            except SourceError as error:
                raise SetUpError(str(error)) from None

    async def _ready(self) -> Refresher:
        """Return what makes the boards; the first to ask has it imported and built. Raises SetUpError."""
        async with self._readying:
            if self._refresher is None:
                self._refresher = await asyncio.to_thread(self._built)
            return self._refresher

    def _built(self) -> Refresher:
        with no_collection():
            from shopwatch.care import CareError
            from shopwatch.playbooks import PlaybookError
            from shopwatch.refresher import Refresher
            from shopwatch.rulebook import ScorecardError

            try:
                refresher = Refresher.of(self._config, self._language, self._translate)
            except (CareError, PlaybookError, ScorecardError) as error:
                raise SetUpError(str(error)) from None
            refresher.read_ahead(self.live())
            return refresher

    async def _caring(self) -> Carer:
        """Return what keeps order care; a pinned or a simulated day is told nobody elsewhere."""
        if self._carer is None:
            from shopwatch.care.carer import Carer

            real = self._config.monitor.now is None and self._clock is self._wall
            self._carer = await asyncio.to_thread(
                Carer, self._config, self._journal, self._translate, outward=real
            )
        return self._carer

    async def _care(self, shop: Shop, now: datetime.datetime, most: int) -> CareBoard:
        """Return whom of a shop's buyers to tell what; `most` of a group, 0 is all."""
        from shopwatch.care.carer import with_sends
        from shopwatch.care.listing import care_board

        carer, refresher = await self._caring(), await self._ready()
        told = await asyncio.to_thread(carer.told, shop.id, now)
        language = self._config.care.language or self._language
        board = await self._store.ask(care_board, shop, now, refresher.templates, told, language, most)
        return with_sends(board, carer.sends(now))

    def _poller(self, source: Source, shop: str | None) -> Poller:
        from shopwatch.polling import Poller

        return Poller(
            source,
            shop,
            recall=self._recall,
            take=self._take,
            polled=self._polled,
            now=self._wall,
            monotonic=time.monotonic,
            _=self._translate,
        )

    async def _polls_elsewhere(self) -> str | None:
        """Return who takes in instead of this process, in a sentence, where somebody does."""
        _ = self._translate
        holder = await self._store.ask(lambda warehouse: warehouse.claim())
        words = _(
            "{holder} polls into this warehouse; here it is only looked at, until that one falls silent"
        )
        return words.format(holder=holder) if holder else None

    async def _recall(self, source: str) -> tuple[str | None, Brought]:
        from shopwatch.sources import SourceError
        from shopwatch.warehouse import EngineError

        _ = self._translate
        try:
            if self._polls and (elsewhere := await self._polls_elsewhere()):
                raise SourceError(elsewhere)
            self._recalled[source] = self._store.begun
            return await self._store.ask(
                lambda warehouse: (warehouse.cursor(source), warehouse.brought(source))
            )
        except EngineError as error:
            words = _("the warehouse doesn't answer: {reason}")
            raise SourceError(words.format(reason=error)) from None

    async def _take(self, source: str, poll: Poll) -> Brought:
        import duckdb

        from shopwatch.sources import SourceError
        from shopwatch.warehouse import EngineError, WarehouseBegunAnew

        _ = self._translate
        try:
            if (
                self._recalled.get(source) != self._store.begun
            ):  # more is missing than what this poll was asked for
                raise WarehouseBegunAnew(source)
            taken = await self._intake.take(source, poll)
        except (duckdb.IOException, duckdb.TransactionException, EngineError) as error:  # a full disk, mostly
            words = _("the warehouse can't take it in: {reason}")
            raise SourceError(words.format(reason=str(error).splitlines()[0])) from None
        finally:
            for batch in poll.batches:
                batch.path.unlink(missing_ok=True)
        for refresher in self._refreshers():
            refresher.took(poll, taken.changed)
        self._touch(taken.changed)
        return taken.brought

    def _refreshers(self) -> Iterator[Refresher]:
        """Yield whatever makes boards here, so far as it is built."""
        if self._refresher is not None:
            yield self._refresher

    async def _take_official(self) -> None:
        """Bring the figures typed in by hand into the warehouse, where all figures are asked for."""
        if self._config.store.warehouse and not (self._polls and await self._polls_elsewhere() is None):
            return  # whoever takes in has a journal of its own
        own, theirs = await asyncio.to_thread(lambda: (self._typed.own(), self._typed.of_competitors()))
        if own:
            await self._store.ask(lambda warehouse: warehouse.take(HAND, "official", own))
        if theirs:
            await self._store.ask(lambda warehouse: warehouse.take(HAND, "competitors", theirs))

    async def _made(
        self,
        moment: datetime.datetime,
        only: set[str] | None,
        risks: int,
        *,
        watch: bool = False,
        whole: Callable[[], set[str] | None] = lambda: None,
        split: Callable[[], set[str] | None] = lambda: None,
        pinned: bool = False,
        patience: int | None = None,
        learn: bool = True,
    ) -> list[Board]:
        refresher = await self._ready()
        self._shops = await self._store.ask(refresher.shops, moment)
        ticks = await asyncio.to_thread(self._journal.ticks, int(moment.timestamp()))
        remarks = await self._remarks(moment)
        from shopwatch.misses import recalled
        from shopwatch.scoring.anchor import ERROR_PAIRS

        if self._misses is None:
            self._misses = await asyncio.to_thread(self._journal.misses, ERROR_PAIRS)
        recorded = self._misses
        sources = self._source_boards()  # as they are before the figures are made, which a poll may overtake
        boards = await self._store.ask(
            refresher.boards,
            moment,
            self._shops,
            only=only,
            whole=whole(),
            split=split(),
            ticks=ticks,
            remarks=remarks,
            sources=sources,
            risks=risks,
            watch=watch,
            pinned=pinned or self._config.monitor.now is not None,
            patience=patience,
            learn=learn,
        )
        for board in boards:
            if all(source.last_success for source in board.sources):
                self._unsettled.discard(board.id)
            else:
                self._unsettled.add(board.id)
        return [recalled(board, recorded.get(board.id, ())) for board in boards]

    async def _remarks(self, moment: datetime.datetime) -> dict[str, dict[str, Remarks]]:
        until = int(moment.timestamp())
        return await asyncio.to_thread(self._journal.remarks, until - DAYS * 86400, until)

    def _source_boards(self) -> dict[str | None, list[SourceBoard]]:
        found: dict[str | None, list[SourceBoard]] = {}
        for poller in self._pollers:
            found.setdefault(poller.shop, []).append(poller.board())
        return found

    def _save(self, boards: Sequence[Board], order: Sequence[str]) -> int | None:
        """Save boards; return how many bytes that took, None where they could not be saved. Blocks."""
        _ = self._translate
        try:
            # what half of the data says of the past must not stay on record for good
            written = self._journal.save_boards(
                boards, order, int(self._wall().timestamp()), unsettled=self._unsettled
            )
            self._journal.copy_daily(self._wall().timestamp())
        except JournalError as error:
            words = _("not saved: {reason}; it is tried again and again ({file})")
            self._trouble = words.format(reason=error.reason, file=error.path)
            return None
        if self._misses is not None:
            self._misses |= {
                board.id: board.score.misses for board in boards if board.id not in self._unsettled
            }
        return written

    def _named(self, poller: Poller) -> str:
        """What to call it where its shop isn't seen."""
        name = poller.source.name
        alone = sum(one.source.name == name for one in self._pollers) == 1
        return name if alone else poller.key

    def _holder(self, held: WarehouseHeld) -> str:
        _ = self._translate
        if held.process is None:
            return _("another process")
        return _("another process ({id})").format(id=held.process)

    def _broken(self, error: Exception) -> str:
        from shopwatch.warehouse import WarehouseAway, WarehouseNewer

        _ = self._translate
        if isinstance(error, WarehouseAway):
            return _("the warehouse doesn't answer: {reason}").format(reason=error)
        if isinstance(error, WarehouseNewer):
            words = _(
                "the warehouse {file} was written by a newer version: use that one, or name another folder with --state"
            )
            return words.format(file=error)
        return _("the warehouse can't be opened, and is left as it is: {reason}").format(reason=error)

    def _person(self) -> str:
        """Who is at the keyboard: as the configuration says, else as far as the machine knows."""
        if self._config.monitor.who:
            return str(self._config.monitor.who)
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return ""

    def _epoch(self) -> int:
        return int(self.live().timestamp())
