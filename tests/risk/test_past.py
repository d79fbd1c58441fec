from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import HOUR, past
from shopwatch.risk.past import chance_of_miss, supposed_chance
from shopwatch.scoring.readings import Past

EVEN = past("ship", [hour * 1.0 for hour in range(101)])  # 0 to 100 hours, evenly


@pytest.mark.parametrize(
    ("age", "limit", "chance"),
    [(0, 50, 0.5), (50, 75, 0.5), (0, 90, 0.1), (80, 90, 0.5), (90, 90, 1.0), (95, 90, 1.0)],
)
def test_of_those_still_open_how_many_take_longer(age: float, limit: float, chance: float) -> None:
    assert chance_of_miss(EVEN, age * HOUR, limit * HOUR) == pytest.approx(chance, abs=0.02)


def test_nothing_is_certain() -> None:
    safe = chance_of_miss(EVEN, 0, 1_000 * HOUR)
    assert safe is not None
    assert 0 < safe < 0.01


@pytest.mark.parametrize(
    ("age", "known"),
    [(97.4, True), (97.6, False), (100, False), (200, False)],  # of 200 cases, 2 end in each hour
)
def test_what_has_waited_longer_than_nearly_all_has_no_known_chance(age: float, known: bool) -> None:
    chance = chance_of_miss(EVEN, age * HOUR, 210 * HOUR)
    assert (chance is not None) is known
    assert chance_of_miss(EVEN, age * HOUR, age * HOUR) == 1.0  # late is late


def test_it_is_supposed_to_miss_where_a_list_needs_an_order() -> None:
    assert supposed_chance(EVEN, 200 * HOUR, 210 * HOUR) == 1.0
    assert supposed_chance(EVEN, 0, 50 * HOUR) == chance_of_miss(EVEN, 0, 50 * HOUR)
    assert supposed_chance(None, 200 * HOUR, 210 * HOUR) is None


def test_too_few_cases_say_nothing() -> None:
    assert chance_of_miss(None, 0, HOUR) is None
    assert chance_of_miss(Past(clock="ship", n=29, quantiles=EVEN.quantiles), 0, HOUR) is None
    assert chance_of_miss(Past(clock="ship", n=30, quantiles=EVEN.quantiles), 0, HOUR) is not None


@given(
    st.lists(st.integers(0, 500 * HOUR), min_size=2, max_size=101),
    st.integers(30, 10_000),
    st.floats(0, 600 * HOUR),
    st.floats(0, 600 * HOUR),
    st.floats(0, 600 * HOUR),
)
def test_a_chance_is_one_grows_with_age_and_falls_with_the_limit(
    durations: list[int], n: int, age: float, older: float, limit: float
) -> None:
    own = Past(clock="ship", n=n, quantiles=tuple(sorted(durations)))
    chance = supposed_chance(own, age, limit)
    assert chance is not None
    assert 0 < chance <= 1
    assert chance_of_miss(own, age, limit) in (chance, None)
    grown, looser = supposed_chance(own, age + older, limit), supposed_chance(own, age, limit + older)
    assert grown is not None
    assert looser is not None
    assert looser <= chance + 1e-12 <= grown + 2e-12
