"""What is painted cell by cell leaves the terminal as a whole painting would."""

from __future__ import annotations

import datetime
from typing import Any

import pyte
import pytest
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from screens.driving import SIZES, Hand, at_the_keyboard
from shopwatch.panes.cellwise import CellsUpdate
from shopwatch.panes.order_list import OrderList

SECOND = datetime.timedelta(seconds=1)


class Paper:
    """A terminal that takes what the app writes."""

    def __init__(self, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
        self._hand = hand
        self._paper = self._sheet()
        self.updates: list[CompositorUpdate] = []
        display = hand.app._display

        def write(screen: Screen[Any], update: RenderableType | None) -> None:
            if isinstance(update, CompositorUpdate):
                self.updates.append(update)
                self._paper.feed(update.render_segments(hand.app.console))
            display(screen, update)

        monkeypatch.setattr(hand.app, "_display", write)

    def is_whole(self) -> bool:
        """Whether it shows what a painting of everything shows."""
        return cells(self._paper) == cells(self._sheet())

    def _sheet(self) -> pyte.Stream:
        app = self._hand.app
        sheet = pyte.Stream(pyte.Screen(*app.size))
        sheet.feed(app.screen._compositor.render_full_update().render_segments(app.console))
        return sheet


def cells(sheet: pyte.Stream) -> list[list[object]]:
    screen = sheet.listener
    assert isinstance(screen, pyte.Screen)
    return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]


async def a_second_later(hand: Hand) -> None:
    hand.feed.time += SECOND
    hand.app.beat()
    await hand.rest()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colours", [True, False])
async def test_the_terminal_shows_what_a_whole_painting_would(
    size: tuple[int, int], colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")
    async with at_the_keyboard(size=size) as hand:
        paper = Paper(hand, monkeypatch)
        for key in ("j", "j", "l", "tab", "j", "shift+tab", "s", "k", "slash", "8", "escape", "G", "home"):
            await a_second_later(hand)
            assert paper.is_whole()
            await hand.press(key)
            assert paper.is_whole(), key
        assert any(isinstance(update, CellsUpdate) for update in paper.updates)


async def test_a_second_paints_times_and_the_clock_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_keyboard() as hand:
        paper = Paper(hand, monkeypatch)
        await a_second_later(hand)
        assert paper.updates
        painted = 0
        for update in paper.updates:
            assert isinstance(update, CellsUpdate)
            painted += sum(region.area for region, _strips in update.painted)
        lines = len(hand.app.query_one(OrderList).shown)
        assert painted <= 160 + lines * 20


@pytest.mark.parametrize("pane", ["orders", "actions"])
async def test_a_key_paints_the_lines_that_the_cursor_left_and_came_to(
    pane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a scrollbar, too."""
    async with at_the_keyboard(size=(160, 36)) as hand:
        while hand.app.focused is None or hand.app.focused.id != pane:
            await hand.press("tab")
        paper = Paper(hand, monkeypatch)
        await hand.press("j")
        assert paper.updates
        assert all(isinstance(update, CellsUpdate) for update in paper.updates)
        assert paper.is_whole()


async def test_what_lies_over_the_times_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is put where it covers some of what ticks."""
    async with at_the_keyboard(size=(80, 24)) as hand:
        hand.app.notify("\n".join(["words over the list"] * 12), timeout=1000)
        await hand.rest()
        paper = Paper(hand, monkeypatch)
        for _again in range(3):
            await a_second_later(hand)
            assert "words over the list" in hand.text
            assert paper.is_whole()
