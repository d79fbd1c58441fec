"""Every clock of every scorecard: from the second it starts to the second it is done, in two zones.

A clock that a scorecard gains, or loses, without a line here fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from shopwatch.records import Aftersale, Chat, Order, Parcel, Record, Review, Scan, Ticket
from shopwatch.rulebook import scorecards
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at

BERLIN = ZoneInfo("Europe/Berlin")
CARDS = scorecards()
HOUR = 3600

# In Berlin the clock goes back on 2026-10-25, inside every one of these spans, and midnight lies in them.
BEGIN, OWN, DONE = "2026-10-24 20:00:00", "2026-10-26 20:00:00", "2026-10-26 09:30:00"

STRUCTS: dict[str, tuple[type[Record], str]] = {
    "orders": (Order, "order_id"),
    "parcels": (Parcel, "parcel_id"),
    "scans": (Scan, "parcel_id"),
    "reviews": (Review, "review_id"),
    "aftersales": (Aftersale, "aftersale_id"),
    "chats": (Chat, "chat_id"),
    "tickets": (Ticket, "ticket_id"),
}


class Case(NamedTuple):
    """What makes a thing open, what its being done adds to the first of them, and its own deadline's field.
    Times are local; True stays True."""

    records: Sequence[tuple[str, Mapping[str, str | bool]]]
    ends: dict[str, str]
    own: str | None = None


PAID = {"paid_at": BEGIN}
ON_ITS_WAY = {"paid_at": "2026-10-23 10:00:00"}
PICKED_UP = {"picked_up_at": BEGIN}
ANSWERED: dict[str, str | bool] = {
    "review_id": "other",
    "created_at": "2026-10-20 09:00:00",
    "replied_at": "2026-10-20 10:00:00",
}
REVIEWED = {"applied_at": "2026-10-20 09:00:00", "audited_at": "2026-10-20 10:00:00"}

CASES: dict[str, Case] = {
    "ship": Case((("orders", PAID),), {"closed_at": DONE}, "promised_ship_at"),
    "pickup": Case((("parcels", {"waybill_at": BEGIN}),), {"picked_up_at": DONE}),
    "first_scan": Case(
        (("parcels", PICKED_UP), ("orders", ON_ITS_WAY), ("scans", {"scanned_at": BEGIN, "kind": "pickup"})),
        {"delivered_at": DONE},
    ),
    "scan_gap": Case(
        (
            ("parcels", {"picked_up_at": "2026-10-24 09:00:00"}),
            ("orders", ON_ITS_WAY),
            ("scans", {"scanned_at": BEGIN, "kind": "transit"}),
        ),
        {"delivered_at": DONE},
    ),
    "deliver": Case(
        (("parcels", PICKED_UP), ("orders", ON_ITS_WAY)), {"delivered_at": DONE}, "promised_delivery_at"
    ),
    "refund": Case(
        (("aftersales", {"kind": "refund", "shipped": True, "applied_at": BEGIN}),),
        {"audited_at": DONE},
        "deadline_at",
    ),
    "return": Case(
        (("aftersales", {"kind": "return", "applied_at": BEGIN}),), {"audited_at": DONE}, "deadline_at"
    ),
    "refund_unshipped": Case(
        (("aftersales", {"kind": "refund", "applied_at": BEGIN}),), {"finished_at": DONE}, "deadline_at"
    ),
    "return_received": Case(
        (("aftersales", {"kind": "return", **REVIEWED, "return_signed_at": BEGIN}),),
        {"finished_at": DONE},
        "deadline_at",
    ),
    "exchange": Case(
        (("aftersales", {"kind": "exchange", "applied_at": BEGIN}),), {"audited_at": DONE}, "deadline_at"
    ),
    "resend": Case(
        (("aftersales", {"kind": "resend", "applied_at": BEGIN}),), {"finished_at": DONE}, "deadline_at"
    ),
    "repair": Case(
        (("aftersales", {"kind": "repair", "applied_at": BEGIN}),), {"finished_at": DONE}, "deadline_at"
    ),
    "reply": Case(
        (("chats", {"started_at": BEGIN, "waiting_since": BEGIN, "human": True}),), {"ended_at": DONE}
    ),
    "ticket": Case(
        (("tickets", {"kind": "complaint", "opened_at": BEGIN}),), {"closed_at": DONE}, "deadline_at"
    ),
    "evidence": Case(
        (("tickets", {"kind": "evidence", "opened_at": BEGIN}),), {"closed_at": DONE}, "deadline_at"
    ),
    "review_reply": Case(
        (("reviews", {"created_at": BEGIN, "product_stars": True}), ("reviews", ANSWERED)),
        {"replied_at": DONE},
    ),
}
CASES["dead_tracking"] = CASES["scan_gap"]


class Limit(NamedTuple):
    """The hours from the start to the deadline where the record brings none of its own (None: there is no
    deadline); `opens`, `shuts`: those after which it is shown, and after which another clock is shown instead."""

    hours: float | None
    opens: float = 0
    shuts: float | None = None


NONE = Limit(None)
AFTERSALES = dict.fromkeys(
    ("refund", "return", "refund_unshipped", "return_received", "exchange", "resend", "repair"), NONE
)
OWN_ALONE = {
    "ship": NONE,
    "deliver": NONE,
    **AFTERSALES,
    "ticket": NONE,
    "evidence": NONE,
    "review_reply": NONE,
}
DOUYIN = {
    **OWN_ALONE,
    "pickup": Limit(24),
    "first_scan": Limit(24),
    "scan_gap": Limit(72),
    "reply": NONE,
    "evidence": Limit(24),
}
TMALL = {
    **DOUYIN,
    "ship": Limit(48),
    "scan_gap": Limit(72, shuts=72),
    "dead_tracking": Limit(120, opens=72 + 1 / HOUR),
    "refund": Limit(36),
    "return": Limit(36),
    "refund_unshipped": Limit(24),
    "return_received": Limit(48),
    "exchange": Limit(24),
    "resend": Limit(24),
    "repair": Limit(48),
    "reply": Limit(3 / 60),
    "evidence": NONE,
}
LIMITS: dict[str, dict[str, Limit]] = {
    "douyin": DOUYIN,
    "tmall": TMALL,
    "jd": {**OWN_ALONE, "reply": NONE},
    "pinduoduo": {**OWN_ALONE, "reply": Limit(3 / 60)},
    "kuaishou": OWN_ALONE,
    "amazon": dict.fromkeys(("ship", "deliver", "refund", "return", "ticket", "evidence"), NONE),
}
EVERY = [(key, clock.id) for key, card in CARDS.items() for clock in card.clock]
WITHOUT = {"ship", "deliver"}  # shown only with a deadline, where the scorecard knows none itself


def test_every_clock_of_every_scorecard_has_its_case() -> None:
    for key, card in CARDS.items():
        assert {clock.id for clock in card.clock} == set(LIMITS.get(card.id, {})), key


def made(
    clock: str, zone: ZoneInfo, *, done: bool = True, own: str | None = None
) -> list[tuple[str, Record]]:
    case = CASES[clock]
    found = []
    for place, (table, fields) in enumerate(case.records):
        struct, key = STRUCTS[table]
        values: dict[str, object] = {"shop": SHOP, key: "it", "known_at": 1}
        if "order_id" in struct.__struct_fields__:
            values["order_id"] = "it"
        given: dict[str, str | bool] = {**fields}
        if place == 0:
            given |= case.ends if done else {}
            given |= {case.own: own} if own and case.own else {}
        for name, value in given.items():
            values[name] = at(value, zone) if isinstance(value, str) and value[:2] == "20" else value
        found.append((table, struct(**values)))  # type: ignore[arg-type]
    return found


def take(warehouse: DuckWarehouse, records: list[tuple[str, Record]]) -> None:
    for table, record in records:
        warehouse.take("s", table, [record])


def opened(
    warehouse: DuckWarehouse, key: str, clock: str, as_of: int, zone: ZoneInfo, subject: str = "it"
) -> list[tuple[int, int | None]]:
    found = warehouse.exposures(CARDS[key], zone, as_of, [SHOP]).get(SHOP, [])
    return [(one.started, one.due) for one in found if (one.clock, one.subject_id) == (clock, subject)]


def since(key: str, clock: str, zone: ZoneInfo) -> int:
    """When it says to have started: an arrival's mean counts from the payment."""
    lengthens = next(one.lengthens for one in CARDS[key].clock if one.id == clock)
    return at(ON_ITS_WAY["paid_at"] if lengthens == "arrival_hours" else BEGIN, zone)


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN], ids=str)
@pytest.mark.parametrize(("key", "clock"), EVERY)
def test_it_is_open_from_its_start_until_it_is_done(
    warehouse: DuckWarehouse, key: str, clock: str, zone: ZoneInfo
) -> None:
    limit = LIMITS[CARDS[key].id][clock]
    begin, done = at(BEGIN, zone), at(DONE, zone)
    own = OWN if clock in WITHOUT and limit.hours is None else None
    due = at(own, zone) if own else None if limit.hours is None else begin + round(limit.hours * HOUR)
    first = begin + round(limit.opens * HOUR)
    shown = [(since(key, clock, zone), due)]
    if limit.opens >= (done - begin) / HOUR:
        take(warehouse, made(clock, zone, done=False))
    else:
        take(warehouse, made(clock, zone, own=own))
        assert opened(warehouse, key, clock, done - 1, zone) == shown
        assert opened(warehouse, key, clock, done, zone) == []
    assert opened(warehouse, key, clock, first - 1, zone) == []
    assert opened(warehouse, key, clock, first, zone) == shown


