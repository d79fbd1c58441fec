"""The journal by itself: real files, more than one thread, and what a later version left."""

from __future__ import annotations

import concurrent.futures
import datetime
import sqlite3
from pathlib import Path

import msgspec
import pytest

from screens.fixture_boards import boards
from shopwatch.board import Miss
from shopwatch.feed import OfficialEntry
from shopwatch.journal import VERSION, Journal, JournalError, TickRow
from shopwatch.remarks import Remark, Remarks, scrubbed
from shopwatch.typed import TypedFigures


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
    typed = TypedFigures(journal)
    saved, order = list(boards().values()), list(boards())

    def write(n: int) -> None:
        journal.save_boards(saved, order, n)
        journal.tick("a", f"action-{n}", n, True, "li", [])
        typed.keep("a", [OfficialEntry(item="total", points=float(n))], n, n)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(write, n) for n in range(100)]:
            done.result()
    assert len(journal.ticks(100)["a"]) == len(typed.own()) == 100
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


# ---- what people said of orders


def test_the_last_word_on_an_order_counts_and_every_note_stays(path: Path) -> None:
    journal = Journal(path)
    journal.remark("a", ["1", "2"], 10, "li", note="rang")
    journal.remark("a", ["1"], 20, "wu", note="sent")
    journal.remark("a", ["1"], 20, "wu", owner="lin")
    journal.remark("a", ["1"], 30, "wu", until=99)
    journal.remark("b", ["1"], 30, "wu", owner="chen")
    rang, sent = Remark(10, "li", "rang"), Remark(20, "wu", "sent")
    assert journal.remarks(0, 9) == {}
    assert journal.remarks(0, 20) == {"a": {"1": Remarks((rang, sent), "lin"), "2": Remarks((rang,))}}
    assert journal.remarks(0, 30)["a"]["1"] == Remarks((rang, sent), "lin", 99)
    assert journal.remarks(0, 30)["b"] == {"1": Remarks((), "chen")}
    assert journal.remarks(11, 30)["a"] == {"1": Remarks((sent,), "lin", 99)}
    journal.remark("a", ["1"], 40, "wu", owner="")
    journal.remark("a", ["1"], 40, "wu", until=None)
    assert journal.remarks(0, 40)["a"]["1"] == Remarks((rang, sent))
    journal.close()
    journal = Journal(path)
    assert journal.remarks(0, 40)["a"]["1"] == Remarks((rang, sent))
    journal.close()


def test_a_journal_from_before_there_were_remarks_keeps_all_it_had(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as older:
        older.executescript(
            "CREATE TABLE boards (shop TEXT PRIMARY KEY, place INTEGER, saved_at INTEGER, board BLOB) STRICT;"
            "CREATE TABLE ticks (shop TEXT, action TEXT, at INTEGER, done INTEGER, by TEXT, orders TEXT) STRICT;"
            "CREATE TABLE official (shop TEXT, published_at INTEGER, item TEXT, value REAL, points REAL,"
            " weight REAL, entered_at INTEGER, PRIMARY KEY (shop, published_at, item)) STRICT;"
            "INSERT INTO ticks VALUES ('a', 'call', 10, 1, 'li', '[\"1\"]');"
            "INSERT INTO official VALUES ('a', 10, 'total', NULL, 82.0, NULL, 11);"
            "PRAGMA user_version = 1;"
        )
    older.close()
    journal = Journal(path)
    assert journal.ticks(10) == {"a": {"call": TickRow("call", 10, "li", ("1",))}}
    assert [figure.points for figure in TypedFigures(journal).own()] == [82.0]
    journal.remark("a", ["1"], 20, "li", note="rang")
    assert journal.remarks(0, 20) == {"a": {"1": Remarks((Remark(20, "li", "rang"),))}}
    journal.close()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("已电联 13812345678 明早补发", "已电联 *** 明早补发"),
        ("+86 138 1234 5678", "***"),
        ("010-12345678, a.b+c@shop.example.cn", "***, ***"),
        ("008613812345678", "***"),
        ("0086138 1234 5678", "***"),
        ("(+86)138-1234-5678", "***"),
        ("打\uff11\uff13\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff0c没接", "打***\uff0c没接"),
        ("138.1234.5678", "***"),
        ("138\u20141234\u20145678", "***"),
        ("138\u2014\u20141234 - 5678", "***"),
        ("138\u00b71234\u00b75678", "***"),
        ("1381234\u200b5678", "***"),
        ("013812345678", "***"),
        ("02112345678", "***"),
        ("(021)12345678", "***"),
        ("\uff08021\uff0912345678", "***"),
        ("(0571) 8765 4321 转 801", "*** 转 801"),
        ("+86 21 1234 5678", "***"),
        ("0086-021-12345678", "***"),
        ("400-820-8820", "***"),
        ("4008208820, 800 8208 820", "***, ***"),
        ("\uff41@\uff42.cn", "***"),
        ("同 6926000013812345678 一起", "同 6926000013812345678 一起"),
        ("6926000069080412, 0211234567890123", "6926000069080412, 0211234567890123"),
        ("8613812345678901, 4008208820123456", "8613812345678901, 4008208820123456"),
        ("026-1234567-1234567", "026-1234567-1234567"),
        ("YT1381234567890", "YT1381234567890"),
        (
            "2026-11-20 09:00\uff0c补发 400 件\uff0c共 ¥800.50",
            "2026-11-20 09:00\uff0c补发 400 件\uff0c共 ¥800.50",
        ),
        ("  two\n lines\t\u202e\x1b[31m ", "two lines [31m"),
        ("长" * 500, "长" * 200),
        (" \u200b ", ""),
    ],
)
def test_what_could_tell_who_a_buyer_is_is_not_kept(typed: str, kept: str) -> None:
    assert scrubbed(typed) == kept


def test_how_far_out_a_score_was_is_kept_as_it_was_first_said(path: Path) -> None:
    made = next(iter(boards().values()))

    def out(day: int, anchored: float) -> Miss:
        at = datetime.datetime(2026, 11, day, 11, tzinfo=datetime.UTC)
        return Miss(at=at, published=80.0, anchored=anchored, out=anchored - 80.0)

    def save(journal: Journal, *misses: Miss) -> None:
        score = msgspec.structs.replace(made.score, misses=misses)
        journal.save_boards([msgspec.structs.replace(made, score=score)], [made.id], 7)

    journal = Journal(path)
    assert journal.misses(14) == {}
    save(journal, out(1, 81.5), out(2, 79.0))
    save(journal, out(2, 70.0), out(3, 80.25))  # by other weights, say
    journal.close()
    journal = Journal(path)
    assert journal.misses(14) == {made.id: (out(1, 81.5), out(2, 79.0), out(3, 80.25))}
    assert journal.misses(2) == {made.id: (out(2, 79.0), out(3, 80.25))}
    journal.save_boards([], [], 9)
    assert journal.misses(1), "it stays when the shop isn't watched"
    journal.close()
