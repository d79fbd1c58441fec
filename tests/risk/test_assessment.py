from __future__ import annotations

import dataclasses
import datetime
import math
import random
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import (
    HOUR,
    SHANGHAI,
    aftersale,
    assessed,
    at,
    at_moment,
    base,
    clock,
    curved,
    no_worth,
    order,
    past,
    waybill,
)
from score_cases import HEALTHY, steady
from shopwatch import formats
from shopwatch.board import Risk
from shopwatch.risk import Assessment, assess
from shopwatch.risk.past import default_past
from shopwatch.scoring.readings import Exposure, Sum2

A = order("A", "11-20 17:40")
B = order("B", "11-20 18:10", due="11-21 23:59:59")
C = order("C", "11-20 10:00")


def only(result: Assessment) -> Risk:
    assert len(result.risks) == 1
    return result.risks[0]


def local(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else formats.clock_time(moment)


# ---------------------------------------------------------------- order of rescue


def test_orders_are_ranked_by_what_the_next_pickup_saves_not_by_deadline() -> None:
    risks = assessed("11-20 20:00", [A, B, C]).risks
    assert [(risk.rank, risk.order_id) for risk in risks] == [(1, "C"), (2, "A"), (3, "B")]
    assert [formats.left(risk.seconds_left, lambda text: text) for risk in risks] == [
        "1d 14h",
        "1d 21h",
        "1d 03h",
    ]
    saved = [risk.points_at_risk for risk in risks]
    assert saved == pytest.approx([12 / 1001 * 0.4, 12 / 1001 * 0.4, 3 / 1001 * 0.4], abs=1e-9)
    assert [round(points or 0, 4) for points in saved] == [0.0048, 0.0048, 0.0012]
    assert [risk.points_per_hour for risk in risks] == pytest.approx([0.4 / 1001] * 3, abs=1e-9)


def test_an_order_of_the_night_shows_when_its_hours_begin() -> None:
    a, b = (next(r for r in assessed("11-20 20:00", [A, B]).risks if r.order_id == name) for name in "AB")
    assert a.starts_at is None
    assert local(b.starts_at) == "11-21 06:00"
    morning = only(assessed("11-21 06:00", [B]))
    assert morning.starts_at is None


def test_night_is_counted_apart() -> None:
    quiet = assessed(
        "11-20 23:40", [A, B, C, aftersale("S", "11-20 23:30"), aftersale("T", "11-20 22:50")]
    ).quiet
    assert (quiet.orders, local(quiet.orders_from)) == (1, "11-21 06:00")
    assert (quiet.aftersales, local(quiet.aftersales_from)) == (1, "11-21 08:00")


def test_an_aftersale_of_the_night_waits_and_one_of_the_evening_runs() -> None:
    risks = assessed(
        "11-21 02:00", [aftersale("late", "11-20 23:30"), aftersale("evening", "11-20 22:50")]
    ).risks
    assert [risk.subject_id for risk in risks] == ["evening", "late"]  # an idle hour costs nothing
    evening, late = risks
    assert local(late.starts_at) == "11-21 08:00"
    assert evening.starts_at is None
    now = datetime.datetime.fromtimestamp(at("11-21 02:00"), SHANGHAI)
    assert now - evening.started == datetime.timedelta(hours=3, minutes=10)


def test_a_mean_is_never_lost_and_has_no_chance_of_a_miss() -> None:
    risk = only(assessed("11-21 10:00", [aftersale("S", "11-20 09:00")]))
    assert (risk.p_miss, risk.deadline, risk.seconds_left, risk.p_basis) == (None, None, None, None)
    assert risk.lost is False
    assert (risk.points_per_hour or 0) > 0
    assert risk.points_at_risk == pytest.approx(risk.points_per_hour)  # now against an hour later


def test_an_overdue_order_that_is_still_open_can_still_be_saved() -> None:
    risk = only(assessed("11-24 10:00", [order("late", "11-18 10:00", yuan=300)]))
    assert risk.seconds_left == -4 * 24 * HOUR
    assert (risk.yuan_now, risk.yuan_at_risk, risk.lost) == (3.0, None, False)
    assert (risk.points_at_risk or 0) > 0


# ---------------------------------------------------------------- money


def test_an_order_ten_hours_late_owes_nothing_yet() -> None:
    risk = only(assessed("11-20 20:00", [order("late", "11-18 10:00", yuan=300)]))
    assert formats.left(risk.seconds_left, lambda text: text) == "late 10:00"
    assert (risk.yuan_now, risk.yuan_at_risk) == (0.0, 3.0)
    assert local(risk.yuan_at) == "11-22 10:00"
    assert "38 小时后缺货赔付 ¥3.00" in risk.why
    assert (risk.p_miss, risk.p_basis) == (1.0, "已超时")


@pytest.mark.parametrize(
    ("now", "yuan", "owed"),
    [
        ("11-22 10:00:00", 300, 0.0),
        ("11-22 10:00:01", 300, 3.0),
        ("11-22 10:00:01", 120, 2.0),
        ("11-22 10:00:01", 6_000, 50.0),
    ],
)
def test_out_of_stock_begins_after_48_hours_late(now: str, yuan: float, owed: float) -> None:
    assert only(assessed(now, [order("late", "11-18 10:00", yuan=yuan)])).yuan_now == owed


@pytest.mark.parametrize(("hours_late", "owed", "at_risk"), [(10, 3.0, 9.0), (60, 9.0, None)])
def test_a_longer_promise_pays_sooner(hours_late: int, owed: float, at_risk: float | None) -> None:
    late = order("late", "11-15 10:00", 72, yuan=300)
    now = datetime.datetime.fromtimestamp(at("11-18 10:00") + hours_late * HOUR, SHANGHAI)
    risk = only(assessed(now.strftime("%m-%d %H:%M"), [late]))
    assert (risk.yuan_now, risk.yuan_at_risk) == (owed, at_risk)


def test_a_waybill_without_a_pickup() -> None:
    parcel = waybill("P", "11-20 14:00", yuan=300)
    risk = only(assessed("11-21 13:18", [parcel]))
    assert formats.left(risk.seconds_left, lambda text: text) == "00:42:00"
    assert (risk.yuan_now, risk.yuan_at_risk, local(risk.yuan_at)) == (0.0, 75.0, "11-22 14:00")
    assert (risk.stage, risk.points_at_risk, risk.lost) == ("待揽收", None, False)
    after = only(assessed("11-22 14:00:01", [parcel]))
    assert (after.yuan_now, after.yuan_at_risk, after.lost) == (75.0, None, True)
    assert assessed("11-21 13:18", []).risks == ()  # picked up at 13:59: gone at the next refresh


def test_without_amount_or_promise_money_is_not_known() -> None:
    unpriced = only(assessed("11-20 20:00", [order("late", "11-18 10:00")]))
    unpromised = only(assessed("11-20 20:00", [order("late", "11-18 10:00", yuan=300, promise_from=None)]))
    assert (unpriced.yuan_now, unpriced.yuan_at_risk) == (None, None)
    assert (unpromised.yuan_now, unpromised.yuan_at_risk) == (None, None)


# ---------------------------------------------------------------- what can't be proved, what is lost


def test_shipped_without_a_pickup_record_is_not_safe_and_not_ahead() -> None:
    unknown = msgspec.structs.replace(C, subject_id="U", order_id="U", proved=False)
    risks = assessed("11-20 20:00", [unknown, B, A]).risks
    assert [risk.order_id for risk in risks] == ["A", "B", "U"]
    last = risks[-1]
    assert (last.stage, last.proved, last.p_miss, last.points_at_risk) == (
        "已发货·揽收未知",
        False,
        None,
        None,
    )


def test_time_left_of_an_order_known_from_exports_alone() -> None:
    known = base(at("11-20 20:00"), steady(0, 0))
    risk = only(assessed("11-20 20:00", [order("E", "11-20 09:00", due="11-21 10:00")], facts=known))
    assert formats.left(risk.seconds_left, lambda text: text) == "14:00:00"
    assert (risk.points_at_risk, risk.points_per_hour) == (None, None)  # no mean to lengthen yet


def test_a_ticket_answered_too_late_goes_last_and_one_about_to_fall_due_first() -> None:
    lost = order("lost", "11-19 10:00", 24, clock="ticket", promise_from=None)
    soon = order("soon", "11-19 23:00", 24, clock="ticket", promise_from=None)
    far = order("far", "11-20 19:00", 24, clock="ticket", promise_from=None)
    risks = assessed("11-20 20:00", [lost, far, soon, C]).risks
    assert [risk.subject_id for risk in risks] == ["soon", "C", "far", "lost"]
    assert [risk.lost for risk in risks] == [False, False, False, True]


# ---------------------------------------------------------------- the chance of a miss


def test_the_chance_rests_on_the_shops_own_past() -> None:
    pasts = {"pickup": past([hour * 0.3 for hour in range(101)])}  # 0 to 30 hours, evenly
    risk = only(assessed("11-21 05:00", [waybill("P", "11-20 14:00")], pasts=pasts))
    assert risk.p_miss == pytest.approx(6 / 15, abs=0.01)  # 15 to 30 h are left, and 24 is the limit
    assert risk.p_basis == "周六 · 待揽收 15h · 同类 40% 超时(本店 200 例)"


def test_the_chance_names_the_carrier_that_it_goes_by() -> None:
    own = past([hour * 0.3 for hour in range(101)])
    fleet = dataclasses.replace(own, basis="fleet", n=12_345, by="carrier")
    at_sunday = [waybill("P", "11-22 10:00", carrier="中通")]
    chinese = only(assessed("11-22 20:30", at_sunday, pasts={"pickup": fleet}))
    assert chinese.p_basis == "中通 周日 · 待揽收 10h · 同类 31% 超时(全部店铺 1.2万 例)"
    english = only(assessed("11-22 20:30", at_sunday, pasts={"pickup": fleet}, language="en"))
    assert english.p_basis == "中通 Sun · to pick up 10h · 31% of such miss (12.3k cases of all shops)"


def test_without_any_past_the_chance_is_a_labelled_default() -> None:
    risk = only(assessed("11-21 05:00", [waybill("P", "11-20 14:00")], pasts={"pickup": default_past()}))
    assert risk.p_miss == pytest.approx(math.exp(-9 / 24))  # nine hours of a day are left
    assert risk.p_basis == "默认估算,尚无历史可据"


def test_before_the_past_is_worked_out_there_is_no_chance() -> None:
    risk = only(assessed("11-21 05:00", [waybill("P", "11-20 14:00")]))
    assert (risk.p_miss, risk.p_basis) == (None, None)


def test_a_waybill_older_than_the_past_has_no_chance_and_still_goes_first() -> None:
    pasts = {"pickup": past([hour * 0.1 for hour in range(101)])}  # none took longer than 10 hours
    old, young = waybill("old", "11-20 14:00", yuan=300), waybill("young", "11-21 03:00", yuan=300)
    risks = assessed("11-21 05:00", [young, old], pasts=pasts).risks
    assert [(risk.subject_id, risk.p_miss is None) for risk in risks] == [("old", True), ("young", False)]
    assert risks[0].p_basis == "此前几乎没有等这么久的"


def test_money_that_the_past_expects_to_be_lost_counts_in_the_order() -> None:
    pasts = {"pickup": past([hour * 1.0 for hour in range(101)])}
    dear, cheap = waybill("dear", "11-20 14:00", yuan=400), waybill("cheap", "11-20 13:00", yuan=10)
    risks = assessed("11-21 10:00", [cheap, dear], pasts=pasts).risks
    assert [risk.subject_id for risk in risks] == ["dear", "cheap"]


def test_without_a_past_a_late_waybill_still_goes_before_small_points() -> None:
    late, fresh = waybill("late", "11-19 14:00", yuan=300), waybill("fresh", "11-20 16:00", yuan=300)
    risks = assessed("11-20 20:00", [fresh, A, late]).risks
    assert [risk.subject_id for risk in risks] == ["late", "A", "fresh"]
    assert risks[2].p_miss is None  # supposed for the order, never shown


# ---------------------------------------------------------------- a daily limit


def test_a_daily_rate_near_its_limit_lifts_what_falls_due_today() -> None:
    today = [order(f"T{n}", "11-20 18:30", due="11-20 23:00", yuan=20) for n in range(3)]
    risks_far = assessed("11-20 20:00", [C, *today]).risks
    assert risks_far[0].order_id == "C"
    near = base(at("11-20 20:00"), rates={"late_shipping": Sum2(230, 800)})
    risks_near = assessed("11-20 20:00", [C, *today], facts=near).risks
    assert [risk.order_id for risk in risks_near] == ["T0", "T1", "T2", "C"]


# ---------------------------------------------------------------- laws and speed


@given(
    st.lists(
        st.builds(
            lambda name, under, minutes, left, fen, proved: Exposure(
                shop="s",
                clock=under.id,
                subject_id=str(name),
                order_id=str(name),
                started=at("11-20 20:00") - minutes * 60,
                due=None if left is None or under.due is None else at("11-20 20:00") + left * 60,
                amount=fen,
                promise_from=at("11-20 20:00") - minutes * 60,
                proved=proved,
            ),
            st.integers(0, 10_000),
            st.sampled_from(curved().scorecard.clock),
            st.integers(0, 20_000),
            st.none() | st.integers(-20_000, 20_000),
            st.none() | st.integers(0, 1_000_000),
            st.booleans(),
        ),
        max_size=30,
        unique_by=lambda exposure: exposure.subject_id,
    ),
    st.randoms(),
)
def test_laws_of_the_list(exposures: list[Exposure], shuffle: random.Random) -> None:
    result = assessed("11-20 20:00", exposures)
    assert result.total == len(exposures)
    assert [risk.rank for risk in result.risks] == list(range(1, len(exposures) + 1))
    proved = [risk.proved for risk in result.risks if not risk.lost]
    assert proved == sorted(proved, reverse=True)
    for risk in result.risks:
        for figure in (risk.points_at_risk, risk.points_per_hour, risk.yuan_now, risk.yuan_at_risk):
            assert figure is None or figure >= 0
        assert risk.p_miss is None or 0 <= risk.p_miss <= 1
    again = list(exposures)
    shuffle.shuffle(again)
    assert assessed("11-20 20:00", again).risks == result.risks  # whatever order they come in
    for limit in (1, 4, 30):
        assert assessed("11-20 20:00", again, limit=limit).risks == result.risks[:limit]


def test_a_limit_shows_the_first_and_counts_all() -> None:
    result = assessed("11-20 20:00", [A, B, C], limit=2)
    assert ([risk.order_id for risk in result.risks], result.total) == (["C", "A"], 3)


def test_english_is_whole() -> None:
    risk = only(assessed("11-20 20:00", [order("late", "11-18 10:00", yuan=300)], language="en"))
    assert risk.why == "paid 11-18 10:00 · out-of-stock compensation ¥3.00 in 38 h"
    assert risk.stage == "to ship"


def test_the_worth_of_a_long_list_is_the_worth_of_each_alone() -> None:
    now = at("11-20 20:00")
    many = [order(str(n), "11-20 17:40", started=now - n * 7_001) for n in range(200)]
    shown = {risk.subject_id: risk.points_at_risk for risk in assessed("11-20 20:00", many).risks}
    for one in many[::17]:
        alone = only(assessed("11-20 20:00", [one])).points_at_risk
        assert shown[one.subject_id] == pytest.approx(alone, abs=1e-7)


def test_a_fleet_of_two_hundred_shops_takes_well_under_a_second() -> None:
    generator = random.Random(7)
    now = at("11-20 20:00")
    known = base(now, None)
    clocks = ["ship", "pickup", "refund", "reply"]
    shops = [
        [
            Exposure(
                shop="s",
                clock=generator.choice(clocks),
                subject_id=f"{shop}-{n}",
                order_id=f"{shop}-{n}",
                started=(started := now - generator.randrange(60 * HOUR)),
                due=started + 48 * HOUR,
                amount=generator.randrange(1_000, 90_000),
                promise_from=started,
                carrier=generator.choice(["中通", "圆通", "韵达"]),
                province=generator.choice(["广东", "浙江", "四川"]),
            )
            for n in range(100)
        ]
        for shop in range(200)
    ]
    moment = at_moment(now, known, pasts={"ship": past(range(101))})
    began = time.process_time()
    for exposures in shops:
        assess(exposures, moment, limit=20, _=str, language="en")
    assert time.process_time() - began < 2.5  # about 0.5 s on an idle core


def test_without_a_modelled_total_there_are_no_points() -> None:
    known = base(at("11-20 20:00"))
    moment = at_moment(at("11-20 20:00"), known, judge=no_worth)
    result = assess([C], moment, limit=0, _=str, language="en")
    assert only(result).points_at_risk is None


def test_cases_rest_on_the_shipped_rules() -> None:
    assert clock("ship").paused == ("18:00", "06:00")
    assert set(HEALTHY) == {indicator.id for indicator in curved().scorecard.indicator}
