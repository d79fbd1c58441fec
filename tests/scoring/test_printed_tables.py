"""The tables of the printed rules, figure by figure: what a slip of the pen in a scorecard would change."""

from __future__ import annotations

import pytest

from score_cases import scorecard
from shopwatch.scoring.scorecard import Bonus, Clock, Deduction, Line, Part

MAY, JULY, SEPTEMBER = "douyin-2026-05-07", "douyin-2026-07-14", "douyin-2026-09-08"
TMALL, TMALL_BEFORE = "tmall-2026-03-16", "tmall-2025-10-09"


def asked(part: Part, kind: str) -> str:
    """Return a condition in short: what it is of, over how long, and the figure."""
    span = {"mean": f" {part.days}d mean", "streak": f" {part.days}d below", "month_end": " month's end"}
    sign = "<" if part.good == "most" else ">" if part.above else "≥"
    if kind == "stop" and part.measure == "streak":
        sign = ""
    count = " count" if part.measure == "count" else ""
    at = "?" if part.at is None else f"{part.at:g}"
    return f"{part.on}{span.get(part.measure, '')}{count} {sign}{at}"


def conditions(line: Line) -> str:
    return ", ".join(asked(part, line.kind) for part in line.parts)


def lines(card: str) -> dict[str, str]:
    return {line.id: conditions(line) for line in scorecard(card).line}


# ---------------------------------------------------------------- Douyin


def test_the_lines_of_douyin() -> None:
    assert lines(SEPTEMBER) == {
        "alliance": "total ≥70, product ≥65",
        "mall": "total ≥60",
        "campaign": "total 7d mean ≥70",
        "more_shops": "total ≥75",
        "lucky_bag": "total ≥80",
        "lucky_bag_prizes": "total ≥80, product ≥75, logistics ≥75, service ≥70",
        "brand_badge": "total 30d mean ≥80",
        "flagship_badge": "total 30d mean ≥83",
        "authorised_accounts": "total ≥70",
        "service_labels": "product 7d mean ≥70, service 7d mean ≥70",
        "charity": "total ≥70",
        "charity_exit": "total 90d below 70",
        "flagship_upgrade": "total 30d mean ≥?",
        "flagship_keep": "total 30d mean ≥?",
        "category_right": "total 14d below 60",
        "fresh_right": "total 30d mean ≥72",
        "category_entry": "total ≥75",
        "health_entry": "total >73",
        "late_shipping_shop": "late_shipping ≥0.3, late_shipping count ≥200",
        "late_shipping_product": "late_shipping_product ≥0.5, late_shipping_product count ≥100",
        "out_of_stock_shop": "out_of_stock >0.3, out_of_stock count ≥30",
        "dead_tracking_shop": "dead_tracking >0.1, dead_tracking count ≥20",
        "fraud_shipping_shop": "fraud_shipping_today count ≥3",
        "passive_service_shop": "passive_service count ≥3",
        "late_tickets_shop": "late_tickets ≥0.3, late_tickets count ≥2",
    }


@pytest.mark.parametrize("card", [MAY, JULY])
def test_a_line_was_no_other_before(card: str) -> None:
    now = lines(SEPTEMBER)
    assert {name: said for name, said in lines(card).items() if now.get(name) != said} == {}


@pytest.mark.parametrize("card", [JULY, SEPTEMBER])
@pytest.mark.parametrize(
    ("name", "place", "by_category"),
    [
        ("alliance", 0, {"水果": 72, "车厘子": 72, "活鲜": 75, "鹿肉": 75, "虫草": 75, "灵芝": 75, "钱币": 80,
                         "猛犸牙": 80, "医疗器械": 80}),
        ("alliance", 1, {"水果": 70, "车厘子": 70, "活鲜": 72, "鹿肉": 72, "医疗器械": 75}),
        ("category_right", 0, {"家居家电": 65, "3C": 70, "宠物活体": 75}),
        ("category_entry", 0, {"药品推广": 65}),
    ],
)  # fmt: skip
def test_the_categories_of_douyins_lines(
    card: str, name: str, place: int, by_category: dict[str, float]
) -> None:
    (line,) = (line for line in scorecard(card).line if line.id == name)
    assert line.parts[place].by_category == by_category


