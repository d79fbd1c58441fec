"""Driving the app as a person does: keys in, the lines of the screen out.

What a key sets going may be done by a thread, so a number of turns of the event loop is no time to wait: `rest` waits
for every answer, `sees` and `until` for whatever else comes.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import Worker

from screens.fake_feed import FakeFeed
from shopwatch.app import ShopwatchApp
from until import PATIENCE

SIZES = ((160, 48), (100, 30), (80, 24))
LANGUAGES = ("zh_CN", "en")


class Hand:
    """A person at the keyboard. `seconds` is the app's clock for what the person does."""

    def __init__(self, app: ShopwatchApp, feed: FakeFeed, pilot: Pilot[Any]) -> None:
        self.app = app
        self.feed = feed
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self.rest()

    async def rest(self) -> None:
        """Until everything that was set going is done, answered and painted."""
        await self._paint()
        while self._asked:
            await self.until(lambda: not self._asked, "an answer to what was asked")

    async def sees(self, *words: str) -> None:
        """Wait until all of it stands on the screen."""
        await self.until(lambda: all(word in self.text for word in words), " and ".join(words))

    async def until(self, ready: Callable[[], object], saying: str) -> None:
        """Wait until it is so, and all of it painted; fail with what was waited for, and the screen."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > end:
                pytest.fail(f"{saying}: not within {PATIENCE:.0f} s\n{self.text}")
            await self._pilot.pause(0.01)
        await self._paint()

    @property
    def _asked(self) -> list[Worker[Any]]:
        """What is being worked at; the monitor is at work all the time."""
        return [one for one in self.app.workers if one.group != "monitor" and not one.is_finished]

    async def _paint(self) -> None:
        for _turn in range(4):
            await self._pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        await self._pilot.resize_terminal(width, height)
        await self._pilot.pause(1 / 60)  # Textual takes a new size once it has stood for half of this
        await self.rest()

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def screen(self) -> str:
        return type(self.app.screen).__name__

    def colour_of(self, words: str) -> str | None:
        """The colour in which these words stand on the screen."""
        for strip in self.app.screen._compositor.render_strips():
            for segment in strip:
                if words in segment.text and segment.style and segment.style.color:
                    return segment.style.color.name
        return None


class Seconds:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@contextlib.asynccontextmanager
async def at_the_keyboard(
    language: str = "zh_CN",
    size: tuple[int, int] = (160, 48),
    feed: FakeFeed | None = None,
    seconds: Seconds | None = None,
    keys: dict[str, str] | None = None,
    log_folder: Path | None = None,
) -> AsyncIterator[Hand]:
    feed = feed or FakeFeed(language)
    app = ShopwatchApp(
        feed, language=language, keys=keys, log_folder=log_folder, monotonic=seconds or Seconds()
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        hand = Hand(app, feed, pilot)
        await hand.rest()
        yield hand
