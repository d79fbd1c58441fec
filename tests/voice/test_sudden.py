"""Sudden clusters: a burst is told by the next refresh and once; steady days are left in peace."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import NamedTuple

import duckdb

from shopwatch.board import Board, Sudden
from shopwatch.config import load
from shopwatch.fleet import Shop
from shopwatch.hearing import Ear
from shopwatch.i18n import translation
from shopwatch.records import Batch, Poll
from shopwatch.refresher import Refresher
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, at

CARRIERS = ("中通", "圆通", "韵达", "极兔", "邮政")
PRODUCTS = tuple(f"商品{n}" for n in range(30))
REASONS = ("质量问题", "商品破损", "物流停滞", "少件/漏发", "七天无理由", "价格有变动", "商品与描述不符")
WEEK = (1.0, 0.9, 0.95, 1.0, 1.1, 1.4, 1.3)
NOW = at("2026-11-20 15:00")
DAY = 86_400


class Sold(NamedTuple):
    """One order, with the complaint that came of it, if one did."""

    order_id: str
    paid_at: int
    carrier: str
    product: str
    reason: str | None
    applied_at: int | None


def days_of_orders(days: int, a_day: int, complain: float, seed: int) -> list[Sold]:
    """Return orders up to now: more at weekends, and no two days alike."""
    rng = random.Random(seed)
    sold = []
    for day in range(days):
        begins = NOW - (day + 1) * DAY
        count = round(a_day * WEEK[day % 7] * rng.lognormvariate(0, 0.15))
        wrong = complain * rng.lognormvariate(0, 0.15)
        for n in range(count):
            paid = begins + rng.randrange(DAY)
            bad = rng.random() < wrong
            sold.append(
                Sold(
                    f"{day:03}{n:06}",
                    paid,
                    rng.choice(CARRIERS),
                    rng.choice(PRODUCTS),
                    rng.choice(REASONS) if bad else None,
                    min(paid + rng.randrange(3 * DAY), NOW - 1)
                    if bad and paid < NOW - 3 * DAY
                    else paid
                    if bad
                    else None,
                )
            )
    return sold


def warehouse_of(folder: Path, sold: list[Sold]) -> DuckWarehouse:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE s (o VARCHAR, paid BIGINT, c VARCHAR, p VARCHAR, r VARCHAR, a BIGINT)")
    columns = ", ".join(
        f"unnest(CAST(? AS {kind}[]))"
        for kind in ("VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT")
    )
    connection.execute(
        f"INSERT INTO s SELECT {columns}", [list(column) for column in zip(*sold, strict=True)]
    )
    tables = {
        "orders": "o AS order_id, paid AS paid_at, p AS product_name FROM s",
        "parcels": "o AS parcel_id, o AS order_id, c AS carrier, paid AS waybill_at FROM s",
        "aftersales": "o AS aftersale_id, o AS order_id, r AS first_reason, a AS applied_at FROM s WHERE a IS NOT NULL",
    }
    batches = []
    for table, select in tables.items():
        path = folder / f"{table}.parquet"
        connection.execute(
            f"COPY (SELECT 'shop' AS shop, 0::BIGINT AS known_at, {select}) TO '{path}' (FORMAT parquet)"
        )
        names = [name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
        batches.append(Batch(table, tuple(names), path, len(sold), "simulated"))
    warehouse = DuckWarehouse(duckdb.connect())
    warehouse.ingest("simulated", Poll(batches=tuple(batches)))
    return warehouse


def watched(folder: Path, warehouse: DuckWarehouse) -> tuple[Refresher, dict[str, Shop]]:
    file = folder / "shopwatch.toml"
    file.write_text(
        '[defaults]\nscorecard = "douyin"\ntimezone = "Asia/Shanghai"\n[[shop]]\nid = "shop"\n'
        '[[shop.source]]\nkind = "files"\npath = "none/*.csv"\n',
        "utf-8",
    )
    refresher = Refresher.of(load(file), "zh_CN", translation("zh_CN"))
    return refresher, refresher.shops(warehouse, datetime.datetime.fromtimestamp(NOW, SHANGHAI))


def refreshed(folder: Path, warehouse: DuckWarehouse) -> Board:
    """Return the shop's board after one refresh."""
    refresher, shops = watched(folder, warehouse)
    now = datetime.datetime.fromtimestamp(NOW, SHANGHAI)
    (board,) = refresher.boards(warehouse, now, shops, ticks={}, sources={}, risks=10, pinned=False)
    return board


def test_a_burst_of_one_carrier_shows_as_one_cluster_after_one_refresh(tmp_path: Path) -> None:
    sold = days_of_orders(60, 950, 0.02, seed=1)
    zto = [place for place, one in enumerate(sold) if one.carrier == "中通" and one.applied_at is None][:300]
    for turn, place in enumerate(zto):
        sold[place] = sold[place]._replace(reason=REASONS[turn % 3 + 1], applied_at=NOW - 60 * turn)
    assert len(sold) > 59_000
    warehouse = warehouse_of(tmp_path, sold)
    board = refreshed(tmp_path, warehouse)
    print([(one.id, one.count, round(one.usual, 1)) for one in board.sudden])
    (cluster,) = board.sudden
    assert cluster.id.startswith("carrier")
    assert "中通" in cluster.words
    assert {sold[place].order_id for place in zto} <= set(cluster.orders)


def test_a_year_of_steady_days_has_hardly_a_cluster(tmp_path: Path) -> None:
    sold = days_of_orders(365 + 58, 150, 0.15, seed=2)
    warehouse = warehouse_of(tmp_path, [one for one in sold if one.applied_at is not None])
    _refresher, shops = watched(tmp_path, warehouse)
    ear, told = Ear(), set[str]()
    for day in range(365):
        now = datetime.datetime.fromtimestamp(NOW - day * DAY, SHANGHAI)
        found: tuple[Sudden, ...] = ear.sudden(warehouse, shops["shop"], now, str, "zh_CN")
        told |= {f"{day}: {one.words}" for one in found}
    print(len(told), "sudden clusters in a year:", sorted(told))
    assert len(told) <= 2
