"""The correction of chances by earlier moments, the rhythm that is fitted, and how good chances are found to be."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwatch.risk.correction import AS_IT_IS, HELD_BACK, Case, correction_of, logit
from shopwatch.risk.judged import auc, brier, precision, tenths
from shopwatch.risk.rhythm import AGES, WEEK, Table, rhythm_of

chances = st.floats(0, 1)
cases = st.lists(st.tuples(chances, st.booleans()), min_size=1, max_size=60)


# ---------------------------------------------------------------- how good


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([(0.1, False), (0.9, True)], 1.0),
        ([(0.9, False), (0.1, True)], 0.0),
        ([(0.5, False), (0.5, True)], 0.5),
        ([(0.2, False), (0.4, True), (0.4, False), (0.8, True)], 0.875),
        ([(0.2, False), (0.4, False)], None),
        ([(0.2, True)], None),
    ],
)
def test_auc(cases: list[tuple[float, bool]], expected: float | None) -> None:
    assert auc(cases) == expected


@given(cases)
def test_auc_is_how_often_the_missed_one_had_the_higher_chance(cases: list[tuple[float, bool]]) -> None:
    pairs = [
        (missed > kept) + (missed == kept) / 2
        for missed, was in cases if was
        for kept, other in cases if not other
    ]  # fmt: skip
    expected = sum(pairs) / len(pairs) if pairs else None
    assert auc(cases) == (None if expected is None else pytest.approx(expected))


def test_brier_and_the_first_tenth() -> None:
    told = [(n / 20, n >= 15) for n in range(20)]
    assert brier([(0.25, True), (0.5, False)]) == pytest.approx((0.75**2 + 0.5**2) / 2)
    assert precision(told) == 1.0  # of the two highest
    assert precision([*told, (0.99, False), *[(0.0, False)] * 9]) == pytest.approx(2 / 3)


@given(cases)
def test_every_case_is_in_one_tenth(cases: list[tuple[float, bool]]) -> None:
    found = tenths(cases)
    assert len(found) == 10
    assert sum(one.n for one in found) == len(cases)
    assert sum(one.n * one.came for one in found) == pytest.approx(sum(missed for _told, missed in cases))
    for place, one in enumerate(found):
        if one.n:
            assert place / 10 - 1e-9 <= one.told <= (place + 1) / 10 + 1e-9


# ---------------------------------------------------------------- the correction


def test_without_cases_a_chance_stays_as_it_is() -> None:
    assert correction_of([]) == AS_IT_IS
    assert correction_of([]).chance(math.log(2)) == pytest.approx(0.5)


def test_what_was_too_sure_is_made_less_so() -> None:
    """Told 9 in 10 and 1 in 10, it came 7 in 10 and 3 in 10."""
    sure, unlikely = -math.log(0.9), -math.log(0.1)
    past = [Case(sure, n % 10 < 7) for n in range(1_000)] + [Case(unlikely, n % 10 < 3) for n in range(1_000)]
    corrected = correction_of(past)
    assert corrected.chance(sure) == pytest.approx(0.7, abs=0.01)
    assert corrected.chance(unlikely) == pytest.approx(0.3, abs=0.01)


@given(
    st.lists(st.tuples(st.floats(0, 50), st.booleans()), max_size=200),
    st.floats(0, 50),
    st.floats(0, 50),
)
def test_a_corrected_chance_is_one_and_keeps_the_order(
    past: list[tuple[float, bool]], expected: float, more: float
) -> None:
    corrected = correction_of(Case(*one) for one in past)
    one, other = corrected.chance(expected), corrected.chance(expected + more)
    assert 0 <= other <= one <= 1


@given(st.floats(1e-4, 11))
def test_the_logit(expected: float) -> None:
    assert 1 / (1 + math.exp(-logit(expected))) == pytest.approx(math.exp(-expected), rel=1e-6)


# ---------------------------------------------------------------- the rhythm


def test_a_rhythm_is_found_again() -> None:
    """By day twice as fast as the mean and not by night, and at half the rate after a day of waiting."""
    by_hour = [2.0 if 8 <= hour % 24 < 20 else 0.0 for hour in range(WEEK)]
    by_age = [0.1 if age < 24 else 0.05 for age in AGES]
    table = {
        (age, hour): (1_000.0, 1_000.0 * by_age[age] * by_hour[hour])
        for age in range(len(AGES))
        for hour in range(WEEK)
    }
    found = rhythm_of(table)
    assert found is not None
    for age in range(len(AGES)):
        for hour in (3, 12, 100):
            rate = found.by_age[age] * found.by_hour[hour]
            assert rate == pytest.approx(by_age[age] * by_hour[hour], rel=0.02, abs=1e-3)


def test_where_nothing_ever_ended_there_is_no_rhythm() -> None:
    assert rhythm_of({}) is None
    assert rhythm_of({(0, 0): (100.0, 0.0)}) is None


@given(
    st.dictionaries(
        st.tuples(st.integers(0, len(AGES) - 1), st.integers(0, WEEK - 1)),
        st.tuples(st.floats(0.1, 1e4), st.integers(0, 100).map(float)),
        min_size=1,
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_a_rhythm_has_no_impossible_hour_and_the_order_of_what_was_counted_says_nothing(
    table: Table, shuffled: random.Random
) -> None:
    found = rhythm_of(table)
    if found is None:
        assert not any(ended for _span, ended in table.values())
        return
    assert all(rate > 0 and math.isfinite(rate) for rate in (*found.by_age, *found.by_hour))
    rows = list(table.items())
    shuffled.shuffle(rows)
    again = rhythm_of(dict(rows))
    assert again is not None
    assert again.by_age == pytest.approx(found.by_age)
    assert again.by_hour == pytest.approx(found.by_hour)


def likelihood(told: list[tuple[float, bool]], shift: float, slope: float) -> float:
    chances = [1 / (1 + math.exp(-max(min(shift + slope * logit(at), 700), -700))) for at, _missed in told]
    return sum(
        math.log(max(p if missed else 1 - p, 1e-300)) for p, (_at, missed) in zip(chances, told, strict=True)
    )


@pytest.mark.parametrize("often", [0.5, 2.0, 3.0, 5.0, 9.0])
def test_a_correction_is_never_worse_than_none(often: float) -> None:
    """Things that end in batches: nearly all chances are sure of themselves, and a good part of them wrong."""
    draw = random.Random(often)
    told = [
        (ends, draw.random() < 1 / (1 + math.exp(-(0.2 + 0.4 * logit(ends)))))
        for ends in (draw.gammavariate(2.0, often / 2) for _ in range(3000))
    ]
    found = correction_of(Case(*one) for one in told)
    assert likelihood(told, found.shift, found.slope) > likelihood(told, 0.0, 1.0)
    assert found.slope == pytest.approx(0.4, abs=0.15)


def test_where_all_was_sure_and_a_tenth_was_wrong_the_correction_stays_sane() -> None:
    found = correction_of([Case(9.0, n % 10 == 0) for n in range(1000)])
    assert found.chance(9.0) == pytest.approx(0.1, abs=0.02)


def told_of(days: range, followed: float, missed: int) -> list[Case]:
    """Ten things a day with an even chance at the usual pace, so many of them missed, known a day later."""
    return [
        Case(math.log(2), n < missed, followed, age=48.0, left=24.0, ago=float(day))
        for day in days
        for n in range(10)
    ]


@pytest.mark.parametrize("foretold", [True, False])
def test_the_last_days_are_followed_only_where_they_foretold(foretold: bool) -> None:
    """Every other week all goes slow. Where the days before showed it, they are followed; where what they showed
    came out the other way round of late, they aren't."""
    cases: list[Case] = []
    for day in range(1, 90):
        slow = day // 7 % 2 == 0
        shown = slow if foretold or day > HELD_BACK + 1 else not slow
        cases += told_of(range(day, day + 1), 0.1 if shown else 2.0, 9 if slow else 1)
    found = correction_of(cases)
    assert found.follows is foretold
    if foretold:
        assert found.chance(0.1, 48.0, 24.0) == pytest.approx(0.9, abs=0.05)
        assert found.chance(2.0, 48.0, 24.0) == pytest.approx(0.1, abs=0.05)
    else:
        assert found.chance(math.log(2), 48.0, 24.0) == pytest.approx(0.5, abs=0.06)


