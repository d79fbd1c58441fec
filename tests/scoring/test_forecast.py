"""The days ahead of one indicator: what leaves, what comes in, and the band about it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import hypothesis
import hypothesis.strategies as st
import pytest

from shopwatch.scoring.forecast import (
    BAND,
    HORIZON,
    Foreseen,
    Miss,
    Misses,
    banded,
    foresee,
    miss,
)
from shopwatch.scoring.inflow import NO_PACE, Arrival, Inflow, Settled, merged, pace_of
from shopwatch.scoring.readings import Sum2

TODAY = 20_000
WINDOW = (30, 1)


def kept(inflow: Inflow, ahead: int) -> Sum2:
    """Return what is left of the known days in the window of a morning ahead."""
    rows = [a for a in inflow.arrivals if TODAY + ahead - 30 <= a.day < TODAY]
    return Sum2(sum(a.numerator for a in rows), sum(a.denominator for a in rows))


@st.composite
def inflows(draw: st.DrawFn) -> Inflow:
    """Rows that began in the last months and arrived, and others that didn't."""
    begun: dict[int, float] = {}
    arrivals = []
    for day, lag, rows, value in draw(
        st.lists(
            st.tuples(
                st.integers(TODAY - 70, TODAY - 1), st.integers(0, 40), st.integers(1, 9), st.floats(0, 300)
            ),
            max_size=40,
        )
    ):
        begun[day] = begun.get(day, 0) + rows
        if day + lag < TODAY:
            arrivals.append(Arrival(day, day + lag, rows, rows * value, rows * value * value))
    return Inflow(begun, arrivals)


@st.composite
def settled_inflows(draw: st.DrawFn) -> Inflow:
    """Rows promised for days behind and ahead, some of them done already."""
    begun: dict[int, float] = {}
    arrivals, settled = [], []
    promised = st.tuples(st.integers(0, 20), st.integers(1, 9), st.integers(-10, 10), st.integers(0, 9))
    days = st.integers(TODAY - 60, TODAY + HORIZON)
    for day, (before, rows, known, done) in draw(st.dictionaries(days, promised, max_size=40)).items():
        began = min(day - before, TODAY - 1)
        begun[began] = begun.get(began, 0) + rows
        arrivals.append(Arrival(began, day, rows))
        if day + known < TODAY and done:
            settled.append(Settled(day, day + known, min(done, rows)))
    return Inflow(begun, arrivals, settled, booked=True)


@hypothesis.given(inflows())
def test_what_leaves_on_which_day_is_known(inflow: Inflow) -> None:
    for ahead, foreseen in enumerate(foresee(inflow, WINDOW, TODAY, NO_PACE)):
        assert foreseen.sums == pytest.approx(kept(inflow, ahead))
        assert foreseen.spread == 0


@hypothesis.given(inflows(), st.floats(0, 1))
def test_nothing_comes_in_but_what_began_or_will(inflow: Inflow, left: float) -> None:
    pace = pace_of(inflow, TODAY)
    open_ = sum(inflow.begun.values()) - sum(a.denominator for a in inflow.arrivals)
    for ahead, foreseen in enumerate(foresee(inflow, WINDOW, TODAY, pace, left=left)):
        new = foreseen.sums.denominator - kept(inflow, ahead).denominator
        assert -1e-9 <= new <= open_ + pace.volume * ahead + 1e-9
        assert foreseen.spread >= 0


@hypothesis.given(settled_inflows(), st.floats(0, 1))
def test_a_share_stays_one_and_only_grows_of_the_same_rows(inflow: Inflow, left: float) -> None:
    pace = pace_of(inflow, TODAY)
    whole = (TODAY + 60, -HORIZON)  # a window that nothing leaves
    ahead = foresee(inflow, whole, TODAY, pace._replace(volume=0.0), left=left)
    for before, after in itertools.pairwise(ahead):
        assert after.sums.numerator >= before.sums.numerator - 1e-9
        assert after.sums.denominator == before.sums.denominator
    for one in foresee(inflow, WINDOW, TODAY, pace, left=left):
        assert one.sums.value is None or -1e-9 <= one.sums.value <= 1 + 1e-9


def test_a_shop_that_never_changes_is_foreseen_exactly() -> None:
    """Ten orders a day, each picked up after two days and 50 hours."""
    days = range(TODAY - 100, TODAY)
    inflow = Inflow(
        dict.fromkeys(days, 10.0),
        [Arrival(day, day + 2, 10, 500, 25_000) for day in days if day + 2 < TODAY],
    )
    pace = pace_of(inflow, TODAY)
    assert pace.arriving[:4] == pytest.approx([0, 0, 1, 0])
    for foreseen in foresee(inflow, WINDOW, TODAY, pace):
        assert foreseen.sums.denominator == pytest.approx(300)
        assert foreseen.sums.value == pytest.approx(50)


def test_orders_that_wait_come_in_with_their_wait() -> None:
    """Half are picked up on the second day and half on the sixth; of late nothing has been, for four days."""
    days = range(TODAY - 100, TODAY)
    usual = Inflow(
        dict.fromkeys(days, 10.0),
        [Arrival(day, day + lag, 5, 5 * 24 * lag, 5 * (24 * lag) ** 2) for day in days for lag in (2, 6)],
    )
    pace = pace_of(usual, TODAY)
    known = usual._replace(arrivals=[a for a in usual.arrivals if a.day < TODAY])
    late = usual._replace(arrivals=[a for a in usual.arrivals if a.day < TODAY - 4])
    then, now = (foresee(one, WINDOW, TODAY, pace)[4].sums.value or 0 for one in (known, late))
    assert then == pytest.approx(96, abs=0.5)
    assert now > then + 3


