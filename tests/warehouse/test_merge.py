"""Taking records in: a later state wins, nothing is doubled, one transaction a poll."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwatch.records import Aftersale, AgentDay, Batch, Chat, Order, Parcel, Poll, Record, Reject, Review
from shopwatch.warehouse import DuckWarehouse, WarehouseBroken, open_warehouse
from shopwatch.warehouse.ingest import MOST_REJECTS
from warehouse_cases import SHOP, at, reading, readings


def batch(folder: Path, table: str, fields: str, *rows: tuple[object, ...]) -> Batch:
    """A batch that declares only some of a table's columns."""
    path = folder / f"{table}-{len(list(folder.iterdir()))}.parquet"
    values = ", ".join(str(row) if len(row) > 1 else f"({row[0]!r})" for row in rows)
    given = f"(VALUES {values.replace('None', 'NULL')}) t({fields})"
    duckdb.connect().execute(f"COPY (SELECT * FROM {given}) TO '{path}' (FORMAT parquet)")
    return Batch(table, tuple(fields.split(", ")), path, len(rows))


def orders(warehouse: DuckWarehouse) -> list[tuple[object, ...]]:
    found = warehouse.order(2_000_000_000, SHOP, "o1")["orders"]
    return [(row["paid_at"], row["amount"], row["known_at"]) for row in found]


def order(**fields: object) -> Order:
    return Order(shop=SHOP, order_id="o1", **fields)  # type: ignore[arg-type]


def test_a_later_state_wins_and_an_older_one_does_not(warehouse: DuckWarehouse) -> None:
    warehouse.take("s", "orders", [order(amount=1, known_at=20)])
    warehouse.take("s", "orders", [order(amount=2, known_at=30)])
    warehouse.take("s", "orders", [order(amount=3, known_at=10)])
    assert orders(warehouse) == [(None, 2, 30)]


def test_within_a_batch_the_last_row_of_the_newest_wins(warehouse: DuckWarehouse) -> None:
    states = [(1, 20), (2, 30), (3, 10)]
    warehouse.take("s", "orders", [order(amount=amount, known_at=at) for amount, at in states])
    assert orders(warehouse) == [(None, 2, 30)]


def test_only_declared_columns_change(warehouse: DuckWarehouse, tmp_path: Path) -> None:
    warehouse.take("s", "orders", [order(amount=500, paid_at=7, known_at=10)])
    changed = warehouse.ingest(
        "t",
        Poll(batches=(batch(tmp_path, "orders", "shop, order_id, known_at, amount", (SHOP, "o1", 20, 900)),)),
    )
    assert changed == {SHOP}
    assert orders(warehouse) == [(7, 900, 20)]


def test_the_same_again_changes_nothing(warehouse: DuckWarehouse) -> None:
    assert warehouse.take("s", "orders", [order(amount=1, known_at=20)]) == {SHOP}
    assert warehouse.take("s", "orders", [order(amount=1, known_at=20)]) == set()


def test_a_poll_is_all_or_nothing(warehouse: DuckWarehouse, tmp_path: Path) -> None:
    good = batch(tmp_path, "orders", "shop, order_id, known_at, amount", (SHOP, "o1", 20, 900))
    broken = msgspec.structs.replace(good, path=tmp_path / "gone.parquet")
    with pytest.raises(duckdb.Error):
        warehouse.ingest("t", Poll(batches=(good, broken), cursor="after"))
    assert orders(warehouse) == []
    assert warehouse.cursor("t") is None
    warehouse.ingest("t", Poll(batches=(good,), cursor="after"))
    assert warehouse.cursor("t") == "after"


def _told_orders(warehouse: DuckWarehouse) -> dict[tuple[str, str], object]:
    return {
        (shop, order): warehouse.order(2_000_000_000, shop, order)["orders"]
        for shop in ("a", "b", "c", "d")
        for order in ("o1", "o2")
    }


FIELDS = ("shop, order_id, known_at, amount", "shop, order_id, known_at, paid_at")
told_rows = st.tuples(
    st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["o1", "o2"]), st.integers(1, 4), st.integers(1, 9)
)
told_batches = st.tuples(st.sampled_from(FIELDS), st.lists(told_rows, min_size=1, max_size=3))


