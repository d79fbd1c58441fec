"""How a line of the order list is drawn: its columns, its segments, and what is kept of them.

The segments on both sides of the time are kept for as long as the line is the same value, so that a new
second costs one cell of text and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from shopwatch import formats
from shopwatch.panes.chart import bar
from shopwatch.panes.order_lines import (
    CHANCE_WITHOUT_BAR,
    GLYPHS,
    Column,
    Level,
    Name,
    OrderLine,
    Sort,
    columns,
    level,
    pay_text,
    points_text,
    time_text,
)
from shopwatch.panes.view import View

LEVEL_STYLES: dict[Level, str] = {
    "late": "bold $bad",
    "soon": "$bad",
    "near": "$near",
    "calm": "$quiet",
    "lost": "$faint",
}
SORTED_BY: dict[Name, Sort] = {"points": "rank", "left": "left", "chance": "chance", "pay": "pay"}
MARK, OPENED, CLOSED, UNDER, ALONE = "▌", "▾ ", "▸ ", "│ ", "  "
LIKELY, POSSIBLE = 0.7, 0.3
STAGE_WIDTHS = (8, 16)
ENGLISH_STAGE = 10  # the least that tells one English stage from another
KEPT_LINES = 1000


class Drawn(NamedTuple):
    """The segments of a line on both sides of its time."""

    line: OrderLine
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]


class Painter:
    """Draws lines at one width. style: from a style's name, and whether the line is chosen, to a style."""

    def __init__(self, view: View, style: Callable[[str, bool], Style]) -> None:
        self.columns: tuple[Column, ...] = ()
        self.time_column: Column | None = None
        self._view = view
        self._make_style = style
        self._width = 0
        self._gaps: dict[Name, str] = {}
        self._stage = STAGE_WIDTHS[0]
        self._drawn: dict[tuple[str, bool, bool], Drawn] = {}
        self._times: dict[str, str] = {}
        self._styles: dict[tuple[str, bool], Style] = {}

    def forget(self) -> None:
        """Drop what was kept: the styles are others now."""
        self._drawn.clear()
        self._times.clear()
        self._styles.clear()

    def make_room(self, lines: Iterable[OrderLine]) -> None:
        """Give the stages of these lines the cells that they need."""
        least, most = STAGE_WIDTHS
        stage = min(most, max((cell_len(name) for name in {line.stage for line in lines}), default=0))
        if (stage := max(least, stage)) != self._stage:
            self._stage = stage
            self._lay_out(self._width)

    def fit_to(self, width: int) -> None:
        if width != self._width:
            self._lay_out(width)

    def _lay_out(self, width: int) -> None:
        least = STAGE_WIDTHS[0] if self._view.language.startswith("zh") else ENGLISH_STAGE
        self._width, self.columns = width, columns(width, self._stage, least)
        self.time_column = next((column for column in self.columns if column.name == "left"), None)
        ends = [*(column.x for column in self.columns[1:]), width]
        self._gaps = {
            column.name: " " * (end - column.x - column.width)
            for column, end in zip(self.columns, ends, strict=False)
        }
        self.forget()

    # ---- lines

    def header(self, sort: Sort) -> Strip:
        text = "".join(f" {fit(self._heading(column, sort), column.width)}" for column in self.columns)
        return Strip([Segment(set_cell_size(text, self._width), self._style("$quiet"))], self._width)

    def nothing(self, *, filtered: bool, waiting: bool) -> Strip:
        _ = self._view.words
        words = _("Working it out …") if waiting else _("Nothing to save now")
        words = _("Nothing matches; Esc clears the filter") if filtered else words
        return Strip([Segment(fit(f"   {words}", self._width), self._style("$quiet"))], self._width)

    def blank(self) -> Strip:
        return Strip.blank(self._width, self._style(""))

    def line(self, line: OrderLine, now: float, *, chosen: bool, opened: bool) -> Strip:
        drawn = self._drawn.get((line.key, chosen, opened))
        if drawn is None or drawn.line is not line:
            drawn = self._draw(line, chosen, opened)
            if len(self._drawn) >= KEPT_LINES:
                self._drawn.clear()
            self._drawn[line.key, chosen, opened] = drawn
        text, style = self._time_shown(line, now, chosen)
        time = Segment(text + self._gaps.get("left", ""), style)
        return Strip([*drawn.before, time, *drawn.after], self._width)

    def time(self, line: OrderLine, now: float, *, chosen: bool) -> Strip:
        """Return the line's time alone, in the cells of its column."""
        return Strip([Segment(*self._time_shown(line, now, chosen))])

    def is_behind(self, line: OrderLine, now: float) -> bool:
        """Whether the line's time was painted as another text than it has now."""
        return self.time_column is not None and self._time(line, now) != self._times.get(line.key)

    # ---- cells

    def _time_shown(self, line: OrderLine, now: float, chosen: bool) -> tuple[str, Style]:
        text = self._time(line, now)
        if len(self._times) >= KEPT_LINES:
            self._times.clear()
        self._times[line.key] = text
        return text, self._style("$faint" if line.stale else LEVEL_STYLES[level(line, now)], chosen)

    def _time(self, line: OrderLine, now: float) -> str:
        if self.time_column is None:
            return ""
        _ = self._view.words
        width = self.time_column.width
        text = time_text(line, now, _)
        if cell_len(text) > width - 2:
            text = time_text(line, now, _, short=True)
        if line.kind == "cause" and text != formats.UNKNOWN:
            earliest = _("first {time}").format(time=text)
            text = earliest if cell_len(earliest) <= width - 2 else text
        return fit(f"{GLYPHS[level(line, now)]} {text}", width)

    def _draw(self, line: OrderLine, chosen: bool, opened: bool) -> Drawn:
        before = [Segment(MARK if chosen else " ", self._style("$key", chosen))]
        after: list[Segment] = []
        for column in self.columns:
            if column.name != "left":
                text, style = self._text(line, column, opened)
                cell = fit(text, column.width) + self._gaps[column.name]
                side = before if column.name == "order" else after
                faint = line.lost or line.stale
                side.append(Segment(cell, self._style("$faint" if faint else style, chosen)))
        return Drawn(line, tuple(before), tuple(after))

    def _text(self, line: OrderLine, column: Column, opened: bool) -> tuple[str, str]:
        """The words of one cell and their style."""
        if column.name == "order":
            return _title(line, opened), {"cause": "bold", "later": "$quiet"}.get(line.kind, "")
        if column.name == "stage":
            return line.stage, "$quiet" if line.kind == "later" else ""
        if column.name == "chance":
            return _chance(line.p_miss, column.width)
        if column.name == "points":
            worth = bool(line.points or line.points_per_hour)
            return points_text(line, self._view.words), "$good" if worth else "$faint"
        if column.name == "pay":
            return pay_text(line, self._view.words), "" if line.yuan or line.yuan_now else "$quiet"
        if column.name == "owner":
            return line.owner, "$quiet"
        shown = any(column.name == "owner" for column in self.columns)
        return (f"@{line.owner} {line.why}" if line.owner and not shown else line.why), "$quiet"

    def _heading(self, column: Column, sort: Sort) -> str:
        _ = self._view.words
        narrow = column.width <= CHANCE_WITHOUT_BAR
        names: dict[Name, str] = {
            "order": "  " + _("Order"),
            "left": "  " + _("Time left"),
            "stage": _("Stage"),
            "chance": _("Risk") if narrow else _("Miss chance"),
            "points": _("Saves") if column.width < cell_len(_("Can save")) + 1 else _("Can save"),
            "pay": _("Pay-out"),
            "why": _("Why"),
            "owner": _("Owner"),
        }
        name = names[column.name]
        if SORTED_BY.get(column.name) != sort:
            return name
        return set_cell_size(name, min(cell_len(name), column.width - 1)) + "▾"

    def _style(self, name: str, chosen: bool = False) -> Style:
        kept = self._styles.get((name, chosen))
        if kept is None:
            kept = self._styles[name, chosen] = self._make_style(name, chosen)
        return kept


def _title(line: OrderLine, opened: bool) -> str:
    if line.kind != "order":
        return (OPENED if opened else CLOSED) + line.title
    return (UNDER if line.parent else ALONE) + line.title


def _chance(share: float | None, width: int) -> tuple[str, str]:
    text = formats.chance(share)
    if share is None:
        return text.rjust(width), "$faint"
    style = "$bad" if share >= LIKELY else "$near" if share >= POSSIBLE else "$quiet"
    filled = "" if width <= CHANCE_WITHOUT_BAR else bar(share, width - 5) + " "
    return f"{filled}{text:>4}", style


def fit(text: str, width: int) -> str:
    """Return the text in exactly `width` cells, cut with an ellipsis, without what would move a terminal's
    cursor."""
    if not text.isprintable():
        text = "".join(character for character in text if character.isprintable())
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
