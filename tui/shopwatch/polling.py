"""One source polled again and again: when next, how it fares, and what to do when it fails.

A source that fails is asked again later and later, up to a ceiling; nothing it does ends the monitor.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import urllib.parse
import zoneinfo
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from shopwatch.board import SourceBoard
from shopwatch.config import Config, ShopSection, SourceSection
from shopwatch.i18n import Translate
from shopwatch.logs import place_of
from shopwatch.records import Poll, Reject
from shopwatch.sources import Source, SourceError
from shopwatch.sources.cleaning import visible

if TYPE_CHECKING:
    from shopwatch.scoring.scorecard import Scorecard
    from shopwatch.sources.live.shared import Shared
    from shopwatch.warehouse import Brought

SILENT_AFTER = 3  # polls without an answer, and its figures count as stale
FIRST_WAIT, LONGEST_WAIT = 60.0, 600.0  # after a failure, where a source isn't asked more often or seldomer
TIMEOUT = 300.0
MOST_FILES = 20  # named one by one

log = logging.getLogger(__name__)

Take = Callable[[str, Poll], Awaitable["Brought"]]
"""Takes in what the source of that key brought; returns what it has brought so far."""
Recall = Callable[[str], Awaitable["tuple[str | None, Brought]"]]
"""Returns the cursor of the source of that key, and what it has brought so far."""


class Aside(NamedTuple):
    """The rows of one poll that couldn't be used. all: there was no other. files: a sentence for each file."""

    words: str
    all: bool
    files: tuple[str, ...]

    @classmethod
    def of(cls, poll: Poll, _: Translate) -> Self | None:
        if not poll.rejects:
            return None
        by_file: dict[str, list[Reject]] = {}
        for reject in poll.rejects:
            by_file.setdefault(reject.origin, []).append(reject)
        return cls(
            _aside_words(poll.rejects, _),
            not any(batch.rows for batch in poll.batches),
            tuple(_aside_words(rejects, _) for rejects in by_file.values()),
        )


def _aside_words(rejects: Sequence[Reject], _: Translate) -> str:
    first = rejects[0]
    where = _origin_name(first.origin)
    if first.row is not None:
        where = _("{file}, row {row}").format(file=where, row=first.row)
    elif len(rejects) == 1:  # the file itself, which the reason mostly names
        return visible(first.reason if where in first.reason else f"{where}: {first.reason}")
    words = _("rows kept aside: {n}; the first, {where}: {reason}")
    return visible(words.format(n=len(rejects), where=where, reason=first.reason))


def _origin_name(origin: str) -> str:
    """A file's name, or an address's host: its path may hold a key."""
    parts = urllib.parse.urlsplit(origin)
    return (parts.netloc and parts.hostname) or PurePath(origin).name


class Poller:
    """Polls one source on its schedule. `shop`: whose it is, None where it may hold any shop.

    now: the real time, which a person waits by even where the monitor's own is pinned or simulated.
    """

    def __init__(
        self,
        source: Source,
        shop: str | None,
        *,
        recall: Recall,
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
        self._recall, self._take, self._now, self._monotonic = recall, take, now, monotonic
        self._translate, self._polled = _, polled
        self._kept_aside: tuple[str, datetime.datetime] | None = None  # the last words, and when
        self._brought: Brought | None = None
        self._waiting: tuple[str, ...] = ()
        self._failures, self._more = 0, False
        self._last_success: datetime.datetime | None = None
        self._succeeded_at: float | None = None
        self._begun = 0  # how often all of it had to be asked for anew
        self.answered = False
        """Whether it was asked since then."""
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
        """Poll once, now; say whether it went well. Where the warehouse begins anew meanwhile, once more."""
        begun = self._begun
        await self._poll()
        if begun != self._begun:
            await self._poll()
        self.answered = True
        self._due = self._monotonic() + self._rest()
        self._polled()
        return self.error is None

    async def _poll(self) -> None:
        self.aside = None
        try:
            with self._errors_told():
                poll = await self._asked(await self.recall())
                self._brought = await self._take(self.key, poll)
        except SourceError as error:
            self._failures += 1
            self.error = visible(str(error))
        else:
            self.error, self._failures, self._waiting = None, 0, tuple(map(visible, poll.waiting))
            self.aside, self._more = Aside.of(poll, self._translate), poll.again
            if self.aside is not None:
                self._kept_aside = (self.aside.words, self._now())
            self._last_success, self._succeeded_at = self._now(), self._monotonic()

    def _rest(self) -> float:
        """Return how long to wait for the next poll: not at all where more is to be had at once."""
        if self._more and not self._failures:
            return 0.0
        every = self.source.every
        if not self._failures:
            return every
        return min(min(every, FIRST_WAIT) * (1 << min(self._failures, 12)), max(LONGEST_WAIT, every))

    async def recall(self) -> str | None:
        """Look up what the source has brought so far, and return its cursor."""
        cursor, self._brought = await self._recall(self.key)
        return cursor

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

    def begin_anew(self) -> None:
        """Poll at once, since nothing is held any more of what was brought."""
        self._begun += 1
        self._brought, self.answered = None, False
        self.wake()

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
        aside, aside_at = self._kept_aside or (None, None)
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
            aside=aside,
            aside_at=aside_at,
        )


