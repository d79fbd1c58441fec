from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import HEALTHY, model, moved, official, readings
from shopwatch.scoring.anchor import Printed, anchor
from shopwatch.scoring.moments import MOMENTS
from shopwatch.scoring.readings import OfficialFigure, Reading, Sum2
from shopwatch.scoring.score import Scored, score

LINE = tuple(70 + place / 10 for place in range(MOMENTS))  # a tenth a day


def laid(*figures: tuple[int, float], model: tuple[float | None, ...] = LINE) -> tuple[float | None, ...]:
    return anchor(model, [Printed(*figure) for figure in figures], 0, 100).trend


def improving(*figures: OfficialFigure, **changes: object) -> Scored:
    """A shop whose pickup gets an hour better a day, and whose today is better still."""
    hours = [(float(h), 1.0) for h in range(40, 9, -1)]
    reading = moved(hours, now=Sum2(9.5, 1.0), next=Sum2(9.0, 1.0))
    return score(model(), readings({**HEALTHY, "pickup_hours": reading}, official=figures, **changes))


def test_without_an_official_figure_a_score_is_estimated() -> None:
    result = improving()
    assert (result.basis, result.next_basis, result.published, result.error) == ("estimated",) * 2 + (
        None,
    ) * 2


def test_the_live_figure_is_the_last_official_one_with_the_modelled_change() -> None:
    bare, result = improving(), improving(official(1, points=82))
    assert result.basis == "anchored"
    change = (bare.value or 0) - (bare.trend[-2] or 0)
    assert result.value == pytest.approx(82 + change)
    assert result.next == pytest.approx((result.value or 0) + (bare.next or 0) - (bare.value or 0))
    assert result.published == official(1, points=82)


def test_the_figure_of_this_morning_goes_with_the_start_of_today() -> None:
    bare, result = improving(), improving(official(0, points=82))
    start = bare.track.totals[30]
    assert start is not None
    assert result.value == pytest.approx(82 + (bare.value or 0) - start)
    assert result.value is not None
    assert result.value > 82


def test_of_two_figures_in_a_day_the_later_counts() -> None:
    assert improving(official(1, points=80, hour=9), official(1, points=82)).value == (
        improving(official(1, points=82)).value
    )


def test_a_figure_older_than_the_trend_is_shown_and_not_built_on() -> None:
    result = improving(official(31, points=82))
    assert result.basis == "estimated"
    assert result.value == improving().value
    assert result.published is not None


def test_dimensions_are_anchored_each_by_its_own_figure() -> None:
    result = improving(official(1, "product", points=69), official(1, points=82))
    assert result.dimensions["product"].value == pytest.approx(69)
    assert result.dimensions["product"].basis == "anchored"
    assert result.dimensions["logistics"].basis == "estimated"
    assert result.basis == "anchored"


def test_days_go_by_their_own_last_figure_and_those_before_by_the_first() -> None:
    trend = laid((10, 80.0), (20, 85.0))
    assert trend[10] == pytest.approx(80)
    assert trend[9] == pytest.approx(79.9)
    assert trend[0] == pytest.approx(79)
    assert trend[19] == pytest.approx(80.9)
    assert trend[20] == pytest.approx(85)
    assert trend[29] == pytest.approx(85.9)
    assert trend[30] == pytest.approx(86.1)  # now is a step past the start of today


def test_an_anchored_figure_stays_on_the_scale() -> None:
    assert max(value for value in laid((0, 99.5)) if value is not None) == 100
    assert improving(official(20, points=99.9)).value == 100


def test_printed_figures_alone_are_shown_as_they_are() -> None:
    figures = (official(9, points=80), official(2, points=82), official(2, "product", points=69))
    result = score(model(), readings({}, official=figures))
    assert (result.basis, result.value, result.next, result.next_basis) == ("official", 82, 82, "official")
    assert result.trend == (None,) * 21 + (80.0,) * 7 + (82.0,) * 3
    assert result.changes.week == 2
    assert result.changes.month is None
    assert result.dimensions["product"].value == 69
    assert result.dimensions["product"].basis == "official"
    assert result.coverage == 0


def test_no_model_on_the_day_of_the_figure_leaves_it_as_printed() -> None:
    late = {n: Reading(now=r.now, next=r.next, series=r.series[-3:]) for n, r in HEALTHY.items()}
    result = score(model(), readings(late, official=(official(5, points=82),)))
    assert (result.basis, result.value, result.next) == ("official", 82, 82)


def test_the_error_is_what_the_predictions_missed() -> None:
    assert improving(official(3, points=80)).error is None
    result = anchor(LINE, [Printed(0, 80), Printed(1, 81.1), Printed(2, 80.2)], 0, 100)
    assert result.error == pytest.approx((1.0 + 1.0) / 2)
    # 16 pairs, of which the first two missed by far
    figures = [Printed(0, 0), Printed(1, 50), *(Printed(k, 70 + k / 10) for k in range(2, 17))]
    assert anchor(LINE, figures, 0, 100).error == pytest.approx(0)


def test_an_offset_of_one_stage_says_nothing_of_the_other() -> None:
    growing = (29,) * 20 + (30,) * 11
    figures = (official(25, points=70), official(3, points=82))
    result = improving(*figures, valid_orders=31, valid_series=growing)
    assert result.trend[:20] == (70,) * 20
    assert result.trend[27] == pytest.approx(82)
    fallen = improving(official(3, points=82), valid_orders=29, valid_series=(31,) * 30 + (29,))
    assert (fallen.value, fallen.basis) == (70, "estimated")


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.floats(0, 100)), min_size=1, max_size=20, unique_by=lambda f: f[0]
    ),
    st.lists(st.one_of(st.none(), st.floats(50, 100)), min_size=MOMENTS, max_size=MOMENTS),
)
def test_always_on_the_scale_and_as_printed_on_the_day(
    figures: list[tuple[int, float]], modelled: list[float | None]
) -> None:
    result = anchor(modelled, [Printed(*f) for f in sorted(figures)], 0, 100)
    assert all(value is None or 0 <= value <= 100 for value in (*result.trend, result.next))
    assert result.value is not None
    for place, value in figures:
        if place < 30:
            assert result.trend[place] == pytest.approx(value)
