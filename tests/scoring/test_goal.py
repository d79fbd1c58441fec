"""The goal: what takes a shop to a target, by hand-made shops and by laws."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from score_cases import HEALTHY, TODAY, event, model, official, readings, scorecard, steady
from scorecards_shown import any_readings
from shopwatch.rulebook import scorecards
from shopwatch.scoring.clauses import Line, Part, Words
from shopwatch.scoring.goal import Begun, Goal, Habit, Kept, aim, pursue
from shopwatch.scoring.ground import Ground
from shopwatch.scoring.moments import NOW
from shopwatch.scoring.readings import Reading, ShopReadings, Sum2
from shopwatch.scoring.score import Scored, score

ROUNDING = 1e-6
NAMES = tuple(HEALTHY)
CARDS = scorecards()
BETTER = {rule.id: rule.better for rule in scorecard().indicator}


def flat(**changes: object) -> Scored:
    return score(model(), readings(**changes))  # type: ignore[arg-type]


def values_of(goal: Goal) -> dict[str, float]:
    return {change.indicator: change.goal for change in goal.changes}


def rescored(scored: Scored, goal: Goal, values: Mapping[str, float]) -> float:
    """Return the total that scoring itself gives on the plan's day, were these the indicators' values."""
    assert goal.full is not None
    before = scored.readings.indicators
    changed: dict[str, Reading] = {}
    for name, value in values.items():
        rows = before[name].now.denominator
        changed[name] = steady(value * rows, rows)
    still = {name: steady(*reading.now) for name, reading in before.items()} | changed
    ahead = goal.full - scored.readings.today
    later = msgspec.structs.replace(
        scored.readings,
        today=goal.full,
        indicators=still,
        official=tuple(msgspec.structs.replace(f, day=f.day + ahead) for f in scored.readings.official),
    )
    model_now, model_then = scored.track.totals[NOW], score(scored.model, later).track.totals[NOW]
    assert None not in (scored.value, model_now, model_then)
    bounds = scored.model.scorecard.total
    moved = (scored.value or 0.0) + (model_then or 0.0) - (model_now or 0.0)
    return min(max(moved, bounds.floor), bounds.ceiling)


# ---------------------------------------------------------------- by hand


def test_one_indicator_is_taken_as_far_as_it_must_be_and_no_further() -> None:
    goal = aim(flat(), (flat().value or 0) + 1)
    (change,) = goal.changes
    assert goal.verdict == "planned"
    assert goal.reaches == pytest.approx((flat().value or 0) + 1, abs=ROUNDING)
    assert change.gain == pytest.approx(1, abs=ROUNDING)
    assert change.now == HEALTHY[change.indicator].now.value
    assert not change.proven  # it has been the same for 30 days


def test_a_plan_within_the_shops_own_best_fortnight_comes_before_a_shorter_one_past_it() -> None:
    shop = flat()
    habits = {
        "pickup_hours": Habit(Sum2(5_600, 1_000), best=4.5),
        "on_time_delivery": Habit(Sum2(930, 1_000), best=0.934),
        "audit_hours": Habit(Sum2(300, 100), best=2.0),
    }
    near = aim(shop, (shop.value or 0) + 0.25, habits)
    assert near.changes
    assert all(change.proven and (change.effort or 9) <= 1 for change in near.changes)
    assert near.proven is not None
    assert near.proven < (near.most or 0)
    far = aim(shop, near.proven + 0.5, habits)
    assert far.verdict == "planned"
    assert not all(change.proven for change in far.changes)


def test_what_is_out_of_reach_is_planned_as_near_as_it_can_be() -> None:
    goal = aim(flat(), 100)
    assert goal.verdict in ("planned", "short")
    capped = model(curves=dict.fromkeys(NAMES, ((0.0, 60.0),)))
    goal = aim(score(capped, readings()), 90)
    assert goal.verdict == "short"
    assert goal.changes == ()
    assert goal.reaches == goal.most == pytest.approx(60)
    assert {one.bar for one in goal.fixed} == {"full"}


def test_nothing_to_change_where_the_shop_comes_to_it_by_itself() -> None:
    shop = flat()
    rolling = {"pickup_hours": Habit(Sum2(4_000, 1_000))}
    goal = aim(shop, (shop.value or 0) + 0.1, rolling)
    assert goal.verdict == "met"
    assert goal.changes == ()
    assert goal.drift == pytest.approx((100 - 97.6) / 9, abs=ROUNDING)
    assert goal.reaches == pytest.approx((shop.value or 0) + goal.drift)


def test_a_deduction_that_ends_by_then_counts_as_gone() -> None:
    shop = flat(events=(event("invoice_refused", 20, -2.0),), official=(official(0, points=80.0),))
    goal = aim(shop, 82)
    assert shop.value == 80
    assert goal.drift == pytest.approx(2)
    assert goal.verdict == "met"


def test_a_bonus_known_to_be_missing_is_won_before_anything_is_asked() -> None:
    own = model(given={"next_day_share": 0.17, "freight_insurance": True})
    shop = score(own, readings(official=(official(0, points=78.0),)))
    goal = aim(shop, 82)
    assert [one.bonus for one in goal.won] == ["next_day_share"]
    assert goal.won[0].gain == pytest.approx(5)
    assert goal.changes == ()
    assert goal.reaches == pytest.approx(83)
    assert set(goal.unsure) == {"large_item_insurance", "installation"}


def test_a_plan_made_anew_keeps_to_its_changes() -> None:
    shop = flat()
    target = (shop.value or 0) + 1
    first = aim(shop, target)
    names = [one.indicator for one in first.changes]
    others = [name for name in ("breakage", "audit_hours", "dissatisfied") if name not in names][:2]
    kept = aim(shop, target, begun=others)
    assert set(others) <= {one.indicator for one in kept.changes}
    assert kept.reaches == pytest.approx(target, abs=ROUNDING)
    assert len(kept.changes) >= len(first.changes)
    same = aim(shop, target, begun=names)
    assert values_of(same) == values_of(first)
    assert aim(shop, (shop.value or 0) - 1, begun=names).changes == ()


def test_when_it_shows_is_told_by_each_window_and_lag() -> None:
    """T9: an action of 11-20 on Tmall shows first on 11-21 (求助率), 11-23 (满意度), 11-24 (48h 揽收), 12-01 (到货)."""
    card = CARDS["tmall@2026-03-16"]
    names = ("platform_help", "chat_satisfaction", "pickup_48h", "arrival_hours")
    curves = {
        rule.id: ((0.0, 3.0), (1.0, 5.0)) if rule.better == "higher" else ((0.0, 5.0), (100.0, 3.0))
        for rule in card.indicator
        if rule.counted
    }
    own = model(card, curves=curves, weights=dict.fromkeys([rule.id for rule in card.indicator], 1.0))
    unit = {rule.id: rule.unit for rule in card.indicator}
    known = {name: steady(500 if unit[name] == "ratio" else 50_000, 1_000) for name in curves}
    day = TODAY - 1
    shop = score(own, readings(known, today=day))
    goal = aim(shop, 5.0, {name: Habit(known[name].now, lag=2) for name in names})
    dates = {change.indicator: (change.first - day, change.full - day) for change in goal.changes}
    assert [dates[name] for name in names] == [(1, 32), (3, 34), (4, 35), (11, 42)]
    assert goal.full == day + 42


def test_a_step_is_taken_to_its_line() -> None:
    card = CARDS["douyin@2026-07-14"]
    rule = next(one for one in card.indicator if one.id == "on_time_delivery")
    lines = sorted(value for value, _ in rule.curve or ())
    known = dict(HEALTHY) | {"on_time_delivery": steady((lines[0] + lines[1]) * 500, 1_000)}
    shop = score(model(card, weights={"logistics": 1.0, "product": 0.01, "service": 0.01}), readings(known))
    goal = aim(shop, (shop.value or 0) + 0.5)
    (change,) = goal.changes
    assert change.indicator == "on_time_delivery"
    assert any(change.goal == pytest.approx(line, abs=1e-9) for line in lines)
    assert (goal.reaches or 0) > goal.target  # a step is all or nothing


def level(name: str, **asked: float) -> Line:
    words = Words(zh=name, en=name)
    parts = tuple(
        Part(on=on, measure="today", at=at, good="most" if on == "complaint_rate" else "least")
        for on, at in asked.items()
    )
    return Line(
        id=name, kind="level", name=words, effect=words, parts=parts, certainty="house", source="ours"
    )


def ladder(*levels: Line, **known: Reading) -> Scored:
    card = msgspec.structs.replace(CARDS["shop-level@2026-11-01"], line=levels)
    return score(model(card), readings(known))


def test_a_ladder_is_climbed_by_what_its_levels_ask() -> None:
    levels = (
        level("one", complaint_rate=0.05),
        level("two", complaint_rate=0.02, product_praise=0.9),
        level("three", complaint_rate=0.01, product_praise=0.95, orders=900),
    )
    known = {
        "complaint_rate": steady(30, 1_000),
        "product_praise": steady(930, 1_000),
        "orders": steady(500, 1),
    }
    shop = ladder(*levels, **known)
    assert shop.value == 1
    goal = aim(shop, 2)
    assert values_of(goal) == {"complaint_rate": pytest.approx(0.02, abs=1e-6)}
    assert goal.reaches == 2
    short = aim(shop, 3)  # what it would take is more orders, and selling more is no service
    assert (short.verdict, short.reaches) == ("short", 2)
    assert ("orders", "sales") in [(one.indicator, one.bar) for one in short.fixed]


@pytest.mark.parametrize(
    ("key", "valid", "why"),
    [
        ("douyin@2026-09-08", 12, "growth"),
        ("tmall-dsr@2026-08-12", 900, "no_total"),
        ("pinduoduo@2026-07-31", 900, "given"),
        ("tmall@2026-03-16", 900, "no_model"),
    ],
)
def test_where_nobody_can_tell_it_is_said_why(key: str, valid: int, why: str) -> None:
    shop = score(model(CARDS[key]), msgspec.structs.replace(any_readings(CARDS[key], 1), valid_orders=valid))
    goal = aim(shop, 75)
    assert (goal.verdict, goal.why) == ("unknown", why)
    assert goal.changes == ()


def test_what_stands_outside_a_plan_is_named_with_its_reason() -> None:
    known = dict(HEALTHY)
    del known["breakage"]
    known["audit_hours"] = steady(100, 100)
    goal = aim(score(model(), readings(known)), 90)
    assert {one.indicator: one.bar for one in goal.fixed} == {"breakage": "missing", "audit_hours": "full"}
    card = CARDS["douyin@2026-07-14"]
    goal = aim(score(model(card), readings()), 90)
    bars = {one.indicator: one.bar for one in goal.fixed}
    assert bars["pickup_points"] == "given"
    assert bars["audit_hours"] == "points"


def test_a_small_sample_keeps_its_floor_in_the_plan() -> None:
    card = CARDS["douyin@2026-07-14"]
    few = dict(HEALTHY) | {"quality_returns": steady(2, 40)}
    shop = score(model(card), readings(few, valid_orders=60))
    kept = shop.indicators["quality_returns"]
    assert kept.points == 80
    assert kept.plan.curve is not None
    assert kept.plan.curve(0.05) < 80
    ground = Ground.of(shop, {})
    assert ground.total(()) == pytest.approx(shop.value or 0)
    goal = aim(shop, 100)
    (change,) = [one for one in goal.changes if one.indicator == "quality_returns"]
    weight = shop.weight_of("quality_returns")
    assert change.gain == pytest.approx(weight * (kept.plan.curve(change.goal) - 80), abs=ROUNDING)


def test_the_last_figures_rounding_is_evened_out() -> None:
    """Printed 80 every day while the model swings by a third of a point: the plan's base is between, not at an end."""
    swing = [5_600 + 300 * (day % 2) for day in range(31)]
    known = dict(HEALTHY) | {
        "pickup_hours": Reading(
            now=Sum2(5_600, 1_000), next=Sum2(5_600, 1_000), series=tuple(Sum2(n, 1_000) for n in swing)
        )
    }
    shop = score(model(), readings(known, official=tuple(official(n, points=80.0) for n in range(14))))
    base = aim(shop, 0).reaches or 0
    assert shop.value == pytest.approx(80)
    assert base == pytest.approx(80 + 0.5 * 0.3 * 1.5 / 9, abs=0.01)


