"""ClickHouse beside DuckDB: the same records give the same answers, and no poller undoes another."""

from __future__ import annotations

import concurrent.futures
import contextlib
from collections.abc import Iterator

import duckdb
import pytest

from shopwatch.chances import fit_of
from shopwatch.records import AgentDay, Order, Parcel, Poll, Reject
from shopwatch.risk.rests import Rest
from shopwatch.rulebook import scorecards
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Words
from shopwatch.warehouse import DuckWarehouse, EngineError, TakenElsewhere, Warehouse
from shopwatch.warehouse.ingest import MOST_REJECTS
from two_engines import Opened, differences, everything, opened_in
from warehouse_cases import SHANGHAI, SHOP, at
from warehouse_histories import END, filled, history, told_by

WEEK = 7 * 86_400
CARDS = sorted(scorecards())


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened_in(tmp_path_factory.mktemp("clickhouse")) as opens:
        yield opens


@pytest.fixture(scope="module")
def both(opened: Opened) -> tuple[Warehouse, Warehouse]:
    records = history(3)
    clicked = opened("both")
    for moment in (END - WEEK, END + 30 * 86_400):  # as the sources told it, and told it again
        for table in dict(records):
            told = [record for name, record in told_by(records, moment) if name == table]
            clicked.take("s", table, told)
    ducked = filled(told_by(records, END - WEEK))
    for table in dict(records):
        ducked.take("s", table, [one for name, one in told_by(records, END + 30 * 86_400) if name == table])
    return ducked, clicked


@pytest.mark.parametrize("name", CARDS)
def test_both_engines_answer_alike(both: tuple[Warehouse, Warehouse], name: str) -> None:
    card = scorecards()[name]
    as_of = END - (WEEK if CARDS.index(name) % 2 else 0)
    answers = (everything(warehouse, card, SHANGHAI, as_of, [SHOP]) for warehouse in both)
    for (question, of_duck), (_same, of_click) in zip(*answers, strict=True):
        assert not [*differences(of_duck, of_click, question)]


def test_both_engines_tell_the_same_chances(opened: Opened) -> None:
    """Of deadlines and of a parcel's way from scan to scan, with days on which carriers rested."""
    records = told_by(history(4, 160), END + 30 * 86_400)
    ducked, clicked = filled(records), opened("chances")
    for table in dict(records):
        clicked.take("s", table, [one for name, one in records if name == table])
    today = (END + 8 * 3_600) // 86_400
    first, last = ((today - days) * 86_400 - 8 * 3_600 for days in (9, 6))
    holiday = Rest(Words(zh="假", en="holiday"), today - 9, today - 6, first, last)
    clocks = {clock.id: clock for clock in scorecards()["douyin@2026-09-08"].clock}
    for name in ("ship", "pickup", "deliver", "first_scan", "scan_gap"):
        of_duck, of_click = (
            fit_of(warehouse, clocks[name], SHANGHAI, END, [SHOP], [holiday])
            for warehouse in (ducked, clicked)
        )
        assert of_duck is not None
        assert of_click is not None
        assert not [*differences(of_duck.rhythm, of_click.rhythm, name)]
        for waited in (1, 20, 60):
            begun = END - waited * 3_600
            open_ = Exposure(SHOP, name, "p", "o", begun, END + 40 * 3_600, None, carrier="中通")
            told = [
                fit.of(SHOP, [holiday]).chance(open_, END, END + 40 * 3_600) for fit in (of_duck, of_click)
            ]
            assert told[0] == pytest.approx(told[1], abs=1e-6)


def test_a_difference_would_be_seen(both: tuple[Warehouse, Warehouse]) -> None:
    card = scorecards()["douyin@2026-09-08"]
    now, before = (both[0].readings(card, SHANGHAI, as_of) for as_of in (END, END - WEEK))
    assert [*differences(now, before)]
    assert [*differences({"a": 1.0}, {"a": 1.0 + 1e-7})]
    assert not [*differences({"a": 1.0}, {"a": 1.0 + 1e-12})]


def orders(*ids: str, known_at: int = 1, **fields: object) -> list[Order]:
    return [Order(shop=SHOP, order_id=one, known_at=known_at, **fields) for one in ids]  # type: ignore[arg-type]


def test_a_later_state_wins_and_an_earlier_one_does_not(opened: Opened) -> None:
    warehouse = opened("later")
    assert warehouse.take("s", "orders", orders("a", known_at=5, paid_at=10, amount=100)) == {SHOP}
    assert warehouse.take("s", "orders", orders("a", known_at=4, paid_at=10, amount=50)) == set()
    assert warehouse.take("s", "orders", orders("a", known_at=5, paid_at=10, amount=100)) == set()
    assert warehouse.take("s", "orders", orders("a", known_at=6, paid_at=10, amount=200)) == {SHOP}
    (held,) = warehouse.order(100, SHOP, "a")["orders"]
    assert (held["amount"], held["known_at"]) == (200, 6)


def test_a_parcel_that_moves_to_another_order_takes_its_facts_with_it(opened: Opened) -> None:
    warehouse = opened("moves")
    warehouse.take("s", "orders", orders("a", "b", paid_at=10))
    parcel = Parcel(shop=SHOP, parcel_id="p", order_id="a", picked_up_at=20, delivered_at=30, known_at=1)
    warehouse.take("s", "parcels", [parcel])
    warehouse.take(
        "s", "parcels", [Parcel(shop=SHOP, parcel_id="p", order_id="b", picked_up_at=20, known_at=2)]
    )
    signed = {one: warehouse.order(100, SHOP, one)["orders"][0]["picked_up_at"] for one in "ab"}
    assert signed == {"a": None, "b": 20}