@pytest.mark.parametrize(
    ("card", "points"),
    [
        (SEPTEMBER, {
            "next_day_share": (5, 5), "freight_insurance": (2, 2), "large_item_insurance": (2, 2),
            "installation": (2, 2), "bad_aftersale_address": (-2, -10), "invoice_refused": (-2, -10),
            "fake_orders": (-10, -10), "false_advertising": (-10, -10), "fraud_shipping": (-10, -10),
            "confusing_brand": (-10, -10),
        }),
        (JULY, {
            "remote_area": (3, 3), "bad_aftersale_address": (-3, -15), "invoice_refused": (-3, -15),
            "fake_orders": (-15, -15), "fraud_shipping": (-15, -15),
        }),
        (MAY, {
            "bad_aftersale_address": (-3, -15), "invoice_refused": (-3, -15), "service_mockery": (-3, -15),
            "aftersale_refused": (-3, -15), "fake_orders": (-15, -15), "fraud_shipping": (-15, -15),
        }),
    ],
)  # fmt: skip
def test_bonuses_and_deductions_with_their_caps(card: str, points: dict[str, tuple[float, float]]) -> None:
    rules = scorecard(card)
    ledger: list[Bonus | Deduction] = [*(bonus for bonus in rules.bonus if bonus.on), *rules.deduction]
    assert {one.id: (one.points, one.cap) for one in ledger} == points
    assert {one.days for one in ledger} == {30}


@pytest.mark.parametrize("card", [MAY, JULY, SEPTEMBER])
def test_the_growth_stage_of_douyin(card: str) -> None:
    stage = scorecard(card).stage
    assert stage is not None
    assert (stage.below, stage.days, stage.score, stage.score_bad) == (30, 30, 70, 60)


def paid(clock: Clock) -> list[tuple[float, float, float, float]]:
    """Return what is paid: hours past the deadline, share, least, most."""
    return [(pay.after_hours, pay.share, pay.least, pay.most) for pay in clock.pays]


@pytest.mark.parametrize(
    ("card", "paying"),
    [
        (SEPTEMBER, {
            "ship": [(48, 0.01, 2, 50), (0, 0.01, 2, 50), (48, 0.03, 3, 50), (0, 0.01, 3, 50), (48, 0.05, 5, 50)],
            "pickup": [(24, 0.25, 5, 100)],
            "first_scan": [(24, 0.25, 5, 100)],
        }),
        (TMALL, {
            "ship": [(0, 0.05, 5, 50), (72, 0.10, 5, 500), (0, 0.10, 5, 50), (72, 0.15, 5, 500)],
            "pickup": [(0, 0.05, 5, 100)],
            "first_scan": [(0, 0.05, 5, 50), (48, 0.20, 5, 100)],
            "scan_gap": [(0, 0.05, 5, 50)],
            "dead_tracking": [(-48, 0.05, 5, 50), (0, 0.20, 5, 100)],
            "resend": [(0, 0.05, 5, 50)],
        }),
    ],
)  # fmt: skip
def test_what_a_miss_costs(card: str, paying: dict[str, list[tuple[float, float, float, float]]]) -> None:
    assert {clock.id: paid(clock) for clock in scorecard(card).clock if clock.pays} == paying


# ---------------------------------------------------------------- Tmall


def test_the_windows_and_weights_of_tmall() -> None:
    card = scorecard(TMALL)
    assert {one.id: one.weight for one in card.dimension} == {
        "product": 0.25, "logistics": 0.25, "service": 0.50,
    }  # fmt: skip
    assert {one.id: (one.window, one.weight) for one in card.indicator if not one.retired} == {
        "product_negative": ((31, 2), 0.7),
        "positive_rate": ((31, 2), 0.3),
        "pickup_48h": ((33, 4), 0.7),
        "arrival_hours": ((40, 11), None),
        "bad_logistics": ((30, 1), None),
        "reply_3min": ((30, 1), 0.3),
        "chat_satisfaction": ((32, 3), None),
        "refund_hours": ((31, 2), None),
        "platform_help": ((30, 1), None),
    }
    assert (card.total.floor, card.total.ceiling) == (3, 5)
    assert card.stage is not None
    assert (card.stage.below, card.stage.days, card.stage.score) == (30, 30, None)