def configured_sources(
    config: Config, scratch: Path, now: datetime.datetime, _: Translate, shared: Shared | None = None
) -> list[tuple[Source, str | None]]:
    """Make every configured source, each with the shop that it belongs to; raises SourceError. shared: what those
    of live marketplaces share, where there may be any."""
    from shopwatch.sources.build import build

    anyones = ShopSection(id="")
    sections: list[tuple[SourceSection, str | None, ShopSection]]
    sections = [(section, None, anyones) for section in config.source]
    sections += [(section, shop.id, shop) for shop in config.shop for section in shop.source]
    scorecard_of = _scorecard_of(config, now, _)
    return [
        (
            build(
                section,
                shop=shop,
                timezone=of.timezone or config.defaults.timezone,
                scorecard=scorecard_of(of) if section.kind == "official" else None,
                folder=config.folder,
                scratch=scratch,
                shared=shared,
                _=_,
                index=index,
            ),
            shop,
        )
        for (section, shop, of), index in zip(sections, _places(sections), strict=True)
    ]


def _places(sections: Sequence[tuple[SourceSection, str | None, ShopSection]]) -> Iterator[int]:
    """Yield the place of each source, from 1 on, among those of its shop that would have the same name."""
    from shopwatch.sources.build import derived_name

    taken = Counter((shop, section.name) for section, shop, _of in sections if section.name)
    for section, shop, _of in sections:
        if section.name:
            yield 1
            continue
        key = (shop, derived_name(section))
        taken[key] += 1
        yield taken[key]


def _scorecard_of(config: Config, now: datetime.datetime, _: Translate) -> Callable[[ShopSection], Scorecard]:
    """Return what finds a shop's scorecard in force: its words name the figures of its official page."""
    from shopwatch.rulebook import FOLDER, ScorecardError, choose, scorecards

    cards: Mapping[str, Scorecard] = {}

    def found(shop: ShopSection) -> Scorecard:
        nonlocal cards
        zone = zoneinfo.ZoneInfo(shop.timezone or config.defaults.timezone)
        name = shop.scorecard or config.defaults.scorecard
        nonlocal cards
        try:
            if not cards:  # they are looked for only where there is such a page
                cards = scorecards(config.folder / FOLDER, _=_)
            return choose(name, now.astimezone(zone).date(), cards, _=_)
        except ScorecardError as error:
            raise SourceError(str(error)) from None

    return found


def told(poll: Poll, _: Translate) -> str:
    """Return what a poll brought, in a sentence; what it could not use of several files on a line for each."""
    counted: dict[str, int] = {}
    for batch in poll.batches:
        counted[batch.table] = counted.get(batch.table, 0) + batch.rows
    words = [", ".join(f"{table} {rows:,}" for table, rows in counted.items())] if counted else []
    aside, lines = Aside.of(poll, _), ""
    if aside is not None and len(aside.files) > 1:
        words.append(_("{n} files could not be read whole").format(n=len(aside.files)))
        lines = listed(aside.files, _)
    elif aside is not None:
        words.append(aside.words)
    return ("; ".join([*words, *map(visible, poll.waiting)]) or _("nothing there")) + lines


def listed(files: Sequence[str], _: Translate) -> str:
    """Return a line for each file, as many as a person reads."""
    more = [_("and {n} more").format(n=len(files) - MOST_FILES)] if len(files) > MOST_FILES else []
    return "".join(f"\n    {line}" for line in [*map(visible, files[:MOST_FILES]), *more])
