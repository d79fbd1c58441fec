from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from score_cases import HEALTHY, event, model, moved, official, readings, steady
from shopwatch.rulebook import scorecards
from shopwatch.scoring.drivers import ANCHOR, CLAMP, LEDGER, STAGE, between, drivers, end_of, slices, split
from shopwatch.scoring.moments import NOW, START
from shopwatch.scoring.readings import Flow, LedgerEvent, Reading, Sum2
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.scorecard import Scorecard

CARDS = {key: card for key, card in scorecards().items() if card.version <= datetime.date(2026, 11, 21)}
PSEUDO = {STAGE, LEDGER, CLAMP, ANCHOR}


def parts(result: Scored, days: int = 1) -> dict[str, float]:
    return {part.indicator: part.delta for part in drivers(result, days)}


def since_yesterday(then: tuple[float, float], now: tuple[float, float]) -> Reading:
    return moved([then] * 30 + [now])


def adds_up(result: Scored, days: int = 1) -> bool:
    now, then = result.trend[-1], result.trend[30 - days]
    if now is None or then is None:
        return not drivers(result, days)
    return abs(math.fsum(parts(result, days).values()) - (now - then)) < 1e-9


def test_a_still_shop_has_no_drivers() -> None:
    assert drivers(score(model(), readings())) == ()


def test_one_indicator_carries_its_own_change() -> None:
    result = score(
        model(), readings({**HEALTHY, "pickup_hours": since_yesterday((5_600, 1_000), (6_600, 1_000))})
    )
    assert list(parts(result)) == ["pickup_hours"]
    assert parts(result)["pickup_hours"] == pytest.approx(result.changes.day)
    assert parts(result)["pickup_hours"] < 0


def test_the_largest_comes_first() -> None:
    worse = {
        **HEALTHY,
        "pickup_hours": since_yesterday((5_600, 1_000), (6_600, 1_000)),
        "audit_hours": since_yesterday((300, 100), (1_500, 100)),
    }
    result = score(model(), readings(worse))
    assert [part.indicator for part in drivers(result)] == ["audit_hours", "pickup_hours"]
    assert adds_up(result)


def test_a_source_that_came_takes_nothing_from_the_others() -> None:
    came = {**HEALTHY, "product_rating": since_yesterday((0, 0), (4_640, 1_000))}
    result = score(model(), readings(came))
    assert adds_up(result)
    # The dimension stood at 60 on returns alone, and the rating's own 70 lifts it.
    assert set(parts(result)) == {"product_rating"}
    assert parts(result)["product_rating"] == pytest.approx(10 * 0.5 / 3)


def test_a_whole_dimension_that_came_is_set_against_the_total_without_it() -> None:
    came = {
        **HEALTHY,
        "product_rating": since_yesterday((0, 0), (4_640, 1_000)),
        "quality_returns": since_yesterday((0, 0), (13.1, 1_000)),
    }
    result = score(model(), readings(came))
    assert adds_up(result)
    assert set(parts(result)) == {"product_rating", "quality_returns"}


def test_a_deduction_is_the_ledgers_part() -> None:
    result = score(model(), readings(events=(event("fake_orders"),)))
    assert parts(result) == {"ledger": pytest.approx(-10)}


def test_what_a_clamp_took_is_said() -> None:
    perfect = {
        "product_rating": steady(5, 1),
        "pickup_hours": since_yesterday((20, 1), (0, 1)),
        "reply_seconds": steady(1, 1),
        "audit_hours": steady(1, 1),
        "quality_returns": steady(0, 1),
    }
    result = score(model(given={"next_day_share": 1.0}), readings(perfect))
    assert result.value == 100
    assert adds_up(result)
    assert parts(result)["clamp"] < 0


def test_a_new_official_figure_is_the_anchors_part() -> None:
    result = score(model(), readings(official=(official(5, points=80), official(0, points=82))))
    assert parts(result) == {"anchor": pytest.approx(2)}
    bare = score(model(), readings({}, official=(official(5, points=80), official(0, points=82))))
    assert parts(bare) == {"anchor": pytest.approx(2)}


def test_a_change_of_stage_is_the_stages_part() -> None:
    formal = score(model(), readings()).value
    left = score(model(), readings(valid_orders=30, valid_series=(29,) * 30 + (30,)))
    assert parts(left) == {"stage": pytest.approx((formal or 0) - 70)}
    fell = score(model(), readings(valid_orders=3, events=(event("invoice_refused"),)))
    assert parts(fell) == {"stage": pytest.approx(-10)}


