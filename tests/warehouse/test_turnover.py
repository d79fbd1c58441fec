"""What turned over in a window, in slices, and what leaves it at midnight: the sums behind drivers and roll-off."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from score_cases import model
from shopwatch.records import Aftersale, AgentDay, Chat, Order, Parcel, Review
from shopwatch.scoring.drivers import between, end_of, slices, split
from shopwatch.scoring.readings import Flow, Leaving, Sum2
from shopwatch.scoring.score import score
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at, douyin, reading, readings

NOW = "2026-11-22 08:00"
DAYS = (1, 7, 30)
DAY = 86_400
PICKUP_ALONE = {
    "logistics": 1, "product": 0, "service": 0, "pickup_hours": 1, "on_time_delivery": 0, "breakage": 0,
}  # fmt: skip


def ship(warehouse: DuckWarehouse, parcels: Iterable[tuple[str, str | int, float]]) -> None:
    """Take in parcels by carrier, the moment of pickup, and the hours since payment (none of them at night)."""
    orders, sent = [], []
    for n, (carrier, picked, hours) in enumerate(parcels):
        moment = at(picked) if isinstance(picked, str) else picked
        paid = moment - round(hours * 3_600)
        orders.append(Order(shop=SHOP, order_id=f"o{n}", paid_at=paid, known_at=1))
        sent.append(
            Parcel(
                shop=SHOP,
                parcel_id=f"p{n}",
                order_id=f"o{n}",
                carrier=carrier or None,
                picked_up_at=moment,
                known_at=1,
            )
        )
    warehouse.take("test", "orders", orders)
    warehouse.take("test", "parcels", sent)


def flows(
    warehouse: DuckWarehouse, name: str, by: str | None, as_of: str | int = NOW
) -> Mapping[int, Mapping[str | None, Flow]]:
    moment = at(as_of) if isinstance(as_of, str) else as_of
    return warehouse.flows(douyin(), SHANGHAI, moment, SHOP, {name: by}, DAYS).get(name, {})


def leaving(warehouse: DuckWarehouse, as_of: str = NOW) -> dict[str, Leaving]:
    values = {
        name: one.now.value
        for name, one in readings(warehouse, as_of).indicators.items()
        if one.now.value is not None
    }
    return warehouse.leaving(douyin(), SHANGHAI, at(as_of), SHOP, values)


def test_rows_come_go_and_stay_by_their_day(warehouse: DuckWarehouse) -> None:
    ship(
        warehouse,
        [
            ("ZTO", "2026-11-21 17:00", 2),  # yesterday: came
            ("ZTO", "2026-11-20 17:00", 3),  # stayed
            ("SF", "2026-10-23 17:00", 1),  # the window's first day now
            ("SF", "2026-10-22 17:00", 5),  # yesterday's window had it: left
            ("SF", "2026-10-21 17:00", 7),  # left before
            ("ZTO", "2026-11-22 07:00", 0.5),  # today: not yet in
        ],
    )
    day = flows(warehouse, "pickup_hours", "carrier")[1]
    assert day == {
        "ZTO": Flow(Sum2(2, 1), Sum2(), Sum2(3, 1), Sum2(3, 1)),
        "SF": Flow(Sum2(), Sum2(5, 1), Sum2(1, 1), Sum2(1, 1)),
    }
    week = flows(warehouse, "pickup_hours", "carrier")[7]
    assert week["ZTO"] == Flow(Sum2(5, 2), Sum2(), Sum2(), Sum2())
    assert week["SF"] == Flow(Sum2(), Sum2(12, 2), Sum2(1, 1), Sum2(1, 1))
    assert flows(warehouse, "pickup_hours", None)[1] == {
        None: Flow(Sum2(2, 1), Sum2(5, 1), Sum2(4, 2), Sum2(4, 2))
    }


def test_what_became_known_later_changed_in_the_window(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "orders",
        [
            Order(
                shop=SHOP, order_id="o1", product_id="cup", known_at=1,
                paid_at=at("2026-11-15 10:00"), finished_at=at("2026-11-18 10:00"),
            )
        ],
    )  # fmt: skip
    warehouse.take(
        "test",
        "aftersales",
        [
            Aftersale(
                shop=SHOP, aftersale_id="a1", order_id="o1", kind="return", reason_class="quality",
                applied_at=at("2026-11-21 10:00"), known_at=1,
            )
        ],
    )  # fmt: skip
    found = flows(warehouse, "quality_returns", "product_id")
    assert found[1] == {"cup": Flow(Sum2(), Sum2(), Sum2(0, 1), Sum2(1, 1))}
    assert found[7] == {"cup": Flow(Sum2(1, 1), Sum2(), Sum2(), Sum2())}


def test_a_product_is_known_by_its_name(warehouse: DuckWarehouse) -> None:
    warehouse.take(
        "test",
        "orders",
        [Order(shop=SHOP, order_id="o1", paid_at=at("2026-11-10 10:00"), product_id="7", product_name="杯", known_at=1)],
    )  # fmt: skip
    reviews = [
        Review(
            shop=SHOP, review_id=f"r{n}", order_id=order, product_id=product, product_stars=5,
            created_at=at("2026-11-21 09:00"), known_at=1,
        )
        for n, (order, product) in enumerate([("o1", None), ("o2", "8")])
    ]  # fmt: skip
    warehouse.take("test", "reviews", reviews)
    assert set(flows(warehouse, "product_rating", "product_id")[1]) == {"杯", "8"}


def test_a_column_that_a_table_lacks_splits_nothing(warehouse: DuckWarehouse) -> None:
    ship(warehouse, [("ZTO", "2026-11-21 17:00", 2)])
    assert flows(warehouse, "pickup_hours", "agent") == {}
    assert flows(warehouse, "no such indicator", "carrier") == {}


def test_figures_by_day_and_agent_are_split_by_agent(warehouse: DuckWarehouse) -> None:
    days = [
        AgentDay(shop=SHOP, agent=agent, day=20_778, sessions=sessions, mean_reply_seconds=seconds, known_at=1)
        for agent, sessions, seconds in (("林", 10, 20.0), ("周", 30, 8.0))
    ]  # fmt: skip
    warehouse.take("test", "agent_days", days)
    found = flows(warehouse, "reply_seconds~", "agent")[1]
    assert {key: flow.entered for key, flow in found.items()} == {"林": Sum2(200, 10), "周": Sum2(240, 30)}


row = st.tuples(
    st.sampled_from(["ZTO", "SF", "", "YTO"]),
    st.integers(0, 66),
    st.integers(0, 86_399),
    st.floats(0, 90),
)


@given(st.lists(row, min_size=1, max_size=40), st.integers(0, 23))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_slices_are_of_the_same_sums_as_the_trend(
    warehouse: DuckWarehouse, rows: list[tuple[str, int, int, float]], hour: int
) -> None:
    midnight = at("2026-11-22 00:00")
    _forget(warehouse)
    ship(
        warehouse,
        [(carrier, midnight - back * DAY + second, hours) for carrier, back, second, hours in rows],
    )
    as_of = midnight + hour * 3_600
    whole = reading(warehouse, "pickup_hours", as_of)
    for days, found in flows(warehouse, "pickup_hours", "carrier", as_of).items():
        now = _sum(one for flow in found.values() for one in (flow.entered, flow.stayed_now))
        then = _sum(one for flow in found.values() for one in (flow.left, flow.stayed_then))
        assert now == pytest.approx(whole.now, abs=1e-6)
        assert then == pytest.approx(whole.series[-1 - days], abs=1e-6)
        points = split(found, -1.5)
        assert math.fsum(one.total for one in points.values()) == pytest.approx(-1.5, abs=1e-9)


def _forget(warehouse: DuckWarehouse) -> None:
    """Begin the example with nothing: hypothesis shares the fixture among them, and what it has kept."""
    warehouse._tallies.forget_all()
    for table in ("orders", "parcels"):
        warehouse._duck.connection.execute(f"DELETE FROM main.{table}")


def _sum(sums: Iterable[Sum2]) -> Sum2:
    every = list(sums)
    return Sum2(sum(s.numerator for s in every), sum(s.denominator for s in every))


# ---------------------------------------------------------------- two moments of any kind


def test_two_as_of_moments_are_split_like_any_two(warehouse: DuckWarehouse) -> None:
    """Between a noon and a noon: each with what was known then."""
    ship(
        warehouse,
        [("ZTO", f"2026-11-{day:02} 17:00", 30.0 if day > 15 else 4.0) for day in range(1, 22)] * 2
        + [("SF", f"2026-11-{day:02} 17:00", 4.0) for day in range(1, 22)] * 2,
    )
    ends, sums = [], []
    for as_of in ("2026-11-12 12:00", "2026-11-20 12:00"):
        scored = score(model(weights=PICKUP_ALONE), readings(warehouse, as_of))
        ends.append(end_of(scored))
        found = flows(warehouse, "pickup_hours", "carrier", as_of)[1]
        sums.append({key: _sum((flow.entered, flow.stayed_now)) for key, flow in found.items()})
    (part,) = [one for one in between(*ends) if one.indicator == "pickup_hours"]
    assert part.delta < 0
    points = slices(sums[1], sums[0], part.delta)
    assert math.fsum(points.values()) == pytest.approx(part.delta, abs=1e-9)
    assert points["ZTO"] < part.delta / 2


# ---------------------------------------------------------------- what leaves at midnight


def test_the_windows_first_day_leaves_with_its_slow_ones(warehouse: DuckWarehouse) -> None:
    ship(
        warehouse,
        [("ZTO", "2026-10-23 17:00", hours) for hours in (30.0, 25.0, 1.0)]
        + [("SF", "2026-10-24 17:00", 2.0), ("SF", "2026-10-22 17:00", 26.0)],
    )
    # the mean is 14.5 h: two of the three are slower
    assert leaving(warehouse)["pickup_hours"] == Leaving(20_749, 3, 2, Sum2(56, 3))
    tomorrow = reading(warehouse, "pickup_hours", "2026-11-23 00:00")
    assert tomorrow.now == pytest.approx((2, 1))


def test_what_missed_is_counted_whatever_the_mean(warehouse: DuckWarehouse) -> None:
    due, early = at("2026-10-23 20:00"), at("2026-10-23 12:00")
    warehouse.take(
        "test",
        "parcels",
        [
            Parcel(
                shop=SHOP, parcel_id=f"p{n}", order_id=f"o{n}", known_at=1,
                picked_up_at=due - 2 * DAY, promised_delivery_at=due, delivered_at=moment,
            )
            for n, moment in enumerate([early, early, due + 3_600, None])
        ],
    )  # fmt: skip
    gone = leaving(warehouse)["on_time_delivery"]
    assert (gone.rows, gone.worse, gone.sums) == (4, 2, Sum2(2, 4))


def test_a_numerator_with_a_pass_of_its_own_counts_its_rows(warehouse: DuckWarehouse) -> None:
    signed = at("2026-10-23 10:00")
    orders = [
        Order(shop=SHOP, order_id=f"o{n}", paid_at=signed - 3 * DAY, finished_at=signed, known_at=1)
        for n in range(5)
    ]
    bad = Aftersale(
        shop=SHOP, aftersale_id="a", order_id="o1", kind="return", reason_class="quality",
        applied_at=at("2026-10-28 10:00"), known_at=1,
    )  # fmt: skip
    warehouse.take("test", "orders", orders)
    warehouse.take("test", "aftersales", [bad])
    assert leaving(warehouse)["quality_returns"] == Leaving(20_749, 5, 1, Sum2(1, 5))


def test_slow_chats_are_told_by_their_own_mean(warehouse: DuckWarehouse) -> None:
    chats = [
        Chat(
            shop=SHOP, chat_id=f"c{n}", started_at=at(f"2026-10-{day} 10:00"), ended_at=at(f"2026-10-{day} 10:30"),
            human=True, rounds=rounds, reply_seconds=seconds, unanswered=0, known_at=1,
        )
        for n, (day, rounds, seconds) in enumerate([(23, 4, 40.0), (23, 1, 90.0), (24, 10, 200.0)])
    ]  # fmt: skip
    warehouse.take("test", "chats", chats)
    gone = leaving(warehouse)["reply_seconds"]  # 330 s of 15 rounds: 22 s a round
    assert (gone.rows, gone.worse, gone.sums) == (2, 1, Sum2(130, 5))


def test_nothing_is_asked_of_an_empty_warehouse(warehouse: DuckWarehouse) -> None:
    assert leaving(warehouse) == {}
    assert flows(warehouse, "pickup_hours", "carrier") == {}
