"""What is published of the Tmall score holds in its scorecards: windows, weights, lines, clocks, ratings."""

from __future__ import annotations

import datetime
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import TODAY, model, official, readings, scorecard, steady
from shopwatch.rulebook import choose, scorecards
from shopwatch.scoring.clock import pay
from shopwatch.scoring.lines import facts_of, stand
from shopwatch.scoring.model import Model
from shopwatch.scoring.plan import make_plan
from shopwatch.scoring.ratings import best_needed, moved_by, next_mark
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.scorecard import Clock
from shopwatch.scoring.windows import first_visible, leaves, span

MARCH, OCTOBER, DSR = "tmall-2026-03-16", "tmall-2025-10-09", "tmall-dsr-2026-08-12"
OF_PRODUCT, OF_LOGISTICS = ("product_negative", "positive_rate"), ("pickup_48h", "arrival_hours")
OF_SERVICE = ("reply_3min", "chat_satisfaction", "refund_hours", "platform_help")


def tmall(**changes: object) -> Model:
    return model(scorecard(MARCH), **changes)


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2025-10-09", "tmall@2025-10-09"),
        ("2026-03-15", "tmall@2025-10-09"),
        ("2026-03-16", "tmall@2026-03-16"),
        ("2026-11-20", "tmall@2026-03-16"),
    ],
)
def test_the_version_in_force(day: str, key: str) -> None:
    assert choose("tmall", datetime.date.fromisoformat(day), scorecards()).key == key


# ---------------------------------------------------------------- windows


@pytest.mark.parametrize(
    ("indicator", "window", "shows", "left"),
    [
        ("product_negative", (31, 2), "2026-11-22", "2026-12-22"),
        ("positive_rate", (31, 2), "2026-11-22", "2026-12-22"),
        ("pickup_48h", (33, 4), "2026-11-24", "2026-12-24"),
        ("arrival_hours", (40, 11), "2026-12-01", "2026-12-31"),
        ("reply_3min", (30, 1), "2026-11-21", "2026-12-21"),
        ("chat_satisfaction", (32, 3), "2026-11-23", "2026-12-23"),
        ("refund_hours", (31, 2), "2026-11-22", "2026-12-22"),
        ("platform_help", (30, 1), "2026-11-21", "2026-12-21"),
        ("next_day_share", (32, 3), "2026-11-23", "2026-12-23"),
    ],
)
def test_what_is_done_on_11_20_shows_and_leaves(
    indicator: str, window: tuple[int, int], shows: str, left: str
) -> None:
    (rule,) = (rule for rule in scorecard(MARCH).indicator if rule.id == indicator)
    assert rule.window == window
    done = datetime.date(2026, 11, 20)
    assert first_visible(done, rule.window).isoformat() == shows
    assert leaves(done, rule.window).isoformat() == left
    first, last = span(TODAY, rule.window)
    assert last - first + 1 == 30


# ---------------------------------------------------------------- weights


def page(points: dict[str, float], weights: dict[str, float] | None = None) -> tuple[OfficialFigure, ...]:
    """One page: the points of indicators, with their weights where it shows them."""
    figures = [official(0, item, points=value) for item, value in points.items()]
    return tuple(msgspec.structs.replace(one, weight=(weights or {}).get(one.item)) for one in figures)


def evenly(product: float, logistics: float, service: float) -> dict[str, float]:
    groups = ((OF_PRODUCT, product), (OF_LOGISTICS, logistics), (OF_SERVICE, service))
    return {name: points for names, points in groups for name in names}


SHARES: dict[str, float] = {
    "product_negative": 70, "positive_rate": 30, "pickup_48h": 70, "arrival_hours": 30,
    "reply_3min": 30, "chat_satisfaction": 20, "refund_hours": 25, "platform_help": 25,
}  # fmt: skip


@pytest.mark.parametrize(
    ("product", "logistics", "service", "total"),
    [(5.0, 5.0, 4.32, 4.66), (4.51, 4.96, 4.86, 4.7975), (5.0, 5.0, 5.0, 5.0), (3.0, 3.0, 3.0, 3.0)],
)
def test_the_page_of_2026_04_02(product: float, logistics: float, service: float, total: float) -> None:
    """4.66 = 5.00 × .25 + 5.00 × .25 + 4.32 × .50."""
    found = score(tmall(), readings({}, official=page(evenly(product, logistics, service), SHARES)))
    assert [one.value for one in found.dimensions.values()] == pytest.approx([product, logistics, service])
    assert found.value == pytest.approx(total)
    assert {one.plan.certainty for one in found.dimensions.values()} == {"observed"}


