"""Alerts, kept: judges each round of boards, remembers, and sees that what is to be told is told once."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import zoneinfo
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from shopwatch.alerts import channels
from shopwatch.alerts.episodes import ORDER, Episode, Policy, Step, Telling, acknowledged, step
from shopwatch.alerts.judging import Judged, judge
from shopwatch.alerts.log import AlertLog, Waiting
from shopwatch.alerts.messages import Message, line, message
from shopwatch.alerts.rules import rules_of
from shopwatch.board import Board
from shopwatch.board.alerts import AlertBoard
from shopwatch.config.structs import AlertsSection, ChannelSection, Config
from shopwatch.i18n import Translate
from shopwatch.journal import Journal
from shopwatch.logs import place_of

FIRST_WAIT, LONGEST_WAIT = 30, 3600  # seconds between two tries of a channel
MOST_TRIES = 12  # about nine hours: what is older than that is no news

log = logging.getLogger(__name__)


def policy_of(section: AlertsSection) -> Policy:
    """Return when to speak."""
    begin, end = (
        (datetime.time.fromisoformat(text) for text in section.quiet) if section.quiet else (None, None)
    )
    quiet = None if begin is None or end is None else (begin, end)
    return Policy(quiet, None if section.repeat_hours == 0 else section.repeat_hours * 3600)


class Keeper:
    """outward: whether anything leaves this terminal; a pinned or simulated day is nobody's business."""

    def __init__(self, config: Config, journal: Journal, _: Translate, *, outward: bool) -> None:
        self._rules = rules_of(config.alert)
        self._policy = policy_of(config.alerts)
        self._home = zoneinfo.ZoneInfo(config.defaults.timezone)  # where the quiet hours are quiet
        self._channels = {one.name: one for one in config.alerts.channel} if outward else {}
        self._translate = _
        self._log = AlertLog(journal)
        self._known: dict[str, Episode] | None = None
        self._shown: tuple[datetime.tzinfo | None, tuple[AlertBoard, ...]] | None = None
        self._shops: set[str] = set()
        self._news = asyncio.Event()
        self.troubles: dict[str, str] = {}
        """By channel, why it doesn't take messages, in a sentence."""

    async def judge(self, boards: Iterable[Board], now: datetime.datetime) -> Sequence[Telling]:
        """Judge these boards and keep what follows; return what is told now. Raises JournalError."""
        taken = list(boards)
        return await asyncio.to_thread(self._judge, taken, now)

    def _judge(self, boards: Sequence[Board], now: datetime.datetime) -> Sequence[Telling]:
        at = int(now.timestamp())
        known = self._recalled(at)
        found = self._stepped(boards, now, known)
        tellings = found.tellings
        told = [(name, one) for name in self._channels if (one := self._message(name, tellings))]
        fresh = {board.id for board in boards} - self._shops
        if found.changed or told or fresh:
            kept = [one for one in found.changed if _worth_keeping(one, known.get(one.id))]
            if kept or told or fresh:
                self._log.keep(kept, fresh, told, at)
            known.update({one.id: one for one in found.changed})
            self._shown = None
            self._shops |= fresh
        if told:
            self._news.set()
        return tellings

    def rehearsed(self, boards: Sequence[Board], now: datetime.datetime) -> list[str]:
        """Return the lines that would be told of these boards now, and keep nothing."""
        known = self._recalled(int(now.timestamp()))
        return [line(one, self._translate) for one in self._stepped(boards, now, known).tellings]

    def _stepped(self, boards: Sequence[Board], now: datetime.datetime, known: Mapping[str, Episode]) -> Step:
        """Return what follows from these boards, and keep nothing."""
        _ = self._translate
        judged: dict[str, Judged] = {
            board.id: judge(board, self._rules, now.astimezone(_zone(board, now)), _) for board in boards
        }
        return step(judged, known, self._shops, now.astimezone(self._home), self._policy)

    def _message(self, channel: str, tellings: Sequence[Telling]) -> Message | None:
        return message(tellings, self._channels[channel].levels, self._translate)

    def _recalled(self, at: int) -> dict[str, Episode]:
        if self._known is None:
            self._known, self._shops = self._log.episodes(at), self._log.shops()
            self._shown = None
        return self._known

    # What is shown and said of them

    def alerts(self, zone: datetime.tzinfo | None) -> tuple[AlertBoard, ...]:
        """Return every alert that is open or ended lately: open before over, the loudest and newest first."""
        kept = self._shown
        if kept is None or kept[0] != zone:  # asked for every second, and seldom another
            known = list((self._known or {}).values())
            known.sort(key=lambda one: (one.ended_at is not None, ORDER[one.level], -one.since))
            kept = self._shown = (zone, tuple(_board(one, zone) for one in known if not one.hushed))
        return kept[1]

    async def acknowledge(self, ids: Collection[str], now: datetime.datetime, by: str) -> None:
        """Take note of these: they aren't repeated. Raises JournalError."""
        at = int(now.timestamp())
        known = await asyncio.to_thread(self._recalled, at)
        changed = acknowledged(known.values(), ids, at, by)
        await asyncio.to_thread(self._log.keep, changed, (), (), at)
        known.update({one.id: one for one in changed})
        self._shown = None

    # Out of the terminal

    async def deliver(
        self,
        wall: Callable[[], datetime.datetime],
        pause: float = 5.0,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """Hand messages to their channels until cancelled. pause: seconds after which what waits is looked at. told:
        called where `troubles` are others by then."""
        if not self._channels:
            return
        while True:
            before = dict(self.troubles)
            try:
                await self.deliver_due(int(wall().timestamp()))
            except Exception as error:  # noqa: BLE001 (what can't be told must not end the monitor)
                log.warning("alerts: %s", place_of(error))
            if self.troubles != before:
                told()
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()

    async def deliver_due(self, now: int) -> int:
        """Hand over what is due; return how many were taken."""
        by_channel: dict[str, list[Waiting]] = {}
        for one in await asyncio.to_thread(self._log.waiting, now):
            by_channel.setdefault(one.channel, []).append(one)
        return sum(await asyncio.gather(*(self._hand(name, due, now) for name, due in by_channel.items())))

    async def _hand(self, name: str, due: Sequence[Waiting], now: int) -> int:
        """Hand a channel its messages in their order; the first that fails holds up the others."""
        channel = self._channels.get(name)
        for taken, one in enumerate(due):
            if channel is not None and one.tries < MOST_TRIES:
                await asyncio.to_thread(self._log.begin, one.id)
                if not await self._sent(channel, one, now):
                    return taken
            await asyncio.to_thread(self._log.taken, one.id)
        return len(due)

    async def _sent(self, channel: ChannelSection, one: Waiting, now: int) -> bool:
        """Send it; where the channel doesn't take it, say why and put it off."""
        try:
            await channels.send(channel, one.message)
        except channels.ChannelError as error:
            self.troubles[channel.name] = trouble_words(channel.name, error, self._translate)
            log.warning("channel %s: %s", channel.name, error.kind)
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2**one.tries)
            await asyncio.to_thread(self._log.postpone, one.id, now + wait)
            return False
        self.troubles.pop(channel.name, None)
        return True


