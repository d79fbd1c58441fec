"""What the house models count, from records."""

from __future__ import annotations

from shopwatch.records import Aftersale, Chat, Order, Parcel, Record, Review, Ticket
from shopwatch.rulebook import scorecards
from shopwatch.scoring.readings import ShopReadings
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at

CARDS = scorecards()
AS_OF = "2026-11-21 12:00"


def readings(warehouse: DuckWarehouse, card: str) -> ShopReadings:
    key = next(key for key in CARDS if key.startswith(f"{card}@"))
    return warehouse.readings(CARDS[key], SHANGHAI, at(AS_OF), [SHOP])[SHOP]


def order(n: int, **fields: object) -> Order:
    known: dict[str, object] = {"paid_at": at("2026-11-10 10:00"), "amount": 12_000}
    return Order(shop=SHOP, order_id=f"o{n}", known_at=1, **{**known, **fields})  # type: ignore[arg-type]


def take(warehouse: DuckWarehouse, **tables: list[Record]) -> None:
    for table, records in tables.items():
        warehouse.take("test", table, records)


def value(found: ShopReadings, indicator: str) -> float | None:
    return found.indicators[indicator].now.value


def test_the_seven_figures_of_a_level(warehouse: DuckWarehouse) -> None:
    refunded = at("2026-11-15 10:00")
    take(
        warehouse,
        orders=[
            order(1),
            order(2, closed_at=refunded),
            order(3, paid_at=None),
            order(4, paid_at=at("2026-09-01 10:00")),
        ],
        parcels=[
            Parcel(shop=SHOP, parcel_id="p1", order_id="o1", delivered_at=at("2026-11-12 10:00"), known_at=1),
        ],
        aftersales=[
            Aftersale(
                shop=SHOP,
                aftersale_id="a1",
                order_id="o2",
                kind="refund",
                applied_at=at("2026-11-14 10:00"),
                audited_at=at("2026-11-14 16:00"),
                finished_at=refunded,
                succeeded=True,
                known_at=1,
            )
        ],
        reviews=[
            Review(
                shop=SHOP,
                review_id=f"r{stars}",
                order_id="o1",
                created_at=at("2026-11-13 10:00"),
                product_stars=stars,
                service_stars=5,
                known_at=1,
            )
            for stars in (3, 4, 5)
        ],
        tickets=[
            Ticket(
                shop=SHOP,
                ticket_id="t1",
                order_id="o2",
                kind="complaint",
                opened_at=at("2026-11-14 11:00"),
                known_at=1,
            )
        ],
    )
    found = readings(warehouse, "shop-level")
    assert {name: value(found, name) for name in found.indicators} == {
        "complaint_rate": 1 / 2,
        "product_praise": 2 / 3,
        "service_praise": 1,
        "response_hours": 6,
        "logistics_hours": 48,
        "orders": 2,
        "gmv": 240,  # the refund takes nothing off it
    }


def test_without_tickets_nobody_knows_of_complaints(warehouse: DuckWarehouse) -> None:
    """A shop without a source of tickets hasn't none."""
    take(warehouse, orders=[order(1)])
    assert value(readings(warehouse, "shop-level"), "complaint_rate") is None
    take(
        warehouse,
        tickets=[Ticket(shop=SHOP, ticket_id="t1", kind="evidence", opened_at=at(AS_OF), known_at=1)],
    )
    assert value(readings(warehouse, "shop-level"), "complaint_rate") == 0


def test_the_aspects_that_records_know(warehouse: DuckWarehouse) -> None:
    due = at("2026-11-12 10:00")
    take(
        warehouse,
        orders=[order(1, promised_ship_at=due), order(2, promised_ship_at=due)],
        parcels=[
            Parcel(shop=SHOP, parcel_id="p1", order_id="o1", picked_up_at=due, known_at=1),
            Parcel(shop=SHOP, parcel_id="p2", order_id="o2", picked_up_at=due + 1, known_at=1),
        ],
        chats=[
            Chat(
                shop=SHOP,
                chat_id="c1",
                human=True,
                rounds=4,
                answered_in_180s=3,
                started_at=at("2026-11-12 10:00"),
                ended_at=at("2026-11-12 11:00"),
                known_at=1,
            )
        ],
        aftersales=[
            Aftersale(
                shop=SHOP,
                aftersale_id=f"a{n}",
                order_id="o1",
                kind="return",
                applied_at=due,
                audited_at=due + 3600,
                deadline_at=due + seconds,
                escalated_at=escalated,
                known_at=1,
            )
            for n, (seconds, escalated) in enumerate(((3600, None), (1800, due + 7200)))
        ],
    )
    found = readings(warehouse, "five-dimensions")
    told = {name: value(found, name) for name in found.indicators}
    assert told["on_time_shipping"] == 1 / 2
    assert told["reply_3min"] == 3 / 4
    assert told["answered_in_time"] == 1 / 2
    assert told["escalated"] == 1 / 2
    assert told["storefront_mark"] is None
    assert told["good_ratings"] is None
