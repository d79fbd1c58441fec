"""Every section of the five guides that advises something has its actions, and each of them names it."""

from __future__ import annotations

import pytest

from shopwatch.playbooks import load

ACTIONS = {action.id: action for book in load() for action in book.action}

# guide → section, as it stands there → the actions it became. A section without one has nothing to be done.
SECTIONS: dict[str, dict[str, str]] = {
    "店铺升级指南": {
        "三.1": "g000_complaints", "三.2": "g000_good_ratings", "三.3": "g000_steady_orders",
        "三.4": "g000_slow_points", "四(一)": "g000_after_sale_close", "四(二)": "g000_claims_check g000_show_product",
        "四(三)": "g000_supplier_terms", "四(四)": "g000_complaints g000_suggestions",
        "五": "g000_weekly_numbers g000_rivals",
    },
    "体验分与店铺存亡": {
        "一": "g001_lowest_line", "二.1": "g001_before_live g001_benefit_item", "二.2": "g001_node_messages",
        "二.3": "g001_delay_care g001_exact_tracking", "二.4": "g001_three_minutes g001_agent_training",
    },
    "体验分实操手册": {
        "三(一).1": "g002_carrier_by_route", "三(一).2": "g002_peak_capacity",
        "三(二).1": "g002_stock_forecast", "三(二).2": "g002_pick_zones",
        "三(三).1": "g002_tell_tracking", "三(三).2": "g002_delivery_feedback",
        "四(一).1–2": "g002_supplier_papers", "四(二).1–2": "g002_incoming_check",
        "四(三).1–2": "g002_describe_limits", "五(一).1": "g002_agent_lessons",
        "五(一).2": "g002_agent_manners", "五(二).1": "g002_reply_target",
        "五(二).2": "g002_bot_then_human", "五(三).1": "g002_ask_buyers",
        "五(三).2": "g002_common_faults", "六(一).1–2": "g002_return_terms",
        "六(二).1": "g002_keep_returns", "六(二).2": "g002_return_callback", "七(一)": "g002_store_theme",
        "七(二)": "g002_store_colours", "七(三)": "g002_store_tidy",
    },
    "高分店铺的做法": {
        "一(一).1": "g003_tell_early daily_odd_orders shift_handover",
        "一(一).2": "g003_same_day_call g003_exchange_or_return chat_waiting",
        "一(一).3": "g003_frontline_powers g003_taste_flex g003_campaign_plan",
        "一(二)": "g003_rule_watch g003_dept_loop g003_after_live", "二(一)": "g003_next_product fortnight_review",
        "二(二)": "reply_bad_reviews monthly_voice", "三(一)": "g003_packaging",
        "三(二)": "g003_carrier_kpi g003_waybill_check",
        "三(三)": "g003_logistics_month g003_loss_calm", "附篇": "g003_host_score",
    },
    "从顾客视角看天猫体验分": {
        "第 12–16 行": "g004_quality_source", "第 18 行": "g004_faq g004_help_channels",
        "第 20 行": "g004_order_flow", "第 22 行": "g004_spare_carrier g004_live_tracking",
        "第 24 行": "g004_fair_promotions", "第 26 行": "g004_month_check", "第 28 行": "g004_product_sort",
        "第 30–32 行": "g004_official_course", "第 34 行": "g004_fee_terms",
    },
}  # fmt: skip
EVERY = [(guide, section) for guide, sections in SECTIONS.items() for section in sections]


@pytest.mark.parametrize(("guide", "section"), EVERY, ids=lambda part: part)
def test_every_section_has_an_action_that_names_it(guide: str, section: str) -> None:
    for name in SECTIONS[guide][section].split():
        assert f"《{guide}》" in ACTIONS[name].source.zh
        assert section in ACTIONS[name].source.zh


def test_no_action_of_a_guide_stands_outside_its_sections() -> None:
    listed = {name for sections in SECTIONS.values() for names in sections.values() for name in names.split()}
    assert {name for name in ACTIONS if name.startswith("g00")} == listed & {
        name for name in ACTIONS if name.startswith("g00")
    }
