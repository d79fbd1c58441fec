"""What 200 live shops on three platforms cost in one process once their past is read.

    python tests/bench/live_shops.py [SHOPS] [SECONDS]

The simulated marketplaces run in processes of their own; the shops are asked once a minute each, as by default, and all
that they tell goes into one warehouse. Beside the three that work there is a shop of each on a gateway that takes
connections and never answers.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

from live_run import DAY, PLATFORMS, source
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told
from shopwatch.sources.live.errors import LiveError
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.source import LiveSource, Note
from shopwatch.sources.live.timing import Timing
from shopwatch.warehouse import DuckWarehouse, open_warehouse

MINUTE = 60.0
ORDERS, AFTERSALES = 1000, 200


def _serve(kind: str, end: Connection, start: int) -> None:
    truth = told(1, start - DAY, 2 * DAY, ORDERS, AFTERSALES)
    market = Market(PLATFORMS[kind].wire(truth), time.time)
    end.send(market.url)
    end.recv()


def _started() -> tuple[dict[str, str], list[multiprocessing.Process]]:
    """A marketplace of each kind."""
    urls, processes = {}, []
    for kind in PLATFORMS:
        here, there = multiprocessing.Pipe()
        process = multiprocessing.Process(target=_serve, args=(kind, there, int(time.time())), daemon=True)
        process.start()
        urls[kind] = here.recv()
        processes.append(process)
    return urls, processes


def _lives(urls: dict[str, str], folder: Path, shops: int, shared: Shared) -> list[LiveSource]:
    return [
        source(
            kind, urls[kind], folder, Timing(), shared=shared, shop=f"shop-{number}", rate=1000.0, lookback=1,
            traces=True,
        )
        for number, kind in zip(range(shops), list(PLATFORMS) * shops, strict=False)
    ]  # fmt: skip


async def _poll(live: LiveSource, name: str, warehouse: DuckWarehouse) -> bool:
    poll = await live.poll(warehouse.cursor(name))
    await asyncio.to_thread(warehouse.ingest, name, poll)
    for batch in poll.batches:
        batch.path.unlink(missing_ok=True)
    return poll.again


class Fleet:
    """late: the seconds by which each poll came later than it was due."""

    def __init__(self, lives: list[LiveSource], warehouse: DuckWarehouse) -> None:
        self.lives, self.warehouse = lives, warehouse
        self.late: list[float] = []

    async def back_fill(self) -> None:
        """Read the past of every shop, and ask once about each of its parcels, which takes as many polls as it takes."""
        for number, live in enumerate(self.lives):
            while await _poll(live, f"shop-{number}", self.warehouse) or self._unasked(number):
                pass

    def _unasked(self, number: int) -> bool:
        note = msgspec.json.decode(self.warehouse.cursor(f"shop-{number}") or "null", type=Note)
        return any(not one.asked for followed in note.followed.values() for one in followed.values())

    async def keep(self, number: int, until: float) -> None:
        """Poll one shop once a minute, at a second of its own."""
        due = time.monotonic() + MINUTE * number / len(self.lives)
        while due < until:
            await asyncio.sleep(due - time.monotonic())
            await _poll(self.lives[number], f"shop-{number}", self.warehouse)
            self.late.append(time.monotonic() - due)
            due += MINUTE


async def _hang(live: LiveSource, until: float) -> None:
    while time.monotonic() < until:
        try:
            await live.poll(None)
        except LiveError:
            await asyncio.sleep(5)


async def _measured(urls: dict[str, str], folder: Path, shops: int, seconds: float) -> tuple[float, Fleet]:
    shared = Shared(folder / "tokens")
    fleet = Fleet(_lives(urls, folder, shops, shared), open_warehouse(folder / "warehouse.duckdb"))
    await fleet.back_fill()
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as silent:
        nowhere = f"http://127.0.0.1:{silent.getsockname()[1]}"
        dead = [source(kind, nowhere, folder, Timing(), shared=shared, timeout=10.0) for kind in PLATFORMS]
        began, cpu, end = time.monotonic(), time.process_time(), time.monotonic() + seconds
        tasks = [asyncio.ensure_future(fleet.keep(number, end)) for number in range(shops)]
        tasks += [asyncio.ensure_future(_hang(live, end)) for live in dead]
        await asyncio.sleep(seconds)
        share = (time.process_time() - cpu) / (time.monotonic() - began)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for live in (*fleet.lives, *dead):
        await live.aclose()
    shared.close()
    fleet.warehouse.close()
    return share, fleet


def main() -> None:
    shops, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (200, 120.0)
    urls, processes = _started()
    with tempfile.TemporaryDirectory() as folder:
        share, fleet = asyncio.run(_measured(urls, Path(folder), shops, seconds))
    late = sorted(fleet.late)
    print(
        f"{shops} shops on {len(urls)} platforms, {len(late)} polls: {share:.0%} of one core; a poll took"
        f" {late[len(late) // 2]:.2f} s in the median, {late[-1]:.2f} s at worst, with a dead gateway of each beside"
    )
    for process in processes:
        process.terminate()


if __name__ == "__main__":
    main()
