"""What every screen looks like, at three sizes and in both languages, on fixed boards and a fixed clock.

One run of the app a size and language goes through them all. After a change that is meant: `pytest
tests/screens/test_pictures.py --snapshot-update`, and look at what changed.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, TextArea

from screens.driving import LANGUAGES, SIZES, Hand, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW
from screens.picture import picture
from screens.test_alerts_screen import alert
from screens.test_care_screen import GROUP
from screens.test_competitors import COMPETITORS
from screens.test_leagues_screen import STANDINGS
from screens.test_voice_screen import HEARD
from shopwatch.board.care import CareBoard
from shopwatch.board.stock import StockBoard, StockRow
from shopwatch.screens.first_run import FirstRun

STOCK = StockBoard(
    rows=(
        StockRow("p1", "手机壳A", 3, 42.5, 0.07, 51, 12, NOW, "out"),
        StockRow("p2", "保温杯 500ml", 120, 31.0, 3.9, 8, 0, NOW - datetime.timedelta(hours=3), "soon"),
        StockRow("p3", "数据线", 2400, 18.0, 133.0, 4, 0, NOW, "ok"),
    ),
    unknown=2,
)
TABS = ("actions", "fleet", "score", "deltas", "orders")
OPENED = {
    "score": "score",
    "line": "line:alliance",
    "dimension": "dimension:logistics",
    "indicator": "indicator:pickup_hours",
    "cause": "cause:zto-gd",
    "action": "action:clear",
    "order": "order:692600006908041200",
}
NAMED = (
    "goal", "voice", "leagues", "care", "stock", "history", "competitors", "alerts", "reports", "sources", "rules",
    "official",
)  # fmt: skip
KEYS = {
    "wall": ("m",),
    "wall-struck": ("m", "right"),
    "help": ("question_mark",),
    "source": ("d", "enter"),
    "problem": ("v", "down", "enter"),
    "league": ("t", "enter"),
    "note": ("n",),
    "moment": ("at",),
    "filter": ("slash", "z"),
    "palette": ("ctrl+p",),
}


def feed(language: str) -> FakeFeed:
    """A feed that knows of everything."""
    made = FakeFeed(language, heard=HEARD)
    made.standings, made.caring = STANDINGS, CareBoard(groups=(GROUP,), told=(), sends="dry")
    made.alerts = (alert(1), alert(2, "warning"), alert(3, ended_at=NOW - datetime.timedelta(minutes=5)))
    made.change("flagship", competitors=COMPETITORS, stock=STOCK)
    source = made.shops["flagship"].sources[0]
    aside = msgspec.structs.replace(
        source, rejected=2, aside="订单.csv 第 5 行:金额不是数字", aside_at=NOW, feeds=("pickup_hours",)
    )
    made.change("flagship", sources=(aside, *made.shops["flagship"].sources[1:]))
    return made


class Album:
    """The pictures that were taken of one run, each beside the one that is kept."""

    def __init__(self, hand: Hand, kept: SnapshotAssertion) -> None:
        self._hand, self._kept = hand, kept
        self.changed: list[str] = []

    async def take(self, name: str) -> None:
        await self._hand.rest()
        for field in [*self._hand.app.screen.query(Input), *self._hand.app.screen.query(TextArea)]:
            field.cursor_blink = False
        await self._hand.rest()
        # the key bar is in one picture: with another key anywhere it is another everywhere
        taken = picture(self._hand.app, without=0 if name == "shop" else 1)
        assert "\x1b" not in taken
        if taken != self._kept(name=name):
            self.changed.append(name)

    async def back(self) -> None:
        while self._hand.screen != "ShopScreen":
            await self._hand.press("escape")


async def _take_all(album: Album, hand: Hand) -> None:
    await album.take("shop")
    if hand.app.screen.has_class("-tabs"):
        for pane in TABS:
            await hand.press("tab")
            await album.take(f"shop-{pane}")
    for name, key in OPENED.items():
        hand.app.open(key)
        await album.take(name)
        await album.back()
    for name in NAMED:
        hand.app.action_go(name)
        await album.take(name)
        await album.back()
    for name, keys in KEYS.items():
        for key in keys:
            await hand.press(key)
        await album.take(name)
        await hand.press("escape")
        await album.back()
    await hand.press("left_square_bracket")
    await album.take("replay")
    await hand.press("right_square_bracket", "2")
    await album.take("shop-struck")
    await hand.press("3")
    await album.take("shop-new")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen(language: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with at_the_keyboard(language, size, feed(language)) as hand:
        hand.app.reports = Path("/home/shop/shopwatch-reports")
        album = Album(hand, snapshot.use_extension(SVGImageExtension))
        await _take_all(album, hand)
        assert hand.app.unpainted is None
    assert album.changed == [], "these look different; --snapshot-update keeps them as they are now"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_first_start(language: str, snapshot: SnapshotAssertion) -> None:
    app = FirstRun(Path("/home/shop/shopwatch.toml"), language=language)
    async with app.run_test(size=(80, 24)):
        assert picture(app) == snapshot.use_extension(SVGImageExtension)
