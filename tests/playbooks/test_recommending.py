from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from risk_cases import (
    aftersale,
    at,
    at_moment,
    base,
    chinese,
    clock,
    curved,
    order,
    past,
    today,
    waybill,
    what_if,
)
from score_cases import HEALTHY, event, moved, steady
from shopwatch.board import ActionBoard, Cause, LineBoard
from shopwatch.playbooks import Tick, load, recommend
from shopwatch.risk import Past
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Exposure, Reading, ShopReadings, Sum2

BOOKS = load()


def actions(
    now: str,
    exposures: Sequence[Exposure] = (),
    *,
    facts: ShopReadings | None = None,
    model: Model | None = None,
    lines: Sequence[LineBoard] = (),
    causes: Sequence[Cause] = (),
    ticks: Sequence[Tick] = (),
    pasts: Mapping[str, Past] | None = None,
    language: str = "zh_CN",
    bests: Mapping[str, float] | None = None,
) -> dict[str, ActionBoard]:
    known = facts or base(at(now))
    found = recommend(
        BOOKS,
        at_moment(at(now), known, pasts=pasts, of=model),
        exposures=exposures,
        causes=causes,
        lines=lines,
        ticks={tick.action: tick for tick in ticks},
        bests=bests or {},
        _=chinese() if language.startswith("zh") else str,
        language=language,
    )
    assert len({action.id for action in found}) == len(found)
    return {action.id: action for action in found}


def line(name: str, tightest: str, words: str, met: bool = False) -> LineBoard:
    return LineBoard(
        id=name,
        name="精选联盟",
        kind="unlock",
        effect="",
        met=met,
        alert=True,
        level="ok" if met else "bad",
        parts=(),
        tightest=tightest,
        distance=-1.0,
        words=words,
    )


# ---------------------------------------------------------------- worth and effect

A37 = [order(f"A{n:02}", "11-20 17:40", yuan=300) for n in range(37)]
B = order("B", "11-20 18:10", due="11-21 23:59:59")


def test_tonights_pickup_is_worth_the_whole_batch_and_names_exactly_it() -> None:
    action = actions("11-20 20:00", [*A37, B])["evening_pickup"]
    assert action.gain_points == pytest.approx(37 * 12 / 1_037 * 0.4, abs=1e-9)
    assert round(action.gain_points or 0, 2) == 0.17
    assert "+0.17分" in action.evidence
    assert action.orders == tuple(f"A{n:02}" for n in range(37))
    assert (action.done, action.certain, action.effect) == (False, False, None)


def test_a_tick_without_pickups_says_so() -> None:
    tick = Tick(action="evening_pickup", at=at("11-20 21:00"), orders=tuple(one.subject_id for one in A37))
    action = actions("11-20 21:30", A37, ticks=[tick])["evening_pickup"]
    assert (action.done, action.effect) == (True, "已勾选·未见揽收")
    some = actions("11-20 21:30", A37[:7], ticks=[tick])["evening_pickup"]
    assert some.effect == "已勾选·7 单未见揽收"


def test_after_the_pickups_it_says_when_it_shows() -> None:
    tick = Tick(action="evening_pickup", at=at("11-20 21:00"), orders=tuple(one.subject_id for one in A37))
    action = actions("11-20 21:30", [B], ticks=[tick])["evening_pickup"]
    assert (action.done, action.effect) == (True, "还早:最早 11-21 见效 · 12-21 出窗")
    assert action.done_at is not None
    assert action.done_at.isoformat() == "2026-11-20T21:00:00+08:00"


def test_a_day_later_the_change_stands_beside_it() -> None:
    series = moved([(5_600, 1_000)] * 29 + [(5_600, 1_000), (5_300, 1_000)])
    facts = base(at("11-21 10:00"), series)
    assert facts.today == today(at("11-21 10:00"))
    tick = Tick(action="evening_pickup", at=at("11-20 21:00"))
    action = actions("11-21 13:00", A37, facts=facts, ticks=[tick])["evening_pickup"]
    assert (action.done, action.effect) == (
        False,
        "已见效 ↓0.3h 改善 · 此前 1 天 — 持平",
    )  # yesterday's tick, today's turn
    worse = base(at("11-21 10:00"), moved([(5_600, 1_000)] * 30 + [(6_100, 1_000)]))
    assert (
        actions("11-21 13:00", A37, facts=worse, ticks=[tick])["evening_pickup"].effect
        == "尚未见效 ↑0.5h 变差 · 此前 1 天 — 持平"
    )


