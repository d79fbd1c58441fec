"""The terminal's half: a `Feed` whose monitor is another process, started here, and again where it ends.

Whatever happens there, the last boards stay. What comes is read in short slices, so that no key waits for many boards.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import functools
import logging
import pickle
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec

from shopwatch import __version__
from shopwatch.apart.process import Process
from shopwatch.apart.questions import ASKED, question
from shopwatch.apart.wire import (
    Answer,
    Ask,
    Cancel,
    Changed,
    Failed,
    Order,
    Pause,
    Shown,
    Sorry,
    ToTerminal,
    Wire,
    changed,
    wired,
)
from shopwatch.board import AlertBoard, Board
from shopwatch.config.structs import Config
from shopwatch.feed import Feed, Hear
from shopwatch.i18n import translation
from shopwatch.journal import Journal, JournalError
from shopwatch.journal_copy import restored_words
from shopwatch.remembered import Remembered

if TYPE_CHECKING:
    from shopwatch.demo.clock import SimClock

Clock = Callable[[], datetime.datetime]

SLICE, BETWEEN = 0.002, 0.006  # seconds of taking in, and then for keys
LEAST_PAUSE, MOST_PAUSE = 2.0, 60.0  # seconds before it is started again
STEADY = 60.0  # seconds after which an end is no longer one of a row

log = logging.getLogger(__name__)


class AwayError(Exception):
    """The monitor is not there, or could not answer: the kind of what was wrong."""


class ClosingFeed(Feed, Protocol):
    async def aclose(self) -> None:
        """Wait, but not for long, until all that is held has been given up."""
        ...


def open_apart(
    config: Config,
    state: Path,
    *,
    clock: SimClock | None,
    wall: Clock,
    language: str,
    polls: bool = True,
) -> ClosingFeed:
    """Read the last boards, and how the screen was left, out of the journal; raises JournalError.

    clock: the time that shops live by, where it is a simulated one. polls: False only looks at what another process
    brings.
    """
    journal = Journal(state / "journal.sqlite")
    with contextlib.closing(journal):
        order = Order(config, state, language, clock, polls)
        made = Apart(order, journal, wall)
    return cast("ClosingFeed", made)


class Apart:
    """A `ClosingFeed`: whatever it doesn't know itself, it asks the monitor by the name of the method."""

    def __init__(self, order: Order, journal: Journal, wall: Clock) -> None:
        self._order, self._wall = order, wall
        self._translate = translation(order.language)
        self._boards: Mapping[str, Board] = {board.id: board for board, _at in journal.boards()}
        self._left = _left(journal)
        self._kept: Mapping[str, str] = {}  # how the screen was left since
        self._restored = restored_words(journal.restored, self.live().tzinfo, self._translate)
        self._hearers: list[Hear] = []
        self._shown, self._paused, self._in_view = Shown(), False, ""
        self._process: Process | None = None
        self._wire: Wire | None = None
        self._here, self._hurried = asyncio.Event(), asyncio.Event()
        self._held: dict[str, Board] = {}  # as the other side knows us to have them
        self._waiting: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._questions = 0
        self._sorry: str | None = None
        self._away: str | None = None  # that it has ended, in a sentence

    # ------------------------------------------------------------ what the views see

    @property
    def boards(self) -> Mapping[str, Board]:
        return self._boards

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def next_poll(self) -> datetime.datetime | None:
        at = self._shown.next_poll
        return None if self._paused or self._away or at is None else max(at, self.wall())

    @property
    def trouble(self) -> str | None:
        return self._away or self._shown.trouble or self._restored

    @property
    def alerts(self) -> Sequence[AlertBoard]:
        return self._shown.alerts

    @property
    def unheard(self) -> Sequence[str]:
        return self._shown.unheard

    @property
    def replayed(self) -> datetime.datetime | None:
        return self._shown.replayed

    def now(self) -> datetime.datetime:
        return self.replayed or self.live()

    def live(self) -> datetime.datetime:
        order = self._order
        return order.config.monitor.now or (order.clock.now() if order.clock else self._wall())

    def wall(self) -> datetime.datetime:
        return self._wall()

    def listen(self, hear: Hear) -> None:
        self._hearers.append(hear)

    def remembered(self) -> Mapping[str, str]:
        return self._left

    def pause(self, paused: bool) -> None:
        self._paused = paused
        if self._wire is not None:
            self._wire.put(Pause(paused))

    async def look_at(self, shop: str) -> None:
        self._in_view = shop
        with contextlib.suppress(AwayError):  # it is said again to the next
            await self._ask("look_at", shop)

    async def remember(self, values: Mapping[str, str]) -> None:
        self._left = self._kept = values
        with contextlib.suppress(AwayError):
            await self._ask("remember", values)

    async def refresh(self) -> None:
        if self._away is not None:
            self._away = None
            self._hurried.set()
        await self._ask("refresh")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in ASKED:
            raise AttributeError(name)
        return functools.partial(self._ask, name)

    # ------------------------------------------------------------ asking

    async def _ask(self, name: str, *given: object, **options: object) -> Any:
        if self._away is not None:
            raise AwayError(name)
        await self._here.wait()
        asked, wire = question(name), self._wire
        if wire is None:
            raise AwayError(name)
        number = self._put(wire, name, asked.words(given, options))
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            return asked.answer(await answer)
        except asyncio.CancelledError:
            if wire is self._wire:
                wire.put(Cancel(number))
            raise
        finally:
            self._waiting.pop(number, None)

    def _put(self, wire: Wire, name: str, words: bytes) -> int:
        self._questions += 1
        wire.put(Ask(self._questions, name, msgspec.Raw(words)))
        return self._questions

    # ------------------------------------------------------------ the other process

    async def run(self) -> None:
        """Have the monitor run until cancelled; start it again where it ends."""
        pause = LEAST_PAUSE
        while True:
            begun = asyncio.get_running_loop().time()
            how = await self._run_once()
            log.error("the monitor's process ended: %s", how)
            if asyncio.get_running_loop().time() - begun > STEADY:
                pause = LEAST_PAUSE
            self._say_away(self._sorry or how, pause)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._hurried.wait()
            self._away, pause = None, min(MOST_PAUSE, pause * 2)

    async def _run_once(self) -> str:
        """Start it, and take what it says until it ends; return how it did."""
        self._hurried.clear()
        await self.aclose()
        try:
            process = self._process = Process()
        except OSError as error:
            return error.strerror or str(error)
        try:
            wire = await wired(process.end)
            self._begin(wire)
            await self._take_all(wire)
        finally:
            self._end(process)
        return await process.ended()

    def _begin(self, wire: Wire) -> None:
        """Say what to do, and all that was said to the one before."""
        wire.put_bytes(pickle.dumps(self._order))
        self._wire, self._held, self._sorry = wire, {}, None
        if self._paused:
            wire.put(Pause(True))
        if self._in_view:
            self._put(wire, "look_at", question("look_at").words((self._in_view,), {}))
        if self._kept:
            self._put(wire, "remember", question("remember").words((self._kept,), {}))
        self._here.set()

    def _end(self, process: Process) -> None:
        process.let_go()
        self._here.clear()
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(AwayError("ended"))

    async def _take_all(self, wire: Wire) -> None:
        """Take what comes, a short while at a time; while somebody waits for an answer, as fast as the loop turns."""
        decoder, spent = msgspec.json.Decoder(ToTerminal), 0.0
        async for words in wire.frames():
            begin = time.perf_counter()
            self._take(decoder.decode(words))
            spent += time.perf_counter() - begin
            if spent > SLICE:
                await asyncio.sleep(0 if self._waiting else BETWEEN)
                spent = 0.0

    def _take(self, message: ToTerminal) -> None:
        match message:
            case Changed(shop=shop):
                self._held[shop] = changed(self._held.get(shop), message)
            case Shown():
                self._show(message)
            case Answer(id=number, value=value):
                if (answer := self._waiting.pop(number, None)) and not answer.done():
                    answer.set_result(value)
            case Failed(id=number, kind=kind):
                if (answer := self._waiting.pop(number, None)) and not answer.done():
                    answer.set_exception(AwayError(kind))
            case Sorry(words=words):
                self._sorry = words

    def _show(self, shown: Shown) -> None:
        self._held = {shop: self._held[shop] for shop in shown.shops}
        self._boards, self._shown = dict(self._held), shown
        self._tell([self._held[shop] for shop in shown.told if shop in self._held])

    def _say_away(self, how: str, pause: float) -> None:
        _ = self._translate
        from importlib.metadata import version

        if version("shopwatch") != __version__:
            self._away = _("shopwatch was updated meanwhile: leave with q and start it again")
        else:
            words = _("the monitor stopped ({how}); it starts again in {n} s, r starts it now")
            self._away = words.format(how=how, n=round(pause))
        self._tell(())

    def _tell(self, boards: Sequence[Board]) -> None:
        for hear in self._hearers:
            hear(boards)

    async def aclose(self) -> None:
        if self._process is not None:
            await self._process.ended()
            self._process = None


def _left(journal: Journal) -> Mapping[str, str]:
    with contextlib.suppress(JournalError):  # its trouble is said where boards are saved
        return Remembered(journal).all()
    return {}
