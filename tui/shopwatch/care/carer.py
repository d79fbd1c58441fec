"""Order care, kept: what was told is remembered, and what is to be told is sent once, where somebody asks for it."""

from __future__ import annotations

import asyncio
import datetime
import zoneinfo
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from shopwatch.board.care import CareBoard, CareItem, CareSent
from shopwatch.care.log import CareLog, How, Told
from shopwatch.care.webhook import NotTakenError, connected, post
from shopwatch.config.structs import CareSection, Config
from shopwatch.i18n import Translate
from shopwatch.journal import Journal

if TYPE_CHECKING:
    import httpx


class Carer:
    """outward: whether anything may leave this terminal; a pinned or simulated day is nobody's business."""

    def __init__(self, config: Config, journal: Journal, _: Translate, *, outward: bool) -> None:
        self._section: CareSection = config.care
        self._home = zoneinfo.ZoneInfo(config.defaults.timezone)  # where the quiet hours are quiet
        self._log = CareLog(journal)
        self._outward = outward
        self._translate = _

    def told(self, shop: str, now: datetime.datetime) -> list[Told]:
        """Return all that a shop's buyers were told by now. Blocks; raises JournalError."""
        return self._log.told(shop, int(now.timestamp()))

    def keep(self, shop: str, items: Sequence[CareItem], done: bool, now: datetime.datetime, by: str) -> None:
        """Keep that these buyers were told, or that they weren't. Blocks; raises JournalError."""
        if done:
            self._log.mark(shop, [_told(item, now, by, "told") for item in items])
        else:
            self._log.forget(shop, [item.key for item in items])

    def sends(self, now: datetime.datetime) -> str:
        """Return what sending would do; see `CareBoard`."""
        if self._section.webhook is None:
            return "off"
        if self._section.dry_run or not self._outward:
            return "dry"
        return "quiet" if self._is_quiet(now) else "on"

    def _is_quiet(self, now: datetime.datetime) -> bool:
        if not self._section.quiet:
            return False
        begin, end = (datetime.time.fromisoformat(text) for text in self._section.quiet)
        time = now.astimezone(self._home).time()
        return begin <= time < end if begin <= end else time >= begin or time < end

    async def send(
        self, shop: str, board: CareBoard, only: Sequence[str], now: datetime.datetime, by: str
    ) -> CareSent:
        """Send what is to be told, or show what would be; the first that isn't taken ends it."""
        sends = self.sends(now)
        wanted = tuple(item for group in board.groups for item in group.items if not only or item.key in only)
        if sends != "on" or self._section.webhook is None:
            return CareSent(sends=sends, items=wanted if sends == "dry" else ())
        taken: list[CareItem] = []
        async with connected() as client:
            for item in wanted:
                try:
                    if await self._sent(client, self._section.webhook, shop, item, now, by):
                        taken.append(item)
                except NotTakenError as error:
                    return CareSent(sends=sends, items=tuple(taken), trouble=self._trouble(error))
        return CareSent(sends=sends, items=tuple(taken))

    async def _sent(
        self, client: httpx.AsyncClient, url: str, shop: str, item: CareItem, now: datetime.datetime, by: str
    ) -> bool:
        """Send one, unless it has been; raises NotTakenError, where it certainly wasn't taken after forgetting it."""
        one = _told(item, now, by, "sending")
        if not await asyncio.to_thread(self._log.begin, shop, one):
            return False
        try:
            await post(client, url, shop, item)
        except NotTakenError as error:
            if not error.unsure:
                await asyncio.to_thread(self._log.forget, shop, [item.key])
            raise
        await asyncio.to_thread(self._log.taken, shop, one)
        return True

    def _trouble(self, error: NotTakenError) -> str:
        _ = self._translate
        if error.unsure:
            words = _(
                "the webhook may have taken the last one ({kind}): it isn't sent again unless you take it back"
            )
        else:
            words = _("the webhook didn't take it ({kind}): it can be sent again; check `webhook` in [care]")
        return words.format(kind=error.kind)


def with_sends(board: CareBoard, sends: str) -> CareBoard:
    return msgspec.structs.replace(board, sends=sends)


def _told(item: CareItem, now: datetime.datetime, by: str, how: How) -> Told:
    return Told(item.care, item.key.partition("/")[2], item.order_id, int(now.timestamp()), by, how)
