"""How a shop's indicators go: rows by day in, where a window comes to rest out."""

from __future__ import annotations

import pytest

from score_cases import TODAY, scorecard
from shopwatch.habits import best_fortnight, habits_of, lag_of, lately
from shopwatch.scoring.inflow import Arrival, Inflow, Settled, pace_of

DAYS = range(TODAY - 60, TODAY)


def means(hours: dict[int, float], lag: int = 0) -> Inflow:
    """Return ten rows a day, each of so many hours, that began some days before."""
    arrivals = [
        Arrival(day - lag, day, 10.0, 10.0 * value, 10.0 * value * value) for day, value in hours.items()
    ]
    return Inflow({day - lag: 10.0 for day in hours}, arrivals)


def shares(bad: dict[int, float], lag: int) -> Inflow:
    """Return a hundred rows a day of which so many turn out bad some days later, as known this morning."""
    settled = [Settled(day, day + lag, number) for day, number in bad.items() if day + lag < TODAY]
    return Inflow(dict.fromkeys(bad, 100.0), [Arrival(day, day, 100.0) for day in bad], settled)


def test_a_window_comes_to_rest_where_the_last_fortnight_lies() -> None:
    steady = means(dict.fromkeys(DAYS, 8.0))
    (habit,) = habits_of(scorecard(), {"pickup_hours": steady}, TODAY, {}).values()
    assert habit.sums.value == pytest.approx(8.0)
    better = means({day: 20.0 if day < TODAY - 14 else 8.0 for day in DAYS})
    (habit,) = habits_of(scorecard(), {"pickup_hours": better}, TODAY, {}).values()
    assert habit.sums.value == pytest.approx(8.0, rel=0.1)  # ten rows at the usual pace beside 140 of its own


def test_what_comes_out_late_is_waited_for() -> None:
    """2 of 100 turn out bad three days later: a window never shows those of its last days."""
    inflow = shares(dict.fromkeys(DAYS, 2.0), lag=3)
    (habit,) = habits_of(scorecard(), {"breakage": inflow}, TODAY, {}).values()
    assert habit.sums.value == pytest.approx(0.02 * 27 / 30, rel=0.02)
    assert lately(inflow, TODAY, pace_of(inflow, TODAY)) == pytest.approx(1.0, abs=0.02)
    # and the best fortnight is said as a window would show it
    assert habit.best == pytest.approx(0.02 * 27 / 30, rel=0.02)


def test_the_best_fortnight_is_of_fourteen_days_with_enough_rows() -> None:
    hours = {day: 4.0 if TODAY - 40 <= day < TODAY - 26 else 12.0 for day in DAYS}
    usual = (14 * 4 + 46 * 12) / 60  # ten rows of it count beside the fortnight's own 140
    best = (140 * 4 + 10 * usual) / 150
    assert best_fortnight(means(hours), TODAY, higher=False, least=30) == pytest.approx(best)
    worst = (140 * 12 + 10 * usual) / 150
    assert best_fortnight(means(hours), TODAY, higher=True, least=30) == pytest.approx(worst)
    assert best_fortnight(means(hours), TODAY, higher=False, least=200) is None
    assert best_fortnight(means({TODAY - 3: 5.0}), TODAY, higher=False, least=1) is None
    assert best_fortnight(Inflow({}, []), TODAY, higher=False, least=1) is None


def test_a_fortnight_without_a_case_is_luck_while_few_were_to_be_expected() -> None:
    few = {day: 0.0 if TODAY - 40 <= day < TODAY - 26 else 0.1 for day in DAYS}  # a case in ten days
    best = best_fortnight(shares(few, lag=0), TODAY, higher=False, least=30)
    assert best is not None
    assert 0.8 < best / (0.1 * 46 / 6_000) < 0.85
    many = {day: number * 500 for day, number in few.items()}
    best = best_fortnight(shares(many, lag=0), TODAY, higher=False, least=30)
    assert best is not None
    assert best < 0.01 * 0.5


@pytest.mark.parametrize("lag", [0, 2, 7])
def test_the_lag_is_that_of_nearly_all_rows(lag: int) -> None:
    assert lag_of(means(dict.fromkeys(DAYS, 8.0), lag), TODAY) == lag
    few = [Arrival(day - 20, day, 0.2) for day in DAYS]
    usual = means(dict.fromkeys(DAYS, 8.0), lag)
    assert lag_of(usual._replace(arrivals=[*usual.arrivals, *few]), TODAY) == lag
    assert lag_of(Inflow({}, []), TODAY) == 0
