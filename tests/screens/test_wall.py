"""The wall: large, turning through the shops, staying on those that need help, and never quite in one place."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.driving import LANGUAGES, SIZES, Seconds, at_the_keyboard
from screens.fixture_boards import NOW, boards
from shopwatch import i18n
from shopwatch.board import Board
from shopwatch.panes.digits import big
from shopwatch.panes.view import View
from shopwatch.panes.wall import DRIFT, drift, needing, picture

SHOPS = boards("zh_CN")


def safe(board: Board) -> dict[str, object]:
    return {"lines": tuple(line for line in board.lines if line.level != "bad")}


@pytest.mark.parametrize("size", [*SIZES, (200, 60)])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_score_is_larger_than_on_the_shop_screen(size: tuple[int, int], language: str) -> None:
    async with at_the_keyboard(language, size) as hand:
        await hand.press("m")
        assert hand.screen == "WallScreen"
        assert max(line.count("█") for line in hand.lines) >= 2 * len(big("81.4")[0]) // 1.5
        assert ("旗舰店" if language == "zh_CN" else "Flagship") in hand.text
        assert "11-20 20:07:22" in hand.text
        assert ("数据源" if language == "zh_CN" else "Sources") in hand.text


async def test_it_stays_on_the_shops_that_need_help() -> None:
    seconds = Seconds()
    async with at_the_keyboard(seconds=seconds) as hand:
        await hand.press("m")
        assert hand.app.shown == "flagship"
        for _turn in range(3):
            seconds.now += 20
            hand.app.beat()
            await hand.rest()
            assert hand.app.shown == "general", "the only one under a line"
        assert "✖ 未达" in hand.text


async def test_it_turns_through_all_where_all_is_well() -> None:
    seconds = Seconds()
    async with at_the_keyboard(seconds=seconds) as hand:
        for shop, board in hand.feed.shops.items():
            hand.feed.change(shop, **safe(board))
        await hand.press("m")
        seen = []
        for _turn in range(3):
            seen.append(hand.app.shown)
            seconds.now += 20
            hand.app.beat()
            await hand.rest()
        assert seen == ["flagship", "general", "new"]


async def test_a_shop_that_somebody_turned_to_stays_for_a_minute() -> None:
    seconds = Seconds()
    async with at_the_keyboard(seconds=seconds) as hand:
        await hand.press("m", "right", "right")
        assert hand.app.shown == "new"
        seconds.now += 30
        hand.app.beat()
        assert hand.app.shown == "new"
        seconds.now += 31
        hand.app.beat()
        assert hand.app.shown == "general"


async def test_esc_goes_back_to_the_shop_before_and_enter_to_the_one_shown() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("m", "right", "escape")
        assert (hand.screen, hand.app.shown) == ("ShopScreen", "flagship")
        await hand.press("m", "right", "enter")
        assert (hand.screen, hand.app.shown) == ("ShopScreen", "general")


def view(at: datetime.datetime) -> View:
    return View(i18n.translation("zh_CN"), "zh_CN", lambda: NOW, lambda: at, lambda: 0.0)


def test_nothing_stands_in_one_place_for_an_hour() -> None:
    """No cell of the digits is lit the whole time, and the picture comes back."""
    hour = [NOW + datetime.timedelta(minutes=n) for n in range(60)]
    assert {drift(at) for at in hour} == set(DRIFT)
    frames = [
        [line.plain for line in picture(SHOPS["flagship"], list(SHOPS.values()), False, view(at), 158, 44)]
        for at in hour
    ]
    name = {(y, line.index("旗")) for frame in frames for y, line in enumerate(frame) if "旗舰店" in line}
    assert len(name) >= 4
    assert frames[0] == frames[len(DRIFT)]


@given(st.integers(20, 300), st.integers(8, 100), st.sampled_from(sorted(SHOPS)), st.booleans())
def test_it_fits_every_terminal(width: int, height: int, shop: str, warm: bool) -> None:
    lines = picture(SHOPS[shop], list(SHOPS.values()), warm, view(NOW), width, height)
    assert len(lines) == height
    assert all(line.cell_length <= width for line in lines)


def test_colour_stands_only_where_something_is_close_or_struck() -> None:
    flagship = SHOPS["flagship"]
    assert needing([flagship]) == []
    lines = picture(flagship, [flagship], False, view(NOW), 158, 44)
    digits = next(line for line in lines if "█" in line.plain)
    assert {span.style for span in digits.spans if span.style} == {"bold $strong"}
    bad = picture(SHOPS["general"], [SHOPS["general"]], False, view(NOW), 158, 44)
    assert any("$bad" in str(span.style) for line in bad for span in line.spans)