# ---------------------------------------------------------------- laws

pairs = st.tuples(st.floats(0.02, 1.4), st.integers(40, 2_000).map(float))
SCALES = {
    "product_rating": 5.0,
    "quality_returns": 0.04,
    "pickup_hours": 60.0,
    "on_time_delivery": 1.0,
    "breakage": 0.015,
    "audit_hours": 60.0,
    "reply_seconds": 700.0,
    "dissatisfied": 0.4,
    "platform_help": 0.06,
}


def reading_of(name: str, share: float, rows: float) -> Reading:
    most = 1.0 if name in ("on_time_delivery", "dissatisfied", "platform_help") else 1.4
    return steady(min(share, most) * SCALES[name] * rows / (1.4 if name == "product_rating" else 1), rows)


shops: st.SearchStrategy[ShopReadings] = st.builds(
    lambda indicators, points: readings(
        {name: reading_of(name, *pair) for name, pair in indicators.items()},
        official=() if points is None else (official(0, points=points),),
    ),
    st.dictionaries(st.sampled_from(NAMES), pairs, min_size=3),
    st.one_of(st.none(), st.floats(55, 90)),
)
bests = st.dictionaries(st.sampled_from(NAMES), st.floats(0.3, 1.2), max_size=9)


def habits_for(shop: ShopReadings, bests: Mapping[str, float]) -> dict[str, Habit]:
    found = {}
    for name, times in bests.items():
        reading = shop.indicators.get(name)
        if reading is not None and reading.now.value is not None:
            best = reading.now.value * times if BETTER[name] == "lower" else reading.now.value / times
            found[name] = Habit(reading.now, best=best, lag=3)
    return found


