"""What sources bring into the warehouse, in rows a second, by their kind.

    python tests/bench/ingest.py [--rows 100000] [--rounds 3] [--json FILE]

The same orders lie in a CSV, a JSON, an Excel and a Parquet file, behind an HTTP server's pages, and in an SQLite and
a PostgreSQL database. Each is polled as it always is, by the source that a configuration would make, and what it
brought is taken into a warehouse of its own. Beside it its reference, which does nothing but read the same rows:
DuckDB's own readers into a table, calamine's rows, the bare requests with their JSON decoded, a plain SELECT fetched.
All run in turn; the table shows the medians in time gone by, and in time of this process, which is what counts where
others work beside. (What an Excel file or the pages of a server cost is mostly in their reference.)

Of Excel, which nobody exports so many rows of, a tenth is read.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import openpyxl
import python_calamine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from postgres import Postgres, running_postgres
from reading import rest, source
from shopwatch.warehouse import DuckWarehouse
from web_site import Answer, Site

FIELDS = (
    "shop", "order_id", "created_at", "paid_at", "promised_ship_at", "amount", "product_id", "province", "warehouse",
    "known_at",
)  # fmt: skip
PAGE = 10_000
EXCEL_SHARE = 10

MADE = """
SELECT 'shop' || n % 20 AS shop, 'o' || n AS order_id, 1795000000 - n % 2592000 AS created_at,
    created_at + 60 AS paid_at, paid_at + 172800 AS promised_ship_at, 1000 + hash(n) % 50000 AS amount,
    'p' || n % 500 AS product_id, 'province' || n % 30 AS province, 'w1' AS warehouse, paid_at AS known_at
