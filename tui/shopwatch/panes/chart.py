"""The score's trend as a braille line over its marks, and two small bars of one line each. Pure text.

A braille character holds two by four dots, so a line of 31 days reads in forty cells by eight. What isn't
known is a gap: the line never runs across a day without a figure.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from shopwatch import formats

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"
FULL, EMPTY = "▰", "▱"
RULE = "╌"
FARTHEST = 1e15  # past this no axis has a figure that could be read
_BLANK = 0x2800
# The bits of a braille cell's dots, by row from the top and column from the left.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A line across the chart: where it lies and what stands at its end."""

    at: float
    label: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """A drawn trend. axis: the figures on the left. body: the line over the rules. labels: what stands at the
    right end of a rule. days: the dates below."""

    axis: tuple[str, ...]
    body: tuple[str, ...]
    labels: tuple[str, ...]
    days: str

    def lines(self) -> list[str]:
        rows = [f"{a}{b}{c}" for a, b, c in zip(self.axis, self.body, self.labels, strict=True)]
        return [*rows, self.days] if self.days else rows


def plot(
    values: Sequence[float | None],
    width: int,
    height: int,
    low: float,
    high: float,
    rules: Sequence[Rule] = (),
) -> list[str]:
    """Return `height` lines of `width` cells: the values from left to right, between low and high, over the
    rules; a value outside is drawn at the edge."""
    if width <= 0 or height <= 0:
        return []
    dots = _dots(values, width, height, low, high)
    ruled = {_row(rule.at, height, low, high) for rule in rules if low <= rule.at <= high}
    return [
        "".join(_character(cell, y in ruled) for cell in dots[y * width : (y + 1) * width])
        for y in range(height)
    ]


def chart(
    values: Sequence[float | None],
    first: datetime.date | None,
    width: int,
    height: int,
    rules: Sequence[Rule] = (),
    today: str = "",
    labelled: bool = True,
) -> Chart:
    """Return the whole chart of a value a day from `first`, the last of which is today: with figures on the
    left, the rules' labels on the right and dates below, as far as there is room for them."""
    low, high = span(values, rules)
    with_days = height >= 4 and first is not None
    rows = height - with_days
    shown = [rule for rule in rules if low <= rule.at <= high]
    label_width = max((cell_len(rule.label) + 1 for rule in shown if rule.label), default=0)
    if not labelled or label_width > width // 4:
        label_width = 0
    axis_width = 5 if width >= 20 else 0
    across = max(1, width - axis_width - label_width)
    body = plot(values, across, rows, low, high, shown)
    return Chart(
        axis=_axis(low, high, rows, shown, axis_width),
        body=tuple(body),
        labels=_labels(low, high, rows, shown, label_width),
        days=_days(first, len(values), axis_width, across, width, today) if with_days and first else "",
    )


