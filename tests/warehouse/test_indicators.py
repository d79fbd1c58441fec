"""The nine indicators from records, each on both sides of each of its boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
import pytest

from shopwatch.records import Aftersale, AgentDay, Chat, Event, Order, Parcel, Review, Ticket
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at, reading, readings

BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def pick_up(warehouse: DuckWarehouse, pairs: Sequence[tuple[str, str]], zone: ZoneInfo = SHANGHAI) -> None:
    orders = [
        Order(shop=SHOP, order_id=f"o{n}", paid_at=at(paid, zone), known_at=1)
        for n, (paid, _) in enumerate(pairs)
    ]
    parcels = [
        Parcel(shop=SHOP, parcel_id=f"p{n}", order_id=f"o{n}", picked_up_at=at(picked, zone), known_at=1)
        for n, (_, picked) in enumerate(pairs)
    ]
    warehouse.take("test", "orders", orders)
    warehouse.take("test", "parcels", parcels)


def test_t1_pickup(warehouse: DuckWarehouse) -> None:
    evening = ["2026-11-20 17:59:59", "2026-11-20 18:00:00", "2026-11-20 19:30:00"]
    paid = [*evening, "2026-11-21 05:59:59", "2026-11-21 06:00:00"]
    pick_up(warehouse, [(moment, "2026-11-21 09:00:00") for moment in paid])
    now = reading(warehouse, "pickup_hours", "2026-11-22 08:00").now
    assert now.numerator == pytest.approx(15 + 1 / 3600 + 4 * 3.0, abs=1e-9)
    assert now.denominator == 5
    assert now.value is not None
    assert f"{now.value:.1f}" == "5.4"


@pytest.mark.parametrize(
    ("paid", "picked_up", "hours"),
    [
        ("2026-11-20 17:59:59", "2026-11-20 18:59:59", 1.0),
        ("2026-11-20 18:00:00", "2026-11-21 06:00:00", 0.0),
        ("2026-11-20 19:30:00", "2026-11-20 21:00:00", 0.0),  # never below nought
        ("2026-11-20 23:59:59", "2026-11-21 07:00:00", 1.0),
        ("2026-11-21 00:00:00", "2026-11-21 07:00:00", 1.0),
        ("2026-11-21 05:59:59", "2026-11-21 07:00:00", 1.0),
        ("2026-11-21 06:00:00", "2026-11-21 07:00:00", 1.0),
        ("2026-11-21 06:00:01", "2026-11-21 07:00:01", 1.0),
    ],
)
def test_the_night_of_a_pickup(warehouse: DuckWarehouse, paid: str, picked_up: str, hours: float) -> None:
    pick_up(warehouse, [(paid, picked_up)])
    assert reading(warehouse, "pickup_hours", "2026-11-22 08:00").now == pytest.approx((hours, 1), abs=1e-9)


@pytest.mark.parametrize(
    ("zone", "paid", "picked_up", "hours"),
    [
        # the clock goes back at 03:00 on 2026-10-25: the night has one more hour, the count has not
        (BERLIN, "2026-10-24 18:00:00", "2026-10-25 07:00:00", 1.0),
        (BERLIN, "2026-10-24 17:00:00", "2026-10-25 06:00:00", 14.0),
        # and forward at 02:00 on 2026-03-29
        (BERLIN, "2026-03-28 18:00:00", "2026-03-29 07:00:00", 1.0),
        (BERLIN, "2026-03-28 17:00:00", "2026-03-29 06:00:00", 12.0),
        # the last summer time of São Paulo ended at midnight, 2019-02-17
        (SAO_PAULO, "2019-02-16 18:00:00", "2019-02-17 07:30:00", 1.5),
        (SAO_PAULO, "2019-02-16 17:00:00", "2019-02-17 06:00:00", 14.0),
    ],
)
def test_the_night_in_which_the_clock_changes(
    warehouse: DuckWarehouse, zone: ZoneInfo, paid: str, picked_up: str, hours: float
) -> None:
    pick_up(warehouse, [(paid, picked_up)], zone)
    day = picked_up[:10]
    after = f"{day[:8]}{int(day[8:]) + 1:02} 08:00"
    assert reading(warehouse, "pickup_hours", after, zone).now == pytest.approx((hours, 1), abs=1e-9)


@pytest.mark.parametrize(
    ("as_of", "counted"),
    [("2026-11-21 23:59:59", 0), ("2026-11-22 00:00", 1), ("2026-12-21 23:59", 1), ("2026-12-22 00:00", 0)],
)
def test_the_window_is_thirty_whole_days_before_today(
    warehouse: DuckWarehouse, as_of: str, counted: int
) -> None:
    pick_up(warehouse, [("2026-11-21 08:00", "2026-11-21 23:59:59")])
    assert reading(warehouse, "pickup_hours", as_of).now.denominator == counted


def test_tomorrows_figure_has_the_window_one_day_on(warehouse: DuckWarehouse) -> None:
    pick_up(warehouse, [("2026-11-21 08:00", "2026-11-21 10:00"), ("2026-10-22 08:00", "2026-10-22 09:00")])
    found = reading(warehouse, "pickup_hours", "2026-11-21 12:00")
    assert found.now == pytest.approx((1.0, 1))  # the one of 30 days ago
    assert found.next == pytest.approx((2.0, 1))  # that one out, today's in


def test_an_excluded_order_is_not_scored(warehouse: DuckWarehouse) -> None:
    pick_up(warehouse, [("2026-11-20 08:00", "2026-11-20 10:00")])
    warehouse.take(
        "test",
        "orders",
        [Order(shop=SHOP, order_id="o0", paid_at=at("2026-11-20 08:00"), excluded=True, known_at=2)],
    )
    assert reading(warehouse, "pickup_hours", "2026-11-22 08:00").now.denominator == 0


def aftersale(n: int, applied: str, audited: str, **other: object) -> Aftersale:
    fields: dict[str, object] = {
        "shop": SHOP, "aftersale_id": f"a{n}", "order_id": f"o{n}", "kind": "return",
        "shipped": True, "succeeded": True, "applied_at": at(applied), "audited_at": at(audited),
        "finished_at": at("2026-11-21 20:00"), "known_at": 1,
    }  # fmt: skip
    return Aftersale(**{**fields, **other})  # type: ignore[arg-type]


def test_t3_audit(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "aftersales",
        [
            aftersale(1, "2026-11-19 23:30", "2026-11-20 09:15"),
            aftersale(2, "2026-11-20 22:50", "2026-11-20 23:10"),
            aftersale(3, "2026-11-19 22:59:59", "2026-11-20 08:30"),
            aftersale(4, "2026-11-20 23:00:00", "2026-11-20 23:40"),
            # neither counts: not shipped, and refused
            aftersale(5, "2026-11-19 08:00", "2026-11-20 14:00", kind="refund", shipped=False),
            aftersale(6, "2026-11-19 08:00", "2026-11-20 14:00", succeeded=False),
        ],
    )
    now = reading(warehouse, "audit_hours", "2026-11-22 08:00").now
    assert now.numerator == pytest.approx(1.25 + 1 / 3 + 9.5 + 1 / 3600 + 0.0, abs=1e-9)
    assert now.denominator == 4
    assert f"{now.value:.1f}" == "2.8"


def chat(n: int, started: str, **sums: object) -> Chat:
    fields: dict[str, object] = {
        "shop": SHOP, "chat_id": f"c{n}", "started_at": at(started), "ended_at": at(started) + 900,
        "human": True, "unanswered": 0, "known_at": 1,
    }  # fmt: skip
    return Chat(**{**fields, **sums})  # type: ignore[arg-type]


def test_t4_chat(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "chats",
        [
            chat(1, "2026-11-20 22:59:50", rounds=2, reply_seconds=60.0),
            chat(2, "2026-11-20 10:00", rounds=2, reply_seconds=15.0, unanswered=1),
            chat(3, "2026-11-20 23:00:00", rounds=1, reply_seconds=500.0),
            chat(4, "2026-11-20 11:00", rounds=3, reply_seconds=3.0, human=False),
        ],
    )
    now = reading(warehouse, "reply_seconds", "2026-11-22 08:00").now
    assert now == pytest.approx((40 + 20 + 15 + 600, 4))
    assert f"{now.value:.1f}" == "168.8"


@pytest.mark.parametrize(
    ("started", "counted"), [("07:59:59", 0), ("08:00:00", 1), ("22:59:59", 1), ("23:00:00", 0)]
)
def test_the_hours_of_a_chat(warehouse: DuckWarehouse, started: str, counted: int) -> None:
    warehouse.take(
        "test", "chats", [chat(1, f"2026-11-20 {started}", rounds=1, reply_seconds=9.0, stars=3.0)]
    )
    assert reading(warehouse, "reply_seconds", "2026-11-22 08:00").now.denominator == counted
    assert reading(warehouse, "dissatisfied", "2026-11-22 08:00").now == (counted, counted)


def test_what_exports_give_stands_in_and_is_marked(warehouse: DuckWarehouse) -> None:
    day = at("2026-11-20 00:00") // 86400 + 1
    warehouse.take(
        "test",
        "agent_days",
        [
            AgentDay(
                shop=SHOP, agent="a", day=day, sessions=30, mean_reply_seconds=10.0, dissatisfied_rate=0.1
            ),
            AgentDay(
                shop=SHOP, agent="b", day=day, sessions=10, mean_reply_seconds=30.0, dissatisfied_rate=0.2
            ),
        ],
    )
    found = reading(warehouse, "reply_seconds", "2026-11-22 08:00")
    assert found.approximate
    assert found.now == pytest.approx((600.0, 40))
    assert reading(warehouse, "dissatisfied", "2026-11-22 08:00").now == pytest.approx((5.0, 40))


def test_quality_returns_count_an_order_once_by_its_first_reason(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "orders",
        [
            Order(
                shop=SHOP,
                order_id=f"o{n}",
                paid_at=at("2026-11-15 09:00"),
                finished_at=at("2026-11-20 09:00"),
                known_at=1,
            )
            for n in range(1, 5)
        ],
    )
    other = {"audited_at": None, "finished_at": None, "succeeded": None}
    warehouse.take(
        "test",
        "aftersales",
        [
            aftersale(1, "2026-11-20 10:00", "2026-11-20 11:00", reason_class="quality", **other),
            aftersale(
                11, "2026-11-21 10:00", "2026-11-21 11:00", order_id="o1", reason_class="other", **other
            ),
            aftersale(2, "2026-11-20 10:00", "2026-11-20 11:00", reason_class="other", **other),
            aftersale(
                12, "2026-11-21 10:00", "2026-11-21 11:00", order_id="o2", reason_class="quality", **other
            ),
            aftersale(3, "2026-11-20 10:00", "2026-11-20 11:00", reason_class="damage", **other),
        ],
    )
    found = readings(warehouse, "2026-11-22 08:00")
    assert found.indicators["quality_returns"].now == (1, 4)
    assert found.indicators["breakage"].now == (1, 4)


def test_platform_help_counts_orders_that_sought_the_merchant(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "orders",
        [Order(shop=SHOP, order_id=f"o{n}", paid_at=at("2026-11-15 09:00"), known_at=1) for n in range(1, 5)],
    )
    warehouse.take("test", "aftersales", [aftersale(1, "2026-11-20 10:00", "2026-11-20 11:00")])
    warehouse.take(
        "test",
        "chats",
        [
            chat(1, "2026-11-19 09:00", order_id="o1", rounds=1),  # the same order: counts once
            chat(2, "2026-11-20 09:00", order_id="o2", rounds=1),
            chat(3, "2026-11-20 09:00", rounds=1),  # no order: counts by itself
            chat(4, "2026-11-20 09:00", rounds=1, human=False),
        ],
    )
    warehouse.take(
        "test",
        "tickets",
        [
            Ticket(
                shop=SHOP,
                ticket_id="t1",
                order_id="o2",
                kind="dispute",
                opened_at=at("2026-11-21 09:00"),
                known_at=1,
            ),
            Ticket(
                shop=SHOP,
                ticket_id="t2",
                order_id="o1",
                kind="evidence",
                opened_at=at("2026-11-21 09:00"),
                known_at=1,
            ),
        ],
    )
    assert reading(warehouse, "platform_help", "2026-11-22 08:00").now == (1, 3)


def test_an_undelivered_parcel_is_a_miss_once_its_promise_is_past(warehouse: DuckWarehouse) -> None:
    promised = at("2026-11-20 20:00")
    parcels = [
        Parcel(shop=SHOP, parcel_id=f"p{n}", order_id=f"o{n}", waybill_at=at("2026-11-15 10:00"),
               delivered_at=delivered, promised_delivery_at=promised, known_at=1)
        for n, delivered in enumerate([promised, promised + 1, None])
    ]  # fmt: skip
    warehouse.take("test", "parcels", parcels)
    assert reading(warehouse, "on_time_delivery", "2026-11-21 08:00").now == (1, 3)
    assert reading(warehouse, "on_time_delivery", "2026-11-20 21:00").now == (0, 0)  # due today, not before
    assert reading(warehouse, "on_time_delivery", "2026-11-20 19:59").next == (0, 0)  # nor due yet
    assert reading(warehouse, "on_time_delivery", "2026-11-20 21:00").next == (1, 3)


def test_ratings_count_on_the_day_they_were_written(warehouse: DuckWarehouse) -> None:
    stars = [5.0, 4.0, None]
    warehouse.take(
        "test",
        "reviews",
        [
            Review(
                shop=SHOP,
                review_id=f"r{n}",
                created_at=at("2026-11-20 09:00"),
                product_stars=given,
                known_at=1,
            )
            for n, given in enumerate(stars)
        ],
    )
    assert reading(warehouse, "product_rating", "2026-11-21 08:00").now == (9.0, 2)


# A seller's click on 发货 is no proof of it.
CLICKED = Order(
    shop=SHOP,
    order_id="o1",
    paid_at=at("2026-11-18 10:00"),
    promised_ship_at=at("2026-11-20 10:00"),
    shipped_at=at("2026-11-18 12:00"),
    known_at=1,
)


@pytest.mark.parametrize(
    ("picked_up", "as_of", "late"),
    [
        ("2026-11-20 10:00:00", "2026-11-20 20:00", 0),
        ("2026-11-20 10:00:01", "2026-11-20 20:00", 1),
        (None, "2026-11-20 10:00:00", 0),
        (None, "2026-11-20 10:00:01", 1),
    ],
)
def test_the_daily_rate_of_late_shipping(
    warehouse: DuckWarehouse, picked_up: str | None, as_of: str, late: int
) -> None:
    warehouse.take("test", "orders", [CLICKED])
    parcel = Parcel(shop=SHOP, parcel_id="p1", order_id="o1", waybill_at=at("2026-11-18 12:00"),
                    picked_up_at=at(picked_up) if picked_up else None, known_at=1)  # fmt: skip
    known = Parcel(shop=SHOP, parcel_id="p0", order_id="o0", picked_up_at=at("2026-11-01 12:00"), known_at=1)
    warehouse.take("test", "parcels", [parcel, known])
    assert readings(warehouse, as_of).rates["late_shipping"] == (late, 1)


def test_a_click_on_shipped_is_all_there_is_where_no_pickup_is_ever_known(warehouse: DuckWarehouse) -> None:
    warehouse.take("test", "orders", [CLICKED])
    assert readings(warehouse, "2026-11-20 20:00").rates["late_shipping"] == (0, 1)


def test_each_product_with_enough_due_today_has_a_late_rate_of_its_own(warehouse: DuckWarehouse) -> None:
    def promised(product: str, n: int, when: str, sent: str | None) -> Order:
        moment = at(sent) if sent else None
        return msgspec.structs.replace(
            CLICKED,
            order_id=f"{product}{n}",
            product_id=product,
            promised_ship_at=at(when),
            shipped_at=moment,
        )

    warehouse.take(
        "test",
        "orders",
        [
            *(
                promised("case", n, "2026-11-20 10:00", "2026-11-20 11:00" if n < 50 else None)
                for n in range(90)
            ),
            *(promised("case", n, "2026-11-19 10:00", None) for n in range(90, 190)),
            *(promised("cable", n, "2026-11-20 21:00", None) for n in range(80)),
            *(promised("few", n, "2026-11-20 10:00", None) for n in range(79)),
        ],
    )
    of_each = readings(warehouse, "2026-11-20 20:00").rates_of_each["late_shipping_product"]
    assert of_each == {"case": (90, 90), "cable": (0, 80)}


def test_fraud_and_passive_service_are_counted_by_day_and_by_week(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "events",
        [
            Event(shop=SHOP, event_id=f"e{n}", kind=kind, happened_at=at(when), known_at=1)
            for n, (kind, when) in enumerate(
                [("fraud_shipping", "2026-11-20 09:00"), ("fraud_shipping", "2026-11-19 09:00"),
                 ("passive_service", "2026-11-14 00:00"), ("passive_service", "2026-11-13 23:59:59")]
            )
        ],
    )  # fmt: skip
    rates = readings(warehouse, "2026-11-20 20:00").rates
    assert rates["fraud_shipping_today"].numerator == 1
    assert rates["passive_service"].numerator == 1


def test_an_order_that_was_never_paid_has_no_promise_to_miss(warehouse: DuckWarehouse) -> None:
    promised = at("2026-11-21 12:00")
    unpaid = Order(
        shop=SHOP, order_id="o1", created_at=at("2026-11-20 08:00"), promised_ship_at=promised,
        closed_at=at("2026-11-21 13:00"), known_at=1,
    )  # fmt: skip
    warehouse.take("test", "orders", [unpaid])
    assert readings(warehouse, "2026-11-21 14:00").rates["late_shipping"] == (0, 0)
