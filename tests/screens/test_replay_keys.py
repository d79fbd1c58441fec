"""Replay at the keyboard: back and on by hours and days, to a date, marked so that nobody takes it for now."""

from __future__ import annotations

import datetime

import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from screens.fixture_boards import NOW, moment
from shopwatch.screens.replaying import past


async def test_keys_leaf_through_whole_hours_and_days() -> None:
    async with at_the_keyboard() as hand:
        for key, at in (
            ("left_square_bracket", moment(20, 20)),
            ("left_square_bracket", moment(20, 19)),
            ("left_curly_bracket", moment(19, 19)),
            ("right_square_bracket", moment(19, 20)),
            ("right_curly_bracket", moment(20, 20)),
        ):
            await hand.press(key)
            assert hand.feed.replayed == at
        await hand.press("right_square_bracket")
        assert hand.feed.replayed is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_says_so(size: tuple[int, int], language: str) -> None:
    words = "历史回看 11-20 20:00" if language == "zh_CN" else "REPLAY 11-20 20:00"
    async with at_the_keyboard(language, size) as hand:
        assert words not in hand.text
        await hand.press("left_square_bracket")
        assert words in hand.text
        assert "20:07:22" in hand.text  # the clock in the corner is still the real one
        await hand.press("enter")
        hand.app.beat()
        await hand.rest()
        assert words in hand.text
        assert "═" in hand.text


async def test_nothing_is_written_down_in_the_past() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("left_square_bracket", "tab", "space")
        assert not [asked for asked in hand.feed.asked if asked[0] == "tick"]
        assert "历史回看" in hand.text


async def test_a_moment_by_its_date() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("at", *"11-18 09:30", "enter")
        assert hand.feed.replayed == moment(18, 9, 30)
        await hand.press("at", "enter")
        assert hand.feed.replayed is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("11-18", moment(18, 23, 59)),
        ("11/18 9", moment(18, 9)),
        ("11-18 09:30", moment(18, 9, 30)),
        ("2026-11-18", moment(18, 23, 59)),
        ("09:30", moment(20, 9, 30)),
        ("12-01", moment(1, 23, 59).replace(year=2025, month=12)),
        ("21:00", None),
        ("2027-01-01", None),
        ("13-40", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_what_a_date_means(text: str, meant: datetime.datetime | None) -> None:
    assert past(text, NOW) == meant