@pytest.mark.parametrize(("key", "clock"), EVERY)
def test_it_is_still_open_on_both_sides_of_its_deadline(
    warehouse: DuckWarehouse, key: str, clock: str
) -> None:
    limit = LIMITS[CARDS[key].id][clock]
    own = CASES[clock].own
    take(warehouse, made(clock, SHANGHAI, done=False, own=OWN))
    begin = at(BEGIN)
    due = at(OWN) if own else None if limit.hours is None else begin + round(limit.hours * HOUR)
    shown = [(since(key, clock, SHANGHAI), due)]  # a record's own deadline wins over any other
    end = begin + 48 * HOUR if due is None else due
    assert opened(warehouse, key, clock, end, SHANGHAI) == shown
    assert opened(warehouse, key, clock, end + 1, SHANGHAI) == ([] if limit.shuts else shown)


@pytest.mark.parametrize(("key", "clock"), [one for one in EVERY if CASES[one[1]].own])
def test_a_record_that_changes_its_deadline_is_believed_the_later_time(
    warehouse: DuckWarehouse, key: str, clock: str
) -> None:
    dues = []
    for known, own in ((10, OWN), (20, "2026-10-27 08:00:00"), (15, "2026-10-25 08:00:00")):
        (table, record), *others = made(clock, SHANGHAI, done=False, own=own)
        take(warehouse, [(table, _known(record, known)), *others])
        dues += [due for _, due in opened(warehouse, key, clock, at(BEGIN) + HOUR, SHANGHAI)]
    assert dues == [at(OWN), at("2026-10-27 08:00:00"), at("2026-10-27 08:00:00")]


def _known(record: Record, moment: int) -> Record:
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    return type(record)(**{**fields, "known_at": moment})


@pytest.mark.parametrize(
    ("key", "clock"), [one for one in EVERY if CASES[one[1]].records[0][0] in ("orders", "parcels")]
)
def test_an_order_that_is_cancelled_stops_every_clock_of_its_goods(
    warehouse: DuckWarehouse, key: str, clock: str
) -> None:
    limit = LIMITS[CARDS[key].id][clock]
    cancelled = at(BEGIN) + round(limit.opens * HOUR) + HOUR
    take(warehouse, made(clock, SHANGHAI, done=False, own=OWN))
    order = Order(
        shop=SHOP,
        order_id="it",
        paid_at=at(BEGIN) - 1,
        promised_ship_at=at(OWN),
        closed_at=cancelled,
        known_at=2,
    )
    warehouse.take("s", "orders", [order])
    assert len(opened(warehouse, key, clock, cancelled - 1, SHANGHAI)) == 1
    assert opened(warehouse, key, clock, cancelled, SHANGHAI) == []
