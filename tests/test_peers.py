"""The house models and the other marketplaces: what is known of each, and what stays unknown."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from score_cases import model, official, readings, steady
from shopwatch.assembly import build_board
from shopwatch.board import Board, IndicatorBoard, LineBoard
from shopwatch.config import ConfigError, load
from shopwatch.fleet import fleet
from shopwatch.formats import printed, total
from shopwatch.i18n import translation
from shopwatch.reports.text import board_text
from shopwatch.rulebook import scorecards
from shopwatch.scoring.ahead import crossings, look_ahead
from shopwatch.scoring.forecast import HORIZON, Foreseen
from shopwatch.scoring.lines import facts_of
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Reading, ShopReadings, Sum2
from shopwatch.scoring.score import score

CARDS = scorecards()
FIVE, LEVEL, AMAZON, PDD, KUAISHOU, JD = (
    CARDS[key]
    for key in (
        "five-dimensions@2026-11-01",
        "shop-level@2026-11-01",
        "amazon@2024-09-25",
        "pinduoduo@2026-07-31",
        "kuaishou@2025-01-01",
        "jd@2026-09-01",
    )
)
NOW = datetime.datetime(2026, 11, 21, 14, tzinfo=ZoneInfo("Asia/Shanghai"))

SHARES: Mapping[str, Reading] = {
    "on_time_shipping": steady(90, 100),
    "on_time_delivery": steady(80, 100),
    "good_logistics_ratings": steady(70, 100),
    "good_ratings": steady(90, 100),
    "quality_returns": steady(10, 100),
    "reply_3min": steady(60, 100),
    "good_service_ratings": steady(80, 100),
    "answered_in_time": steady(100, 100),
    "escalated": steady(20, 100),
}
FIGURES: Mapping[str, Reading] = {
    "complaint_rate": steady(5, 1_000),
    "product_praise": steady(960, 1_000),
    "service_praise": steady(950, 1_000),
    "response_hours": steady(600, 100),
    "logistics_hours": steady(60_000, 1_000),
    "orders": steady(1_200, 1),
    "gmv": steady(180_000, 1),
}
STEPS = """
[[shop]]
id = "flagship"
scorecard = "shop-level"
[[shop.level]]
name = "LV1 新店"
benefits = "可报名日常活动"
at = { orders = 100, complaint_rate = 0.02 }
[[shop.level]]
name = "LV2 银牌"
benefits = "佣金优惠,平台另行通知"
at = { orders = 1000, gmv = 100000, product_praise = 0.95, complaint_rate = 0.01 }
[[shop.level]]
name = "LV3 金牌"
at = { orders = 5000, logistics_hours = 48 }
"""


def board(own: Model, shop: ShopReadings, language: str = "zh_CN") -> Board:
    _ = translation(language)
    return build_board(own, shop, name="旗舰店", now=NOW, _=_, language=language)


def text(shown: Board, language: str = "zh_CN") -> str:
    return board_text(shown, translation(language))


def indicator(shown: Board, name: str) -> IndicatorBoard:
    return next(one for part in shown.dimensions for one in part.indicators if one.id == name)


def line(shown: Board, name: str) -> LineBoard:
    return next(one for one in shown.lines if one.id == name)


def configured(folder: Path, wanted: str) -> Model:
    (folder / "shopwatch.toml").write_text(wanted, encoding="utf-8")
    config = load(folder / "shopwatch.toml", environment={}, scorecards=CARDS)
    return fleet(config, (), {}, CARDS, NOW, str)["flagship"].model


# ---------------------------------------------------------------- five dimensions


def test_an_aspect_without_data_is_not_rated_and_left_out() -> None:
    shown = board(model(FIVE), readings(SHARES))
    scores = {part.id: part.score for part in shown.dimensions}
    assert scores == {
        "logistics": pytest.approx(80),
        "product": pytest.approx(90),
        "service": pytest.approx(70),
        "aftersales": pytest.approx(90),
        "storefront": None,
    }
    assert shown.score.value == pytest.approx((80 + 90 + 70 + 90) / 4)
    assert shown.score.coverage == pytest.approx(0.8)
    assert shown.score.why == "仅 80% 的权重有数据;缺 装修自评"
    row = next(row for row in text(shown).splitlines() if "店铺装修" in row)
    assert "未评" in row


@pytest.mark.parametrize("by", ["given", "typed"])
def test_the_owners_mark_of_the_storefront_counts(by: str) -> None:
    own = model(FIVE, given={"storefront_mark": 60} if by == "given" else {})
    figures = (official(1, "storefront_mark", value=60),) if by == "typed" else ()
    shown = board(own, readings(SHARES, official=figures))
    assert shown.score.value == pytest.approx((80 + 90 + 70 + 90 + 60) / 5)
    assert shown.score.why == "自有模型,不是平台的分"
    mark = indicator(shown, "storefront_mark")
    assert (mark.value, mark.points, mark.state, mark.counted) == (60, 60, "ok", False)
    assert mark.why == ("按配置 given 所填" if by == "given" else "官方 11-20 11:00")


def test_a_later_figure_wins_over_the_configuration() -> None:
    own = model(FIVE, given={"storefront_mark": 60})
    shown = board(own, readings(SHARES, official=(official(2, "storefront_mark", value=90),)))
    mark = indicator(shown, "storefront_mark")
    assert mark.value == 90
    assert mark.series[-3] == 90
    assert mark.series[-4] == 60
    assert mark.deltas.week == 30


def test_its_weights_are_equal_and_called_the_houses() -> None:
    shown = board(model(FIVE), readings(SHARES))
    assert [part.weight for part in shown.dimensions] == pytest.approx([0.2] * 5)
    assert {part.weight_certainty for part in shown.dimensions} == {"house"}
    assert shown.scale.house
    assert FIVE.house
    assert not shown.lines


# ---------------------------------------------------------------- the ladder


def test_the_owners_steps_make_the_level(tmp_path: Path) -> None:
    own = configured(tmp_path, STEPS)
    shown = board(own, readings(FIGURES))
    assert shown.score.value == 2
    assert total(shown.score.value, shown.scale) == "LV2"
    assert shown.scale.ceiling == 3
    assert shown.score.why == "现为 LV2 银牌 · 下一级 LV3 金牌"
    assert [one.met for one in shown.lines] == [True, True, False]
    assert line(shown, "level_2").effect == "佣金优惠,平台另行通知"
    assert line(shown, "level_3").words == "还差3,800 订单量"
    assert {part.weight for part in shown.dimensions} == {None}
    said = text(shown)
    assert "LV2" in said
    assert "权重" not in said
    assert "¥18万" in said


def test_each_step_rests_on_those_before(tmp_path: Path) -> None:
    own = configured(tmp_path, STEPS)
    shown = board(own, readings({**FIGURES, "complaint_rate": steady(25, 1_000)}))
    assert shown.score.value == 0
    assert total(shown.score.value, shown.scale) == "LV0"


def test_a_step_that_asks_for_what_nobody_knows_is_not_rated(tmp_path: Path) -> None:
    own = configured(tmp_path, STEPS)
    known = {name: reading for name, reading in FIGURES.items() if name != "product_praise"}
    shown = board(own, readings(known))
    assert shown.score.value == 1
    assert shown.score.why == "现为 LV1 新店 · 下一级 LV2 银牌 未评:商品好评 没有数据"
    assert [one.met for one in shown.lines] == [True, None, False]


def test_a_ladder_without_any_data_is_not_rated(tmp_path: Path) -> None:
    shown = board(configured(tmp_path, STEPS), readings({"response_hours": FIGURES["response_hours"]}))
    assert shown.score.value is None
    assert shown.score.why == "未评:商品好评、客诉率、物流时长、订单量、GMV 没有数据"


def test_without_steps_it_says_which_to_write() -> None:
    shown = board(model(LEVEL), readings(FIGURES))
    assert shown.score.value is None
    for word in ("[[shop.level]]", "benefits", *FIGURES):
        assert word in (shown.score.why or "")


def test_a_plain_sum_is_not_foreseen(tmp_path: Path) -> None:
    """Shares and means are; a number of orders stays as it is, and the level with it."""
    shop = score(configured(tmp_path, STEPS), readings(FIGURES))
    fewer = [Foreseen(Sum2(1_200 - 80 * day, 1_200 - 80 * day), 0.0) for day in range(HORIZON + 1)]
    outlook = look_ahead(shop, {"orders": fewer}, {})
    assert [point and point.value for point in outlook.total] == [2] * HORIZON
    assert crossings(shop.model, facts_of(shop), outlook) == {}


def test_gmv_keeps_what_was_refunded() -> None:
    gmv = next(rule for rule in LEVEL.indicator if rule.id == "gmv")
    assert "closed" not in gmv.where
    assert "finished" not in gmv.where


# ---------------------------------------------------------------- the marketplaces


def test_amazon_has_targets_and_no_total() -> None:
    figures = (
        official(1, "odr", value=0.004),
        official(1, "cancellation", value=0.025),
        official(1, "ahr", value=160.0),
    )
    delivered = {"on_time_delivery": steady(93, 100), "late_30": steady(1, 100), "late_10": steady(5, 100)}
    shown = board(model(AMAZON), readings(delivered, official=figures))
    assert shown.score.value is None
    assert shown.scale.kind == "none"
    met = {one.id: one.met for one in shown.lines}
    assert met == {
        "odr_target": True,
        "cancellation_target": False,  # the target itself isn't below it
        "late_target": False,
        "tracking_target": None,
        "delivery_target": True,
        "delivery_advised": False,
        "ahr_healthy": False,
        "ahr_critical": True,
    }
    assert line(shown, "odr_target").words == "距限0.60pp 订单缺陷率"
    assert line(shown, "late_target").words == "超限1.00pp 10天迟发率"
    assert line(shown, "ahr_healthy").words == "还差40.0 AHR"
    assert "官方 11-20 11:00" in text(shown)


@pytest.mark.parametrize(
    ("rate", "met"), [("odr", 0.0099), ("odr", 0.01), ("late_30", 0.0399), ("late_30", 0.04)]
)
def test_amazon_limits_are_passed_only_below_them(rate: str, met: float) -> None:
    rule = next(one for one in AMAZON.indicator if one.id == rate)
    assert rule.target is not None
    own = model(AMAZON, given={rate: met})
    shown = board(own, readings({rate: steady(met * 1e6, 1e6)} if rule.counted else {}))
    assert indicator(shown, rate).modelled_points == (1 if met < rule.target else 0)


def test_stars_are_the_marketplaces_own() -> None:
    empty = board(model(PDD), readings({}))
    assert empty.score.value is None
    assert empty.score.why == "只有平台知道:按 o 录入,或接入官方数据源"
    figures = (
        official(1, points=4.5),
        official(1, "overall_rank", value=0.66),
        official(1, "experience_plan", value=1.0),
    )
    shown = board(model(PDD), readings({}, official=figures))
    assert (shown.score.value, shown.score.basis) == (4.5, "official")
    assert printed(shown.score.value, shown.scale) == "4.5"
    assert [one.met for one in shown.lines] == [True, False]
    said = text(shown)
    assert "超66.0%" in said
    assert "未公布" in said
    assert "权重 0%" not in said


def test_the_ten_points_of_jd_and_their_shares() -> None:
    weights = {part.id: (part.weight, part.weight_certainty) for part in JD.dimension if not part.apart}
    assert weights == {
        "chat": (0.15, "observed"),
        "logistics": (0.50, "observed"),
        "aftersales": (0.20, "observed"),
        "product": (0.15, "observed"),
    }
    shown = board(
        model(JD), readings({}, official=(official(0, points=10.14), official(0, "star", value=4.6)))
    )
    assert printed(shown.score.value, shown.scale) == "10.14"  # a bonus of up to a tenth
    assert indicator(shown, "star").value == 4.6
    stars = next(part for part in shown.dimensions if part.id == "stars")
    assert (stars.weight, stars.weight_certainty) == (None, "none")
    assert [part.weight for part in shown.dimensions[:4]] == pytest.approx([0.15, 0.50, 0.20, 0.15])


def test_a_third_partys_shares_are_labelled_stand_ins() -> None:
    assert {part.id: part.weight for part in KUAISHOU.dimension} == {
        "product": 0.4,
        "logistics": 0.3,
        "service": 0.3,
    }
    shown = board(
        model(KUAISHOU),
        readings({"delivery_hours": steady(4_800, 100)}, official=(official(0, points=4.66),)),
    )
    assert printed(shown.score.value, shown.scale) == "4.66"
    assert indicator(shown, "delivery_hours").value == 48
    assert indicator(shown, "delivery_hours").weight is None
    assert any("权重未公开,暂按缺省" in note for note in shown.notes)


@pytest.mark.parametrize("card", [PDD, KUAISHOU, JD], ids=lambda card: card.id)
def test_no_points_are_made_up(card: Any) -> None:
    for rule in card.indicator:
        assert (rule.curve, rule.target, rule.weight) == (None, None, None)
    counted = {rule.id: steady(50, 100) for rule in card.indicator if rule.counted}
    shown = board(model(card), readings(counted))
    assert shown.score.value is None
    assert all(
        one.points is None and one.modelled_points is None for p in shown.dimensions for one in p.indicators
    )


BAD_STEPS = """
[[shop]]
id = "flagship"
scorecard = "shop-level"
[[shop.level]]
name = " "
at = { orders = 100 }
[[shop.level]]
name = "two"
at = {}
[[shop.level]]
name = "two"
at = { order = 100, complaint_rate = -1 }
[[shop]]
id = "other"
scorecard = "douyin"
[[shop.level]]
name = "one"
at = { orders = 100 }
"""
TOLD = {
    "shop[0].level[0].name": "a name",
    "shop[0].level[1].at": "what it asks for, such as { orders = 100 }",
    "shop[0].level[2].at.order": "orders",
    "shop[0].level[2].at.complaint_rate": "a number, 0 or above",
    "shop[0].level[2].name": "another name",
    "shop[1].level": 'absent, or scorecard = "shop-level"',
}


def test_mistakes_in_the_steps_are_told_by_their_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, BAD_STEPS)
    found = {problem.key: problem.right for problem in caught.value.problems}
    assert found.keys() == TOLD.keys()
    for key, right in TOLD.items():
        assert right in found[key]
