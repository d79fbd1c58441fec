"""A board as plain text: every part of it in both languages, and nothing where nothing is known."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from shopwatch.board import (
    ActionBoard,
    Board,
    Deltas,
    DimensionBoard,
    IndicatorBoard,
    LedgerEntry,
    LineBoard,
    Next,
    Published,
    Risk,
    Score,
    SourceBoard,
    Status,
    Window,
)
from shopwatch.i18n import translation
from shopwatch.reports.text import board_text, padded, status_text

NOW = datetime.datetime.fromisoformat("2026-11-20T20:00:00+08:00")
DAYS = Window(first=datetime.date(2026, 10, 21), last=datetime.date(2026, 11, 19))


def indicator(**changes: object) -> IndicatorBoard:
    pickup = IndicatorBoard(
        id="pickup_hours",
        name="平均揽收时长",
        short="平均揽收",
        value=5.6,
        unit="hours",
        better="lower",
        weight=0.33,
        numerator=5600,
        denominator=1000,
        window=DAYS,
        points=None,
        modelled_points=97.6,
        deltas=Deltas(day=0.7),
        next_value=5.7,
        state="ok",
        why=None,
    )
    return msgspec.structs.replace(pickup, **changes)


def risk(**changes: object) -> Risk:
    late = Risk(
        rank=1,
        order_id="6970000080412",
        subject_id="6970000080412",
        clock="ship",
        stage="待发货",
        deadline=NOW,
        seconds_left=2530,
        started=NOW - datetime.timedelta(hours=3, minutes=10),
        starts_at=None,
        p_miss=0.83,
        p_basis=None,
        points_at_risk=0.0048,
        points_per_hour=None,
        yuan_now=0,
        yuan_at_risk=75,
        why="单号后23h",
    )
    return msgspec.structs.replace(late, **changes)


def board(**changes: object) -> Board:
    logistics = DimensionBoard(
        id="logistics",
        name="物流体验",
        short="物流",
        score=97,
        weight=0.25,
        weight_certainty="default",
        deltas=Deltas(day=-2.0),
        indicators=(
            indicator(),
            indicator(value=None, state="unavailable", why="缺揽收", short="配送达成率"),
        ),
    )
    whole = Board(
        id="flagship",
        name="旗舰店",
        scorecard="douyin@2026-09-08",
        stage="formal",
        score=Score(
            value=81.4,
            basis="anchored",
            error=0.8,
            coverage=1.0,
            published=Published(value=82, at=NOW),
            next=Next(value=81.1, basis="anchored"),
            consumer=4.6,
        ),
        deltas=Deltas(day=-0.6, week=1.2),
        trend=(),
        dimensions=(logistics,),
        ledger=(LedgerEntry(kind="freight_insurance", name="运费险", points=2, expires=NOW),),
        lines=(
            LineBoard(
                id="mall",
                name="商城推荐",
                kind="unlock",
                effect="失去推荐",
                met=False,
                alert=True,
                level="bad",
                parts=(),
                tightest="total",
                distance=-1.6,
            ),
        ),
        drivers=(),
        risks=(risk(),),
        actions=tuple(
            ActionBoard(
                id=f"a{n}",
                title=f"待办{n}",
                dimension="logistics",
                gain_points=0.17,
                evidence="37 单",
                cadence="daily",
                done=n == 0,
            )
            for n in range(12)
        ),
        sources=(
            SourceBoard(
                name="订单",
                kind="files",
                state="failing",
                last_success=None,
                records=3,
                rejected=1,
                error="读不了",
            ),
        ),
        as_of=NOW,
        risks_total=37,
        notes=("权重为缺省",),
    )
    return msgspec.structs.replace(whole, **changes)


def test_every_part_is_there() -> None:
    text = board_text(board(), translation("zh_CN"))
    for words in (
        "━━ 旗舰店 (flagship) · douyin@2026-09-08 · 正式阶段",
        "推算 81.4 ±0.8  -0.6 +1.2 —  消费者看到 4.6★",
        "明早 81.1(推算)",
        "官方 82,11-20 20:00",
        "✗ 商城推荐",
        "还差1.6 · 失去推荐",
        "5.6小时     ↑0.7h 变差",
        "不可用(缺揽收)",
        "✓ +2.0 运费险 → 11-20",
        "待救订单(1/37)",
        "6970000080412  待发货  00:42:10  83%  +0.005分  ¥0→¥75  单号后23h",
        "☑ +0.17分    待办0  37 单",
        "… 另有 2 项",
        "✗ 订单",
        "尚未读到  3 条记录,1 条不可用  读不了",
        "权重为缺省",
    ):
        assert words in text, words
    assert "待办10" not in text


def test_in_english_no_word_of_ours_is_chinese() -> None:
    text = board_text(board(), translation("en"))
    for words in (
        "anchored 81.4",
        "tomorrow 81.1",
        "1.6 short",
        "unavailable",
        "never read",
        "Orders to save (1 of 37)",
    ):
        assert words in text


def test_what_people_said_of_an_order_stands_beside_it() -> None:
    said = risk(owner="小林", note="已电联", notes=2, snoozed_until=NOW.replace(hour=22))
    text = board_text(board(risks=(said,)), translation("zh_CN"))
    assert "¥0→¥75  @小林  ✎ 已电联  11-20 22:00 回到列表  单号后23h" in text


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"seconds_left": -11100}, "逾期 3:05"),
        ({"seconds_left": None, "deadline": None}, "3:10 计时"),
        ({"seconds_left": None, "deadline": None, "starts_at": NOW.replace(hour=6)}, "06:00起算"),
    ],
)
def test_the_time_of_a_risk(changes: dict[str, object], left: str) -> None:
    assert f"待发货  {left}  " in board_text(board(risks=(risk(**changes),)), translation("zh_CN"))


def test_an_estimate_says_what_it_rests_on() -> None:
    score = Score(value=None, coverage=0.33, why="缺揽收")
    text = board_text(board(score=score, name="flagship"), translation("zh_CN"))
    assert "估算 — 33% 的权重有数据" in text
    assert "\n  缺揽收\n" in text
    assert "━━ flagship · " in text, "a shop without a name isn't named twice"


def test_no_shop_at_all() -> None:
    text = status_text(Status(schema=1, as_of=NOW, shops=()), translation("en"))
    assert text == "As of 2026-11-20 20:00:00+08:00\nNo shop has shown itself in the records yet."


@pytest.mark.parametrize(
    ("text", "columns", "filled"), [("平均", 6, "平均  "), ("ab", 4, "ab  "), ("超过了", 4, "超过了")]
)
def test_padding_counts_cells(text: str, columns: int, filled: str) -> None:
    assert padded(text, columns) == filled
