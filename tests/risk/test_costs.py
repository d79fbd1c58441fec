"""What a miss costs, what an hour more costs, and which of the two a thing is worth saving for."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from risk_cases import SHANGHAI, at, at_moment, base, chinese, clock, order, past, today, what_if
from score_cases import HEALTHY, model, readings, scorecard, steady
from shopwatch.board import Risk
from shopwatch.risk import Past, assess
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Exposure, ShopReadings

NOW = "11-20 20:00"

# Logistics weighs 0.2 of the total; in it, pickup and on-time delivery half each. A share of on-time delivery
# is worth 50 of its own points, an hour of pickup 2.
MODEL = model(
    weights={"product": 0.4, "logistics": 0.2, "service": 0.4},
    curves={"pickup_hours": ((0, 100), (25, 50)), "on_time_delivery": ((0, 50), (1, 100))},
)
FACTS = {name: reading for name, reading in HEALTHY.items() if name != "breakage"}
ONE_WAYBILL = 50 / 1001 * 0.5 * 0.2
ONE_HOUR = 2 / 1001 * 0.5 * 0.2


def parcel(name: str, due: str, **more: Any) -> Exposure:
    return order(name, "11-18 10:00", due=due, clock="deliver", **more)


def risks(
    *exposures: Exposure,
    facts: ShopReadings | None = None,
    of: Model = MODEL,
    pasts: dict[str, Past] | None = None,
    language: str = "zh_CN",
    now: str = NOW,
) -> dict[str, Risk]:
    known = facts or readings(FACTS, today=today(at(now)))
    moment = at_moment(at(now), known, judge=what_if(known, of), pasts=pasts, of=of)
    found = assess(exposures, moment, limit=0, _=str, language=language).risks
    return {risk.subject_id: risk for risk in found}


# ---------------------------------------------------------------- a deadline


def test_a_missed_delivery_costs_one_waybill_of_the_share_for_thirty_days() -> None:
    risk = risks(parcel("P", "11-21 10:00"))["P"]
    assert risk.points_if_missed == pytest.approx(ONE_WAYBILL)
    assert risk.points_at_risk == risk.points_if_missed
    assert risk.days_counted == 30
    assert risk.points_per_hour is None  # an hour more costs nothing: it is kept or missed


def test_a_deadline_that_has_passed_has_nothing_left_to_save_and_stands_apart() -> None:
    found = risks(
        parcel("late", "11-20 19:59:59"), parcel("last", "11-20 20:00:00"), parcel("far", "11-25 10:00")
    )
    late, last = found["late"], found["last"]
    assert late.lost
    assert [late.points_if_missed, late.points_at_risk, late.days_counted] == [None, None, None]
    assert not last.lost
    assert last.points_if_missed == pytest.approx(ONE_WAYBILL)
    assert [one.subject_id for one in found.values()] == ["last", "far", "late"]


def test_a_figure_that_is_not_known_is_none() -> None:
    blank = readings({**FACTS, "on_time_delivery": steady(0, 0)}, today=today(at(NOW)))
    assert risks(parcel("P", "11-21 10:00"), facts=blank)["P"].points_if_missed is None  # no share yet
    unproved = risks(parcel("P", "11-21 10:00", proved=False))["P"]
    assert (unproved.points_if_missed, unproved.points_at_risk) == (None, None)
    ticket = order("T", "11-20 10:00", due="11-21 10:00", clock="ticket")
    assert risks(ticket)["T"].points_if_missed is None  # it decides no share


def test_in_the_growth_stage_nothing_costs_points() -> None:
    young = readings(FACTS, today=today(at(NOW)), valid_orders=29)
    assert risks(parcel("P", "11-21 10:00"), facts=young)["P"].points_if_missed == 0.0


def test_the_worth_of_saving_rests_on_the_chance_and_on_what_acting_still_avoids() -> None:
    """The one that the hour decides, then the one more likely missed; what an hour more costs stands between."""
    small = readings(
        {**FACTS, "on_time_delivery": steady(93, 100), "pickup_hours": steady(560, 100)}, today=today(at(NOW))
    )
    waybill, hour_more = 50 / 101 * 0.5 * 0.2, 2 / 101 * 0.5 * 0.2
    pasts = {"deliver": past([hour * 1.0 for hour in range(1, 101)])}  # evenly spread over four days
    order_ = order("mean", "11-20 10:00", 96)  # the pickup after the next is twelve hours on
    found = risks(
        parcel("tight", "11-21 20:00"),
        parcel("loose", "11-22 12:00"),
        parcel("now", "11-20 20:30"),
        order_,
        facts=small,
        pasts=pasts,
    )
    chances = {name: risk.p_miss or 0.0 for name, risk in found.items()}
    assert chances["now"] > chances["tight"] > chances["loose"] > 0.0
    expected = {
        "now": waybill,
        "tight": chances["tight"] * waybill,
        "mean": 12 * hour_more,
        "loose": chances["loose"] * waybill,
    }
    assert list(found) == sorted(expected, key=lambda name: -expected[name])


def test_a_batch_is_worth_what_it_costs_together() -> None:
    known = readings(FACTS, today=today(at(NOW)))
    judge = what_if(known, MODEL)
    moment = at_moment(at(NOW), known, judge=judge, of=MODEL)
    many = moment.missed_together("on_time_delivery", 100)
    assert many == pytest.approx(100 * 50 / 1100 * 0.5 * 0.2)  # less than a hundred times one
    assert moment.missed_together("on_time_delivery", 0) is None
    assert moment.missed_together(None) is None


@pytest.mark.parametrize(("kept", "missed", "better"), [(1, 0, "higher"), (0, 1, "lower")])
def test_a_share_of_good_ones_and_a_share_of_bad_ones(kept: int, missed: int, better: str) -> None:
    """Amazon counts the late ones: keeping a promise there adds nothing to the numerator."""
    name, indicator = (
        ("amazon-2024-09-25", "late_30") if better == "lower" else ("tmall-2026-03-16", "pickup_48h")
    )
    rule = next(one for one in scorecard(name).indicator if one.id == indicator)
    assert rule.better == better
    asked: list[tuple[float, float]] = []

    def judge(_indicator: str, sums: Any) -> float:
        asked.append(tuple(sums))
        return 0.0

    card = model(scorecard(name))
    known = readings({indicator: steady(40, 100)}, today=today(at(NOW)))
    at_moment(at(NOW), known, judge=judge, of=card).missed_together(indicator)
    assert asked == [(40 + kept, 101), (40 + missed, 101)]


# ---------------------------------------------------------------- both at once


def test_one_order_can_be_both() -> None:
    """Where the shipping promise also decides a share, what it costs is told apart from what an hour costs."""
    clocks = tuple(
        msgspec.structs.replace(one, decides="on_time_delivery") if one.id == "ship" else one
        for one in MODEL.scorecard.clock
    )
    of = msgspec.structs.replace(MODEL, scorecard=msgspec.structs.replace(MODEL.scorecard, clock=clocks))
    found = risks(order("open", "11-20 10:00", 72), order("late", "11-18 10:00", 48), of=of)
    open_, late = found["open"], found["late"]
    assert open_.points_if_missed == pytest.approx(ONE_WAYBILL)
    assert open_.points_at_risk == pytest.approx(ONE_WAYBILL + 12 * ONE_HOUR)
    assert late.points_if_missed is None
    assert late.points_at_risk == pytest.approx(12 * ONE_HOUR)  # a mean is never lost
    assert (open_.lost, late.lost) == (False, False)
    assert open_.points_per_hour == pytest.approx(ONE_HOUR)


def test_a_promise_with_money_and_a_mean() -> None:
    """A Douyin order: the hours count before and after the promise, the money steps at it."""
    late = order("late", "11-15 10:00", 72, yuan=300)  # late since 11-18 10:00
    risk = risks(late)["late"]
    assert (risk.yuan_now, risk.yuan_at_risk, risk.lost) == (9.0, None, False)
    assert risk.points_per_hour == pytest.approx(ONE_HOUR)
    assert risk.points_at_risk == pytest.approx(12 * ONE_HOUR)  # tonight's pickup instead of tomorrow's


def test_a_late_order_of_which_nobody_says_what_it_owes_is_not_lost() -> None:
    of = model(scorecard("jd-2026-09-01"))
    known = readings({}, today=today(at(NOW)))
    found = risks(order("late", "11-15 10:00", 72), order("open", "11-20 10:00", 72), facts=known, of=of)
    assert [(name, risk.lost) for name, risk in found.items()] == [("late", False), ("open", False)]


# ---------------------------------------------------------------- midnight, and what is said


@pytest.mark.parametrize(
    ("paid", "begins", "hours"),
    [
        ("11-20 17:59:59", "11-20 17:59:59", 15 + 1 / 3600),
        ("11-20 18:00:00", "11-21 06:00:00", 3.0),
        ("11-20 23:59:59", "11-21 06:00:00", 3.0),
        ("11-21 00:00:00", "11-21 06:00:00", 3.0),
        ("11-21 05:59:59", "11-21 06:00:00", 3.0),
        ("11-21 06:00:00", "11-21 06:00:00", 3.0),
    ],
)
def test_a_shift_over_midnight_counts_the_same_from_either_side(paid: str, begins: str, hours: float) -> None:
    """The pickup at 09:00, missed for the one at 21:00: twelve hours on top, whenever the hours began."""
    found = risks(order("P", paid, 48), now="11-21 08:00", facts=base(at("11-21 08:00")))
    risk = found["P"]
    local = datetime.datetime.fromtimestamp(at(begins), SHANGHAI)
    assert (risk.starts_at or local) == local
    seconds = at("11-21 09:00") - at(begins)
    assert seconds / 3600 == pytest.approx(hours)
    assert risk.points_at_risk == pytest.approx(
        risks(order("Q", "11-20 10:00", 48), now="11-21 08:00", facts=base(at("11-21 08:00")))[
            "Q"
        ].points_at_risk
    )


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("scan_gap", "11-18 10:00 最后轨迹", "last scan 11-18 10:00"),
        ("exchange", "11-18 10:00 起", "since 11-18 10:00"),
        ("review_reply", "11-18 10:00 评价 · 回复不加分", "written 11-18 10:00 · a reply moves no points"),
    ],
)
def test_what_began_a_clock_is_said(name: str, zh: str, en: str) -> None:
    known = readings(FACTS, today=today(at(NOW)))
    moment = at_moment(at(NOW), known, judge=what_if(known, MODEL), of=MODEL)
    one = order("it", "11-18 10:00", None, clock=name)
    for language, translate, expected in (("zh_CN", chinese(), zh), ("en", str, en)):
        (risk,) = assess([one], moment, limit=0, _=translate, language=language).risks
        assert risk.why.startswith(expected)
    assert clock(name).certainty


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh_CN", "11-18 10:00 揽收 · 超时 -0.005 分,计 30 天"),
        ("en", "picked up 11-18 10:00 · a miss: -0.005 for 30 days"),
    ],
)
def test_what_a_miss_costs_is_said(language: str, said: str) -> None:
    known = readings(FACTS, today=today(at(NOW)))
    moment = at_moment(at(NOW), known, judge=what_if(known, MODEL), of=MODEL)
    translate = chinese() if language == "zh_CN" else str
    (risk,) = assess([parcel("P", "11-21 10:00")], moment, limit=0, _=translate, language=language).risks
    assert risk.why == said
