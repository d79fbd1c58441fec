from __future__ import annotations

import msgspec
import pytest

from score_cases import HEALTHY, event, model, moved, official, readings, scorecard, steady
from shopwatch.scoring.readings import Reading, Sum2
from shopwatch.scoring.score import Change, Scored, score


def without(*names: str) -> dict[str, Reading]:
    return {name: reading for name, reading in HEALTHY.items() if name not in names}


def only(*names: str) -> dict[str, Reading]:
    return {name: HEALTHY[name] for name in names}


def points(result: Scored) -> dict[str, float | None]:
    return {name: indicator.points for name, indicator in result.indicators.items()}


# ---------------------------------------------------------------- from values to the total


def test_a_score_is_the_weighted_mean_of_its_dimensions() -> None:
    result = score(model(weights={"product": 50, "logistics": 20, "service": 30}), readings())
    shown = points(result)
    assert shown["product_rating"] == pytest.approx(70)
    assert shown["quality_returns"] == pytest.approx(60)
    product, logistics, service = (result.dimensions[d].value for d in ("product", "logistics", "service"))
    assert product == pytest.approx(65)
    assert None not in (logistics, service)
    assert result.value == pytest.approx(0.5 * 65 + 0.2 * (logistics or 0) + 0.3 * (service or 0))
    assert (result.basis, result.coverage, result.stage) == ("estimated", 1.0, "formal")


def test_a_shop_may_have_its_own_curve() -> None:
    own = model(curves={"pickup_hours": ((0.0, 100.0), (50.0, 0.0))})
    assert points(score(own, readings()))["pickup_hours"] == pytest.approx(100 - 2 * 5.6)


def test_printed_weights_stand_where_the_configuration_is_silent() -> None:
    printed = [official(3, "product", weight=0.44), official(3, "logistics", weight=0.2)]
    whole = [*printed, official(3, "service", weight=0.36)]
    weights = {
        n: d.plan.weight for n, d in score(model(), readings(official=tuple(whole))).dimensions.items()
    }
    assert weights == {"product": 0.44, "logistics": 0.2, "service": 0.36}
    partly = score(model(), readings(official=tuple(printed))).dimensions
    assert {d.plan.certainty for d in partly.values()} == {"default"}
    own = score(model(weights={"product": 1, "logistics": 1, "service": 2}), readings(official=tuple(whole)))
    assert own.dimensions["service"].plan.weight == 0.5
    assert own.dimensions["service"].plan.certainty == "shop"


def test_a_dimension_never_leaves_its_bounds() -> None:
    poor = {**HEALTHY, "product_rating": steady(1, 1), "quality_returns": steady(1, 1)}
    low = model(curves={"product_rating": ((0, 0), (5, 0)), "quality_returns": ((0, 0), (1, 0))})
    assert score(low, readings(poor)).dimensions["product"].value == 50


def test_the_total_never_leaves_its_bounds() -> None:
    given = {"next_day_share": 1.0, "freight_insurance": True}
    perfect = {
        **HEALTHY,
        "product_rating": steady(5, 1),
        "quality_returns": steady(0, 1),
        "pickup_hours": steady(0, 1),
        "on_time_delivery": steady(1, 1),
        "breakage": steady(0, 1),
        "audit_hours": steady(0, 1),
        "reply_seconds": steady(0, 1),
        "dissatisfied": steady(0, 1),
        "platform_help": steady(0, 1),
    }
    assert score(model(given=given), readings(perfect)).value == 100


# ---------------------------------------------------------------- what has no data


def test_weights_are_shared_out_inside_a_dimension() -> None:
    result = score(model(), readings(without("quality_returns")))
    assert result.dimensions["product"].value == pytest.approx(70)
    assert result.coverage == pytest.approx(5 / 6)
    assert result.weight_of("product_rating") == pytest.approx(1 / 3)
    assert result.weight_of("quality_returns") == 0


def test_a_dimension_without_data_is_null_and_the_others_carry_the_total() -> None:
    result = score(model(), readings(without("product_rating", "quality_returns")))
    assert result.dimensions["product"].value is None
    others = [result.dimensions[d].value or 0 for d in ("logistics", "service")]
    assert result.value == pytest.approx(sum(others) / 2)
    assert result.coverage == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("names", "coverage", "scored"),
    [
        (("product_rating",), 1 / 6, False),
        (("product_rating", "quality_returns"), 1 / 3, False),
        (("product_rating", "pickup_hours", "on_time_delivery"), 1 / 6 + 2 / 9, False),
        (("product_rating", "quality_returns", "reply_seconds", "audit_hours"), 0.5, True),
    ],
)
def test_less_than_half_of_the_weight_is_no_total(
    names: tuple[str, ...], coverage: float, scored: bool
) -> None:
    result = score(model(), readings(only(*names)))
    assert result.coverage == pytest.approx(coverage)
    assert (result.value is not None) is scored
    assert (result.next is not None) is scored
    assert (result.trend[0] is not None) is scored