FROM range({rows}) t(n)
"""


class Kind(NamedTuple):
    """A kind of source: how a configuration names it, its rows, and what merely reads them."""

    section: Mapping[str, Any]
    rows: int
    plain: Callable[[], object]


class Took(NamedTuple):
    """Seconds gone by, and of this process."""

    gone: float
    busy: float


class Watch:
    """Tells what went by since it was made."""

    def __init__(self) -> None:
        self._begin, self._busy = time.perf_counter(), time.process_time()

    def took(self) -> Took:
        return Took(time.perf_counter() - self._begin, time.process_time() - self._busy)


def timed(work: Callable[[], object]) -> Took:
    watch = Watch()
    work()
    return watch.took()


def median(times: list[Took]) -> Took:
    return Took(*map(statistics.median, zip(*times, strict=True)))


def polled(kind: Kind) -> Took:
    """Poll a source that was never polled, and take in all that it brings, into a warehouse that holds nothing."""

    async def poll(folder: Path) -> Took:
        asked = source(folder, belongs_to=None, **kind.section)
        warehouse = DuckWarehouse(duckdb.connect(str(folder / "taken.duckdb")))
        try:
            watch = Watch()
            warehouse.ingest("bench", await asked.poll(None))
            took, brought = watch.took(), warehouse.brought("bench")
        finally:
            await asked.aclose()
            warehouse.close()
        if (brought.records, brought.rejected) != (kind.rows, 0):
            raise SystemExit(f"{kind.section}: {brought} of {kind.rows:,} rows")
        return took

    with tempfile.TemporaryDirectory(prefix="shopwatch-") as name:
        return asyncio.run(poll(Path(name)))


# ---------------------------------------------------------------- what is read


def files(folder: Path, made: duckdb.DuckDBPyConnection, rows: int) -> dict[str, Kind]:
    """Write the same orders as files."""
    for name, form in {
        "csv": "FORMAT csv",
        "json": "FORMAT json, ARRAY true",
        "parquet": "FORMAT parquet",
    }.items():
        made.execute(f"COPY made TO '{folder}/orders.{name}' ({form})")
    book, few = openpyxl.Workbook(write_only=True), rows // EXCEL_SHARE
    sheet = book.create_sheet()
    sheet.append(FIELDS)
    for row in made.execute(f"FROM made LIMIT {few}").fetchall():
        sheet.append(row)
    book.save(folder / "orders.xlsx")
    rest(folder)

    def read(reader: str, name: str) -> Callable[[], object]:
        return lambda: made.execute(
            f"CREATE OR REPLACE TABLE plain AS FROM {reader}('{folder}/orders.{name}')"
        )

    def workbook() -> None:
        python_calamine.load_workbook(folder / "orders.xlsx").get_sheet_by_index(0).to_python()

    def of(name: str, count: int, plain: Callable[[], object]) -> Kind:
        return Kind(
            {"kind": "files", "path": str(folder / f"orders.{name}"), "records": "orders"}, count, plain
        )

    return {
        "CSV file": of("csv", rows, read("read_csv", "csv")),
        "JSON file": of("json", rows, read("read_json", "json")),
        "Parquet file": of("parquet", rows, read("read_parquet", "parquet")),
        "Excel file": of("xlsx", few, workbook),
    }


@contextlib.contextmanager
def pages(made: duckdb.DuckDBPyConnection, rows: int) -> Iterator[Kind]:
    """Serve the orders over HTTP, page after page."""
    every = [dict(zip(FIELDS, row, strict=True)) for row in made.execute("FROM made").fetchall()]
    bodies = [
        json.dumps(
            {"records": {"orders": every[begin : begin + PAGE]}, "cursor": str(begin + PAGE), "more": begin + PAGE < rows}
        ).encode()
        for begin in range(0, rows, PAGE)
    ]  # fmt: skip
    site = Site()

    def page(query: dict[str, list[str]]) -> Answer:
        return 200, {"Content-Type": "application/json"}, bodies[int(query.get("cursor", ["0"])[0]) // PAGE]

    def plain() -> None:
        for number in range(len(bodies)):
            with urllib.request.urlopen(f"{site.url}/orders?cursor={number * PAGE}") as answer:
                json.loads(answer.read())

    site.pages["/orders"] = page
    try:
        yield Kind({"kind": "http", "url": f"{site.url}/orders"}, rows, plain)
    finally:
        site.close()


def in_sqlite(path: Path, made: duckdb.DuckDBPyConnection, rows: int) -> Kind:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE orders ({', '.join(FIELDS)})")
        marks = ", ".join("?" * len(FIELDS))
        connection.executemany(f"INSERT INTO orders VALUES ({marks})", made.execute("FROM made").fetchall())
        connection.commit()

    def plain() -> None:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT * FROM orders").fetchall()

    return Kind(
        {"kind": "sql", "url": f"sqlite:///{path}", "records": "orders", "query": "SELECT * FROM orders"},
        rows,
        plain,
    )


def in_postgres(server: Postgres, csv: Path, rows: int) -> Kind:
    import psycopg

    whole = {"created_at", "paid_at", "promised_ship_at", "amount", "known_at"}
    columns = ", ".join(f"{name} {'BIGINT' if name in whole else 'TEXT'}" for name in FIELDS)
    server.run(f"CREATE TABLE orders ({columns})")
    with (
        psycopg.connect(server.url) as connection,
        connection.cursor().copy("COPY orders FROM STDIN CSV HEADER") as into,
    ):
        into.write(csv.read_bytes())

    def plain() -> None:
        with psycopg.connect(server.url) as connection:
            connection.execute("SELECT * FROM orders").fetchall()

    return Kind(
        {"kind": "sql", "url": server.url, "records": "orders", "query": "SELECT * FROM orders"}, rows, plain
    )


@contextlib.contextmanager
def kinds(rows: int) -> Iterator[dict[str, Kind]]:
    """Lay the same orders wherever sources find them."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopwatch-")))
        made = stack.enter_context(duckdb.connect())
        made.execute(f"CREATE TABLE made AS {MADE.format(rows=rows)}")
        yield {
            **files(folder, made, rows),
            "HTTP pages": stack.enter_context(pages(made, rows)),
            "SQLite": in_sqlite(folder / "erp.db", made, rows),
            "PostgreSQL": in_postgres(stack.enter_context(running_postgres()), folder / "orders.csv", rows),
        }


# ---------------------------------------------------------------- what is told


def measured(kind: Kind, rounds: int) -> dict[str, float]:
    polled(kind)  # the first of each imports what it needs
    times = [(polled(kind), timed(kind.plain)) for _ in range(rounds)]
    taken, read = (median(list(one)) for one in zip(*times, strict=True))
    return {
        "rows": kind.rows, "seconds": taken.gone, "busy": taken.busy, "plain": read.gone, "plain_busy": read.busy,
        "rows_a_second": kind.rows / taken.gone, "ratio": taken.busy / read.busy,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(
        f"{'':14}{'rows':>10}{'taken in':>12}{'processor':>12}{'a second':>12}{'merely read':>13}{'processor':>12}"
    )
    found = {}
    with kinds(options.rows) as every:
        for name, kind in every.items():
            one = found[name] = measured(kind, options.rounds)
            print(
                f"{name:14}{one['rows']:>10,.0f}{one['seconds']:>10.2f} s{one['busy']:>10.2f} s"
                f"{one['rows_a_second']:>12,.0f}{one['plain']:>11.2f} s{one['plain_busy']:>10.2f} s{one['ratio']:>7.1f} ×",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
