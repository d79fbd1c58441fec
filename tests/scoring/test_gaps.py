"""The gap to another shop: what stands on a day, what no longer does, and what holds whatever the figures."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.rulebook import scorecards
from shopwatch.scoring.gaps import (
    CONSUMER,
    DAYS,
    STANDS,
    TOTAL,
    Item,
    gaps,
    items,
    last_of,
    moved,
    own,
    standing,
)
from shopwatch.scoring.readings import OfficialFigure

TODAY = 20_000
STARS = Item("description_stars", "stars")


def figure(day: int, points: float | None = None, *, item: str = "total", second: int = 0) -> OfficialFigure:
    at = day * 86_400 + second
    return OfficialFigure(item=item, published_at=at, day=day, points=points)


def days_of(figures: list[OfficialFigure]) -> dict[int, float]:
    """What stands, by the days before today."""
    found = standing(figures, TOTAL, TODAY)
    assert len(found) == DAYS + 1
    return {DAYS - place: value for place, value in enumerate(found) if value is not None}


def test_a_figure_stands_until_the_next_and_for_two_weeks_at_most() -> None:
    shown = days_of([figure(TODAY - 60, 80), figure(TODAY - 50, 82), figure(TODAY - 3, 85)])
    assert shown == (
        dict.fromkeys(range(51, 61), 80)
        | dict.fromkeys(range(50 - STANDS, 51), 82)
        | dict.fromkeys(range(4), 85)
    )


def test_a_figure_from_before_the_span_still_stands_on_its_first_days() -> None:
    assert days_of([figure(TODAY - DAYS - 10, 80)]) == dict.fromkeys(range(DAYS + 10 - STANDS, DAYS + 1), 80)


def test_of_several_in_a_day_the_last_counts() -> None:
    assert days_of([figure(TODAY, 81, second=9), figure(TODAY, 80, second=5)]) == {0: 81}


def test_other_items_and_figures_without_points_say_nothing() -> None:
    assert days_of([figure(TODAY, 80, item="product"), figure(TODAY, None)]) == {}
    assert last_of([figure(TODAY, None), figure(TODAY - 1, 80)], TOTAL) == figure(TODAY - 1, 80)


def test_an_indicator_is_compared_by_its_value() -> None:
    rating = OfficialFigure(item=STARS.id, published_at=TODAY * 86_400, day=TODAY, value=4.8, points=1)
    assert standing([rating], STARS, TODAY)[-1] == 4.8
    assert last_of([rating], STARS) == rating


def test_ones_own_figure_is_the_trend_where_there_is_one_and_what_was_printed_before() -> None:
    printed = standing([figure(TODAY - 35, 70), figure(TODAY - 5, 99)], TOTAL, TODAY)
    trend = [*[None] * 30, 81.4]
    assert own(printed, trend)[-1] == 81.4
    assert own(printed, trend)[-31:] == trend
    assert own(printed, trend)[DAYS - 31] == 70
    assert own(printed, ()) == printed


@pytest.mark.parametrize(("now", "then", "change"), [(2.0, -1.0, 3.0), (None, 1.0, None), (1.0, None, None)])
def test_a_gap_has_moved_where_both_ends_are_known(
    now: float | None, then: float | None, change: float | None
) -> None:
    series = [0.0] * (DAYS + 1)
    assert moved([*series[:-8], then, *series[:6], now], 7) == change


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("douyin@2026-09-08", ["total", CONSUMER, "product", "logistics", "service"]),
        ("tmall@2026-03-16", ["total", "product", "logistics", "service"]),
        ("jd@2026-09-01", ["total", "chat", "logistics", "aftersales", "product"]),
        ("tmall-dsr@2026-08-12", ["description_stars", "attitude_stars", "delivery_stars"]),
        ("five-dimensions@2026-11-01", []),
        ("shop-level@2026-11-01", []),
    ],
)
def test_what_can_be_compared_is_what_the_marketplace_prints(card: str, expected: list[str]) -> None:
    assert [item.id for item in items(scorecards()[card])] == expected


figures = st.lists(
    st.builds(
        figure,
        st.integers(TODAY - 2 * DAYS, TODAY + 5),
        st.one_of(st.none(), st.floats(0, 100)),
        second=st.integers(0, 86_399),
    ),
    max_size=30,
    unique_by=lambda one: one.published_at,
)


@given(figures, st.randoms(use_true_random=False))
def test_the_order_of_the_figures_says_nothing(found: list[OfficialFigure], dice: random.Random) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert standing(shuffled, TOTAL, TODAY) == standing(found, TOTAL, TODAY)
    assert last_of(shuffled, TOTAL) == last_of(found, TOTAL)


@given(figures)
def test_no_day_knows_what_is_printed_after_it(found: list[OfficialFigure]) -> None:
    past = [one for one in found if one.day <= TODAY - 20]
    assert standing(found, TOTAL, TODAY)[: DAYS - 19] == standing(past, TOTAL, TODAY)[: DAYS - 19]


@given(figures, figures)
def test_a_gap_seen_from_the_other_side_is_the_other_way_round(
    mine: list[OfficialFigure], theirs: list[OfficialFigure]
) -> None:
    a, b = (standing(side, TOTAL, TODAY) for side in (mine, theirs))
    assert gaps(a, b) == [None if gap is None else 0 - gap for gap in gaps(b, a)]
    assert all(gap in (None, 0) for gap in gaps(a, a))
