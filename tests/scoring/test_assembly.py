from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from score_cases import HEALTHY, event, model, moved, official, readings, steady
from shopwatch.assembly import Assembler, build_board, under_alert
from shopwatch.board import Board, LineBoard, LongDrivers, Slice, Status
from shopwatch.dimensioning import Cut, Moves
from shopwatch.i18n import translation
from shopwatch.scoring.drivers import Turned
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Leaving, Reading, ShopReadings, Sum2
from shopwatch.scoring.rolloff import roll_off
from shopwatch.scoring.score import score

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 11, 21, 14, 7, 22, tzinfo=SHANGHAI)
EXPORTS_ALONE = {
    n: r for n, r in HEALTHY.items() if n not in ("pickup_hours", "on_time_delivery", "product_rating")
}


def board(
    shop: ShopReadings | None = None, language: str = "zh_CN", own: Model | None = None, **parts: Any
) -> Board:
    return build_board(
        own or model(),
        shop or readings(),
        name="旗舰店",
        now=NOW,
        _=translation(language),
        language=language,
        **parts,
    )


def line(name: str, shown: Board) -> LineBoard:
    return next(line for line in shown.lines if line.id == name)


def points(product: float, others: float) -> Model:
    """A model under which the dimensions have the points given, in thirds."""
    curves = dict.fromkeys(HEALTHY, ((0.0, others),))
    return model(curves={**curves, "product_rating": ((0.0, product),), "quality_returns": ((0.0, product),)})


def test_a_board_is_the_promised_json() -> None:
    shown = board(readings(official=(official(0, points=82),), rates={"late_shipping": Sum2(25, 800)}))
    status = Status(schema=1, as_of=NOW, shops=(shown,))
    (shop,) = msgspec.json.decode(msgspec.json.encode(status))["shops"]
    assert shop["id"] == "flagship"
    assert shop["scorecard"] == "douyin@2026-09-08"
    assert shop["score"]["basis"] == "anchored"
    assert shop["score"]["published"] == {"value": 82.0, "at": "2026-11-21T11:00:00+08:00"}
    assert shop["deltas"].keys() == {"1d", "7d", "30d"}
    assert len(shop["trend"]) == 31
    assert shop["trend"][-1] == {"day": "2026-11-21", "value": shop["score"]["value"]}
    assert shop["trend"][0]["day"] == "2026-10-22"
    pickup = next(i for d in shop["dimensions"] for i in d["indicators"] if i["id"] == "pickup_hours")
    assert pickup["window"] == {"from": "2026-10-22", "to": "2026-11-20"}
    assert (pickup["numerator"], pickup["denominator"]) == (5_600, 1_000)
    assert pickup["points"] is None
    assert pickup["modelled_points"] == pytest.approx(97.6)
    assert shop["as_of"] == "2026-11-21T14:07:22+08:00"


def test_both_languages_are_whole() -> None:
    zh, en = board(), board(language="en")
    assert [d.short for d in zh.dimensions] == ["商品", "物流", "服务"]
    assert [d.short for d in en.dimensions] == ["Product", "Logistics", "Service"]
    assert line("alliance", zh).name == "精选联盟"
    assert line("alliance", en).name == "Sales alliance"


def test_exports_alone_say_what_they_lack() -> None:
    shown = board(readings(EXPORTS_ALONE))
    why = {i.id: i.why for d in shown.dimensions for i in d.indicators if i.state == "unavailable"}
    assert why == {"product_rating": "缺评价", "pickup_hours": "缺揽收", "on_time_delivery": "缺应达时间"}
    assert all(
        (i.value, i.points, i.numerator, i.denominator) == (None,) * 4
        for d in shown.dimensions
        for i in d.indicators
        if i.state == "unavailable"
    )
    assert shown.score.basis == "estimated"
    assert shown.score.why == "仅 61% 的权重有数据;缺 综合评分、平均揽收、配送达成率"


