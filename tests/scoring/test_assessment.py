"""The yearly assessment by months: phases, failed months, sales, idle months, each at its boundaries."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import model, scorecard
from shopwatch.scoring.assessment import (
    NO_SALES,
    Sales,
    Standing,
    assess,
    first_day,
    last_day,
    month_of,
    opened_month,
)
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.windows import day_of

CARD = "tmall-2026-03-16"
TARGETS = (0, 24_000, 82_500, 165_000)


def month(text: str) -> int:
    return month_of(datetime.date.fromisoformat(f"{text}-01"))


def printed(day: str, points: float, item: str = "total") -> OfficialFigure:
    date = datetime.date.fromisoformat(day)
    return OfficialFigure(item=item, published_at=day_of(date) * 86_400, day=day_of(date), points=points)


def ends(points: Mapping[str, float]) -> tuple[OfficialFigure, ...]:
    """The figures of the last days of months."""
    return tuple(printed(last_day(month(name)).isoformat(), value) for name, value in points.items())


def stood(
    today: str,
    *figures: OfficialFigure,
    sales: Sales = NO_SALES,
    lines: Mapping[str, Mapping[str, float]] | None = None,
    **facts: Any,
) -> Standing:
    shop = model(scorecard(CARD), given=facts, lines=lines or {})
    found = assess(shop, figures, sales, datetime.date.fromisoformat(today))
    assert found is not None
    return found


def test_other_scorecards_have_none() -> None:
    assert assess(model(), (), NO_SALES, datetime.date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("2025-06", "2025-06"),
        ("2025-06-30", "2025-06"),
        (datetime.date(2025, 6, 1), "2025-06"),
        ("2025-13", None),
        ("June", None),
        (202506, None),
        (None, None),
    ],
)
def test_the_month_it_opened(said: object, found: str | None) -> None:
    assert opened_month({"opened": said}) == (None if found is None else month(found))


@pytest.mark.parametrize(
    ("today", "phase", "number", "begins"),
    [
        ("2025-06-30", "exempt", None, None),
        ("2025-07-01", "trial", 1, "2025-07"),
        ("2026-06-30", "trial", 12, "2025-07"),
        ("2026-07-01", "formal", 1, "2026-07"),
        ("2027-06-30", "formal", 12, "2026-07"),
        ("2027-07-01", "formal", 1, "2027-07"),
    ],
)
def test_the_phase(today: str, phase: str, number: int | None, begins: str | None) -> None:
    found = stood(today, opened="2025-06")
    assert (found.phase, found.number) == (phase, number)
    assert found.begins == (None if begins is None else month(begins))


# ---------------------------------------------------------------- failed months

SIX = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")


@pytest.mark.parametrize(
    ("points", "failed", "left", "level"),
    [
        ((4.2, 4.2, 4.2, 4.2, 4.2, 4.2), 0, 2, "ok"),
        ((4.2, 4.2, 4.2, 4.2, 4.2, 4.19), 1, 1, "ok"),
        ((4.19, 4.2, 4.2, 4.2, 4.2, 4.19), 2, 0, "near"),
        ((4.19, 4.2, 4.2, 4.2, 4.1, 4.19), 3, 0, "bad"),
        ((3.0, 3.0, 3.0, 3.0, 3.0, 3.0), 6, 0, "bad"),
    ],
)
def test_fewer_than_three_months_may_fail(
    points: tuple[float, ...], failed: int, left: int, level: str
) -> None:
    found = stood("2026-11-20", *ends(dict(zip(SIX, points, strict=True))))
    assert (found.failed, found.left, found.level, found.unknown) == (failed, left, level, 0)


def test_a_month_is_judged_by_its_last_day_alone() -> None:
    figures = (*ends(dict.fromkeys(SIX[:5], 4.5)), printed("2026-10-30", 4.0), printed("2026-11-01", 4.0))
    found = stood("2026-11-20", *figures)
    (october,) = (one for one in found.ends if one.month == month("2026-10"))
    assert (october.value, october.met) == (None, None)
    assert october.last is not None
    assert october.last.points == 4.0
    assert (found.failed, found.unknown, found.level) == (0, 1, "unknown")


def test_of_several_figures_in_a_day_the_last_counts() -> None:
    morning = printed("2026-10-31", 4.1)
    noon = OfficialFigure(item="total", published_at=morning.published_at + 1, day=morning.day, points=4.3)
    found = stood("2026-11-20", noon, morning, printed("2026-10-31", 3.0, "service"))
    assert found.ends[-1].met is True


def test_the_running_month_is_not_judged_yet() -> None:
    found = stood("2026-10-31", *ends(dict.fromkeys(SIX, 4.0)))
    assert max(one.month for one in found.ends) == month("2026-09")
    assert found.failed == 5


def test_what_failed_more_than_six_months_ago_still_counts_in_its_cycle() -> None:
    figures = ends({"2026-02": 4.0, "2026-03": 4.0, "2026-04": 4.0, **dict.fromkeys(SIX, 4.5)})
    without = stood("2026-11-20", *figures)
    assert (without.failed, without.left) == (0, 2)
    within = stood("2026-11-20", *figures, opened="2025-12")
    assert (within.failed, within.in_cycle, within.left, within.level) == (0, 3, 0, "bad")


def test_the_opening_month_is_free() -> None:
    found = stood("2026-11-20", *ends({"2026-08": 3.0, "2026-09": 3.0, "2026-10": 4.5}), opened="2026-08")
    assert [one.month for one in found.ends] == [month("2026-09"), month("2026-10")]
    assert found.failed == 1


def test_a_shop_whose_cycle_began_under_another_line_says_so() -> None:
    figures = ends(dict.fromkeys(SIX, 4.15))
    assert stood("2026-11-20", *figures).failed == 6
    own = stood("2026-11-20", *figures, lines={"month_end": {"total": 4.1}})
    assert (own.at, own.failed) == (4.1, 0)


# ---------------------------------------------------------------- sales


def sold(months: Mapping[str, float], since: str = "2025-01-01") -> Sales:
    by_month = {month(name): yuan for name, yuan in months.items()}
    return Sales(by_month, datetime.date.fromisoformat(since))


@pytest.mark.parametrize(
    ("today", "number", "target"),
    [
        ("2026-07-01", 3, 0),
        ("2026-09-30", 3, 0),
        ("2026-10-01", 6, 24_000),
        ("2026-12-31", 6, 24_000),
        ("2027-01-01", 9, 82_500),
        ("2027-04-01", 12, 165_000),
        ("2027-06-30", 12, 165_000),
        ("2027-07-01", 12, 330_000),
        ("2028-06-30", 12, 330_000),
    ],
)
def test_the_next_check(today: str, number: int, target: float) -> None:
    found = stood(today, opened="2026-06", sales_target_trial=TARGETS, sales_target=330_000)
    assert found.next_check is not None
    assert (found.next_check.number, found.next_check.target) == (number, target)


@pytest.mark.parametrize(
    ("yuan", "met", "level"), [(23_999.99, False, "bad"), (24_000, True, "ok"), (30_000, True, "ok")]
)
def test_a_check_that_is_over(yuan: float, met: bool, level: str) -> None:
    busy = dict.fromkeys(("2026-07", "2026-08", "2026-09", "2026-10", "2026-11"), 4_000.0)
    sales = sold({**busy, "2026-12": yuan - 20_000, "2027-01": 99_999})
    figures = ends(dict.fromkeys(("2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12"), 4.5))
    found = stood("2027-01-15", *figures, sales=sales, opened="2026-06", sales_target_trial=TARGETS)
    assert found.last_check is not None
    assert (found.last_check.number, found.last_check.met) == (6, met)
    assert found.last_check.sold == pytest.approx(yuan)
    assert found.level == level


def test_a_target_of_nought_still_asks_for_some() -> None:
    nothing = stood("2026-10-15", sales=sold({}), opened="2026-06", sales_target_trial=TARGETS)
    assert nothing.last_check is not None
    assert nothing.last_check.met is False
    some = stood("2026-10-15", sales=sold({"2026-08": 1}), opened="2026-06", sales_target_trial=TARGETS)
    assert some.last_check is not None
    assert some.last_check.met is True


def test_records_that_begin_late_miss_no_target_but_may_reach_it() -> None:
    late = sold({"2026-08": 1_000}, "2026-08-15")
    short = stood("2027-01-15", sales=late, opened="2026-06", sales_target_trial=TARGETS)
    assert short.last_check is not None
    assert (short.last_check.complete, short.last_check.met) == (False, None)
    enough = sold({"2026-08": 25_000}, "2026-08-15")
    reached = stood("2027-01-15", sales=enough, opened="2026-06", sales_target_trial=TARGETS)
    assert reached.last_check is not None
    assert reached.last_check.met is True


def test_without_records_or_targets_nothing_is_said() -> None:
    found = stood("2027-01-15", opened="2026-06")
    assert found.next_check is not None
    assert (found.next_check.target, found.next_check.sold, found.next_check.met) == (None, None, None)
    assert found.idle is None


# ---------------------------------------------------------------- idle months


@pytest.mark.parametrize(
    ("busy", "idle", "level"),
    [(("2026-07", "2026-09", "2026-11"), 3, "near"), (("2026-07", "2026-10"), 4, "bad")],
)
def test_idle_months_of_the_trial(busy: tuple[str, ...], idle: int, level: str) -> None:
    sales = Sales({month(name): 100.0 for name in busy}, datetime.date(2026, 1, 1))
    figures = ends(dict.fromkeys(("2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12"), 4.5))
    found = stood("2027-01-15", *figures, sales=sales, opened="2026-06")
    assert (found.idle, found.idle_most, found.level) == (idle, 3, level)


def test_months_before_the_records_are_not_idle() -> None:
    sales = Sales({month("2026-12"): 5.0}, datetime.date(2026, 10, 2))
    found = stood("2027-01-15", sales=sales, opened="2026-06")
    assert found.idle == 1  # November: October isn't known whole


def test_a_formal_cycle_may_have_six() -> None:
    sales = Sales({}, datetime.date(2024, 1, 1))
    assert stood("2027-01-01", sales=sales, opened="2025-06").idle_most == 6
    assert stood("2027-01-01", sales=sales, opened="2025-06").idle == 6
    assert stood("2027-02-01", sales=sales, opened="2025-06").level == "bad"


# ---------------------------------------------------------------- laws


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2090, 1, 1)))
def test_months_come_one_after_the_other(day: datetime.date) -> None:
    one = month_of(day)
    assert first_day(one) <= day <= last_day(one)
    assert first_day(one + 1) == last_day(one) + datetime.timedelta(days=1)


@given(
    st.lists(st.tuples(st.sampled_from(SIX), st.floats(3, 5)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_figures_never_matters(pairs: list[tuple[str, float]], random: Any) -> None:
    figures = list(ends(dict(pairs)))
    before = stood("2026-11-20", *figures)
    random.shuffle(figures)
    assert stood("2026-11-20", *figures) == before


@given(st.lists(st.floats(3, 5), min_size=6, max_size=6), st.integers(0, 5))
def test_a_better_month_never_leaves_fewer_to_fail(points: list[float], place: int) -> None:
    better = [5.0 if n == place else one for n, one in enumerate(points)]
    before = stood("2026-11-20", *ends(dict(zip(SIX, points, strict=True))))
    after = stood("2026-11-20", *ends(dict(zip(SIX, better, strict=True))))
    assert after.left >= before.left
