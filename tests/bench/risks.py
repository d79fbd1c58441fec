"""A fleet's boards, its risks and causes among them, beside the same open things merely fetched.

    python tests/bench/risks.py [--orders 140000] [--shops 200] [--rounds 7]

The fleet of `refresh.py`, with some 20,000 things open; one carrier stopped collecting from every fourth shop six
days ago. A refresh is all that makes the boards new: as the monitor does it, with every shop's risks and causes, the
first 20 and what alerts watch told in words, and the actions of the shop in view; and as `status` does it, with
everybody's actions and sudden complaints. The reference asks the engine for the same open rows, by bare columns, and
hands them over. All run in turn; the table shows the median of each, in time gone by and in time of the processor,
which is what counts where others work beside.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.refresh import AS_OF, ZONE, fill
from shopwatch.answers import LIVE_RISKS
from shopwatch.config import load
from shopwatch.fleet import Shop
from shopwatch.refresher import Refresher
from shopwatch.warehouse.duck import DuckWarehouse
from shopwatch.warehouse.ingest import rebuild_facts

CONFIGURATION = """
[defaults]
scorecard = "douyin@2026-09-08"
timezone = "Asia/Shanghai"
discover = true
[[source]]
kind = "files"
path = "none/*.csv"
records = "orders"
shop = "shop"
"""

OPEN = {
    "orders": "paid_at, promised_ship_at, amount, carrier, product_id, warehouse, province"
    f" FROM main.orders WHERE paid_at <= {AS_OF} AND picked_up_at IS NULL AND closed_at IS NULL",
    "parcels": "waybill_at, parcel_id, amount, carrier, product_id, province, promised_delivery_at"
    f" FROM main.parcels WHERE waybill_at <= {AS_OF} AND delivered_at IS NULL",
    "reviews": "created_at, review_id, product_id, product_stars FROM main.reviews"
    f" WHERE created_at BETWEEN {AS_OF} - 2592000 AND {AS_OF} AND product_stars <= 2 AND replied_at IS NULL",
    "aftersales": "applied_at, aftersale_id, deadline_at, amount, product_id FROM main.aftersales"
    f" WHERE applied_at <= {AS_OF} AND audited_at IS NULL AND finished_at IS NULL",
}


def opened(warehouse: DuckWarehouse, shops: dict[str, Shop]) -> int:
    card = next(iter(shops.values())).model.scorecard
    return sum(map(len, warehouse.exposures(card, ZONE, AS_OF).values()))


def stop_collecting(connection: duckdb.DuckDBPyConnection) -> None:
    # by other digits of the hash than the shop's, so that every shop has all carriers
    connection.execute(
        "UPDATE main.parcels SET carrier = 'carrier' || (hash(parcel_id) // 4096 % 8);"
        " UPDATE main.parcels SET picked_up_at = NULL, delivered_at = NULL"
        f" WHERE carrier = 'carrier1' AND hash(shop) % 4 = 0 AND waybill_at > {AS_OF} - 6 * 86400"
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--orders", type=int, default=140_000)
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shopwatch.toml").write_text(CONFIGURATION, encoding="utf-8")
        connection = duckdb.connect(str(folder / "bench.duckdb"))
        warehouse = DuckWarehouse(connection)
        fill(connection, options.orders, options.shops)
        stop_collecting(connection)
        rebuild_facts(connection)
        refresher = Refresher.of(load(folder / "shopwatch.toml"), "zh_CN", str)
        now = datetime.datetime.fromtimestamp(AS_OF, ZONE)
        shops = refresher.shops(warehouse, now)

        def refresh(whole: set[str] | None, risks: int, *, watch: bool = False) -> int:
            boards = refresher.boards(
                warehouse,
                now,
                shops,
                whole=whole,
                split=(),
                ticks={},
                sources={},
                risks=risks,
                watch=watch,
                pinned=False,
            )
            return sum(len(board.causes) for board in boards)

        causes = refresh(None, 1)
        print(f"{len(shops)} shops, {opened(warehouse, shops):,} open exposures, {causes} causes")
        in_view = {next(iter(shops))}
        measured = {
            "refresh of the monitor": lambda: refresh(in_view, LIVE_RISKS, watch=True),
            "refresh of status": lambda: refresh(None, 20),
            "the open rows, merely fetched": lambda: [
                connection.execute(f"SELECT shop, order_id, {rest}").fetchall() for rest in OPEN.values()
            ],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
        for _ in range(options.rounds):
            for name, work in measured.items():
                times[name].append(timed(work))
        found = {
            name: tuple(map(statistics.median, zip(*pairs, strict=True))) for name, pairs in times.items()
        }
        print(f"{'':32} {'gone by':>11} {'processor':>11}")
        for name, (gone, busy) in found.items():
            share = busy / found["the open rows, merely fetched"][1]
            print(f"{name:32} {gone * 1000:8.1f} ms {busy * 1000:8.1f} ms   {share:6.1f} ×")
        print("the bar for the refresh: 1,000 ms")


if __name__ == "__main__":
    main()