def test_no_total_says_why() -> None:
    shown = board(readings({"product_rating": HEALTHY["product_rating"]}), language="en")
    assert shown.score.value is None
    assert shown.score.why is not None
    assert shown.score.why.startswith("no score: data for 17% of the weight, 50% needed; missing: Quality")
    assert shown.score.next.value is None
    assert shown.score.consumer is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "近 30 天无官方分"),
        ({"official": (official(0, points=82),)}, None),
        ({"official": (official(0, points=82),), "indicators": {}}, "官方原分:记录不足,无法推算此后的变动"),
        ({"valid_orders": 29}, "成长阶段:近 30 天有效订单 29 单,满 30 单出正式分"),
    ],
)
def test_a_score_says_what_it_rests_on(changes: dict[str, Any], why: str | None) -> None:
    assert board(readings(**changes)).score.why == why


def test_consumers_see_stars_of_a_formal_score() -> None:
    shown = board(readings(official=(official(0, points=82),)))
    assert shown.score.consumer == 4.6
    assert board(readings(valid_orders=29)).score.consumer is None


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        (steady(5, 20), "样本仅 20"),
        (steady(5, 40, approximate=True), "由每日汇总推算"),
        (steady(5, 40), None),
    ],
)
def test_an_indicator_says_how_far_to_trust_it(reading: Reading, why: str | None) -> None:
    shown = board(readings({**HEALTHY, "audit_hours": reading}))
    assert next(i.why for d in shown.dimensions for i in d.indicators if i.id == "audit_hours") == why


def test_an_official_value_stands_in_with_its_time() -> None:
    shown = board(readings(EXPORTS_ALONE, official=(official(1, "pickup_hours", value=5.57),)))
    pickup = next(i for d in shown.dimensions for i in d.indicators if i.id == "pickup_hours")
    assert (pickup.value, pickup.state, pickup.why) == (5.57, "approximate", "官方 11-20 11:00")
    assert pickup.official is not None
    assert pickup.official.value == 5.57


# ---------------------------------------------------------------- lines in words


@pytest.mark.parametrize(
    ("product", "others", "met", "tightest", "words"),
    [
        (64, 75.1, False, "product", "还差1.0 商品"),
        (69, 90, True, "product", "高出4.0 商品"),
        (90, 62.1, True, "total", "高出1.4"),
        (65, 66.4, False, "total", "还差4.1"),
    ],
)
def test_a_line_names_what_binds(product: float, others: float, met: bool, tightest: str, words: str) -> None:
    shown = line("alliance", board(own=points(product, others)))
    assert (shown.met, shown.tightest, shown.words) == (met, tightest, words)
    assert shown.alert


@pytest.mark.parametrize(
    ("sums", "expected", "words", "level"),
    [
        (Sum2(25, 800), None, "3.13% / 限 30%", "ok"),
        (Sum2(230, 800), None, "28.75% / 限 30%", "near"),
        (Sum2(230, 800), 260.0, "28.75% / 限 30% · 至少救回 21 单", "near"),
        (Sum2(240, 800), None, "30% / 限 30% · 240 / 限 200", "bad"),
        (Sum2(9, 10), None, "90% / 限 30% · 9 / 限 200", "ok"),
        (Sum2(0, 0), None, "今日无承诺发货", "unknown"),
    ],
)
def test_a_daily_rate_in_words(sums: Sum2, expected: float | None, words: str, level: str) -> None:
    forecast = None if expected is None else {"late_shipping": expected}
    shown = line("late_shipping_shop", board(readings(rates={"late_shipping": sums}), expected=forecast))
    assert (shown.words, shown.level) == (words, level)


def test_a_mean_counts_the_days_of_the_trend() -> None:
    shown = line("flagship_badge", board(readings(official=tuple(official(d, points=81) for d in range(30)))))
    assert shown.parts[0].measure == "mean"
    assert shown.words == "还差2.0"


