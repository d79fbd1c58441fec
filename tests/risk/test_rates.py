from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from risk_cases import at, at_moment, base, order, past, waybill
from shopwatch.risk import Past, Pressure, pressures
from shopwatch.risk.items import by_clock
from shopwatch.scoring.readings import Exposure, Sum2

NOW = "11-20 20:00"
BERLIN = ZoneInfo("Europe/Berlin")


def pressed(
    late: int,
    exposures: list[Exposure],
    due: int = 800,
    pasts: dict[str, Past] | None = None,
    rate: str = "late_shipping",
) -> Pressure:
    known = base(at(NOW), rates={rate: Sum2(late, due)})
    found = {
        one.rate.id: one for one in pressures(by_clock(exposures), at_moment(at(NOW), known, pasts=pasts))
    }
    return found[rate]


def open_today(count: int) -> list[Exposure]:
    return [order(f"T{n}", "11-20 08:00", due="11-20 23:30") for n in range(count)]


def test_how_many_must_be_saved() -> None:
    pressure = pressed(230, open_today(30))
    assert (pressure.near, pressure.struck) == (True, False)  # 28.75 %: a warning
    assert (pressure.forecast, pressure.rescue) == (260, 21)  # 239 of 800 is 29.875 %
    assert len(pressure.open) == 30


@pytest.mark.parametrize(
    ("late", "due", "near", "struck"),
    [
        (230, 800, True, False),
        (239, 800, True, False),
        (240, 800, True, True),  # 30.0 % and at least 200
        (199, 800, False, False),  # 24.875 %
        (200, 800, True, False),  # 25 % and at least 150
        (149, 400, False, False),  # 37 %, but under 150
        (150, 400, True, False),
        (199, 400, True, False),
        (200, 400, True, True),
    ],
)
def test_both_conditions_count(late: int, due: int, near: bool, struck: bool) -> None:
    pressure = pressed(late, [], due)
    assert (pressure.near, pressure.struck) == (near, struck)


def test_of_a_day_on_which_nothing_falls_due_there_is_nothing_to_say() -> None:
    known = base(at(NOW), rates={"late_shipping": Sum2(0, 0)})
    assert pressures(by_clock([order("tomorrow", "11-20 08:00", 48)]), at_moment(at(NOW), known)) == ()


def of_products(**sums: tuple[int, int]) -> Pressure:
    """The pressure on the line that each product has, with 30 orders of each still open today."""
    products = {product: Sum2(*pair) for product, pair in sums.items()}
    known = base(at(NOW), rates_of_each={"late_shipping_product": products})
    still = [
        order(
            f"{product}{n}",
            "11-20 08:00",
            due="11-20 23:30",
            product_id=product,
            product_name=f"the {product}",
        )
        for product in products
        for n in range(30)
    ]
    found = {one.rate.id: one for one in pressures(by_clock(still), at_moment(at(NOW), known))}
    return found["late_shipping_product"]


def test_a_product_has_a_limit_of_its_own_and_the_nearest_to_it_stands_for_the_shop() -> None:
    pressure = of_products(case=(10, 150), cable=(85, 200))
    assert (pressure.product, pressure.due, pressure.late) == ("the cable", 200, 85)
    assert (pressure.near, pressure.struck) == (True, False)  # 42.5 %: a warning
    assert (pressure.forecast, pressure.rescue) == (115, 16)  # 99 of 200 is 49.5 %, and under 100
    assert {one.product_id for one in pressure.open} == {"cable"}


@pytest.mark.parametrize(
    ("late", "due", "struck"),
    [(99, 150, False), (100, 200, True), (100, 201, False), (120, 200, True), (79, 100, False)],
)
def test_a_product_is_banned_from_half_of_its_orders_and_a_hundred(late: int, due: int, struck: bool) -> None:
    assert of_products(case=(late, due)).struck is struck


def test_only_what_falls_due_today_and_is_not_late_can_be_saved() -> None:
    others = [
        order("late", "11-18 10:00"),
        order("tonight", "11-20 08:00", due="11-20 23:59:59"),
        order("tomorrow", "11-20 08:00", due="11-21 00:00:00"),
        order("no promise", "11-20 08:00", None),
    ]
    assert [one.subject_id for one in pressed(230, others).open] == ["tonight"]


