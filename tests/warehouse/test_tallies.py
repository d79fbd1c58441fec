"""What is kept and led on by polls is what all the records come to anew, whatever they change."""

from __future__ import annotations

import random

import duckdb
import msgspec
import pytest

from shopwatch.records import TABLES, Order, Parcel, Record, Scan
from shopwatch.scoring.readings import ShopReadings
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import DuckWarehouse, ingest
from shopwatch.warehouse.ingest import rebuild_facts
from shopwatch.warehouse.tables import ORDER_TABLES
from two_engines import differences
from warehouse_cases import SHANGHAI, at, douyin
from warehouse_histories import Named, history, told_by

SHOPS = ("a", "b", "c")
BEGIN = at("2026-11-02 21:00")
HOUR = 3600


def opened(connection: duckdb.DuckDBPyConnection | None = None) -> DuckWarehouse:
    return DuckWarehouse(connection or duckdb.connect(config={"threads": 1}))


def changes(roll: random.Random, moment: int, known_at: int) -> list[Named]:
    """A few records as some source would tell them at a moment: of the same keys each time, and never the same."""
    told = told_by(history(roll.randrange(1_000), count=12), moment)
    return [
        (table, _elsewhere(roll, msgspec.structs.replace(record, shop=roll.choice(SHOPS), known_at=known_at)))
        for table, record in roll.sample(told, min(len(told), roll.randint(1, 9)))
    ]


def _elsewhere(roll: random.Random, record: Record) -> Record:
    """Move a record to another order now and then."""
    if (
        roll.random() < 0.2
        and "order_id" in record.__struct_fields__
        and "paid_at" not in record.__struct_fields__
    ):
        return msgspec.structs.replace(record, order_id=f"o{roll.randrange(12)}")
    return record


def take(warehouse: DuckWarehouse, records: list[Named]) -> None:
    for table in dict(records):
        warehouse.take("s", table, [record for name, record in records if name == table])


def anew(
    warehouse: DuckWarehouse, card: Scorecard, as_of: int, shops: list[str] | None = None
) -> dict[str, ShopReadings]:
    """The readings of one that has kept nothing."""
    return opened(warehouse._duck.connection.cursor()).readings(card, SHANGHAI, as_of, shops)


def rows(warehouse: DuckWarehouse, table: str) -> list[tuple[object, ...]]:
    return warehouse._duck.connection.execute(f"FROM main.{table} ORDER BY ALL").fetchall()


@pytest.mark.parametrize("seed", range(3))
def test_readings_led_on_are_those_of_all_the_records(seed: int) -> None:
    roll, card, moment = random.Random(seed), douyin(), BEGIN
    warehouse = opened()
    for step in range(10):
        moment += roll.choice([0, 0, 60, HOUR, 9 * HOUR])  # over some midnights
        take(warehouse, changes(roll, moment, step))
        asked = roll.choice([None, None, ["a"], ["b", "c"]])
        found = warehouse.readings(card, SHANGHAI, moment, asked)
        assert not list(differences(found, anew(warehouse, card, moment, asked)))


@pytest.mark.parametrize("seed", range(2))
def test_rows_worked_on_aside_are_those_worked_on_in_the_tables(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll, aside, straight = random.Random(seed), opened(), opened()
    for step in range(6):
        records = changes(roll, BEGIN, step)
        take(aside, records)
        with monkeypatch.context() as patch:
            patch.setattr(ingest, "MOST_ASIDE", -1)
            take(straight, records)
    for table in TABLES:
        assert rows(aside, table) == rows(straight, table)
    before = {table: rows(aside, table) for table in ORDER_TABLES}
    rebuild_facts(aside._duck.connection)
    assert before == {table: rows(aside, table) for table in ORDER_TABLES}


def test_what_a_scan_tells_goes_in_and_is_corrected() -> None:
    warehouse = opened()
    for step, place in enumerate(("杭州", "上海", None)):
        for number in (1, 2):
            scan = Scan(
                shop="a", parcel_id="p1", scanned_at=number, place=place, kind="transit", known_at=step
            )
            assert warehouse.take("s", "scans", [scan]) == {"a"}
        found = warehouse._duck.connection.execute("SELECT scanned_at, place FROM main.scans ORDER BY ALL")
        assert found.fetchall() == [(1, place), (2, place)]


def test_what_changes_by_the_moment_alone_is_never_kept() -> None:
    warehouse, card, midnight = opened(), douyin(), at("2026-11-20 00:00")
    take(warehouse, told_by(history(1), midnight))
    for moment in range(midnight, midnight + 30 * HOUR, 5 * HOUR):
        found = warehouse.readings(card, SHANGHAI, moment)
        assert not list(differences(found, anew(warehouse, card, moment)))


def test_what_a_source_comes_to_tell_changes_what_is_kept_of_its_shop_alone() -> None:
    warehouse, card, now = opened(), douyin(), at("2026-11-20 09:00")
    told = told_by(history(4), now)
    take(warehouse, [(table, msgspec.structs.replace(record, shop="a")) for table, record in told])
    for tables in (["orders", "parcels"], ["aftersales"], ["chats"], ["reviews"]):
        kept = warehouse.readings(card, SHANGHAI, now)
        assert not list(differences(kept, anew(warehouse, card, now)))
        records = [(table, msgspec.structs.replace(one, shop="b")) for table, one in told if table in tables]
        take(warehouse, records)
    assert not list(differences(warehouse.readings(card, SHANGHAI, now), anew(warehouse, card, now)))


def test_a_past_moment_is_seen_as_it_was_beside_what_is_kept() -> None:
    warehouse, card, now = opened(), douyin(), at("2026-11-20 09:00")
    take(warehouse, told_by(history(2), now))
    for moment in (now, now - 30 * HOUR, now):
        found = warehouse.readings(card, SHANGHAI, moment)
        assert not list(differences(found, anew(warehouse, card, moment)))


def test_a_day_whose_sum_is_none_counts_as_nothing_until_it_is_one_again() -> None:
    card, picked = douyin(), at("2026-11-18 12:00")
    rule = next(one for one in card.indicator if one.id == "pickup_hours")
    dividing = msgspec.structs.replace(rule, where="TRUE", numerator="amount / (amount - 500.0)")
    card = msgspec.structs.replace(card, indicator=(dividing,), rate=(), stage=None)
    warehouse = opened()
    for number in (1, 2):
        parcel = Parcel(shop="a", parcel_id=f"p{number}", order_id=f"o{number}", picked_up_at=picked)
        warehouse.take("s", "parcels", [parcel])
    sums = []
    for step, (order_id, amount) in enumerate([("o1", 600), ("o2", 500), ("o1", 700), ("o2", 900)]):
        warehouse.take("s", "orders", [Order(shop="a", order_id=order_id, amount=amount, known_at=step)])
        found = warehouse.readings(card, SHANGHAI, picked + 30 * HOUR)
        assert not list(differences(found, anew(warehouse, card, picked + 30 * HOUR)))
        sums.append(found["a"].indicators["pickup_hours"].now.numerator)
    assert sums == [6.0, 0.0, 0.0, pytest.approx(3.5 + 2.25)]
