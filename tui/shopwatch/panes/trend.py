"""The score's trend: where it has been, against the lines, and where it is heading, in words where it is small."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, ForecastPoint, Scale
from shopwatch.campaigns import next_one, when_words
from shopwatch.i18n import Translate
from shopwatch.panes.cells import content
from shopwatch.panes.chart import Chart, Rule, chart, spans, sparkline

LEAST_CHART = 6
LEAST_SPARK, FAIR_SPARK = 8, 14
NARROW = 2  # steps of a scale: a band less wide is said in the decimals of what was worked out


def trend(board: Board, width: int, height: int, _: Translate) -> list[Content]:
    """Return the trend in at most `height` lines: a chart, or else a sparkline; nothing without a past."""
    if height < 1 or not any(point.value is not None for point in board.trend):
        return []
    return _small(board, width, _)[-height:] if height < LEAST_CHART else _chart(board, width, height, _)


def heading_words(board: Board, width: int, _: Translate) -> str:
    """Return where the score is heading, in as much as there is room for; nothing where nobody can tell."""
    last = board.forecast[-1] if board.forecast else None
    if last is None or last.value is None:
        return ""
    value = formats.total(last.value, board.scale)
    band = _band(last, board.scale)
    days = len(board.forecast)
    bare = _("in {n} d {value}").format(n=days, value=value)
    if not band:
        return bare if cell_len(bare) <= width else ""
    choices = (
        _("in {n} d {value} (80%: {band})").format(n=days, value=value, band=band),
        _("in {n} d {value} ({band})").format(n=days, value=value, band=band),
        bare,
    )
    return next((words for words in choices if cell_len(words) <= width), "")


def coming_words(board: Board, width: int, _: Translate) -> str:
    """Return which campaign runs or comes next; nothing where there is none, or no room."""
    one = next_one(board.campaigns)
    if one is None or board.as_of is None:
        return ""
    words = when_words(one, board.as_of, _)
    return words if cell_len(words) <= width else ""


def _band(point: ForecastPoint, scale: Scale) -> str:
    """79–85; where it is narrow, 82.1–82.9."""
    if point.low is None or point.high is None:
        return ""
    say = formats.total if point.high - point.low < NARROW * scale.step else formats.printed
    ends = say(point.low, scale), say(point.high, scale)
    return f"{ends[0]}–{ends[1]}" if ends[0] != ends[1] else ""


def _chart(board: Board, width: int, height: int, _: Translate) -> list[Content]:
    values = [point.value for point in board.trend]
    marks = _marks(board) if height > LEAST_CHART else []
    drawn = chart(
        values,
        board.trend[0].day,
        width,
        height - 1 - bool(marks),
        _rules(board, values),
        _("Today"),
        step=board.scale.step,
        ahead=board.forecast,
    )
    past = _("{n}-day trend").format(n=len(values) - 1)
    coming = coming_words(board, width - cell_len(past) - 3, _)
    heading = heading_words(board, width - cell_len(past) - cell_len(coming) - 6, _)
    title = content(
        (past, "$faint"),
        (f" · {heading}" if heading else "", "$quiet"),
        (f" · {coming}" if coming else "", "$near"),
    )
    return [title, *painted(drawn, _spans(board, drawn, marks, width))]


def _marks(board: Board) -> list[tuple[int, int, str]]:
    """The campaigns within the chart, by their first and last place in it."""
    first, last = board.trend[0].day, board.trend[-1].day + datetime.timedelta(days=len(board.forecast))
    return [
        ((one.start.date() - first).days, (one.end.date() - first).days, one.name)
        for one in board.campaigns
        if one.start.date() <= last and one.end.date() >= first
    ]


def _spans(
    board: Board, drawn: Chart, marks: Sequence[tuple[int, int, str]], width: int
) -> tuple[Content, ...]:
    days = len(board.trend) + len(board.forecast)
    return tuple(
        content((line, "$near"))
        for line in spans(marks, days, cell_len(drawn.axis[0]), len(drawn.body[0]), width)
    )


def _small(board: Board, width: int, _: Translate) -> list[Content]:
    """The newest days as blocks, then where they have been and where they are heading."""
    values = [point.value for point in board.trend]
    known = [value for value in values if value is not None]
    ends = f" {formats.total(min(known), board.scale)}–{formats.total(max(known), board.scale)}"
    name = cell_len(_("{n} d").format(n=len(values))) + 1
    heading = heading_words(board, width - name - FAIR_SPARK - 2, _)
    heading = f"  {heading}" if heading else ""
    if name + FAIR_SPARK + cell_len(ends + heading) > width and heading:
        ends = ""
    size = max(LEAST_SPARK, min(len(values), width - name - cell_len(ends + heading)))
    line = content(
        (_("{n} d").format(n=size) + " ", "$quiet"),
        (sparkline(values, size), "$key"),
        (ends, "$faint" if heading else "$quiet"),
        (heading, "$quiet"),
    )
    return [Content(""), line]


def _rules(board: Board, values: list[float | None]) -> list[Rule]:
    """The total's lines, each height once, under the names of what they unlock."""
    known = [value for value in values if value is not None]
    names: dict[float, str] = {}
    for line in board.lines:
        for part in line.parts:
            if line.kind != "stop" and part.on == "total" and part.at is not None and part.at not in names:
                names[part.at] = line.name
    middle = sum(known) / len(known) if known else 0.0
    near = sorted(names, key=lambda at: abs(at - middle))[:3]
    return [Rule(at, names[at]) for at in near]


def painted(drawn: Chart, under: Sequence[Content] = ()) -> list[Content]:
    """Return a chart in colour: the line stands out, and all that it is read by is faint. under: what goes between it
    and its dates."""
    body = [
        content((axis, "$faint"), _inked(row), (label, "$faint"))
        for axis, row, label in zip(drawn.axis, drawn.body, drawn.labels, strict=True)
    ]
    body += under
    return [*body, content((drawn.days, "$faint"))] if drawn.days else body


def _inked(row: str) -> Content:
    """Colour the trend and leave what lies behind it faint."""
    runs = itertools.groupby(row, lambda sign: "$key" if "\u2800" < sign <= "\u28ff" else "$rule")
    return content(*(("".join(signs), style) for style, signs in runs))