def weights_of(shares: Sequence[float]) -> dict[str, float]:
    return dict(zip(("product", "logistics", "service", *NAMES), shares, strict=True))


shares = st.lists(st.floats(0.1, 1), min_size=12, max_size=12).map(weights_of)


@settings(deadline=None)
@given(shops, bests, shares, st.floats(0, 12))
def test_a_plan_applied_scores_its_target_and_its_gains_add_up(
    shop: ShopReadings, bests: Mapping[str, float], shares: Mapping[str, float], more: float
) -> None:
    scored = score(model(weights=shares), shop)
    assume(scored.value is not None)
    goal = aim(scored, (scored.value or 0) + more, habits_for(shop, bests))
    assume(goal.verdict != "unknown")
    assert goal.reaches is not None
    assert goal.full is not None
    assert rescored(scored, goal, values_of(goal)) == pytest.approx(goal.reaches, abs=ROUNDING)
    added = (goal.value or 0) + goal.drift + sum(one.gain for one in (*goal.changes, *goal.won))  # type: ignore[attr-defined]
    assert added == pytest.approx(goal.reaches, abs=ROUNDING)
    if goal.verdict == "short":
        assert goal.reaches == pytest.approx(goal.most or 0, abs=ROUNDING)
        assert goal.reaches < goal.target
    else:
        assert goal.reaches >= goal.target - ROUNDING
    if goal.changes:
        assert goal.reaches == pytest.approx(min(goal.target, goal.most or 0), abs=ROUNDING)
    for change in goal.changes:
        assert (change.goal > change.now) == (BETTER[change.indicator] == "higher")