@pytest.mark.parametrize(
    ("now", "shown"), [("11-20 11:59", False), ("11-20 12:00", True), ("11-20 22:59", True)]
)
def test_an_action_of_certain_hours_shows_only_then(now: str, shown: bool) -> None:
    exposure = order("early", "11-20 10:00")
    assert ("evening_pickup" in actions(now, [exposure])) is shown


def test_night_backlog_names_what_rested_in_the_night() -> None:
    orders = [order("evening", "11-20 17:00"), order("night", "11-20 22:00"), order("morning", "11-21 06:30")]
    assert actions("11-21 07:30", orders)["night_backlog"].orders == ("night",)


def test_a_waybill_counts_through_its_order() -> None:
    placed = order("O1", "11-20 10:00", yuan=300)
    parcel = waybill("P1", "11-20 11:00", order_id="O1", yuan=300)
    action = actions("11-21 06:00", [placed, parcel])["waybill_no_pickup"]
    assert action.orders == ("O1",)
    assert action.gain_points == pytest.approx(12 / 1_001 * 0.4, abs=1e-9)
    assert "06:00:00" not in action.evidence
    assert "05:00:00" in action.evidence


# ---------------------------------------------------------------- what comes first


def test_a_daily_limit_comes_first_even_at_no_points() -> None:
    facts = base(at("11-20 20:00"), rates={"late_shipping": Sum2(230, 800)})
    due_today = [order(f"T{n}", "11-20 08:00", due="11-20 23:30") for n in range(30)]
    found = actions("11-20 20:00", [*A37, *due_today], facts=facts)
    first = next(iter(found.values()))
    assert (first.id, first.gain_points, len(first.orders)) == ("rescue_late", None, 30)
    assert "至少救回 21 单" in first.evidence
    assert "28.75%" in first.evidence
    calm = base(at("11-20 20:00"), rates={"late_shipping": Sum2(20, 800)})
    assert "rescue_late" not in actions("11-20 20:00", [*A37, *due_today], facts=calm)


def test_a_struck_limit_says_what_it_does() -> None:
    facts = base(at("11-20 20:00"), rates={"late_shipping": Sum2(240, 800)})
    first = next(iter(actions("11-20 20:00", A37, facts=facts).values()))
    assert first.id == "rescue_late"
    assert "30.00%" in first.evidence
    assert "限 0 单/日·7 天" in first.evidence


def test_actions_aim_at_the_part_that_holds_a_line_down() -> None:
    weak = {**HEALTHY, "quality_returns": steady(25, 1_000), "product_rating": steady(4_400, 1_000)}
    facts = msgspec.structs.replace(base(at("11-20 20:00")), indicators=weak)
    found = list(
        actions("11-20 20:00", A37, facts=facts, lines=[line("alliance", "product", "还差1.0")]).values()
    )
    assert {action.dimension for action in found[:3]} == {"product"}
    assert all(action.evidence.startswith("精选联盟 还差1.0 · ") for action in found[:3])
    habit = next(action for action in found if action.id == "reply_bad_reviews")
    assert found.index(habit) > 3
    assert not habit.evidence.startswith("精选联盟")  # a reply moves no points
    met = actions("11-20 20:00", A37, facts=facts, lines=[line("alliance", "total", "高出1.4", met=True)])
    assert next(iter(met.values())).dimension != "product"


def test_gain_over_effort_decides_and_done_goes_last() -> None:
    tick = Tick(action="bonus_freight_insurance", at=at("11-01 10:00"))
    given = {"freight_insurance": False, "next_day_share": 0.17, "large_item_insurance": True}
    model = msgspec.structs.replace(curved(), given=given)
    before = list(actions("11-20 20:00", A37, model=model))
    after = list(actions("11-20 20:00", A37, model=model, ticks=[tick]))
    assert before[0] == "bonus_freight_insurance"  # 2 points for a quarter of an hour
    assert after[-1] == "bonus_freight_insurance"
    unknown = list(actions("11-20 20:00", A37))
    assert unknown.index("evening_pickup") < unknown.index(
        "bonus_freight_insurance"
    )  # nobody has confirmed it
    assert before.index("bonus_next_day") < before.index("evening_pickup") < before.index("shift_handover")


