"""The simulated shops as Doudian's own connector and their own system tell them together, over days of simulated time."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from at_work import at_work
from demo.polls import NOON, market, whole
from shopwatch import demo
from shopwatch.demo.cast import cast
from shopwatch.demo.words import REASONS
from shopwatch.monitor import Monitor, open_monitor
from shopwatch.records import TABLES
from shopwatch.sources.complaints import class_of
from until import PATIENCE

START = datetime.datetime.fromtimestamp(NOON, datetime.UTC)
SHOPS = 2
SAID_AT_ONCE = ("excluded", "platform_handled", "deadline_at")
"""Doudian says no where nothing is known yet, and a deadline only while it is the shop's turn."""
ASKED = {
    "token.create",
    "token.refresh",
    "order.searchList",
    "afterSale.List",
    "afterSale.Detail",
    "order.getServiceList",
}


class Hand:
    """A monotonic clock that goes when it is moved."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def watching(opened: demo.Demo, folder: Path) -> Monitor:
    return open_monitor(opened.config(folder), folder, clock=opened.clock.now, wall=now, language="zh_CN")


async def polled(monitor: Monitor) -> None:
    """Wait until every source has been asked from now on, and has answered."""
    asked, end = now(), time.monotonic() + PATIENCE
    await monitor.refresh()
    while time.monotonic() < end:
        await asyncio.sleep(0.05)
        sources = [source for board in monitor.boards.values() for source in board.sources]
        assert not [source.error for source in sources if source.error]
        if len(monitor.boards) == SHOPS and all(
            one.last_success and one.last_success > asked for one in sources
        ):
            return
    raise AssertionError([(one.name, one.last_success, one.error) for one in sources])


def held(folder: Path) -> Iterator[tuple[str, tuple[object, ...], dict[str, Any]]]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        for name, table in TABLES.items():
            relation = connection.execute(f"SELECT {', '.join(table.fields)} FROM main.{name}")
            for row in relation.fetchall():
                record = dict(zip(table.fields, row, strict=True))
                yield name, tuple(record[key] for key in table.key), record


async def test_connector_and_own_system_together_tell_all_that_happened(tmp_path: Path) -> None:
    hand = Hand()
    opened = demo.start(START, shops=SHOPS, monotonic=hand)
    with contextlib.closing(opened):
        async with at_work(watching(opened, tmp_path)) as monitor:
            for hours in (0, 5, 30, 8 * 24, 3, 3):
                hand.seconds += hours  # at 3600 to 1
                await polled(monitor)
            await polled(monitor)  # details are asked for a few at a time
        moment = opened.clock.seconds()
        calls = opened.running.calls  # type: ignore[attr-defined]
    true = whole(market(shops=cast(SHOPS)), moment)
    kept: dict[str, dict[tuple[object, ...], dict[str, Any]]] = {}
    for table, key, record in held(tmp_path):
        kept.setdefault(table, {})[key] = record
    assert {table: set(rows) for table, rows in kept.items()} == {
        table: set(rows) for table, rows in true.items()
    }
    differing = [
        (table, key, name, kept[table][key][name], value)
        for table, rows in true.items()
        for key, row in rows.items()
        for name, value in msgspec.structs.asdict(row).items()
        if name not in ("known_at", *SAID_AT_ONCE) and kept[table][key][name] != value
    ]
    assert differing == []
    assert {method for _app, method in calls} == ASKED
    assert len({app for app, _method in calls}) == SHOPS


async def test_calls_are_taken_however_fast_the_time_runs(tmp_path: Path) -> None:
    """What a call takes of real time is hours of theirs."""
    with contextlib.closing(demo.start(START, shops=SHOPS, speed=100_000.0)) as opened:
        async with at_work(watching(opened, tmp_path)) as monitor:
            for _poll in range(3):
                await polled(monitor)
    brought = [one for board in monitor.boards.values() for one in board.sources if one.kind == "doudian"]
    assert len(brought) == SHOPS
    assert all(one.records and not one.rejected for one in brought)


@pytest.mark.parametrize("kind", REASONS)
def test_the_connector_reads_a_buyers_reason_as_it_was_meant(kind: str) -> None:
    assert {class_of(reason) for reason in REASONS[kind]} == {kind}
