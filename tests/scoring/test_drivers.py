from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import HEALTHY, event, model, moved, official, readings, steady
from shopwatch.scoring.drivers import drivers, slices
from shopwatch.scoring.readings import OfficialFigure, Reading, Sum2
from shopwatch.scoring.score import Scored, score


def parts(result: Scored) -> dict[str, float]:
    return {part.indicator: part.delta for part in drivers(result)}


def since_yesterday(then: tuple[float, float], now: tuple[float, float]) -> Reading:
    return moved([then] * 30 + [now])


def adds_up(result: Scored) -> bool:
    if result.changes.day is None:
        return not drivers(result)
    return sum(part.delta for part in drivers(result)) == pytest.approx(result.changes.day, abs=1e-9)


def test_a_still_shop_has_no_drivers() -> None:
    assert drivers(score(model(), readings())) == ()


def test_one_indicator_carries_its_own_change() -> None:
    result = score(
        model(), readings({**HEALTHY, "pickup_hours": since_yesterday((5_600, 1_000), (6_600, 1_000))})
    )
    assert list(parts(result)) == ["pickup_hours"]
    assert parts(result)["pickup_hours"] == pytest.approx(result.changes.day)
    assert parts(result)["pickup_hours"] < 0


def test_the_largest_comes_first() -> None:
    worse = {
        **HEALTHY,
        "pickup_hours": since_yesterday((5_600, 1_000), (6_600, 1_000)),
        "audit_hours": since_yesterday((300, 100), (1_500, 100)),
    }
    result = score(model(), readings(worse))
    assert [part.indicator for part in drivers(result)] == ["audit_hours", "pickup_hours"]
    assert adds_up(result)


def test_a_source_that_came_takes_nothing_from_the_others() -> None:
    came = {**HEALTHY, "product_rating": since_yesterday((0, 0), (4_640, 1_000))}
    result = score(model(), readings(came))
    assert adds_up(result)
    # The dimension stood at 60 on returns alone, and the rating's own 70 lifts it.
    assert set(parts(result)) == {"product_rating"}
    assert parts(result)["product_rating"] == pytest.approx(10 * 0.5 / 3)


def test_a_whole_dimension_that_came_is_set_against_the_total_without_it() -> None:
    came = {
        **HEALTHY,
        "product_rating": since_yesterday((0, 0), (4_640, 1_000)),
        "quality_returns": since_yesterday((0, 0), (13.1, 1_000)),
    }
    result = score(model(), readings(came))
    assert adds_up(result)
    assert set(parts(result)) == {"product_rating", "quality_returns"}


def test_a_deduction_is_the_ledgers_part() -> None:
    result = score(model(), readings(events=(event("fake_orders"),)))
    assert parts(result) == {"ledger": pytest.approx(-10)}


def test_what_a_clamp_took_is_said() -> None:
    perfect = {
        "product_rating": steady(5, 1),
        "pickup_hours": since_yesterday((20, 1), (0, 1)),
        "reply_seconds": steady(1, 1),
        "audit_hours": steady(1, 1),
        "quality_returns": steady(0, 1),
    }
    result = score(model(given={"next_day_share": 1.0}), readings(perfect))
    assert result.value == 100
    assert adds_up(result)
    assert parts(result)["clamp"] < 0


def test_a_new_official_figure_is_the_anchors_part() -> None:
    result = score(model(), readings(official=(official(5, points=80), official(0, points=82))))
    assert parts(result) == {"anchor": pytest.approx(2)}
    bare = score(model(), readings({}, official=(official(5, points=80), official(0, points=82))))
    assert parts(bare) == {"anchor": pytest.approx(2)}


def test_a_change_of_stage_is_the_stages_part() -> None:
    formal = score(model(), readings()).value
    left = score(model(), readings(valid_orders=30, valid_series=(29,) * 30 + (30,)))
    assert parts(left) == {"stage": pytest.approx((formal or 0) - 70)}
    fell = score(model(), readings(valid_orders=3, events=(event("invoice_refused"),)))
    assert parts(fell) == {"stage": pytest.approx(-10)}


