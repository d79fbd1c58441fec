"""What holds for every shop, whatever its figures."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import HEALTHY, event, model, moved, official, readings, scorecard, steady
from shopwatch.scoring.readings import Reading, ShopReadings, Sum2
from shopwatch.scoring.score import score

NAMES = tuple(HEALTHY)
BETTER = {indicator.id: indicator.better for indicator in scorecard().indicator}

pairs = st.one_of(st.just((0.0, 0.0)), st.tuples(st.floats(0, 1e5), st.integers(1, 2_000).map(float)))
series = st.lists(pairs, min_size=1, max_size=4).map(lambda days: moved((days * 31)[:31]))
shops = st.builds(
    lambda indicators, points, days, kinds, valid: readings(
        indicators,
        official=() if points is None else (official(days, points=points),),
        events=tuple(event(kind, days) for kind in kinds),
        valid_orders=valid,
    ),
    st.dictionaries(st.sampled_from(NAMES), series),
    st.one_of(st.none(), st.floats(0, 100)),
    st.integers(0, 30),
    st.lists(st.sampled_from(["invoice_refused", "fake_orders", "false_advertising"]), max_size=8),
    st.sampled_from([None, 10, 500]),
)
shares = st.lists(st.floats(0.01, 1), min_size=3, max_size=3)


@given(shops)
def test_every_score_is_on_its_scale(shop: ShopReadings) -> None:
    result = score(model(given={"next_day_share": 0.5}), shop)
    assert all(value is None or 0 <= value <= 100 for value in (*result.trend, result.next))
    for dimension in result.dimensions.values():
        assert all(value is None or 50 <= value <= 100 for value in dimension.series)
    assert 0 <= result.coverage <= 1
    assert result.basis in ("official", "anchored", "estimated")
    assert (result.published is None) == (not shop.official)


@given(shops, shares)
def test_the_shares_of_what_is_known_are_one(shop: ShopReadings, weights: list[float]) -> None:
    own = model(weights=dict(zip(("product", "logistics", "service"), weights, strict=True)))
    result = score(own, shop)
    total = sum(result.weight_of(name) for name in NAMES)
    assert total == pytest.approx(
        1 if shop.indicators and any(i.points for i in result.indicators.values()) else 0
    )


@given(st.dictionaries(st.sampled_from(NAMES), series, min_size=2), st.randoms(use_true_random=False))
def test_the_order_of_things_says_nothing(indicators: dict[str, Reading], random: object) -> None:
    figures = tuple(official(days, points=70 + days) for days in range(0, 30, 7))
    events = tuple(event("invoice_refused", days) for days in range(8))
    forward = score(model(), readings(indicators, official=figures[::-1], events=events))
    backward = score(
        model(), readings(dict(reversed(indicators.items())), official=figures, events=events[::-1])
    )
    assert forward.trend == backward.trend
    assert forward.error == backward.error
    assert [e.points for e in forward.ledger] == [e.points for e in backward.ledger]


@given(shops)
def test_nothing_since_is_no_delta(shop: ShopReadings) -> None:
    still = msgspec.structs.replace(
        shop,
        events=(),
        indicators={n: steady(*r.now) for n, r in shop.indicators.items()},
    )
    result = score(model(), still)
    for changes in (result.changes, *(d.changes for d in result.dimensions.values())):
        assert all(change is None or change == pytest.approx(0, abs=1e-9) for change in changes)
    assert all(i.changes in ((0, 0, 0), (None, None, None)) for i in result.indicators.values())


@given(
    st.dictionaries(st.sampled_from(NAMES), pairs.map(lambda p: steady(*p)), min_size=1),
    st.sampled_from(NAMES),
    st.floats(0, 10),
    st.floats(0, 10),
    st.booleans(),
)
def test_a_better_indicator_never_lowers_the_score(
    indicators: dict[str, Reading], name: str, value: float, more: float, anchored: bool
) -> None:
    figures = (official(2, points=80),) if anchored else ()
    worse, better = (value, value + more) if BETTER[name] == "higher" else (value + more, value)
    results = [
        score(
            model(),
            readings(
                {**HEALTHY, **indicators, name: moved([(value, 1.0)] * 30 + [(figure, 1.0)])},
                official=figures,
            ),
        )
        for figure in (worse, better)
    ]
    low, high = results
    assert (high.value is None) == (low.value is None)
    if low.value is not None and high.value is not None:
        assert high.value >= low.value - 1e-9
        assert (high.next or 0) >= (low.next or 0) - 1e-9
        gain = low.what_if(name, Sum2(better, 1.0))
        if low.basis == "official":  # printed, with no model to move it
            assert gain is None
        else:
            assert gain == pytest.approx(high.value - low.value, abs=1e-9)


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.floats(0, 100))
def test_dropping_what_agrees_changes_nothing(missing: set[str], points: float) -> None:
    """Renormalised weights: where all that is known gives the same points, any part of it does."""
    same = model(curves=dict.fromkeys(NAMES, ((0.0, 50 + points / 2),)))
    known = {name: reading for name, reading in HEALTHY.items() if name not in missing}
    result = score(same, readings(known))
    assert result.value is None or result.value == pytest.approx(50 + points / 2)
    assert (result.value is None) == (result.coverage < 0.5 - 1e-9)
