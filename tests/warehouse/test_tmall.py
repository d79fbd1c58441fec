"""Tmall's indicators, sales and days left out, from records, each on both sides of its boundaries."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from shopwatch.records import Aftersale, Chat, Order, Parcel, Record, Review, Ticket
from shopwatch.rulebook import scorecards
from shopwatch.scoring.assessment import Sales, month_of
from shopwatch.scoring.clauses import Exclusion, Words
from shopwatch.scoring.readings import Reading
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at

TMALL = scorecards()["tmall@2026-03-16"]
NOON = "2026-11-20 12:00"


def take(warehouse: DuckWarehouse, table: str, *records: Record) -> None:
    warehouse.take("test", table, records)


def aftersale(name: str, **fields: Any) -> Aftersale:
    return Aftersale(shop=SHOP, aftersale_id=name, known_at=1, **fields)


def ticket(name: str, of: str, kind: Any, opened: str) -> Ticket:
    return Ticket(shop=SHOP, ticket_id=name, order_id=of, kind=kind, opened_at=at(opened), known_at=1)


def read(warehouse: DuckWarehouse, indicator: str, as_of: str = NOON, card: Scorecard = TMALL) -> Reading:
    return warehouse.readings(card, SHANGHAI, at(as_of), [SHOP])[SHOP].indicators[indicator]


def order(name: str, **moments: Any) -> Order:
    known: dict[str, Any] = {
        field: at(value) if isinstance(value, str) and field.endswith("_at") else value
        for field, value in moments.items()
    }
    return Order(shop=SHOP, order_id=name, known_at=1, **known)


def parcel(name: str, **moments: str) -> Parcel:
    known: dict[str, Any] = {field: at(value) for field, value in moments.items()}
    return Parcel(shop=SHOP, parcel_id=f"p-{name}", order_id=name, known_at=1, **known)


# ---------------------------------------------------------------- pickup within 48 h


@pytest.mark.parametrize(
    ("picked_up", "promised", "presale", "closed", "sums"),
    [
        ("2026-11-12 10:00:00", None, None, None, (1, 1)),
        ("2026-11-12 10:00:01", None, None, None, (0, 1)),
        (None, None, None, None, (0, 1)),
        ("2026-11-11 10:00:01", "2026-11-11 10:00", None, None, (0, 1)),
        ("2026-11-11 10:00:00", "2026-11-11 10:00", None, None, (1, 1)),
        ("2026-11-12 10:00:01", "2026-11-14 10:00", None, None, (0, 1)),
        ("2026-11-14 10:00:00", "2026-11-14 10:00", True, None, (1, 1)),
        ("2026-11-14 10:00:01", "2026-11-14 10:00", True, None, (0, 1)),
        ("2026-11-14 10:00:00", None, True, None, (0, 0)),
        (None, None, None, "2026-11-12 10:00:00", (0, 0)),
        (None, None, None, "2026-11-12 10:00:01", (0, 1)),
    ],
)
def test_an_order_is_due_within_48_hours_or_its_promise(
    warehouse: DuckWarehouse,
    picked_up: str | None,
    promised: str | None,
    presale: bool | None,
    closed: str | None,
    sums: tuple[float, float],
) -> None:
    take(warehouse, "orders",
         order("known", paid_at="2026-09-01 10:00"),
         order("a", paid_at="2026-11-10 10:00", promised_ship_at=promised, presale=presale, closed_at=closed))  # fmt: skip
    take(warehouse, "parcels", parcel("known", picked_up_at="2026-09-01 12:00"),
         *([parcel("a", picked_up_at=picked_up)] if picked_up else []))  # fmt: skip
    assert read(warehouse, "pickup_48h").now == pytest.approx(sums)


@pytest.mark.parametrize(
    ("as_of", "counted"),
    [("2026-11-23 23:59", 0), ("2026-11-24 00:00", 1), ("2026-12-23 23:59", 1), ("2026-12-24 00:00", 0)],
)
def test_a_pickup_shows_on_the_fourth_day(warehouse: DuckWarehouse, as_of: str, counted: int) -> None:
    take(warehouse, "orders", order("a", paid_at="2026-11-20 10:00"))
    take(warehouse, "parcels", parcel("a", picked_up_at="2026-11-20 20:00"))
    found = read(warehouse, "pickup_48h", as_of)
    assert found.now.denominator == counted
    assert read(warehouse, "pickup_48h", "2026-11-24 08:00").series[-1].denominator == 1


def test_without_pickups_nothing_is_late(warehouse: DuckWarehouse) -> None:
    take(warehouse, "orders", order("a", paid_at="2026-11-10 10:00"))
    assert read(warehouse, "pickup_48h").now.denominator == 0


# ---------------------------------------------------------------- the other indicators


@pytest.mark.parametrize(
    ("as_of", "counted"),
    [("2026-11-30 23:59", 0), ("2026-12-01 00:00", 1), ("2026-12-30 23:59", 1), ("2026-12-31 00:00", 0)],
)
def test_an_arrival_shows_on_the_eleventh_day(warehouse: DuckWarehouse, as_of: str, counted: int) -> None:
    take(warehouse, "orders", order("a", paid_at="2026-11-18 10:00"))
    take(warehouse, "parcels", parcel("a", delivered_at="2026-11-20 16:00"))
    assert read(warehouse, "arrival_hours", as_of).now == pytest.approx((54.0 * counted, counted))


def test_negative_feedback_is_a_quality_reason_or_a_bad_rating_once(warehouse: DuckWarehouse) -> None:
    signed = {"paid_at": "2026-11-01 10:00", "finished_at": "2026-11-05 10:00"}
    take(warehouse, "orders", *(order(name, **signed) for name in "abcde"))
    reasons = (("a", "quality"), ("b", "other"), ("b", "quality"))
    refunds = [
        aftersale(f"{name}{n}", order_id=name, reason_class=reason, applied_at=at(f"2026-11-0{6 + n} 10:00"))
        for n, (name, reason) in enumerate(reasons)
    ]
    take(warehouse, "aftersales", *refunds)
    assert read(warehouse, "product_negative").now.denominator == 0, "no reviews known"
    written = at("2026-11-08 10:00")
    reviews = [
        Review(shop=SHOP, review_id=name, order_id=name, product_stars=stars, created_at=written, known_at=1)
        for name, stars in (("a", 1.0), ("c", 2.0), ("d", 3.0))
    ]
    take(warehouse, "reviews", *reviews)
    assert read(warehouse, "product_negative").now == pytest.approx((2, 5))
    assert read(warehouse, "product_negative", "2026-11-08 09:00").now == pytest.approx((1, 5))
    assert read(warehouse, "positive_rate").now == pytest.approx((0, 3))


def test_refunds_take_the_sellers_hours_alone(warehouse: DuckWarehouse) -> None:
    def refund(name: str, **changes: Any) -> Aftersale:
        moments = {"applied_at": "2026-11-10 10:00", "finished_at": "2026-11-10 13:00"}
        known = {**moments, "shipped": True, "succeeded": True, "kind": "refund", **changes}
        return aftersale(
            name, **{field: at(value) if field.endswith("_at") else value for field, value in known.items()}
        )

    take(warehouse, "aftersales", refund("only"))
    assert read(warehouse, "refund_hours").now == pytest.approx((3.0, 1))
    take(
        warehouse, "aftersales",
        refund("unshipped", shipped=False), refund("refused", succeeded=False),
        refund("theirs", platform_handled=True), refund("other", kind="exchange"),
        refund("untold", kind="return"),
        refund("back", kind="return", audited_at="2026-11-10 11:00", return_signed_at="2026-11-14 10:00",
               finished_at="2026-11-14 14:00"),
    )  # fmt: skip
    assert read(warehouse, "refund_hours").now == pytest.approx((8.0, 2))


def test_platform_help_has_its_own_days_for_either_side(warehouse: DuckWarehouse) -> None:
    take(warehouse, "orders", *(order(name, paid_at="2026-11-10 10:00") for name in "abcd"))
    assert read(warehouse, "platform_help").now.denominator == 0, "no tickets known"
    take(
        warehouse,
        "tickets",
        ticket("1", "elsewhere", "dispute", "2026-11-19 10:00"),
        ticket("2", "a", "evidence", "2026-11-19 10:00"),
        ticket("3", "a", "complaint", "2026-10-20 10:00"),
        ticket("4", "a", "platform_help", "2026-10-21 10:00"),
    )
    assert read(warehouse, "platform_help").now == pytest.approx((2, 4))


def test_replies_count_from_eight_to_eleven(warehouse: DuckWarehouse) -> None:
    def chat(started: str, **changes: Any) -> Chat:
        known = {"human": True, "rounds": 4, "answered_in_180s": 3, "stars": 4.0, **changes}
        return Chat(shop=SHOP, chat_id=started, started_at=at(started), ended_at=at("2026-11-15 23:59"),
                    known_at=1, **known)  # fmt: skip

    take(warehouse, "chats", chat("2026-11-15 08:00:00"), chat("2026-11-15 07:59:59"),
         chat("2026-11-15 22:59:59", answered_in_180s=4, stars=3.0), chat("2026-11-15 23:00:00"),
         chat("2026-11-15 12:00", human=False))  # fmt: skip
    assert read(warehouse, "reply_3min").now == pytest.approx((7, 8))
    assert read(warehouse, "chat_satisfaction").now == pytest.approx((3, 4))


@pytest.mark.parametrize(
    ("applied", "on_the_11th", "on_the_12th"),
    [("2026-11-06 10:00", 1, 1), ("2026-11-10 10:00", 1, 1), ("2026-11-11 10:00", 0, 1)],
)
def test_what_is_known_late_shows_the_morning_after(
    warehouse: DuckWarehouse, applied: str, on_the_11th: int, on_the_12th: int
) -> None:
    """Signed for on 11-05, in the window from 11-07 on: the trend has each morning as it was."""
    take(warehouse, "orders", order("a", paid_at="2026-11-01 10:00", finished_at="2026-11-05 10:00"))
    take(
        warehouse, "reviews", Review(shop=SHOP, review_id="r", created_at=at("2026-11-01 10:00"), known_at=1)
    )
    take(
        warehouse, "aftersales", aftersale("s", order_id="a", reason_class="quality", applied_at=at(applied))
    )
    series = read(warehouse, "product_negative", "2026-11-13 08:00").series
    assert [sums.denominator for sums in series[-8:]] == [0, 1, 1, 1, 1, 1, 1, 1]
    assert [sums.numerator for sums in series[-3:]] == [on_the_11th, on_the_12th, 1]


# ---------------------------------------------------------------- days left out


def excluded(**changes: Any) -> Scorecard:
    """The rules with one more exclusion: of arrival, 11-10 to 11-12."""
    fields: dict[str, Any] = {
        "id": "flood", "name": Words(zh="洪水", en="Flood"), "first": datetime.date(2026, 11, 10),
        "last": datetime.date(2026, 11, 12), "indicators": ("arrival_hours",), "certainty": "house", "source": "",
    }  # fmt: skip
    one = Exclusion(**{**fields, **changes})
    return msgspec.structs.replace(TMALL, exclusion=(*TMALL.exclusion, one))


def deliver(warehouse: DuckWarehouse, paid: Sequence[str], signed: str, **more: Any) -> None:
    take(warehouse, "orders", *(order(f"o{n}", paid_at=moment, **more) for n, moment in enumerate(paid)))
    take(warehouse, "parcels", *(parcel(f"o{n}", delivered_at=signed) for n in range(len(paid))))


@pytest.mark.parametrize(
    ("paid", "counted"),
    [
        ("2026-02-09 23:59:59", 1),
        ("2026-02-10 00:00:00", 0),
        ("2026-02-23 23:59:59", 0),
        ("2026-02-24 00:00:00", 1),
    ],
)
def test_what_was_paid_over_spring_festival_has_no_arrival(
    warehouse: DuckWarehouse, paid: str, counted: int
) -> None:
    deliver(warehouse, [paid], "2026-02-26 10:00")
    found = read(warehouse, "arrival_hours", "2026-03-20 12:00")
    assert found.now.denominator == counted
    assert found.series[-1].denominator == counted
    behind = warehouse.rows(TMALL, SHANGHAI, at("2026-03-20 12:00"), SHOP, "arrival_hours", 9)
    assert len(behind) == counted


@pytest.mark.parametrize(
    ("started", "counted"),
    [("2026-02-14 22:59:59", 1), ("2026-02-15 08:00", 0), ("2026-02-23 22:00", 0), ("2026-02-24 08:00", 1)],
)
@pytest.mark.parametrize("is_open", [False, True])
def test_chats_over_spring_festival_count_where_the_shop_stayed_open(
    warehouse: DuckWarehouse, started: str, counted: int, is_open: bool
) -> None:
    take(warehouse, "chats", Chat(shop=SHOP, chat_id="c", started_at=at(started), ended_at=at(started) + 60,
         human=True, rounds=1, answered_in_180s=1, known_at=1))  # fmt: skip
    kept = tuple(one for one in TMALL.exclusion if one.unless is None)
    card = msgspec.structs.replace(TMALL, exclusion=kept) if is_open else TMALL
    found = read(warehouse, "reply_3min", "2026-03-01 12:00", card)
    assert found.now.denominator == (1 if is_open else counted)


@pytest.mark.parametrize(
    ("signed", "counted"),
    [
        ("2026-11-09 23:59:59", 1),
        ("2026-11-10 00:00", 0),
        ("2026-11-12 23:59:59", 0),
        ("2026-11-13 00:00", 1),
    ],
)
def test_by_default_the_day_is_the_one_that_it_counts_on(
    warehouse: DuckWarehouse, signed: str, counted: int
) -> None:
    deliver(warehouse, ["2026-11-01 10:00"], signed)
    found = read(warehouse, "arrival_hours", "2026-11-28 12:00", excluded())
    assert found.now.denominator == counted
    assert read(warehouse, "arrival_hours", "2026-11-28 12:00").now.denominator == 1


@pytest.mark.parametrize(("province", "counted"), [("广东省", 0), ("四川省", 1), (None, 1)])
def test_only_the_provinces_that_are_named(
    warehouse: DuckWarehouse, province: str | None, counted: int
) -> None:
    deliver(warehouse, ["2026-11-11 10:00"], "2026-11-13 10:00", province=province)
    card = excluded(day="paid_at", provinces=("广东省", "广西'壮族"))
    assert read(warehouse, "arrival_hours", "2026-11-28 12:00", card).now.denominator == counted


def test_a_rate_loses_a_row_on_both_sides_or_on_neither(warehouse: DuckWarehouse) -> None:
    take(warehouse, "orders", order("a", paid_at="2026-11-11 10:00", province="广东省"),
         order("b", paid_at="2026-11-15 10:00", province="广东省"))  # fmt: skip
    take(warehouse, "tickets", *(ticket(name, name, "dispute", "2026-11-16 10:00") for name in "ab"))
    by_day = excluded(indicators=("platform_help",), day="paid_at")
    assert read(warehouse, "platform_help", card=by_day).now == pytest.approx((1, 1))
    by_place = excluded(indicators=("platform_help",), day="paid_at", provinces=("广东省",))
    assert read(warehouse, "platform_help", card=by_place).now == pytest.approx((2, 2))


def test_what_leaves_at_midnight_leaves_the_same_days_out(warehouse: DuckWarehouse) -> None:
    deliver(warehouse, ["2026-11-11 10:00", "2026-11-11 10:00"], "2026-11-11 20:00")
    late, card = at("2026-12-21 12:00"), excluded()
    for rules, rows in ((TMALL, 2), (card, 0)):
        found = warehouse.leaving(rules, SHANGHAI, late, SHOP, {"arrival_hours": 10.0})
        assert sum(one.rows for one in found.values()) == rows
    flows = warehouse.flows(card, SHANGHAI, at("2026-11-25 12:00"), SHOP, {"arrival_hours": None}, [7])
    assert not any(
        flow.entered.denominator for days in flows["arrival_hours"].values() for flow in days.values()
    )


# ---------------------------------------------------------------- sales by month


def test_sales_are_what_succeeded_less_what_was_paid_back(warehouse: DuckWarehouse) -> None:
    take(
        warehouse, "orders",
        order("a", created_at="2026-08-03 10:00", finished_at="2026-09-30 23:59:59", amount=10_000),
        order("b", paid_at="2026-09-29 10:00", finished_at="2026-10-01 00:00", amount=20_000),
        order("gift", paid_at="2026-09-29 10:00", finished_at="2026-10-01 00:00", amount=20_000, excluded=True),
        order("open", paid_at="2026-09-29 10:00", amount=50_000),
        order("later", paid_at="2026-09-29 10:00", finished_at="2026-11-20 12:00:01", amount=50_000),
    )  # fmt: skip
    moments: dict[str, Any] = {"applied_at": at("2026-10-02 10:00"), "finished_at": at("2026-10-03 10:00")}
    paid_back = [
        aftersale(name, order_id=of, kind=kind, succeeded=done, amount=fen, **moments)
        for name, of, kind, done, fen in (
            ("1", "b", "refund", True, 5_000),
            ("2", "b", "return", False, 9_000),
            ("3", "b", "exchange", True, 900),
            ("4", "a", "return", True, 99_000),
        )
    ]
    take(warehouse, "aftersales", *paid_back)

    def of(as_of: str) -> Sales:
        return warehouse.sales(SHANGHAI, at(as_of), [SHOP])[SHOP]

    september, october = (month_of(datetime.date(2026, month, 1)) for month in (9, 10))
    assert of(NOON) == Sales({september: 0.0, october: 150.0}, datetime.date(2026, 8, 3))
    assert of("2026-10-02 12:00") == Sales({september: 100.0, october: 200.0}, datetime.date(2026, 8, 3))
    assert warehouse.sales(SHANGHAI, at(NOON), ["another"]) == {}
