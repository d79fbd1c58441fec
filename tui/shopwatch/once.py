"""The monitor without a screen: what `status` prints, and what `check` finds."""

from __future__ import annotations

import asyncio
import datetime
import zoneinfo
from collections.abc import Sequence

import msgspec

from shopwatch.board import Status
from shopwatch.works import Works

SCHEMA = 1


class StatusResult(msgspec.Struct, frozen=True):
    """What `status` found. failures: a sentence for each source that failed. held: why nothing could be
    answered. notes: what to know of what was answered, such as its age."""

    status: Status
    failures: tuple[str, ...] = ()
    held: str | None = None
    notes: tuple[str, ...] = ()


class Once(Works):
    """Asks every source once."""

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

    def _last_saved(self, shop: str | None, as_of: datetime.datetime | None) -> StatusResult:
        _ = self._translate
        saved = self._journal.boards()
        boards = tuple(board for board, _at in saved if shop in (None, board.id))
        if as_of is not None or not boards:
            sentence = _(
                "The warehouse is open in another shopwatch, and this needs it: stop that one first."
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
