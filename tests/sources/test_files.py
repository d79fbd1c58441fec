"""A watched folder: what is read when, what waits, and what a poll leaves behind."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from reading import WRITTEN, polled, rows, source, values
from shopwatch.sources import SourceError
from shopwatch.sources.profile import load_profiles

SECTION: dict[str, Any] = {
    "path": "in/*.csv",
    "records": "orders",
    "map": {"order_id": "id", "quantity": "n"},
}


def drop(folder: Path, name: str, text: str, written: float = WRITTEN) -> Path:
    path = folder / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (written, written))
    return path


async def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    watched = source(tmp_path, **SECTION)
    drop(tmp_path, "b.csv", "id,n\n1,1\n2,1\n", WRITTEN)
    drop(tmp_path, "a.csv", "id,n\n3,1\n", WRITTEN + 5)
    first = await watched.poll(None)
    assert values(first, "orders", "order_id") == ["1", "2", "3"]  # the older file first
    assert first.origins == (str(tmp_path / "in/b.csv"), str(tmp_path / "in/a.csv"))

    nothing = await watched.poll(first.cursor)
    assert (nothing.batches, nothing.origins) == ((), ())

    drop(tmp_path, "b.csv", "id,n\n1,2\n2,bad\n", WRITTEN + 9)
    again = await watched.poll(nothing.cursor)
    assert rows(again.batches, "orders", "order_id", "quantity", "known_at") == [("1", 2, WRITTEN + 9)]
    assert again.origins == (str(tmp_path / "in/b.csv"),)
    assert [reject.origin for reject in again.rejects] == [str(tmp_path / "in/b.csv")]


async def test_another_definition_reads_all_again(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "id,n\n1,1\n")
    first = await source(tmp_path, **SECTION).poll(None)
    other = source(tmp_path, **SECTION | {"map": {"order_id": "id"}})
    assert values(await other.poll(first.cursor), "orders", "order_id") == ["1"]
    assert (await source(tmp_path, **SECTION).poll(first.cursor)).batches == ()
    elsewhere = source(tmp_path, timezone="Europe/Berlin", **SECTION)
    assert len((await elsewhere.poll(first.cursor)).batches) == 1
    assert len((await elsewhere.poll("no cursor of ours")).batches) == 1


async def test_a_file_that_is_still_being_written_waits(tmp_path: Path) -> None:
    watched = source(tmp_path, **SECTION)
    drop(tmp_path, "whole.csv", "id,n\n1,1\n")
    path = drop(tmp_path, "growing.csv", "id,n\n2,1\n", time.time())

    async def write() -> None:
        with path.open("a") as file:
            for number in itertools.count(3):
                file.write(f"{number},1\n")
                file.flush()
                await asyncio.sleep(0.02)

    writer = asyncio.create_task(write())
    first = await watched.poll(None)
    writer.cancel()
    assert values(first, "orders", "order_id") == ["1"]
    assert first.waiting == ("growing.csv is still being written",)

    # At rest it is read, though it is young.
    second = await watched.poll(first.cursor)
    assert second.waiting == ()
    assert "2" in values(second, "orders", "order_id")


async def test_a_young_file_that_rests_is_read_at_once(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "id,n\n1,1\n", time.time())
    poll = await source(tmp_path, **SECTION).poll(None)
    assert values(poll, "orders", "order_id") == ["1"]


async def test_what_an_open_table_program_leaves_is_not_a_file_of_the_folder(tmp_path: Path) -> None:
    drop(tmp_path, "~$a.csv", "lock")
    drop(tmp_path, ".~lock.a.csv", "lock")
    drop(tmp_path, "a.csv", "id,n\n1,1\n")
    poll = await source(tmp_path, **SECTION).poll(None)
    assert (values(poll, "orders", "order_id"), poll.rejects) == (["1"], ())


async def test_an_empty_folder_waits_and_a_missing_one_is_a_mistake(tmp_path: Path) -> None:
    watched = source(tmp_path, **SECTION)
    with pytest.raises(SourceError, match=r"in/\*\.csv is not there; correct `path`"):
        await watched.poll(None)
    (tmp_path / "in").mkdir()
    poll = await watched.poll(None)
    assert (poll.batches, poll.waiting) == ((), (f"no file matches {tmp_path}/in/*.csv yet",))
    drop(tmp_path, "a.csv", "id,n\n1,1\n")
    assert values(await watched.poll(poll.cursor), "orders", "order_id") == ["1"]
    with pytest.raises(SourceError, match=r"gone\.csv is not there"):
        await source(tmp_path, **SECTION | {"path": "in/gone.csv"}).poll(None)


async def test_a_bad_file_among_many_is_told_once(tmp_path: Path) -> None:
    drop(tmp_path, "bad.csv", "other,header\n1,2\n")
    drop(tmp_path, "good.csv", "id,n\n1,1\n")
    watched = source(tmp_path, **SECTION)
    first = await watched.poll(None)
    assert values(first, "orders", "order_id") == ["1"]
    (reject,) = first.rejects
    assert (reject.row, reject.reason) == (None, "bad.csv has no column id; it has other, header")
    assert (await watched.poll(first.cursor)).rejects == ()

    (tmp_path / "in/good.csv").unlink()
    with pytest.raises(SourceError, match=r"bad\.csv has no column id"):
        await watched.poll(None)


async def test_all_files_bad_is_a_failure(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "x\n1\n")
    drop(tmp_path, "b.csv", "x\n1\n")
    with pytest.raises(SourceError, match=r"a\.csv has no column"):
        await source(tmp_path, **SECTION).poll(None)
    assert list((tmp_path / ".scratch").iterdir()) == []


async def test_names_that_look_like_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "shop [1]"
    drop_in = folder / "in"
    drop_in.mkdir(parents=True)
    for name in ("a*.csv", "b[2].csv"):
        (drop_in / name).write_text("id,n\n1,1\n")
        os.utime(drop_in / name, (WRITTEN, WRITTEN))
    assert values(await source(folder, **SECTION).poll(None), "orders", "order_id") == ["1", "1"]
    only = SECTION | {"path": "in/b[2].csv"}
    assert values(await source(folder, **only).poll(None), "orders", "order_id") == ["1"]


async def test_nothing_is_left_in_the_scratch_folder_but_the_batches(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "id,n\n1,1\n")
    poll = await source(tmp_path, **SECTION).poll(None)
    assert list((tmp_path / ".scratch").iterdir()) == [batch.path for batch in poll.batches]


async def test_a_cancelled_poll_stops_and_leaves_nothing(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "id,n\n" + "".join(f"{i},1\n" for i in range(1_000_000)))
    polling = asyncio.create_task(source(tmp_path, **SECTION).poll(None))
    await asyncio.sleep(0.3)
    started = time.process_time()
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    assert time.process_time() - started < 2
    assert list((tmp_path / ".scratch").iterdir()) == []


async def test_the_event_loop_goes_on_while_a_file_is_read(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "id,n\n" + "".join(f"{i},1\n" for i in range(300_000)))

    async def longest_turn() -> float:
        polling = asyncio.create_task(source(tmp_path, **SECTION).poll(None))
        longest = 0.0
        while not polling.done():
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - before)
        assert (await polling).batches[0].rows == 300_000
        return longest

    # What holds the loop up does so every time; a machine that is busy with others doesn't.
    for _attempt in range(5):
        if await longest_turn() < 0.3:
            return
    pytest.fail("the loop was held up for 0.3 s")


async def test_the_shop_comes_from_its_section_else_from_an_expression(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("店铺,order_id\n s7 ,1\n")
    section: dict[str, Any] = {"path": "o.csv", "records": "orders", "map": {"order_id": "order_id"}}
    assert values(await polled(tmp_path, **section), "orders", "shop") == ["s1"]
    assert values(await polled(tmp_path, shop="店铺", **section), "orders", "shop") == ["s1"]
    alone = await polled(tmp_path, belongs_to=None, shop="店铺", **section)
    assert values(alone, "orders", "shop") == ["s7"]
    with pytest.raises(SourceError, match=r"o\.csv: which shop it belongs to is not said"):
        await polled(tmp_path, belongs_to=None, **section)


async def test_a_known_export_is_told_by_its_header_row(tmp_path: Path) -> None:
    profile = next(profile for profile in load_profiles() if profile.id == "doudian_orders_74")
    (tmp_path / "o.csv").write_text(",".join(profile.headers) + "\n", "gb18030")
    poll = await polled(tmp_path, path="o.csv", profile="auto")
    assert (poll.batches, poll.rejects) == ((), ())
    (tmp_path / "o.csv").write_text(",".join(profile.headers[1:]) + "\n", "gb18030")
    with pytest.raises(SourceError, match=f"would also have {profile.headers[0]}$"):
        await polled(tmp_path, path="o.csv")
    with pytest.raises(SourceError, match="there is no profile nosuch; there are doudian_aftersale, "):
        await polled(tmp_path, path="o.csv", profile="nosuch")


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ({"path": "a.csv", "name": "mine"}, "mine"),
        ({"path": "a.csv", "records": "orders"}, "a.csv"),
        ({"path": "/data/shop/订单.xlsx"}, "订单.xlsx"),
        ({"path": "exports/*"}, "exports/*"),
        ({"path": "a/b/exports/*.csv"}, "exports/*.csv"),
        ({"path": "*"}, "*"),
        ({"path": r"C:\exports\orders.csv"}, "orders.csv"),
        ({"path": "package:samples/qinghe/reviews.csv"}, "reviews.csv"),
        ({"records": "orders", "query": "select 1"}, "orders (query)"),
        (
            {"kind": "http", "url": "https://me:pass@erp.example.com/feeds/k3y?token=t0k3n"},
            "erp.example.com",  # a key may stand anywhere else in an address
        ),
    ],
)
def test_names_of_sources(tmp_path: Path, section: dict[str, str], name: str) -> None:
    assert source(tmp_path, **section).name == name


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"path": "a.csv", "records": "order"}, "there is no table order; there are orders, "),
        ({"query": "select 1"}, "`records` must say what the query fills"),
        ({}, "`path` or `query` must say what to read"),
        ({"kind": "http"}, "`url` must say where the records are"),
        ({"kind": "official"}, "`path` must say what to read"),
    ],
)
def test_a_section_that_says_too_little(tmp_path: Path, section: dict[str, str], sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        source(tmp_path, **section)


async def test_the_cursor_is_plain_json(tmp_path: Path) -> None:
    path = drop(tmp_path, "a.csv", "id,n\n1,1\n")
    poll = await source(tmp_path, **SECTION).poll(None)
    assert json.loads(poll.cursor or "")["files"] == {str(path): [9, WRITTEN * 1_000_000_000]}