@settings(deadline=None)
@given(shops, bests, shares, st.floats(0.1, 12))
def test_no_smaller_set_of_changes_reaches_it_and_no_other_asks_less(
    shop: ShopReadings, bests: Mapping[str, float], shares: Mapping[str, float], more: float
) -> None:
    scored = score(model(weights=shares), shop)
    assume(scored.value is not None)
    habits = habits_for(shop, bests)
    goal = aim(scored, (scored.value or 0) + more, habits)
    assume(goal.verdict == "planned")
    ground = Ground.of(scored, habits)
    within = (goal.proven or 0) >= goal.target - 1e-9
    moves = ground.moves(proven=within)
    few = len(goal.changes) + len(goal.won)
    for smaller in itertools.combinations(moves, few - 1):
        assert ground.total(smaller) < goal.target + ROUNDING
    ends = {move.name: move for move in moves}
    asked = max(
        (change.goal - change.now) / (ends[change.indicator].end - change.now) for change in goal.changes
    )
    assert asked <= 1 + 1e-9
    for others in itertools.combinations(moves, few):
        less = [move.part(asked * 0.999) for move in others]
        assert ground.total(less) < goal.target + ROUNDING
    for change in goal.changes:  # nor can any of them be asked for less by itself
        kept = [ends[one.indicator]._replace(end=one.goal) for one in goal.changes]
        eased = [move.part(0.999) if move.name == change.indicator else move for move in kept]
        assert ground.total(eased) < goal.target + ROUNDING