def test_without_a_yesterday_there_are_no_drivers() -> None:
    young = {n: Reading(now=r.now, next=r.next, series=r.series[-1:]) for n, r in HEALTHY.items()}
    result = score(model(), readings(young))
    assert result.changes.day is None
    assert drivers(result) == ()


@pytest.mark.parametrize(("days", "before"), [(1, 5_600), (7, 5_200), (30, 4_800)])
def test_each_span_has_its_own_parts(days: int, before: float) -> None:
    series = [(4_800, 1_000)] + [(5_200, 1_000)] * 28 + [(5_600, 1_000), (6_600, 1_000)]
    result = score(model(), readings({**HEALTHY, "pickup_hours": moved(series)}))
    found = parts(result, days)
    assert set(found) == {"pickup_hours"}
    # a third of the total, a third of the dimension, and 1.5 points an hour
    assert found["pickup_hours"] == pytest.approx(-(6.6 - before / 1_000) * 1.5 / 9)


def test_weights_that_changed_move_what_lies_off_the_mean() -> None:
    even = end_of(score(model(), readings()))
    own = end_of(score(model(weights={"product": 0.6, "logistics": 0.2, "service": 0.2}), readings()))
    found = {part.indicator: part.delta for part in between(even, own)}
    assert sum(found.values()) == pytest.approx((own.shown or 0) - (even.shown or 0), abs=1e-9)
    # the worst dimension weighs more now, and the good ones less
    assert found["quality_returns"] < 0
    assert found["pickup_hours"] < 0
    assert not PSEUDO & set(found)


# ---------------------------------------------------------------- any shop

sums = st.one_of(st.just((0.0, 0.0)), st.tuples(st.floats(0, 1e4), st.integers(1, 1_000).map(float)))
series = st.builds(
    lambda days, now: moved((days * 31)[:31], now=Sum2(*now)), st.lists(sums, min_size=1, max_size=5), sums
)
curves = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=4)


def orders_by_day(card: Scorecard, first: int, later: int, change: int) -> dict[str, Any]:
    if card.stage is None:
        return {}
    days = (first,) * change + (later,) * (31 - change)
    return {"valid_orders": later, "valid_series": days}


@st.composite
def shops(draw: st.DrawFn) -> Scored:
    """Any shop under any scorecard: sources that come and go, stages, anchors, events, or nothing at all."""
    card = CARDS[draw(st.sampled_from(sorted(CARDS)))]
    names = [indicator.id for indicator in card.indicator]
    items = ["total", *(dimension.id for dimension in card.dimension), *names]
    kinds = [item.id for item in card.deduction] + list(card.stage.bad_events if card.stage else ())
    printed = st.builds(
        lambda days, item, figure: official(days, item, points=figure, value=figure),
        st.integers(0, 30), st.sampled_from(items), st.floats(0, 100),
    )  # fmt: skip
    happened = st.builds(event, st.sampled_from(kinds), st.integers(0, 40))
    orders = st.sampled_from([0, 3, 29, 30, 300])
    own = {
        "weights": draw(st.dictionaries(st.sampled_from([*items[1:]]), st.floats(0.01, 1), max_size=3)),
        "curves": draw(st.dictionaries(st.sampled_from(names), curves.map(tuple), max_size=2)),
        "given": {bonus.id: draw(st.booleans()) for bonus in card.bonus},
    }
    figures = draw(st.lists(printed, max_size=4))
    shop = readings(
        draw(st.dictionaries(st.sampled_from(names), series)),
        official=tuple(sorted(figures, key=lambda figure: figure.published_at)),
        events=tuple(draw(st.lists(happened, max_size=4))) if kinds else (),
        **orders_by_day(card, draw(orders), draw(orders), draw(st.integers(0, 31))),
    )
    return score(model(card, **own), shop)


@given(shops(), st.integers(1, 30))
def test_the_parts_of_any_change_add_up_to_it(result: Scored, days: int) -> None:
    assert adds_up(result, days)
    assert set(parts(result, days)) <= PSEUDO | set(result.indicators)


@given(shops(), st.integers(1, 30))
def test_a_way_back_has_the_opposite_parts(result: Scored, days: int) -> None:
    then, now = end_of(result, days), end_of(result)
    there = {part.indicator: part.delta for part in between(then, now)}
    back = {part.indicator: -part.delta for part in between(now, then)}
    assert set(there) == set(back)
    assert there == pytest.approx(back, abs=1e-9)


