"""Each connector against a marketplace that fails in every way that it can.

The long form: SHOPWATCH_LONG=1 pytest -n 0 -s tests/sources/live
"""

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
from live_cases import Nth
from live_run import (
    ALWAYS_OVER,
    DAY,
    PLATFORMS,
    START,
    SimTime,
    closed,
    differences,
    held,
    poll_until,
    source,
    true_rows,
)
from shopwatch.config.marketplaces import CAN_BE_LEFT_OUT
from shopwatch.simulator.faults import Faults
from shopwatch.simulator.gateway import BUYER, PHONE, STREET
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told
from shopwatch.sources.live.errors import LiveError
from shopwatch.warehouse import open_warehouse
from until import PATIENCE

RATE = 20.0
LONG = "SHOPWATCH_LONG" in os.environ
MANY = (10_000, 2_000) if LONG else (700, 150)
EVERY_KIND = pytest.mark.parametrize("kind", PLATFORMS)


@EVERY_KIND
@pytest.mark.parametrize("faults", [Faults(), Faults.all_at(0.05)], ids=["well", "every-fault"])
async def test_the_warehouse_ends_as_the_truth_is(tmp_path: Path, kind: str, faults: Faults) -> None:
    clock, truth = SimTime(START), told(1, START, DAY, *MANY)
    market = Market(PLATFORMS[kind].wire(truth), clock.read, faults=faults, rate=RATE)
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    live = source(kind, market.url, tmp_path, clock.timing(), rate=RATE)
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
    assert differences(held(tmp_path / "warehouse.duckdb"), true_rows(kind, truth, int(clock.now))) == []
    assert market.too_fast == 0
    assert market.during_ban == 0
    if faults != Faults():
        assert all(market.met[field.name] for field in dataclasses.fields(Faults))
    print(f"{kind} {MANY}: {sum(market.calls.values())} calls, {dict(market.met)}")


@EVERY_KIND
async def test_a_process_that_is_killed_loses_and_doubles_nothing(tmp_path: Path, kind: str) -> None:
    """Killed while it reads the past, at moments that nobody chose; a last run finds what is left."""
    truth, chance = told(2, START, DAY, *MANY), random.Random(7)
    began, speed, begin = time.time(), 60.0, START + DAY / 2
    wire = PLATFORMS[kind].wire(truth)
    market = Market(wire, lambda: begin + (time.time() - began) * speed, faults=Faults.all_at(0.05))
    place = [kind, market.url, str(tmp_path), str(begin), str(speed), str(began)]
    kept = []
    try:
        for _kill in range(20 if LONG else 4):
            before = market.calls.total()
            child = await asyncio.create_subprocess_exec(sys.executable, live_run.__file__, *place)
            while market.calls.total() == before:  # noqa: ASYNC110 (the market counts in its own threads)
                await asyncio.sleep(0.05)
            await asyncio.sleep(3.0 * chance.random())
            assert child.returncode is None
            child.kill()
            await child.wait()
            kept.append((tmp_path / "warehouse.duckdb").exists())
        clock = SimTime(START + ALWAYS_OVER)
        market.now, market.faults = clock.read, Faults()
        warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
        live = source(kind, market.url, tmp_path, clock.timing(), rate=RATE)
        await poll_until(live, warehouse, lambda: clock.now > START + ALWAYS_OVER + 7200, every=1800)
        await closed(live)
        warehouse.close()
    finally:
        market.close()
    assert any(kept)
    assert differences(held(tmp_path / "warehouse.duckdb"), true_rows(kind, truth, int(clock.now))) == []
    print(f"{kind} {MANY}: {len(kept)} kills, {sum(market.calls.values())} calls, {dict(market.met)}")


@EVERY_KIND
async def test_who_asks_too_often_is_banned_and_waits_it_out(tmp_path: Path, kind: str) -> None:
    """An app whose `rate` is set too high meets bans, and asks nothing while one lasts."""
    clock, truth = SimTime(START + ALWAYS_OVER), told(3, START, DAY, 700, 150)
    market = Market(PLATFORMS[kind].wire(truth), clock.read, rate=3, strict=True)
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    live = source(kind, market.url, tmp_path, clock.timing(), rate=50.0)
    try:
        await poll_until(live, warehouse, lambda: clock.now > START + ALWAYS_OVER + 3600)
    finally:
        await closed(live)
        warehouse.close()
        market.close()
    assert market.too_fast > 0
    assert market.during_ban == 0
    assert differences(held(tmp_path / "warehouse.duckdb"), true_rows(kind, truth, int(clock.now))) == []


