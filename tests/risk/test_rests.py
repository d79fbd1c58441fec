"""Days on which carriers rest: which they are, and what they do to a chance."""

from __future__ import annotations

import dataclasses
import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.test_past import EVEN, NOW, hours, pasts, waited
from risk_cases import HOUR, SHANGHAI, assessed, at, order
from score_cases import scorecard
from shopwatch.risk import Past, chance_of_miss
from shopwatch.risk.rests import Rest, everywhere_of, rests_of
from shopwatch.scoring.scorecard import Exclusion, Scorecard, Words
from shopwatch.scoring.windows import day_of

NATIONAL = Words(zh="国庆", en="National Day")


def left_out(first: str, last: str, *indicators: str, provinces: tuple[str, ...] = ()) -> Exclusion:
    return Exclusion(
        id=first,
        name=NATIONAL,
        first=datetime.date.fromisoformat(first),
        last=datetime.date.fromisoformat(last),
        indicators=indicators or ("pickup_hours",),
        provinces=provinces,
        certainty="official",
        source="",
    )


def with_days(*exclusions: Exclusion) -> Scorecard:
    return msgspec.structs.replace(scorecard(), exclusion=exclusions)


def rest(first: str, last: str, *provinces: str) -> Rest:
    """From the morning of a local day to the midnight that ends another."""
    begin, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    after = end + datetime.timedelta(days=1)
    opens, closes = (at(f"{day} 00:00") for day in (begin, after))
    return Rest(NATIONAL, day_of(begin), day_of(after), opens, closes, frozenset(provinces))


def test_the_days_left_out_of_logistics_are_those_of_the_carriers() -> None:
    card = with_days(
        left_out("2026-10-01", "2026-10-03"), left_out("2026-10-05", "2026-10-05", "reply_seconds")
    )
    assert rests_of(card, SHANGHAI) == (rest("2026-10-01", "2026-10-03"),)


def test_no_day_is_in_two_of_them() -> None:
    typhoon = left_out("2026-10-02", "2026-10-05", provinces=("广东",))
    card = with_days(typhoon, left_out("2026-10-01", "2026-10-02"), left_out("2026-10-02", "2026-10-03"))
    found = rests_of(card, SHANGHAI)
    assert found == (rest("2026-10-01", "2026-10-03"), rest("2026-10-04", "2026-10-05", "广东"))
    assert everywhere_of([found, [rest("2026-10-03", "2026-10-04")]]) == found[:1]


def resting(past: Past, *rests: Rest, sunday: float = 0.0, pace: float = 1.0) -> Past:
    rhythm = past.rhythm.of_days([1, 1, 1, 1, 1, 1, sunday])
    return dataclasses.replace(past, rhythm=rhythm, rests=rests, rest_pace=pace)


def told(past: Past, until: float, province: str | None = None) -> float:
    exposure = msgspec.structs.replace(waited(0), province=province)
    chance = chance_of_miss(past, exposure, NOW, NOW + until * HOUR)
    assert chance is not None
    return chance


def test_a_day_of_rest_is_like_a_sunday() -> None:
    """Friday evening at eight, and Saturday is a holiday: by Sunday night no hour of the two has counted."""
    holiday = resting(EVEN, rest("2026-11-21", "2026-11-21"))
    assert told(resting(EVEN), 28) == pytest.approx(0.72, abs=0.01)
    assert told(holiday, 28) == pytest.approx(0.96, abs=0.01)
    assert told(holiday, 52) == pytest.approx(0.96, abs=0.01)
    assert told(holiday, 4) == told(resting(EVEN), 4), "before it begins nothing is otherwise"


def test_a_disaster_stops_what_goes_to_its_province() -> None:
    typhoon = resting(EVEN, rest("2026-11-21", "2026-11-21", "广东"))
    assert told(typhoon, 28, "广东") == pytest.approx(0.96, abs=0.01)
    assert told(typhoon, 28, "浙江") == told(typhoon, 28) == told(resting(EVEN), 28)


def test_what_such_days_brought_before_counts() -> None:
    half = resting(EVEN, rest("2026-11-21", "2026-11-21"), sunday=0.5, pace=0.5)
    assert told(half, 28) == pytest.approx(0.96 - 0.25 * 0.24, abs=0.01)


@given(pasts, hours, hours, st.floats(0, 1), st.integers(0, 20), st.integers(0, 10))
def test_a_rest_makes_a_miss_no_less_likely_and_waiting_no_safer(
    past: Past, age: float, left: float, pace: float, first: int, length: int
) -> None:
    begin = at("11-20 00:00") + first * 24 * HOUR
    day = first + day_of(datetime.date(2026, 11, 20))
    closed = Rest(NATIONAL, day, day + length, begin, begin + length * 24 * HOUR)
    rhythm = dataclasses.replace(past.rhythm, by_hour=(1.0,) * 168)
    open_ = dataclasses.replace(past, rhythm=rhythm)
    shut = dataclasses.replace(open_, rests=(closed,), rest_pace=pace)
    exposure, due = waited(age), NOW + left * HOUR
    now, usual = (chance_of_miss(one, exposure, NOW, due) for one in (shut, open_))
    later = chance_of_miss(shut, exposure, min(NOW + 5 * HOUR, due), due)
    assert now is not None
    assert usual is not None
    assert later is not None
    assert usual - 1e-9 <= now <= later + 1e-9


def test_the_one_line_says_so() -> None:
    holiday = resting(EVEN, rest("2026-11-21", "2026-11-22"))
    (risk,) = assessed("11-20 20:00", [order("A", "11-20 08:00")], pasts={"ship": holiday}).risks
    assert risk.p_basis is not None
    assert risk.p_basis.endswith(" · 11-21–11-22 国庆,快递按周日算")
    (risk,) = assessed("11-20 20:00", [order("A", "11-20 08:00", 14)], pasts={"ship": holiday}).risks
    assert "国庆" not in (risk.p_basis or "")