@settings(deadline=None)
@given(st.sampled_from(sorted(CARDS)), st.integers(0, 400), st.floats(0, 1))
def test_every_scorecard_can_be_aimed_at(key: str, seed: int, share: float) -> None:
    card = CARDS[key]
    scored = score(model(card), any_readings(card, seed))
    bounds = card.total
    goal = aim(scored, bounds.floor + share * (bounds.ceiling - bounds.floor))
    assert (goal.verdict == "unknown") == (goal.why is not None)
    rules = {rule.id: rule for rule in card.indicator}
    for change in goal.changes:
        rule = rules[change.indicator]
        assert rule.counted
        assert (change.goal > change.now) == (rule.better == "higher")
        assert change.full >= change.first > scored.readings.today
    if goal.reaches is not None:
        assert bounds.floor <= goal.reaches <= bounds.ceiling
        assert {one.indicator for one in goal.fixed}.isdisjoint(change.indicator for change in goal.changes)


# ---------------------------------------------------------------- a goal that is kept


def printed_at(points: float, days: int = 14, **changes: object) -> Scored:
    """Return the shop with the same total printed every morning."""
    return flat(official=tuple(official(ago, points=points) for ago in range(days)), **changes)


def later(scored: Scored, days: int, points: float, **values: float) -> Scored:
    """Return the shop so many days on, its windows at rest with these values, and a total printed since."""
    before = scored.readings.indicators
    changed = {
        n: steady(value * before[n].now.denominator, before[n].now.denominator) for n, value in values.items()
    }
    figures = tuple(
        msgspec.structs.replace(official(ago, points=points), day=TODAY + days - ago) for ago in range(14)
    )
    moved_on = msgspec.structs.replace(
        scored.readings, today=TODAY + days, indicators={**before, **changed}, official=figures
    )
    return score(scored.model, moved_on)


def kept_to(scored: Scored, more: float) -> tuple[Goal, Kept]:
    goal, kept = pursue(scored, Kept((scored.value or 0.0) + more), {})
    assert goal.verdict == "planned"
    return goal, kept


def test_what_a_kept_goal_asks_stands_until_all_of_it_is_in() -> None:
    start = printed_at(80)
    goal, kept = kept_to(start, 3)
    assert kept.changes == {
        one.indicator: Begun(one.goal, kept.changes[one.indicator].habit, TODAY, one.full)
        for one in goal.changes
    }
    half_way = {one.indicator: (one.now + one.goal) / 2 for one in goal.changes}
    again, same = pursue(later(start, 10, 82, **half_way), kept, {})
    assert same == kept
    assert [one[:3] for one in again.changes] == [one[:3] for one in goal.changes]
    assert again.full == goal.full


def test_it_is_reached_where_the_marketplace_prints_the_target() -> None:
    start = printed_at(80)
    goal, kept = kept_to(start, 3)
    assert goal.full is not None
    done = later(start, goal.full - TODAY, 83, **values_of(goal))
    reached, same = pursue(done, kept, {})
    assert (reached.verdict, reached.changes, same) == ("met", (), kept)
    assert abs((reached.reaches or 0.0) - 83) <= 0.5


@pytest.mark.parametrize(("came_to", "harder"), [(81, True), (85, False)])
def test_where_it_prints_another_the_plan_goes_on_from_there(came_to: float, *, harder: bool) -> None:
    start = printed_at(80)
    goal, kept = kept_to(start, 3)
    assert goal.full is not None
    done = later(start, goal.full - TODAY, came_to, **values_of(goal))
    more, followed = pursue(done, kept, {})
    assert more.verdict == "planned"
    assert more.reaches == pytest.approx(83, abs=ROUNDING)
    assert {one.indicator for one in goal.changes} <= {one.indicator for one in more.changes}
    for one in more.changes:
        assert followed.changes[one.indicator].day == goal.full
        better = one.goal > one.now if BETTER[one.indicator] == "higher" else one.goal < one.now
        assert better == harder
    for name, begun in kept.changes.items():  # what it was before the first change is never forgotten
        assert followed.changes[name].habit == begun.habit


def test_a_goal_without_a_way_to_plan_is_kept_as_it_is() -> None:
    growing = flat(valid_orders=12)
    goal, kept = pursue(growing, Kept(80.0), {})
    assert (goal.verdict, goal.why, kept) == ("unknown", "growth", Kept(80.0))
