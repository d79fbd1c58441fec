"""The trend with what is foreseen: drawn where there is room, said in words where there isn't."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.fixture_boards import boards
from shopwatch.board import Board, ForecastPoint, LineBoard, Scale
from shopwatch.i18n import Translate, translation
from shopwatch.panes.chart import SHADE, TODAY, Rule, chart, plot
from shopwatch.panes.score import crossing
from shopwatch.panes.trend import heading_words, trend

FIRST = datetime.date(2026, 10, 21)
ZH, EN = translation("zh_CN"), translation("en")
FIGURES = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 100)


def ahead(*points: tuple[float | None, float | None, float | None]) -> tuple[ForecastPoint, ...]:
    """What the mornings after 11-20 are foreseen to show: value, low, high."""
    days = (datetime.date(2026, 11, 21) + datetime.timedelta(days=n) for n in range(len(points)))
    return tuple(
        ForecastPoint(day=day, value=value, low=low, high=high)
        for day, (value, low, high) in zip(days, points, strict=True)
    )


FALLING = ahead(*((81.4 - n / 10, 81.4 - n / 4, 81.4 + n / 8) for n in range(1, 15)))


def shop(
    language: str = "zh_CN", forecast: Sequence[ForecastPoint] = FALLING, scale: Scale | None = None
) -> Board:
    board = boards(language)["flagship"]
    return msgspec.structs.replace(board, forecast=tuple(forecast), scale=scale or board.scale)


def said(board: Board, width: int, height: int, _: Translate) -> list[str]:
    return [line.plain for line in trend(board, width, height, _)]


def test_the_whole_chart() -> None:
    rising = [80 + day / 20 for day in range(31)]
    drawn = chart(rising, FIRST, 54, 9, (Rule(83, "旗舰"),), today="今天", ahead=FALLING)
    assert drawn.lines() == [
        "                                  ┊                   ",
        "  83 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┊╌╌╌╌╌╌╌╌╌╌╌░░░ 旗舰",
        "                                 ⢀⣀⡀   ░░░░░░░░░░     ",
        "               ⣀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠒⠒⠒⠊⠉⠉⠉⠉⠁┊ ⠁⠁⠂⠂⠄⠄⡀⡀⡀░░░░     ",
        "     ⠤⠒⠒⠒⠒⠒⠉⠉⠉⠉                   ┊     ░░░░░⠁⠁⠂⠂     ",
        "                                  ┊         ░░░░░     ",
        "                                  ┊            ░░     ",
        "  77                              ┊                   ",
        "     10-21          11-05       今天        12-04     ",
    ]


def test_the_past_is_solid_and_what_is_ahead_is_dotted() -> None:
    row = plot([5.0] * 8, 8, 1, 0, 10, ahead=ahead(*[(5.0, None, None)] * 8))[0]
    assert row[:4] == "⠒⠒⠒⠒"
    assert set(row[4:]) == {"⠂"}


def test_the_shade_lies_in_the_band_and_after_today_alone() -> None:
    low, high, height = 0.0, 100.0, 25
    rows = plot([50.0] * 10, 40, height, low, high, ahead=ahead(*[(50.0, 30.0, 70.0)] * 10))
    shaded = {(x, y) for y, row in enumerate(rows) for x, sign in enumerate(row) if sign == SHADE}
    assert min(x for x, _y in shaded) >= 19
    assert {y for x, y in shaded if x > 25} == set(range(8, 17)) - {12}  # the line itself lies over it
    assert {row.index(TODAY) for row in rows if TODAY in row} == {18}


def test_a_band_that_nobody_knows_is_not_shaded() -> None:
    rows = plot([50.0] * 10, 40, 9, 0, 100, ahead=ahead((50.0, None, None), (50.0, None, 60.0)))
    assert SHADE not in "".join(rows)


def test_nothing_ahead_leaves_the_chart_as_it_was() -> None:
    lines = chart([80.0] * 31, FIRST, 60, 8, today="今天").lines()
    assert TODAY not in "".join(lines)
    assert lines[-1].rstrip().endswith("今天")


def test_the_dates_stand_under_today_and_the_last_day_ahead() -> None:
    drawn = chart([80.0] * 31, FIRST, 60, 8, today="今天", ahead=FALLING)
    assert drawn.days.split() == ["10-21", "10-31", "11-10", "今天", "12-04"]
    columns = [cell_len(row[: row.index(TODAY)]) for row in drawn.lines() if TODAY in row]
    start = cell_len(drawn.days[: drawn.days.index("今天")])
    assert start <= columns[0] < start + 4


def test_the_axis_takes_in_the_band_but_no_rule_that_lies_far_from_it() -> None:
    rules = (Rule(83), Rule(75))
    axis = chart([82.0] * 31, FIRST, 60, 9, rules, ahead=ahead((82.0, 79.0, 82.6))).axis
    assert [figure.strip() for figure in axis if figure.strip()] == ["83", "78"]


@given(
    values=st.lists(FIGURES, max_size=31),
    points=st.lists(st.tuples(FIGURES, FIGURES, FIGURES), max_size=14),
    width=st.integers(1, 120),
    height=st.integers(1, 30),
)
def test_any_trend_and_forecast_fill_their_frame(
    values: list[float | None],
    points: list[tuple[float | None, float | None, float | None]],
    width: int,
    height: int,
) -> None:
    lines = chart(values, FIRST, width, height, (Rule(70, "精选"),), "今天", ahead=ahead(*points)).lines()
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


@pytest.mark.parametrize(
    ("width", "zh", "en"),
    [
        (60, "预计14天后 80.0(八成在 78–83)", "in 14 d 80.0 (80%: 78–83)"),
        (22, "14天后 80.0(78–83)", "in 14 d 80.0 (78–83)"),
        (14, "14天后 80.0", "in 14 d 80.0"),
        (5, "", ""),
    ],
)
def test_where_it_is_heading_in_as_many_cells_as_there_are(width: int, zh: str, en: str) -> None:
    assert heading_words(shop(), width, ZH) == zh
    assert heading_words(shop("en"), width, EN) == en


@pytest.mark.parametrize(
    ("point", "scale", "words"),
    [
        ((82.1, 81.6, 82.4), Scale(), "in 14 d 82.1 (80%: 81.6–82.4)"),
        ((4.66, 4.61, 4.7), Scale(floor=3, ceiling=5, decimals=2), "in 14 d 4.66 (80%: 4.61–4.70)"),
        ((3.0, 2.0, 3.0), Scale(kind="level", floor=1, ceiling=5), "in 14 d LV3 (80%: LV2–LV3)"),
        ((3.0, 3.0, 3.0), Scale(kind="level", floor=1, ceiling=5), "in 14 d LV3"),
        ((82.1, None, None), Scale(), "in 14 d 82.1"),
        ((None, None, None), Scale(), ""),
    ],
)
def test_the_band_is_said_as_the_scale_says_it(
    point: tuple[float | None, float | None, float | None], scale: Scale, words: str
) -> None:
    assert heading_words(shop("en", ahead(*[point] * 14), scale), 60, EN) == words


def test_a_small_trend_says_in_words_where_it_is_heading() -> None:
    line = said(shop(), 44, 3, ZH)[-1]
    assert "▁" in line
    assert line.endswith("14天后 80.0(78–83)")
    assert cell_len(line) <= 44


def test_without_a_forecast_a_small_trend_says_where_it_has_been() -> None:
    assert said(shop(forecast=()), 44, 3, ZH)[-1].endswith("80.3–84.2")


@pytest.mark.parametrize("forecast", [(), FALLING])
@pytest.mark.parametrize("height", range(12))
@pytest.mark.parametrize("width", [24, 44, 60, 90])
def test_a_trend_keeps_to_its_room(width: int, height: int, forecast: tuple[ForecastPoint, ...]) -> None:
    lines = said(shop(forecast=forecast), width, height, ZH)
    assert len(lines) <= height
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("kind", "met", "zh", "en"),
    [
        ("unlock", True, " · 预计3天后失去", " · lost in 3 d"),
        ("unlock", False, " · 预计3天后达到", " · met in 3 d"),
        ("stop", True, " · 预计3天后触线", " · strikes in 3 d"),
        ("stop", False, " · 预计3天后解除", " · lifted in 3 d"),
    ],
)
def test_a_line_says_when_it_is_foreseen_to_be_crossed(kind: str, met: bool, zh: str, en: str) -> None:
    def line(days: int | None) -> LineBoard:
        first = next(one for one in shop().lines if one.kind == kind)
        return msgspec.structs.replace(first, met=met, crosses_in_days=days)

    assert crossing(line(3), ZH) == zh
    assert crossing(line(3), EN) == en
    assert crossing(line(None), EN) == ""
