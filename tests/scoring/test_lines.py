from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import model, readings, scorecard
from shopwatch.scoring.lines import Facts, LineStanding, facts_of, least_to_save, stand, stand_at
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.score import score
from shopwatch.scoring.scorecard import Line, Part

MODEL = Model(scorecard=scorecard())


def line(name: str) -> Line:
    return next(line for line in scorecard().line if line.id == name)


def flat(value: float | None) -> tuple[float | None, ...]:
    return (value,) * 31


def facts(
    total: float | None = None, product: float | None = None, category: str | None = None, **rates: Sum2
) -> Facts:
    own = Model(scorecard=scorecard(), category=category)
    return Facts(own, {"total": flat(total), "product": flat(product)}, rates)


def alliance(total: float | None, product: float | None, category: str | None = None) -> LineStanding:
    rule = line("alliance")
    parts = (rule.parts[0], msgspec.structs.replace(rule.parts[1], by_category={"fresh": 60}))
    return stand_at(msgspec.structs.replace(rule, parts=parts), facts(total, product, category))


def tightest(standing: LineStanding) -> tuple[str, float]:
    part = standing.tightest
    assert part is not None
    assert part.distance is not None
    return part.part.on, round(part.distance, 6)


# ---------------------------------------------------------------- unlocks


def test_the_alliance_needs_both_of_its_parts() -> None:
    standing = alliance(71.4, 64)
    assert (standing.met, standing.level) == (False, "bad")
    assert tightest(standing) == ("product", -1.0)


def test_a_category_has_its_own_figure() -> None:
    standing = alliance(71.4, 64, "fresh")
    assert (standing.met, standing.level) == (True, "near")  # 71.4 is within the 2.0 above 70
    assert tightest(standing) == ("total", 1.4)
    assert alliance(71.4, 64, "other").met is False


@pytest.mark.parametrize(
    ("total", "product", "met", "level"),
    [
        (70, 65, True, "near"),
        (69.999, 65, False, "bad"),
        (70, 64.999, False, "bad"),
        (72, 67, True, "ok"),
        (72, 66.999, True, "near"),
        (71.999, 67, True, "near"),
        (None, 80, None, "unknown"),
        (80, None, None, "unknown"),
        (None, 50, None, "unknown"),
    ],
)
def test_both_sides_of_the_alliance_lines(
    total: float | None, product: float | None, met: bool | None, level: str
) -> None:
    standing = alliance(total, product)
    assert (standing.met, standing.level) == (met, level)


def test_dust_of_arithmetic_is_not_a_lost_line() -> None:
    assert alliance(0.1 * 3 + 69.7 - 1e-13, 65).met is True


def test_a_category_moves_the_warning_with_the_line() -> None:
    assert alliance(80, 61.9, "fresh").level == "near"
    assert alliance(80, 62, "fresh").level == "ok"


def mean_line(*days: float | None) -> LineStanding:
    scores: Sequence[float | None] = [*(None,) * (31 - len(days)), *days]
    return stand_at(line("campaign"), Facts(MODEL, {"total": scores}))


def test_a_mean_is_over_the_last_days_with_today() -> None:
    standing = mean_line(*(0.0,) * 24, 70, 70, 70, 70, 70, 70, 77)
    assert standing.parts[0].value == pytest.approx(71)
    assert standing.level == "near"


@pytest.mark.parametrize(
    ("days", "value"),
    [
        ((72, 72, 72, 72), 72),
        ((72, 72, 72), None),  # under half of the seven
        ((72, None, 72, None, 72, None, 76), 73),
        ((72, 72, 72, 72, 72, 72, None), None),  # not known today
    ],
)
def test_a_mean_needs_today_and_half_of_its_days(days: tuple[float | None, ...], value: float | None) -> None:
    assert mean_line(*days).parts[0].value == value


def streak(kind: str, *days: float | None) -> LineStanding:
    rule = msgspec.structs.replace(
        line("mall"),
        kind=kind,
        parts=(Part(on="total", measure="streak", at=60, days=3, warn_at=2 if kind == "stop" else 4),),
    )
    return stand_at(rule, Facts(MODEL, {"total": days}))


def test_a_streak_below_a_line_strikes_once_it_is_long_enough() -> None:
    assert streak("stop", 59, 59, 60).parts[0].value == 0
    assert streak("stop", 60, 59, 59).level == "near"
    assert tightest(streak("stop", 60, 59, 59)) == ("total", 1.0)
    assert streak("stop", 60, 59, 59, 59).met is False
    assert streak("stop", 59, None, 59).parts[0].value == 1


def test_a_streak_above_a_line_unlocks_once_it_is_long_enough() -> None:
    assert streak("unlock", 59, 60, 60).met is False
    assert streak("unlock", 60, 60, 60).level == "near"
    assert streak("unlock", 60, 60, 60, 60).level == "ok"


# ---------------------------------------------------------------- stops


def late(due: float, late: float, expected: float | None = None, foreseen: bool = True) -> LineStanding:
    return stand_at(
        line("late_shipping_shop"),
        Facts(
            MODEL,
            {},
            {"late_shipping": Sum2(late, due)},
            {} if expected is None else {"late_shipping": expected},
            frozenset({"late_shipping"} if foreseen else ()),
        ),
    )


def test_230_late_of_800_is_a_warning() -> None:
    standing = late(800, 230)
    assert (standing.met, standing.level) == (True, "near")
    assert tightest(standing) == ("late_shipping", 0.0125)