def test_a_shop_s_own_weights_win_over_those_seen_elsewhere() -> None:
    own = {"product": 40, "logistics": 40, "service": 20}
    found = score(tmall(weights=own), readings({}, official=page(evenly(5.0, 5.0, 4.0), SHARES)))
    assert found.value == pytest.approx(4.8)
    assert {one.plan.certainty for one in found.dimensions.values()} == {"shop"}


def test_weights_that_nobody_has_seen_are_unknown() -> None:
    plan = {one.rule.id: one for one in make_plan(tmall()).dimensions}
    assert [part.weight for part in plan["product"].indicators] == pytest.approx([0.7, 0.3])
    assert {part.weight_certainty for part in plan["service"].indicators} == {"unknown"}
    assert {one.weight for one in scorecard(OCTOBER).dimension} == {None}


def test_what_is_only_for_some_categories_waits_for_its_own_weight() -> None:
    two = {"pickup_48h": 70.0, "arrival_hours": 30.0}
    (logistics,) = (one for one in make_plan(tmall(weights=two)).dimensions if one.rule.id == "logistics")
    assert {part.rule.id: part.weight for part in logistics.indicators} == pytest.approx(
        {"pickup_48h": 0.7, "arrival_hours": 0.3, "bad_logistics": 0, "next_day_share": 0}
    )
    three = {**two, "bad_logistics": 100.0}
    (logistics,) = (one for one in make_plan(tmall(weights=three)).dimensions if one.rule.id == "logistics")
    assert {part.rule.id: part.weight for part in logistics.indicators}["bad_logistics"] == 0.5


# ---------------------------------------------------------------- what isn't published


@pytest.mark.parametrize("card", [MARCH, OCTOBER])
def test_no_value_becomes_points(card: str) -> None:
    rules = scorecard(card).indicator
    everything = {rule.id: steady(500, 1_000) for rule in rules if rule.counted}
    found = score(model(scorecard(card)), readings(everything))
    assert found.value is None
    assert all(one.points is None for one in found.indicators.values())
    assert found.indicators["pickup_48h"].value == 0.5


@pytest.mark.parametrize("card", [MARCH, OCTOBER])
def test_bonus_and_reductions_are_named_without_amounts(card: str) -> None:
    rules = scorecard(card)
    assert {one.points for one in rules.bonus} == {one.points for one in rules.deduction} == {None}
    assert {"fake_goods", "not_as_described", "confusing_goods"} <= {one.id for one in rules.deduction}
    assert ("abnormal_tracking" in {one.id for one in rules.deduction}) == (card == MARCH)
    held = score(model(rules, given={"special_service": True}), readings({}))
    assert held.ledger == ()


def test_the_printed_total_stands() -> None:
    found = score(tmall(), readings({}, official=(official(0, points=4.66),)))
    assert (found.value, found.basis) == (4.66, "official")


@pytest.mark.parametrize(("orders", "stage"), [(29, "growth"), (30, "formal")])
def test_under_thirty_valid_orders_there_is_no_score(orders: int, stage: str) -> None:
    known = readings({}, valid_orders=orders, official=page(evenly(5.0, 5.0, 4.32), SHARES))
    found = score(tmall(), known)
    assert found.stage == stage
    assert found.value == (None if stage == "growth" else pytest.approx(4.66))


# ---------------------------------------------------------------- lines


def standing(total: float, **parts: float) -> dict[str, bool | None]:
    figures = [
        official(0, points=total),
        *(official(0, item, points=points) for item, points in parts.items()),
    ]
    found: Scored = score(tmall(), readings({}, official=tuple(figures)))
    return {one.line.id: one.met for one in stand(found.model, facts_of(found))}


@pytest.mark.parametrize(
    ("line", "not_yet", "met"),
    [
        ("month_end", 4.19, 4.2),
        ("ship_negotiation", 4.49, 4.5),
        ("search_46", 4.59, 4.6),
        ("search_48", 4.79, 4.8),
        ("refund_autonomy", 4.8, 4.81),
        ("search_50", 4.99, 5.0),
    ],
)
def test_a_line_on_the_total(line: str, not_yet: float, met: float) -> None:
    assert (standing(not_yet)[line], standing(met)[line]) == (False, True)