def trouble_words(name: str, error: channels.ChannelError, _: Translate) -> str:
    """Say why a channel doesn't take messages, and what to do, without its address."""
    if error.kind == "apprise":
        words = _("channel {name}: Apprise isn't installed; pip install 'shopwatch[alerts]'")
    elif error.kind == "address":
        words = _("channel {name}: its address isn't one that Apprise knows; check `url`")
    else:
        words = _("channel {name}: it didn't take the message ({kind}); it is tried again")
    return words.format(name=name, kind=error.kind)


def _worth_keeping(after: Episode, before: Episode | None) -> bool:
    """Whether the journal must have it now: words and the moment it was last seen change with every round."""
    if before is None or before.ended_at != after.ended_at or before.since != after.since:
        return True
    said = (before.level, before.told_at, before.over_told, before.acknowledged_at)
    if said != (after.level, after.told_at, after.over_told, after.acknowledged_at):
        return True
    return after.seen_at // 600 != before.seen_at // 600


def _zone(board: Board, now: datetime.datetime) -> datetime.tzinfo | None:
    return board.as_of.tzinfo if board.as_of else now.tzinfo


def _board(one: Episode, zone: datetime.tzinfo | None) -> AlertBoard:
    def local(at: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(at, zone or datetime.UTC)

    return AlertBoard(
        id=one.id,
        rule=one.rule,
        shop=one.shop,
        shop_name=one.shop_name,
        level=one.level,
        words=one.words,
        since=local(one.since),
        opens=one.opens,
        told_at=None if one.told_at is None else local(one.told_at),
        times=one.times,
        acknowledged_at=None if one.acknowledged_at is None else local(one.acknowledged_at),
        acknowledged_by=one.acknowledged_by,
        ended_at=None if one.ended_at is None else local(one.ended_at),
    )
