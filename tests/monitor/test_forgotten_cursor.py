"""A server that has forgotten where the last poll ended, by the time that shopwatch is started again."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopwatch.board import Board
from shopwatch.config import Config, DefaultsSection, ShopSection, SourceSection
from shopwatch.once import Once
from web_site import Answer, Site

NOW = datetime.datetime(2026, 11, 20, 20, 0, tzinfo=datetime.UTC)
PAID = 1795140000  # ten hours before


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


def server(generation: str, *orders: str) -> Callable[[dict[str, list[str]]], Answer]:
    """A server that knows the cursors of its own generation alone."""

    def page(query: dict[str, list[str]]) -> Answer:
        cursor = query.get("cursor", [None])[0]
        if cursor is not None and not cursor.startswith(generation):
            return 410, {}, b"gone"
        told = [] if cursor else [
            {"shop": "s1", "order_id": order, "paid_at": PAID, "promised_ship_at": PAID + 86400}
            for order in orders
        ]  # fmt: skip
        answer = {"records": {"orders": told}, "cursor": f"{generation}.1", "more": False}
        return 200, {}, json.dumps(answer).encode()

    return page


async def once(site: Site, folder: Path) -> Board:
    """Start, poll, and end."""
    config = Config(
        defaults=DefaultsSection(discover=False),
        shop=(ShopSection(id="s1", name="旗舰店"),),
        source=(SourceSection(kind="http", name="erp", url=f"{site.url}/records"),),
        folder=folder,
    )
    started = Once(config, folder / "state", clock=lambda: NOW, language="en")
    try:
        result = await started.status(None, poll=True, shop=None, risks=0)
    finally:
        await started.aclose()
    assert result.failures == ()
    (board,) = result.status.shops
    return board


async def test_all_is_read_again_nothing_is_doubled_and_the_board_says_so(tmp_path: Path, site: Site) -> None:
    site.pages["/records"] = server("a", "1", "2")
    first = await once(site, tmp_path)
    assert {risk.order_id for risk in first.risks} == {"1", "2"}
    assert (await once(site, tmp_path)).sources[0].waiting == ()
    assert site.asked == ["/records", "/records?cursor=a.1"]

    site.asked.clear()
    site.pages["/records"] = server("b", "1", "2", "3")
    again = await once(site, tmp_path)
    assert site.asked == ["/records?cursor=a.1", "/records"]
    assert sorted(risk.order_id or "" for risk in again.risks) == ["1", "2", "3"]
    (source,) = again.sources
    assert source.state == "ok"
    assert source.waiting == (
        "127.0.0.1 no longer knows where the last poll ended (status 410); all was read again",
    )

    site.asked.clear()
    assert (await once(site, tmp_path)).sources[0].waiting == ()
    assert site.asked == ["/records?cursor=b.1"]