def test_what_is_not_known_is_left_out_of_the_evidence() -> None:
    nothing = msgspec.structs.replace(base(at("11-20 20:00")), indicators={})
    for language, unknown, reply in (
        ("zh_CN", "求助率暂无数据", "回复给后来的买家看"),
        ("en", "{name}: no figures yet", "a reply is read by the next buyer"),
    ):
        found = actions("11-20 20:00", [], facts=nothing, language=language)
        assert all("—" not in action.evidence for action in found.values())
        assert found["reply_bad_reviews"].evidence == reply
        assert unknown.format(name="Platform help") in {action.evidence for action in found.values()}
        assert found["shift_handover"].evidence == ""  # no line is known to be the tightest
        assert not [action for action in found.values() if action.evidence.startswith("0 ")]


# ---------------------------------------------------------------- bonuses


def test_an_unknown_bonus_asks_to_be_confirmed() -> None:
    action = actions("11-20 20:00")["bonus_freight_insurance"]
    assert action.evidence == "未知是否开通,请确认 (+2)"
    assert (action.gain_points, action.certain, action.done) == (2.0, False, False)


def test_a_known_bonus_has_its_exact_points_or_is_gone() -> None:
    given = {
        "freight_insurance": False,
        "large_item_insurance": True,
        "next_day_share": 0.17,
        "installation": True,
    }
    signed = base(at("11-20 20:00"))
    signed = msgspec.structs.replace(
        signed, indicators={**signed.indicators, "quality_returns": steady(13, 1_367)}
    )
    found = actions("11-20 20:00", facts=signed, model=msgspec.structs.replace(curved(), given=given))
    insurance, share = found["bonus_freight_insurance"], found["bonus_next_day"]
    assert (insurance.gain_points, insurance.certain, insurance.evidence) == (2.0, True, "未开通(+2)")
    assert (share.gain_points, share.certain) == (5.0, True)
    assert share.evidence == "明日达 17.0% → 20%,差 42 单(+5)"  # 273.4 of 1,367 would be 20 %
    assert {"bonus_large_item_insurance", "bonus_installation"} & set(found) == set()


def test_a_share_at_its_mark_and_a_bonus_on_record_are_held() -> None:
    model = msgspec.structs.replace(curved(), given={"next_day_share": 0.20})
    facts = base(at("11-21 20:00"), events=(event("freight_insurance", 3, 2.0),))
    found = actions("11-21 20:00", facts=facts, model=model)
    assert {"bonus_next_day", "bonus_freight_insurance"} & set(found) == set()
    assert "bonus_installation" in found


def test_in_the_growth_stage_a_bonus_gains_nothing() -> None:
    facts = base(at("11-20 20:00"), valid_orders=29)
    assert actions("11-20 20:00", facts=facts)["bonus_freight_insurance"].gain_points == 0.0


# ---------------------------------------------------------------- triggers


def test_an_indicator_worse_than_a_week_ago_brings_its_action() -> None:
    fell = moved([(13, 1_000)] * 24 + [(20, 1_000)] * 7)
    held = moved([(2, 1_000)] * 31)

    def of(reading: Reading) -> dict[str, ActionBoard]:
        facts = base(at("11-20 20:00"))
        indicators = {**facts.indicators, "quality_returns": reading}
        return actions("11-20 20:00", facts=msgspec.structs.replace(facts, indicators=indicators))

    assert of(fell)["quality_top3"].evidence == "品退率 2.00%,一周前 1.30%"
    assert "quality_top3" not in of(held)


def test_the_way_back_to_ones_best_is_counted_once() -> None:
    fell = moved([(13, 1_000)] * 24 + [(40, 1_000)] * 7)
    facts = base(at("11-20 20:00"))
    facts = msgspec.structs.replace(facts, indicators={**facts.indicators, "quality_returns": fell})
    judge = what_if(facts)
    carrying = [
        action
        for action in actions("11-20 20:00", facts=facts).values()
        if action.evidence.startswith("品退率") and action.gain_points is not None
    ]
    (one,) = carrying
    usual = (24 * 13 + 7 * 40) / 31  # in a thousand; 13 of them are taken beside five more at that pace
    steady_best = usual * (13 + 5) / (usual + 5)
    best, now = judge("quality_returns", Sum2(steady_best, 1_000)), judge("quality_returns", Sum2(40, 1_000))
    assert best is not None
    assert now is not None
    assert one.gain_points == pytest.approx(best - now)


