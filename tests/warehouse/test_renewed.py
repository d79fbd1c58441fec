"""A warehouse's file is closed and opened again every so often, and nobody notices."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from shopwatch.warehouse import DuckWarehouse, duck, open_warehouse
from two_engines import differences
from warehouse.test_tallies import BEGIN, HOUR, changes, opened, take
from warehouse_cases import SHANGHAI, douyin


def renewed(path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> DuckWarehouse:
    monkeypatch.setattr(duck, "_RENEWED_AFTER", after)
    warehouse = open_warehouse(path)
    assert isinstance(warehouse, DuckWarehouse)
    return warehouse


@pytest.mark.parametrize("after", [1, 3])
def test_it_answers_as_one_that_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    roll, card, moment = random.Random(after), douyin(), BEGIN
    often, never = renewed(tmp_path / "w.duckdb", monkeypatch, after), opened()
    connections = [often._duck.connection]
    for step in range(8):
        moment += roll.choice([0, 60, HOUR, 9 * HOUR])
        told = changes(roll, moment, step)
        for warehouse in (often, never):
            take(warehouse, told)
        found, usual = (one.readings(card, SHANGHAI, moment) for one in (often, never))
        assert not list(differences(found, usual))
        connections.append(often._duck.connection)
    assert len(set(map(id, connections))) > 2
    often.close()


def test_one_that_cannot_be_opened_again_has_taken_in_and_is_told_of_by_the_next_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.duckdb"
    warehouse = renewed(path, monkeypatch, 1)

    warehouse._duck._path = tmp_path / "gone" / "w.duckdb"
    take(warehouse, changes(random.Random(0), BEGIN + 9 * HOUR, 0)[:1])
    with pytest.raises(duckdb.ConnectionException):
        warehouse.newest()
    again = open_warehouse(path)
    assert again.newest() is not None
    again.close()


def test_a_small_file_is_opened_anew_after_a_few_takings(tmp_path: Path) -> None:
    warehouse = open_warehouse(tmp_path / "w.duckdb")
    before = warehouse._duck.connection
    for step in range(4):
        take(warehouse, changes(random.Random(step), BEGIN + step * HOUR, step)[:1])
    assert warehouse._duck.connection is before
    take(warehouse, changes(random.Random(4), BEGIN + 4 * HOUR, 4)[:1])
    assert warehouse._duck.connection is not before
    warehouse.close()
