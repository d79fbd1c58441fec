from __future__ import annotations

import dataclasses

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import HOUR, at, past, waybill
from shopwatch.risk import Past, chance_of_miss
from shopwatch.risk.correction import Correction
from shopwatch.risk.past import default_past, supposed_chance
from shopwatch.risk.rhythm import AGES, WEEK, Rhythm
from shopwatch.scoring.readings import Exposure

NOW = at("11-20 20:00")
EVEN = past([hour * 1.0 for hour in range(101)])  # 0 to 100 hours, evenly


@st.composite
def corrections(draw: st.DrawFn) -> Correction:
    """Those that a fit may come to: above evens, too, a chance never falls as less is expected."""
    slope, steeper = draw(st.floats(0.05, 2)), draw(st.floats(-2, 2))
    return Correction(
        draw(st.floats(-3, 3)),
        slope,
        draw(st.floats(0, 3)),
        draw(st.floats(-3, 0)),
        draw(st.booleans()),
        beyond=max(steeper, 0.05 - slope),
    )


pasts = st.builds(
    Past,
    rhythm=st.builds(
        Rhythm,
        by_age=st.lists(st.floats(1e-6, 2), min_size=len(AGES), max_size=len(AGES)).map(tuple),
        by_hour=st.lists(st.floats(0.001, 20), min_size=WEEK, max_size=WEEK).map(tuple),
    ),
    basis=st.sampled_from(["own", "fleet"]),
    n=st.integers(30, 10_000),
    pace=st.floats(0.01, 50),
    correction=corrections(),
    offset=st.integers(-12, 14).map(lambda hours: hours * HOUR),
)
hours = st.floats(0, 600)


def waited(hours: float, carrier: str | None = None) -> Exposure:
    exposure = waybill("P", "11-20 20:00", carrier=carrier)
    return msgspec.structs.replace(exposure, started=NOW - round(hours * HOUR))


def chance(past: Past | None, age: float, limit: float, carrier: str | None = None) -> float | None:
    """The chance that what has waited `age` hours isn't done once it has waited `limit`."""
    exposure = waited(age, carrier)
    return chance_of_miss(past, exposure, NOW, exposure.started + limit * HOUR)


@pytest.mark.parametrize(
    ("age", "limit", "expected"),
    [(0, 50, 0.5), (50, 75, 0.5), (0, 90, 0.1), (80, 90, 0.5), (90, 90, 1.0), (95, 90, 1.0)],
)
def test_of_those_still_open_how_many_take_longer(age: float, limit: float, expected: float) -> None:
    assert chance(EVEN, age, limit) == pytest.approx(expected, abs=0.02)


def test_nothing_is_certain() -> None:
    safe = chance(EVEN, 0, 1_000)
    assert safe is not None
    assert 0 < safe < 0.01


def test_what_has_waited_longer_than_nearly_all_has_no_known_chance() -> None:
    assert chance(EVEN, 95.9, 210) is not None
    assert chance(EVEN, 96.1, 210) is None  # of the hundred, four did
    assert chance(EVEN, 210, 210) == 1.0  # late is late


def test_it_is_supposed_to_miss_where_a_list_needs_an_order() -> None:
    old, new = waited(200), waited(0)
    assert supposed_chance(EVEN, old, NOW, NOW + 10 * HOUR) == 1.0
    assert supposed_chance(EVEN, new, NOW, NOW + 50 * HOUR) == chance(EVEN, 0, 50)
    assert supposed_chance(None, old, NOW, NOW + 10 * HOUR) is None
    assert supposed_chance(default_past(), old, NOW, NOW + 10 * HOUR) is None


def test_a_default_is_a_chance_that_falls_with_the_time_left() -> None:
    soon, later = chance(default_past(), 5, 6), chance(default_past(), 5, 53)
    assert soon == pytest.approx(0.959, abs=0.001)  # an hour of a day
    assert later == pytest.approx(0.135, abs=0.001)  # two days
    assert not default_past().known


def test_a_faster_shop_misses_less_and_its_slow_carrier_more() -> None:
    swift = dataclasses.replace(EVEN, pace=2.0, by="carrier", parts={"中通": 0.25})
    usual, fast, slow = chance(EVEN, 0, 50), chance(swift, 0, 50), chance(swift, 0, 50, carrier="中通")
    assert (usual, fast, slow) == pytest.approx((0.5, 0.25, 0.5**0.5), abs=0.02)
    assert chance(swift, 0, 50, carrier="圆通") == fast


def test_a_carrier_that_rests_on_sundays() -> None:
    """Friday evening: by Sunday night only Saturday counts."""
    rests = EVEN.rhythm.of_days([1, 1, 1, 1, 1, 1, 0])
    resting = dataclasses.replace(EVEN, by="carrier", weeks={"中通": rests})
    assert chance(resting, 0, 28, carrier="中通") == pytest.approx(0.72, abs=0.01)
    assert chance(resting, 0, 52, carrier="中通") == pytest.approx(0.72, abs=0.01)
    assert chance(resting, 0, 52, carrier="圆通") == pytest.approx(0.48, abs=0.01)


@given(pasts, hours, hours, hours)
def test_a_chance_is_one_falls_with_the_limit_and_grows_while_it_waits(
    past: Past, age: float, left: float, more: float
) -> None:
    exposure = waited(age)
    due = NOW + left * HOUR
    now = chance_of_miss(past, exposure, NOW, due)
    looser = chance_of_miss(past, exposure, NOW, due + more * HOUR)
    later = chance_of_miss(past, exposure, min(NOW + more * HOUR, due), due)
    assert now is not None
    assert looser is not None
    assert later is not None
    assert 0 < now <= 1
    assert looser <= now + 1e-9
    assert now <= later + 1e-9


@given(pasts, hours, hours, hours)
def test_what_is_expected_adds_up_over_time(past: Past, age: float, first: float, then: float) -> None:
    started, middle = NOW - age * HOUR, NOW + first * HOUR
    end = middle + then * HOUR
    whole = past.rhythm.expected(started, NOW, end, past.offset)
    parts = past.rhythm.expected(started, NOW, middle, past.offset)
    parts += past.rhythm.expected(started, middle, end, past.offset)
    assert whole == pytest.approx(parts, rel=1e-6, abs=1e-6)
