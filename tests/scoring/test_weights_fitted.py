"""What the dimensions weigh, fitted to the printed totals of a shop: what is found, and when it is used."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import event, model, official, readings, scorecard
from shopwatch.scoring.calibration import DAYS_EACH, Calibration, calibrate, fit_to
from shopwatch.scoring.plan import make_plan
from shopwatch.scoring.readings import LedgerEvent, OfficialFigure
from shopwatch.scoring.score import score
from shopwatch.scoring.weighing import beside, weigh

HIDDEN = {"product": 0.55, "logistics": 0.15, "service": 0.30}
THIRDS = (1 / 3, 1 / 3, 1 / 3)


def whole(points: float) -> float:
    return float(math.floor(points + 0.5))


def pages(
    days: int,
    weights: Mapping[str, float] = HIDDEN,
    ledger: Mapping[int, float] | None = None,
    held: float = 2.0,
) -> tuple[OfficialFigure, ...]:
    """Return mornings as they are printed, all in whole points. held: a bonus that nobody tells of."""
    found = []
    for ago in range(days):
        scores = {
            "product": 75 + 12 * math.sin(ago / 7.3),
            "logistics": 82 + 9 * math.sin(ago / 11.9),
            "service": 78 + 10 * math.sin(ago / 9.1),
        }
        total = (
            sum(weights[name] * points for name, points in scores.items())
            + held
            + (ledger or {}).get(ago, 0.0)
        )
        found += [official(ago, item=name, points=whole(points)) for name, points in scores.items()]
        found.append(official(ago, points=whole(total)))
    return tuple(found)


def of_total(
    figures: Sequence[OfficialFigure], events: Sequence[LedgerEvent] = (), **own: Any
) -> Calibration:
    (one,) = [c for c in calibrate(model(**own), figures, events) if c.subject == "total"]
    return one


def test_whole_points_of_sixty_days_tell_what_each_dimension_weighs() -> None:
    one = of_total(pages(60))
    assert (one.days, one.needed, one.verdict) == (60, 3 * DAYS_EACH, "fitted")
    assert one.fitted_weights == {name: pytest.approx(share, abs=0.04) for name, share in HIDDEN.items()}
    assert one.usual_weights == dict(zip(HIDDEN, map(pytest.approx, THIRDS), strict=True))
    assert one.fitted_error is not None
    assert one.usual_error is not None
    assert one.fitted_error < 0.5 < one.usual_error


def test_deductions_on_record_are_taken_off_before_anything_is_weighed() -> None:
    refused = event("invoice_refused", days_ago=25)
    figures = pages(60, ledger=dict.fromkeys(range(25), -2.0))
    with_record, without = of_total(figures, [refused]), of_total(figures)
    assert with_record.fitted_error is not None
    assert without.fitted_error is not None
    assert with_record.fitted_weights == {
        name: pytest.approx(share, abs=0.04) for name, share in HIDDEN.items()
    }
    assert with_record.fitted_error < without.fitted_error


def test_a_score_that_rests_on_fitted_weights_says_so() -> None:
    figures = pages(60)
    fitted = fit_to(model(), figures).laid_over(model())
    plan = make_plan(fitted, figures)
    assert {one.certainty for one in plan.dimensions} == {"fitted"}
    assert math.fsum(one.weight for one in plan.dimensions) == pytest.approx(1)
    assert score(fitted, readings(official=figures)).basis == "anchored"


def test_the_shops_own_weights_and_printed_ones_are_never_fitted_over() -> None:
    one = of_total(pages(60), weights={"product": 40, "logistics": 30, "service": 30})
    assert one.verdict == "own"
    assert fit_to(model(weights={"product": 40, "logistics": 30, "service": 30}), pages(60)).weights == {}
    printed = [official(0, item=name, points=80.0, weight=share) for name, share in HIDDEN.items()]
    figures = (*pages(60)[4:], *printed, official(0, points=80.0))
    assert [c.subject for c in calibrate(model(), figures)] == []


def test_where_thirds_are_right_they_stay() -> None:
    even = dict.fromkeys(HIDDEN, 1 / 3)
    assert of_total(pages(3 * DAYS_EACH - 1, even)).verdict == "few"
    one = of_total(pages(60, even))
    assert one.fitted_weights == {name: pytest.approx(1 / 3, abs=0.04) for name in HIDDEN}
    assert one.verdict == "worse"


def test_a_scorecard_whose_weights_are_official_has_nothing_to_fit() -> None:
    card = scorecard()
    known = tuple(msgspec.structs.replace(one, weight_certainty="official") for one in card.dimension)
    certain = msgspec.structs.replace(card, dimension=known)
    assert calibrate(model(certain), pages(60)) == ()


scores = st.lists(st.tuples(*[st.floats(50, 100)] * 3), min_size=2, max_size=30)


@given(scores, st.randoms(use_true_random=False))
def test_weights_are_shares_of_one_that_follow_no_worse_than_the_usual(
    rows: list[tuple[float, ...]], luck: object
) -> None:
    totals = [0.2 * row[0] + 0.7 * row[1] + 0.1 * row[2] + (number % 3) for number, row in enumerate(rows)]
    found = weigh(THIRDS, rows, totals)
    assert math.fsum(found.weights) == pytest.approx(1)
    assert min(found.weights) >= -1e-12
    usual = beside(THIRDS, rows, totals)

    def off(one: object) -> float:
        return math.fsum((one.total(row) - total) ** 2 for row, total in zip(rows, totals, strict=True))  # type: ignore[attr-defined]

    assert off(found) <= off(usual) + 1e-6


def test_what_the_days_say_nothing_of_stays_usual() -> None:
    still = [(80.0, 90.0, 70.0)] * 20
    assert weigh((0.5, 0.3, 0.2), still, [82.0] * 20).weights == (0.5, 0.3, 0.2)
