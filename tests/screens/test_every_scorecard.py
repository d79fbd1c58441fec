"""Every shipped scorecard on every view, whatever its readings: printed in both languages, and on the screen."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from score_cases import model
from scorecards_shown import any_readings
from screens.driving import Hand, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW
from shopwatch.assembly import build_board
from shopwatch.board import Board, Status
from shopwatch.i18n import translation
from shopwatch.reports.text import status_text
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Dimension, Indicator, Scorecard
from shopwatch.sources.page import items, names_of

CARDS = scorecards()
KEYS = list(CARDS)
LANGUAGES = ("zh_CN", "en")
WRONG = re.compile(r"\b(?:nan|inf|None)\b|无法显示|could not be drawn")


def board(card: Scorecard, seed: int, language: str = "zh_CN", **own: Any) -> Board:
    return build_board(
        model(card, **own),
        any_readings(card, seed),
        name="旗舰店",
        now=NOW,
        _=translation(language),
        language=language,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_status_prints_it(key: str, language: str) -> None:
    for seed in range(12):
        shown = board(CARDS[key], seed, language)
        status = Status(schema=1, as_of=NOW, shops=(shown,))
        text = status_text(status, translation(language))
        assert key in text
        assert not WRONG.search(text), text
        for dimension in shown.dimensions:
            assert dimension.name in text
        again = msgspec.json.decode(msgspec.json.encode(status), type=Status)
        assert again == status


@pytest.mark.parametrize("key", KEYS)
def test_what_nobody_knows_is_never_nought(key: str) -> None:
    card = CARDS[key]
    shown = board(card, 1)
    unknown = {"unknown", "none"}
    for dimension in shown.dimensions:
        assert (dimension.weight is None) == (dimension.weight_certainty in unknown)
        for indicator in dimension.indicators:
            assert (indicator.weight is None) == (indicator.weight_certainty in unknown)
    assert shown.scale.kind == card.total.kind
    if card.total.kind == "none":
        assert shown.score.value is None
        assert shown.score.why


@pytest.mark.parametrize("key", KEYS)
def test_every_figure_of_a_page_has_names_of_its_own(key: str) -> None:
    """Two that went by one name would take each other's figures."""
    card = CARDS[key]
    names = names_of(card)
    assert set(items(card)) <= set(names.values())
    parts: tuple[Dimension | Indicator, ...] = (*card.printed_dimensions, *card.indicator)
    for part in parts:
        assert {names[word.casefold()] for word in (part.id, part.name.zh, part.name.en)} == {part.id}


async def look_through(hand: Hand) -> None:
    """Open all that a shop's screen leads to: its score, every dimension, every indicator, the official form."""
    (shown,) = hand.feed.boards.values()
    assert hand.screen == "ShopScreen"
    await hand.press("o")
    assert hand.screen == "OfficialScreen"
    await hand.press("escape")
    keys = ["score", *(f"dimension:{part.id}" for part in shown.dimensions)]
    keys += [f"indicator:{one.id}" for part in shown.dimensions for one in part.indicators]
    for key in keys:
        hand.app.open(key)
        await hand.rest()
        assert hand.screen != "ShopScreen"
        assert not WRONG.search(hand.text), hand.text
        await hand.press("escape")


@pytest.mark.parametrize("key", KEYS)
async def test_the_screens_show_it(key: str) -> None:
    for size, language, seed in (((160, 48), "zh_CN", 3), ((80, 24), "en", 4)):
        shown = board(CARDS[key], seed, language)
        async with at_the_keyboard(language, size, FakeFeed(language, shops={shown.id: shown})) as hand:
            assert not WRONG.search(hand.text), hand.text
            await look_through(hand)
