"""What 200 live shops cost in one process once their past is read: `python tests/bench/live_shops.py [SHOPS] [SECONDS]`.

The simulated marketplace runs in a process of its own; the shops are asked once a minute each, as by default.
"""

from __future__ import annotations

import asyncio
import dataclasses
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from live_run import DAY, SHOP, source, wire
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told
from shopwatch.sources.live.source import LiveSource
from shopwatch.sources.live.timing import Timing
from shopwatch.warehouse import DuckWarehouse, open_warehouse

MINUTE = 60.0


def _serve(end: Connection, start: int) -> None:
    market = Market(wire(told(1, start - DAY, 2 * DAY, 1000, 200)), time.time)
    end.send(market.url)
    end.recv()


async def _poll(live: LiveSource, name: str, warehouse: DuckWarehouse) -> bool:
    poll = await live.poll(warehouse.cursor(name))
    await asyncio.to_thread(warehouse.ingest, name, poll)
    for batch in poll.batches:
        batch.path.unlink(missing_ok=True)
    return poll.again


async def _measured(url: str, folder: Path, shops: int, seconds: float) -> float:
    first = source(url, folder, Timing(), rate=100.0, lookback=1)
    warehouse = open_warehouse(folder / "warehouse.duckdb")
    lives = {}
    for number in range(shops):
        live = source(url, folder, Timing(), rate=100.0, lookback=1)
        live._place = dataclasses.replace(live._place, shop=f"{SHOP}-{number}")
        live._shared = first._shared
        lives[f"shop {number}"] = live
    for name, live in lives.items():
        while await _poll(live, name, warehouse):
            pass
    began, cpu, end = time.monotonic(), time.process_time(), time.monotonic() + seconds

    async def keep(number: int, name: str) -> None:
        await asyncio.sleep(MINUTE * number / shops)
        while time.monotonic() < end:
            await _poll(lives[name], name, warehouse)
            await asyncio.sleep(MINUTE)

    keeping = [asyncio.ensure_future(keep(number, name)) for number, name in enumerate(lives)]
    await asyncio.sleep(seconds)
    share = (time.process_time() - cpu) / (time.monotonic() - began)
    for task in keeping:
        task.cancel()
    await asyncio.gather(*keeping, return_exceptions=True)
    for live in (*lives.values(), first):
        await live.aclose()
    warehouse.close()
    return share


def main() -> None:
    shops, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (200, 120.0)
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(there, int(time.time())), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        share = asyncio.run(_measured(here.recv(), Path(folder), shops, seconds))
    print(f"{shops} shops: {share:.0%} of one core")
    server.terminate()


if __name__ == "__main__":
    main()