def test_a_line_on_dimensions() -> None:
    assert standing(4.0, product=4.2)["fresh_date"] is True
    assert standing(4.9, product=4.19)["fresh_date"] is False
    assert standing(4.2, product=4.2, service=4.2)["fresh_deposit"] is True
    assert standing(4.2, product=4.2, service=4.19)["fresh_deposit"] is False


# ---------------------------------------------------------------- clocks


def clock(name: str) -> Clock:
    return next(one for one in scorecard(MARCH).clock if one.id == name)


SECOND = 1 / 3600


@pytest.mark.parametrize(
    ("name", "yuan", "promise", "late", "owed"),
    [
        ("ship", 300, 48, 0, 0),
        ("ship", 300, 48, SECOND, 15),
        ("ship", 300, 48, 72, 15),
        ("ship", 300, 48, 72 + SECOND, 30),
        ("ship", 60, 48, SECOND, 5),
        ("ship", 6_000, 24, SECOND, 50),
        ("ship", 6_000, 24, 72 + SECOND, 500),
        ("ship", 300, 96, SECOND, 30),
        ("ship", 300, 96, 72 + SECOND, 45),
        ("pickup", 300, None, 0, 0),
        ("pickup", 300, None, SECOND, 15),
        ("pickup", 3_000, None, SECOND, 100),
        ("resend", 300, None, SECOND, 15),
        # tracking: 5 % once late, 20 % in all once dead, 48 h on
        ("first_scan", 300, None, 0, 0),
        ("first_scan", 300, None, SECOND, 15),
        ("first_scan", 300, None, 48, 15),
        ("first_scan", 300, None, 48 + SECOND, 60),
        ("first_scan", 3_000, None, SECOND, 50),
        ("first_scan", 3_000, None, 49, 100),
        ("scan_gap", 300, None, 0, 0),
        ("scan_gap", 300, None, SECOND, 15),
        ("dead_tracking", 300, None, -47, 15),
        ("dead_tracking", 300, None, 0, 15),
        ("dead_tracking", 300, None, SECOND, 60),
        ("dead_tracking", 10, None, SECOND, 5),
        ("exchange", 300, None, 100, None),
    ],
)
def test_what_a_late_order_owes(
    name: str, yuan: int, promise: float | None, late: float, owed: float | None
) -> None:
    assert pay(clock(name), yuan * 100, promise, late).now == owed


# ---------------------------------------------------------------- ratings


@pytest.mark.parametrize(
    ("mean", "count", "stars", "moved"), [(4.8, 99, 1, -0.038), (4.8, 99, 5, 0.002), (5.0, 1, 1, -2.0)]
)
def test_one_rating_more(mean: float, count: int, stars: int, moved: float) -> None:
    assert moved_by(mean, count, stars) == pytest.approx(moved)


@pytest.mark.parametrize(
    ("mean", "count", "mark", "needed"),
    [(4.7, 100, 4.8, 50), (4.8, 100, 4.8, 0), (4.9, 100, 4.8, 0), (4.0, 30, 4.6, 45), (4.9, 10, 5.0, None)],
)
def test_how_many_of_the_best(mean: float, count: int, mark: float, needed: int | None) -> None:
    assert best_needed(mean, count, mark) == needed


@given(st.integers(1, 5_000), st.floats(1, 4.99), st.floats(1, 4.99))
def test_so_many_are_enough_and_no_fewer(count: int, mean: float, mark: float) -> None:
    needed = best_needed(mean, count, mark)
    assert needed is not None

    def with_best(n: int) -> float:
        return (mean * count + 5 * n) / (count + n)

    assert with_best(needed) >= mark - 1e-6
    assert needed == 0 or with_best(needed - 1) < mark + 1e-6


@given(st.floats(1, 4.95))
def test_the_next_mark_is_above(mean: float) -> None:
    assert mean - 1e-9 < next_mark(mean) <= mean + 0.1 + 1e-9
    assert math.isclose(next_mark(mean) * 10, round(next_mark(mean) * 10))


def test_the_three_means_have_no_total() -> None:
    found = score(
        model(scorecard(DSR)),
        readings({"description_stars": steady(480, 100), "delivery_stars": steady(98, 20)}),
    )
    assert found.value is None
    assert found.indicators["description_stars"].points == pytest.approx(4.8)
    assert found.indicators["delivery_stars"].value == pytest.approx(4.9)
    assert found.indicators["attitude_stars"].value is None