def test_a_promise_ahead_counts_once_it_is_due_and_what_is_delivered_is_certain() -> None:
    delivered = Inflow(
        {TODAY - 3: 4.0},
        [Arrival(TODAY - 3, TODAY + 2, 4)],
        [Settled(TODAY + 2, TODAY - 1, 4)],
        booked=True,
    )
    ahead = foresee(delivered, WINDOW, TODAY, NO_PACE)
    assert [one.sums for one in ahead[:4]] == [(0, 0), (0, 0), (0, 0), (4, 4)]
    assert ahead[3].spread == 0


def test_what_is_due_and_not_delivered_goes_by_how_it_went_so_late() -> None:
    """Half of what was promised was delivered the day before it was due, a quarter on the day."""
    days = range(TODAY - 60, TODAY)
    arrivals = [Arrival(day - 3, day, 8) for day in [*days, TODAY]]
    settled = [one for day in days for one in (Settled(day, day - 1, 4), Settled(day, day, 2))]
    inflow = Inflow(
        {a.begun: 8.0 for a in arrivals}, arrivals, [*settled, Settled(TODAY, TODAY - 1, 4)], True
    )
    pace = pace_of(inflow, TODAY)
    tomorrow = foresee(inflow, (1, 1), TODAY, pace)[1]
    assert tomorrow.sums == pytest.approx((6, 8))
    assert tomorrow.spread == pytest.approx(math.sqrt(4 * 0.5 * 0.5) / 8)
    midway = foresee(inflow, (1, 1), TODAY, pace, left=0.5)[1]
    assert 4 < midway.sums.numerator < 6


def test_a_new_shop_leans_on_its_fleet() -> None:
    days = range(TODAY - 60, TODAY)
    old = Inflow(
        dict.fromkeys(days, 10.0), [Arrival(day, day + 1, 10, 240, 5_760) for day in days if day + 1 < TODAY]
    )
    new = Inflow({TODAY - 1: 1.0}, [])
    fleet = pace_of(merged([old, new]), TODAY)
    assert pace_of(new, TODAY).arriving[1] == 0
    assert pace_of(new, TODAY, fleet).arriving[1] == pytest.approx(1.0)
    ahead = foresee(new, WINDOW, TODAY, pace_of(new, TODAY, fleet))
    assert ahead[1].sums.value == pytest.approx(24, rel=0.05)


def test_no_pickups_on_a_sunday() -> None:
    """What the fleet never did on one day of the week, no shop is expected to do."""
    arrivals, begun = [], {}
    for day in range(TODAY - 70, TODAY):
        begun[day] = 100.0
        due = day + 1 if (day + 1) % 7 else day + 2
        if due < TODAY:
            arrivals.append(Arrival(day, due, 100, 2_400, 57_600))
    pace = pace_of(Inflow(begun, arrivals), TODAY)
    assert pace.week[0] < 0.2
    assert min(pace.week[1:]) > 0.9


# ---------------------------------------------------------------- the band


def points(foreseen: Sequence[Foreseen], misses: Misses, bounds: tuple[float, float]) -> None:
    for one, point in zip(foreseen, banded(foreseen, {0: misses}, bounds), strict=True):
        if one.sums.value is None:
            assert point is None
        else:
            assert point is not None
            assert point.value == one.sums.value
            assert point.low <= point.value <= point.high
            assert (point.low == point.high) == (one.spread == 0) or not bounds[0] < point.value < bounds[1]


@hypothesis.given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 500), st.floats(0.001, 1)), max_size=5),
    st.lists(st.tuples(st.floats(0, 500), st.floats(-10, 10)), max_size=200),
)
def test_a_band_holds_its_forecast(
    foreseen: list[tuple[float, int, float]], past: list[tuple[float, float]]
) -> None:
    every = [Foreseen(Sum2(share * rows, rows), spread) for share, rows, spread in foreseen]
    points(every, Misses(Miss(*one) for one in past), (0.0, 1.0))


def test_without_a_past_a_band_is_that_of_an_ideal_forecast() -> None:
    low, high = Misses().reach(100)
    assert low == pytest.approx(-1.28, abs=0.15)
    assert high == pytest.approx(-low)


def test_a_band_is_as_wide_as_it_had_to_be() -> None:
    ordinary = [Miss(100, -2 + 4 * n / 499) for n in range(500)]
    low, high = Misses(ordinary).reach(100)
    inside = sum(low <= one.spreads <= high for one in ordinary)
    assert inside / len(ordinary) == pytest.approx(BAND, abs=0.03)


def test_a_band_goes_by_the_misses_of_like_size() -> None:
    misses = Misses(
        [*(Miss(5, n % 3 - 1) for n in range(300)), *(Miss(900, 5 * (n % 3 - 1)) for n in range(300))]
    )
    assert misses.reach(10)[1] == pytest.approx(1, abs=0.1)
    assert misses.reach(800)[1] == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize(
    ("foreseen", "came", "expected"),
    [
        (Foreseen(Sum2(10, 20), 0.1), Sum2(14, 20), Miss(20, 2.0)),
        (Foreseen(Sum2(10, 20), 0.0), Sum2(5, 10), Miss(20, 0.0)),  # it was certain, and right
        (Foreseen(Sum2(10, 20), 0.0), Sum2(6, 10), None),  # certain and wrong is of no measure
        (Foreseen(Sum2(0, 0), 0.0), Sum2(6, 10), None),
        (Foreseen(Sum2(10, 20), 0.1), Sum2(0, 0), None),
    ],
)
def test_how_far_off_a_forecast_was(foreseen: Foreseen, came: Sum2, expected: Miss | None) -> None:
    found = miss(foreseen, came)
    assert found == (expected and pytest.approx(expected))
