"""The score's trend as a braille line over its marks, and two small bars of one line each. Pure text.

A braille character holds two by four dots, so a line of 31 days reads in forty cells by eight. What isn't
known is a gap: the line never runs across a day without a figure. What is foreseen goes on behind the mark of
today, dotted, over the shade of its band; the three are told apart without a colour.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import msgspec
from rich.cells import cell_len, set_cell_size

from shopwatch import formats
from shopwatch.board import ForecastPoint

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"
FULL, EMPTY = "▰", "▱"
RULE = "╌"
SHADE = "░"
TODAY = "┊"
SPAN = "━"
FARTHEST = 1e15  # past this no axis has a figure that could be read
_BLANK = 0x2800
# The bits of a braille cell's dots, by row from the top and column from the left.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Rule(msgspec.Struct, frozen=True):
    """A line across the chart: where it lies and what stands at its end."""

    at: float
    label: str = ""


class Chart(msgspec.Struct, frozen=True):
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
    ahead: Sequence[ForecastPoint] = (),
) -> list[str]:
    """Return `height` lines of `width` cells: the values from left to right, between low and high, over the
    rules; a value outside is drawn at the edge. ahead: the days after the last value."""
    if width <= 0 or height <= 0:
        return []
    line = [*values, *(point.value for point in ahead)]
    dots = _dots(line, len(values), width, height, low, high)
    ruled = {_row(rule.at, height, low, high) for rule in rules if low <= rule.at <= high}
    shaded = _band(values, ahead, width, height, low, high)
    today = _column(len(values) - 1, len(line), width) // 2 if values and ahead else None

    def character(x: int, y: int) -> str:
        if dots[y * width + x]:
            return chr(_BLANK + dots[y * width + x])
        if x == today:
            return TODAY
        return SHADE if (x, y) in shaded else RULE if y in ruled else " "

    return ["".join(character(x, y) for x in range(width)) for y in range(height)]


def chart(
    values: Sequence[float | None],
    first: datetime.date | None,
    width: int,
    height: int,
    rules: Sequence[Rule] = (),
    today: str = "",
    labelled: bool = True,
    step: float = 1.0,
    ahead: Sequence[ForecastPoint] = (),
) -> Chart:
    """Return the whole chart of a value a day from `first`, the last of which is today: with figures on the
    left, the rules' labels on the right and dates below, as far as there is room for them. step: what is a
    small move on the values' scale, which the axis is drawn in. ahead: what is foreseen of the days after it."""
    bands = (end for point in ahead for end in (point.low, point.value, point.high))
    low, high = span([*values, *bands], rules, step, 1.0 if ahead else None)
    with_days = height >= 4 and first is not None
    rows = height - with_days
    shown = [rule for rule in rules if low <= rule.at <= high]
    label_width = max((cell_len(rule.label) + 1 for rule in shown if rule.label), default=0)
    if not labelled or label_width > width // 4:
        label_width = 0
    axis_width = 5 if width >= 20 else 0
    across = max(1, width - axis_width - label_width)
    body = plot(values, across, rows, low, high, shown, ahead)
    return Chart(
        axis=_axis(low, high, rows, shown, axis_width, 1 if step >= 1 else 2),
        body=tuple(body),
        labels=_labels(low, high, rows, shown, label_width),
        days=_days(first, len(values), len(ahead), axis_width, across, width, today)
        if with_days and first
        else "",
    )


def spans(
    marks: Sequence[tuple[int, int, str]], days: int, left: int, across: int, width: int
) -> tuple[str, ...]:
    """Return a line for what lasted some of a chart's days: a bar from the first place to the last, and its name where
    there is room; nothing where none of it lies within the days. left, across: cells of its axis and its body."""
    line = ""
    for first, last, name in sorted(marks):
        if last < 0 or first >= days:
            continue
        begin, end = (
            left + round(max(0, min(days - 1, place)) * (across - 1) / max(1, days - 1))
            for place in (first, last)
        )
        bar_ = SPAN * (end - begin + 1)
        after, before = f"{bar_} {name}", f"{name} {bar_}"
        start = max(begin, cell_len(line) + 1 if line else 0)
        if start + cell_len(after) <= width:
            line = set_cell_size(line, start) + after
        elif begin - cell_len(name) - 1 > cell_len(line):
            line = set_cell_size(line, begin - cell_len(name) - 1) + before
        elif start == begin:
            line = set_cell_size(line, start) + bar_
    return (set_cell_size(line, width),) if line.strip() else ()


