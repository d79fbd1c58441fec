"""Every figure as an operator expects to read it, in both languages."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from shopwatch import formats
from shopwatch.i18n import Translate, translation

ZH = translation("zh_CN")
EN = translation("en")
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
EVENING = datetime.datetime(2026, 11, 20, 19, 30, tzinfo=BEIJING)
HOUR = 3600.0
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (81.4, "81.4"),
        (81.35, "81.4"),  # half up, though the binary fraction lies below
        (81.25, "81.3"),
        (99.95, "100.0"),
        (-0.04, "0.0"),
        (0.0, "0.0"),
        (None, "—"),
        (float("nan"), "—"),
        (float("inf"), "—"),
    ],
)
def test_score(value: float | None, text: str) -> None:
    assert formats.score(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(82.0, 0, "82"), (82.5, 0, "83"), (4.6, 1, "4.6"), (None, 0, "—")],
)
def test_official(value: float | None, decimals: int, text: str) -> None:
    assert formats.official(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2, "+0.2"), (-2.0, "-2.0"), (0.0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (0.05, "+0.1"), (None, "—")],
)
def test_points(value: float | None, text: str) -> None:
    assert formats.points(value) == text


def test_error_and_consumer() -> None:
    assert formats.error(0.8) == "±0.8"
    assert formats.error(None) == "—"
    assert formats.consumer(4.6) == "4.6★"
    assert formats.consumer(None) == "—"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0.17, "+0.17分", "+0.17 pts"),
        (37 * 12 / 1037 * 0.4, "+0.17分", "+0.17 pts"),  # T9
        (5.0, "+5.00分", "+5.00 pts"),
        (12 / 1001 * 0.4, "+0.005分", "+0.005 pts"),  # T2, A and C
        (0.0012, "+0.001分", "+0.001 pts"),  # T2, B
        (0.00999, "+0.01分", "+0.01 pts"),
        (0.001, "+0.001分", "+0.001 pts"),
        (0.00099, "<0.001分", "<0.001 pts"),
        (0.0, "0分", "0 pts"),
        (-0.3, "-0.30分", "-0.30 pts"),
        (-0.0003, ">-0.001分", ">-0.001 pts"),
        (None, "—", "—"),
    ],
)
def test_gain(value: float | None, chinese: str, english: str) -> None:
    assert formats.gain(value, ZH) == chinese
    assert formats.gain(value, EN) == english


def test_gain_per_hour() -> None:
    assert formats.gain_per_hour(0.01, ZH) == "+0.01/h"
    assert formats.gain_per_hour(None, ZH) == "—"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (3196, "3,196单", "3,196 orders"),
        (12_000, "1.2万单", "12k orders"),
        (12_345, "1.2万单", "12.3k orders"),
        (9_999, "9,999单", "9,999 orders"),
        (10_000, "1万单", "10k orders"),
        (123_456, "12.3万单", "123k orders"),
        (99_999_999, "1亿单", "100M orders"),
        (1, "1单", "1 order"),
        (0, "0单", "0 orders"),
        (None, "—", "—"),
    ],
)
def test_count(value: float | None, chinese: str, english: str) -> None:
    assert formats.count(value, ZH) == chinese
    assert formats.count(value, EN) == english


@pytest.mark.parametrize(
    ("yuan", "chinese", "english", "short"),
    [
        (75.0, "¥75.00", "¥75.00", "¥75"),
        (2.5, "¥2.50", "¥2.50", "¥2.50"),
        (0.0, "¥0", "¥0", "¥0"),
        (0.004, "¥0", "¥0", "¥0"),
        (1.005, "¥1.01", "¥1.01", "¥1.01"),
        (9_999.99, "¥9,999.99", "¥9,999.99", "¥9,999.99"),
        (9_999.996, "¥1万", "¥10k", "¥1万"),
        (12_000.0, "¥1.2万", "¥12k", "¥1.2万"),
        (340_000_000.0, "¥3.4亿", "¥340M", "¥3.4亿"),
        (-3.0, "-¥3.00", "-¥3.00", "-¥3"),
        (-0.001, "¥0", "¥0", "¥0"),
        (None, "—", "—", "—"),
    ],
)
def test_money(yuan: float | None, chinese: str, english: str, short: str) -> None:
    assert formats.money(yuan, ZH) == chinese
    assert formats.money(yuan, EN) == english
    assert formats.money(yuan, ZH, short=True) == short


@pytest.mark.parametrize(
    ("now", "step", "text"),
    [
        (0.0, 75.0, "¥0→¥75"),
        (None, 75.0, "¥0→¥75"),
        (3.0, 9.0, "¥3→¥9"),
        (3.0, None, "¥3"),
        (0.0, 0.0, "¥0"),
        (None, None, "—"),
    ],
)
def test_money_step(now: float | None, step: float | None, text: str) -> None:
    assert formats.money_step(now, step, ZH) == text


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (5.6, "hours", "5.6小时", "5.6 h"),
        (27.0003 / 5, "hours", "5.4小时", "5.4 h"),  # T1
        (11.0836 / 4, "hours", "2.8小时", "2.8 h"),  # T3
        (13.9, "seconds", "13.9秒", "13.9 s"),
        (675 / 4, "seconds", "168.8秒", "168.8 s"),  # T4
        (0.0134, "ratio", "1.34%", "1.34%"),
        (0.2875, "ratio", "28.75%", "28.75%"),  # T8
        (1.0, "ratio", "100.00%", "100.00%"),
        (4.69, "stars", "4.69", "4.69"),
        (12_000.0, "count", "1.2万", "12k"),
        (None, "hours", "—", "—"),
        (float("nan"), "ratio", "—", "—"),
    ],
)
def test_unit_value(value: float | None, unit: str, chinese: str, english: str) -> None:
    assert formats.unit_value(value, unit, ZH) == chinese
    assert formats.unit_value(value, unit, EN) == english


@pytest.mark.parametrize(
    ("delta", "unit", "better", "chinese", "english", "meaning"),
    [
        (-0.0005, "ratio", "lower", "↓0.05pp 改善", "↓0.05pp better", "better"),
        (0.0005, "ratio", "lower", "↑0.05pp 变差", "↑0.05pp worse", "worse"),
        (0.0005, "ratio", "higher", "↑0.05pp 改善", "↑0.05pp better", "better"),
        (0.7, "hours", "lower", "↑0.7h 变差", "↑0.7h worse", "worse"),
        (-1.2, "seconds", "lower", "↓1.2s 改善", "↓1.2s better", "better"),
        (0.02, "stars", "higher", "↑0.02 改善", "↑0.02 better", "better"),
        (-1.0, "points", "higher", "↓1.0 变差", "↓1.0 worse", "worse"),
        (0.0, "hours", "lower", "— 持平", "— flat", "flat"),
        (0.04, "hours", "lower", "— 持平", "— flat", "flat"),
        (-0.00004, "ratio", "lower", "— 持平", "— flat", "flat"),
        (None, "ratio", "lower", "—", "—", "unknown"),
        (float("inf"), "ratio", "lower", "—", "—", "unknown"),
    ],
)
def test_change(
    delta: float | None, unit: str, better: str, chinese: str, english: str, meaning: formats.Meaning
) -> None:
    assert formats.change(delta, unit, better, ZH) == chinese
    assert formats.change(delta, unit, better, EN) == english
    assert formats.meaning(delta, unit, better) == meaning


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (2530.0, "00:42:10", "00:42:10"),
        (2530.9, "00:42:10", "00:42:10"),
        (0.0, "00:00:00", "00:00:00"),
        (14 * HOUR, "14:00:00", "14:00:00"),  # T10
        (DAY - 1, "23:59:59", "23:59:59"),
        (DAY, "1天00时", "1d 00h"),
        (38 * HOUR, "1天14时", "1d 14h"),  # T2, C
        (45 * HOUR + 40 * 60, "1天21时", "1d 21h"),  # T2, A
        (DAY + 3 * HOUR + 3599, "1天03时", "1d 03h"),  # T2, B
        (-185 * 60.0, "逾期 3:05", "late 3:05"),
        (-10 * HOUR, "逾期 10:00", "late 10:00"),  # T5
        (-1.0, "逾期 0:00", "late 0:00"),
        (-38 * HOUR, "逾期 1天14时", "late 1d 14h"),
        (-123 * DAY - HOUR, "逾期 123天", "late 123 days"),
        (5000 * DAY, ">999天", ">999 days"),
        (None, "—", "—"),
        (float("-inf"), "—", "—"),
    ],
)
def test_left(seconds: float | None, chinese: str, english: str) -> None:
    assert formats.left(seconds, ZH) == chinese
    assert formats.left(seconds, EN) == english


def test_moments() -> None:
    assert formats.clock_time(EVENING) == "11-20 19:30"
    assert formats.clock_time(EVENING, EVENING) == "11-20 19:30"
    last_year = EVENING.replace(year=EVENING.year - 1)
    assert formats.clock_time(EVENING, last_year) == f"{EVENING.year}-11-20 19:30"
    assert formats.hour(EVENING) == "19:30"
    assert formats.day(EVENING) == "11-20"
    assert formats.day(datetime.date(2026, 1, 2)) == "01-02"
    assert {formats.clock_time(None), formats.hour(None), formats.day(None)} == {"—"}


def test_clocks_that_wait_and_run() -> None:
    six = EVENING.replace(hour=6, minute=0)
    assert formats.starts(six, ZH) == "06:00起算"
    assert formats.starts(six, EN) == "from 06:00"
    assert formats.starts(None, ZH) == "—"
    assert formats.running(190 * 60.0, ZH) == "3:10 计时"  # T3
    assert formats.running(190 * 60.0, EN) == "3:10 running"
    assert formats.running(-5.0, ZH) == "0:00 计时"


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (12.0, "12秒前", "12 s ago"),
        (59.9, "59秒前", "59 s ago"),
        (60.0, "1分钟前", "1 min ago"),
        (190.0, "3分钟前", "3 min ago"),
        (5 * HOUR, "5小时前", "5 h ago"),
        (2 * DAY, "2天前", "2 d ago"),
        (0.4, "刚刚", "just now"),
        (-30.0, "刚刚", "just now"),
        (1e9, ">999天前", ">999 d ago"),
        (None, "—", "—"),
    ],
)
def test_age(seconds: float | None, chinese: str, english: str) -> None:
    assert formats.age(seconds, ZH) == chinese
    assert formats.age(seconds, EN) == english


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        (-1.6, "points", "还差1.6", "1.6 short"),
        (11.4, "points", "高出11.4", "11.4 above"),
        (71.4 - 60, "points", "高出11.4", "11.4 above"),
        (-1.0, "points", "还差1.0", "1.0 short"),  # T7
        (0.0, "points", "高出0.0", "0.0 above"),
        (-0.04, "points", "还差<0.1", "<0.1 short"),
        (0.04, "points", "高出<0.1", "<0.1 above"),
        (-0.0125, "ratio", "还差1.25pp", "1.25pp short"),
        (-20.2, "count", "还差21", "21 short"),
        (None, "points", "—", "—"),
    ],
)
def test_distance(value: float | None, unit: str, chinese: str, english: str) -> None:
    assert formats.distance(value, ZH, unit) == chinese
    assert formats.distance(value, EN, unit) == english


def test_distance_to_a_line_that_stops_something() -> None:
    assert formats.distance(0.0125, ZH, "ratio", stop=True) == "距限1.25pp"
    assert formats.distance(0.0, ZH, "ratio", stop=True) == "超限0.00pp"
    assert formats.distance(-0.005, EN, "ratio", stop=True) == "0.50pp over the limit"


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [(0.031, 1, "3.1%"), (0.3, 0, "30%"), (0.29875, 3, "29.875%"), (None, 1, "—"), (1e308, 1, "—")],
)
def test_percent(share: float | None, places: int, text: str) -> None:
    assert formats.percent(share, places) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.83, "83%"),
        (0.0, "0%"),
        (0.001, "<1%"),
        (0.005, "1%"),
        (0.994, "99%"),
        (0.999, ">99%"),
        (1.0, "100%"),
        (None, "—"),
    ],
)
def test_chance(share: float | None, text: str) -> None:
    assert formats.chance(share) == text


@pytest.mark.parametrize(
    ("order_id", "text"),
    [
        ("6925469080412", "…69080412"),
        ("12345678", "12345678"),
        ("123456789", "…23456789"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_tail(order_id: str | None, text: str) -> None:
    assert formats.tail(order_id) == text


def test_the_three_bases_are_three_words() -> None:
    assert [formats.basis(name, ZH) for name in ("official", "anchored", "estimated")] == [
        "官方",
        "推算",
        "估算",
    ]
    assert len({formats.basis(name, EN) for name in ("official", "anchored", "estimated")}) == 3


Format = Callable[[float, Translate], str]
NUMBERS: dict[str, Format] = {
    "score": lambda value, _: formats.score(value),
    "official": lambda value, _: formats.official(value),
    "points": lambda value, _: formats.points(value),
    "error": lambda value, _: formats.error(value),
    "gain": formats.gain,
    "gain_per_hour": formats.gain_per_hour,
    "count": formats.count,
    "number": formats.number,
    "money": formats.money,
    "money_step": lambda value, _: formats.money_step(value / 2, value, _),
    "percent": lambda value, _: formats.percent(value),
    "chance": lambda value, _: formats.chance(value),
    "hours": lambda value, _: formats.unit_value(value, "hours", _),
    "seconds": lambda value, _: formats.unit_value(value, "seconds", _),
    "ratio": lambda value, _: formats.unit_value(value, "ratio", _),
    "change": lambda value, _: formats.change(value, "ratio", "lower", _),
    "left": formats.left,
    "late": formats.late,
    "running": formats.running,
    "age": formats.age,
    "distance": formats.distance,
    "distance_ratio": lambda value, _: formats.distance(value, _, "ratio", stop=True),
    "distance_count": lambda value, _: formats.distance(value, _, "count"),
}


@pytest.mark.parametrize("name", NUMBERS)
@settings(max_examples=40)
@given(value=st.floats() | st.floats(-1e4, 1e4), chinese=st.booleans())
def test_any_number_is_a_short_line(name: str, value: float, chinese: bool) -> None:
    text = NUMBERS[name](value, ZH if chinese else EN)
    assert text
    assert text.isprintable()
    assert cell_len(text) <= 48
    assert not re.search(r"-0(?![.\d]*[1-9])", text), "nothing has no sign"


@given(seconds=st.floats(-400 * DAY, 400 * DAY))
def test_time_left_fits_its_column(seconds: float) -> None:
    assert cell_len(formats.left(seconds, ZH)) <= 13
    assert cell_len(formats.left(seconds, EN)) <= 13


@given(value=st.floats(0, 100), step=st.floats(0, 1))
def test_a_higher_score_never_reads_lower(value: float, step: float) -> None:
    assert float(formats.score(value)) <= float(formats.score(value + step))


@pytest.mark.parametrize(
    ("value", "unit", "better", "text"),
    [
        (17.36, "hours", "lower", "17.3小时"),
        (17.3, "hours", "lower", "17.3小时"),
        (0.00948, "ratio", "lower", "0.94%"),
        (0.9341, "ratio", "higher", "93.41%"),
        (0.93412, "ratio", "higher", "93.42%"),
        (4.6412, "stars", "higher", "4.65"),
        (0.00002, "ratio", "lower", "0.00%"),
        (899.2, "count", "higher", "900"),
        (13.999999999999998, "seconds", "lower", "14.0秒"),  # the dust of arithmetic asks for nothing
    ],
)
def test_a_value_to_come_to_is_rounded_to_the_side_that_is_enough(
    value: float, unit: str, better: str, text: str
) -> None:
    assert formats.asked(value, unit, better, ZH) == text


@given(delta=st.floats(-10, 10))
def test_a_change_and_its_opposite_never_mean_the_same(delta: float) -> None:
    there, back = (formats.meaning(sign * delta, "hours", "lower") for sign in (1, -1))
    assert (there, back) in {("better", "worse"), ("worse", "better"), ("flat", "flat")}


@given(order_id=st.text(max_size=40))
def test_tail_is_nine_characters_at_most(order_id: str) -> None:
    assert len(formats.tail(order_id)) <= 9
