"""League tables: who stands out from the shop's mean, and who has too few cases to say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.scoring.leagues import league, to_inspect, wilson
from shopwatch.scoring.readings import Sum2

SUMS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.integers(1, 5000).flatmap(
        lambda cases: st.integers(0, cases).map(lambda hits: Sum2(float(hits), float(cases)))
    ),
    min_size=1,
    max_size=8,
)


def test_two_bad_cases_of_two_are_thin_and_never_a_reason_to_inspect() -> None:
    places = league({"new": Sum2(2, 2), "old": Sum2(20, 1000)}, ratio=True, lower_is_better=True)
    assert {place.key: place.verdict for place in places} == {"new": "thin", "old": "usual"}
    assert to_inspect(places) == ()


def test_a_product_far_over_the_mean_is_to_inspect_with_the_interval_as_its_reason() -> None:
    places = league(
        {"bad": Sum2(60, 500), "good": Sum2(2, 4000), "plain": Sum2(8, 500)}, ratio=True, lower_is_better=True
    )
    (bad,) = to_inspect(places)
    assert bad.key == "bad"
    assert bad.interval is not None
    assert bad.interval[0] > 70 / 5000
    assert {place.key: place.verdict for place in places}["good"] == "better"


def test_where_more_is_better_the_low_row_is_worse() -> None:
    sums = {"late": Sum2(300, 500), "quick": Sum2(495, 500)}
    places = league(sums, ratio=True, lower_is_better=False, points_per_unit=10)
    assert [(place.key, place.verdict) for place in places] == [("late", "worse"), ("quick", "better")]
    assert places[0].part == pytest.approx(-10 * 97.5 / 1000)


def test_a_mean_of_hours_is_placed_but_not_judged() -> None:
    places = league(
        {"slow": Sum2(900, 30), "quick": Sum2(290, 29)},
        ratio=False,
        lower_is_better=True,
        points_per_unit=-0.5,
    )
    assert [(place.key, place.verdict) for place in places] == [("slow", "unjudged"), ("quick", "thin")]


def test_the_wilson_interval_is_the_published_one() -> None:
    assert wilson(10, 100, 1.96) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert league({"none": Sum2(0, 0)}, ratio=True, lower_is_better=True) == ()


@given(SUMS, st.floats(-50, 50))
def test_parts_add_up_to_nought_and_a_verdict_needs_its_cases(sums: dict[str, Sum2], slope: float) -> None:
    places = league(sums, ratio=True, lower_is_better=True, points_per_unit=slope)
    assert sum(place.part for place in places) == pytest.approx(0, abs=1e-9)
    assert all(place.verdict == "thin" for place in places if place.cases < 30)
    for place in places:
        assert place.interval is not None
        assert place.interval[0] - 1e-9 <= place.value <= place.interval[1] + 1e-9