def test_what_was_broken_off_is_ended_by_the_next_poll(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = opened("broken")
    warehouse.take("s", "orders", orders("a", paid_at=10))
    with monkeypatch.context() as patch:
        patch.setattr("shopwatch.warehouse.click_ingest._refresh_facts", _fails)
        parcel = Parcel(shop=SHOP, parcel_id="p", order_id="a", picked_up_at=20, known_at=1)
        with pytest.raises(EngineError):
            warehouse.take("s", "parcels", [parcel])
    warehouse.take("s", "orders", orders("z", paid_at=10))
    assert warehouse.order(100, SHOP, "a")["orders"][0]["picked_up_at"] == 20


def _fails(*_: object) -> None:
    raise EngineError("the line is dead")


def test_two_pollers_double_nothing_and_the_second_looks(opened: Opened) -> None:
    first, second = opened("shared", "here:1"), opened("shared", "there:2")
    first.take("s", "orders", orders("a", "b", paid_at=10))
    with pytest.raises(TakenElsewhere, match="here:1"):
        second.take("s", "orders", orders("a", "b", paid_at=10))
    assert second.claim() == "here:1"
    assert (second.size(), second.busiest(100, 5), second.brought("s")) == (2, [SHOP], first.brought("s"))
    first.close()  # the lease is let go, and the other goes on where it was
    second.take("s", "orders", orders("a", "b", known_at=2, paid_at=11))
    assert second.size() == 4
    assert [row["paid_at"] for row in second.order(100, SHOP, "a")["orders"]] == [11]


def test_of_many_that_claim_at_once_one_gets_it(opened: Opened) -> None:
    crowd = [opened("crowd", f"host:{number}") for number in range(5)]
    with concurrent.futures.ThreadPoolExecutor(len(crowd)) as pool:
        holders = [*pool.map(lambda one: one.claim(), crowd)]
    assert holders.count(None) == 1
    assert {*holders} == {None, f"host:{holders.index(None)}"}


def test_what_was_counted_and_kept_aside_is_as_in_duckdb(opened: Opened) -> None:
    def fill(warehouse: Warehouse) -> Warehouse:
        for origin, reasons in (("a.csv", ("bad", "worse")), ("b.csv", ("odd",)), ("a.csv", ("bad",))):
            rejects = tuple(
                Reject(origin, n, "orders", reason, {"f": "x'\\"}) for n, reason in enumerate(reasons)
            )
            warehouse.ingest("s", Poll(rejects=rejects, origins=(origin,), cursor=f"after '{origin}'"))
        warehouse.take("s", "orders", orders("a", "b", paid_at=10))
        warehouse.take("s", "orders", orders("c", paid_at=10))
        many = tuple(Reject("api", n, "orders", "odd", {}) for n in range(MOST_REJECTS + 5))
        warehouse.ingest("t", Poll(rejects=many))
        return warehouse

    with contextlib.closing(fill(DuckWarehouse(duckdb.connect()))) as ducked:
        clicked = fill(opened("counted"))
        for source in "st":
            assert clicked.brought(source) == ducked.brought(source)
            assert clicked.cursor(source) == ducked.cursor(source)


def test_what_is_old_is_forgotten(opened: Opened) -> None:
    warehouse = opened("old")
    warehouse.take(
        "s", "orders", [*orders("old", paid_at=at("2026-01-01 00:00")), *orders("new", paid_at=END)]
    )
    last = END // 86400
    warehouse.take(
        "s", "agent_days", [AgentDay(shop=SHOP, agent="a", day=last - ago, known_at=1) for ago in (0, 31)]
    )
    warehouse.forget(30)
    assert [day for (day,) in warehouse._rows("SELECT day FROM main.agent_days")] == [last]
    found = {one: len(warehouse.order(END, SHOP, one)["orders"]) for one in ("old", "new")}
    assert found == {"old": 0, "new": 1}


@pytest.mark.parametrize(
    "hostile", ["'; DROP TABLE orders; --", "\\", "a\\'b", "%(shop)s", "{x:Int64}", "%%", "一'二"]
)
def test_no_id_is_read_as_sql(opened: Opened, hostile: str) -> None:
    warehouse = opened("hostile")
    warehouse.take("s", "orders", [Order(shop=hostile, order_id=hostile, paid_at=10, known_at=1)])
    assert hostile in warehouse.shops(100)
    assert [row["order_id"] for row in warehouse.order(100, hostile, hostile)["orders"]] == [hostile]
    assert warehouse.readings(scorecards()["douyin@2026-09-08"], SHANGHAI, 100, [hostile]).keys() == {hostile}


def test_columns_of_a_later_version_are_added(opened: Opened) -> None:
    from shopwatch.warehouse.click import ClickWarehouse

    warehouse = opened("grown")
    assert isinstance(warehouse, ClickWarehouse)
    warehouse.take("s", "orders", orders("a", paid_at=10))
    warehouse._click.run("ALTER TABLE orders DROP COLUMN presale")
    again = opened("grown")
    assert again.order(100, SHOP, "a")["orders"][0]["presale"] is None
