"""The refresh of a fleet's readings beside plain GROUP BYs over the same rows.

    python tests/bench/refresh.py [--orders 1000000] [--shops 200] [--rounds 7]

Makes orders with parcels, reviews, after-sales and chats, 60 days of them, in a DuckDB file. The refresh is
all that scoring needs: every indicator's sums now, tomorrow's, and the 30-day trend as it stood each
morning, summed anew as by the first of a day; those after it lead on what is kept. The reference is, for the same
tables, columns and days, `GROUP BY shop, local day`, without masks or clocks, its results left in the engine. All
run in turn; the table shows the median of each.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from shopwatch.records import TABLES
from shopwatch.rulebook import choose, scorecards
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse.duck import DuckWarehouse
from shopwatch.warehouse.indicators import days_spanned, scans
from shopwatch.warehouse.ingest import rebuild_facts
from shopwatch.warehouse.masks import CAPABILITIES

AS_OF = 1_795_400_000  # 2026-11-22, an hour like any other
DAYS = 60
ZONE = ZoneInfo("Asia/Shanghai")


def fill(connection: duckdb.DuckDBPyConnection, orders: int, shops: int) -> None:
    """Make the records by the engine's own seeded hash: the same rows on every machine."""
    connection.execute(
        f"CREATE MACRO roll(n, salt) AS (hash(n, salt) % 1000000) / 1000000.0;"
        f"CREATE MACRO paid(n) AS"
        f" ({AS_OF} - {DAYS} * 86400 + CAST(n * ({DAYS} * 86400.0 / {orders}) AS BIGINT));"
        f"CREATE MACRO shop_of(n) AS 'shop' || (hash(n, 'shop') % {shops});"
    )
    connection.execute(
        "INSERT INTO main.orders (shop, known_at, order_id, created_at, paid_at, promised_ship_at,"
        " shipped_at, amount, product_id, province, warehouse, excluded)"
        " SELECT shop_of(n), paid(n), 'o' || n, paid(n) - 60, paid(n), paid(n) + 172800, paid(n) + 7200,"
        " 1000 + hash(n, 'a') % 50000, 'p' || (hash(n, 'p') % 500), 'province' || (hash(n, 'pr') % 30),"
        " 'w1',"
        f" roll(n, 'x') < 0.02 FROM range({orders}) t(n)"
    )
    connection.execute(
        "INSERT INTO main.parcels (shop, known_at, parcel_id, order_id, carrier, waybill_at, picked_up_at,"
        " delivered_at, promised_delivery_at)"
        " SELECT shop_of(n), paid(n), 't' || n, 'o' || n, 'carrier' || (hash(n, 'c') % 8), paid(n) + 7200,"
        " paid(n) + CAST(10000 + 60000 * roll(n, 'u') AS BIGINT),"
        " paid(n) + CAST(150000 + 150000 * roll(n, 'd') AS BIGINT),"
        f" paid(n) + 259200 FROM range({orders}) t(n)"
    )
    connection.execute(
        "INSERT INTO main.reviews (shop, known_at, review_id, order_id, created_at, product_stars)"
        " SELECT shop_of(n), paid(n), 'r' || n, 'o' || n, paid(n) + CAST(400000 * roll(n, 'r') AS BIGINT),"
        " 1 + hash(n, 's') % 5"
        f" FROM range({orders}) t(n) WHERE roll(n, 'has review') < 0.4"
    )
    connection.execute(
        "INSERT INTO main.aftersales (shop, known_at, aftersale_id, order_id, kind, shipped, reason_class,"
        " applied_at, audited_at, finished_at, succeeded, escalated_at)"
        " SELECT shop_of(n), paid(n), 'a' || n, 'o' || n, 'return', TRUE,"
        " CASE WHEN roll(n, 'q') < 0.2 THEN 'quality' WHEN roll(n, 'q') < 0.3 THEN 'damage' ELSE 'other' END,"
        " paid(n) + 300000, paid(n) + 320000, paid(n) + 500000, TRUE,"
        " CASE WHEN roll(n, 'e') < 0.02 THEN paid(n) + 330000 END"
        f" FROM range({orders}) t(n) WHERE roll(n, 'has aftersale') < 0.08"
    )
    connection.execute(
        "INSERT INTO main.chats (shop, known_at, chat_id, order_id, agent, started_at, ended_at, human,"
        " rounds, reply_seconds, unanswered, stars)"
        " SELECT shop_of(n), paid(n), 'c' || n, CASE WHEN roll(n, 'y') < 0.7 THEN 'o' || n END,"
        " 'agent' || (hash(n, 'g') % 9), paid(n) + 3600, paid(n) + 4200, TRUE, 3, 45.0, 0,"
        " CASE WHEN roll(n, 'z') < 0.3 THEN 1 + hash(n, 's') % 5 END"
        f" FROM range({orders}) t(n) WHERE roll(n, 'has chat') < 0.3"
    )
    connection.execute(
        f"INSERT INTO main.shops (shop, seen_from, {', '.join(CAPABILITIES)})"
        f" SELECT shop, min(created_at){', TRUE' * len(CAPABILITIES)} FROM main.orders GROUP BY shop"
    )
    for name, table in TABLES.items():
        for moment in table.moments:  # no source tells what is still to come
            connection.execute(f"UPDATE main.{name} SET {moment} = NULL WHERE {moment} > {AS_OF}")
    connection.execute(f"INSERT INTO main.newest VALUES ({AS_OF})")
    connection.execute(
        "INSERT INTO main.brought (source, record_table, records)"
        " SELECT 'bench', unnest(['orders', 'parcels', 'reviews', 'aftersales', 'chats']), 1"
    )


