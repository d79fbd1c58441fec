"""One order's story: which clocks ran from when to when, and what it adds to which day of which indicator."""

from __future__ import annotations

from shopwatch.records import Aftersale, Order, Parcel, Record
from shopwatch.warehouse import DuckWarehouse
from shopwatch.warehouse.story import Counted, Span
from warehouse_cases import SHANGHAI, SHOP, at, douyin

PAID, WAYBILL, PICKED = at("2026-11-18 17:00"), at("2026-11-19 09:00"), at("2026-11-20 21:00")
APPLIED, AUDITED, DONE = at("2026-11-22 22:00"), at("2026-11-22 23:30"), at("2026-11-23 10:00")
PROMISED = at("2026-11-20 17:00")


def order(**more: object) -> Order:
    fields = {"known_at": 1, "paid_at": PAID, "promised_ship_at": PROMISED, "amount": 30_000, **more}
    return Order(shop=SHOP, order_id="O", **fields)  # type: ignore[arg-type]


def parcel(**more: object) -> Parcel:
    fields = {"waybill_at": WAYBILL, "picked_up_at": PICKED, "carrier": "中通", **more}
    return Parcel(shop=SHOP, parcel_id="T", order_id="O", known_at=1, **fields)  # type: ignore[arg-type]


def refund(order_id: str = "O") -> Aftersale:
    return Aftersale(
        shop=SHOP,
        aftersale_id="A",
        order_id=order_id,
        kind="refund",
        shipped=True,
        applied_at=APPLIED,
        audited_at=AUDITED,
        finished_at=DONE,
        succeeded=True,
        known_at=1,
    )


def take(warehouse: DuckWarehouse, *records: Record) -> None:
    tables = {Order: "orders", Parcel: "parcels", Aftersale: "aftersales"}
    for record in records:
        warehouse.take("s", tables[type(record)], [record])


def spans(warehouse: DuckWarehouse, as_of: int) -> set[Span]:
    return set(warehouse.story(douyin(), SHANGHAI, as_of, SHOP, "O").spans)


def counted(warehouse: DuckWarehouse, as_of: int) -> dict[str, Counted]:
    found = warehouse.story(douyin(), SHANGHAI, as_of, SHOP, "O").counted
    assert len({one.name for one in found}) == len(found)
    return {one.name: one for one in found}


def day(text: str) -> int:
    return at(f"{text} 12:00") // 86400


def test_a_clock_runs_until_the_moment_as_of_which_it_no_longer_does(warehouse: DuckWarehouse) -> None:
    take(warehouse, order(), parcel())
    ship, pickup = ("ship", "O", PAID, PROMISED), ("pickup", "T", WAYBILL, WAYBILL + 86400)
    assert spans(warehouse, PAID) == {Span(*ship, None)}
    assert spans(warehouse, PICKED - 1) == {Span(*ship, None), Span(*pickup, None)}
    ended = {Span(*ship, PICKED), Span(*pickup, PICKED)}
    assert {span for span in spans(warehouse, PICKED) if span.clock in ("ship", "pickup")} == ended


def test_a_changed_promise_and_a_cancelled_order_end_as_they_stand_now(warehouse: DuckWarehouse) -> None:
    take(warehouse, order(promised_ship_at=PROMISED + 3600))
    assert spans(warehouse, PICKED) == {Span("ship", "O", PAID, PROMISED + 3600, None)}
    take(warehouse, order(promised_ship_at=PROMISED + 3600, closed_at=PROMISED, known_at=2))
    assert spans(warehouse, PICKED) == {Span("ship", "O", PAID, PROMISED + 3600, PROMISED)}


def test_each_after_sale_has_clocks_of_its_own(warehouse: DuckWarehouse) -> None:
    take(warehouse, order(), parcel(), refund())
    assert Span("refund", "A", APPLIED, None, AUDITED) in spans(warehouse, DONE)


def test_what_it_adds_is_what_the_indicator_counts_on_its_day(warehouse: DuckWarehouse) -> None:
    take(warehouse, order(), parcel(), refund("another's"))
    found = counted(warehouse, at("2026-11-24 10:00"))
    assert found["pickup_hours"] == Counted("pickup_hours", day("2026-11-20"), 52.0, 1.0)
    assert found["breakage"] == Counted("breakage", day("2026-11-18"), 0.0, 1.0)
    assert "audit_hours" not in found
    whole = warehouse.readings(douyin(), SHANGHAI, at("2026-11-24 10:00"), [SHOP])[SHOP]
    assert whole.indicators["pickup_hours"].now == (52.0, 1.0)


def test_other_orders_and_other_shops_have_no_part_in_it(warehouse: DuckWarehouse) -> None:
    take(warehouse, order(), parcel())
    before = warehouse.story(douyin(), SHANGHAI, PICKED, SHOP, "O")
    other = Order(shop="other", order_id="O", paid_at=PAID + 60, promised_ship_at=PROMISED, known_at=1)
    take(warehouse, other, Order(shop=SHOP, order_id="P", paid_at=PAID, known_at=1))
    assert warehouse.story(douyin(), SHANGHAI, PICKED, SHOP, "O") == before
    assert warehouse.story(douyin(), SHANGHAI, PICKED, SHOP, "nobody's").spans == ()
