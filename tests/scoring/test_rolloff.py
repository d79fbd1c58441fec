"""What the rows that leave at midnight do to an indicator, and to the total."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import HEALTHY, TODAY, model, readings, scorecard
from shopwatch.scoring.readings import Leaving, Sum2
from shopwatch.scoring.rolloff import RollOff, roll_off
from shopwatch.scoring.score import score
from shopwatch.scoring.scorecard import Scorecard


def rolled(leaving: Leaving, name: str = "pickup_hours", card: Scorecard | None = None) -> RollOff:
    return roll_off(score(model(card), readings()), {name: leaving})[name]


def test_slow_ones_that_leave_make_the_mean_better() -> None:
    gone = rolled(Leaving(TODAY - 30, 40, 12, Sum2(424, 40)))
    assert gone.change == pytest.approx((5_600 - 424) / 960 - 5.6)
    assert gone.points == pytest.approx(
        -(gone.change or 0) * 1.5 / 9
    )  # 1.5 points an hour, a ninth of the total


def test_where_everything_leaves_nothing_is_said_of_the_rest() -> None:
    assert rolled(Leaving(TODAY - 30, 1_000, 500, Sum2(5_600, 1_000)))[1:] == (None, None)


def test_what_loses_no_row_rolls_nothing_off() -> None:
    shop = score(model(), readings())
    assert roll_off(shop, {"pickup_hours": Leaving(TODAY - 30, 0, 0, Sum2())}) == {}
    assert roll_off(shop, {"no such": Leaving(TODAY - 30, 1, 0, Sum2(1, 1))}) == {}


def test_of_a_sum_the_numerator_leaves() -> None:
    card = scorecard()
    summed = msgspec.structs.replace(
        card,
        indicator=tuple(
            msgspec.structs.replace(rule, sum=True) if rule.id == "pickup_hours" else rule
            for rule in card.indicator
        ),
    )
    only = {**HEALTHY, "pickup_hours": msgspec.structs.replace(HEALTHY["pickup_hours"], now=Sum2(20, 1))}
    shop = score(model(summed), readings(only))
    (gone,) = roll_off(shop, {"pickup_hours": Leaving(TODAY - 30, 3, 1, Sum2(6, 3))}).values()
    assert gone.change == pytest.approx(-6)


@given(st.floats(0, 5_600), st.integers(1, 999))
def test_worse_than_the_mean_leaves_for_the_better(hours: float, rows: int) -> None:
    gone = rolled(Leaving(TODAY - 30, rows, 0, Sum2(hours, rows)))
    assert gone.change is not None
    assert gone.points is not None
    worse = hours / rows > 5.6
    assert gone.change <= 1e-9 if worse else gone.change >= -1e-9
    assert gone.points >= -1e-9 if worse else gone.points <= 1e-9