def test_what_is_unknown_is_said_once_and_never_as_a_figure() -> None:
    shown = line("alliance", board(readings({})))
    assert (shown.met, shown.level, shown.tightest, shown.distance, shown.words) == (
        None,
        "unknown",
        None,
        None,
        None,
    )


# ---------------------------------------------------------------- alerts


def test_alert_lines_of_the_scorecard() -> None:
    assert not under_alert(board(own=points(90, 90)), None)
    assert under_alert(board(own=points(64, 90)), None)
    assert under_alert(board(readings(rates={"late_shipping": Sum2(240, 800)}), own=points(90, 90)), None)
    assert not under_alert(board(readings(rates={"late_shipping": Sum2(239, 800)}), own=points(90, 90)), None)


def test_a_shops_own_alert_replaces_them() -> None:
    assert under_alert(board(own=points(70, 80)), 80.0)
    assert not under_alert(board(own=points(80, 80)), 80.0)
    assert not under_alert(board(readings(rates={"late_shipping": Sum2(240, 800)}), own=points(90, 90)), 80.0)


def test_a_score_that_is_not_known_is_never_under_a_line() -> None:
    empty = board(readings({}))
    assert not under_alert(empty, None)
    assert not under_alert(empty, 80.0)


# ---------------------------------------------------------------- the rest of a board


def test_the_ledger_with_its_dates() -> None:
    shown = board(
        readings(events=(event("invoice_refused", 1),)),
        own=model(given={"freight_insurance": True, "next_day_share": 0.171}),
    )
    entries = {entry.kind: entry for entry in shown.ledger}
    assert entries["freight_insurance"].state == "held"
    assert (entries["next_day_share"].state, entries["next_day_share"].points) == ("missing", 5)
    assert entries["installation"].state == "unknown"
    refused = entries["invoice_refused"]
    assert (refused.name, refused.points) == ("拒开发票", -2)
    assert refused.at == datetime.datetime(2026, 11, 20, 11, tzinfo=SHANGHAI)
    assert refused.expires == datetime.datetime(2026, 12, 21, tzinfo=SHANGHAI)


def cut(by_carrier: dict[str, float]) -> Cut:
    slices = tuple(
        Slice(by="carrier", key=key, delta_points=points, entered=points, left=0.0, changed=0.0)
        for key, points in by_carrier.items()
    )
    return Cut(Turned(sum(by_carrier.values()), 0.0, 0.0), slices)


def test_a_cause_is_named_where_slices_are_given() -> None:
    worse = {**HEALTHY, "pickup_hours": moved([(5_600, 1_000)] * 30 + [(6_600, 1_000)])}
    day = cut({"顺丰": 0.01, "中通": -0.3})
    shown = board(readings(worse), moves=Moves({1: {"pickup_hours": day}}))
    pickup = next(i for d in shown.dimensions for i in d.indicators if i.id == "pickup_hours")
    assert pickup.cause == "中通 -0.3分"
    assert shown.drivers[0].indicator == "pickup_hours"
    assert shown.drivers[0].slices == day.slices
    assert shown.drivers[0].entered == pytest.approx(-0.29)
    assert next(i.cause for d in board().dimensions for i in d.indicators) is None
    tiny = board(readings(worse), moves=Moves({1: {"pickup_hours": cut({"中通": -0.01})}}))
    assert all(i.cause is None for d in tiny.dimensions for i in d.indicators)


def test_the_longer_changes_have_their_parts_once_somebody_looks() -> None:
    days = [(4_800, 1_000)] + [(5_200, 1_000)] * 28 + [(5_600, 1_000), (6_600, 1_000)]
    shop = readings({**HEALTHY, "pickup_hours": moved(days)})
    assert board(shop).drivers_over == LongDrivers()
    week = cut({"中通": -0.2, "顺丰": -0.0333})
    looked = board(shop, moves=Moves({7: {"pickup_hours": week}}))
    assert looked.drivers_over.week[0].slices == week.slices
    for span, delta in ((1, looked.deltas.day), (7, looked.deltas.week), (30, looked.deltas.month)):
        assert sum(part.delta_points for part in looked.drivers_of(span)) == pytest.approx(delta, abs=1e-9)
        assert looked.part_of("pickup_hours", span) == pytest.approx(delta, abs=1e-9)
    assert looked.part_of("audit_hours", 7) is None


