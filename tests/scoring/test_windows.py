from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.scoring.windows import date_of, day_of, first_visible, leaves, span

windows = st.tuples(st.integers(0, 90), st.integers(0, 90)).map(lambda w: (max(w), min(w)))


@pytest.mark.parametrize(
    ("window", "shows", "gone"),
    [
        ((30, 1), (11, 21), (12, 21)),  # 求助率, and every Douyin indicator
        ((32, 3), (11, 23), (12, 23)),  # 旺旺满意度
        ((33, 4), (11, 24), (12, 24)),  # 48小时揽收及时率
        ((40, 11), (12, 1), (12, 31)),  # 物流到货时长
    ],
)
def test_when_what_is_done_on_11_20_counts(
    window: tuple[int, int], shows: tuple[int, int], gone: tuple[int, int]
) -> None:
    done = datetime.date(2026, 11, 20)
    assert first_visible(done, window) == datetime.date(2026, *shows)
    assert leaves(done, window) == datetime.date(2026, *gone)


@given(st.integers(0, 40_000), windows)
def test_a_day_counts_exactly_while_its_window_holds_it(day: int, window: tuple[int, int]) -> None:
    for today in range(day, day + 100):
        first, last = span(today, window)
        assert (first <= day <= last) == (first_visible(day, window) <= today < leaves(day, window))


@given(st.integers(0, 40_000))
def test_days_and_dates_are_the_same_thing(day: int) -> None:
    assert day_of(date_of(day)) == day
    assert date_of(0) == datetime.date(1970, 1, 1)
    assert date_of(first_visible(day, (30, 1))) == first_visible(date_of(day), (30, 1))