@given(polls=st.lists(st.lists(told_batches, max_size=3), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_polls_that_go_in_together_change_what_they_change_one_by_one(
    polls: list[list[tuple[str, list[tuple[object, ...]]]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = [
            (
                f"s{number}",
                Poll(
                    batches=tuple(batch(Path(folder), "orders", fields, *rows) for fields, rows in batches),
                    rejects=(Reject("x", number, "orders", "why", {}),),
                    cursor=f"after {number}",
                ),
            )
            for number, batches in enumerate(polls)
        ]
        together, singly = (open_warehouse(Path(folder) / name) for name in ("together", "singly"))
        together.ingest_all(made)
        for source, poll in made:
            singly.ingest(source, poll)
        sources = [source for source, _poll in made]
        assert list(map(together.brought, sources)) == list(map(singly.brought, sources))
        assert list(map(together.cursor, sources)) == list(map(singly.cursor, sources))
        assert _told_orders(together) == _told_orders(singly)
        together.close()
        singly.close()


def test_of_a_source_that_reads_on_only_the_newest_rejects_are_kept(warehouse: DuckWarehouse) -> None:
    for first in range(0, MOST_REJECTS + 500, 500):
        rejects = [Reject("http://x", n, "orders", f"reason {n}", {}) for n in range(first, first + 500)]
        warehouse.ingest("s", Poll(rejects=tuple(rejects)))
    warehouse.ingest("other", Poll(rejects=(Reject("o", 1, "orders", "its own", {}),)))
    assert warehouse.brought("s").rejected == MOST_REJECTS
    assert warehouse.brought("other").rejected == 1


def test_rejects_of_what_was_read_again_are_replaced(warehouse: DuckWarehouse) -> None:
    def rejects(origin: str, *reasons: str) -> Poll:
        return Poll(
            rejects=tuple(Reject(origin, n, "orders", why, {}) for n, why in enumerate(reasons)),
            origins=(origin,),
        )

    warehouse.ingest("s", rejects("a.csv", "bad date", "bad amount"))
    warehouse.ingest("s", rejects("b.csv", "no id"))
    assert warehouse.brought("s")[:2] == (0, 3)
    warehouse.ingest("s", rejects("a.csv"))
    assert warehouse.brought("s")[:2] == (0, 1)


RECORDS: list[tuple[str, Record]] = [
    ("orders", Order(shop=SHOP, order_id="o1", paid_at=at("2026-11-18 10:00"),
                     finished_at=at("2026-11-21 10:00"), known_at=1)),
    ("parcels", Parcel(shop=SHOP, parcel_id="p1", order_id="o1", picked_up_at=at("2026-11-18 15:00"),
                       delivered_at=at("2026-11-20 11:00"), carrier="中通", known_at=1)),
    ("parcels", Parcel(shop=SHOP, parcel_id="p2", order_id="o1", picked_up_at=at("2026-11-19 15:00"),
                       delivered_at=at("2026-11-20 18:00"), carrier="中通", known_at=1)),
    ("aftersales", Aftersale(shop=SHOP, aftersale_id="a1", order_id="o1", applied_at=at("2026-11-21 09:00"),
                             reason_class="quality", known_at=1)),
    ("chats", Chat(shop=SHOP, chat_id="c1", order_id="o1", started_at=at("2026-11-20 09:00"),
                   human=True, known_at=1)),
    ("reviews", Review(shop=SHOP, review_id="r1", order_id="o1", created_at=at("2026-11-20 20:00"),
                       product_stars=4.0, known_at=1)),
]  # fmt: skip


@pytest.mark.parametrize("turn", range(len(RECORDS)))
def test_facts_stand_on_the_row_in_whatever_order_records_come(warehouse: DuckWarehouse, turn: int) -> None:
    for table, record in RECORDS[turn:] + RECORDS[:turn]:
        warehouse.take("s", table, [record])
    found = warehouse.order(at("2026-11-22 09:00"), SHOP, "o1")
    (facts,) = found["orders"]
    assert facts["signed_at"] == at("2026-11-20 18:00")
    assert facts["picked_up_at"] == at("2026-11-19 15:00")
    assert facts["first_reason_class"] == "quality"
    assert facts["first_contact_at"] == at("2026-11-20 09:00")
    assert {parcel["paid_at"] for parcel in found["parcels"]} == {at("2026-11-18 10:00")}
    assert reading(warehouse, "quality_returns", "2026-11-22 09:00").now == (1, 1)


def test_an_order_is_signed_by_all_its_parcels_else_when_it_finished(warehouse: DuckWarehouse) -> None:
    def signed() -> object:
        return warehouse.order(at("2026-12-01 09:00"), SHOP, "o1")["orders"][0]["signed_at"]

    warehouse.take("s", "orders", [order(finished_at=at("2026-11-25 10:00"), known_at=1)])
    assert signed() == at("2026-11-25 10:00")
    parcel = Parcel(shop=SHOP, parcel_id="p1", order_id="o1", delivered_at=at("2026-11-20 10:00"), known_at=1)
    warehouse.take("s", "parcels", [parcel])
    assert signed() == at("2026-11-20 10:00")
    warehouse.take("s", "parcels", [Parcel(shop=SHOP, parcel_id="p2", order_id="o1", known_at=1)])
    assert signed() == at("2026-11-25 10:00")


def test_a_shop_shows_once_a_record_of_it_is_visible(warehouse: DuckWarehouse) -> None:
    warehouse.take("s", "orders", [order(created_at=100, known_at=1)])
    assert warehouse.shops(99) == []
    assert warehouse.shops(100) == [SHOP]


def test_old_records_are_forgotten_counted_from_the_shops_newest(warehouse: DuckWarehouse) -> None:
    old, new = at("2026-01-01 09:00"), at("2026-11-20 09:00")
    warehouse.take("s", "orders", [order(paid_at=old, known_at=1)])
    warehouse.take("s", "orders", [Order(shop="other", order_id="x", paid_at=old, known_at=1)])
    warehouse.take("s", "orders", [Order(shop=SHOP, order_id="o2", paid_at=new, known_at=1)])
    warehouse.forget(90)
    assert orders(warehouse) == []
    assert warehouse.order(new, SHOP, "o2")["orders"]
    assert warehouse.order(new, "other", "x")["orders"]
    warehouse.take("s", "orders", [Order(shop=SHOP, order_id="o3", paid_at=new + 1, known_at=1)])
    assert warehouse.newest() == new + 1, "what is forgotten by is out of the way of what comes"


def test_of_what_is_forgotten_no_room_stays(tmp_path: Path) -> None:
    first, days = at("2026-01-01 09:00"), 120
    paid = [(day, number) for day in range(days) for number in range(50)]
    held = [
        Order(shop=SHOP, order_id=f"{day}-{n}", paid_at=first + day * 86400, amount=n, known_at=1)
        for day, n in paid
    ]
    warehouse = open_warehouse(tmp_path / "warehouse.duckdb")
    warehouse.take("s", "orders", held)
    before = warehouse.order(held[-1].paid_at or 0, SHOP, held[-1].order_id)
    warehouse.forget(90)
    warehouse.compact()
    ((stored,),) = warehouse._rows(
        "SELECT sum(count) FROM pragma_storage_info('main.orders') WHERE column_id = 0 AND segment_type <> 'VALIDITY'"
    )
    assert stored == 91 * 50
    assert warehouse.order(held[-1].paid_at or 0, SHOP, held[-1].order_id) == before
    warehouse.close()


def test_an_agents_day_is_forgotten_as_what_has_a_moment_is(warehouse: DuckWarehouse) -> None:
    today = at("2026-11-20 09:00")
    days = [AgentDay(shop=SHOP, agent="a", day=today // 86400 - ago, known_at=1) for ago in (0, 89, 91)]
    warehouse.take("s", "orders", [order(paid_at=today, known_at=1)])
    warehouse.take("s", "agent_days", days)
    warehouse.forget(90)
    assert sorted(today // 86400 - day for (day,) in warehouse._rows("SELECT day FROM main.agent_days")) == [
        0,
        89,
    ]


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    first = open_warehouse(path)
    script = (
        "import sys, pathlib; from shopwatch.warehouse import *\n"
        f"try: open_warehouse(pathlib.Path({str(path)!r}))\n"
        "except WarehouseHeld: sys.exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 7
    first.close()
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_file_that_is_no_warehouse_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(WarehouseBroken, match=r"warehouse\.duckdb"):
        open_warehouse(path)


def test_readings_of_a_shop_without_records(warehouse: DuckWarehouse) -> None:
    found = readings(warehouse, "2026-11-22 09:00")
    assert found.valid_orders is None
    assert all(one.now.denominator == 0 for one in found.indicators.values())


def test_a_warehouse_of_another_schema_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    old = duckdb.connect(str(path))
    old.execute("CREATE TABLE orders (shop VARCHAR)")
    old.close()
    opened = open_warehouse(path)
    opened.take("s", "orders", [order(amount=1, known_at=20)])
    opened.close()
    again = open_warehouse(path)
    assert orders(again) == [(None, 1, 20)]
    again.close()