# For each table and day that the scorecard reads: the columns its sums read, summed or counted as they are.
PLAIN = {
    ("reviews", "created_at"): "count(*) FILTER (NOT excluded), sum(product_stars)",
    ("orders", "signed_at"): "count(*) FILTER (NOT excluded)",
    ("parcels", "picked_up_at"): "count(*) FILTER (NOT excluded), sum(picked_up_at - paid_at)",
    ("parcels", "promised_delivery_at"): "count(*) FILTER (NOT excluded),"
    " sum(delivered_at - promised_delivery_at)",
    ("orders", "paid_at"): "count(*) FILTER (NOT excluded)",
    ("aftersales", "signed_at"): "count(*) FILTER (NOT excluded AND first_of_order), count(reason_class),"
    " max(applied_at)",
    ("aftersales", "paid_at"): "count(*) FILTER (NOT excluded AND first_of_order), count(reason_class),"
    " max(applied_at)",
    ("aftersales", "finished_at"): "count(*) FILTER (NOT excluded AND succeeded AND shipped), count(kind),"
    " sum(audited_at - applied_at)",
    ("chats", "started_at"): "count(*) FILTER (human), sum(reply_seconds), sum(unanswered), sum(rounds),"
    " count(stars), max(ended_at)",
    ("orders", "first_contact_at"): "count(*) FILTER (NOT excluded), count(escalated_at)",
    ("orders", "promised_ship_at"): "count(paid_at), sum(closed_at), sum(picked_up_at), sum(shipped_at)",
    ("parcels", "waybill_at"): "count(*), sum(picked_up_at)",
}  # fmt: skip


def plain(connection: duckdb.DuckDBPyConnection, days: dict[tuple[str, str], tuple[int, int]]) -> None:
    for (table, day), sums in PLAIN.items():
        first, last = days[table, day]
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE plain AS"
            f" SELECT shop, ({day} + 28800) // 86400 AS d, {sums} FROM main.{table}"
            f" WHERE {day} BETWEEN {first * 86400 - 28800} AND {(last + 1) * 86400 - 28801} GROUP BY shop, d"
        )


def anew(warehouse: DuckWarehouse, scorecard: Scorecard) -> None:
    """Read the whole fleet, nothing of it kept."""
    warehouse._tallies.forget_all()
    warehouse.readings(scorecard, ZONE, AS_OF)


def median(work: Callable[[], object]) -> Callable[[], float]:
    times: list[float] = []

    def once() -> float:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
        return statistics.median(times)

    return once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "bench.duckdb"))
        warehouse = DuckWarehouse(connection)
        begin = time.perf_counter()
        fill(connection, options.orders, options.shops)
        filled = time.perf_counter()
        rebuild_facts(connection)
        print(f"{options.orders:,} orders over {options.shops} shops: made in {filled - begin:.1f} s,"
              f" facts in {time.perf_counter() - filled:.1f} s")  # fmt: skip
        scorecard = choose("douyin@2026-09-08", datetime.date(2026, 11, 22), scorecards())
        today = (AS_OF + 28800) // 86400
        days = {}
        for scan in scans(scorecard):
            table = "orders" if scan.table == "contacts" else scan.table
            days[table, scan.day] = days_spanned(scan, today)
        measured = {
            "refresh, all readings of the fleet": median(lambda: anew(warehouse, scorecard)),
            "the next, led on": median(lambda: warehouse.readings(scorecard, ZONE, AS_OF)),
            "the same as of an hour ago, masked": median(
                lambda: warehouse.readings(scorecard, ZONE, AS_OF - 3600)
            ),
            "plain GROUP BY": median(lambda: plain(connection, days)),
        }
        for work in measured.values():
            work()  # the first of each warms the cache
        for _ in range(options.rounds):
            found = {name: work() for name, work in measured.items()}
        reference = found["plain GROUP BY"]
        for name, seconds in found.items():
            print(f"{name:36} {seconds * 1000:8.1f} ms   {seconds / reference:5.2f} ×")
        print("the bar for the refresh: 2.00 ×")


if __name__ == "__main__":
    main()
