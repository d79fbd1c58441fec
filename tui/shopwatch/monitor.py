"""The loop: poll on schedule, refresh the boards of what changed, tell whoever listens.

What is needed before the first paint is here: the configuration and the journal, whose last boards are the
warm start. The engine, the sources and the scoring are imported once the loop runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import getpass
import logging
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shopwatch.board import Board, SourceBoard, Status
from shopwatch.config import Config
from shopwatch.feed import Hear, OfficialEntry, OrderView, Row, Split
from shopwatch.i18n import translation
from shopwatch.journal import Journal, JournalError
from shopwatch.logs import place_of
from shopwatch.store import Store

if TYPE_CHECKING:
    from shopwatch.fleet import Shop
    from shopwatch.polling import Poller
    from shopwatch.records import Poll
    from shopwatch.refresher import Refresher
    from shopwatch.sources import Source
    from shopwatch.warehouse import Brought

SCHEMA = 1
WHOLE_FLEET = 40  # of more shops than this, risks and actions are worked out for the one in view alone
LIVE_RISKS = 300  # as many as a person would ever scroll through; `status --risks 0` has them all
FIRST_POLL = 3.0  # seconds for which the very first boards wait for it
IDLE_REFRESH = 30.0  # windows move and clocks run even when no source brings anything
HELD_RETRY = 10.0
HAND = "official by hand"

log = logging.getLogger(__name__)

Clock = Callable[[], datetime.datetime]


class StatusResult(msgspec.Struct, frozen=True):
    """What `status` found. failures: a sentence for each source that failed. held: why nothing could be
    answered. notes: what to know of what was answered, such as its age."""

    status: Status
    failures: tuple[str, ...] = ()
    held: str | None = None
    notes: tuple[str, ...] = ()


def open_monitor(
    config: Config, state: Path, *, clock: Clock, language: str, wall: Clock | None = None
) -> Monitor:
    """Open the journal and the last boards; raises JournalError.

    clock: the time that shops live by, where the configuration doesn't pin it. wall: the real time, where
    `clock` is another.
    """
    return Monitor(config, state, Journal(state / "journal.sqlite"), clock, wall or clock, language)


class Monitor:
    """The one `Feed`."""

    def __init__(
        self, config: Config, state: Path, journal: Journal, clock: Clock, wall: Clock, language: str
    ) -> None:
        self._config, self._journal, self._clock, self._wall = config, journal, clock, wall
        self._language, self._translate = language, translation(language)
        self._store = Store(state / "warehouse.duckdb")
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._trouble: str | None = None
        saved = journal.boards()
        self._boards: dict[str, Board] = {board.id: board for board, _ in saved}
        self._saved_at = max((at for _, at in saved), default=None)
        self._hearers: list[Hear] = []
        self._pollers: list[Poller] = []
        self._refresher: Refresher | None = None
        self._shops: dict[str, Shop] = {}
        self._dirty: set[str] = set()
        self._everything = True  # the next refresh is of every shop
        self._changed = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._paused = False
        self._in_view: str | None = None
        self._saving: asyncio.Future[None] | None = None
        self._forgotten_on: datetime.date | None = None

    # ------------------------------------------------------------ what the views see

    @property
    def boards(self) -> Mapping[str, Board]:
        return self._boards

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
        return self._trouble

    def now(self) -> datetime.datetime:
        return self._config.monitor.now or self._clock()

    def wall(self) -> datetime.datetime:
        return self._wall()

    def listen(self, hear: Hear) -> None:
        self._hearers.append(hear)

    def pause(self, paused: bool) -> None:
        self._paused = paused
        for poller in self._pollers:
            poller.pause(paused)

    async def refresh(self) -> None:
        for poller in self._pollers:
            poller.wake()
        self._everything = True
        self._changed.set()

    async def look_at(self, shop: str) -> None:
        self._in_view = shop
        board = self._boards.get(shop)
        if board is not None and not board.whole and self._store.is_open:
            self._dirty.add(shop)
            await self._refresh()

    async def run(self) -> None:
        """Poll and refresh until cancelled."""
        from shopwatch.playbooks import PlaybookError
        from shopwatch.sources import SourceError

        try:
            await self._prepare()
        except (PlaybookError, SourceError) as error:  # of what the configuration names: no retry mends it
            self._say(str(error))
            return
        await self._open()
        async with asyncio.TaskGroup() as group:
            # The pollers first: while the boards are made of what is held, they wait for their servers.
            for poller in self._pollers:
                group.create_task(poller.run())
            group.create_task(self._keep_refreshing())

    async def tick(self, shop: str, action: str, done: bool) -> None:
        board = self._boards.get(shop)
        named = next((one.orders for one in board.actions if one.id == action), ()) if board else ()
        self._journal.tick(shop, action, self._epoch(), done, _person(), named)
        if self._store.is_open:
            self._touch({shop})
            await self._refresh()

    async def record_official(
        self, shop: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None:
        self._journal.record_official(shop, entries, int(published_at.timestamp()), self._epoch())
        if self._store.is_open:
            await self._take_official()
            self._touch({shop})
            await self._refresh()

    async def splits(self, shop: str, indicator: str, by: str) -> Sequence[Split]:
        from shopwatch import inquiry

        found = self._shops.get(shop)
        if found is None or not self._store.is_open:
            return ()
        return await self._store.ask(inquiry.splits, found, self.now(), indicator, by)

    async def rows(self, shop: str, indicator: str, limit: int = 200) -> Sequence[Row]:
        from shopwatch import inquiry

        found = self._shops.get(shop)
        if found is None or not self._store.is_open:
            return ()
        return await self._store.ask(inquiry.rows, found, self.now(), indicator, limit, self._translate)

    async def order(self, shop: str, order_id: str) -> OrderView | None:
        from shopwatch import inquiry

        found = self._shops.get(shop)
        if found is None or not self._store.is_open:
            return None
        return await self._store.ask(inquiry.order, found, self.now(), order_id, self._translate)

    # ------------------------------------------------------------ once, without a screen

    async def status(
        self, as_of: datetime.datetime | None, *, poll: bool, shop: str | None, risks: int
    ) -> StatusResult:
        """Poll every source once and return the boards as of a moment; a held warehouse, the last saved."""
        from shopwatch.warehouse import WarehouseBroken, WarehouseHeld

        await self._prepare()
        try:
            await self._store.open()
        except WarehouseHeld:
            return self._last_saved(shop, as_of)
        except WarehouseBroken as error:
            return StatusResult(
                Status(schema=SCHEMA, as_of=self._local(as_of or self.now()), shops=()),
                held=self._broken(error),
            )
        await self._take_official()
        if poll:
            await asyncio.gather(*(poller.poll() for poller in self._pollers))
        moment = as_of or self.now()
        boards = await self._made(moment, None if shop is None else {shop}, risks, pinned=as_of is not None)
        if as_of is None and shop is None and boards:
            self._save(boards, [board.id for board in boards])
        failures = [f"{self._named(one)}: {one.error}" for one in self._pollers if one.error]
        failures += [self._trouble] if self._trouble else []
        notes: list[str] = []
        for poller in self._pollers:
            if poller.aside:
                sentence = f"{self._named(poller)}: {poller.aside.words}"
                (failures if poller.aside.all else notes).append(sentence)
        status = Status(schema=SCHEMA, as_of=self._local(moment), shops=tuple(boards))
        return StatusResult(status, tuple(failures), notes=tuple(notes))

    async def check(self) -> Sequence[tuple[str, bool, str]]:
        """Try every source, keeping nothing: its name, whether it went well, and a sentence."""
        from shopwatch.polling import Aside, told
        from shopwatch.sources import SourceError

        await self._prepare()
        found = []
        for poller in self._pollers:
            try:
                poll = await poller.try_out()
            except SourceError as error:
                found.append((self._named(poller), False, str(error)))
                continue
            aside = Aside.of(poll, self._translate)
            found.append((self._named(poller), not (aside and aside.all), told(poll, self._translate)))
        return found

    async def aclose(self) -> None:
        for poller in self._pollers:
            await poller.source.aclose()
        await self._store.aclose()
        if self._saving is not None:
            await asyncio.wait([self._saving])
        self._journal.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    # ------------------------------------------------------------ inside

    async def _prepare(self) -> None:
        """Import and build what the loop needs."""
        if self._refresher is None:
            self._refresher, sources = await asyncio.to_thread(self._built)
            self._pollers = [self._poller(source, shop) for source, shop in sources]

    def _built(self) -> tuple[Refresher, list[tuple[Source, str | None]]]:
        from shopwatch.polling import configured_sources
        from shopwatch.refresher import Refresher

        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="shopwatch-", ignore_cleanup_errors=True)
        sources = configured_sources(self._config, Path(self._scratch.name), self._translate)
        return Refresher.of(self._config, self._language, self._translate), sources

    def _poller(self, source: Source, shop: str | None) -> Poller:
        from shopwatch.polling import Poller

        return Poller(
            source,
            shop,
            cursor=self._cursor,
            take=self._take,
            polled=self._polled,
            now=self._wall,
            monotonic=time.monotonic,
            _=self._translate,
        )

    def _named(self, poller: Poller) -> str:
        """What to call it where its shop isn't seen."""
        name = poller.source.name
        alone = sum(one.source.name == name for one in self._pollers) == 1
        return name if alone else poller.key

    async def _open(self) -> None:
        """Open the warehouse, however long another process holds it or it stays broken."""
        from shopwatch.warehouse import WarehouseBroken, WarehouseHeld

        _ = self._translate
        while True:
            try:
                await self._store.open()
            except WarehouseHeld:
                self._say(_("another shopwatch has the warehouse open; these are its last saved boards"))
            except WarehouseBroken as error:
                self._say(self._broken(error))
            else:
                break
            await asyncio.sleep(HELD_RETRY)
        self._trouble = None
        await self._take_official()

    def _broken(self, error: Exception) -> str:
        _ = self._translate
        return _("{error}; delete the file and it will be filled again").format(error=error)

    def _say(self, trouble: str) -> None:
        self._trouble = trouble
        self._tell(list(self._boards.values()))

    async def _cursor(self, source: str) -> str | None:
        return await self._store.ask(lambda warehouse: warehouse.cursor(source))

    async def _take(self, source: str, poll: Poll) -> Brought:
        import duckdb

        from shopwatch.sources import SourceError

        _ = self._translate
        try:
            changed, brought = await self._store.ask(
                lambda warehouse: (warehouse.ingest(source, poll), warehouse.brought(source))
            )
        except (duckdb.IOException, duckdb.TransactionException) as error:  # a full disk, mostly
            words = _("the warehouse can't take it in: {reason}")
            raise SourceError(words.format(reason=str(error).splitlines()[0])) from None
        finally:
            for batch in poll.batches:
                batch.path.unlink(missing_ok=True)
        self._touch(changed)
        return brought

    async def _take_official(self) -> None:
        """Bring the figures typed in by hand into the warehouse, where all figures are asked for."""
        typed = self._journal.official()
        if typed:
            await self._store.ask(lambda warehouse: warehouse.take(HAND, "official", typed))

    def _polled(self) -> None:
        if not self._boards:
            self._changed.set()  # nothing came, and so nothing more is waited for
        self._show_sources()

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

    def _touch(self, shops: set[str]) -> None:
        if shops:
            self._dirty |= shops
            self._changed.set()

    async def _keep_refreshing(self) -> None:
        if not self._boards:
            # Nothing was ever known: boards that only say so would hold up those of the first poll.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_POLL):
                    await self._changed.wait()
            self._changed.clear()
        await self._refresh_safely()
        while True:
            with contextlib.suppress(TimeoutError):
                # not wait_for: Python 3.11's loses a cancellation that comes with the event
                async with asyncio.timeout(IDLE_REFRESH):
                    await self._changed.wait()
            self._changed.clear()
            begin = time.monotonic()
            if not self._dirty:
                self._everything = True
            await self._refresh_safely()
            await asyncio.sleep(max(0.0, self._config.monitor.refresh - (time.monotonic() - begin)))

    async def _forget_old(self) -> None:
        """Once a day, let go of what the configuration says not to keep."""
        days, today = self._config.store.keep_days, self.now().date()
        if days is not None and self._forgotten_on != today:
            self._forgotten_on = today
            await self._store.ask(lambda warehouse: warehouse.forget(days))

    async def _refresh_safely(self) -> None:
        _ = self._translate
        try:
            await self._forget_old()
            await self._refresh()
        except Exception as error:  # noqa: BLE001 (a query that fails must not end the loop)
            self._everything = True
            log.warning("refresh: %s", place_of(error))
            words = _("the figures can't be worked out ({kind}); the log names where")
            self._say(words.format(kind=type(error).__name__))

    def _save(self, boards: Sequence[Board], order: Sequence[str]) -> None:
        _ = self._translate
        try:
            self._journal.save_boards(boards, order, int(self._wall().timestamp()))
        except JournalError as error:
            self._trouble = _("{error}; what is shown is not saved").format(error=error)

    async def _refresh(self) -> None:
        """Make the boards new of what changed, save them, and tell."""
        async with self._refreshing:
            only = None if self._everything else set(self._dirty)
            self._everything, self._dirty = False, set()
            moment = self.now()
            boards = await self._made(moment, only, LIVE_RISKS, whole=self._whole, split=self._in_sight)
            known = {**self._boards, **{board.id: board for board in boards}}
            self._boards = {shop: known[shop] for shop in self._shops if shop in known}
            self._trouble = None
            self._show_sources()  # as they are by now: a poll may have ended while the figures were made
            made = [self._boards[board.id] for board in boards]
            # an end of the monitor must not come between the boards and their journal
            self._saving = asyncio.ensure_future(asyncio.to_thread(self._save, made, list(self._boards)))
            await asyncio.shield(self._saving)

    async def _made(
        self,
        moment: datetime.datetime,
        only: set[str] | None,
        risks: int,
        *,
        whole: Callable[[], set[str] | None] = lambda: None,
        split: Callable[[], set[str] | None] = lambda: None,
        pinned: bool = False,
    ) -> list[Board]:
        refresher = self._refresher
        if refresher is None:
            return []
        self._shops = await self._store.ask(refresher.shops, moment)
        return await self._store.ask(
            refresher.boards,
            moment,
            self._shops,
            only=only,
            whole=whole(),
            split=split(),
            ticks=self._journal.ticks(),
            sources=self._source_boards(),
            risks=risks,
            pinned=pinned or self._config.monitor.now is not None,
        )

    def _whole(self) -> set[str] | None:
        """Return whose risks and actions to work out; None is everybody's."""
        if len(self._shops) <= WHOLE_FLEET:
            return None
        return self._in_sight()

    def _in_sight(self) -> set[str]:
        """Return the shop whose screen is open: the first, until another is chosen."""
        return {self._in_view or next(iter(self._shops), "")}

    def _source_boards(self) -> dict[str | None, list[SourceBoard]]:
        found: dict[str | None, list[SourceBoard]] = {}
        for poller in self._pollers:
            found.setdefault(poller.shop, []).append(poller.board())
        return found

    def _tell(self, boards: Sequence[Board]) -> None:
        for hear in self._hearers:
            hear(boards)

    def _last_saved(self, shop: str | None, as_of: datetime.datetime | None) -> StatusResult:
        _ = self._translate
        boards = tuple(board for board in self._boards.values() if shop in (None, board.id))
        if as_of is not None or not boards:
            sentence = _(
                "The warehouse is open in another shopwatch, and this needs it: stop that one first."
            )
            return StatusResult(
                Status(schema=SCHEMA, as_of=self._local(as_of or self.now()), shops=()), held=sentence
            )
        age = max(0, int(self._wall().timestamp()) - (self._saved_at or 0))
        sentence = _("Another shopwatch is running; these are its boards of {seconds} s ago.").format(
            seconds=age
        )
        moment = max((board.as_of for board in boards if board.as_of), default=self.now())
        return StatusResult(Status(schema=SCHEMA, as_of=self._local(moment), shops=boards), notes=(sentence,))

    def _local(self, moment: datetime.datetime) -> datetime.datetime:
        import zoneinfo

        return moment.astimezone(zoneinfo.ZoneInfo(self._config.defaults.timezone))

    def _epoch(self) -> int:
        return int(self.now().timestamp())


def _person() -> str:
    """Who is at the keyboard, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