def test_exports_alone_leave_three_indicators_unavailable() -> None:
    result = score(model(), readings(without("pickup_hours", "on_time_delivery", "product_rating")))
    missing = {n: i.reason for n, i in result.indicators.items() if i.state == "unavailable"}
    assert missing == {"pickup_hours": "missing", "on_time_delivery": "missing", "product_rating": "missing"}
    assert all(result.indicators[name].value is None for name in missing)
    assert all(result.indicators[name].points is None for name in missing)
    assert result.basis == "estimated"
    assert result.coverage == pytest.approx(1 / 6 + 1 / 9 + 1 / 3)


@pytest.mark.parametrize(
    ("reading", "state", "reason"),
    [
        (steady(5.0, 30), "ok", None),
        (steady(5.0, 29), "thin", "thin"),
        (steady(5.0, 29, approximate=True), "approximate", "fallback"),
        (steady(0, 0), "unavailable", "missing"),
    ],
)
def test_an_indicator_says_how_far_to_trust_it(reading: Reading, state: str, reason: str | None) -> None:
    shown = score(model(), readings({**HEALTHY, "audit_hours": reading})).indicators["audit_hours"]
    assert (shown.state, shown.reason) == (state, reason)


def test_official_values_stand_in_where_records_are_missing() -> None:
    figures = (official(5, "pickup_hours", value=9.0), official(1, "pickup_hours", value=4.0))
    shown = score(model(), readings(without("pickup_hours"), official=figures)).indicators["pickup_hours"]
    assert (shown.value, shown.state, shown.reason) == (4.0, "approximate", "official")
    assert shown.points == 100
    assert shown.series[-6:] == (9.0, 9.0, 9.0, 9.0, 4.0, 4.0)
    assert shown.series[0] is None
    assert shown.changes == Change()
    assert shown.official == figures[1]


def test_records_win_over_official_values() -> None:
    figures = (official(1, "pickup_hours", value=40.0),)
    shown = score(model(), readings(official=figures)).indicators["pickup_hours"]
    assert shown.value == pytest.approx(5.6)
    assert shown.state == "ok"
    assert shown.official == figures[0]


def test_an_old_official_value_stands_in_no_more() -> None:
    figures = (official(31, "pickup_hours", value=9.0),)
    shown = score(model(), readings(without("pickup_hours"), official=figures)).indicators["pickup_hours"]
    assert shown.state == "unavailable"
    assert shown.official == figures[0]


# ---------------------------------------------------------------- trend and deltas


def test_deltas_are_against_the_trend_of_that_day() -> None:
    hours = [(float(h), 1.0) for h in range(40, 9, -1)]  # an hour better each day, 10 now
    result = score(model(), readings({**HEALTHY, "pickup_hours": moved(hours)}))
    shown = result.indicators["pickup_hours"]
    assert shown.changes == Change(-1.0, -7.0, -30.0)
    assert len(result.trend) == len(shown.series) == 31
    assert result.trend[-1] == result.value
    for days, change in ((1, result.changes.day), (7, result.changes.week), (30, result.changes.month)):
        assert change == pytest.approx((result.value or 0) - (result.trend[30 - days] or 0))
        assert change is not None
        assert change > 0
    logistics = result.dimensions["logistics"]
    assert logistics.changes.day == pytest.approx(3 * (result.changes.day or 0))


def test_a_day_without_rows_has_no_delta() -> None:
    days = [(0.0, 0.0)] * 25 + [(5.0, 1.0)] * 6
    shown = score(model(), readings({**HEALTHY, "pickup_hours": moved(days)})).indicators["pickup_hours"]
    assert shown.changes == Change(0.0, None, None)
    assert shown.series[:25] == (None,) * 25


def test_what_became_known_today_shows_in_the_value_and_the_last_day_of_the_trend() -> None:
    reading = moved([(5.0, 1.0)] * 31, now=Sum2(11.0, 1.0), next=Sum2(20.0, 1.0))
    result = score(model(), readings({**HEALTHY, "pickup_hours": reading}))
    shown = result.indicators["pickup_hours"]
    assert (shown.value, shown.next_value, shown.series[-2]) == (11.0, 20.0, 5.0)
    assert result.trend[-1] == result.value
    assert result.next is not None
    assert result.value is not None
    assert result.next < result.value < (result.trend[-2] or 0)


