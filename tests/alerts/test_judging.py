"""What the shipped rules find on a board: the defaults that an operator expects, one finding a cause."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from screens.fixture_boards import NOW, Words, boards, moment, risk
from shopwatch.alerts.judging import Finding, judge
from shopwatch.alerts.rules import rules_of, shipped
from shopwatch.board import Board, Cause, Deltas, LedgerEntry, LineBoard, Published, Scale, SourceBoard
from shopwatch.board.sudden import Sudden
from shopwatch.config.structs import AlertSection
from shopwatch.i18n import translation

ZH = translation("zh_CN")


def calm() -> Board:
    """A shop in which nothing is wrong."""
    board = boards()["flagship"]
    score = msgspec.structs.replace(board.score, published=Published(value=82, at=moment(20, 11)))
    return msgspec.structs.replace(
        board, lines=(), risks=(), causes=(), ledger=(), sources=(), deltas=Deltas(), score=score,
        valid_orders=400, stage="formal",
    )  # fmt: skip


def found(now: datetime.datetime = NOW, *rules: AlertSection, **changes: object) -> dict[str, Finding]:
    board = msgspec.structs.replace(calm(), **changes)
    return {one.rule: one for one in judge(board, rules or shipped(), now, ZH).findings}


def line(name: str, kind: str, level: str, words: str = "还差1.0 商品", **more: object) -> LineBoard:
    made = LineBoard(
        id=name, name="某线", kind="unlock", effect="出局", met=level in ("ok", "near"), alert=True,
        level="ok", parts=(), tightest=None, distance=None, words=words,
    )  # fmt: skip
    return msgspec.structs.replace(made, kind=kind, level=level, **more)


def test_a_calm_shop_is_not_spoken_of() -> None:
    assert found(deltas=Deltas(day=-0.9, week=-1.9)) == {}


@pytest.mark.parametrize(
    ("name", "kind", "level", "rule", "loudness"),
    [
        ("alliance", "unlock", "bad", "line_lost", "urgent"),
        ("alliance", "unlock", "near", "line_near", "warning"),
        ("mall", "unlock", "bad", "line_lost", "urgent"),
        ("campaign", "unlock", "near", "line_near", "warning"),
        ("late_shipping_shop", "stop", "near", "shop_stopper", "urgent"),
        ("late_shipping_shop", "stop", "bad", "shop_stopper", "urgent"),
        ("dead_tracking_shop", "stop", "near", "shop_stopper", "urgent"),
        ("fraud_shipping_shop", "stop", "near", "shop_stopper", "urgent"),
        ("passive_service_shop", "stop", "near", "weekly_counts", "warning"),
        ("flagship_badge", "unlock", "bad", "line_crossed", "notice"),
        ("month_end", "unlock", "bad", "line_lost", "urgent"),
    ],
)
def test_lines(name: str, kind: str, level: str, rule: str, loudness: str) -> None:
    (one,) = found(lines=(line(name, kind, level),)).values()
    assert (one.rule, one.level, one.subject) == (rule, loudness, name)
    assert "某线" in one.words
    assert ("出局" in one.words) == (level == "bad")  # what it costs, once it does


@pytest.mark.parametrize("name", ["alliance", "late_shipping_shop", "flagship_badge"])
def test_a_line_that_holds_is_quiet(name: str) -> None:
    assert found(lines=(line(name, "unlock", "ok"),)) == {}


def test_a_line_foreseen_to_be_crossed() -> None:
    assert found(lines=(line("alliance", "unlock", "ok", crosses_in_days=4),)) == {}
    one = found(lines=(line("alliance", "unlock", "ok", crosses_in_days=3),))["line_crossing"]
    assert (one.level, one.words) == ("warning", "某线 预计 3 天后跌破")


@pytest.mark.parametrize(
    ("deltas", "rules"),
    [
        (Deltas(day=-1.0), {"fell_in_a_day"}),
        (Deltas(day=-0.99), set()),
        (Deltas(week=-2.0), {"fell_in_a_week"}),
        (Deltas(day=-3.0, week=-3.0), {"fell_in_a_day", "fell_in_a_week"}),
        (Deltas(day=3.0, week=3.0), set()),
    ],
)
def test_falls(deltas: Deltas, rules: set[str]) -> None:
    assert found(deltas=deltas).keys() == rules


def test_a_fall_on_a_scale_of_five_is_as_long_as_its_share() -> None:
    stars = Scale(floor=0, ceiling=5, decimals=2)
    assert "fell_in_a_day" in found(scale=stars, deltas=Deltas(day=-0.05))
    assert "fell_in_a_day" not in found(scale=stars, deltas=Deltas(day=-0.04))


def test_what_falls_due_is_one_finding_a_stage() -> None:
    w = Words("zh_CN")
    tickets = [
        risk(w, n, n, "ticket", ("平台工单", "ticket"), seconds, ("", ""))
        for n, seconds in enumerate((4 * 3600 - 1, 600, -60, 4 * 3600), 1)
    ]
    one = found(risks=tuple(tickets))["ticket_due"]
    assert one.level == "urgent"
    assert one.words.startswith("平台工单 3 件要救,最急 逾期")
    assert one.opens == "orders"
    alone = found(risks=(tickets[1],))["ticket_due"]
    assert alone.opens == f"order:{tickets[1].order_id}"


def test_what_is_lost_or_put_off_is_not_spoken_of() -> None:
    w = Words("zh_CN")
    one = risk(w, 1, 1, "evidence", ("待举证", "evidence"), 600, ("", ""))
    assert "evidence_due" in found(risks=(one,))
    assert found(risks=(msgspec.structs.replace(one, lost=True),)) == {}
    later = NOW + datetime.timedelta(hours=1)
    assert found(risks=(msgspec.structs.replace(one, snoozed_until=later),)) == {}


@pytest.mark.parametrize(
    ("clock", "rule", "seconds"),
    [
        ("pickup", "waybill_waiting", 18 * 3600),
        ("scan_gap", "tracking_still", 36 * 3600),
        ("reply", "chat_waiting", 60),
    ],
)
def test_what_has_waited_too_long(clock: str, rule: str, seconds: float) -> None:
    w = Words("zh_CN")
    one = risk(w, 1, 1, clock, ("某环节", "stage"), 1e6, ("", ""))
    since = {"started": NOW - datetime.timedelta(seconds=seconds)}
    just = {"started": NOW - datetime.timedelta(seconds=seconds - 1)}
    assert found(risks=(msgspec.structs.replace(one, **since),))[rule].level == "warning"
    assert found(risks=(msgspec.structs.replace(one, **just),)) == {}


def test_a_tmall_order_to_ship_in_six_hours_is_spoken_of_and_a_douyin_one_is_not() -> None:
    w = Words("zh_CN")
    one = risk(w, 1, 1, "ship", ("待发货", "to ship"), 6 * 3600 - 1, ("", ""))
    assert found(risks=(one,)) == {}
    assert "tmall_ship_due" in found(risks=(one,), scorecard="tmall@2026-03-16")


def test_a_deduction_is_news_for_a_day() -> None:
    for hours, known in ((1, True), (23, True), (24, False)):
        at = NOW - datetime.timedelta(hours=hours)
        entry = LedgerEntry(kind="fake", name="虚假交易", points=-2, at=at)
        assert ("deduction" in found(ledger=(entry,))) is known
    assert found(ledger=(LedgerEntry(kind="bonus", name="运费险", points=2, at=NOW),)) == {}


def test_no_official_score_by_noon() -> None:
    board = calm()
    yesterday = msgspec.structs.replace(board.score, published=Published(value=82, at=moment(19, 11)))
    never = msgspec.structs.replace(board.score, published=None)
    assert "no_official" in found(moment(20, 12), score=yesterday)
    assert found(moment(20, 11, 59), score=yesterday) == {}
    assert found(moment(20, 13), score=never) == {}  # a shop that never had one isn't waiting for one


def test_few_orders_and_only_in_the_formal_stage() -> None:
    assert "few_orders" in found(valid_orders=35)
    assert found(valid_orders=36) == {}
    assert found(valid_orders=20, stage="growth") == {}


def test_a_source_that_fell_silent() -> None:
    silent = SourceBoard(
        name="抖店订单",
        kind="http",
        state="stale",
        last_success=moment(20, 18),
        records=1,
        rejected=0,
        error=None,
    )
    one = found(sources=(silent,))["source_silent"]
    assert one.words == "数据源 抖店订单 自 11-20 18:00 起无应答"
    assert found(sources=(msgspec.structs.replace(silent, state="failing"),)) == {}  # once is nothing yet


def test_a_cluster_is_one_finding_whatever_it_counts() -> None:
    cause = Cause(
        id="carrier:中通:scan_gap", by="carrier", key="中通", title="中通·广东 41 单轨迹停滞 36h", stage="轨迹停滞",
        count=41, deadline=None, seconds_left=None, p_miss=None, points_at_risk=None, yuan_at_risk=None, why="",
        order_ids=(),
    )  # fmt: skip
    one = found(causes=(cause,))["one_cause"]
    assert (one.words, one.opens) == (cause.title, "cause:carrier:中通:scan_gap")


def test_sudden_complaints_are_one_finding_a_slice() -> None:
    sudden = Sudden(
        id="carrier:中通",
        by="carrier",
        key="中通",
        topics=("slow",),
        count=41,
        usual=2.0,
        words="中通 物流慢 41 条,平日 2 条",
    )
    one = found(sudden=(sudden,))["sudden_complaints"]
    assert (one.words, one.opens, one.level) == (sudden.words, "voice", "warning")
    assert found(sudden=(msgspec.structs.replace(sudden, count=4),)) == {}


def test_a_board_that_nobody_looks_at_says_nothing_of_sudden_complaints_and_ends_nothing() -> None:
    board = msgspec.structs.replace(calm(), whole=False)
    judged = judge(board, shipped(), NOW, ZH)
    assert judged.findings == ()
    assert "sudden_complaints" in judged.unsure
    assert not {"ticket_due", "one_cause", "chat_waiting"} & judged.unsure


def test_a_configuration_changes_adds_and_takes_away() -> None:
    rules = rules_of(
        [
            AlertSection(id="fell_in_a_day", points=0.5),
            AlertSection(id="one_cause", off=True),
            AlertSection(
                id="slow", on="indicator", level="urgent", indicator="reply_seconds", above=30, title="客服"
            ),
        ]
    )
    assert found(NOW, *rules, deltas=Deltas(day=-0.5)).keys() >= {"fell_in_a_day"}
    assert "one_cause" not in {rule.id for rule in rules}
    slow = {one.id: one for part in calm().dimensions for one in part.indicators}["reply_seconds"]
    value = slow.value or 0.0
    lower = [msgspec.structs.replace(rules[-1], above=value - 1)]
    assert found(NOW, *lower)["slow"].words.startswith("客服 · 飞鸽平响")
    assert found(NOW, msgspec.structs.replace(rules[-1], above=value)) == {}
