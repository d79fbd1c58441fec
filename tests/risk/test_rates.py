from __future__ import annotations

import pytest

from risk_cases import at, at_moment, base, order, past
from shopwatch.risk import Pressure, pressures
from shopwatch.scoring.readings import Exposure, Past, Sum2

NOW = "11-20 20:00"


def pressed(
    late: int, exposures: list[Exposure], due: int = 800, pasts: dict[str, Past] | None = None
) -> Pressure:
    known = base(at(NOW), rates={"late_shipping": Sum2(late, due)})
    (found,) = pressures(exposures, at_moment(at(NOW), known, pasts=pasts))
    return found


def open_today(count: int) -> list[Exposure]:
    return [order(f"T{n}", "11-20 08:00", due="11-20 23:30") for n in range(count)]


def test_how_many_must_be_saved() -> None:
    pressure = pressed(230, open_today(30))
    assert (pressure.near, pressure.struck) == (True, False)  # 28.75 %: a warning
    assert (pressure.forecast, pressure.rescue) == (260, 21)  # 239 of 800 is 29.875 %
    assert len(pressure.open) == 30


@pytest.mark.parametrize(
    ("late", "due", "near", "struck"),
    [
        (230, 800, True, False),
        (239, 800, True, False),
        (240, 800, True, True),  # 30.0 % and at least 200
        (199, 800, False, False),  # 24.875 %
        (200, 800, True, False),  # 25 % and at least 150
        (149, 400, False, False),  # 37 %, but under 150
        (150, 400, True, False),
        (199, 400, True, False),
        (200, 400, True, True),
        (0, 0, False, False),
    ],
)
def test_both_conditions_count(late: int, due: int, near: bool, struck: bool) -> None:
    pressure = pressed(late, [], due)
    assert (pressure.near, pressure.struck) == (near, struck)


def test_only_what_falls_due_today_and_is_not_late_can_be_saved() -> None:
    others = [
        order("late", "11-18 10:00"),
        order("tonight", "11-20 08:00", due="11-20 23:59:59"),
        order("tomorrow", "11-20 08:00", due="11-21 00:00:00"),
        order("no promise", "11-20 08:00", None),
    ]
    assert [one.subject_id for one in pressed(230, others).open] == ["tonight"]


def test_with_a_past_the_forecast_is_what_it_expects() -> None:
    hours = [n * 0.31 for n in range(101)]  # 12 h have passed of 15.5, and half of the rest takes longer
    pressure = pressed(100, open_today(200), pasts={"ship": past("ship", hours)})
    assert 100 < pressure.forecast < 300
    assert pressure.foreseen
    assert not pressed(100, open_today(200)).foreseen
    assert pressed(100, open_today(200)).forecast == 300
    assert not pressed(100, open_today(200)).near  # an unknown future is not an alarm
