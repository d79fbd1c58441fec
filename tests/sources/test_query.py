"""Whole queries: their files, their columns, their complaints."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from reading import WRITTEN, polled, rows, source, values
from shopwatch.sources import SourceError

OLIST = Path(__file__).parents[3] / "shared/data/olist"

QUERY = """
SELECT seller AS shop, o.order_id, o.paid AS paid_at, sum(i.price) * 100 AS amount  -- a comment with 'no.csv'
FROM read_csv('orders.csv') o JOIN 'items/*.csv' i USING (order_id) WHERE seller <> 'it''s' GROUP BY ALL
ORDER BY ALL;
"""


def write(folder: Path) -> None:
    (folder / "items").mkdir(exist_ok=True)
    (folder / "orders.csv").write_text("order_id,paid\na1,2026-11-20 10:00:00\na2,\n")
    (folder / "items/1.csv").write_text("order_id,seller,price\na1,s1,58.90\na1,s1,1.10\n")
    (folder / "items/2.csv").write_text("order_id,seller,price\na2,s2,0.005\n")
    for path in (folder / "orders.csv", *(folder / "items").iterdir()):
        os.utime(path, (WRITTEN, WRITTEN))


async def test_a_query_over_files_beside_the_configuration(tmp_path: Path) -> None:
    write(tmp_path)
    poll = await polled(tmp_path, belongs_to=None, records="orders", query=QUERY)
    assert rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount", "known_at") == [
        ("s1", "a1", 1795140000, 6000, WRITTEN)
    ]
    (reject,) = poll.rejects
    assert (reject.row, reject.fields["order_id"]) == (2, "a2")
    assert reject.reason.startswith("amount: 0.5 is not whole fen")
    assert poll.origins == ("orders (query)",)


async def test_it_runs_again_when_a_file_of_it_changes(tmp_path: Path) -> None:
    write(tmp_path)
    query = source(tmp_path, belongs_to=None, records="orders", query=QUERY)
    first = await query.poll(None)
    assert (await query.poll(first.cursor)).batches == ()
    (tmp_path / "items/2.csv").write_text("order_id,seller,price\na2,s2,7\n")
    second = await query.poll(first.cursor)
    assert values(second, "orders", "amount") == [6000, 700]
    (tmp_path / "items/3.csv").write_text("order_id,seller,price\na2,s2,1\n")
    assert values(await query.poll(second.cursor), "orders", "amount") == [6000, 800]


async def test_the_shop_is_the_sources_own_where_the_query_has_none(tmp_path: Path) -> None:
    write(tmp_path)
    query = "SELECT order_id FROM 'orders.csv' ORDER BY 1"
    poll = await polled(tmp_path, records="orders", query=query)
    assert rows(poll.batches, "orders", "shop", "order_id") == [("s1", "a1"), ("s1", "a2")]
    with pytest.raises(SourceError, match="nothing fills shop of orders"):
        await polled(tmp_path, belongs_to=None, records="orders", query=query)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "SELECT order_id FROM 'gone.csv'",
            "gone.csv, which the query of orders (query) reads, is not there",
        ),
        ("SELECT order_no AS order_id FROM 'orders.csv'", 'Referenced column "order_no" not found'),
        ("SELECT order_id, 1 AS order_no FROM 'orders.csv'", "orders has no field order_no; it has order_id"),
        ("SELECT paid AS paid_at FROM 'orders.csv'", "nothing fills order_id of orders"),
        ("SELEC order_id", "syntax error"),
        ("SELECT 'a", "the query can't be read as SQL"),
        ("DROP TABLE x", "syntax error"),
        ("SELECT order_id FROM 'orders.csv'; DELETE FROM x", "syntax error"),
    ],
)
async def test_a_query_that_cannot_run(tmp_path: Path, query: str, sentence: str) -> None:
    write(tmp_path)
    with pytest.raises(SourceError) as told:
        await polled(tmp_path, records="orders", query=query)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


async def test_the_real_orders_of_a_marketplace(tmp_path: Path) -> None:
    if not OLIST.is_dir():
        pytest.skip("the test data of ../shared/data is absent")
    query = f"""
    WITH seller AS (SELECT order_id, any_value(seller_id) AS shop,
                    max(shipping_limit_date) AS promised_ship_at,
                    round(sum(price + freight_value) * 100) AS amount
                    FROM '{OLIST}/olist_order_items_dataset.csv.gz' GROUP BY order_id)
    SELECT shop, order_id, order_purchase_timestamp AS created_at, order_approved_at AS paid_at,
           promised_ship_at, amount
    FROM '{OLIST}/olist_orders_dataset.csv.gz' JOIN seller USING (order_id)"""
    poll = await polled(tmp_path, belongs_to=None, records="orders", query=query, zone="America/Sao_Paulo")
    (batch,) = poll.batches
    assert (batch.rows, poll.rejects) == (47_716, ())
    one = rows([batch], "orders", "order_id", "created_at", "paid_at")
    # 2016-10-03 16:56:50 and 2016-10-06 16:03:44 at UTC-3
    assert ("be5bc2f0da14d8071e2d45451ad119d9", 1475524610, 1475780624) in one


async def test_files_that_are_not_utf8_are_read_as_they_are_meant(tmp_path: Path) -> None:
    """GB18030 as a workbook saves it, zipped too; a UTF-8 file beside it stays as it is."""
    (tmp_path / "导出").mkdir()
    (tmp_path / "省.csv").write_text("省,简称\n广东省,粤\n浙江省,浙\n", encoding="gb18030")
    (tmp_path / "导出/一.csv").write_text("单号,省\na1,广东省\n", encoding="gb18030")
    (tmp_path / "导出/二.csv.gz").write_bytes(gzip.compress("单号,省\na2,浙江省\n".encode("gb18030")))
    (tmp_path / "导出/三.csv").write_text("单号,省\na3,广东省\n", encoding="utf-8")
    for path in (tmp_path / "导出").iterdir():
        os.utime(path, (WRITTEN, WRITTEN))
    poll = await polled(
        tmp_path, records="orders",
        query="SELECT 单号 AS order_id, 简称 AS province, split_part(e.filename, '/', -1) AS warehouse"
        " FROM read_csv(['导出/*.csv', '导出/*.csv.gz'], filename = true) e JOIN '省.csv' USING (省) ORDER BY 1",
    )  # fmt: skip
    assert rows(poll.batches, "orders", "order_id", "province", "warehouse") == [
        ("a1", "粤", "一.csv"), ("a2", "浙", "二.csv.gz"), ("a3", "粤", "三.csv"),
    ]  # fmt: skip
    assert {file.suffix for file in (tmp_path / ".scratch").iterdir()} == {".parquet"}


async def test_a_query_over_such_a_file_says_what_is_wrong_with_the_query(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("单号\n一\n", encoding="gb18030")
    with pytest.raises(SourceError, match='"order_no" not found'):
        await polled(tmp_path, records="orders", query="SELECT order_no AS order_id FROM 'orders.csv'")
    named = "SELECT 单号 AS order_id FROM read_csv('orders.csv', encoding = 'gb18030')"
    with pytest.raises(SourceError, match="leave `encoding` out: a file's own is found by itself"):
        await polled(tmp_path, records="orders", query=named)
    (tmp_path / "orders.csv").write_bytes(b"id,\xff\xff\n1,2\n")
    with pytest.raises(SourceError, match="CSV Error on Line: 1"):
        await polled(tmp_path, records="orders", query="SELECT id AS order_id FROM 'orders.csv'")
