"""Scorecards as plain text, whole and side by side: every fact said, in both languages."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from score_cases import scorecard
from shopwatch.i18n import translation
from shopwatch.reports.scorecards import differences, listing, shown
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Line, Obsolete, Part, Scorecard, Words

CARDS = scorecards()
LANGUAGES = ("zh_CN", "en")
JULY, SEPTEMBER = CARDS["douyin@2026-07-14"], CARDS["douyin@2026-09-08"]


def diff(old: Scorecard, new: Scorecard, language: str = "en") -> list[str]:
    return differences(old, new, language, translation(language)).splitlines()


def changed(card: Scorecard, table: str, item: str, **changes: Any) -> Scorecard:
    """Return the scorecard with one of its parts changed."""
    parts = getattr(card, table)
    made = tuple(msgspec.structs.replace(part, **changes) if part.id == item else part for part in parts)
    assert made != parts
    return msgspec.structs.replace(card, **{table: made})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", list(CARDS))
def test_every_part_of_every_scorecard_is_told(key: str, language: str) -> None:
    card = CARDS[key]
    text = shown(card, language, translation(language))
    parts: tuple[Any, ...] = (
        *card.dimension,
        *card.indicator,
        *card.rate,
        *card.line,
        *card.clock,
        *card.bonus,
        *card.deduction,
    )
    for part in parts:
        assert part.name.of(language) in text, part.id
        assert f"({part.id})" in text or part.name.of(language) == part.id
    for words in (*card.notes, *(line.effect for line in card.line)):
        assert words.of(language) in text
    for line in card.line:
        if line.replaced_by is not None:
            assert line.replaced_by.of(language) in text
    for one in card.weights:
        assert one.industry in text


def test_the_list_marks_what_is_in_force_and_what_is_obsolete() -> None:
    rows = listing(CARDS, datetime.date(2026, 8, 1), "en", translation("en")).splitlines()
    marked = [row.split()[1] for row in rows if row.startswith("* ") and "@" in row]
    assert "douyin@2026-07-14" in marked
    assert not any(key.startswith("douyin-legacy") for key in marked)
    (legacy,) = (row for row in rows if "douyin-legacy@" in row)
    assert legacy.endswith("obsolete")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "weight: not published",
                "by its place among peers; how, isn't published",
                "Obsolete: the 100-point",
            ),
        ),
        ("zh_CN", ("权重:未公布", "按行业内排名,算法未公布", "已废止:现行为 百分制商家体验分")),
    ],
)
def test_what_nobody_knows_is_said_to_be_unknown(language: str, words: tuple[str, ...]) -> None:
    text = shown(CARDS["douyin-legacy@2020-10-09"], language, translation(language))
    for one in words:
        assert one in text


def test_tiers_weights_and_small_samples_are_told() -> None:
    text = shown(JULY, "zh_CN", translation("zh_CN"))
    assert "分档:≥ 1 → 50, ≥ 4.568 → 60, ≥ 4.64 → 70, ≥ 4.791 → 100" in text
    assert "- 医疗健康:不满意率 25 · 飞鸽平响 25 · 售后审核 25 · 求助率 25" in text
    assert (
        "小样本保护:至少 80 分,条件:1–2 星订单 ≤ 3 且有效单数(特殊行业 < 300, 旗舰 < 300, 其他 < 500)" in text
    )
    assert "+3,加在物流" in text
    assert "分档,分档线未公布" in text


def test_what_is_off_is_told_to_be_unclear() -> None:
    text = shown(SEPTEMBER, "zh_CN", translation("zh_CN"))
    assert "+3,加在物流 · 是否仍有效不明,不计" in text


def test_what_2026_09_08_brought() -> None:
    rows = diff(JULY, SEPTEMBER)
    assert "    scale: 50 to 100 → 0 to 100" in rows
    assert "+ added: Mean pickup time (pickup_hours)" in rows
    assert "- dropped: Logistics-fault return rate (logistics_returns)" in rows
    assert "- dropped: 101 entries" in rows
    assert "    called: Mean human reply time" not in "\n".join(rows)
    assert "    points: -15, at most -15 in 30 days → -10, at most -10 in 30 days" in rows
    assert "+ added: False advertising (false_advertising)" in rows
    assert "+ added: Next-day delivery share (next_day_share)" in rows


def test_what_2026_07_14_brought() -> None:
    rows = diff(CARDS["douyin@2026-05-07"], JULY, "zh_CN")
    assert "+ 新增 飞鸽会话不满意率 (dissatisfied)" in rows
    assert "- 取消 售后处理时长达成率 (aftersale_on_time)" in rows
    assert "- 取消 客服嘲讽 (service_mockery)" in rows
    place = rows.index("~ 变更 3C数码 · 旗舰")
    told = "    权重:售后达成率 40 · 飞鸽平响 60 → 不满意率 25 · 飞鸽平响 25 · 售后审核 25 · 求助率 25"
    assert rows[place + 1] == told


@pytest.mark.parametrize("key", list(CARDS))
def test_a_scorecard_beside_itself_says_the_same(key: str) -> None:
    assert diff(CARDS[key], CARDS[key])[-1] == "They say the same."


@pytest.mark.parametrize(
    ("table", "item", "changes", "told"),
    [
        ("dimension", "product", {"weight": None}, "weight: 33.3% (our default) → not published"),
        (
            "indicator",
            "pickup_hours",
            {"window": (14, 1)},
            "window: from 30 to 1 days ago → from 14 to 1 days ago",
        ),
        ("indicator", "pickup_hours", {"weight": 0.5}, "weight: 33.3% (our default) → 50.0% (our default)"),
        (
            "indicator",
            "pickup_hours",
            {"scoring": "given"},
            "      → given by the marketplace; how, isn't published",
        ),
        ("indicator", "pickup_hours", {"retired": True}, "weight: 33.3% (our default) → not scored any more"),
        ("indicator", "pickup_hours", {"where": "TRUE"}, "    definition: "),
        ("rate", "late_shipping", {"numerator": "2"}, "    definition: "),
        ("bonus", "freight_insurance", {"points": 4}, "points: +2 → +4"),
        ("bonus", "remote_area", {"on": True}, "points: +3 to Logistics · unclear"),
        (
            "deduction",
            "fake_orders",
            {"cap": -20},
            "points: -10, at most -10 in 30 days → -10, at most -20 in 30 days",
        ),
        ("clock", "refund", {"paused": None}, "night: begun from 23:00 to 08:00"),
        ("clock", "pickup", {"pays": ()}, "compensation: "),
        ("clock", "ticket", {"due": "opened_at + 3600"}, "    definition: "),
        ("line", "mall", {"alert": False}, "alert: alert line → none"),
        ("line", "mall", {"categories": ("水果",)}, "only for: none → 水果"),
    ],
)
def test_every_sort_of_change_is_told(table: str, item: str, changes: dict[str, Any], told: str) -> None:
    rows = diff(SEPTEMBER, changed(SEPTEMBER, table, item, **changes))
    assert sum(row.startswith("~ changed") for row in rows) == 1
    assert any(told in row for row in rows), rows
    assert not any(row.startswith(("+", "- ")) for row in rows)


def test_a_changed_stage_and_changed_stars_are_told() -> None:
    assert SEPTEMBER.stage is not None
    other = msgspec.structs.replace(
        SEPTEMBER, stage=msgspec.structs.replace(SEPTEMBER.stage, score=None), stars=SEPTEMBER.stars[:2]
    )
    rows = diff(SEPTEMBER, other)
    assert "    score: 70 → no score" in rows
    assert "- dropped: from 0 on (0)" in rows


@pytest.mark.parametrize(
    ("kind", "part", "words"),
    [
        ("unlock", Part(on="total", measure="today", at=73, above=True), "today > 73"),
        (
            "unlock",
            Part(on="total", measure="mean", days=30),
            "mean of 30 days ≥ a figure that only your page shows",
        ),
        ("stop", Part(on="total", measure="streak", days=14, at=60), "14 days running < 60"),
        ("stop", Part(on="late_shipping", measure="rate", at=0.3), "Late today share ≥ 30%"),
        ("stop", Part(on="late_shipping", measure="count", at=200), "Late today count ≥ 200"),
        ("unlock", Part(on="breakage", measure="today", at=0.005, good="most"), "Breakage today ≤ 0.5%"),
        ("unlock", Part(on="total", measure="month_end", at=70), "at the month's end ≥ 70"),
        ("unlock", Part(on="total", measure="today", at=70, by_shop_type={"旗舰": 80}), "≥ 70 (旗舰 80)"),
    ],
)
def test_the_conditions_of_a_line(kind: Any, part: Part, words: str) -> None:
    line = Line(
        id="one",
        kind=kind,
        name=Words(zh="一", en="One"),
        effect=Words(zh="效", en="Effect"),
        parts=(part,),
        certainty="official",
        source="a text",
    )
    card = msgspec.structs.replace(SEPTEMBER, line=(line,))
    assert words in shown(card, "en", translation("en"))


def test_a_model_of_our_own_is_not_passed_off_as_a_rule() -> None:
    own = msgspec.structs.replace(
        scorecard(), house=True, obsolete=Obsolete(replaced_by=Words(zh="新", en="New"))
    )
    text = shown(own, "en", translation("en"))
    assert "No marketplace's rule: a model of our own." in text
    assert "a model of our own" in listing({own.key: own}, own.version, "en", translation("en"))
