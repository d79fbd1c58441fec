"""The command palette: every command, and everything that has a name or a number."""

from __future__ import annotations

import pytest

from screens.driving import Hand, at_the_keyboard
from shopwatch.panes.keybar import ORDER
from shopwatch.panes.keys import deeds

MOVING = {
    "up", "down", "page_up", "page_down", "top", "bottom", "collapse", "expand", "previous_pane", "previous_table",
    "palette",
}  # fmt: skip
"""What is quicker done than looked for, and the key that opens the palette."""


async def find(hand: Hand, words: str) -> None:
    """Look something up and take the first that is found."""
    await hand.press("ctrl+p", *words)
    await hand.until(lambda: words in "".join(hand.lines[4:]), f"{words} in the palette")
    await hand.press("down", "enter")


@pytest.mark.parametrize(
    ("words", "screen"),
    [
        ("平均揽收", "IndicatorScreen"),
        ("物流体验", "DimensionScreen"),
        ("69080412", "OrderScreen"),
        ("大屏", "WallScreen"),
    ],
)
async def test_whatever_has_a_name_is_found(words: str, screen: str) -> None:
    async with at_the_keyboard() as hand:
        await find(hand, words)
        await hand.until(lambda: hand.screen == screen, screen)


async def test_every_command_that_works_here_is_in_it() -> None:
    async with at_the_keyboard() as hand:
        offered = {command.title for command in hand.app.get_system_commands(hand.app.screen)}
        words = deeds(hand.app.view.words)
        for active in hand.app.screen.active_bindings.values():
            name = active.binding.id
            if active.enabled and name in words and name not in MOVING:
                assert words[name].short in offered, name


def test_every_deed_has_its_place_in_the_palette() -> None:
    assert set(deeds(str)) - MOVING <= set(ORDER)
