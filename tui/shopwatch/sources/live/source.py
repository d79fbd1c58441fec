"""One shop on one marketplace, polled.

A poll reads what is new first, then a while of what is older, and hands over what it has with a note of how far it
came: what fails half-way costs nothing that was read, and a process that is killed goes on where its last poll ended.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

import msgspec

from shopwatch.i18n import Translate
from shopwatch.records import Poll
from shopwatch.sources.lending import in_thread
from shopwatch.sources.live import gaps
from shopwatch.sources.live.errors import LiveError, TooManyError, UnavailableError
from shopwatch.sources.live.handing import handed
from shopwatch.sources.live.platform import Chore, Platform, Read, Stream, Told, Tracer
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.timing import Timing
from shopwatch.sources.reader import Place

DAY = 86_400
LONGEST = 8.0
"""Seconds of one poll: then the screen sees what has come, and the next goes on at once."""
MOST_ROWS = 20_000
MOST_FOLLOWED = 20_000
SPREAD = 0.1
"""The part of `every` by which a poll may come sooner or later, so that a fleet's don't all come at once."""
AGAIN_AFTER = 600
"""Seconds until it is asked again whether what was refused is open by now."""


class ListNote(msgspec.Struct, frozen=True):
    """How far a list was read. mark: what was ever asked for ends there. refused: when the marketplace said that it isn't
    for this app."""

    gaps: tuple[gaps.Gap, ...] = ()
    mark: int | None = None
    asked: int = 0
    refused: int | None = None


class Followed(msgspec.Struct, frozen=True):
    """What is asked about by itself: an order, an after-sale."""

    since: int
    known_at: int
    asked: int = 0


class Note(msgspec.Struct, frozen=True):
    """The cursor."""

    lookback: int
    lists: dict[str, ListNote] = {}
    followed: dict[str, dict[str, Followed]] = {}
    """By the tracer that asks."""


@dataclasses.dataclass(slots=True)
class _Round:
    """What one poll has come to."""

    now: int
    until: float
    lists: dict[str, ListNote]
    followed: dict[str, dict[str, Followed]]
    told: list[Told] = dataclasses.field(default_factory=list)
    errors: list[LiveError] = dataclasses.field(default_factory=list)
    answered: bool = False
    seen: dict[str, set[int]] = dataclasses.field(default_factory=dict)

    def is_enough(self, now: float) -> bool:
        return now >= self.until or len(self.told) >= MOST_ROWS


class LiveSource:
    """Polls a platform. lookback: the days of the past that are read at first."""

    def __init__(
        self,
        *,
        name: str,
        every: float,
        lookback: int,
        platform: Platform,
        place: Place,
        shared: Shared,
        timing: Timing,
        _: Translate,
    ) -> None:
        self.name = name
        self.kind = platform.kind
        self.every = every * (1 + SPREAD * (2 * timing.chance() - 1))
        self._lookback = lookback
        self._platform, self._place, self._shared, self._timing = platform, place, shared, timing
        self._translate = _
        self._seen: dict[str, set[int]] = {}
        self._left_at: str | None = None

    async def poll(self, cursor: str | None) -> Poll:
        """Read on from the cursor; raises SourceError where nothing at all was answered."""
        round_ = self._begun(cursor)
        for stream in self._platform.streams:
            self._widen(stream, round_)
        with self._told(round_):
            shop = self._place.shop or await self._platform.shop()
        if not round_.errors:
            await self._read_lists(round_)
            await self._do_chores(round_)
            for tracer in self._platform.tracers:
                await self._trace(tracer, round_)
        if round_.errors and not round_.answered:
            raise round_.errors[0]
        return await self._handed(round_, shop)

    async def aclose(self) -> None:
        await self._platform.aclose()

    def _begun(self, cursor: str | None) -> _Round:
        if cursor is None or cursor != self._left_at:
            self._seen = {}  # what was handed over last may not have been kept
        note = _note_of(cursor, self._lookback)
        return _Round(
            now=int(self._timing.wall()),
            until=self._timing.monotonic() + LONGEST,
            lists=dict(note.lists),
            followed={
                tracer.name: dict(note.followed.get(tracer.name, {})) for tracer in self._platform.tracers
            },
        )

    def _widen(self, stream: Stream, round_: _Round) -> None:
        """Add the time since the list was last asked, or all of the past that is wanted."""
        note = round_.lists.get(stream.name, ListNote())
        if self._is_refused(stream.name, round_):
            return
        if note.mark is not None and round_.now - note.asked < stream.every:
            return
        # who was away for longer than `lookback` still missed all that changed meanwhile
        oldest = round_.now - stream.keeps * DAY
        at_first = max(oldest, round_.now - min(self._lookback, stream.at_first or stream.keeps) * DAY)
        begin = max(oldest, at_first if note.mark is None else note.mark - stream.overlap)
        kept = [gap for gap in note.gaps if gap[1] > oldest]
        if begin < round_.now:
            kept = list(gaps.with_gap(kept, (begin, round_.now)))
        round_.lists[stream.name] = msgspec.structs.replace(
            note,
            gaps=tuple((max(begin, oldest), end) for begin, end in kept),
            mark=max(round_.now, note.mark or 0),
            asked=round_.now,
            refused=None,
        )

    @staticmethod
    def _is_refused(name: str, round_: _Round) -> bool:
        refused = round_.lists.get(name, ListNote()).refused
        return refused is not None and round_.now - refused < AGAIN_AFTER

    async def _read_lists(self, round_: _Round) -> None:
        """Read a slice of each list in turn, until there is enough or nothing left."""
        slices = {stream.name: stream.longest for stream in self._platform.streams}
        waiting = list(self._platform.streams)
        while waiting and not round_.is_enough(self._timing.monotonic()):
            stream = waiting.pop(0)
            if not round_.lists[stream.name].gaps or self._is_refused(stream.name, round_):
                continue
            failed = len(round_.errors)
            with self._told(round_):
                try:
                    await self._read_slice(stream, slices[stream.name], round_)
                except TooManyError:
                    if slices[stream.name] <= 1:
                        raise
                    slices[stream.name] = max(1, self._tried(stream, slices[stream.name], round_) // 2)
                except UnavailableError:
                    self._refuse(stream, round_)
                    raise
            if len(round_.errors) == failed:
                waiting.append(stream)

    @staticmethod
    def _tried(stream: Stream, longest: int, round_: _Round) -> int:
        begin, end = gaps.newest(round_.lists[stream.name].gaps, longest)
        return end - begin

    @staticmethod
    def _refuse(stream: Stream, round_: _Round) -> None:
        """Leave a list out; what is still to be read of it stays to be read."""
        note = round_.lists[stream.name]
        round_.lists[stream.name] = msgspec.structs.replace(note, refused=round_.now)
        round_.answered = True

    async def _read_slice(self, stream: Stream, longest: int, round_: _Round) -> None:
        begin, end = gaps.newest(round_.lists[stream.name].gaps, longest)
        async with contextlib.aclosing(stream.read(begin, end)) as pages:
            async for page in pages:
                self._take(stream, page, round_)
                if page.reached is not None and page.reached > begin:
                    self._trim(stream, (begin, page.reached), round_)
                    if round_.is_enough(self._timing.monotonic()):
                        return
        self._trim(stream, (begin, end), round_)
        round_.answered = True

    @staticmethod
    def _trim(stream: Stream, read: gaps.Gap, round_: _Round) -> None:
        note = round_.lists[stream.name]
        round_.lists[stream.name] = msgspec.structs.replace(note, gaps=gaps.without(note.gaps, read))
        round_.answered = True

    def _take(self, stream: Stream, page: Read, round_: _Round) -> None:
        """Keep what is new: what is asked for again, for the overlap's sake, was mostly seen a poll ago."""
        before, seen = self._seen.get(stream.name, set()), round_.seen.setdefault(stream.name, set())
        for told in page.told:
            mark = hash(msgspec.json.encode(told))
            if mark not in before and mark not in seen:
                round_.told.append(told)
            seen.add(mark)
        for tracer in self._platform.tracers:
            if stream.name in tracer.of:
                _follow(round_.followed[tracer.name], page)

    async def _do_chores(self, round_: _Round) -> None:
        for chore in self._platform.chores:
            note = round_.lists.get(chore.name, ListNote())
            if note.mark is not None and round_.now - note.mark < chore.every:
                continue
            with self._told(round_):
                await self._do(chore, round_)

    @staticmethod
    async def _do(chore: Chore, round_: _Round) -> None:
        try:
            round_.told += await chore.ask(round_.now)
        except UnavailableError:
            round_.lists[chore.name] = ListNote(mark=round_.now, refused=round_.now)
            raise
        round_.lists[chore.name] = ListNote(mark=round_.now)
        round_.answered = True

    async def _trace(self, tracer: Tracer, round_: _Round) -> None:
        """Ask about what was asked about longest ago, as much as the budget has."""
        if self._is_refused(tracer.name, round_):
            return
        self._forget(tracer, round_)
        due = sorted(
            (one.asked, order)
            for order, one in round_.followed[tracer.name].items()
            if round_.now - one.asked >= tracer.every
        )
        for _asked, order in due[: tracer.budget]:
            if round_.is_enough(self._timing.monotonic()):
                return
            failed = len(round_.errors)
            with self._told(round_):
                await self._trace_one(tracer, order, round_)
            if len(round_.errors) > failed:
                return

    @staticmethod
    async def _trace_one(tracer: Tracer, order: str, round_: _Round) -> None:
        followed = round_.followed[tracer.name]
        one = followed[order]
        try:
            told, settled = await tracer.ask(order, one.known_at)
        except UnavailableError:
            round_.lists[tracer.name] = ListNote(refused=round_.now)
            raise
        round_.told += told
        round_.answered = True
        if settled:
            del followed[order]
        else:
            followed[order] = msgspec.structs.replace(one, asked=round_.now)

    @staticmethod
    def _forget(tracer: Tracer, round_: _Round) -> None:
        """Give up on what was followed too long, and on the oldest of too many."""
        followed = sorted(round_.followed[tracer.name].items(), key=lambda one: one[1].since)
        kept = [(order, one) for order, one in followed if round_.now - one.since < tracer.patience]
        round_.followed[tracer.name] = dict(kept[-MOST_FOLLOWED:])

    async def _handed(self, round_: _Round, shop: str) -> Poll:
        note = Note(lookback=self._lookback, lists=round_.lists, followed=round_.followed)
        cursor = msgspec.json.encode(note).decode()
        poll = Poll(cursor=cursor, waiting=tuple(self._waiting(round_)), again=self._is_behind(round_))
        if round_.told:
            secrets = self._platform.secrets()
            async with self._shared.reading:
                taken = await in_thread(
                    self._place,
                    self._translate,
                    lambda reader: handed(
                        reader, round_.told, shop, self.name, round_.now, secrets, self._translate
                    ),
                    self._shared.keeper,
                )
            poll = msgspec.structs.replace(poll, batches=tuple(taken.batches), rejects=tuple(taken.rejects))
        self._left_at = cursor
        self._seen |= round_.seen
        return poll

    def _is_behind(self, round_: _Round) -> bool:
        return not round_.errors and any(note.gaps and note.refused is None for note in round_.lists.values())

    def _waiting(self, round_: _Round) -> Iterator[str]:
        """Yield what is still to come, and what can't be told."""
        _ = self._translate
        if left := max(
            (gaps.length(note.gaps) for note in round_.lists.values() if not note.refused), default=0
        ):
            words = _("the past is still being read: {done} of {days} days so far")
            done = max(0, self._lookback - -(-left // DAY))
            yield words.format(done=done, days=self._lookback)
        yield from dict.fromkeys(str(error) for error in round_.errors)
        if self._platform.lacks:
            words = _(
                "{platform} doesn't tell: {what}; unless another source does, these stay unknown, not zero"
            )
            what = _(", ").join(table_words(table, _) for table in self._platform.lacks)
            yield words.format(platform=self._platform.name, what=what)

    @contextlib.contextmanager
    def _told(self, round_: _Round) -> Iterator[None]:
        """Let what fails be told, and the rest go on."""
        try:
            yield
        except LiveError as error:
            round_.errors.append(error)


def _follow(followed: dict[str, Followed], page: Read) -> None:
    """Note what is to be asked about from now on, and what no more."""
    for one, known_at in page.follow.items():
        known = followed.get(one, Followed(since=known_at, known_at=known_at))
        followed[one] = msgspec.structs.replace(known, known_at=max(known.known_at, known_at))
    for one in page.settled:
        followed.pop(one, None)


def table_words(table: str, _: Translate) -> str:
    """Return what people call the records of a table that not every marketplace tells."""
    return {
        "agent_days": _("agents' days"),
        "chats": _("chats"),
        "events": _("bonuses and deductions"),
        "official": _("the score"),
        "reviews": _("reviews"),
        "scans": _("parcels' scans"),
        "tickets": _("tickets of the marketplace"),
    }.get(table, table)


def _note_of(cursor: str | None, lookback: int) -> Note:
    """Return what was noted. A longer look back than before reads everything anew, which changes nothing twice."""
    if cursor is None:
        return Note(lookback)
    try:
        note = msgspec.json.decode(cursor, type=Note)
    except msgspec.MsgspecError:
        return Note(lookback)
    return note if note.lookback >= lookback else Note(lookback)
