from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.scoring.curve import Curve

PAIRS = ((4.0, 50.0), (4.568, 60.0), (4.64, 70.0), (4.791, 100.0))
pairs = st.lists(
    st.tuples(st.floats(-1e6, 1e6), st.floats(0, 100)), min_size=1, max_size=8, unique_by=lambda p: p[0]
)


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (3.0, 50),
        (4.0, 50),
        (4.568, 60),
        (4.604, 65),
        (4.64, 70),
        (4.7155, 85),
        (4.791, 100),
        (5.0, 100),
    ],
)
def test_straight_between_its_pairs_and_flat_outside(value: float, points: float) -> None:
    assert Curve(PAIRS)(value) == pytest.approx(points)


def test_a_whole_trend_goes_as_one_value_does() -> None:
    curve, values = Curve(PAIRS), [3.0, 4.0, 4.604, 4.791, 5.0]
    assert curve.all(values) == [curve(value) for value in values]


def test_the_order_of_the_pairs_says_nothing() -> None:
    assert Curve(reversed(PAIRS))(4.604) == Curve(PAIRS)(4.604)


def test_a_step_takes_its_later_side() -> None:
    assert Curve([(0, 100), (1, 100), (1, 50), (2, 50)])(1) == 50


def test_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Curve([])


@given(pairs, st.floats(-2e6, 2e6))
def test_never_outside_its_own_points(curve: list[tuple[float, float]], value: float) -> None:
    points = [y for _, y in curve]
    assert min(points) - 1e-6 <= Curve(curve)(value) <= max(points) + 1e-6


@given(
    st.lists(st.floats(0, 1e3), min_size=2, max_size=8, unique=True).map(sorted),
    st.lists(st.floats(0, 100), min_size=8, max_size=8).map(sorted),
    st.floats(-10, 2e3),
    st.floats(0, 1e3),
)
def test_rises_where_its_pairs_rise(xs: list[float], ys: list[float], value: float, more: float) -> None:
    curve = Curve(zip(xs, ys, strict=False))
    assert curve(value + more) >= curve(value) - 1e-9
