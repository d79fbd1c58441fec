"""One source polled again and again: when next, how it fares, and what to do when it fails.

A source that fails is asked again later and later, up to a ceiling; nothing it does ends the monitor.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from shopwatch.board import SourceBoard
from shopwatch.config import Config
from shopwatch.i18n import Translate
from shopwatch.logs import place_of
from shopwatch.records import Poll
from shopwatch.sources import Source, SourceError

if TYPE_CHECKING:
    from shopwatch.warehouse import Brought

SILENT_AFTER = 3  # polls without an answer, and its figures count as stale
LONGEST_WAIT = 600.0
TIMEOUT = 300.0

log = logging.getLogger(__name__)

Take = Callable[[str, Poll], Awaitable["Brought"]]
"""Takes in what the source of that key brought; returns what it has brought so far."""
Cursor = Callable[[str], Awaitable[str | None]]


class Aside(NamedTuple):
    """The rows of one poll that couldn't be used. all: there was no other."""

    words: str
    all: bool

    @classmethod
    def of(cls, poll: Poll, _: Translate) -> Self | None:
        if not poll.rejects:
            return None
        first = poll.rejects[0]
        where = first.origin.partition("?")[0].rsplit("/", 1)[-1]
        if first.row is not None:
            where = _("{file}, row {row}").format(file=where, row=first.row)
        words = _("rows kept aside: {n}; the first, {where}: {reason}")
        return cls(
            words.format(n=len(poll.rejects), where=where, reason=first.reason),
            not any(batch.rows for batch in poll.batches),
        )


class Poller:
    """Polls one source on its schedule. `shop`: whose it is, None where it may hold any shop.

    now: the real time, which a person waits by even where the monitor's own is pinned or simulated.
    """

    def __init__(
        self,
        source: Source,
        shop: str | None,
        *,
        cursor: Cursor,
        take: Take,
        polled: Callable[[], None],
        now: Callable[[], datetime.datetime],
        monotonic: Callable[[], float],
        _: Translate,
    ) -> None:
        self.source = source
        self.shop = shop
        self.key = source.name if shop is None else f"{shop}/{source.name}"
        """What its cursor is kept under: two shops may each have a source of the same name."""
        self.error: str | None = None
        self.aside: Aside | None = None
        self._cursor, self._take, self._now, self._monotonic = cursor, take, now, monotonic
        self._translate, self._polled = _, polled
        self._brought: Brought | None = None
        self._waiting: tuple[str, ...] = ()
        self._failures = 0
        self._last_success: datetime.datetime | None = None
        self._succeeded_at: float | None = None
        self._due = monotonic()
        self._woken = asyncio.Event()
        self._paused = False

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            wait = self._due - self._monotonic()
            if self._paused:
                await self._woken.wait()
            elif wait > 0:
                with contextlib.suppress(TimeoutError):
                    # not wait_for: Python 3.11's loses a cancellation that comes with the event
                    async with asyncio.timeout(wait):
                        await self._woken.wait()
            self._woken.clear()
            if not self._paused and self._due <= self._monotonic():
                await self.poll()

    async def poll(self) -> bool:
        """Poll once, now; say whether it went well."""
        self.aside = None
        try:
            with self._errors_told():
                poll = await self._asked(await self._cursor(self.key))
                self._brought = await self._take(self.key, poll)
        except SourceError as error:
            self._failures += 1
            self.error = str(error)
        else:
            self.error, self._failures, self._waiting = None, 0, poll.waiting
            self.aside = Aside.of(poll, self._translate)
            self._last_success, self._succeeded_at = self._now(), self._monotonic()
        self._due = self._monotonic() + min(
            self.source.every * 2 ** min(self._failures, 8), max(LONGEST_WAIT, self.source.every)
        )
        self._polled()
        return self.error is None

    async def try_out(self) -> Poll:
        """Ask for all that there is, keeping nothing; raises SourceError, whatever goes wrong."""
        with self._errors_told():
            return await self._asked(None)

    async def _asked(self, cursor: str | None) -> Poll:
        async with asyncio.timeout(TIMEOUT):
            return await self.source.poll(cursor)

    @contextlib.contextmanager
    def _errors_told(self) -> Iterator[None]:
        """Make a sentence of whatever goes wrong: the other sources go on."""
        _ = self._translate
        try:
            yield
        except SourceError:
            raise
        except TimeoutError:
            words = _("no answer within {seconds} s; it will be asked again")
            raise SourceError(words.format(seconds=int(TIMEOUT))) from None
        except Exception as error:  # noqa: BLE001
            log.warning("source %s: %s", self.key, place_of(error))
            words = _("an error of shopwatch itself ({kind}); the log names it")
            raise SourceError(words.format(kind=type(error).__name__)) from None

    def wake(self) -> None:
        """Poll at once."""
        self._due = self._monotonic()
        self._woken.set()

    def pause(self, paused: bool) -> None:
        self._paused = paused
        self._woken.set()

    @property
    def next_try(self) -> datetime.datetime | None:
        if self._paused:
            return None
        return self._now() + datetime.timedelta(seconds=max(0.0, self._due - self._monotonic()))

    @property
    def _state(self) -> Literal["ok", "stale", "failing", "paused"]:
        if self._paused:
            return "paused"
        silent = self._succeeded_at is None or (
            self._monotonic() - self._succeeded_at > SILENT_AFTER * self.source.every + TIMEOUT / 10
        )
        if self.error is None:
            return "stale" if silent and self._succeeded_at is not None else "ok"
        return "failing"

    def board(self) -> SourceBoard:
        brought = self._brought
        return SourceBoard(
            name=self.source.name,
            kind=self.source.kind,
            state=self._state,
            last_success=self._last_success,
            records=brought.records if brought else 0,
            rejected=brought.rejected if brought else 0,
            tables=brought.tables if brought else (),
            error=self.error,
            next_try=self.next_try,
            waiting=self._waiting,
        )


def configured_sources(config: Config, scratch: Path, _: Translate) -> list[tuple[Source, str | None]]:
    """Make every configured source, each with the shop that it belongs to; raises SourceError."""
    from shopwatch.sources.build import build

    defaults = config.defaults
    sections = [(section, None, defaults.timezone) for section in config.source] + [
        (section, shop.id, shop.timezone or defaults.timezone)
        for shop in config.shop
        for section in shop.source
    ]
    folder = config.folder
    return [
        (
            build(section, shop=shop, timezone=timezone, folder=folder, scratch=scratch, _=_, index=number),
            shop,
        )
        for number, (section, shop, timezone) in enumerate(sections, start=1)
    ]


def told(poll: Poll, _: Translate) -> str:
    """Return what a poll brought, in a sentence."""
    counted: dict[str, int] = {}
    for batch in poll.batches:
        counted[batch.table] = counted.get(batch.table, 0) + batch.rows
    aside = Aside.of(poll, _)
    words = [", ".join(f"{table} {rows:,}" for table, rows in counted.items())] if counted else []
    words += [aside.words] if aside else []
    return "; ".join([*words, *poll.waiting]) or _("nothing there")
