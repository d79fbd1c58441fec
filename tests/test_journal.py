"""The journal by itself: real files, more than one thread, and what a later version left."""

from __future__ import annotations

import concurrent.futures
import sqlite3
from pathlib import Path

import pytest

from screens.fixture_boards import boards
from shopwatch.feed import OfficialEntry
from shopwatch.journal import VERSION, Journal, JournalError, TickRow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


def test_boards_come_back_as_they_were_in_the_fleets_order(path: Path) -> None:
    made = list(boards().values())
    order = [board.id for board in reversed(made)]
    journal = Journal(path)
    journal.save_boards(made, order, 7)
    journal.save_boards(made[:1], order, 9)
    journal.close()
    journal = Journal(path)
    found = journal.boards()
    assert [board.id for board, _at in found] == order
    assert {board.id: board for board, _at in found} == boards()
    assert [at for _board, at in found] == [9 if shop == made[0].id else 7 for shop in order]
    journal.save_boards([], order[:1], 11)
    assert [board.id for board, _at in journal.boards()] == order[:1], "the others are watched no more"
    journal.close()


def test_a_board_of_another_shape_is_left_out(path: Path) -> None:
    journal = Journal(path)
    journal.save_boards(list(boards().values()), list(boards()), 7)
    with sqlite3.connect(path) as other:
        other.execute("UPDATE boards SET board = x'7b7d' WHERE place = 0")
    other.close()
    assert [board.id for board, _at in journal.boards()] == list(boards())[1:]
    journal.close()


def test_the_last_word_on_an_action_counts_and_none_that_is_still_to_come(path: Path) -> None:
    journal = Journal(path)
    journal.tick("a", "call", 10, True, "li", ["1", "2"])
    journal.tick("a", "pack", 10, True, "li", [])
    journal.tick("a", "pack", 20, False, "li", [])
    journal.tick("b", "call", 30, True, "wu", [])
    called = TickRow("call", 10, "li", ("1", "2"))
    assert journal.ticks(9) == {}
    assert journal.ticks(19) == {"a": {"call": called, "pack": TickRow("pack", 10, "li", ())}}
    assert journal.ticks(20) == {"a": {"call": called}}
    assert journal.ticks(30)["b"] == {"call": TickRow("call", 30, "wu", ())}
    journal.close()


def test_threads_write_one_after_the_other(path: Path) -> None:
    """What one adds while another's transaction is open is neither refused nor lost with it."""
    journal = Journal(path)
    saved, order = list(boards().values()), list(boards())

    def write(n: int) -> None:
        journal.save_boards(saved, order, n)
        journal.tick("a", f"action-{n}", n, True, "li", [])
        journal.record_official("a", [OfficialEntry(item="total", points=float(n))], n, n)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(write, n) for n in range(100)]:
            done.result()
    assert len(journal.ticks(100)["a"]) == len(journal.official()) == 100
    journal.close()


def test_a_newer_versions_journal_is_left_as_it_is(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(JournalError) as raised:
        Journal(path)
    assert raised.value.newer
    assert path.read_bytes() == before