def test_without_a_yesterday_there_are_no_drivers() -> None:
    young = {n: Reading(now=r.now, next=r.next, series=r.series[-1:]) for n, r in HEALTHY.items()}
    result = score(model(), readings(young))
    assert result.changes.day is None
    assert drivers(result) == ()


sums = st.one_of(st.just((0.0, 0.0)), st.tuples(st.floats(0, 1e4), st.integers(1, 1_000).map(float)))
figures = st.builds(
    lambda days, points, item: official(days, item, points=points),
    st.integers(0, 30),
    st.floats(0, 100),
    st.sampled_from(["total", "product"]),
)


@given(
    st.fixed_dictionaries({name: st.tuples(sums, sums) for name in HEALTHY}),
    st.lists(figures, max_size=3),
    st.lists(st.sampled_from(["invoice_refused", "fake_orders"]), max_size=2),
    st.sampled_from([None, 3, 300]),
)
def test_the_parts_add_up_to_the_delta(
    ends: dict[str, tuple[tuple[float, float], tuple[float, float]]],
    printed: list[OfficialFigure],
    bad: list[str],
    valid: int | None,
) -> None:
    shop = readings(
        {name: since_yesterday(then, now) for name, (then, now) in ends.items()},
        official=tuple(sorted(printed, key=lambda f: f.published_at)),
        events=tuple(event(kind) for kind in bad),
        valid_orders=valid,
    )
    assert adds_up(score(model(given={"freight_insurance": True}), shop))


# ---------------------------------------------------------------- slices


def test_the_slice_that_got_worse_carries_the_part() -> None:
    then = {"ZTO": Sum2(2_800, 500), "SF": Sum2(2_800, 500)}
    now = {"ZTO": Sum2(3_800, 500), "SF": Sum2(2_800, 500)}
    split = slices(now, then, -0.4)
    assert split["ZTO"] == pytest.approx(-0.4)
    assert split["SF"] == pytest.approx(0)


def test_growth_at_the_mean_moves_nothing() -> None:
    then = {"ZTO": Sum2(500, 100), "SF": Sum2(500, 100), "YTO": Sum2(1_000, 100)}
    now = {**then, "YTO": Sum2(1_400, 100)}
    split = slices(now, then, -1)
    assert split["ZTO"] == split["SF"] == pytest.approx(0)
    assert split["YTO"] == pytest.approx(-1)


def test_a_slice_that_came_or_went_is_counted() -> None:
    split = slices({"new": Sum2(30, 3), "old": Sum2(10, 2)}, {"old": Sum2(10, 2), "gone": Sum2(1, 1)}, -2.0)
    assert set(split) == {"new", "old", "gone"}
    assert sum(split.values()) == pytest.approx(-2)


def test_with_data_at_one_end_the_rows_share_the_part() -> None:
    assert slices({"a": Sum2(1, 1), "b": Sum2(3, 3)}, {}, 2.0) == {"a": 0.5, "b": 1.5}
    assert slices({}, {}, 2.0) == {}


def test_nothing_moved_is_nothing_split() -> None:
    same = {"a": Sum2(1, 2), "b": Sum2(3, 4)}
    assert slices(same, same, 0.0) == {"a": 0, "b": 0}


keyed = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(Sum2, st.floats(0, 1e4), st.integers(0, 1_000).map(float)),
    max_size=6,
)


@given(keyed, keyed, st.floats(-20, 20))
def test_slices_add_up_to_the_part(now: dict[str, Sum2], then: dict[str, Sum2], part: float) -> None:
    split = slices(now, then, part)
    assert set(split) == set(now) | set(then)
    total = sum(split.values())
    largest = max((abs(value) for value in split.values()), default=0.0)
    assert total == pytest.approx(part, abs=1e-9 + 1e-9 * largest) or not any(split.values())
