"""A warehouse that several share, through the front door: one polls, the others look."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from at_work import at_work
from running import ORDERS, SHOPS, Place
from shopwatch.config import load
from shopwatch.monitor import Monitor, open_monitor
from until import until

pytest.importorskip("chdb")


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture
def shared(place: Place) -> Place:
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS + f'\n[store]\nwarehouse = "chdb://{place.folder}/engine"\n')
    return place


@contextlib.asynccontextmanager
async def running(place: Place, state: str, polls: bool) -> AsyncIterator[Monitor]:
    config = load(place.folder / "shopwatch.toml")
    monitor = open_monitor(config, place.folder / state, clock=now, language="en", polls=polls)
    async with at_work(monitor):
        yield monitor


def told(monitor: Monitor) -> dict[str, Any]:
    return {board.id: (board.score.value, len(board.risks)) for board in monitor.latest()}


def test_the_installed_command_polls_into_it_and_shows_it_without_polling(shared: Place) -> None:
    polled = shared.status()
    assert [shop["id"] for shop in polled["shops"]] == ["a", "b"]
    (shared.folder / "orders.csv").unlink()
    shown = shared.status("--no-poll")
    assert [len(shop["risks"]) for shop in shown["shops"]] == [len(shop["risks"]) for shop in polled["shops"]]
    assert shown["shops"][0]["sources"][0]["records"] == 3
    assert not [*shared.folder.rglob("warehouse.duckdb")]


async def test_a_monitor_that_only_looks_shows_what_another_brings(shared: Place) -> None:
    async with running(shared, "polling", polls=True) as polling:
        await until(lambda: len(told(polling)) == 2)
        async with running(shared, "looking", polls=False) as looking:
            await until(lambda: told(looking) == told(polling))
            assert {one.state for board in looking.latest() for one in board.sources} == {"paused"}
            looking.pause(False)  # there is nothing to go on with
            await looking.refresh()
            assert {one.state for board in looking.latest() for one in board.sources} == {"paused"}


def test_a_server_that_is_not_there_is_told_in_a_sentence(place: Place) -> None:
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS + '\n[store]\nwarehouse = "clickhouse://me:hunter2@127.0.0.1:9/x"\n')
    ran = place.run("status")
    ran.ended(3, "the warehouse doesn't answer", "127.0.0.1")
    assert "hunter2" not in ran.err + ran.out
    assert not [path for path in Path(place.folder).rglob("*.log") if "hunter2" in path.read_text()]
