"""Stock by the front door: counts beside orders, as of any moment, and said to be unknown where nobody tells."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from monitor.test_monitor import NOW, ORDERS, SHANGHAI, config, order, written
from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from shopwatch.board import Board, StockBoard, StockRow
from shopwatch.config import Config
from shopwatch.config.structs import SourceSection
from shopwatch.once import Once
from shopwatch.stocking import stock_of
from shopwatch.warehouse.stocked import Stocked

STOCK = ("商品编码", "商品名称", "可售库存", "盘点时间")
MAP = {
    "product_id": "ident(商品编码)",
    "product_name": "商品名称",
    "quantity": "可售库存",
    "counted_at": "盘点时间",
}


def shop(
    path: Path, counts: Sequence[dict[str, str]], sold: int = 28, mapped: dict[str, str] = MAP
) -> Config:
    """`sold` orders over 14 days of the product 3001, the newest two of them today; one of 3002."""
    exports = path / "exports"
    exports.mkdir(exist_ok=True)
    rows = []
    for n in range(sold):
        day = datetime.date(2026, 11, 20) - datetime.timedelta(days=n // 2)
        shipped = {} if n < 2 else {"发货时间": f"{day} 18:00:00", "订单状态": "已发货"}
        promised = f"{day + datetime.timedelta(days=1)} 08:00:00"
        rows.append(order(f"69{n:017d}", f"{day} 0{9 - n % 2}:00:00", promised, **shipped))
    rows.append(order("6988", "2026-11-20 10:00:00", "2026-11-22 10:00:00", 商品ID="\t3002", 选购商品="挂绳"))
    written(exports / "orders.csv", ORDERS, *rows)
    made = config(path)
    if not counts:
        return made
    written(path / "stock.csv", STOCK, *counts)
    source = SourceSection(kind="files", name="stock", path="stock.csv", records="stock", map=mapped)
    (one,) = made.shop
    return msgspec.structs.replace(made, shop=(msgspec.structs.replace(one, source=(*one.source, source)),))


def counted(units: int, when: str, product: str = "3001") -> dict[str, str]:
    return {"商品编码": product, "商品名称": "手机壳", "可售库存": str(units), "盘点时间": when}


async def board(made: Config, path: Path, as_of: datetime.datetime | None = None) -> Board:
    once = Once(made, path / "state", clock=lambda: NOW, language="zh_CN")
    try:
        (found,) = (await once.status(as_of, poll=True, shop=None, risks=1)).status.shops
        return found
    finally:
        await once.aclose()


def row(found: Board) -> StockRow:
    assert found.stock is not None
    (one,) = found.stock.rows
    return one


async def test_days_left_are_the_count_less_what_sold_since_over_the_orders_own_pace(tmp_path: Path) -> None:
    made = shop(tmp_path, [counted(50, "2026-11-18 00:00:00"), counted(99, "2026-11-01 00:00:00")])
    found = await board(made, tmp_path)
    one = row(found)
    assert (one.left, one.per_day) == (50 - 6, 2.0)  # six were paid for on the 18th to the 20th
    assert one.days_left == 22.0
    assert (one.waiting, one.due, one.state) == (2, 2, "ok")
    assert one.counted_at == datetime.datetime(2026, 11, 18, tzinfo=SHANGHAI)
    assert found.stock is not None
    assert found.stock.unknown == 1  # of the lanyards nobody made a count


async def test_what_is_gone_stands_first_and_asks_for_something_to_be_done(tmp_path: Path) -> None:
    made = shop(tmp_path, [counted(5, "2026-11-18 00:00:00"), counted(500, "2026-11-18 00:00:00", "3002")])
    found = await board(made, tmp_path)
    assert found.stock is not None
    gone, plenty = found.stock.rows
    assert (gone.product_id, gone.left, gone.days_left, gone.state) == ("3001", -1, 0.0, "out")
    assert (plenty.product_id, plenty.state) == ("3002", "ok")
    (action,) = (one for one in found.actions if one.id == "g002_stock_forecast")
    assert "1 款可售不足 3 天,最急「手机壳」约 0.0 天" in action.evidence
    assert "超卖 1 件" in action.evidence


async def test_without_a_source_it_is_unknown_and_nothing_is_asked_for(tmp_path: Path) -> None:
    found = await board(shop(tmp_path, []), tmp_path)
    assert found.stock == StockBoard()
    assert found.stock.unknown is None
    assert "g002_stock_forecast" not in {action.id for action in found.actions}


async def test_a_past_moment_knows_the_count_of_then(tmp_path: Path) -> None:
    made = shop(tmp_path, [counted(50, "2026-11-18 00:00:00"), counted(99, "2026-11-10 00:00:00")])
    then = datetime.datetime(2026, 11, 12, 20, tzinfo=SHANGHAI)
    assert row(await board(made, tmp_path, then)).left == 99 - 6
    before = await board(made, tmp_path, datetime.datetime(2026, 11, 9, tzinfo=SHANGHAI))
    assert before.stock is not None
    assert before.stock.unknown is None


async def test_a_count_without_a_moment_is_of_when_its_file_was_saved(tmp_path: Path) -> None:
    bare = {field: column for field, column in MAP.items() if field != "counted_at"}
    made = shop(tmp_path, [counted(50, "")], mapped=bare)
    saved = datetime.datetime(2026, 11, 19, tzinfo=SHANGHAI)
    os.utime(tmp_path / "stock.csv", (saved.timestamp(), saved.timestamp()))
    one = row(await board(made, tmp_path))
    assert (one.counted_at, one.left) == (saved, 50 - 4)


def test_the_pace_of_what_is_new_is_over_its_own_days() -> None:
    now = NOW.timestamp()
    new = Stocked("1", "新品", 10, int(now - 86400), 6, int(now - 2 * 86400), 0, 0, 0)
    idle = Stocked("2", "旧品", 10, int(now - 86400), 0, None, 0, 0, 0)
    found = stock_of([idle, new], NOW)
    assert [(one.product, one.per_day, one.state) for one in found.rows] == [
        ("新品", 3.0, "ok"),
        ("旧品", 0.0, "still"),
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_screen_says_how_long_each_lasts_or_that_nobody_knows(
    size: tuple[int, int], language: str
) -> None:
    gone = StockRow(
        product_id="3001", product="手机壳", left=-1, per_day=2.0, days_left=0.0, waiting=2, due=1,
        counted_at=NOW, state="out",
    )  # fmt: skip
    async with at_the_keyboard(language, size) as hand:
        hand.feed.change("flagship", stock=StockBoard(rows=(gone,), unknown=3))
        await hand.press("i")
        for words in ("手机壳", "-1", "2.0", "✗"):
            assert words in hand.text
        await hand.press("y")
        assert hand.app.clipboard == "手机壳"
        hand.feed.change("flagship", stock=StockBoard())
        await hand.rest()
        assert ("未知" if language == "zh_CN" else "unknown") in hand.text