def nothing_cut_off(result: Scored, days: int) -> bool:
    """Whether no scale ended where the score stood, at either end, nor was it the growth stage's."""
    track = result.track
    for end, place in ((end_of(result), NOW), (end_of(result, days), START - days)):
        if end.modelled is None or end.offset is None or end.shown is None or end.growth:
            return False
        if any(d.free[place] != d.scores[place] for d in track.dimensions):
            return False
        if end.modelled != (track.free[place] or 0.0) + end.ledger or end.shown != end.modelled + end.offset:
            return False
    return True


@given(
    st.dictionaries(st.sampled_from(sorted(HEALTHY)), series, max_size=4),
    st.one_of(st.none(), st.floats(60, 80)),
    st.lists(st.builds(event, st.just("invoice_refused"), st.integers(0, 40)), max_size=2),
    st.integers(1, 30),
)
def test_a_clamp_takes_only_what_a_scale_cut_off(
    changed: dict[str, Reading], points: float | None, events: list[LedgerEvent], days: int
) -> None:
    figures = () if points is None else (official(12, points=points),)
    shop = readings({**HEALTHY, **changed}, official=figures, events=tuple(events))
    result = score(model(), shop)
    assume(nothing_cut_off(result, days))
    assert not {CLAMP, STAGE} & set(parts(result, days))


@given(st.data())
def test_two_moments_of_any_two_scorecards_add_up_as_well(data: st.DataObject) -> None:
    then = end_of(data.draw(shops()), data.draw(st.integers(0, 30)))
    now = end_of(data.draw(shops()))
    found = between(then, now)
    if then.shown is None or now.shown is None:
        assert found == ()
        return
    assert abs(math.fsum(part.delta for part in found) - (now.shown - then.shown)) < 1e-9


@given(st.dictionaries(st.sampled_from(sorted(HEALTHY)), st.floats(0.5, 1.5)))
def test_what_stayed_as_it_was_has_no_part(scaled: Mapping[str, float]) -> None:
    """Where nothing comes, goes or is cut off, a part is exactly what its indicator would have done alone."""
    base = {name: reading.now for name, reading in HEALTHY.items()}
    changed = {
        name: moved([base[name]] * 30 + [Sum2(base[name].numerator * by, base[name].denominator)])
        for name, by in scaled.items()
    }
    result = score(model(), readings({**HEALTHY, **changed}))
    found = parts(result)
    assert set(found) - {CLAMP} <= set(changed)
    for name, reading in changed.items():
        column = result.indicators[name]
        before = column.plan.curve(base[name].value or 0.0) if column.plan.curve else 0.0
        alone = ((column.points or 0.0) - before) * result.weight_of(name)
        assert found.get(name, 0.0) == pytest.approx(alone, abs=1e-9)
        assert reading.now.denominator


# ---------------------------------------------------------------- slices


def test_the_slice_that_got_worse_carries_the_part() -> None:
    then = {"ZTO": Sum2(2_800, 500), "SF": Sum2(2_800, 500)}
    now = {"ZTO": Sum2(3_800, 500), "SF": Sum2(2_800, 500)}
    split = slices(now, then, -0.4)
    assert split["ZTO"] == pytest.approx(-0.4)
    assert split["SF"] == pytest.approx(0)


def test_growth_at_the_mean_moves_nothing() -> None:
    then = {"ZTO": Sum2(500, 100), "SF": Sum2(500, 100), "YTO": Sum2(1_000, 100)}
    now = {**then, "YTO": Sum2(1_400, 100)}
    split = slices(now, then, -1)
    assert split["ZTO"] == split["SF"] == pytest.approx(0)
    assert split["YTO"] == pytest.approx(-1)


def test_a_slice_that_came_or_went_is_counted() -> None:
    split = slices({"new": Sum2(30, 3), "old": Sum2(10, 2)}, {"old": Sum2(10, 2), "gone": Sum2(1, 1)}, -2.0)
    assert set(split) == {"new", "old", "gone"}
    assert sum(split.values()) == pytest.approx(-2)


def test_with_data_at_one_end_the_rows_share_the_part() -> None:
    assert slices({"a": Sum2(1, 1), "b": Sum2(3, 3)}, {}, 2.0) == {"a": 0.5, "b": 1.5}
    assert slices({}, {}, 2.0) == {}


def test_nothing_moved_is_nothing_split() -> None:
    same = {"a": Sum2(1, 2), "b": Sum2(3, 4)}
    assert slices(same, same, 0.0) == {"a": 0, "b": 0}


keyed = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(Sum2, st.floats(0, 1e4), st.integers(0, 1_000).map(float)),
    max_size=6,
)


