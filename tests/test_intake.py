"""What sources bring goes into the warehouse together, and what one can't bring costs the others nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
import pytest

from shopwatch.intake import LONGEST_REST, Intake, Taken
from shopwatch.records import Batch, Poll
from shopwatch.store import Store

MANY = 1000  # of whose polls as many gather as ever


def poll(folder: Path, shop: str) -> Poll:
    path = folder / f"{shop}.parquet"
    row = f"SELECT '{shop}' AS shop, 'o1' AS order_id, 10::BIGINT AS known_at, 900::BIGINT AS amount"
    duckdb.connect().execute(f"COPY ({row}) TO '{path}' (FORMAT parquet)")
    return Poll(batches=(Batch("orders", ("shop", "order_id", "known_at", "amount"), path, 1),), cursor=shop)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    store = Store(folder / "warehouse.duckdb")
    await store.open()
    try:
        yield store
    finally:
        await store.aclose()


async def test_the_first_goes_in_at_once_and_what_comes_while_it_rests_goes_in_together(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store, asyncio.timeout(LONGEST_REST * 5):
        intake = Intake(store, MANY)
        first = await intake.take("a", poll(tmp_path, "a"))
        rest = await asyncio.gather(*(intake.take(shop, poll(tmp_path, shop)) for shop in "bcd"))
        assert first.changed == {"a"}
        assert [taken.changed for taken in rest] == [{"b", "c", "d"}] * 3
        assert [taken.brought.records for taken in rest] == [1, 1, 1]
        assert await store.ask(lambda warehouse: list(map(warehouse.cursor, "abcd"))) == list("abcd")


async def test_what_one_cannot_bring_costs_the_others_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        intake = Intake(store, 1)
        broken = poll(tmp_path, "broken")
        broken.batches[0].path.unlink()
        polls = {"a": poll(tmp_path, "a"), "broken": broken, "b": poll(tmp_path, "b")}
        taken = await asyncio.gather(
            *(intake.take(source, one) for source, one in polls.items()), return_exceptions=True
        )
        assert isinstance(taken[0], Taken)
        assert isinstance(taken[1], duckdb.IOException)
        assert isinstance(taken[2], Taken)
        assert await store.ask(lambda warehouse: list(map(warehouse.cursor, polls))) == ["a", None, "b"]


async def test_a_poll_that_nobody_waits_for_any_more_is_left_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        intake = Intake(store, MANY)
        await intake.take("a", poll(tmp_path, "a"))
        given_up = asyncio.ensure_future(intake.take("b", poll(tmp_path, "b")))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        await intake.take("c", poll(tmp_path, "c"))
        assert await store.ask(lambda warehouse: list(map(warehouse.cursor, "abc"))) == ["a", None, "c"]
