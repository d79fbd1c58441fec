"""Figures of the units beyond hours and shares, typed, pasted and in files: places, stars, yes and no, amounts."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from profile_reading import polled
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Scorecard, Unit
from shopwatch.sources.official import OfficialSource
from shopwatch.sources.page import figure_of, parse_page
from shopwatch.sources.reader import Place

CARDS = scorecards()
PDD, AMAZON, JD = CARDS["pinduoduo@2026-07-31"], CARDS["amazon@2024-09-25"], CARDS["jd@2026-09-01"]
MORNING = datetime.datetime(2026, 11, 20, 11, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("66.5%", "rank", 0.665),
        ("超越 80% 同行", "rank", 0.8),
        ("前 30%", "rank", 0.7),
        ("top 30%", "rank", 0.7),
        ("0.66", "rank", None),  # a percentage without its sign, or a share?
        ("是", "yes", 1),
        ("已达标", "yes", 1),
        ("yes", "yes", 1),
        ("否", "yes", 0),
        ("未达标", "yes", 0),
        ("No", "yes", 0),
        ("也许", "yes", None),
        ("2.4天", "days", 2.4),
        ("1天12小时", "days", 1.5),
        ("2.4", "days", 2.4),
        ("312", "points", 312),
        ("312%", "points", None),
        ("3,196单", "count", 3196),
        ("1.2万单", "count", 12_000),
        ("48小时", "count", 48),
        ("¥1.2万", "yuan", 12_000),
        ("3.4亿", "yuan", 340_000_000),
        ("￥12,345.67元", "yuan", 12_345.67),
        ("-5元", "yuan", None),
        ("12%", "yuan", None),
    ],
)
def test_a_figure_in_its_unit(text: str, unit: Unit, figure: float | None) -> None:
    assert figure_of(text, unit) == (None if figure is None else pytest.approx(figure))


def pasted(text: str, card: Scorecard) -> dict[str, float | None]:
    found = parse_page(text, card).entries
    return {entry.item: entry.points if entry.value is None else entry.value for entry in found}


def test_the_stars_and_places_of_pinduoduo() -> None:
    text = """综合体验星级 4.5星
    领航员综合分行业排名 超越 66.5% 同行
    平台求助率 2.46% 已达标
    3分钟人工回复率 52.17%
    成团-签收时效 2.35天
    店铺活跃度 36%
    消费者体验提升计划 已开通"""
    assert pasted(text.replace("3分钟", "3 分钟"), PDD) == {
        "total": 4.5,
        "overall_rank": 0.665,
        "platform_help": 0.0246,
        "reply_3min": 0.5217,
        "delivery_days": 2.35,
        "activity_rank": 0.36,
        "experience_plan": 1,
    }


def test_stars_above_five_are_nobodys() -> None:
    assert pasted("综合体验星级 82", PDD) == {}


def test_a_total_may_pass_ten_with_its_bonus() -> None:
    assert pasted("店铺综合得分 10.14\n物流履约 9.8\n店铺星级 4.6", JD) == {
        "total": 10.14,
        "logistics": 9.8,
        "star": 4.6,
    }


def test_amazon_has_rates_and_a_rating_and_no_total() -> None:
    text = "Order defect rate (ODR): 0.4%\nAccount Health Rating (AHR): 312\nAccount health 98"
    assert pasted(text, AMAZON) == {"odr": 0.004, "ahr": 312}


def read(folder: Path, card: Scorecard, table: str) -> dict[str, list[dict[str, Any]]]:
    (folder / "f.csv").write_text(table, encoding="utf-8")
    place = Place(shop="s1", timezone="Asia/Shanghai", folder=folder, scratch=folder / "scratch")
    source = OfficialSource(name="page", every=60, path="f.csv", place=place, scorecard=card, rest=0, _=str)
    return polled(source)


def test_a_table_of_them(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        PDD,
        """date,item,value
2026-11-20 11:00,total,4.5星
2026-11-20 11:00,overall_rank,66.5%
2026-11-20 11:00,delivery_days,2.35天
2026-11-20 11:00,experience_plan,已开通
2026-11-20 11:00,consumer_service,4.7
""",
    )
    assert found["rejects"] == []
    figures = {
        row["item"]: row.get("value") if row.get("value") is not None else row["points"]
        for row in found["official"]
    }
    assert figures == {
        "total": 4.5,
        "overall_rank": pytest.approx(0.665),
        "delivery_days": 2.35,
        "experience_plan": 1,
        "consumer_service": 4.7,
    }


def test_a_day_a_row_of_the_ladder(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        CARDS["shop-level@2026-11-01"],
        'date,订单量,GMV,客诉率\n2026-11-20 11:00,"3,196单","¥12,345.60",0.5%\n',
    )
    assert found["rejects"] == []
    assert {row["item"]: row["value"] for row in found["official"]} == {
        "orders": 3_196,
        "gmv": 12_345.6,
        "complaint_rate": pytest.approx(0.005),
    }
    assert {row["published_at"] for row in found["official"]} == {int(MORNING.timestamp())}


def test_what_is_neither_yes_nor_no_is_kept_aside(tmp_path: Path) -> None:
    found = read(tmp_path, PDD, "date,item,value\n2026-11-20 11:00,experience_plan,也许\n")
    assert found.get("official", []) == []
    assert len(found["rejects"]) == 1