@given(keyed, keyed, st.floats(-20, 20), st.booleans())
def test_slices_add_up_to_the_part(
    now: dict[str, Sum2], then: dict[str, Sum2], part: float, summed: bool
) -> None:
    found = slices(now, then, part, summed=summed)
    if any(sums.denominator for sums in (*now.values(), *then.values())):
        assert set(found) == set(now) | set(then)
        assert abs(math.fsum(found.values()) - part) < 1e-9
    else:
        assert not found


def test_a_sum_is_split_by_what_was_added() -> None:
    then = {"SF": Sum2(10, 5), "ZTO": Sum2(10, 5)}
    now = {"SF": Sum2(10, 50), "ZTO": Sum2(14, 5)}
    assert slices(now, then, 2.0, summed=True) == {"SF": 0, "ZTO": 2.0}


def test_slices_that_cancel_out_are_shared_by_their_size() -> None:
    """A step of a curve can make points of next to nothing; no slice is blown up to match."""
    then = {"SF": Sum2(100, 100), "ZTO": Sum2(300, 100)}
    now = {"SF": Sum2(200, 100), "ZTO": Sum2(200 + 1e-9, 100)}
    assert slices(now, then, -3.0) == pytest.approx({"SF": -1.5, "ZTO": -1.5})


# ---------------------------------------------------------------- rows that came, went and changed

flow = st.builds(
    Flow, *[st.builds(Sum2, st.floats(0, 1e4), st.integers(0, 1_000).map(float)) for _turn in range(4)]
)
flows = st.dictionaries(st.sampled_from("abcdef"), flow, max_size=6)


def test_rows_are_told_apart_by_how_they_turned_over() -> None:
    stays = Sum2(500, 100)
    found = split(
        {
            "SF": Flow(Sum2(50, 10), Sum2(50, 10), stays, stays),  # the same as before
            "ZTO": Flow(Sum2(250, 10), Sum2(50, 10), stays, stays),  # slow ones came
            "YTO": Flow(Sum2(50, 10), Sum2(50, 10), Sum2(400, 100), stays),  # some became known as slow
        },
        -1.0,
    )
    assert found["SF"].total == pytest.approx(0)
    assert found["ZTO"].entered < 0
    assert found["ZTO"].changed == 0
    assert found["YTO"].changed == pytest.approx(-1 / 3)
    assert sum(turned.total for turned in found.values()) == pytest.approx(-1, abs=1e-9)


def test_rows_that_stayed_as_they_were_moved_nothing() -> None:
    gone = Flow(Sum2(), Sum2(100, 10), Sum2(500, 100), Sum2(500, 100))
    found = split({"SF": gone}, 0.5)
    assert found["SF"] == pytest.approx((0, 0.5, 0))


@given(flows, st.floats(-20, 20), st.booleans())
def test_what_turned_over_adds_up_to_the_part(found: dict[str, Flow], part: float, summed: bool) -> None:
    turned = split(found, part, summed=summed)
    if turned:
        assert set(turned) == set(found)
        assert abs(math.fsum(side for one in turned.values() for side in one) - part) < 1e-9
    else:
        assert not any(sums.denominator for flow in found.values() for sums in flow)


@given(flows, st.floats(-20, 20))
def test_the_way_back_turns_over_the_other_way(found: dict[str, Flow], part: float) -> None:
    back = {
        key: Flow(flow.left, flow.entered, flow.stayed_now, flow.stayed_then) for key, flow in found.items()
    }
    there, again = split(found, part), split(back, -part)
    for key, turned in there.items():
        assert again[key] == pytest.approx((-turned.left, -turned.entered, -turned.changed), abs=1e-7)


@given(flows, st.floats(-5, 5))
def test_coarser_slices_are_the_sum_of_finer_ones(found: dict[str, Flow], part: float) -> None:
    """Carriers of one province, say: the same rows, however they are sliced, have the same part."""

    def merged(keys: str) -> Flow:
        chosen = [found[key] for key in keys if key in found]
        pairs = zip(*chosen, strict=True)
        return Flow(*(Sum2(sum(s[0] for s in pair), sum(s[1] for s in pair)) for pair in pairs))

    assume(set(found) & set("abc") and set(found) & set("def"))
    fine = split(found, part)
    coarse = split({"first": merged("abc"), "second": merged("def")}, part)
    stirred = math.fsum(abs(side) for turned in fine.values() for side in turned)
    # shared out by what moved, no side is against the others: these are split by the sums, at both grains
    assume(1.001 * abs(part) < stirred < 100 * abs(part))
    first = math.fsum(turned.total for key, turned in fine.items() if key in "abc")
    assert coarse["first"].total == pytest.approx(first, abs=1e-6)
