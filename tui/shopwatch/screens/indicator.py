"""One indicator: its sums and window, its curve and where we are on it, its splits, the rows behind it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, IndicatorBoard
from shopwatch.feed import Row as Behind
from shopwatch.feed import Split
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, content
from shopwatch.panes.chart import bar, plot
from shopwatch.panes.deltas import change_cell, tint
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.score import published_words
from shopwatch.panes.view import silence
from shopwatch.scoring.ratings import MOST, best_needed, moved_by, next_mark
from shopwatch.screens.detail import DetailScreen, fact, heading
from shopwatch.screens.host import Host

CHART_HEIGHT = 6


def column_words(column: str, _: Translate) -> str:
    """Return what a column by which something is split is called."""
    return {
        "carrier": _("carrier"),
        "product_id": _("product"),
        "product_name": _("product"),
        "warehouse": _("warehouse"),
        "province": _("province"),
        "agent": _("agent"),
    }.get(column, column)


class IndicatorScreen(DetailScreen):
    """Splits and rows are asked for when the screen opens, when another split is chosen, and when the figure is another:
    what stands below it adds up to it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "switch", id="switch")]

    def __init__(self, host: Host, indicator: str) -> None:
        super().__init__(host)
        self._indicator = indicator
        self._by = 0
        self._splits: Sequence[Split] | None = None
        self._behind: Sequence[Behind] | None = None
        self._asked_of: tuple[str, IndicatorBoard | None] | None = None

    def show(self) -> None:
        board = self.host.board
        if self.is_mounted and board is not None:
            of = board.id, self._find(board)
            if of != self._asked_of:
                self._asked_of = of
                self._ask_split()
                self.host.ask("rows", self.host.feed.rows(board.id, self._indicator), self._take_rows)
        super().show()

    def _ask_split(self) -> None:
        if board := self.host.board:
            by = self._columns(self._find(board))
            if by:
                question = self.host.feed.splits(board.id, self._indicator, by[self._by % len(by)])
                self.host.ask("splits", question, self._take_splits)

    def _take_splits(self, splits: Sequence[Split]) -> None:
        self._splits = splits
        self._show_again()

    def _take_rows(self, rows: Sequence[Behind]) -> None:
        self._behind = rows
        self._show_again()

    def _show_again(self) -> None:
        if self.is_attached:
            self.show()

    def _find(self, board: Board) -> IndicatorBoard | None:
        found = (i for part in board.dimensions for i in part.indicators if i.id == self._indicator)
        return next(found, None)

    @staticmethod
    def _columns(indicator: IndicatorBoard | None) -> tuple[str, ...]:
        return indicator.slices if indicator else ()

    def title_words(self, board: Board) -> str:
        indicator = self._find(board)
        return f"{indicator.name if indicator else self._indicator} · {board.name}"

    def copies(self) -> Sequence[str]:
        key = self.query_one("#rows", RowsPane).key
        if key.startswith("order:"):
            return (key.removeprefix("order:"),)
        return [row.order_id for row in self._behind or () if row.order_id]

    def action_switch(self) -> None:
        self._by += 1
        self._ask_split()

    def build(self, board: Board, width: int) -> list[Row] | None:
        indicator = self._find(board)
        if indicator is None:
            return None
        return [
            *self._facts(board, indicator, width),
            *self._curve(indicator, width),
            *self._history(indicator, width),
            *self._split_rows(indicator),
            *self._behind_rows(indicator),
        ]

    def _facts(self, board: Board, indicator: IndicatorBoard, width: int) -> list[Row]:
        _ = self.words
        unit = indicator.unit
        value = content(
            (formats.unit_value(indicator.value, unit, _), "bold $strong"),
            *(
                part
                for name, delta in self._deltas(indicator)
                for part in ((f"   {name} ", "$quiet"), change_cell(indicator, delta, _))
            ),
        )
        rows = [fact(_("Now"), value, width)]
        if indicator.next_value is not None:
            rows.append(fact(_("Tomorrow"), formats.unit_value(indicator.next_value, unit, _), width))
        if ahead := self._ahead(indicator):
            rows.append(fact(_("Ahead"), ahead, width))
        if indicator.rolls_off is not None and indicator.rolls_off.words:
            rows.append(fact(_("Rolls off"), indicator.rolls_off.words, width))
        rows += self._sums(indicator, width)
        if indicator.kept is not None:
            words = _("too few to judge by: at least {points} points").format(points=f"{indicator.kept:g}")
            rows.append(fact(_("Sample"), words, width, style="$near"))
        if unit == "stars" and indicator.value is not None and indicator.denominator:
            rows.append(fact(_("One more"), self._one_more(indicator.value, indicator.denominator), width))
        if indicator.official:
            when = published_words(indicator.official.at, self.host.view.local(board), _)
            printed = formats.unit_value(indicator.official.value, unit, _)
            rows.append(fact(_("Official"), f"{printed}  {when}", width))
        old = silence(board, self.host.view.wall(), _, indicator.id)
        if old:
            rows.append(
                fact(_("Data"), _("its source fell silent {age}").format(age=old), width, style="$near")
            )
        state = self._state(indicator)
        return [*rows, fact(_("Mind"), state, width, style="$near")] if state else rows

    def _ahead(self, indicator: IndicatorBoard) -> str:
        """What is foreseen in a week and in two, with the bands."""
        _ = self.words

        def figure(value: float | None) -> str:
            return formats.unit_value(value, indicator.unit, _)

        return "   ".join(
            f"{formats.day(point.day)} {figure(point.value)} ({figure(point.low)}–{figure(point.high)})"
            for point in indicator.forecast[6::7]
            if point.value is not None
        )

    def _one_more(self, mean: float, count: float) -> str:
        """What a rating more does: 1★ −0.012 · 5★ +0.001 · 4.8 还需 23 条 5★."""
        _ = self.words
        said = [f"{stars}★ {moved_by(mean, count, stars):+.3f}" for stars in (1, MOST)]
        mark = next_mark(mean)
        needed = best_needed(mean, count, mark)
        if needed:
            said.append(_("{n} of 5★ to reach {mark}").format(n=needed, mark=f"{mark:.1f}"))
        return " · ".join(said)

    def _deltas(self, indicator: IndicatorBoard) -> list[tuple[str, float | None]]:
        _ = self.words
        deltas = indicator.deltas
        return [(_("1 day"), deltas.day), (_("7 days"), deltas.week), (_("30 days"), deltas.month)]

    def _sums(self, indicator: IndicatorBoard, width: int) -> list[Row]:
        _ = self.words
        window = indicator.window
        days = (window.last - window.first).days + 1
        span = _("{first} to {last}, {n} days").format(
            first=formats.day(window.first), last=formats.day(window.last), n=days
        )
        rows = [fact(_("Window"), span, width)]
        if indicator.numerator is not None and indicator.denominator is not None:
            sums = f"{indicator.numerator:,.6g} ÷ {indicator.denominator:,.6g}"
            rows.append(fact(_("Made of"), sums, width))
        points = indicator.points if indicator.points is not None else indicator.modelled_points
        if indicator.weight_certainty == "none" and points is None:
            return rows
        share = formats.weight(indicator.weight, indicator.weight_certainty, _)
        words = [_("weight {share}").format(share=share)]
        if indicator.points is not None:
            words.insert(0, _("its own score"))
        elif points is None and not indicator.curve:
            words.insert(0, _("not published"))
        elif indicator.curve_certainty == "fitted":
            words.insert(0, _("by a curve fitted to this shop's history"))
        else:
            words.insert(0, _("by the curve"))
        rows.append(fact(_("Points"), f"{formats.score(points)}  {' · '.join(words)}", width))
        return rows

    def _state(self, indicator: IndicatorBoard) -> str:
        _ = self.words
        words = {
            "thin": _("only {n} samples").format(n=f"{indicator.denominator or 0:g}"),
            "approximate": _("approximate: from figures by day and agent"),
            "unavailable": _("unavailable"),
        }.get(indicator.state, "")
        if indicator.state == "thin":
            return indicator.why or words
        return " · ".join(part for part in (words, indicator.why) if part)

    def _curve(self, indicator: IndicatorBoard, width: int) -> list[Row]:
        """Points over values, and a mark where we are."""
        _ = self.words
        curve, value = indicator.curve, indicator.value
        if len(curve) < 2 or value is None:
            return []
        across = min(width - 6, 72)
        low, high = min(curve[0][0], value), max(curve[-1][0], value)
        samples = [points_at(curve, low + (high - low) * n / 120) for n in range(121)]
        top, bottom = max(samples), min(samples)
        lines = plot(samples, across, CHART_HEIGHT, bottom, top)
        x = round((value - low) / (high - low) * (across - 1)) if high > low else 0
        here = points_at(curve, value)
        y = round((top - here) / (top - bottom) * (CHART_HEIGHT - 1)) if top > bottom else 0
        drawn = [
            _marked(
                f"{top:5.0f} " if n == 0 else f"{bottom:5.0f} " if n == CHART_HEIGHT - 1 else " " * 6,
                line,
                x if n == y else None,
            )
            for n, line in enumerate(lines)
        ]
        unit = indicator.unit
        ends = formats.unit_value(low, unit, _), formats.unit_value(high, unit, _)
        blank = Content(ends[1]).cell_length
        foot = content((f"{'':6}{ends[0]}".ljust(max(1, 6 + across - blank)) + ends[1], "$faint"))
        title = _("Points curve: {value} gives {points}, you are here ◆").format(
            value=formats.unit_value(value, unit, _), points=formats.score(here)
        )
        return [heading(title), Row("", (*drawn, foot))]

    def _history(self, indicator: IndicatorBoard, width: int) -> list[Row]:
        _ = self.words
        known = [value for value in indicator.series if value is not None]
        across = min(width - 12, 84)
        if len(known) < 2 or across < 1:  # before it is laid out, a screen has no width
            return []
        ahead = indicator.forecast
        band = [edge for point in ahead for edge in (point.low, point.high) if edge is not None]
        low, high = min([*known, *band]), max([*known, *band])
        top = high if high > low else low + 1
        lines = plot(indicator.series, across, 4, low, top, ahead=ahead)
        names = (
            formats.unit_value(high, indicator.unit, _),
            "",
            "",
            formats.unit_value(low, indicator.unit, _),
        )
        body = tuple(
            content((name, "$faint"), " " * (10 - Content(name).cell_length), (line, "$key"))
            for name, line in zip(names, lines, strict=True)
        )
        title = _("The last {n} days").format(n=len(indicator.series))
        if ahead:
            title = _("The last {n} days, and {ahead} ahead").format(
                n=len(indicator.series), ahead=len(ahead)
            )
        return [heading(title), Row("", body)]

    def _split_rows(self, indicator: IndicatorBoard) -> list[Row]:
        _ = self.words
        by = self._columns(indicator)
        if not by:
            return []
        column = column_words(by[self._by % len(by)], _)
        rows = [heading(_("By {column}").format(column=column))]
        if self._splits is None:
            return [*rows, Row("", (content((_("asking …"), "$faint")),))]
        most = max((split.denominator for split in self._splits), default=0.0) or 1.0
        for split in self._splits:
            moved = split.delta_points
            cells: list[Cell] = [
                (split.key or _("(unknown)"), 20),
                ((formats.unit_value(split.value, indicator.unit, _), "bold"), -10),
                ((f"{split.numerator:,.5g} ÷ {split.denominator:,.5g}", "$quiet"), -20),
                ((bar(split.denominator / most, 10), "$key"), 10),
                ((formats.points(moved, 2), tint(moved)) if moved is not None else "", -7),
            ]
            rows.append(Row(f"split:{split.key}", (columns(cells),)))
        return [*rows, *self._turned(self._splits)]

    def _turned(self, splits: Sequence[Split]) -> list[Row]:
        """How much of yesterday's change came, left, and changed in between."""
        _ = self.words
        sides = (
            (_("entered the window"), sum(split.entered or 0.0 for split in splits)),
            (_("left it"), sum(split.left or 0.0 for split in splits)),
            (_("changed in it"), sum(split.changed or 0.0 for split in splits)),
        )
        moved = [(name, points) for name, points in sides if float(formats.points(points, 2))]
        if not moved:
            return []
        parts = [
            part
            for name, points in moved
            for part in ((f"   {name} ", "$quiet"), (formats.points(points, 2), tint(points)))
        ]
        return [Row("", (content((_("Since yesterday"), "$quiet"), *parts),))]

    def _behind_rows(self, indicator: IndicatorBoard) -> list[Row]:
        _ = self.words
        if self._behind is None:
            return [heading(_("Behind it, the worst first")), Row("", (content((_("asking …"), "$faint")),))]
        rows = [heading(_("Behind it, the worst first ({n})").format(n=len(self._behind)))]
        for behind in self._behind:
            value = behind_value(behind.numerator, indicator.unit, _)
            cells: list[Cell] = [
                (formats.tail(behind.order_id or behind.subject_id), 10),
                ((formats.clock_time(behind.at), "$quiet"), 12),
                (value, -10),
                (("" if behind.note == value else behind.note, "$quiet"), 60),
            ]
            rows.append(Row(f"order:{behind.order_id or ''}", (columns(cells).rstrip(),)))
        return rows


def behind_value(numerator: float, unit: str, _: Translate) -> str:
    """Return what one row adds to the sum; of a rate it is one or nothing."""
    return f"{numerator:g}" if unit == "ratio" else formats.unit_value(numerator, unit, _)


def points_at(curve: Sequence[tuple[float, float]], value: float) -> float:
    """Return the points that a curve of straight pieces gives; flat outside it."""
    if value <= curve[0][0]:
        return curve[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(curve):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return curve[-1][1]


def _marked(axis: str, line: str, at: int | None) -> Content:
    if at is None:
        return content((axis, "$faint"), (line, "$key"))
    return content((axis, "$faint"), (line[:at], "$key"), ("◆", "bold $near"), (line[at + 1 :], "$key"))
