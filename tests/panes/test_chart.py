"""The trend by braille: what is drawn, what is left out, and that it always fits."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from shopwatch.panes.chart import Rule, bar, chart, plot, span, sparkline

FIRST = datetime.date(2026, 10, 21)
RULES = (Rule(83, "旗舰标识"), Rule(75, "大促报名"), Rule(70, "精选联盟"))
FIGURES = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 100)


def inked(lines: list[str]) -> set[tuple[int, int]]:
    """The cells that hold a dot of the line."""
    return {
        (x, y) for y, line in enumerate(lines) for x, sign in enumerate(line) if "\u2800" < sign <= "\u28ff"
    }


def test_a_straight_rise() -> None:
    assert plot([0, 1, 2, 3], 2, 1, 0, 3) == ["⡠⠊"]


def test_a_level_line_at_the_bottom_and_at_the_top() -> None:
    assert plot([0.0] * 5, 3, 2, 0, 10) == ["   ", "⣀⣀⣀"]
    assert plot([10.0] * 5, 3, 2, 0, 10) == ["⠉⠉⠉", "   "]


def test_a_figure_outside_is_drawn_at_the_edge() -> None:
    assert plot([-50.0] * 3, 2, 2, 0, 10) == ["  ", "⣀⣀"]


def test_a_missing_day_is_a_gap() -> None:
    values: list[float | None] = [5.0] * 31
    values[15] = None
    columns = {x for x, _y in inked(plot(values, 31, 3, 0, 10))}
    assert columns == set(range(31)) - {15}


def test_a_single_day_between_gaps_is_a_dot() -> None:
    assert len(inked(plot([None, 5.0, None], 10, 3, 0, 10))) == 1


def test_a_rule_lies_behind_the_line() -> None:
    assert plot([None, None], 3, 2, 0, 10, [Rule(10)]) == ["╌╌╌", "   "]
    assert plot([10.0] * 5, 3, 2, 0, 10, [Rule(10)]) == ["⠉⠉⠉", "   "]


def test_a_rule_outside_is_not_drawn() -> None:
    assert plot([5.0], 3, 1, 0, 10, [Rule(20)])[0].count("╌") == 0


def test_the_whole_chart() -> None:
    drawn = chart([80 + day / 10 for day in range(31)], FIRST, 40, 8, RULES, today="今")
    assert drawn.lines() == [
        "                                        ",
        "  83 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⣀⠤⠔ 旗舰标识",
        "                     ⣀⣀⠤⠔⠒⠉⠉            ",
        "               ⣀⣀⠤⠒⠊⠉                   ",
        "        ⢀⣀⠤⠤⠒⠊⠉                         ",
        "     ⠤⠒⠊⠁                               ",
        "  79                                    ",
        "     10-21       11-05       今         ",
    ]


def test_without_a_word_for_today_the_last_day_stands_there() -> None:
    assert chart([80.0] * 31, FIRST, 60, 8).days.split() == ["10-21", "10-29", "11-05", "11-12", "11-20"]


def test_rules_of_the_same_height_keep_one_label() -> None:
    drawn = chart([80.0], FIRST, 40, 8, (Rule(80, "一"), Rule(80, "二")))
    assert sum(bool(label.strip()) for label in drawn.labels) == 1


def test_a_small_chart_gives_up_labels_then_figures_then_dates() -> None:
    assert not any(chart([80.0], FIRST, 30, 8, RULES).labels)
    assert not any(chart([80.0], FIRST, 19, 8, RULES).axis)
    assert chart([80.0], FIRST, 40, 3, RULES).days == ""


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([81.0, 82.0], 80.0, 84.0),  # takes in the rule next to it
        ([76.0, 81.0], 74.0, 84.0),  # and those on both sides
        ([60.0, 61.0], 59.0, 63.0),  # too far from any rule
        ([None, None], 68.0, 85.0),  # nothing known: the rules
    ],
)
def test_span(values: list[float | None], low: float, high: float) -> None:
    assert span(values, RULES) == (low, high)


@settings(max_examples=60)
@given(
    values=st.lists(FIGURES, max_size=31),
    width=st.integers(1, 120),
    height=st.integers(1, 30),
    rules=st.lists(st.builds(Rule, st.floats(0, 100), st.text("标识ab", max_size=6)), max_size=5),
)
def test_any_trend_fills_its_frame(
    values: list[float | None], width: int, height: int, rules: list[Rule]
) -> None:
    lines = chart(values, FIRST, width, height, rules, today="今").lines()
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


@given(values=st.lists(st.floats(0, 100), min_size=2, max_size=60), width=st.integers(2, 80))
def test_a_trend_without_gaps_reaches_both_ends(values: list[float], width: int) -> None:
    columns = {x for x, _y in inked(plot(values, width, 4, 0, 100))}
    assert columns == set(range(width))


@pytest.mark.parametrize(
    ("values", "width", "text"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], 8, "▁▂▃▄▅▆▇█"),
        ([5, 5], 2, "▄▄"),
        ([1, None, 8], 3, "▁·█"),
        ([1, 8], 4, "··▁█"),
        ([9, 9, 1, 8], 2, "▁█"),
        ([], 3, "···"),
        ([1], 0, ""),
    ],
)
def test_sparkline(values: list[float | None], width: int, text: str) -> None:
    assert sparkline(values, width) == text


@pytest.mark.parametrize(
    ("share", "width", "text"),
    [
        (0.0, 6, "▱▱▱▱▱▱"),
        (0.01, 6, "▰▱▱▱▱▱"),
        (0.5, 6, "▰▰▰▱▱▱"),
        (0.83, 6, "▰▰▰▰▰▱"),
        (0.99, 6, "▰▰▰▰▰▱"),
        (1.0, 6, "▰▰▰▰▰▰"),
        (1.7, 6, "▰▰▰▰▰▰"),
        (-0.5, 6, "▱▱▱▱▱▱"),
        (None, 6, ""),
        (0.5, 0, ""),
    ],
)
def test_bar(share: float | None, width: int, text: str) -> None:
    assert bar(share, width) == text


@given(values=st.lists(FIGURES, max_size=40), share=st.floats(), width=st.integers(0, 40))
def test_small_bars_never_fail(values: list[float | None], share: float, width: int) -> None:
    assert len(sparkline(values, width)) == width
    assert len(bar(share, width)) in {0, width}
