from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from risk_cases import SHANGHAI, at, chinese, curved, today
from shopwatch.playbooks import Tick
from shopwatch.playbooks.schema import Cadence
from shopwatch.playbooks.ticks import effect, is_done, period_start
from shopwatch.scoring.readings import Reading, Series, Sum2

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("cadence", "ticked", "lasts", "over"),
    [
        ("shift", "11-20 08:00", "11-20 15:29:59", "11-20 15:30:00"),
        ("shift", "11-20 15:30", "11-20 22:59:59", "11-20 23:00:00"),
        ("shift", "11-20 23:10", "11-21 07:29:59", "11-21 07:30:00"),
        ("daily", "11-20 00:00", "11-20 23:59:59", "11-21 00:00:00"),
        ("weekly", "11-16 00:00", "11-22 23:59:59", "11-23 00:00:00"),  # a Monday
        ("fortnightly", "11-09 00:00", "11-22 23:59:59", "11-23 00:00:00"),
        ("monthly", "11-01 00:00", "11-30 23:59:59", "12-01 00:00:00"),
        ("campaign", "11-01 10:00", "12-01 23:59:59", "12-02 00:00:00"),
    ],
)
@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK], ids=str)
def test_a_tick_lasts_its_period(
    cadence: Cadence, ticked: str, lasts: str, over: str, zone: ZoneInfo
) -> None:
    tick = Tick(action="a", at=at(ticked, zone))
    assert is_done(tick, cadence, at(lasts, zone), zone)
    assert not is_done(tick, cadence, at(over, zone), zone)


def test_what_is_done_once_stays_done() -> None:
    tick = Tick(action="a", at=at("01-01 00:00"))
    assert is_done(tick, "once", at("12-31 00:00"), SHANGHAI)
    assert period_start("once", at("12-31 00:00"), SHANGHAI) is None
    assert not is_done(None, "once", at("12-31 00:00"), SHANGHAI)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ((30, 1), "还早:最早 11-21 见效 · 12-21 出窗"),
        ((32, 3), "还早:最早 11-23 见效 · 12-23 出窗"),
        ((33, 4), "还早:最早 11-24 见效 · 12-24 出窗"),
        ((40, 11), "还早:最早 12-01 见效 · 12-31 出窗"),
    ],
)
def test_when_an_action_of_one_day_shows(window: tuple[int, int], words: str) -> None:
    rule = msgspec.structs.replace(curved().scorecard.indicator[0], window=window)

    def said(on: str) -> str | None:
        return effect(
            Tick(action="a", at=at("11-20 21:00")),
            still_open=(),
            by_pickup=True,
            rule=rule,
            reading=None,
            today=today(at(on)),
            zone=SHANGHAI,
            _=chinese(),
        )

    assert said("11-20 22:00") == words
    gone = words.split("· ")[1].split(" ")[0]
    assert said(f"2026-{gone} 00:00") is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        # the day before, the day of the tick, the day after it, and today: hours a parcel
        ([9.0, 9.0, 9.0, 8.0, 7.0], "已见效 ↓2.0h 改善 · 此前 2 天 — 持平"),
        ([9.0, 8.0, 7.0, 6.0, 5.0], "有改善,但不比之前快 ↓2.0h 改善 · 此前 2 天 ↓2.0h 改善"),
        ([5.0, 6.0, 7.0, 7.0, 6.5], "已见效 ↓0.5h 改善 · 此前 2 天 ↑2.0h 变差"),
        ([5.0, 5.0, 5.0, 6.0, 7.0], "尚未见效 ↑2.0h 变差 · 此前 2 天 — 持平"),
        ([5.0, 5.0, None, 6.0, 7.0], "没有数据可判断"),
        ([5.0], "没有数据可判断"),
    ],
)
def test_after_a_tick_the_change_since_stands_against_what_it_did_before(
    values: list[float | None], words: str
) -> None:
    rule = msgspec.structs.replace(
        curved().scorecard.indicator[0], unit="hours", better="lower", window=(30, 1)
    )
    sums = [Sum2() if value is None else Sum2(value * 100, 100) for value in values]
    said = effect(
        Tick(action="a", at=at("11-20 21:00")),
        still_open=(),
        by_pickup=True,
        rule=rule,
        reading=Reading(now=sums[-1], series=Series.of(sums)),
        today=today(at("11-22 09:00")),
        zone=SHANGHAI,
        _=chinese(),
    )
    assert said == words