@pytest.mark.parametrize(
    ("name", "leaving", "zh", "en"),
    [
        # 12 that took 24 h leave a mean of 5.6 h
        (
            "pickup_hours",
            Leaving(20_748, 40, 12, Sum2(424, 40)),
            "明天 12单偏慢出窗,平均揽收 -0.2h",
            "tomorrow 12 orders slower than the mean will leave the window: Pickup -0.2h",
        ),
        (
            "pickup_hours",
            Leaving(20_748, 40, 3, Sum2(80, 40)),
            "明天 40单出窗,平均揽收 +0.2h",
            "tomorrow 40 orders will leave the window: Pickup +0.2h",
        ),
        (
            "on_time_delivery",
            Leaving(20_748, 40, 12, Sum2(28, 40)),
            "明天 12单未达标出窗,配送达成率 +0.96pp",
            "tomorrow 12 orders that missed it will leave the window: On-time +0.96pp",
        ),
        (
            "quality_returns",
            Leaving(20_748, 40, 1, Sum2(1, 40)),
            "明天 1单拖分的出窗,品退率 -0.05pp",
            "tomorrow 1 order dragging it down will leave the window: Quality returns -0.05pp",
        ),
        (
            "product_rating",
            Leaving(20_748, 20, 2, Sum2(82, 20)),
            "明天 2条评价拖分的出窗,综合评分 +0.01",
            "tomorrow 2 reviews dragging it down will leave the window: Rating +0.01",
        ),
        (
            "reply_seconds",
            Leaving(20_748, 1, 1, Sum2(70, 2)),
            "明天 1次会话偏慢出窗,飞鸽平响 -0.3s",
            "tomorrow 1 chat slower than the mean will leave the window: Chat reply -0.3s",
        ),
        ("pickup_hours", Leaving(20_748, 1, 1, Sum2(6, 1)), None, None),  # shows in no digit
    ],
)
def test_what_rolls_off_is_said(name: str, leaving: Leaving, zh: str | None, en: str | None) -> None:
    for language, words in (("zh_CN", zh), ("en", en)):
        rolls = roll_off(score(model(), readings()), {name: leaving})
        shown = board(language=language, moves=Moves(rolls=rolls))
        found = {i.id: i.rolls_off for d in shown.dimensions for i in d.indicators if i.rolls_off}
        assert list(found) == [name]
        assert found[name].words == words
        assert (found[name].rows, found[name].worse) == (leaving.rows, leaving.worse)
        assert found[name].day == datetime.date(2026, 10, 22)


def test_defaults_are_said_until_they_are_replaced() -> None:
    weights, curves = board().notes
    assert weights == "权重未公开,暂按缺省:商品、物流、服务;请按后台所示填写 weights"
    assert "综合评分" in curves
    settled = model(
        weights={"product": 50, "logistics": 20, "service": 30},
        curves=dict.fromkeys(HEALTHY, ((0.0, 50.0), (1.0, 100.0))),
    )
    assert board(own=settled).notes == ()


def test_one_assembler_makes_the_same_boards_day_after_day() -> None:
    maker = Assembler(model(), translation("zh_CN"), "zh_CN")
    today = readings(rates={"late_shipping": Sum2(25, 800)})
    later = msgspec.structs.replace(today, today=today.today + 1, shop="other", rates={})
    for shop in (today, later, today):
        made = maker.board(shop, name="旗舰店", now=NOW)
        assert made == board(shop)
        assert made.trend[-1].day == datetime.date(1970, 1, 1) + datetime.timedelta(days=shop.today)
