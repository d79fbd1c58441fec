"""The real marketplace of ../shared/data/olist: how long its files take to read, and its fleet to refresh.

    python tests/bench/olist.py

Every seller is a shop. The refresh is the monitor's own: readings, scores, lines, trends and deltas of the
whole fleet, and risks and actions of the one shop in view. Beside it stands the same with everybody's.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopwatch.config import load
from shopwatch.once import Once
from shopwatch.refresher import Refresher
from shopwatch.warehouse import open_warehouse
from test_olist import AS_OF, configuration


async def read(folder: Path) -> float:
    path = folder / "shopwatch.toml"
    path.write_text(configuration(folder), encoding="utf-8")
    once = Once(load(path), folder / "state", clock=lambda: AS_OF, language="zh_CN")
    begin = time.perf_counter()
    await once.status(AS_OF, poll=True, shop="none", risks=1)
    seconds = time.perf_counter() - begin
    await once.aclose()
    return seconds


def refresh(folder: Path, *, everybody: bool) -> tuple[float, int]:
    refresher = Refresher.of(load(folder / "shopwatch.toml"), "zh_CN", str)
    warehouse = open_warehouse(folder / "state" / "warehouse.duckdb")
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        shops = refresher.shops(warehouse, AS_OF)
        in_view = next(iter(shops))
        boards = refresher.boards(
            warehouse,
            AS_OF,
            shops,
            whole=None if everybody else {in_view},
            split={in_view},
            ticks={},
            sources={},
            risks=20,
            pinned=True,
        )
        times.append(time.perf_counter() - begin)
    warehouse.close()
    return statistics.median(times), len(boards)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"files read and taken in the first time   {asyncio.run(read(folder)):6.2f} s   (bar: 10 s)")
        seconds, shops = refresh(folder, everybody=False)
        print(f"refresh of the fleet of {shops:,} shops      {seconds:6.2f} s   (bar: 1 s)")
        seconds, shops = refresh(folder, everybody=True)
        print(f"the same, risks and actions of all       {seconds:6.2f} s")


if __name__ == "__main__":
    main()
