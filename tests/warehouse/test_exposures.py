"""What is open, where more than one record decides it."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from shopwatch.records import Aftersale, Chat, Order, Parcel, Record, Review, Scan, Ticket
from shopwatch.rulebook import scorecards
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at, douyin

BERLIN = ZoneInfo("Europe/Berlin")
CARDS = scorecards()
DOUYIN, TMALL = "douyin@2026-09-08", "tmall@2026-03-16"
HOUR, DAY = 3600, 86400
BEGIN = "2026-10-24 20:00:00"


def take(warehouse: DuckWarehouse, records: Sequence[tuple[str, Record]]) -> None:
    for table, record in records:
        warehouse.take("s", table, [record])


def opened(
    warehouse: DuckWarehouse, clock: str, as_of: int, zone: ZoneInfo = SHANGHAI, card: str = DOUYIN
) -> list[tuple[int, int | None]]:
    found = warehouse.exposures(CARDS[card], zone, as_of, [SHOP]).get(SHOP, [])
    return [(one.started, one.due) for one in found if one.clock == clock]


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


@pytest.mark.parametrize(
    ("card", "clock", "hours"),
    [
        (DOUYIN, "scan_gap", (48, 72, 120)),
        (TMALL, "scan_gap", (48, 72, 120)),
        (TMALL, "dead_tracking", (96, 120, 168)),
    ],
)
@pytest.mark.parametrize(
    ("province", "same", "place"),
    [
        ("广东", True, 0),
        ("广东", False, 1),
        ("广东", None, 1),
        ("新疆维吾尔自治区", False, 2),
        ("内蒙古", None, 2),
        ("新疆", True, 0),
        (None, None, 1),
    ],
)
def test_how_long_tracking_may_stand_still_depends_on_where(
    warehouse: DuckWarehouse,
    card: str,
    clock: str,
    hours: tuple[int, ...],
    province: str | None,
    same: bool | None,
    place: int,
) -> None:
    scanned = at(BEGIN)
    take(
        warehouse,
        [
            ("orders", Order(shop=SHOP, order_id="o", paid_at=scanned - 9 * HOUR, known_at=1)),
            (
                "parcels",
                Parcel(
                    shop=SHOP,
                    parcel_id="p",
                    order_id="o",
                    province=province,
                    picked_up_at=scanned - HOUR,
                    known_at=1,
                ),
            ),
            (
                "scans",
                Scan(
                    shop=SHOP, parcel_id="p", scanned_at=scanned, kind="transit", same_region=same, known_at=1
                ),
            ),
        ],
    )
    due = scanned + hours[place] * HOUR
    assert opened(warehouse, clock, due, card=card) == [(scanned, due)]


@pytest.mark.parametrize(("card", "regions"), [(DOUYIN, ("云南", "海南")), (TMALL, ())])
def test_what_is_remote_is_the_marketplaces_own(
    warehouse: DuckWarehouse, card: str, regions: tuple[str, ...]
) -> None:
    scanned = at(BEGIN)
    for province in ("云南", "海南", "宁夏", "广东"):
        take(
            warehouse,
            [
                (
                    "parcels",
                    Parcel(
                        shop=SHOP,
                        parcel_id=province,
                        province=province,
                        picked_up_at=scanned - HOUR,
                        known_at=1,
                    ),
                ),
                ("scans", Scan(shop=SHOP, parcel_id=province, scanned_at=scanned, kind="out", known_at=1)),
            ],
        )
    found = warehouse.exposures(CARDS[card], SHANGHAI, scanned, [SHOP])[SHOP]
    late = {one.subject_id for one in found if one.clock == "scan_gap" and one.due == scanned + 120 * HOUR}
    assert late == {"宁夏", *regions}


def test_a_parcel_moves_from_its_pickup_to_its_end(warehouse: DuckWarehouse) -> None:
    """Each scan ends the wait for it, as of any moment; one that says that the way is at its end ends all."""
    picked = at(BEGIN)
    parcel = Parcel(shop=SHOP, parcel_id="p", order_id="o", picked_up_at=picked, known_at=1)
    ways = [(0, "pickup"), (10, "transit"), (40, "out"), (50, "refused")]
    scans = [
        Scan(shop=SHOP, parcel_id="p", scanned_at=picked + hour * HOUR, kind=kind, known_at=1)  # type: ignore[arg-type]
        for hour, kind in ways
    ]
    warehouse.take("s", "parcels", [parcel])
    warehouse.take("s", "scans", scans)
    card = CARDS[DOUYIN]

    def shown(hour: float) -> list[tuple[str, float]]:
        found = warehouse.exposures(card, SHANGHAI, picked + round(hour * HOUR), [SHOP]).get(SHOP, [])
        return [(one.clock, (one.started - picked) / HOUR) for one in found]

    assert [shown(hour) for hour in (9.9, 10, 39.9, 40, 49.9, 50)] == [
        [("first_scan", 0)],
        [("scan_gap", 10)],
        [("scan_gap", 10)],
        [("scan_gap", 40)],
        [("scan_gap", 40)],
        [],
    ]


def test_of_a_parcel_without_any_scan_nothing_is_told(warehouse: DuckWarehouse) -> None:
    picked = at(BEGIN)
    parcels = [
        Parcel(shop=SHOP, parcel_id=name, order_id=name, picked_up_at=picked, known_at=1)
        for name in ("traced", "not")
    ]
    warehouse.take("s", "parcels", parcels)
    assert warehouse.exposures(CARDS[TMALL], SHANGHAI, picked + 99 * HOUR, [SHOP]) == {}
    warehouse.take(
        "s", "scans", [Scan(shop=SHOP, parcel_id="traced", scanned_at=picked, kind="pickup", known_at=1)]
    )
    found = warehouse.exposures(CARDS[TMALL], SHANGHAI, picked + 99 * HOUR, [SHOP])[SHOP]
    assert [(one.clock, one.subject_id) for one in found] == [("first_scan", "traced")]


@pytest.mark.parametrize("key", [TMALL, "tmall@2025-10-09"])
@pytest.mark.parametrize(
    ("clock", "kind", "more", "hours"),
    [
        # an exchange's new item, a resend once agreed, a repair once agreed (30 days from the application)
        ("exchange", "exchange", {"audited_at": 2, "return_signed_at": 60}, (60, 60 + 48)),
        ("resend", "resend", {"audited_at": 5}, (5, 5 + 24)),
        ("repair", "repair", {"audited_at": 5}, (5, 30 * 24)),
        # the deadline of a step that is over isn't that of the next
        ("exchange", "exchange", {"audited_at": 2, "return_signed_at": 60, "deadline_at": 24}, (60, 60 + 48)),
        (
            "return_received",
            "return",
            {"audited_at": 2, "return_signed_at": 60, "deadline_at": 36},
            (60, 60 + 48),
        ),
        ("return_received", "return", {"audited_at": 2, "return_signed_at": 60, "deadline_at": 80}, (60, 80)),
    ],
)
def test_the_second_step_of_an_after_sale(
    warehouse: DuckWarehouse, key: str, clock: str, kind: str, more: dict[str, int], hours: tuple[int, int]
) -> None:
    applied = at(BEGIN)
    times = {name: applied + hour * HOUR for name, hour in more.items()}
    aftersale = Aftersale(shop=SHOP, aftersale_id="a", kind=kind, applied_at=applied, known_at=1, **times)  # type: ignore[arg-type]
    warehouse.take("s", "aftersales", [aftersale])
    assert opened(warehouse, clock, applied + 70 * HOUR, card=key) == [
        (applied + hours[0] * HOUR, applied + hours[1] * HOUR)
    ]


def test_an_exchange_waits_for_nobody_while_the_goods_are_on_their_way_back(warehouse: DuckWarehouse) -> None:
    applied = at(BEGIN)
    exchange = Aftersale(
        shop=SHOP,
        aftersale_id="a",
        kind="exchange",
        applied_at=applied,
        audited_at=applied + HOUR,
        known_at=1,
    )
    warehouse.take("s", "aftersales", [exchange])
    for key in (TMALL, DOUYIN):
        assert opened(warehouse, "exchange", applied + 2 * HOUR, card=key) == []


def test_poor_reviews_are_shown_where_a_source_tells_of_replies(warehouse: DuckWarehouse) -> None:
    written = at(BEGIN)

    def review(name: str, stars: float, **more: int) -> Review:
        return Review(shop=SHOP, review_id=name, created_at=written, product_stars=stars, known_at=1, **more)  # type: ignore[arg-type]

    def shown(as_of: int) -> set[str]:
        found = warehouse.exposures(CARDS[DOUYIN], SHANGHAI, as_of, [SHOP]).get(SHOP, [])
        return {one.subject_id for one in found if one.clock == "review_reply"}

    warehouse.take("s", "reviews", [review("one", 1), review("two", 2), review("three", 3)])
    assert shown(written + HOUR) == set()  # nobody can tell whether they were answered
    warehouse.take("s", "reviews", [review("answered", 1, replied_at=written + 60)])
    assert shown(written + HOUR) == {"one", "two"}
    month = 30 * DAY
    assert shown(written + month - 1) == {"one", "two"}
    assert shown(written + month) == set()


def test_a_promise_that_left_the_window_is_let_go(warehouse: DuckWarehouse) -> None:
    promised = at(BEGIN)
    parcel = Parcel(
        shop=SHOP, parcel_id="p", picked_up_at=promised - DAY, promised_delivery_at=promised, known_at=1
    )
    warehouse.take("s", "parcels", [parcel])
    assert opened(warehouse, "deliver", promised + 30 * DAY - 1, card=DOUYIN) != []
    assert opened(warehouse, "deliver", promised + 30 * DAY, card=DOUYIN) == []


def test_what_has_not_moved_for_a_fortnight_and_a_day_is_let_go(warehouse: DuckWarehouse) -> None:
    scanned = at(BEGIN)
    take(
        warehouse,
        [
            ("parcels", Parcel(shop=SHOP, parcel_id="p", picked_up_at=scanned - HOUR, known_at=1)),
            ("scans", Scan(shop=SHOP, parcel_id="p", scanned_at=scanned, kind="transit", known_at=1)),
        ],
    )
    assert opened(warehouse, "dead_tracking", scanned + 15 * DAY - 1, card=TMALL) != []
    assert opened(warehouse, "dead_tracking", scanned + 15 * DAY, card=TMALL) == []
