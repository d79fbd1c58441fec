"""kill -9 at any moment of taking in, of writing the journal, of a checkpoint and of the daily copy.

What was said to be kept is there at the next start, which needs no hand. A few kills here; two hundred with
`SHOPWATCH_LONG=1`.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shopwatch.journal import Journal
from shopwatch.journal_copy import copy_of
from shopwatch.warehouse import DuckWarehouse, open_warehouse

KILLS = 200 if os.environ.get("SHOPWATCH_LONG") else 5

WORK = """
import sys
from pathlib import Path

from shopwatch.journal import Journal
from shopwatch.records import Order, Parcel
from shopwatch.warehouse import open_warehouse

folder, n = Path(sys.argv[1]), int(sys.argv[2])
journal, warehouse = Journal(folder / "journal.sqlite"), open_warehouse(folder / "warehouse.duckdb")
while True:
    n += 1
    some = [f"{n}-{one}" for one in range(50)]
    warehouse.take("s", "orders", [Order(shop="a", order_id=one, paid_at=n, known_at=n) for one in some])
    parcels = [Parcel(shop="a", parcel_id=one, order_id=one, picked_up_at=n + 5, known_at=n) for one in some]
    warehouse.take("s", "parcels", parcels)
    print(n, "warehouse", flush=True)
    journal.tick("a", f"action-{n}", n, True, "me", ())
    print(n, "journal", flush=True)
    if n % 3 == 0:
        warehouse._duck.connection.execute("FORCE CHECKPOINT")
    if n % 4 == 0:
        journal.copy_daily(1e12 + n * 1e6)
        print(n, "copied", flush=True)
"""


def killed_after(folder: Path, begin: int, lines: int, wait: float) -> list[str]:
    """Let it work until it has said some lines and a moment longer, end it, and return all that it said.

    By lines first, because a slow machine would otherwise be ended before it had kept anything worth asking for.
    """
    work = subprocess.Popen(
        [sys.executable, "-c", WORK, str(folder), str(begin)], stdout=subprocess.PIPE, text=True
    )
    assert work.stdout is not None
    said = [work.stdout.readline() for _line in range(lines)]
    time.sleep(wait)
    work.kill()
    said += work.stdout.readlines()
    work.wait()
    work.stdout.close()
    return [line for line in said if line.endswith("\n")]


def kept(folder: Path) -> tuple[dict[str, int | None], set[str]]:
    """Return the orders with the fact on each, and the ticks, as the next start finds them."""
    with contextlib.closing(open_warehouse(folder / "warehouse.duckdb")) as warehouse:
        assert isinstance(warehouse, DuckWarehouse)
        rows = warehouse._duck.connection.execute("SELECT order_id, picked_up_at FROM main.orders").fetchall()
    with contextlib.closing(Journal(folder / "journal.sqlite")) as journal:
        assert journal.restored is None
        return dict(rows), set(journal.ticks(10**9).get("a", ()))


@pytest.mark.parametrize("seed", [1])
def test_nothing_that_was_kept_is_lost(tmp_path: Path, seed: int) -> None:
    roll = random.Random(seed)
    said: set[tuple[int, str]] = set()
    last = 0
    for _kill in range(KILLS):
        for line in killed_after(tmp_path, last, roll.randint(3, 9), roll.random() * 0.2):
            batch, kind = line.split()
            said.add((int(batch), kind))
        orders, ticks = kept(tmp_path)
        for number, what in said:
            if what == "warehouse":
                assert {orders[f"{number}-{one}"] for one in range(50)} == {number + 5}
            elif what == "journal":
                assert f"action-{number}" in ticks
        by_batch = {name.split("-")[0]: name for name in orders}
        assert len(orders) == 50 * len(by_batch), "a batch is there whole, or not at all"
        last = max(int(one) for one in by_batch)
    assert len(said) > 2 * KILLS
    if any(what == "copied" for _number, what in said):
        assert copy_of(tmp_path / "journal.sqlite").exists()
