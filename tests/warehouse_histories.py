"""Histories of every kind of record, at odd moments, and what the sources would have told of them at any."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import duckdb
import msgspec

from shopwatch.records import (
    TABLES,
    Aftersale,
    AgentDay,
    Chat,
    Event,
    Official,
    Order,
    Parcel,
    Record,
    Review,
    Scan,
    ShopName,
    Stock,
    Ticket,
)
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHOP, at

BEGIN = at("2026-10-01 00:00")
END = at("2026-11-20 15:00")
DAY = 86_400
_EAST = 28_800

Named = tuple[str, Record]


def history(seed: int, count: int = 40) -> list[Named]:
    """Return orders with all that may come of them, and what else there is of a shop."""
    roll = random.Random(seed)
    orders = [one for number in range(count) for one in _order(roll, number)]
    return [*orders, *_besides(roll)]


def _order(roll: random.Random, n: int) -> Iterator[Named]:
    paid = roll.randint(BEGIN, END)
    order_id = f"o{n}"

    def later(*, least: int = 0, most: int = 6 * DAY, chance: float = 1.0) -> int | None:
        return paid + roll.randint(least, most) if roll.random() < chance else None

    yield (
        "orders",
        Order(
            shop=SHOP,
            order_id=order_id,
            created_at=paid - 60,
            paid_at=paid,
            promised_ship_at=paid + 2 * DAY,
            shipped_at=later(most=2 * DAY, chance=0.8),
            finished_at=later(least=2 * DAY, most=15 * DAY, chance=0.5),
            closed_at=later(most=3 * DAY, chance=0.05),
            amount=roll.randint(100, 30_000),
            product_id=roll.choice(["cup", "pot", None]),
            excluded=roll.random() < 0.1,
            known_at=2,
        ),
    )
    for number in range(roll.choice([1, 1, 2, 3])):  # one may be added once others are on their way
        uploaded = paid + roll.randint(600, roll.choice([1, 9]) * DAY)
        yield from _parcel(roll, order_id, f"p{n}-{number}", paid, uploaded)
    if roll.random() < 0.5:
        yield (
            "reviews",
            Review(
                shop=SHOP,
                review_id=f"r{n}",
                order_id=order_id,
                created_at=later(least=4 * DAY, most=12 * DAY),
                product_stars=float(roll.randint(1, 5)),
                logistics_stars=float(roll.randint(1, 5)),
                replied_at=later(least=12 * DAY, most=20 * DAY, chance=0.5),
                known_at=2,
            ),
        )
    for number in range(roll.choice([0, 0, 1, 2])):
        yield _aftersale(roll, order_id, f"a{n}-{number}", paid + roll.randint(DAY, 9 * DAY))
    if roll.random() < 0.4:
        yield _chat(roll, f"c{n}", order_id if roll.random() < 0.7 else None, paid + roll.randint(0, 5 * DAY))
    if roll.random() < 0.2:
        opened = paid + roll.randint(DAY, 9 * DAY)
        closed = opened + roll.randint(0, 5 * DAY) if roll.random() < 0.7 else None
        yield (
            "tickets",
            Ticket(
                shop=SHOP,
                ticket_id=f"t{n}",
                order_id=order_id,
                kind=roll.choice(["dispute", "complaint", "platform_help", "evidence"]),
                opened_at=opened,
                closed_at=closed,
                liable=roll.random() < 0.5 if closed else None,
                deadline_at=opened + 2 * DAY,
                known_at=2,
            ),
        )


def _parcel(roll: random.Random, order_id: str, parcel_id: str, paid: int, waybill: int) -> Iterator[Named]:
    picked = waybill + roll.randint(0, 3 * DAY) if roll.random() < 0.9 else None
    delivered = picked + roll.randint(DAY, 6 * DAY) if picked and roll.random() < 0.8 else None
    yield (
        "parcels",
        Parcel(
            shop=SHOP,
            parcel_id=parcel_id,
            order_id=order_id,
            carrier=roll.choice(["ZTO", "SF"]),
            waybill_at=waybill,
            picked_up_at=picked,
            delivered_at=delivered,
            promised_delivery_at=paid + 5 * DAY,
            damaged=roll.random() < 0.1 if delivered else None,
            known_at=2,
        ),
    )
    for number in range(roll.choice([0, 0, 3]) if picked else 0):
        yield (
            "scans",
            Scan(
                shop=SHOP,
                parcel_id=parcel_id,
                scanned_at=(picked or 0) + number * DAY // 2,
                kind=roll.choice(["pickup", "transit", "out"]),
                known_at=2,
            ),
        )


def _aftersale(roll: random.Random, order_id: str, aftersale_id: str, applied: int) -> Named:
    return (
        "aftersales",
        Aftersale(
            shop=SHOP,
            aftersale_id=aftersale_id,
            order_id=order_id,
            kind=roll.choice(["return", "refund", "exchange"]),
            shipped=roll.random() < 0.8,
            succeeded=roll.random() < 0.8,
            reason_class=roll.choice(["quality", "damage", "other"]),
            applied_at=applied,
            audited_at=applied + roll.randint(0, DAY),
            return_signed_at=applied + roll.randint(DAY, 2 * DAY) if roll.random() < 0.5 else None,
            finished_at=applied + roll.randint(2 * DAY, 5 * DAY) if roll.random() < 0.8 else None,
            platform_handled=roll.random() < 0.2,
            escalated_at=applied + roll.randint(0, 3 * DAY) if roll.random() < 0.1 else None,
            deadline_at=applied + 2 * DAY,
            known_at=2,
        ),
    )


def _chat(roll: random.Random, chat_id: str, order_id: str | None, started: int) -> Named:
    return (
        "chats",
        Chat(
            shop=SHOP,
            chat_id=chat_id,
            order_id=order_id,
            agent=roll.choice(["lin", "zhou"]),
            human=roll.random() < 0.9,
            started_at=started,
            ended_at=started + roll.randint(60, 2 * DAY),
            rounds=roll.randint(1, 5),
            reply_seconds=float(roll.randint(5, 900)),
            answered_in_180s=roll.randint(0, 1),
            unanswered=roll.randint(0, 1),
            stars=float(roll.randint(1, 5)),
            waiting_since=started + 30 if roll.random() < 0.3 else None,
            known_at=2,
        ),
    )


def _besides(roll: random.Random) -> Iterator[Named]:
    """Yield what belongs to no order."""
    first, last = (BEGIN + _EAST) // DAY, (END + _EAST) // DAY
    for day in range(first, last + 1, 3):
        yield (
            "agent_days",
            AgentDay(
                shop=SHOP,
                agent=roll.choice(["lin", "zhou"]),
                day=day,
                sessions=roll.randint(1, 40),
                mean_reply_seconds=float(roll.randint(5, 200)),
                dissatisfied_rate=roll.random() / 5,
                replied_in_180s_rate=roll.random(),
                known_at=2,
            ),
        )
    for number in range(6):
        yield (
            "events",
            Event(
                shop=SHOP,
                event_id=f"e{number}",
                kind=roll.choice(["invoice_refused", "fake_orders", "passive_service", "bonus"]),
                points=roll.choice([None, 1.0]),
                happened_at=roll.randint(BEGIN, END),
                known_at=2,
            ),
        )
    for _ in range(10):
        published = roll.randint(BEGIN, END)
        yield (
            "official",
            Official(
                shop=SHOP,
                published_at=published,
                item=roll.choice(["total", "product", "pickup_hours"]),
                value=float(roll.randint(1, 50)),
                points=float(roll.randint(60, 99)),
                known_at=2,
            ),
        )
    for number in range(6):
        yield (
            "stock",
            Stock(
                shop=SHOP,
                product_id=roll.choice(["cup", "pot"]),
                counted_at=BEGIN + number * 5 * DAY,
                quantity=roll.randint(0, 90),
                known_at=2,
            ),
        )
    yield "shop_names", ShopName(shop=SHOP, name="shop", known_at=2)


def filled(records: Sequence[Named]) -> DuckWarehouse:
    """Return a warehouse that holds these records, brought in a batch a table."""
    warehouse = DuckWarehouse(duckdb.connect(config={"threads": 1}))
    for table in dict(records):
        warehouse.take("s", table, [record for name, record in records if name == table])
    return warehouse


_SETTLED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "parcels": {"damaged": ("delivered_at",)},
    "aftersales": {
        "succeeded": ("finished_at",),
        "reason_class": ("applied_at",),
        "platform_handled": ("escalated_at", "finished_at", "applied_at"),
    },
    "tickets": {"liable": ("closed_at",)},
    "chats": dict.fromkeys(
        ("rounds", "reply_seconds", "answered_in_180s", "unanswered", "stars"), ("ended_at", "started_at")
    ),
}
"""What has no moment of its own, and the moments of which the first known settles it."""


def cut_off(table: str, record: Record, moment: int) -> Record | None:
    """Return the record as a source would have told it at a moment."""
    if isinstance(record, AgentDay):  # what a day came to is told once it is over
        return record if record.day < (moment + _EAST) // DAY else None
    moments = TABLES[table].moments
    hidden = {name: None for name in moments if (getattr(record, name) or 0) > moment}
    settled = {
        name: None
        for name, settlers in _SETTLED.get(table, {}).items()
        if next((at for by in settlers if (at := getattr(record, by)) is not None), 0) > moment
    }
    if moments and all(getattr(record, name) is None or name in hidden for name in moments):
        return None
    return msgspec.structs.replace(record, **hidden, **settled)


def capabilities(records: Sequence[Named]) -> set[str]:
    """Return what the sources of these records can tell at all: of a shop, and not of a moment."""
    return {
        *dict(records),
        *("replies" for _, one in records if isinstance(one, Review) and one.replied_at),
        *("pickups" for _, one in records if isinstance(one, Parcel) and one.picked_up_at),
    }


def told_by(records: Sequence[Named], moment: int) -> list[Named]:
    """Return what the sources would have told up to a moment."""
    return [
        (table, seen) for table, record in records if (seen := cut_off(table, record, moment)) is not None
    ]
