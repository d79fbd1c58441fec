"""The fleet list of hundreds of shops, all of whose boards are made new every few seconds."""

from __future__ import annotations

import msgspec
import pytest
from textual.content import Content

from screens.driving import at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import boards
from shopwatch.board import Board
from shopwatch.panes import fleet
from shopwatch.panes.fleet import Look

SHOPS = 60


def many() -> dict[str, Board]:
    made = list(boards("zh_CN").values())
    named = {f"s{n}": f"店铺{n}" for n in range(SHOPS)}
    return {
        shop: msgspec.structs.replace(made[n % len(made)], id=shop, name=name)
        for n, (shop, name) in enumerate(named.items())
    }


async def test_only_a_shop_that_looks_otherwise_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Look] = []
    drawn = fleet.drawn

    def counted(look: Look) -> Content:
        looks.append(look)
        return drawn(look)

    monkeypatch.setattr(fleet, "drawn", counted)
    async with at_the_keyboard(feed=FakeFeed("zh_CN", shops=many())) as hand:
        assert {look.name for look in looks} == {f"店铺{n}" for n in range(SHOPS)}
        looks.clear()
        hand.feed.change("s3", sources=())  # a board of its own, and nothing in it that its row would show
        await hand.rest()
        assert looks == []
        hand.feed.change("s3", score=msgspec.structs.replace(hand.feed.shops["s3"].score, value=12.3))
        await hand.rest()
        assert [look.name for look in looks] == ["店铺3"]
        assert any("店铺3" in line and "12.3" in line for line in hand.lines)
