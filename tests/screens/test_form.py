"""The form for printed figures reads a page by the shop's own rules, whoever wrote them."""

from __future__ import annotations

import dataclasses

import msgspec
from textual.widgets import Input, Static, TextArea

from screens.driving import at_the_keyboard
from screens.fake_feed import FakeFeed
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Scorecard, Words

SHIPPED = scorecards()["douyin@2026-09-08"]


@dataclasses.dataclass
class OwnRules(FakeFeed):
    """A feed whose shops go by a scorecard that isn't the package's."""

    card: Scorecard | None = None

    async def scorecard(self, shop: str) -> Scorecard | None:
        return self.card


def own(card: Scorecard | None) -> OwnRules:
    feed = OwnRules(card=card)
    feed.change("flagship", scorecard="mine@2026-01-01")
    return feed


async def test_a_page_is_read_in_the_words_of_the_shops_own_scorecard() -> None:
    product, *others = SHIPPED.dimension
    named = msgspec.structs.replace(product, name=Words(zh="货品力", en="Goods"), ceiling=120.0)
    feed = own(msgspec.structs.replace(SHIPPED, id="mine", dimension=(named, *others)))
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("o")
        screen = hand.app.screen
        assert "50–120" in str(screen.query_one("#hint-product", Static).render())
        screen.query_one(TextArea).text = "总分 82\n货品力 110\n"
        await hand.rest()
        assert screen.query_one("#field-product", Input).value == "110"
        await hand.press("ctrl+s")
        _word, _shop, entries, _at = feed.asked[-1]
        assert [(entry.item, entry.points) for entry in entries] == [("total", 82.0), ("product", 110.0)]


async def test_without_rules_a_page_is_not_read_and_figures_can_still_be_typed() -> None:
    feed = own(None)
    async with at_the_keyboard(feed=feed) as hand:
        await hand.press("o")
        hand.app.screen.query_one(TextArea).text = "总分 82\n"
        await hand.rest()
        assert "没有对应的规则可解析页面" in hand.text
        hand.app.screen.query_one("#field-total", Input).value = "82"
        await hand.press("ctrl+s")
        assert feed.asked[-1][0] == "official"