def test_missing_pickups_ask_for_the_data() -> None:
    unproved = [order(f"U{n}", "11-20 09:00", proved=False) for n in range(3)]
    found = actions("11-20 20:00", unproved, facts=base(at("11-20 20:00"), steady(0, 0)))
    assert found["missing_pickup_data"].orders == ("U0", "U1", "U2")
    assert "missing_pickup_data" not in actions("11-20 20:00", A37)


def test_a_cause_is_one_batch() -> None:
    cause = Cause(
        id="pickup:carrier:中通",
        by="carrier",
        key="中通",
        title="中通 2 单待揽收 36h",
        stage="待揽收",
        count=2,
        deadline=None,
        seconds_left=None,
        p_miss=None,
        points_at_risk=None,
        yuan_at_risk=None,
        why="",
        order_ids=("P0", "P1"),
    )
    parcels = [waybill(f"P{n}", "11-19 08:00") for n in range(3)]
    found = actions("11-20 20:00", parcels, causes=[cause])
    assert found["shared_cause"].orders == ("P0", "P1")
    assert found["shared_cause"].evidence == "中通 2 单待揽收 36h;涉及 2 单"
    assert "shared_cause" not in actions("11-20 20:00", parcels)


def test_a_chat_that_waits_is_named_after_a_minute() -> None:
    def chat(started: str) -> Exposure:
        return order("chat", started, None, clock="reply")

    assert actions("11-20 20:00:59", [chat("11-20 20:00:00")]).get("chat_waiting") is None
    assert actions("11-20 20:01:00", [chat("11-20 20:00:00")])["chat_waiting"].orders == ("chat",)


def test_aftersales_of_the_evening_are_cleared_before_eleven() -> None:
    tickets = [aftersale("S1", "11-20 21:00"), aftersale("S2", "11-20 22:20")]
    action = actions("11-20 22:30", tickets)["clear_aftersales"]
    assert action.orders == ("S1", "S2")
    assert (action.gain_points or 0) > 0
    assert "clear_aftersales" not in actions("11-20 23:00", tickets)


def test_a_past_reaches_the_forecast_of_the_rescue() -> None:
    facts = base(at("11-20 20:00"), rates={"late_shipping": Sum2(230, 800)})
    due_today = [order(f"T{n}", "11-20 08:00", due="11-20 23:30") for n in range(30)]
    swift = {"ship": past([n * 0.13 for n in range(101)])}
    found = actions("11-20 20:00", due_today, facts=facts, pasts=swift)
    assert found["rescue_late"].evidence == "800 单中已超时 230(28.75%,限 30%);预计到 230,守得住"
    unsure = actions("11-20 20:00", due_today, facts=facts)["rescue_late"].evidence
    assert "至少救回 21 单" in unsure


def test_other_marketplaces_have_their_own_actions() -> None:
    card = msgspec.structs.replace(curved().scorecard, id="tmall", bonus=())
    found = actions("11-20 20:00", model=msgspec.structs.replace(curved(), scorecard=card))
    assert "g004_month_check" in found
    assert "bonus_freight_insurance" not in found
    assert "g004_month_check" not in actions("11-20 20:00")


def test_english_is_whole() -> None:
    found = actions("11-20 20:00", [*A37, B], language="en")
    action = found["evening_pickup"]
    assert action.title == "Tonight's pickup: everything paid before 18:00"
    assert action.evidence.startswith("37 orders are running")
    assert any(step.startswith("Done when: ") for step in action.steps)
    for one in found.values():
        texts: list[Any] = [one.title, one.evidence, *one.steps]
        assert not any("一" <= char <= "鿿" for text in texts for char in text), one.id


def test_cases_rest_on_the_shipped_clocks() -> None:
    assert clock("ship").acts == "pickup"


