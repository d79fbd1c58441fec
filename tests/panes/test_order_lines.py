"""The lines of the order list before anything is drawn."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panes.order_cases import ALONE, CAUSE, EN, NOW, WHOLE, ZH, board, risk
from shopwatch.panes.order_lines import (
    SORTS,
    Sort,
    arrange,
    columns,
    hold,
    level,
    lines_of,
    matches,
    pay_text,
    points_text,
    time_text,
)

AT = NOW.timestamp()
LINES = lines_of(WHOLE, ZH)


def keys(lines: object) -> list[str]:
    return [line.key for line in lines]  # type: ignore[attr-defined]


def test_a_cause_comes_with_its_orders_and_before_the_others() -> None:
    assert keys(LINES) == [
        "cause:zt",
        "ship:6900000000071",
        "ship:6900000000072",
        *(f"ship:690000000000{n}" for n in (1, 2, 3, 4)),
    ]
    assert [line.parent for line in LINES[:4]] == [None, "cause:zt", "cause:zt", None]
    assert LINES[0].title == "41单"
    assert LINES[0].why == "中通·广东 · 停滞 36h"
    assert LINES[0].order_ids == CAUSE.order_ids
    assert LINES[3].title == "…00000001"


def test_an_order_whose_cause_is_not_on_the_board_stands_by_itself() -> None:
    (line,) = lines_of(board(risk(1, "6900000000001", 60.0, cause="gone")), ZH)
    assert line.parent is None


def test_a_case_without_an_order_goes_by_its_own_number() -> None:
    chat = msgspec.structs.replace(
        risk(1, "1", None, clock="reply"), order_id=None, subject_id="chat-123456789"
    )
    (line,) = lines_of(board(chat), ZH)
    assert (line.key, line.title, line.order_ids) == ("reply:chat-123456789", "…23456789", ())


SIX = NOW.replace(day=21, hour=6)


@pytest.mark.parametrize(
    ("given_risk", "chinese", "english", "how"),
    [
        (risk(1, "1", 2530.0), "00:42:10", "00:42:10", "soon"),
        (risk(1, "1", 3600.0), "01:00:00", "01:00:00", "near"),
        (risk(1, "1", 4 * 3600.0), "04:00:00", "04:00:00", "calm"),
        (risk(1, "1", 38 * 3600.0), "1天14时", "1d 14h", "calm"),
        (risk(1, "1", -11100.0), "逾期 3:05", "late 3:05", "late"),
        (risk(1, "1", -11100.0, lost=True), "逾期 3:05", "late 3:05", "lost"),
        (risk(1, "1", None), "3:10 计时", "3:10 running", "calm"),
        (risk(1, "1", None, starts_at=SIX), "06:00起算", "from 06:00", "calm"),
        (risk(1, "1", 99990.0, starts_at=SIX), "1天03时", "1d 03h", "calm"),  # a deadline says more
    ],
)
def test_time_and_level(given_risk: object, chinese: str, english: str, how: str) -> None:
    (line,) = lines_of(board(given_risk), ZH)  # type: ignore[arg-type]
    assert time_text(line, AT, ZH) == chinese
    assert time_text(line, AT, EN) == english
    assert level(line, AT) == how


def test_hours_that_began_to_count_run_from_then() -> None:
    (line,) = lines_of(board(risk(1, "1", None, starts_at=SIX)), ZH)
    assert time_text(line, SIX.timestamp() - 1, ZH) == "06:00起算"
    assert time_text(line, SIX.timestamp() + 4000, ZH) == "1:06 计时"


@pytest.mark.parametrize(
    ("given_risk", "points", "pay"),
    [
        (risk(1, "1", 60.0), "+0.005", "¥0→¥75"),
        (risk(1, "1", 60.0, points_at_risk=0.0048, points_per_hour=0.01), "+0.005", "¥0→¥75"),
        (risk(1, "1", None, points_at_risk=None, points_per_hour=0.01), "+0.01/h", "¥0→¥75"),
        (risk(1, "1", None, yuan_at_risk=None, yuan_now=None), "+0.005", "—"),
        (risk(1, "1", 60.0, points_at_risk=None, yuan_now=3.0, yuan_at_risk=9.0), "—", "¥3→¥9"),
    ],
)
def test_worth(given_risk: object, points: str, pay: str) -> None:
    (line,) = lines_of(board(given_risk), ZH)  # type: ignore[arg-type]
    assert (points_text(line, ZH), pay_text(line, ZH)) == (points, pay)


def test_a_cause_pays_for_all_its_orders() -> None:
    assert pay_text(LINES[0], ZH) == "¥3,075"


# ---- filter and order


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", True),
        ("zto", True),
        ("ZTO", True),
        ("zto 36h", True),
        ("zto yunda", False),
        ("!yunda", True),
        ("!zto", False),
        ("36h !zto", False),
        ("!", True),
    ],
)
def test_matches(wanted: str, found: bool) -> None:
    assert matches("zto guangdong 36h", wanted) is found


def test_a_closed_cause_stands_for_its_orders() -> None:
    assert keys(arrange(LINES)) == ["cause:zt", *(f"ship:690000000000{n}" for n in (1, 2, 3, 4))]


def test_an_open_cause_shows_them() -> None:
    shown = arrange(LINES, expanded={"cause:zt"})
    assert keys(shown)[:3] == ["cause:zt", "ship:6900000000071", "ship:6900000000072"]


def test_a_filter_looks_inside_a_cause_and_opens_it_onto_what_matches() -> None:
    assert keys(arrange(LINES, wanted="0072")) == ["cause:zt", "ship:6900000000072"]
    assert keys(arrange(LINES, wanted="韵达")) == ["ship:6900000000001"]
    assert keys(arrange(LINES, wanted="!中通 !待发货")) == ["ship:6900000000001", "ship:6900000000002"]
    assert arrange(LINES, wanted="nothing of the kind") == []


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("rank", ["cause:zt", "ship:6900000000001", "ship:6900000000002"]),
        ("left", ["ship:6900000000003", "ship:6900000000001", "cause:zt"]),
        ("chance", ["ship:6900000000003", "cause:zt", "ship:6900000000001"]),
        ("pay", ["cause:zt", "ship:6900000000001", "ship:6900000000002"]),
    ],
)
def test_sorting(sort: Sort, first: list[str]) -> None:
    assert keys(arrange(LINES, sort=sort))[:3] == first


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_lost_comes_last(sort: Sort) -> None:
    lines = lines_of(board(risk(1, "1", -99999.0, lost=True, p_miss=1.0, yuan_at_risk=100.0), *ALONE), ZH)
    assert keys(arrange(lines, sort=sort))[-1] == "ship:1"


@given(ranks=st.permutations(range(8)), sort=st.sampled_from(SORTS))
def test_the_order_rests_on_the_lines_and_not_on_how_they_came(ranks: list[int], sort: Sort) -> None:
    lines = lines_of(board(*(risk(n // 2, str(n), 60.0 * (n % 3)) for n in ranks)), ZH)
    assert arrange(lines, sort=sort) == arrange(sorted(lines, key=lambda line: line.key), sort=sort)


def test_hold_keeps_places_and_takes_the_new_at_the_end() -> None:
    shown = arrange(LINES, expanded={"cause:zt"})
    turned = arrange(LINES, expanded={"cause:zt"}, sort="left")
    assert keys(hold(shown, turned)) == keys(shown)
    (fresh,) = lines_of(board(risk(0, "9", 1.0)), ZH)
    assert keys(hold(shown, [fresh, *turned])) == [*keys(shown), "ship:9"]
    assert keys(hold(shown, [line for line in turned if line.key != "ship:6900000000001"])) == [
        key for key in keys(shown) if key != "ship:6900000000001"
    ]


# ---- columns


def names(width: int) -> list[str]:
    return [column.name for column in columns(width)]


def test_columns_go_one_by_one() -> None:
    assert names(154) == ["order", "left", "stage", "chance", "points", "pay", "why", "owner"]
    assert names(94) == ["order", "left", "stage", "chance", "points", "pay", "why"]
    assert names(78) == ["order", "left", "stage", "chance", "points", "pay", "why"]
    assert names(58) == ["order", "left", "stage", "points", "why"]
    assert names(38) == ["order", "left", "why"]
    assert [column.name for column in columns(58, stage=16)] == ["order", "left", "stage", "points", "why"]


def test_a_whole_reason_fits_beside_the_orders_of_a_terminal_of_100() -> None:
    widths = {column.name: column.width for column in columns(59)}
    assert widths["why"] >= len("11-23 07:53 ") + 4


def test_a_late_day_is_said_in_days_where_there_is_no_room() -> None:
    (late,) = lines_of(board(risk(1, "1", -32 * 86400.0 - 43200)), ZH)
    assert time_text(late, AT, ZH) == "逾期 32天12时"
    assert time_text(late, AT, ZH, short=True) == "逾期 32天"
    assert time_text(late, AT, EN, short=True) == "late 32d"
    (soon,) = lines_of(board(risk(1, "1", 38 * 3600.0)), ZH)
    assert time_text(soon, AT, ZH, short=True) == "1天14时"


def test_the_bar_goes_before_the_columns_do() -> None:
    chance = {
        width: next(column.width for column in columns(width) if column.name == "chance")
        for width in (94, 78)
    }
    assert chance == {94: 11, 78: 4}


@given(width=st.integers(0, 300), stage=st.integers(4, 14))
def test_columns_never_overlap_and_never_leave_the_list(width: int, stage: int) -> None:
    end = 0
    for column in columns(width, stage):
        assert column.x > end or end == 0
        assert column.width > 0
        end = column.x + column.width
    assert end <= max(width, 0)


def test_twenty_thousand_orders_are_arranged_at_once() -> None:
    lines = lines_of(board(*(risk(n, f"{n:013}", float(n)) for n in range(20_000))), ZH)
    began = datetime.datetime.now(datetime.UTC)
    assert len(arrange(lines, sort="left", wanted="待发货")) == 20_000
    assert datetime.datetime.now(datetime.UTC) - began < datetime.timedelta(seconds=5), (
        "it grew worse than n log n"
    )


# ---- what people said


LATER_AT = NOW + datetime.timedelta(hours=2)


def test_what_is_put_off_stands_under_one_line_at_the_foot_by_when_it_comes_back() -> None:
    off = [
        msgspec.structs.replace(ALONE[0], snoozed_until=LATER_AT),
        msgspec.structs.replace(ALONE[1], snoozed_until=LATER_AT - datetime.timedelta(hours=1)),
        msgspec.structs.replace(ALONE[2], snoozed_until=NOW),
    ]
    lines = lines_of(board(*off, ALONE[3]), ZH, NOW)
    assert [(line.kind, line.parent) for line in lines] == [
        ("order", None), ("order", None), ("later", None), ("order", "later:"), ("order", "later:"),
    ]  # fmt: skip
    foot = lines[2]
    assert (foot.title, foot.stage, foot.why) == ("2单", "已推迟", "最早 11-20 21:00 回到列表")
    assert [line.order_ids for line in lines[3:]] == [(ALONE[1].order_id,), (ALONE[0].order_id,)]
    for sort in SORTS:
        assert arrange(lines, sort=sort)[-1].kind == "later"
        assert len(arrange(lines, sort=sort)) == 3
        assert len(arrange(lines, sort=sort, expanded=["later:"])) == 5
    assert keys(lines_of(board(*off, ALONE[3]), ZH, LATER_AT)) == [
        f"ship:690000000000{n}" for n in (1, 2, 3, 4)
    ]


def test_a_cause_stands_while_one_of_its_orders_does() -> None:
    first, second = (risk(n, number, cause="zt") for n, number in enumerate(CAUSE.order_ids, 1))
    one = msgspec.structs.replace(first, snoozed_until=LATER_AT)
    assert [line.kind for line in lines_of(board(one, second, causes=(CAUSE,)), ZH, NOW)] == [
        "cause", "order", "later", "order",
    ]  # fmt: skip
    both = msgspec.structs.replace(second, snoozed_until=LATER_AT)
    assert [line.kind for line in lines_of(board(one, both, causes=(CAUSE,)), ZH, NOW)] == [
        "later", "order", "order",
    ]  # fmt: skip


def test_a_note_and_an_owner_are_said_and_found() -> None:
    said = msgspec.structs.replace(ALONE[0], owner="小林", note="已电联", notes=2)
    (line,) = lines_of(board(said), ZH, NOW)
    assert line.why.startswith("✎ 已电联 · ")
    assert line.owner == "小林"
    assert arrange([line], wanted="电联 小林") == [line]


@pytest.mark.parametrize(("owners", "shown"), [(("甲", "甲"), "甲"), (("甲", "乙"), ""), ((None, "甲"), "")])
def test_a_cause_names_whoever_sees_to_all_of_it(owners: tuple[str | None, str], shown: str) -> None:
    members = [
        risk(n, number, cause="zt", owner=owner)
        for n, (number, owner) in enumerate(zip(CAUSE.order_ids, owners, strict=True), 1)
    ]
    assert lines_of(board(*members, causes=(CAUSE,)), ZH, NOW)[0].owner == shown