def test_a_shop_without_a_past_has_a_score_and_no_deltas() -> None:
    young = {n: Reading(now=r.now, next=r.next, series=r.series[-3:]) for n, r in HEALTHY.items()}
    result = score(model(), readings(young))
    assert result.value is not None
    assert result.changes == Change(0.0, None, None)
    assert result.trend[:28] == (None,) * 28


# ---------------------------------------------------------------- stages


@pytest.mark.parametrize(
    ("valid", "stage", "value"),
    [(29, "growth", 70), (0, "growth", 70), (30, "formal", None), (None, "unknown", None)],
)
def test_thirty_valid_orders_are_the_formal_stage(valid: int | None, stage: str, value: float | None) -> None:
    result = score(model(), readings(valid_orders=valid))
    assert result.stage == stage
    assert result.value == (score(model(), readings()).value if value is None else value)


@pytest.mark.parametrize(
    ("kind", "days", "value"),
    [
        ("bad_aftersale_address", 0, 60),
        ("bad_aftersale_address", 30, 60),
        ("bad_aftersale_address", 31, 70),
        ("fraud_shipping", 3, 60),
        ("passive_service", 3, 70),
    ],
)
def test_a_bad_event_takes_a_growing_shop_to_60(kind: str, days: int, value: float) -> None:
    assert score(model(), readings(valid_orders=29, events=(event(kind, days),))).value == value


def test_a_growing_shop_needs_no_data_and_no_bonus() -> None:
    result = score(model(given={"freight_insurance": True}), readings({}, valid_orders=3))
    assert (result.value, result.next, result.coverage) == (70, 70, 0)
    assert result.trend == (70,) * 31
    assert result.what_if("pickup_hours", Sum2(1, 1)) == 0


def test_a_past_stage_shows_in_the_trend() -> None:
    result = score(model(), readings(valid_orders=30, valid_series=(29,) * 30 + (30,)))
    formal = score(model(), readings()).value
    assert result.trend == (70.0,) * 30 + (formal,)
    assert result.changes.day == pytest.approx((formal or 0) - 70)


# ---------------------------------------------------------------- what a change would do


def falling(weight: float = 0.2) -> Scored:
    """物流 falls 2.0 points an hour of mean pickup, with so much of the total: the operator's test curve."""
    curve = {"pickup_hours": ((0.0, 100.0), (25.0, 50.0))}
    weights = {
        "product": 0.5,
        "logistics": weight,
        "service": 0.5 - weight,
        "pickup_hours": 1,
        "on_time_delivery": 0,
        "breakage": 0,
    }
    return score(model(curves=curve, weights=weights), readings())


def test_an_hour_of_mean_pickup_is_worth_0_4() -> None:
    result = falling()
    assert result.weight_of("pickup_hours") == pytest.approx(0.2)
    assert result.what_if("pickup_hours", Sum2(6_600, 1_000)) == pytest.approx(-0.4)


def test_one_order_rescued_at_2100_is_worth_0_0048() -> None:
    result = falling()
    late, early = (result.what_if("pickup_hours", Sum2(5_600 + hours, 1_001)) for hours in (23.0, 11.0))
    assert (early or 0) - (late or 0) == pytest.approx(12 / 1_001 * 0.4)
    assert f"{(early or 0) - (late or 0):.4f}" == "0.0048"


def test_37_orders_like_it_are_worth_0_17() -> None:
    result = falling()
    late, early = (
        result.what_if("pickup_hours", Sum2(5_600 + 37 * hours, 1_037)) for hours in (15 + 1 / 3, 3 + 1 / 3)
    )
    assert f"{(early or 0) - (late or 0):+.2f}" == "+0.17"


def test_what_changes_nothing_is_worth_nothing() -> None:
    result = score(model(), readings())
    for name, reading in HEALTHY.items():
        assert result.what_if(name, reading.now) == pytest.approx(0)


def test_there_is_no_worth_without_a_total_or_a_value() -> None:
    assert score(model(), readings(only("product_rating"))).what_if("pickup_hours", Sum2(1, 1)) is None
    assert falling().what_if("pickup_hours", Sum2(0, 0)) is None
    assert falling().what_if("no_such", Sum2(1, 1)) is None


def test_a_scorecard_without_stages_is_always_formal() -> None:
    card = msgspec.structs.replace(scorecard(), stage=None)
    assert score(model(card), readings(valid_orders=None)).stage == "formal"
