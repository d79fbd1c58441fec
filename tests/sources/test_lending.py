"""Readers are shared by the sources of a fleet: few are open, none for ever, and none is two borrowers'."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopwatch.sources.lending import MOST_KEPT, WORN_AFTER, Keeper, in_thread
from shopwatch.sources.reader import InterruptedReadingError, Place, Reader, Taken


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    kept = Keeper()
    yield kept
    kept.close()


def place(folder: Path, timezone: str = "Asia/Shanghai") -> Place:
    return Place(shop=None, timezone=timezone, folder=folder, scratch=folder / "scratch")


def works(reader: Reader) -> bool:
    with contextlib.suppress(InterruptedReadingError):
        return reader._guarded(lambda: reader._con.execute("SELECT 1").fetchall() == [(1,)], "")
    return False


def is_closed(reader: Reader) -> bool:
    return not Path(reader._copies.name).exists()


def test_one_source_after_the_other_has_the_same_reader(keeper: Keeper, tmp_path: Path) -> None:
    with keeper.lent(place(tmp_path), str) as first:
        pass
    with keeper.lent(place(tmp_path), str) as second:
        assert second is first
    with keeper.lent(place(tmp_path, "America/New_York"), str) as elsewhere:
        assert elsewhere is not first


def test_few_are_kept_however_many_are_read_with_at_once(keeper: Keeper, tmp_path: Path) -> None:
    with contextlib.ExitStack() as reading:
        readers = [
            reading.enter_context(keeper.lent(place(tmp_path), str)) for _number in range(MOST_KEPT + 3)
        ]
        assert len(set(readers)) == MOST_KEPT + 3
    assert sum(not is_closed(reader) for reader in readers) == MOST_KEPT
    keeper.close()
    assert all(map(is_closed, readers))


def test_one_that_is_worn_is_closed(keeper: Keeper, tmp_path: Path) -> None:
    with keeper.lent(place(tmp_path), str) as first:
        pass
    for _reading in range(WORN_AFTER - 2):
        with keeper.lent(place(tmp_path), str) as again:
            assert again is first
    assert not is_closed(first)
    with keeper.lent(place(tmp_path), str):
        pass
    assert is_closed(first)


def test_one_that_failed_or_was_stopped_is_closed(keeper: Keeper, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), keeper.lent(place(tmp_path), str) as failed:
        _never = 1 / 0
    with keeper.lent(place(tmp_path), str) as stopped:
        stopped.interrupt()
    assert is_closed(failed)
    assert is_closed(stopped)


async def test_a_poll_given_up_stops_its_own_reading_and_no_others(keeper: Keeper, tmp_path: Path) -> None:
    readers: list[Reader] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(reader: Reader) -> Taken:
        readers.append(reader)
        begun.set()
        assert go_on.wait(10)
        return Taken()

    given_up = asyncio.create_task(in_thread(place(tmp_path), str, work, keeper))
    assert await asyncio.to_thread(begun.wait, 10)
    given_up.cancel()
    with keeper.lent(place(tmp_path), str) as another:
        await asyncio.sleep(0)
        assert works(another)
        assert not works(readers[0])
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert is_closed(readers[0])
    assert not is_closed(another)
