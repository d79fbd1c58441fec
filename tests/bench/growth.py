"""How everything grows with the records: one command, a table, and the same as JSON.

    python tests/bench/growth.py [--most 1000000] [--shops 200] [--rounds 3] [--json FILE] [--keep FOLDER] [--clickhouse]

For 10⁴ orders and ten times as many up to `--most`, with the parcels, reviews, after-sales and chats of them, in one run:

- refresh: all readings of the fleet, nothing of it kept, beside a plain `GROUP BY shop, local day` over the same
  columns, tables and days
- poll: 100 changed orders taken in and the boards of their 20 shops made new, which is what lies between an answer
  and the screen, and the processor's time of it; beside it the bare `UPDATE` of those rows
- a row taken in: of the first fill by the engine itself, 0 where it was kept of an earlier time
- bytes an order, and the memory of the process
- `--clickhouse`: the same refresh by ClickHouse's engine in this process, beside the same plain GROUP BY there

The bars: a refresh at most 1.5 times the plain query at ten million orders, a poll under 1.5 seconds, and neither
growing faster than the rows.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.refresh import AS_OF, PLAIN, ZONE, anew, fill, plain
from bench.risks import CONFIGURATION
from shopwatch.answers import LIVE_RISKS
from shopwatch.config import load
from shopwatch.records import Order
from shopwatch.refresher import Refresher
from shopwatch.rulebook import choose, scorecards
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse.click import ClickWarehouse, open_click
from shopwatch.warehouse.click_tables import held
from shopwatch.warehouse.duck import DuckWarehouse
from shopwatch.warehouse.indicators import days_spanned, scans
from shopwatch.warehouse.ingest import rebuild_facts

BAR, BAR_POLL = 1.5, 1.5
CHANGED, CHANGED_SHOPS = 100, 20
Days = Mapping[tuple[str, str], tuple[int, int]]
NOW = datetime.datetime.fromtimestamp(AS_OF, ZONE)


class Took(NamedTuple):
    """Seconds gone by, and of the processor: what counts where others work beside."""

    gone: float
    busy: float


def in_turn(rounds: int, *works: Callable[[], object]) -> list[Took]:
    """Return the medians of each, all run in turn, so that what else the machine does meets them alike."""
    for work in works:
        work()
    times: list[list[Took]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            begin, busy = time.perf_counter(), time.process_time()
            work()
            times[place].append(Took(time.perf_counter() - begin, time.process_time() - busy))
    return [Took(*map(statistics.median, zip(*one, strict=True))) for one in times]


def days_of(card: Scorecard) -> Days:
    today = (AS_OF + 28800) // 86400
    return {
        ("orders" if scan.table == "contacts" else scan.table, scan.day): days_spanned(scan, today)
        for scan in scans(card)
    }


def polled(warehouse: DuckWarehouse, folder: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what takes in 100 changed orders and makes their boards, and the bare change of those rows."""
    (folder / "shopwatch.toml").write_text(CONFIGURATION, encoding="utf-8")
    refresher = Refresher.of(load(folder / "shopwatch.toml"), "en", str)
    shops = refresher.shops(warehouse, NOW)
    some = [*shops][:CHANGED_SHOPS]
    rows = [
        row
        for shop in some
        for row in warehouse._duck.connection.execute(
            "SELECT shop, order_id, paid_at, known_at FROM main.orders WHERE shop = ? ORDER BY paid_at DESC LIMIT ?",
            [shop, CHANGED // CHANGED_SHOPS],
        ).fetchall()
    ]
    # what was kept of an earlier run has been changed by it already: no change is newer than that
    known = max(AS_OF, *(taken for *_row, taken in rows))

    def poll() -> None:
        nonlocal known
        known += 1
        changed = [
            Order(shop=shop, order_id=one, paid_at=paid, amount=known % 9999, known_at=known)
            for shop, one, paid, _taken in rows
        ]
        touched = warehouse.take("bench", "orders", changed)
        refresher.boards(
            warehouse, NOW, shops, only=touched, whole={some[0]}, split={some[0]}, ticks={}, sources={},
            risks=LIVE_RISKS, pinned=False, patience=0, learn=False,
        )  # fmt: skip

    ids = ", ".join(f"('{shop}', '{one}')" for shop, one, *_rest in rows)
    bare = f"UPDATE main.orders SET amount = amount + 1 WHERE (shop, order_id) IN (VALUES {ids})"
    return poll, lambda: warehouse._duck.connection.execute(bare)


def clicked(
    source: DuckWarehouse, card: Scorecard, folder: Path, rounds: int, days: Days
) -> dict[str, float]:
    """Return what ClickHouse's engine takes for the same refresh, and for the plain query."""
    warehouse = open_click(f"chdb://{folder}/engine?database=bench{time.time_ns()}")
    assert isinstance(warehouse, ClickWarehouse)
    engine = warehouse._click
    for table in ("orders", "parcels", "reviews", "aftersales", "chats"):
        path = folder / f"{table}.parquet"
        names = [name for name in held(table) if not name.endswith("_before")]
        source._duck.connection.execute(
            f"COPY (SELECT {', '.join(names)} FROM main.{table}) TO '{path}' (FORMAT parquet)"
        )
        engine.send(table, names, path)
        path.unlink()
        engine.run(
            f"INSERT INTO brought (source, origin, record_table, records) SELECT 'bench', '', '{table}', 1"
        )
    path = folder / "shops.parquet"
    source._duck.connection.execute(f"COPY (SELECT * FROM main.shops) TO '{path}' (FORMAT parquet)")
    engine.send(
        "shops", [row[0] for row in source._duck.connection.execute("DESCRIBE main.shops").fetchall()], path
    )
    engine.run(f"INSERT INTO newest SELECT {AS_OF}")

    def bare() -> None:
        for (table, day), sums in PLAIN.items():
            first, last = days[table, day]
            engine.lay_out(
                "plain",
                f"SELECT shop, ({day} + 28800) // 86400 AS d, {sums} FROM main.{table} WHERE {day} BETWEEN"
                f" {first * 86400 - 28800} AND {(last + 1) * 86400 - 28801} GROUP BY shop, d",
            )

    refresh, reference = in_turn(rounds, lambda: warehouse.readings(card, ZONE, AS_OF), bare)
    warehouse.close()
    return {"clickhouse_refresh": refresh.gone, "clickhouse_plain": reference.gone}


def filled(path: Path, orders: int, shops: int) -> float:
    """Fill a warehouse; return the seconds that took, 0 where it stood there filled."""
    if path.exists():
        return 0.0
    begin = time.perf_counter()
    warehouse = DuckWarehouse(duckdb.connect(str(path)))
    fill(warehouse._duck.connection, orders, shops)
    rebuild_facts(warehouse._duck.connection)
    warehouse.close()
    return time.perf_counter() - begin


def measured(orders: int, options: argparse.Namespace, card: Scorecard) -> dict[str, float]:
    days = days_of(card)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = (options.keep or folder) / f"{orders}.duckdb"
        took = filled(path, orders, min(options.shops, orders // 50))
        connection = duckdb.connect(str(path))
        warehouse = DuckWarehouse(connection)
        refresh, reference = in_turn(
            options.rounds,
            lambda: anew(warehouse, card),
            lambda: plain(connection, dict(days)),
        )
        poll, bare = in_turn(options.rounds, *polled(warehouse, folder))
        connection.execute("CHECKPOINT")
        found = {
            "orders": orders, "refresh": refresh.gone, "plain": reference.gone, "ratio": refresh.gone / reference.gone,
            "poll": poll.gone, "poll_busy": poll.busy, "bare_update": bare.gone,
            "fill_us_an_order": took / orders * 1e6, "bytes_an_order": path.stat().st_size / orders,
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }  # fmt: skip
        if options.clickhouse:
            found |= clicked(warehouse, card, folder, options.rounds, days)
        warehouse.close()
        return found


COLUMNS = {
    "orders": "{:>12,.0f}", "refresh": "{:>9.3f} s", "plain": "{:>9.3f} s", "ratio": "{:>6.2f} ×",
    "poll": "{:>7.3f} s", "poll_busy": "{:>7.3f} s", "bare_update": "{:>9.3f} s", "fill_us_an_order": "{:>9.1f} µs",
    "bytes_an_order": "{:>8.0f} B", "peak_memory_mb": "{:>8.0f} MB",
    "clickhouse_refresh": "{:>9.3f} s", "clickhouse_plain": "{:>9.3f} s",
}  # fmt: skip


def show(found: Mapping[str, Any]) -> None:
    cells = [form.format(found[name]) for name, form in COLUMNS.items() if name in found]
    print("  ".join(cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--shops", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="the folder where what is filled stays for the next time")
    parser.add_argument("--clickhouse", action="store_true")
    options = parser.parse_args()
    card = choose("douyin@2026-09-08", datetime.date(2026, 11, 22), scorecards())
    print(
        " | ".join(name for name in COLUMNS if options.clickhouse or not name.startswith("click")), flush=True
    )
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    every = []
    orders = 10_000
    while orders <= options.most:
        every.append(measured(orders, options, card))
        show(every[-1])
        orders *= 10
    print(f"the bars: refresh {BAR:.2f} × plain GROUP BY at 10,000,000 orders; a poll {BAR_POLL:.1f} s")
    for before, after in itertools.pairwise(every):
        grew = ", ".join(f"{name} × {after[name] / before[name]:.1f}" for name in ("refresh", "poll"))
        print(f"{before['orders']:,.0f} → {after['orders']:,.0f}: rows × 10, {grew}")
    if options.json:
        options.json.write_text(json.dumps(every, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
