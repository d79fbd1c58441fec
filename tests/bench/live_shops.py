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
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

from live_run import DAY, PLATFORMS, source
from shopwatch.intake import Intake
from shopwatch.records import Poll
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told
from shopwatch.sources.live.errors import LiveError
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.source import Followed, LiveSource, Note
from shopwatch.sources.live.timing import Timing
from shopwatch.store import Store
from shopwatch.warehouse import Warehouse

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


def _let_have_polled_long(warehouse: Warehouse, name: str, live: LiveSource) -> None:
    """Note all that is followed as asked about once, spread evenly over the time between two askings."""
    note = msgspec.json.decode(warehouse.cursor(name) or "", type=Note)
    followed = {
        tracer.name: _spread(note.followed.get(tracer.name, {}), time.time(), tracer.every)
        for tracer in live._platform.tracers
    }
    cursor = msgspec.json.encode(msgspec.structs.replace(note, followed=followed)).decode()
    warehouse.ingest(name, Poll(cursor=cursor))


def _spread(followed: Mapping[str, Followed], now: float, every: float) -> dict[str, Followed]:
    return {
        one: msgspec.structs.replace(known, asked=int(now - every * place / len(followed)))
        for place, (one, known) in enumerate(followed.items())
    }


class Fleet:
    """late: the seconds by which each poll came later than it was due. records: what those polls told."""

    def __init__(self, lives: list[LiveSource], store: Store) -> None:
        self.lives, self.store = lives, store
        self.intake = Intake(store, len(lives))
        self.late: list[float] = []
        self.failed: list[str] = []
        self.records = 0

    async def back_fill(self) -> None:
        """Read the past of every shop, and leave its parcels as hours of polls leave them: each asked about in its turn."""
        for number in range(len(PLATFORMS)):  # whose tokens the others have
            await self._back_fill(number)
        await asyncio.gather(*map(self._back_fill, range(len(PLATFORMS), len(self.lives))))
        self.records = 0

    async def _back_fill(self, number: int) -> None:
        while (await self._poll(number)).again:
            pass
        await self.store.ask(_let_have_polled_long, f"shop-{number}", self.lives[number])
        await self._poll(number)  # from a cursor that isn't its own it tells the overlap again

    async def _poll(self, number: int) -> Poll:
        """Poll a shop as the monitor does."""
        name = f"shop-{number}"
        cursor, _brought = await self.store.ask(
            lambda warehouse: (warehouse.cursor(name), warehouse.brought(name))
        )
        poll = await self.lives[number].poll(cursor)
        await self.intake.take(name, poll)
        self.records += sum(batch.rows for batch in poll.batches)
        for batch in poll.batches:
            batch.path.unlink(missing_ok=True)
        return poll

    async def keep(self, number: int, until: float) -> None:
        """Poll one shop once a minute, at a second of its own."""
        due = time.monotonic() + MINUTE * number / len(self.lives)
        while due < until:
            await asyncio.sleep(due - time.monotonic())
            try:
                await self._poll(number)
            except LiveError as error:
                self.failed.append(str(error))
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
    store = Store(folder / "warehouse.duckdb")
    await store.open()
    fleet = Fleet(_lives(urls, folder, shops, shared), store)
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
    await store.aclose()
    return share, fleet


def main() -> None:
    shops, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (200, 120.0)
    urls, processes = _started()
    with tempfile.TemporaryDirectory() as folder:
        share, fleet = asyncio.run(_measured(urls, Path(folder), shops, seconds))
    late = sorted(fleet.late)
    print(
        f"{shops} shops on {len(urls)} platforms, {len(late)} polls with {fleet.records} records: {share:.1%} of one core,"
        f" {share * seconds / len(late):.3f} CPU-s a poll; a poll took {late[len(late) // 2]:.2f} s in the median,"
        f" {late[-1]:.2f} s at worst, with a dead gateway of each beside; {len(fleet.failed)} failed {set(fleet.failed)}"
    )
    for process in processes:
        process.terminate()


if __name__ == "__main__":
    main()