def span(values: Sequence[float | None], rules: Sequence[Rule] = ()) -> tuple[float, float]:
    """Return the lowest and highest figure of the axis: whole points around the values, at least four apart,
    with the nearest rule on either side where it is no further off than the values from each other."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        marks = [rule.at for rule in rules]
        return (min(marks) - 2, max(marks) + 2) if marks else (0.0, 100.0)
    low, high = min(known), max(known)
    near = max(3.0, high - low)
    below = max((rule.at for rule in rules if low - near <= rule.at <= low), default=low)
    above = min((rule.at for rule in rules if high <= rule.at <= high + near), default=high)
    low, high = (min(FARTHEST, max(-FARTHEST, end)) for end in (below - 0.5, above + 0.5))
    low, high = math.floor(low), math.ceil(high)
    missing = max(0.0, 4.0 - (high - low))
    return float(low - math.floor(missing / 2)), float(high + math.ceil(missing / 2))


def sparkline(values: Sequence[float | None], width: int) -> str:
    """Return the newest `width` values as blocks over their own range; a dot where there is none."""
    newest = list(values[-width:]) if width > 0 else []
    shown = [*([None] * (max(0, width) - len(newest))), *newest]
    known = [value for value in shown if value is not None and math.isfinite(value)]
    if not known:
        return GAP * len(shown)
    low, reach = min(known), max(known) - min(known)
    return "".join(
        GAP
        if value is None or not math.isfinite(value)
        else BLOCKS[math.floor((value - low) / reach * 7 + 0.5) if 0 < reach < math.inf else 3]
        for value in shown
    )


def bar(share: float | None, width: int) -> str:
    """Return a bar of `width` cells filled by a share of 0..1; anything above nothing fills one, anything
    below the whole leaves one."""
    if share is None or width <= 0 or not math.isfinite(share):
        return ""
    filled = math.floor(min(1.0, max(0.0, share)) * width + 0.5)
    filled = min(width - (share < 1), max(int(share > 0), filled)) if width > 1 else filled
    return FULL * filled + EMPTY * (width - filled)


# ---- drawing


def _dots(values: Sequence[float | None], width: int, height: int, low: float, high: float) -> list[int]:
    cells = [0] * (width * height)
    columns, rows = width * 2, height * 4
    before: tuple[int, int] | None = None
    for place, value in enumerate(values):
        if value is None or not math.isfinite(value):
            before = None
            continue
        x = round(place * (columns - 1) / (len(values) - 1)) if len(values) > 1 else columns - 1
        y = _dot(value, rows, low, high)
        for dot_x, dot_y in _between(before or (x, y), (x, y)):
            cells[dot_y // 4 * width + dot_x // 2] |= _DOTS[dot_y % 4][dot_x % 2]
        before = (x, y)
    return cells


def _dot(value: float, rows: int, low: float, high: float) -> int:
    share = (value - low) / (high - low) if high > low else 0.5
    inside = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.5
    return (rows - 1) - round(inside * (rows - 1))


def _row(value: float, height: int, low: float, high: float) -> int:
    return _dot(value, height * 4, low, high) // 4


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the dots of a straight line, both ends counted."""
    (x0, y0), (x1, y1) = start, end
    steps = max(abs(x1 - x0), abs(y1 - y0), 1)
    return [(x0 + round((x1 - x0) * n / steps), y0 + round((y1 - y0) * n / steps)) for n in range(steps + 1)]


def _character(cell: int, ruled: bool) -> str:
    if cell:
        return chr(_BLANK + cell)
    return RULE if ruled else " "


def _axis(low: float, high: float, rows: int, rules: Sequence[Rule], width: int) -> tuple[str, ...]:
    """The figures of the rules, and of both ends where no rule is next to them."""
    if not width:
        return ("",) * rows
    figures = {_row(rule.at, rows, low, high): rule.at for rule in rules}
    for end in (high, low):
        row = _row(end, rows, low, high)
        if not figures.keys() & {row - 1, row, row + 1}:
            figures[row] = end
    return tuple(
        set_cell_size(formats.score(figures[row]).removesuffix(".0").rjust(width - 1), width)
        if row in figures
        else " " * width
        for row in range(rows)
    )


def _labels(low: float, high: float, rows: int, rules: Sequence[Rule], width: int) -> tuple[str, ...]:
    if not width:
        return ("",) * rows
    words = {_row(rule.at, rows, low, high): rule.label for rule in rules}
    return tuple(set_cell_size(f" {words[row]}" if row in words else "", width) for row in range(rows))


def _days(first: datetime.date, count: int, left: int, across: int, width: int, today: str) -> str:
    """Dates under their own column: the first, today at the right end, and those between that have room."""
    last = today or formats.day(first + datetime.timedelta(days=max(0, count - 1)))
    marks = max(1, min(4, across // 12))
    line = ""
    for mark in range(marks):
        place = round(mark * (count - 1) / marks)
        x = round(place * (across - 1) / max(1, count - 1))
        if mark == 0 or x + 6 + cell_len(last) <= across:
            line = set_cell_size(line, x) + formats.day(first + datetime.timedelta(days=place))
    line = set_cell_size(line, max(0, across - cell_len(last))) + last
    return set_cell_size(" " * left + line, width)
