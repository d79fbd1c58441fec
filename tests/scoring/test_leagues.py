"""League tables: who stands out from the shop's mean, and who has too few cases to say."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.scoring.leagues import Place, Slice, Spread, around, league, mean_of, table, wilson
from shopwatch.scoring.readings import Sum2


def share(hits: float, cases: float) -> Slice:
    return Slice(Sum2(hits, cases))


def hours(values: list[float]) -> Slice:
    spread = Spread(math.fsum(v * v for v in values), math.fsum(values), float(len(values)), len(values))
    return Slice(Sum2(math.fsum(values), float(len(values))), spread)


def verdicts(places: tuple[Place, ...]) -> dict[str, str]:
    return {place.key: place.verdict for place in places}


SHARES = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.integers(1, 5000).flatmap(
        lambda cases: st.integers(0, cases).map(lambda hits: share(float(hits), float(cases)))
    ),
    min_size=1,
    max_size=8,
)


def test_two_bad_cases_of_two_are_thin_and_never_a_reason_to_inspect() -> None:
    places = league({"new": share(2, 2), "old": share(20, 1000)}, lower_is_better=True)
    assert verdicts(places) == {"new": "thin", "old": "usual"}


def test_a_product_far_over_the_mean_is_worse_with_the_interval_as_its_reason() -> None:
    places = league(
        {"bad": share(60, 500), "good": share(2, 4000), "plain": share(8, 500)}, lower_is_better=True
    )
    assert verdicts(places) == {"bad": "worse", "good": "better", "plain": "usual"}
    interval = places[0].interval
    assert interval is not None
    assert interval[0] > 70 / 5000


def test_where_more_is_better_the_low_row_is_worse() -> None:
    places = league({"late": share(300, 500), "quick": share(495, 500)}, lower_is_better=False)
    assert verdicts(places) == {"late": "worse", "quick": "better"}


def test_a_mean_of_hours_is_judged_by_how_its_cases_scatter() -> None:
    steady, wild = [9.0, 11.0] * 40, [1.0, 19.0] * 40
    quick = {"rest": hours([8.0, 9.0] * 60)}
    assert verdicts(league({"slow": hours(steady), **quick}, lower_is_better=True))["slow"] == "worse"
    assert verdicts(league({"slow": hours(wild), **quick}, lower_is_better=True))["slow"] == "usual"
    assert verdicts(league({"slow": hours(steady[:20]), **quick}, lower_is_better=True))["slow"] == "thin"


def test_many_rounds_of_a_single_chat_judge_nobody() -> None:
    one_chat = Slice(Sum2(4000, 40), Spread(4000.0**2, 4000.0 * 40, 1600.0, 1))
    places = league({"new": one_chat, "old": hours([20.0, 22.0] * 50)}, lower_is_better=True)
    assert verdicts(places)["new"] == "unjudged"


def test_a_known_mean_lies_in_its_interval_ninety_nine_times_of_a_hundred() -> None:
    rng = random.Random(7)
    missed = 0
    for _ in range(2000):
        found = hours([rng.gauss(10, 3) for _ in range(12)])
        interval = around(found.sums, found.spread or Spread(0, 0, 0, 0))
        assert interval is not None
        missed += not interval[0] <= 10 <= interval[1]
    assert 8 <= missed <= 40


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = [float(n % 7) for n in range(3000)]
    found = hours(values)
    low, high = around(found.sums, found.spread or Spread(0, 0, 0, 0), z=1.96) or (0.0, 0.0)
    error = statistics.stdev(values) / math.sqrt(len(values))
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=1e-3)


def test_the_wilson_interval_is_the_published_one() -> None:
    assert wilson(10, 100, 1.96) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert league({"none": share(0, 0)}, lower_is_better=True) == ()


def test_rows_come_by_what_they_cost_over_all_columns() -> None:
    slices = {"a": share(60, 500), "b": share(5, 500), "c": share(5, 500)}
    pickup = league(slices, lower_is_better=True, gain=lambda value: (0.04667 - value) * 100)
    other = league(slices, lower_is_better=True)
    rows = table({"pickup": pickup, "other": other})
    assert [row.key for row in rows] == ["a", "b", "c"]
    assert rows[0].count("worse") == 2
    assert rows[0].part == pytest.approx(-100 * (60 - 500 * 70 / 1500) / 1500, rel=1e-3)


@given(SHARES, st.floats(-50, 50), st.floats(0, 30))
def test_parts_add_up_to_what_the_total_would_change_by_without_them(
    slices: dict[str, Slice], slope: float, bend: float
) -> None:
    mean = mean_of(slices.values())
    assert mean is not None

    def gain(value: float) -> float:
        return slope * (value - mean) - bend * (value - mean) ** 2

    places = league(slices, lower_is_better=True, gain=gain)
    whole = sum(one.sums.denominator for one in slices.values())
    pulls = {place.key: (slices[place.key].sums.numerator - mean * place.cases) / whole for place in places}
    pull = sum(value for value in pulls.values() if value > 0)
    above = sum(place.part or 0 for place in places if pulls[place.key] > 0)
    below = sum(place.part or 0 for place in places if pulls[place.key] <= 0)
    assert above == pytest.approx(-gain(mean - pull), abs=1e-9)
    assert below == pytest.approx(-gain(mean + pull), abs=1e-9)
    if not bend:
        assert above + below == pytest.approx(0, abs=1e-9)


@given(st.integers(30, 9000), st.sampled_from([0.0, 1.0, 0.25]), st.integers(2, 6))
def test_rows_that_are_alike_are_none_of_them_worse(cases: int, value: float, rows: int) -> None:
    alike = {str(n): share(value * 4 * cases, 4.0 * cases) for n in range(rows)}
    assert set(verdicts(league(alike, lower_is_better=True)).values()) == {"usual"}
    steady = {str(n): hours([0.1 + value] * cases) for n in range(rows)}
    assert set(verdicts(league(steady, lower_is_better=False)).values()) == {"usual"}


@given(SHARES)
def test_a_verdict_needs_its_cases_and_a_value_lies_in_its_interval(slices: dict[str, Slice]) -> None:
    for place in league(slices, lower_is_better=True):
        assert place.verdict == "thin" or place.cases >= 30
        assert place.part is None
        assert place.interval is not None
        assert place.interval[0] - 1e-9 <= place.value <= place.interval[1] + 1e-9
