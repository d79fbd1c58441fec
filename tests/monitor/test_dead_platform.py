"""A monitor of shops on three marketplaces, two of them dead: the board of the third is there at once, and stays live."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from at_work import at_work
from live_run import PLATFORMS
from shopwatch.config import Config, MonitorSection, ShopSection, SourceSection
from shopwatch.monitor import Monitor, open_monitor
from shopwatch.simulator.faults import Faults
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told

SOON = 60.0
"""Seconds: a dead gateway is waited for three times as long at each of its calls."""


def shop(kind: str, url: str) -> ShopSection:
    section = SourceSection(
        kind=cast("Any", kind), name=kind, gateway=url, every=1.0, lookback=2, rate=100.0, timeout=3 * SOON,
        **PLATFORMS[kind].keys,
    )  # fmt: skip
    return ShopSection(id=kind, source=(section,))


@contextlib.asynccontextmanager
async def running(config: Config, state: Path) -> AsyncIterator[Monitor]:
    clock = lambda: datetime.datetime.now(datetime.UTC)  # noqa: E731
    monitor = open_monitor(config, state, clock=clock, language="en")
    async with at_work(monitor):
        yield monitor


async def orders_at_risk(monitor: Monitor, kind: str, more_than: int) -> int:
    async with asyncio.timeout(SOON):
        while True:
            board = monitor.boards.get(kind)
            if board is not None and board.risks_total > more_than:
                return board.risks_total
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("alive", PLATFORMS)
async def test_boards_of_the_living_come_at_once_and_go_on(tmp_path: Path, alive: str) -> None:
    start = int(time.time())
    first = told(6, start - 3600, 3000, 30, 5)
    hung, reset = [kind for kind in PLATFORMS if kind != alive]
    well = Market(PLATFORMS[alive].wire(first), time.time)
    resetting = Market(PLATFORMS[reset].wire(first), time.time, faults=Faults(reset=1.0))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        config = Config(
            monitor=MonitorSection(refresh=0.2),
            shop=(
                shop(hung, f"http://127.0.0.1:{silent.getsockname()[1]}"),
                shop(reset, resetting.url),
                shop(alive, well.url),
            ),
            folder=tmp_path,
        )
        async with running(config, tmp_path / "state") as monitor:
            before = await orders_at_risk(monitor, alive, 0)
            well._wire = PLATFORMS[alive].wire(told(6, start - 3600, 3000, 60, 5))  # thirty orders more
            assert await orders_at_risk(monitor, alive, before) > before
            answered = {board.id for board in monitor.boards.values() if board.sources[0].last_success}
    well.close()
    resetting.close()
    assert answered == {alive}