@pytest.mark.parametrize(
    ("rate", "sums", "exposures", "action", "evidence"),
    [
        (
            "out_of_stock",
            Sum2(28, 100),
            [order(f"S{n}", "11-16 10:00", due="11-18 22:00") for n in range(5)],
            "rescue_stock",
            "前天应发 100 单,已判缺货 28(28.00%,限 30%),不处理将到 33;至少救回 3 单",
        ),
        (
            "dead_tracking",
            Sum2(15, 200),
            [waybill(f"W{n}", "11-18 22:00") for n in range(9)],
            "rescue_tracking",
            "前天上传 200 个单号,已异常 15(7.50%,限 10%),不处理将到 24;至少救回 4 个",
        ),
        (
            "late_tickets",
            Sum2(2, 8),
            [order(f"T{n}", "11-20 10:00", due="11-20 22:00", clock="ticket") for n in range(2)],
            "rescue_tickets",
            "近 7 天到期 8 件,已超时 2(25.00%,限 30%),不处理将到 4;至少赶上 2 件",
        ),
    ],
)
def test_every_rate_that_stops_a_shop_says_how_many_to_save(
    rate: str, sums: Sum2, exposures: list[Exposure], action: str, evidence: str
) -> None:
    facts = base(at("11-20 20:00"), rates={rate: sums})
    found = actions("11-20 20:00", exposures, facts=facts)
    first = next(iter(found.values()))
    assert (first.id, first.evidence) == (action, evidence)
    assert len(first.orders) == len(exposures)


def carrying(found: Mapping[str, ActionBoard]) -> list[tuple[str, float | None]]:
    """The actions that bring mean pickup back to its best, and the gain of the one that carries it."""
    every = {action.id: action for book in BOOKS for action in book.action}
    return [
        (name, one.gain_points)
        for name, one in found.items()
        if every[name].gain == "best" and every[name].moves[:1] == ("pickup_hours",) and one.gain_points
    ]


def test_what_a_habit_is_worth_goes_by_the_shops_own_best_fortnight() -> None:
    series = moved([(5_600, 1_000)] * 30 + [(6_000, 1_000)])
    facts = base(at("11-21 10:00"), series)
    ((_name, by_morning),) = carrying(actions("11-21 13:00", facts=facts))
    assert by_morning == pytest.approx(0.4 * 0.4, rel=0.001)  # the best of 30 mornings: 5.6 hours
    ((_name, by_fortnight),) = carrying(actions("11-21 13:00", facts=facts, bests={"pickup_hours": 3.5}))
    assert by_fortnight == pytest.approx(2.5 * 0.4)
    assert carrying(actions("11-21 13:00", facts=facts, bests={"pickup_hours": 6.0})) == []


def test_a_lucky_morning_of_few_orders_is_no_promise() -> None:
    """One return in 100 now, none of 60 on the best morning: that isn't worth the whole way to none."""
    facts = base(at("11-20 20:00"))
    lucky = moved([(1, 100)] * 24 + [(0, 60)] + [(1, 100)] * 6)
    facts = msgspec.structs.replace(facts, indicators={**facts.indicators, "quality_returns": lucky})
    judge = what_if(facts)
    whole, now = judge("quality_returns", Sum2(0, 100)), judge("quality_returns", Sum2(1, 100))
    assert whole is not None
    assert now is not None
    gains = [
        one.gain_points
        for one in actions("11-20 20:00", facts=facts).values()
        if one.evidence.startswith("品退率") and one.gain_points is not None
    ]
    assert sum(gains) < (whole - now) / 4


def test_looking_recording_and_telling_win_no_points_of_their_own() -> None:
    """The way back to the shop's best ratings is carried by what mends the goods, and says what it goes by."""
    low = moved([(4_800, 1_000)] * 24 + [(4_500, 1_000)] * 7)
    facts = base(at("11-20 20:00"))
    facts = msgspec.structs.replace(facts, indicators={**facts.indicators, "product_rating": low})
    found = actions("11-20 20:00", facts=facts, bests={"product_rating": 4.7})
    (carrier,) = [one for one in found.values() if "最好" in one.evidence]
    assert carrier.id in ("rating_top3", "g002_common_faults")
    assert carrier.gain_points is not None
    assert carrier.evidence.endswith("最好 4.70")
    for name in ("g000_good_ratings", "g002_store_colours", "g001_benefit_item"):
        assert found[name].gain_points is None
        assert not found[name].pressing


def test_falling_ratings_are_looked_into_only_where_they_fall() -> None:
    risen = moved([(4_500, 1_000)] * 24 + [(4_600, 1_000)] * 7)
    facts = base(at("11-20 20:00"))
    facts = msgspec.structs.replace(facts, indicators={**facts.indicators, "product_rating": risen})
    found = actions("11-20 20:00", facts=facts)
    assert "g000_good_ratings" not in found


def test_what_presses_is_told_from_habits() -> None:
    found = actions("11-20 20:00", A37)
    assert found["evening_pickup"].pressing
    assert not found["shift_handover"].pressing
    assert 0 < sum(one.pressing for one in found.values()) < len(found) / 2