def test_with_a_past_the_forecast_is_what_it_expects() -> None:
    hours = [n * 0.31 for n in range(101)]  # 12 h have passed of 15.5, and half of the rest takes longer
    pressure = pressed(100, open_today(200), pasts={"ship": past(hours)})
    assert 100 < pressure.forecast < 300
    assert pressure.foreseen
    assert not pressed(100, open_today(200)).foreseen
    assert pressed(100, open_today(200)).forecast == 300
    assert not pressed(100, open_today(200)).near  # an unknown future is not an alarm


# ---------------------------------------------------------------- the other days' and weeks' rates


@pytest.mark.parametrize(
    ("rate", "saved", "others"),
    [
        # 48 h past its promise is out of stock: what was promised the day before yesterday decides today's rate
        (
            "out_of_stock",
            order("in", "11-17 10:00", due="11-18 20:00:01"),
            [
                order("passed", "11-17 10:00", due="11-18 19:59:59"),
                order("tomorrow", "11-17 10:00", due="11-19 00:00:00"),
                order("unproved", "11-17 10:00", due="11-18 21:00", proved=False),
            ],
        ),
        # 48 h without a pickup, 24 of them past the clock's own deadline
        (
            "dead_tracking",
            waybill("in", "11-18 20:00:01"),
            [waybill("passed", "11-18 19:59:59"), waybill("tomorrow", "11-19 00:00:00")],
        ),
        # tickets of the week: those due by midnight
        (
            "late_tickets",
            order("in", "11-20 10:00", due="11-20 20:00:01", clock="ticket"),
            [
                order("passed", "11-19 10:00", due="11-20 20:00:00", clock="ticket"),
                order("tomorrow", "11-20 10:00", due="11-21 00:00:00", clock="ticket"),
                order("evidence", "11-20 10:00", due="11-20 22:00", clock="evidence"),
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_still_be_saved_today_of_every_rate(
    rate: str, saved: Exposure, others: list[Exposure]
) -> None:
    pressure = pressed(12, [*others, saved], due=60, rate=rate)
    assert [one.subject_id for one in pressure.open] == ["in"]
    assert (pressure.late, pressure.forecast) == (12, 13)


def test_how_many_waybills_must_be_picked_up_by_midnight() -> None:
    open_ = [waybill(f"W{n:02}", "11-18 21:00") for n in range(12)]
    pressure = pressed(15, open_, due=200, rate="dead_tracking")
    assert (pressure.near, pressure.struck) == (True, False)  # 7.5 % and at least 14
    assert (pressure.forecast, pressure.rescue) == (27, 7)  # 20 of 200 are no more than 10 %
    assert not pressed(20, open_, due=200, rate="dead_tracking").struck
    assert pressed(21, open_, due=200, rate="dead_tracking").struck


@pytest.mark.parametrize(
    ("now", "due", "today"),
    [
        ("2026-10-25 00:30", "2026-10-25 23:59:59", True),
        ("2026-10-25 00:30", "2026-10-26 00:00:00", False),
        ("2026-10-25 23:59:59", "2026-10-26 00:00:00", False),
        ("2026-03-29 01:59", "2026-03-29 23:59:59", True),
        ("2026-03-29 01:59", "2026-03-30 00:00:00", False),
    ],
)
def test_the_day_of_a_rate_is_the_shops_own_even_where_it_has_23_or_25_hours(
    now: str, due: str, today: bool
) -> None:
    moment = at(now, BERLIN)
    known = base(moment, rates={"late_shipping": Sum2(1, 10)})
    one = msgspec.structs.replace(order("it", "11-20 10:00"), started=moment - 60, due=at(due, BERLIN))
    found = pressures(by_clock([one]), at_moment(moment, known, zone=BERLIN))
    open_ = next(each.open for each in found if each.rate.id == "late_shipping")
    assert bool(open_) is today