def span(
    values: Sequence[float | None], rules: Sequence[Rule] = (), step: float = 1.0, near: float | None = None
) -> tuple[float, float]:
    """Return the lowest and highest figure of the axis: whole steps around the values, at least four apart,
    with the nearest rule on either side where it is within `near` steps; without that, where it is no further
    off than the values from each other."""
    if step != 1.0:
        low, high = span(
            [None if value is None else value / step for value in values],
            [Rule(rule.at / step) for rule in rules],
            near=near,
        )
        return low * step, high * step
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        marks = [rule.at for rule in rules]
        return (min(marks) - 2, max(marks) + 2) if marks else (0.0, 100.0)
    low, high = min(known), max(known)
    near = max(3.0, high - low) if near is None else near
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


def _dots(
    values: Sequence[float | None], solid: int, width: int, height: int, low: float, high: float
) -> list[int]:
    """The line's dots by cell; past the first `solid` values, those of every other column alone."""
    cells = [0] * (width * height)
    rows = height * 4
    before: tuple[int, int] | None = None
    for place, value in enumerate(values):
        if value is None or not math.isfinite(value):
            before = None
            continue
        x, y = _column(place, len(values), width), _dot(value, rows, low, high)
        for dot_x, dot_y in _between(before or (x, y), (x, y)):
            if place < solid or dot_x % 2 == 0:
                cells[dot_y // 4 * width + dot_x // 2] |= _DOTS[dot_y % 4][dot_x % 2]
        before = (x, y)
    return cells


def _band(
    values: Sequence[float | None],
    ahead: Sequence[ForecastPoint],
    width: int,
    height: int,
    low: float,
    high: float,
) -> set[tuple[int, int]]:
    """The cells of which the middle lies in the band; it opens at today's value."""
    today = values[-1] if values else None
    ends = [(today, today), *((point.low, point.high) for point in ahead)]
    days = len(values) + len(ahead) - 1
    middles = [high - (4 * y + 1.5) / (4 * height - 1) * (high - low) for y in range(height)]
    found: set[tuple[int, int]] = set()
    for x in range(width):
        place = (2 * x + 0.5) * days / (2 * width - 1) - (len(values) - 1)
        if not 0 < place <= len(ahead):
            continue
        before, after = ends[math.ceil(place) - 1], ends[math.ceil(place)]
        bottom, top = (_part_way(*pair, place % 1 or 1.0) for pair in zip(before, after, strict=True))
        found |= {(x, y) for y, middle in enumerate(middles) if bottom <= middle <= top}
    return found


def _part_way(start: float | None, end: float | None, share: float) -> float:
    return math.nan if start is None or end is None else start + (end - start) * share


def _column(place: int, count: int, width: int) -> int:
    """The column of dots of one of so many values."""
    return round(place * (width * 2 - 1) / (count - 1)) if count > 1 else width * 2 - 1


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


def _axis(
    low: float, high: float, rows: int, rules: Sequence[Rule], width: int, places: int
) -> tuple[str, ...]:
    """The figures of the rules, and of both ends where no rule is next to them."""
    if not width:
        return ("",) * rows
    figures = {_row(rule.at, rows, low, high): rule.at for rule in rules}
    for end in (high, low):
        row = _row(end, rows, low, high)
        if not figures.keys() & {row - 1, row, row + 1}:
            figures[row] = end
    return tuple(
        set_cell_size(formats.score(figures[row], places).removesuffix(".0").rjust(width - 1), width)
        if row in figures
        else " " * width
        for row in range(rows)
    )


def _labels(low: float, high: float, rows: int, rules: Sequence[Rule], width: int) -> tuple[str, ...]:
    if not width:
        return ("",) * rows
    words = {_row(rule.at, rows, low, high): rule.label for rule in rules}
    return tuple(set_cell_size(f" {words[row]}" if row in words else "", width) for row in range(rows))


def _days(
    first: datetime.date, count: int, ahead: int, left: int, across: int, width: int, today: str
) -> str:
    """Dates under their own column: the first, today, the last foreseen at the right end, and those of the past
    that have room."""

    def at(place: int) -> int:
        return round(place * (across - 1) / max(1, count + ahead - 1))

    def date(place: int) -> str:
        return formats.day(first + datetime.timedelta(days=place))

    word = today or date(max(0, count - 1))
    size, end = cell_len(word), across - len(date(0))
    here = at(count - 1) - size // 2 if ahead and count else across
    closed = ahead > 0 and here + size < end
    here = max(0, min(here, across - size))
    marks = max(1, min(4, (at(count - 1) if ahead else across) // 12))
    line = ""
    for mark in range(marks):
        place = round(mark * (count - 1) / marks)
        x = at(place)
        if mark == 0 or x + 6 <= here:
            line = set_cell_size(line, x) + date(place)
    line = set_cell_size(line, here) + word
    if closed:
        line = set_cell_size(line, end) + date(count + ahead - 1)
    return set_cell_size(" " * left + line, width)
