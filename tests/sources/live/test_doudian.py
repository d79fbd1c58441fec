"""Doudian's connector against a marketplace that fails in every way that it can."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import random
import socket
import stat
import sys
import time
from pathlib import Path

import duckdb
import pytest

import live_run
from live_run import (
    ALWAYS_OVER,
    DAY,
    SECRET,
    START,
    SimTime,
    closed,
    held,
    poll_until,
    source,
    true_rows,
    wire,
)
from shopwatch.simulator.doudian import BUYER, PHONE, STREET
from shopwatch.simulator.faults import Faults
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told
from shopwatch.sources.live.errors import LiveError
from shopwatch.warehouse import open_warehouse

RATE = 20.0
LONG = "SHOPWATCH_LONG" in os.environ
"""The long form: SHOPWATCH_LONG=1 pytest -n 0 -s tests/sources/live/test_doudian.py"""
MANY = (10_000, 2_000) if LONG else (700, 150)


@pytest.mark.parametrize("faults", [Faults(), Faults.all_at(0.05)], ids=["well", "every-fault"])
async def test_the_warehouse_ends_as_the_truth_is(tmp_path: Path, faults: Faults) -> None:
    clock, truth = SimTime(START), told(1, START, DAY, *MANY)
    market = Market(wire(truth), clock.read, faults=faults, rate=RATE)
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    live = source(market.url, tmp_path, clock.timing(), rate=RATE)
    clock.now += DAY / 2  # so that there is a past to read
    try:
        await poll_until(live, warehouse, lambda: clock.now > START + 1.1 * DAY)
        await poll_until(live, warehouse, lambda: clock.now > START + ALWAYS_OVER, every=4 * 3600)
        market.faults = Faults()  # an hour later a poll that failed last has been made up for
        end = clock.now + 2 * 3600
        await poll_until(live, warehouse, lambda: clock.now > end, every=1800)
    finally:
        await closed(live)
        warehouse.close()
        market.close()
    assert held(tmp_path / "warehouse.duckdb") == true_rows(truth, int(clock.now))
    assert market.too_fast == 0
    assert market.during_ban == 0
    if faults != Faults():
        assert all(market.met[field.name] for field in dataclasses.fields(Faults))
    print(f"{MANY}: {sum(market.calls.values())} calls, {dict(market.met)}")


async def test_a_process_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Killed while it reads the past, at moments that nobody chose; a last run finds what is left."""
    truth, chance = told(2, START, DAY, *MANY), random.Random(7)
    began, speed, begin = time.time(), 60.0, START + DAY / 2
    market = Market(wire(truth), lambda: begin + (time.time() - began) * speed, faults=Faults.all_at(0.05))
    place = [market.url, str(tmp_path), str(begin), str(speed), str(began)]
    kept = []
    try:
        for _kill in range(20 if LONG else 4):
            child = await asyncio.create_subprocess_exec(sys.executable, live_run.__file__, *place)
            await asyncio.sleep(1.0 + 3.0 * chance.random())
            assert child.returncode is None
            child.kill()
            await child.wait()
            kept.append((tmp_path / "warehouse.duckdb").exists())
        clock = SimTime(START + ALWAYS_OVER)
        market.now, market.faults = clock.read, Faults()
        warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
        live = source(market.url, tmp_path, clock.timing(), rate=RATE)
        await poll_until(live, warehouse, lambda: clock.now > START + ALWAYS_OVER + 7200, every=1800)
        await closed(live)
        warehouse.close()
    finally:
        market.close()
    assert any(kept)
    assert held(tmp_path / "warehouse.duckdb") == true_rows(truth, int(clock.now))


async def test_nothing_of_a_buyer_and_no_secret_is_on_disk(tmp_path: Path) -> None:
    clock, truth = SimTime(START + DAY), told(3, START, DAY, 60, 10)
    market = Market(wire(truth), clock.read)
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    live = source(market.url, tmp_path, clock.timing(), traces=True)
    try:
        await poll_until(live, warehouse, lambda: clock.now > START + 1.2 * DAY)
    finally:
        await closed(live)
        warehouse.close()
        market.close()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        stored = repr([connection.execute(f"FROM {table}").fetchall() for table in tables])
        assert connection.execute("SELECT count(*) FROM scans WHERE kind = 'pickup'").fetchall() > [(0,)]
        picked = connection.execute("SELECT count(*) FROM parcels WHERE picked_up_at > 0").fetchall()
    assert picked > [(0,)]
    assert not [word for word in (BUYER, PHONE, STREET, SECRET, "access-1", "refresh-1") if word in stored]
    [token] = (tmp_path / "tokens").iterdir()
    assert stat.S_IMODE(token.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("keys", "faults", "off", "says"),
    [
        ({"app_secret": "wrong"}, Faults(), 0, "refuses the signature"),
        ({"app_key": "1"}, Faults(), 0, "check `app_key`"),
        ({"shop_id": "99"}, Faults(), 0, "the shop hasn't authorised the app"),
        ({}, Faults(), 1200, "this machine's clock is 20 min ahead"),
        ({}, Faults(), -1200, "this machine's clock is 20 min behind"),
        ({}, Faults(throttled=1.0), 0, "lower `rate`"),
        ({}, Faults(broken=1.0), 0, "status 500"),
        ({}, Faults(half=1.0), 0, "cut off"),
        ({}, Faults(reset=1.0), 0, "broke off"),
        ({"gateway": "http://127.0.0.1:9"}, Faults(), 0, "can't be reached"),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence(
    tmp_path: Path, keys: dict[str, str], faults: Faults, off: float, says: str
) -> None:
    clock = SimTime(START)
    market = Market(wire(told(4, START - DAY, DAY, 5, 1)), lambda: clock.now - off, faults=faults)
    others = {name: value for name, value in keys.items() if name != "gateway"}
    live = source(keys.get("gateway", market.url), tmp_path, clock.timing(), **others)  # type: ignore[arg-type]
    try:
        with pytest.raises(LiveError) as error:
            await live.poll(None)
    finally:
        await closed(live)
        market.close()
    assert says in str(error.value)
    assert SECRET not in str(error.value)
    assert "sign=" not in str(error.value)


async def test_a_closed_method_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    clock, truth = SimTime(START + DAY), told(5, START, DAY, 20, 5)
    shut = wire(truth)
    shut.close("afterSale.List")
    market = Market(shut, clock.read)
    live = source(market.url, tmp_path, clock.timing())
    try:
        poll = await live.poll(None)
    finally:
        await closed(live)
        market.close()
    assert "orders" in {batch.table for batch in poll.batches}
    assert "aftersales" not in {batch.table for batch in poll.batches}
    assert any("afterSale.List is closed by the marketplace" in words for words in poll.waiting)
    assert any("reviews, chats" in words for words in poll.waiting)


async def test_a_dead_marketplace_delays_nobody_else(tmp_path: Path) -> None:
    clock = SimTime(START + DAY)
    market = Market(wire(told(6, START, DAY, 50, 5)), clock.read)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes a connection and never answers
        dead = source(f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path, clock.timing(), timeout=30.0)
        well = source(market.url, tmp_path, clock.timing())
        well._shared = dead._shared
        waiting = asyncio.ensure_future(dead.poll(None))
        await asyncio.sleep(0.1)
        poll = await asyncio.wait_for(well.poll(None), 10)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await closed(dead)
    await well.aclose()
    market.close()
    assert sum(batch.rows for batch in poll.batches if batch.table == "orders") == 50