@EVERY_KIND
async def test_nothing_of_a_buyer_and_no_secret_is_on_disk(tmp_path: Path, kind: str) -> None:
    clock, truth = SimTime(START + DAY), told(3, START, DAY, 60, 10)
    market = Market(PLATFORMS[kind].wire(truth), clock.read)
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    live = source(kind, market.url, tmp_path, clock.timing(), traces=True)
    market.faults = Nth("expired", 4)
    try:
        await poll_until(live, warehouse, lambda: clock.now > START + 1.2 * DAY)
    finally:
        await closed(live)
        warehouse.close()
        market.close()
    of = PLATFORMS[kind]
    told_apart = {"doudian": "audited_at", "taobao": "deadline_at", "kuaishou": "deadline_at"}[kind]
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        stored = repr([connection.execute(f"FROM {table}").fetchall() for table in tables])
        for told_by_traces in ("FROM scans WHERE kind = 'pickup'", "FROM parcels WHERE picked_up_at > 0"):
            [(count,)] = connection.execute(f"SELECT count(*) {told_by_traces}").fetchall()
            assert (count > 0) == ("scans" not in live._platform.lacks)
        [(count,)] = connection.execute(f"SELECT count({told_apart}) FROM aftersales").fetchall()
        assert count > 0
    secrets = [str(of.keys[name]) for name in of.secrets]
    assert not [word for word in (BUYER, PHONE, STREET, *secrets, "access-1", "refresh-1") if word in stored]
    for token in (tmp_path / "tokens").glob("*"):
        assert stat.S_IMODE(token.stat().st_mode) == 0o600


CLOCK = {"ahead": 1200.0, "behind": -1200.0}
EVERYWHERE: list[tuple[dict[str, str], Faults, float, str]] = [
    ({}, Faults(), CLOCK["ahead"], "this machine's clock is 20 min ahead"),
    ({}, Faults(), CLOCK["behind"], "this machine's clock is 20 min behind"),
    ({}, Faults(throttled=1.0), 0, "lower `rate`"),
    ({}, Faults(closed=1.0), 0, ""),
    ({}, Faults(broken=1.0), 0, "status 500"),
    ({}, Faults(half=1.0), 0, "cut off"),
    ({}, Faults(reset=1.0), 0, "broke off"),
    ({"gateway": "http://127.0.0.1:9"}, Faults(), 0, "can't be reached; check the network"),
]
THERE: dict[str, list[tuple[dict[str, str], str]]] = {
    "doudian": [
        ({"app_secret": "wrong"}, "refuses the signature (40003 isv.signature-invalid 签名无效); check `app_secret`"),
        ({"app_key": "1"}, "knows no such app (40003 isv.app-id-invalid app_key无效); check `app_key`"),
        ({"shop_id": "99"}, "the shop hasn't authorised the app"),
    ],
    "taobao": [
        ({"app_secret": "wrong"}, "refuses the signature (25 isv.invalid-signature); check `app_secret`, `sign_method`"),
        ({"app_key": "1"}, "knows no such app (29 isv.appkey-not-exists); check `app_key`"),
        ({"session": "old"}, "no longer accepts `session` (27 session-expired); authorise the app again"),
    ],
    "kuaishou": [
        ({"sign_secret": "wrong"}, "refuses the signature (2); check `app_key`, `sign_secret`, `sign_method`"),
        ({"access_token": "old", "refresh_token": "old"}, "authorise the app again"),
    ],
}  # fmt: skip
CLOSED = {
    "doudian": ("afterSale.List", "is closed by the marketplace", "reviews, chats"),
    "taobao": ("taobao.refunds.receive.get", "this app may not ask it", "agents' days, tickets"),
    "kuaishou": ("open.seller.order.refund.pcursor.list", "this app may not ask it", "parcels' scans, chats"),
}
LEFT_OUT = {
    "doudian": ("afterSale", "ServiceList", "Score", "reputation", "Logistics"),
    "taobao": ("refund", "rates", "trace", "eval"),
    "kuaishou": ("refund.pcursor", "comment", "score"),
}
SENTENCES = [
    *((kind, keys, faults, off, says) for kind in PLATFORMS for keys, faults, off, says in EVERYWHERE),
    *((kind, keys, Faults(), 0, says) for kind, cases in THERE.items() for keys, says in cases),
]