def test_240_late_of_800_stops_the_shop() -> None:
    standing = late(800, 240)
    assert (standing.met, standing.level) == (False, "bad")


@pytest.mark.parametrize(
    ("due", "number", "met", "level"),
    [
        (800, 239, True, "near"),
        (600, 199, True, "near"),  # 33 %, but not yet 200
        (600, 200, False, "bad"),
        (500, 149, True, "ok"),  # 29.8 %, under the warning's 150
        (500, 150, True, "near"),
        (10, 9, True, "ok"),
        (0, 0, None, "unknown"),
    ],
)
def test_both_sides_of_the_late_shipping_line(due: int, number: int, met: bool | None, level: str) -> None:
    standing = late(due, number)
    assert (standing.met, standing.level) == (met, level)


def test_in_a_small_shop_the_count_is_what_protects() -> None:
    standing = late(10, 9)
    assert standing.tightest is not None
    assert standing.tightest.part.measure == "count"
    assert standing.tightest.distance == 191


def test_the_forecast_says_how_many_to_save() -> None:
    standing = late(800, 230, 260)
    assert (standing.save, standing.savable, standing.level) == (21, True, "near")
    assert late(800, 230, 239.0).save == 0
    assert late(800, 100, 260).level == "near"
    assert late(800, 100, 260, foreseen=False).level == "ok"
    assert late(800, 235, 239.5).save == 1


def test_what_is_late_already_is_not_saved_any_more() -> None:
    assert late(1_000, 299, 330).savable is True
    assert late(600, 199, 230).savable is True
    assert late(800, 239.0, 261).savable is True
    assert late(800, 240, 261).save == 0  # struck


def test_a_bare_count_without_events_is_known_to_be_none() -> None:
    standing = stand_at(line("fraud_shipping_shop"), Facts(MODEL, {}, {"fraud_shipping_today": Sum2()}))
    assert (standing.met, standing.level, standing.parts[0].value) == (True, "ok", 0)
    one = stand_at(line("fraud_shipping_shop"), Facts(MODEL, {}, {"fraud_shipping_today": Sum2(1, 1)}))
    assert one.level == "near"
    assert stand_at(line("fraud_shipping_shop"), Facts(MODEL, {})).level == "unknown"


@pytest.mark.parametrize(
    ("rate", "stop", "due", "strikes"),
    [
        ("out_of_stock", "out_of_stock_shop", 200, 61),  # more than 30 %, and at least 30
        ("out_of_stock", "out_of_stock_shop", 50, 30),
        ("dead_tracking", "dead_tracking_shop", 300, 31),  # more than 10 %, and at least 20
        ("dead_tracking", "dead_tracking_shop", 100, 20),
        ("late_tickets", "late_tickets_shop", 10, 3),  # 30 % of five or more
        ("late_tickets", "late_tickets_shop", 5, 2),
        ("late_tickets", "late_tickets_shop", 3, 2),  # two of fewer
    ],
)
def test_the_first_one_that_strikes(rate: str, stop: str, due: int, strikes: int) -> None:
    def struck(late: int) -> bool:
        return stand_at(line(stop), Facts(MODEL, {}, {rate: Sum2(late, due)})).met is False

    assert not struck(strikes - 1)
    assert struck(strikes)
    ahead = Facts(MODEL, {}, {rate: Sum2(0, due)}, {rate: strikes})
    assert stand_at(line(stop), ahead).save == 1


@pytest.mark.parametrize(
    ("due", "expected", "rate", "count", "save"),
    [
        (800, 260, 0.30, 200, 21),
        (800, 260, 0.30, None, 21),
        (800, 240, 0.30, 200, 1),
        (800, 239, 0.30, 200, 0),
        (600, 230, 0.30, 200, 31),  # staying under 200 is nearer than under 180
        (600, 199.2, 0.30, 200, 1),
        (10, 10, 0.30, None, 8),
        (800, 260, None, None, 0),
    ],
)
def test_least_to_save(due: int, expected: float, rate: float | None, count: float | None, save: int) -> None:
    assert least_to_save(due, expected, rate, count) == save


@given(st.integers(1, 5_000), st.floats(0, 1), st.floats(0.01, 1), st.integers(1, 500))
def test_saving_the_least_keeps_the_shop_open_and_one_fewer_does_not(
    due: int, share: float, rate: float, count: int
) -> None:
    expected = math.ceil(due * share)
    save = least_to_save(due, expected, rate, count)

    def struck(saved: int) -> bool:
        return (expected - saved) / due >= rate and expected - saved >= count

    assert not struck(save)
    assert save == 0 or struck(save - 1)


def test_a_scored_shop_stands_at_every_line_of_its_scorecard() -> None:
    result = score(model(), readings(rates={"late_shipping": Sum2(3, 100)}))
    standings = {s.line.id: s for s in stand(model(), facts_of(result))}
    everyones = {rule.id for rule in scorecard().line if not rule.categories and not rule.shop_types}
    assert set(standings) == everyones
    value = standings["alliance"].parts[0].value
    assert value == result.value
    assert standings["brand_badge"].parts[0].value == pytest.approx(
        sum(v or 0 for v in result.trend[1:]) / 30
    )
    assert standings["late_shipping_shop"].met is True
    assert standings["out_of_stock_shop"].met is None
