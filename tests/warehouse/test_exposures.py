"""What is open under each clock: from the second it starts to the second it is done, in two zones."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from shopwatch.records import Aftersale, Chat, Order, Parcel, Record, Ticket
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at, douyin

BERLIN = ZoneInfo("Europe/Berlin")

# In Berlin the clock goes back on 2026-10-25, inside every one of these spans.
BEGIN, DUE, DONE = "2026-10-24 20:00:00", "2026-10-26 20:00:00", "2026-10-26 09:30:00"

# clock: the table, the record while open, and what its being done adds
CASES: dict[str, tuple[str, dict[str, str], dict[str, str | bool]]] = {
    "ship": ("orders", {"paid_at": BEGIN, "promised_ship_at": DUE}, {"closed_at": DONE}),
    "pickup": ("parcels", {"waybill_at": BEGIN}, {"picked_up_at": DONE}),
    "refund": ("aftersales", {"kind": "refund", "shipped": "yes", "applied_at": BEGIN, "deadline_at": DUE}, {"audited_at": DONE}),
    "return": ("aftersales", {"kind": "return", "applied_at": BEGIN, "deadline_at": DUE}, {"audited_at": DONE}),
    "refund_unshipped": ("aftersales", {"kind": "refund", "applied_at": BEGIN, "deadline_at": DUE}, {"finished_at": DONE}),
    "return_received": ("aftersales", {"kind": "return", "applied_at": "2026-10-20 09:00:00", "audited_at": "2026-10-20 10:00:00",
                                       "return_signed_at": BEGIN, "deadline_at": DUE}, {"finished_at": DONE}),
    "reply": ("chats", {"started_at": BEGIN, "waiting_since": BEGIN, "human": "yes"}, {"ended_at": DONE}),
    "ticket": ("tickets", {"kind": "complaint", "opened_at": BEGIN, "deadline_at": DUE}, {"closed_at": DONE}),
    "evidence": ("tickets", {"kind": "evidence", "opened_at": BEGIN, "deadline_at": DUE}, {"closed_at": DONE}),
}  # fmt: skip
STRUCTS: dict[str, tuple[type[Record], str]] = {
    "orders": (Order, "order_id"),
    "parcels": (Parcel, "parcel_id"),
    "aftersales": (Aftersale, "aftersale_id"),
    "chats": (Chat, "chat_id"),
    "tickets": (Ticket, "ticket_id"),
}


def record(clock: str, zone: ZoneInfo, *, done: bool) -> tuple[str, Record]:
    table, fields, ends = CASES[clock]
    struct, key = STRUCTS[table]
    values: dict[str, object] = {"shop": SHOP, key: "it", "order_id": "it", "known_at": 1}
    for name, value in {**fields, **(ends if done else {})}.items():
        if name.endswith("_at") or name == "waiting_since":
            values[name] = at(str(value), zone)
        else:
            values[name] = True if value == "yes" else value
    return table, struct(**values)  # type: ignore[arg-type]


def opened(warehouse: DuckWarehouse, clock: str, as_of: int, zone: ZoneInfo) -> list[tuple[int, int | None]]:
    found = warehouse.exposures(douyin(), zone, as_of, [SHOP]).get(SHOP, [])
    return [(one.started, one.due) for one in found if one.clock == clock]


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN], ids=str)
@pytest.mark.parametrize("clock", CASES)
def test_a_clock_runs_from_its_start_until_it_is_done(
    warehouse: DuckWarehouse, clock: str, zone: ZoneInfo
) -> None:
    table, given = record(clock, zone, done=True)
    warehouse.take("s", table, [given])
    begin, done = at(BEGIN, zone), at(DONE, zone)
    due = {"pickup": begin + 86400, "reply": None}.get(clock, at(DUE, zone))
    assert opened(warehouse, clock, begin - 1, zone) == []
    assert opened(warehouse, clock, begin, zone) == [(begin, due)]
    assert opened(warehouse, clock, done - 1, zone) == [(begin, due)]
    assert opened(warehouse, clock, done, zone) == []


def test_every_clock_of_the_scorecard_has_its_case() -> None:
    assert {clock.id for clock in douyin().clock} == set(CASES)


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN], ids=str)
@pytest.mark.parametrize(
    ("started", "counts"), [("07:59:59", False), ("08:00:00", True), ("22:59:59", True), ("23:00:00", False)]
)
def test_a_chat_waits_only_if_it_began_by_day(
    warehouse: DuckWarehouse, started: str, counts: bool, zone: ZoneInfo
) -> None:
    begin = at(f"2026-10-25 {started}", zone)
    chat = Chat(shop=SHOP, chat_id="c", started_at=begin, waiting_since=begin, human=True, known_at=1)
    warehouse.take("s", "chats", [chat])
    assert bool(opened(warehouse, "reply", begin + 60, zone)) is counts


def test_the_courier_stops_the_shipping_clock_and_a_click_does_not(warehouse: DuckWarehouse) -> None:
    paid, due = at("2026-11-18 10:00"), at("2026-11-20 10:00")
    orders = [
        Order(
            shop=SHOP, order_id=f"o{n}", paid_at=paid, promised_ship_at=due, shipped_at=paid + 60, known_at=1
        )
        for n in (1, 2)
    ]
    warehouse.take("s", "orders", orders)
    assert [one.proved for one in warehouse.exposures(douyin(), SHANGHAI, paid + 3600)[SHOP]] == [
        False,
        False,
    ]
    warehouse.take(
        "s",
        "parcels",
        [Parcel(shop=SHOP, parcel_id="p1", order_id="o1", picked_up_at=paid + 7200, known_at=1)],
    )
    left = warehouse.exposures(douyin(), SHANGHAI, paid + 7200)[SHOP]
    assert [(one.clock, one.order_id, one.proved) for one in left] == [("ship", "o2", True)]


def test_evidence_without_a_deadline_of_its_own_has_a_day(warehouse: DuckWarehouse) -> None:
    begin = at("2026-11-20 10:00")
    warehouse.take(
        "s", "tickets", [Ticket(shop=SHOP, ticket_id="t", kind="evidence", opened_at=begin, known_at=1)]
    )
    assert opened(warehouse, "evidence", begin, SHANGHAI) == [(begin, begin + 86400)]