@pytest.mark.parametrize(("kind", "keys", "faults", "off", "says"), SENTENCES)
async def test_what_is_wrong_is_told_in_a_sentence(
    tmp_path: Path, kind: str, keys: dict[str, str], faults: Faults, off: float, says: str
) -> None:
    clock = SimTime(START)
    wire = PLATFORMS[kind].wire(told(4, START - DAY, DAY, 5, 1))
    market = Market(wire, lambda: clock.now - off, faults=faults)
    others = {name: value for name, value in keys.items() if name != "gateway"}
    live = source(kind, keys.get("gateway", market.url), tmp_path, clock.timing(), **others)  # type: ignore[arg-type]
    try:
        if faults.closed:
            words = (await live.poll(None)).waiting
        else:
            with pytest.raises(LiveError) as error:
                await live.poll(None)
            words = (str(error.value),)
    finally:
        await closed(live)
        market.close()
    assert (says or CLOSED[kind][1]) in " ".join(words)
    secrets = [str(PLATFORMS[kind].keys[name]) for name in PLATFORMS[kind].secrets]
    assert not [secret for secret in (*secrets, "sign=") if secret in " ".join(words)]


@EVERY_KIND
async def test_a_closed_method_is_said_and_the_rest_is_read(tmp_path: Path, kind: str) -> None:
    clock, (method, says, lacks) = SimTime(START + DAY), CLOSED[kind]
    shut = PLATFORMS[kind].wire(told(5, START, DAY, 20, 5))
    shut.closed.add(method)
    market = Market(shut, clock.read)
    live = source(kind, market.url, tmp_path, clock.timing())
    try:
        poll = await live.poll(None)
    finally:
        await closed(live)
        market.close()
    assert "orders" in {batch.table for batch in poll.batches}
    assert "aftersales" not in {batch.table for batch in poll.batches}
    assert any(method in words and says in words for words in poll.waiting)
    assert any(lacks in words for words in poll.waiting)


@EVERY_KIND
async def test_what_another_source_tells_can_be_left_out(tmp_path: Path, kind: str) -> None:
    clock = SimTime(START + DAY)
    market = Market(PLATFORMS[kind].wire(told(5, START, DAY, 20, 5)), clock.read)
    names = CAN_BE_LEFT_OUT[kind]
    whole = source(kind, market.url, tmp_path, clock.timing(), traces=True)
    live = source(kind, market.url, tmp_path, clock.timing(), traces=True, leave_out=names)
    try:
        poll = await live.poll(None)
    finally:
        await closed(live)
        await closed(whole)
        market.close()
    asked = whole._platform.streams, whole._platform.chores, whole._platform.tracers
    orders = {"orders", "changed", "sold"}
    assert {one.name for each in asked for one in each} - orders == set(names) - {
        "votes"
    }  # these need agents
    assert {batch.table for batch in poll.batches} <= {"orders", "parcels"}
    assert not [method for _app, method in market.calls if any(word in method for word in LEFT_OUT[kind])]


@EVERY_KIND
async def test_changes_of_days_without_a_poll_are_read(tmp_path: Path, kind: str) -> None:
    """Nobody asked while everything happened, and for longer than the look-back; the first poll was an hour before it."""
    clock, truth = SimTime(START + 3600), told(8, START, DAY, 200, 50)
    market = Market(PLATFORMS[kind].wire(truth), clock.read)
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    live = source(kind, market.url, tmp_path, clock.timing(), lookback=1)
    try:
        await poll_until(live, warehouse, lambda: clock.now > START + 7200)
        clock.now += 9 * DAY
        until = clock.now + 7200
        await poll_until(live, warehouse, lambda: clock.now > until)
    finally:
        await closed(live)
        warehouse.close()
        market.close()
    assert differences(held(tmp_path / "warehouse.duckdb"), true_rows(kind, truth, int(clock.now))) == []


@EVERY_KIND
@pytest.mark.parametrize("dead", PLATFORMS)
async def test_a_dead_marketplace_delays_nobody_else(tmp_path: Path, kind: str, dead: str) -> None:
    clock = SimTime(START + DAY)
    market = Market(PLATFORMS[kind].wire(told(6, START, DAY, 50, 5)), clock.read)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes a connection and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        hung = source(dead, url, tmp_path, clock.timing(), timeout=10 * PATIENCE)
        well = source(kind, market.url, tmp_path, clock.timing(), shared=hung._shared)
        waiting = asyncio.ensure_future(hung.poll(None))
        await asyncio.sleep(0.1)
        poll = await asyncio.wait_for(well.poll(None), PATIENCE)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await closed(hung)
    await well.aclose()
    market.close()
    assert sum(batch.rows for batch in poll.batches if batch.table == "orders") >= 50