def test_the_lines_of_tmall() -> None:
    assert lines(TMALL) == {
        "month_end": "total month's end ≥4.2",
        "fresh_date": "product ≥4.2",
        "fresh_deposit": "total ≥4.2, product ≥4.2, service ≥4.2",
        "ship_negotiation": "total ≥4.5",
        "search_46": "total ≥4.6",
        "search_48": "total ≥4.8",
        "refund_autonomy": "total >4.8",
        "search_50": "total ≥5",
    }


def test_no_points_of_tmalls_reductions_are_known() -> None:
    of = {card: [one.id for one in scorecard(card).deduction] for card in (TMALL, TMALL_BEFORE)}
    acts = ["fake_goods", "not_as_described", "confusing_goods"]
    assert of == {TMALL: [*acts, "abnormal_tracking"], TMALL_BEFORE: acts}
    every = {one.points for card in (TMALL, TMALL_BEFORE) for one in scorecard(card).deduction}
    assert every | {one.points for one in scorecard(TMALL).bonus} == {None}


def test_tmalls_assessment() -> None:
    rules = scorecard(TMALL).assessment
    assert rules is not None
    assert (rules.month_end_at, rules.failed_below, rules.failed_within) == (4.2, 3, 6)
    assert (rules.trial_months, rules.trial_checks, rules.formal_check) == (12, (3, 6, 9, 12), 12)
    assert (rules.idle_trial, rules.idle_formal) == (3, 6)


def test_tmalls_spring_festival() -> None:
    days = {one.id: (f"{one.first} {one.last}", one.indicators) for one in scorecard(TMALL).exclusion}
    assert days == {
        "spring_festival_2026": ("2026-02-10 2026-02-23", ("arrival_hours",)),
        "spring_festival_2026_chat": ("2026-02-15 2026-02-23", ("reply_3min", "chat_satisfaction")),
        "spring_festival_2026_refunds": ("2026-02-10 2026-02-23", ("refund_hours",)),
    }


# ---------------------------------------------------------------- the others


def test_the_lines_of_the_others() -> None:
    assert lines("douyin-legacy-2020-10-09") == {
        "termination": "total ≥3.2",
        "alliance": "total ≥4",
        "campaigns": "total ≥4.4",
        "newcomer": "total ≥4.4",
        "talents": "total >4.6, good_ratings ≥0.9",
    }
    assert lines("pinduoduo-2026-07-31") == {"four_and_a_half": "total ≥4.5", "five": "total ≥5"}
    assert lines("jd-2026-09-01") == {
        "five_stars": "chat_rank ≥0.2, logistics_rank ≥0.2, aftersales_rank ≥0.2, product_rank ≥0.2"
    }
    assert lines("kuaishou-2025-01-01") == {}


def test_the_weights_of_the_others() -> None:
    def weights(card: str) -> dict[str, float | None]:
        return {one.id: one.weight for one in scorecard(card).dimension if not one.apart}

    assert weights("kuaishou-2025-01-01") == {"product": 0.4, "logistics": 0.3, "service": 0.3}
    assert weights("jd-2026-09-01") == {"chat": 0.15, "logistics": 0.5, "aftersales": 0.2, "product": 0.15}
    assert set(weights("pinduoduo-2026-07-31").values()) == {None}


def test_the_targets_of_amazon() -> None:
    card = scorecard("amazon-2024-09-25")
    assert {
        one.id: (one.window, one.target, one.above) for one in card.indicator if one.target is not None
    } == {
        "odr": ((60, 1), 0.01, True),
        "cancellation": ((7, 1), 0.025, True),
        "late_30": ((30, 1), 0.04, True),
        "late_10": ((10, 1), 0.04, True),
        "valid_tracking": ((30, 1), 0.95, True),
        "on_time_delivery": ((21, 8), 0.90, False),
    }
    assert lines("amazon-2024-09-25") == {
        "odr_target": "odr <0.01",
        "cancellation_target": "cancellation <0.025",
        "late_target": "late_10 <0.04, late_30 <0.04",
        "tracking_target": "valid_tracking >0.95",
        "delivery_target": "on_time_delivery ≥0.9",
        "delivery_advised": "on_time_delivery ≥0.95",
        "ahr_healthy": "ahr ≥200",
        "ahr_critical": "ahr ≥100",
    }
