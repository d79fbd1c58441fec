"""What holds for every fitted curve, whatever was seen."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopwatch.scoring.curve import Curve, Pairs
from shopwatch.scoring.monotone import KNOTS, Shape, fit, pooled
from shopwatch.scoring.scorecard import Better

FLOOR, CEILING = 50.0, 100.0

heights = st.floats(0, 150)
values = st.integers(-500, 500).map(lambda n: n / 10)
days = st.lists(st.tuples(values, heights), min_size=1, max_size=40)
betters: st.SearchStrategy[Better] = st.sampled_from(["lower", "higher"])


@st.composite
def curves(draw: st.DrawFn, better: Better, most: int = 5, least: int = 0) -> Pairs:
    """Return a monotone curve in the scale, each pair better than the one before."""
    number = draw(st.integers(least, most))
    places = sorted(draw(st.lists(values, min_size=number, max_size=number, unique=True)))
    points = sorted(
        draw(st.lists(st.integers(51, 99).map(float), min_size=number, max_size=number, unique=True))
    )
    return tuple(zip(places, points if better == "higher" else points[::-1], strict=True))


@st.composite
def anyhow(draw: st.DrawFn) -> Pairs:
    """Return a curve as somebody might have configured it: up and down, and off the scale."""
    places = draw(st.lists(values, max_size=5, unique=True))
    return tuple((place, draw(heights)) for place in sorted(places))


@st.composite
def shapes(draw: st.DrawFn, *, certain: bool = True) -> Shape:
    better = draw(betters)
    return Shape(
        better,
        FLOOR,
        CEILING,
        draw(curves(better)),
        draw(curves(better)) if certain and draw(st.booleans()) else (),
    )


@pytest.mark.parametrize(
    ("heights", "weights", "expected"),
    [
        ([], [], []),
        ([1, 2, 3], [1, 1, 1], [1, 2, 3]),
        ([3, 2, 1], [1, 1, 1], [2, 2, 2]),
        ([1, 4, 2, 5], [1, 1, 1, 1], [1, 3, 3, 5]),
        ([1, 4, 1, 5], [1, 1, 2, 1], [1, 2, 2, 5]),
        ([2, 2, 1], [1, 1, 1], [5 / 3] * 3),
    ],
)
def test_neighbours_that_fall_are_pooled(
    heights: list[float], weights: list[float], expected: list[float]
) -> None:
    assert pooled(heights, weights) == pytest.approx(expected)


@given(st.lists(st.tuples(heights, st.integers(1, 5)), min_size=1, max_size=30), st.data())
def test_no_other_row_that_never_falls_is_nearer(row: list[tuple[float, int]], data: st.DataObject) -> None:
    seen, weights = [height for height, _ in row], [weight for _, weight in row]
    found = pooled(seen, weights)
    assert all(low <= high + 1e-9 for low, high in itertools.pairwise(found))
    other = sorted(data.draw(st.lists(heights, min_size=len(row), max_size=len(row))))

    def off(one: list[float]) -> float:
        return sum(w * (a - b) ** 2 for a, b, w in zip(one, seen, weights, strict=True))

    # not even a small step towards it, for nearness is convex
    for step in (1.0, 0.1, 0.001):
        moved = [a + step * (b - a) for a, b in zip(found, other, strict=True)]
        assert off(found) <= off(moved) + 1e-6


@given(shapes(), anyhow(), days)
def test_a_fit_to_any_usual_curve_is_monotone(
    shape: Shape, usual: Pairs, seen: list[tuple[float, float]]
) -> None:
    held = shape._replace(usual=usual)
    (pairs,) = fit([held], [1.0], [[value for value, _ in seen]], [points for _, points in seen])
    points = [points for _, points in pairs]
    rising = points if shape.better == "higher" else points[::-1]
    assert all(low <= high for low, high in itertools.pairwise(rising))
    assert all(FLOOR <= one <= CEILING for one in points)


@given(shapes(), days)
def test_a_fit_is_monotone_bounded_and_goes_through_what_is_certain(
    shape: Shape, seen: list[tuple[float, float]]
) -> None:
    (pairs,) = fit([shape], [1.0], [[value for value, _ in seen]], [points for _, points in seen])
    assert [value for value, _ in pairs] == sorted({value for value, _ in pairs})
    points = [points for _, points in pairs]
    rising = points if shape.better == "higher" else points[::-1]
    assert all(low <= high + 1e-9 for low, high in itertools.pairwise(rising))
    assert all(FLOOR <= one <= CEILING for one in points)
    curve = Curve(pairs)
    for value, height in shape.certain:
        assert curve(value) == pytest.approx(height)


@given(st.data(), betters, st.booleans())
def test_an_exact_curve_is_found_again_at_its_knots(data: st.DataObject, better: Better, begun: bool) -> None:
    true = data.draw(curves(better, most=KNOTS, least=2))
    between = st.tuples(st.integers(0, len(true) - 2), st.floats(0.05, 0.95))
    seen = [value for value, _ in true]
    for place, share in data.draw(st.lists(between, max_size=30)):
        seen.append(true[place][0] + share * (true[place + 1][0] - true[place][0]))
    usual = data.draw(curves(better)) if begun else ()
    (pairs,) = fit(
        [Shape(better, FLOOR, CEILING, usual)], [1.0], [seen], [Curve(true)(value) for value in seen]
    )
    found = Curve(pairs)
    assert [found(value) for value, _ in true] == pytest.approx([points for _, points in true])


@given(shapes(certain=False), days)
def test_what_was_not_seen_keeps_the_usual_knots_where_they_stay_monotone(
    shape: Shape, seen: list[tuple[float, float]]
) -> None:
    inside = [value for value, _ in seen]
    (pairs,) = fit([shape], [1.0], [inside], [points for _, points in seen])
    span = max(inside) - min(inside)
    points = [points for value, points in pairs if min(inside) <= value <= max(inside)]
    assume(points)
    for value, height in shape.usual:
        if min(inside) - span * 0.2 > value or value > max(inside) + span * 0.2:
            good = (value > max(inside)) == (shape.better == "higher")
            kept = max(height, *points) if good else min(height, *points)
            assert Curve(pairs)(value) == pytest.approx(kept)


def test_several_curves_share_what_is_left_over() -> None:
    """Neither takes all of it: nothing tells which of them is off."""
    shape = Shape("higher", FLOOR, CEILING, ((0.0, 60.0), (10.0, 90.0)))
    first, second = fit([shape, shape], [0.5, 0.5], [[2.0, 5.0, 8.0]] * 2, [71.0, 80.0, 89.0])
    assert first == second
    assert [Curve(first)(value) for value in (2.0, 5.0, 8.0)] == pytest.approx([71, 80, 89])