def test_too_few_outcomes_of_the_last_days_are_followed_by_nothing() -> None:
    cases = told_of(range(HELD_BACK + 5, 90), 0.1, 9)
    assert not correction_of(cases).follows


def test_time_left_says_what_the_pace_does_not() -> None:
    """All the same by what was expected; what had a day left was missed, what had ten was kept."""
    cases = [
        Case(math.log(2), hours < 100, math.log(2), 48.0, hours, float(day))
        for day in range(1, 90)
        for hours in (24.0,) * 5 + (240.0,) * 5
    ]
    found = correction_of(cases)
    assert found.follows
    assert found.chance(math.log(2), 48.0, 24.0) > 0.9
    assert found.chance(math.log(2), 48.0, 240.0) < 0.1
    assert found.of_left <= 0 <= found.of_age


def test_what_can_hardly_end_in_time_any_more_is_surer_than_the_rest_would_have_it() -> None:
    """Under evens the hours hardly tell who is kept: a third of either is missed; what has no time left is missed."""
    draw = random.Random(5)
    seen = [(4.0, 0.30), (1.0, 0.36), (0.3, 0.7), (0.02, 1.0)]
    cases = [
        Case(0.7, draw.random() < share, expected, 120.0, 120.0, float(day))
        for day in range(1, 90)
        for expected, share in seen * 5
    ]
    found = correction_of(cases)
    assert found.follows
    assert found.beyond > 0
    for expected, share in seen:
        assert found.chance(expected, 120.0, 120.0) == pytest.approx(share, abs=0.07)
    assert found.chance(0.001, 120.0, 120.0) > 0.99


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.floats(0.0, 20.0), st.booleans(), st.integers(1, 60)), min_size=250, max_size=250),
    st.lists(st.floats(0.0, 20.0), min_size=2, max_size=8),
)
def test_what_is_likelier_to_end_in_time_never_looks_likelier_missed(
    told: list[tuple[float, bool, int]], expected: list[float]
) -> None:
    found = correction_of(Case(1.0, missed, ends, 100.0, 20.0, float(ago)) for ends, missed, ago in told)
    chances = [found.chance(one, 100.0, 20.0) for one in sorted(expected)]
    assert chances == sorted(chances, reverse=True)
