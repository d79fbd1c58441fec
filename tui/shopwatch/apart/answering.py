"""What the terminal asks and does is passed on to the monitor, each thing as a task that it can take back."""

from __future__ import annotations

import asyncio
import logging

import msgspec

from shopwatch.apart.questions import question
from shopwatch.apart.telling import Teller
from shopwatch.apart.wire import Answer, Ask, Cancel, Failed, Pause, ToMonitor, Wire
from shopwatch.feed import Feed
from shopwatch.logs import first_of, place_of

FINISHING = 3.0  # seconds for what somebody has done just before the terminal went

log = logging.getLogger(__name__)


class Answerer:
    """Answers one terminal, until it goes."""

    def __init__(self, feed: Feed, wire: Wire, teller: Teller) -> None:
        self._feed, self._wire, self._teller = feed, wire, teller
        self._decoder = msgspec.json.Decoder(ToMonitor)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._acts: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take what comes; return once the terminal has gone and what was done there is kept."""
        async for words in self._wire.frames():
            self._take(self._decoder.decode(words))
        if self._acts:
            await asyncio.wait(self._acts, timeout=FINISHING)
        for task in self._tasks.values():
            task.cancel()

    def _take(self, message: ToMonitor) -> None:
        match message:
            case Ask():
                task = self._tasks[message.id] = asyncio.create_task(self._answer(message))
                if question(message.method).acts:
                    self._acts.add(task)
                    task.add_done_callback(self._acts.discard)
                task.add_done_callback(lambda _: self._tasks.pop(message.id, None))
            case Cancel(id=number):
                if number in self._tasks:
                    self._tasks[number].cancel()
            case Pause(paused=paused):
                self._feed.pause(paused)
                self._teller.look()

    async def _answer(self, ask: Ask) -> None:
        asked = question(ask.method)
        try:
            places, options = asked.given(ask.given)
            found = await getattr(self._feed, ask.method)(*places, **options)
            if asked.acts:
                await self._teller.all_told()
            self._wire.put(Answer(ask.id, msgspec.Raw(msgspec.json.encode(found))))
        except Exception as error:  # noqa: BLE001 (whoever asked is told)
            log.warning("%s: %s", ask.method, place_of(error))
            self._wire.put(Failed(ask.id, type(first_of(error)).__name__))
        await self._wire.room()
