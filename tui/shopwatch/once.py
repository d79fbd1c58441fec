"""The monitor without a screen: what `status` prints, and what `check` finds."""

from __future__ import annotations

import asyncio
import datetime
import functools
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from shopwatch.board import Board, Status
from shopwatch.board.care import CareBoard, CareSent
from shopwatch.feed import Beyond
from shopwatch.works import Works

if TYPE_CHECKING:
    from shopwatch.backtest import Backtest, Trial
    from shopwatch.calibrating import CalibrationBoard
    from shopwatch.polling import Poller
    from shopwatch.warehouse import Warehouse, WarehouseHeld

SCHEMA = 1
WEEK, HALF_YEAR = 7, 25 * 7
TRIED_AT_ONCE = 8


class StatusResult(msgspec.Struct, frozen=True):
    """What `status` found. failures: a sentence for each source that failed. held: why nothing could be
    answered. notes: what to know of what was answered, such as its age."""

    status: Status
    failures: tuple[str, ...] = ()
    held: str | None = None
    notes: tuple[str, ...] = ()


class BacktestResult(msgspec.Struct, frozen=True):
    """What `backtest` found; without a `backtest`, there was nothing to hold a forecast against. known: the
    shops that there are."""

    backtest: Backtest | None = None
    failures: tuple[str, ...] = ()
    held: str | None = None
    known: tuple[str, ...] = ()


class CalibrationResult(msgspec.Struct, frozen=True):
    """What `calibrate` found of one shop; without a `calibration` there is no such shop among the `known`."""

    calibration: CalibrationBoard | None = None
    failures: tuple[str, ...] = ()
    held: str | None = None
    known: tuple[str, ...] = ()


class CareResult(msgspec.Struct, frozen=True):
    """What `care` found of each shop, by its id, and what was sent of it, where that was asked for."""

    shops: Mapping[str, tuple[str, CareBoard]]
    as_of: datetime.datetime
    sent: Mapping[str, CareSent]
    failures: tuple[str, ...] = ()
    held: str | None = None


class Once(Works):
    """Asks every source once."""

    async def status(
        self, as_of: datetime.datetime | None, *, poll: bool, shop: str | None, risks: int
    ) -> StatusResult:
        """Poll every source once and return the boards as of a moment; a held warehouse, the last saved."""
        from shopwatch.warehouse import WarehouseBroken, WarehouseHeld

        await self._prepare()
        await self._ready()
        try:
            await self._store.open()
        except WarehouseHeld as error:
            return self._last_saved(error, shop, as_of)
        except WarehouseBroken as error:
            return StatusResult(
                Status(schema=SCHEMA, as_of=self._local(as_of or self.now()), shops=()),
                held=self._broken(error),
            )
        await self._brought_in(poll)
        moment = as_of or self.now()
        boards = await self._made(moment, None if shop is None else {shop}, risks, pinned=as_of is not None)
        if as_of is None and shop is None and boards:
            self._save(boards, [board.id for board in boards])
        failures = self._failures()
        failures += [self._trouble] if self._trouble else []
        notes: list[str] = [self._mended] if self._mended else []
        for poller in self._pollers:
            if poller.aside:
                sentence = f"{self._named(poller)}: {poller.aside.words}"
                (failures if poller.aside.all else notes).append(sentence)
        status = Status(schema=SCHEMA, as_of=self._local(moment), shops=tuple(boards))
        return StatusResult(status, tuple(failures), notes=tuple(notes))

    async def beyond(self, status: Status) -> dict[str, Beyond]:
        """Return what a review tells beyond these boards, by shop."""
        from shopwatch.deeds import deeds

        refresher = await self._ready()
        found = {}
        for board in status.shops:
            shop = self._shops[board.id]
            voice = await self._store.ask(
                refresher.ear.voice, shop, status.as_of, board.sudden, self._language
            )
            tables = await self._store.ask(refresher.leagues, status.as_of, self._shops, board.id)
            done = await asyncio.to_thread(
                deeds,
                self._journal,
                board.id,
                int(status.as_of.timestamp()),
                shop.zone,
                refresher.titles(shop),
            )
            found[board.id] = Beyond(voice=voice, leagues=tables, deeds=tuple(done))
        return found

    async def would_tell(self, boards: Sequence[Board]) -> Sequence[str]:
        """Return the lines that alerts would tell of these boards now; nothing is kept or sent."""
        from shopwatch.alerts.keeper import Keeper

        keeper = Keeper(self._config, self._journal, self._translate, outward=False)
        return await asyncio.to_thread(keeper.rehearsed, boards, self.now())

    async def backtest(
        self,
        first: datetime.date | None,
        last: datetime.date | None,
        every: int,
        *,
        poll: bool,
        shop: str | None,
        most: int,
    ) -> BacktestResult:
        """Hold the forecasts of past mornings against what came; of `shop`, or the `most` with most orders."""
        await self._prepare()
        refresher = await self._ready()
        if held := await self._held():
            return BacktestResult(held=held)
        await self._brought_in(poll)
        failures = tuple(self._failures())
        shops = await self._store.ask(refresher.shops, self.now())
        moment, busiest = await self._store.ask(
            lambda warehouse: (warehouse.newest(), warehouse.busiest(self._epoch(), most or len(shops)))
        )
        wanted = {one: shops[one] for one in ([shop] if shop else busiest) if one in shops}
        starts = self._starts(first, last, every, min(moment or 0, self._epoch()))
        if not wanted or not starts:
            return BacktestResult(failures=failures, known=tuple(shops))
        from shopwatch.backtest import Trial

        newest = min(moment or 0, self._epoch())
        begin = functools.partial(Trial, fleet=shops, judged=[shop] if shop else shops, newest=newest)
        trial = await self._store.ask(begin, wanted, starts, self._local_day(newest), self._language)
        for start in starts:
            await self._store.ask(_take, trial, start)
        return BacktestResult(trial.result(), failures)

    async def care(self, shop: str | None, *, poll: bool, send: bool) -> CareResult:
        """Return whom to tell something in each shop, or in this one; and send it."""
        await self._prepare()
        refresher = await self._ready()
        now = self._local(self.now())
        if held := await self._held():
            return CareResult({}, now, {}, held=held)
        await self._brought_in(poll)
        shops = await self._store.ask(refresher.shops, self.now())
        found = {
            one.id: (one.name, await self._care(one, self.now(), 0))
            for one in shops.values()
            if shop in (None, one.id)
        }
        sent = {}
        if send:
            carer = await self._caring()
            for name, (_words, board) in found.items():
                sent[name] = await carer.send(name, board, (), self.now(), self._person())
        return CareResult(found, now, sent, tuple(self._failures()))

    async def calibrate(self, shop: str, *, poll: bool) -> CalibrationResult:
        """Fit the curves and weights of a shop to its own history."""
        from shopwatch.calibrating import calibration_board

        await self._prepare()
        refresher = await self._ready()
        if held := await self._held():
            return CalibrationResult(held=held)
        await self._brought_in(poll)
        failures = tuple(self._failures())
        shops = await self._store.ask(refresher.shops, self.now())
        if shop not in shops:
            return CalibrationResult(failures=failures, known=tuple(shops))
        one = shops[shop]
        found = await self._store.ask(
            lambda warehouse: warehouse.readings(one.model.scorecard, one.zone, self._epoch(), [shop])
        )
        moment = self._local(self.now())
        board = await asyncio.to_thread(
            calibration_board, one, found[shop], moment, self._language, self._translate
        )
        return CalibrationResult(board, failures, known=tuple(shops))

    def _starts(
        self, first: datetime.date | None, last: datetime.date | None, every: int, newest: int
    ) -> range:
        """Return the start days: those asked for, else of the last half-year of which a week ahead is known."""
        from shopwatch.scoring.windows import day_of

        end = day_of(last) if last else self._local_day(newest) - WEEK
        begin = day_of(first) if first else end - HALF_YEAR
        return range(begin, end + 1, every)

    def _local_day(self, moment: int) -> int:
        from shopwatch.scoring.windows import day_of

        zone = zoneinfo.ZoneInfo(self._config.defaults.timezone)
        return day_of(datetime.datetime.fromtimestamp(moment, zone).date())

    async def _held(self) -> str | None:
        """Open the warehouse; return why it can't be asked, where it can't."""
        from shopwatch.warehouse import WarehouseBroken, WarehouseHeld

        _ = self._translate
        try:
            await self._store.open()
        except WarehouseHeld as error:
            sentence = _("The warehouse is open in {holder}, and this needs it: stop that one first.")
            return sentence.format(holder=self._holder(error))
        except WarehouseBroken as error:
            return self._broken(error)
        return None

    async def _brought_in(self, poll: bool) -> None:
        """Have what the sources have, or what is stored of it already; while another process polls into the same
        warehouse, that is what it has brought."""
        self._polls = poll and await self._polls_elsewhere() is None
        await self._take_official()
        if self._polls:
            await self._poll_all()
            return
        for poller in self._pollers:
            poller.pause(True)
            await poller.recall()

    async def _poll_all(self) -> None:
        """Poll every source, and those again whose records went with a damaged warehouse."""
        await asyncio.gather(*(poller.poll() for poller in self._pollers))
        lost = [poller for poller in self._pollers if not poller.answered]
        if lost:
            await self._take_official()
            await asyncio.gather(*(poller.poll() for poller in lost))

    def _failures(self) -> list[str]:
        return [f"{self._named(one)}: {one.error}" for one in self._pollers if one.error]

    async def check(self) -> Sequence[tuple[str, bool, str]]:
        """Try every source, keeping nothing: its name, whether it went well, and what to say of it. Some are tried at
        once, because a server that is silent is waited for."""
        await self._prepare()
        await self._ready()
        free = asyncio.Semaphore(TRIED_AT_ONCE)

        async def tried(poller: Poller) -> tuple[str, bool, str]:
            async with free:
                return await self._tried(poller)

        return await asyncio.gather(*map(tried, self._pollers))

    async def _tried(self, poller: Poller) -> tuple[str, bool, str]:
        from shopwatch.polling import Aside, listed, told
        from shopwatch.sources import SourceError
        from shopwatch.sources.cleaning import visible

        try:
            poll = await poller.try_out()
        except SourceError as error:
            words = listed(error.files, self._translate) or visible(str(error))
            return self._named(poller), False, words
        aside = Aside.of(poll, self._translate)
        return self._named(poller), not (aside and aside.all), told(poll, self._translate)

    def _last_saved(
        self, held: WarehouseHeld, shop: str | None, as_of: datetime.datetime | None
    ) -> StatusResult:
        _ = self._translate
        saved = self._journal.boards()
        boards = tuple(board for board, _at in saved if shop in (None, board.id))
        if as_of is not None or not boards:
            sentence = _("The warehouse is open in {holder}, and this needs it: stop that one first.").format(
                holder=self._holder(held)
            )
            return StatusResult(
                Status(schema=SCHEMA, as_of=self._local(as_of or self.now()), shops=()), held=sentence
            )
        age = max(0, int(self._wall().timestamp()) - max((at for _board, at in saved), default=0))
        sentence = _("Another shopwatch is running; these are its boards of {seconds} s ago.").format(
            seconds=age
        )
        moment = max((board.as_of for board in boards if board.as_of), default=self.now())
        return StatusResult(Status(schema=SCHEMA, as_of=self._local(moment), shops=boards), notes=(sentence,))

    def _local(self, moment: datetime.datetime) -> datetime.datetime:
        return moment.astimezone(zoneinfo.ZoneInfo(self._config.defaults.timezone))


def _take(_warehouse: Warehouse, trial: Trial, start: int) -> None:
    """Take one start in the warehouse's thread, so that a signal is heard between two."""
    trial.take(start)
