"""What moved the score: dimensions and indicators with their changes, the ledger, the parts of the day."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, Deltas, DimensionBoard, IndicatorBoard, LedgerEntry
from shopwatch.i18n import Translate
from shopwatch.naming import driver_names
from shopwatch.panes.board_pane import ShopPane
from shopwatch.panes.cells import Cell, columns, content, cut, dimmed, fit, flow
from shopwatch.panes.chart import sparkline
from shopwatch.panes.rows import Row
from shopwatch.panes.view import entitle, silence, silent

TINTS = {"better": "$good", "worse": "$bad", "flat": "$faint", "unknown": "$faint"}
SPARK = 8
VALUE, CHANGE = 8, 7  # cells of a figure, of one change
LEAST_NAME = 5
_CAUSE = re.compile(r"(.*?)( [+\-−][\d.]+)(.*)")


def tint(delta: float | None) -> str:
    """Return the colour of a change of a score."""
    return TINTS[formats.meaning(delta, "points", "higher")]


def change_cell(indicator: IndicatorBoard, delta: float | None, _: Translate) -> tuple[str, str]:
    """Return an indicator's change with its meaning, and its colour."""
    kind = formats.meaning(delta, indicator.unit, indicator.better)
    return formats.change(delta, indicator.unit, indicator.better, _), TINTS[kind]


def ledger_words(entries: tuple[LedgerEntry, ...], _: Translate) -> list[Content]:
    """Return what is added, what is taken off until when, and what could still be won, in short."""
    held = [entry for entry in entries if entry.state == "held"]
    bonus = [entry for entry in held if entry.points > 0]
    minus = [entry for entry in held if entry.points < 0]
    parts = [
        _sum(_("+bonus {n}"), bonus, "$good"),
        *(content((entry.name, "$quiet")) for entry in bonus),
        _sum(_("−deducted {n}"), minus, "$bad"),
        *(content((_with_expiry(entry, _), "$quiet")) for entry in minus),
    ]
    for entry in entries:
        if entry.state != "held" and entry.points > 0:
            word = _("to win") if entry.state == "missing" else _("unknown, please confirm")
            parts.append(content((f"{entry.name} +{entry.points:g} {word}", "$near")))
    return parts


def _sum(words: str, entries: list[LedgerEntry], style: str) -> Content:
    total = abs(sum(entry.points for entry in entries))
    return content((words.format(n=f"{total:g}"), style if total else "$quiet"))


def _with_expiry(entry: LedgerEntry, _: Translate) -> str:
    until = _(" until {day}").format(day=formats.day(entry.expires)) if entry.expires else ""
    return f"{entry.name} {entry.points:g}{until}"


def cause_words(cause: str, room: int) -> str:
    """Return a cause that fits: its name is cut and its points are not, though they may lose their unit;
    nothing where too little is left of the name."""
    if cell_len(cause) <= room:
        return cause
    parts = _CAUSE.fullmatch(cause)
    name, points, unit = parts.groups() if parts else (cause, "", "")
    for tail in (points + unit, points):
        left = room - cell_len(tail)
        if left >= LEAST_NAME:
            return f"{set_cell_size(name, left - 1).rstrip()}…{tail}"
    return ""


class DeltasPane(ShopPane):
    """Dimensions, their indicators, the ledger, and what yesterday's change is made of."""

    def show(self, board: Board | None, warm: bool) -> None:
        _ = self.view.words
        entitle(self, _("Changes in the score"), _("Enter: what it is made of"))
        self.take(board, warm)

    def make(self, width: int, height: int, enough: int) -> list[Row]:  # noqa: ARG002
        if self.shown is None:
            return []
        board, warm = self.shown
        rows = [Row("", (self._header(width),))]
        for dimension in board.dimensions:
            rows.append(Row(f"dimension:{dimension.id}", (self._dimension(board, dimension, width, warm),)))
            rows += [
                Row(f"indicator:{indicator.id}", (self._indicator(board, indicator, width, warm),))
                for indicator in dimension.indicators
            ]
        rows += self._foot(board, width)
        room = height - sum(len(row.lines) for row in rows)
        return [*rows, *self._further(board, width)[: max(0, room)]]

    @property
    def _name_width(self) -> int:
        return 12 if self.view.language.startswith("zh") else 18

    @property
    def _meaning_width(self) -> int:
        """The cells of a change with its meaning."""
        return 15 if self.view.language.startswith("zh") else 17

    def _spans(self, width: int) -> int:
        """How many of the three changes have room."""
        return max(1, min(3, (width - self._name_width - VALUE - 1) // (CHANGE + 1)))

    def _rest(self, width: int) -> int:
        """The cells that the figures of a dimension leave."""
        return width - self._name_width - VALUE - 1 - self._spans(width) * (CHANGE + 1) - 1

    def _header(self, width: int) -> Content:
        _ = self.view.words
        spans = self._spans(width)
        heads = (_("now"), *(_("1 day"), _("7 days"), _("30 days"))[:spans])
        cells: list[Cell] = [("", self._name_width), ((heads[0], "$faint"), -VALUE)]
        cells += [((head, "$faint"), -CHANGE) for head in heads[1:]]
        if self._rest(width) >= cell_len(_("weight")):
            cells.append(((_("weight"), "$faint"), self._rest(width)))
        return fit(columns(cells), width)

    def _dimension(self, board: Board, dimension: DimensionBoard, width: int, warm: bool) -> Content:
        _ = self.view.words
        name = self._name_width
        rest = self._rest(width)
        scale = board.scale
        places = scale.decimals if dimension.basis == "official" else scale.places
        score = _("not rated") if dimension.unrated else formats.score(dimension.score, places)
        line = columns(
            [
                ((dimension.name if name > 12 else dimension.short, "bold $strong"), name),
                ((score, "$quiet" if dimension.unrated else "bold $strong"), -VALUE),
                *self._three(dimension.deltas, scale.places)[: self._spans(width)],
                (self._weight(dimension, rest), rest),
            ]
        )
        ids = [indicator.id for indicator in dimension.indicators]
        return dimmed(line) if warm or silent(board, *ids) else line

    def _three(self, deltas: Deltas, places: int) -> list[tuple[tuple[str, str], int]]:
        moves = (deltas.day, deltas.week, deltas.month)
        return [((formats.points(move, places), tint(move)), -CHANGE) for move in moves]

    def _weight(self, dimension: DimensionBoard, room: int) -> Content:
        """Its share of the total, and its curve where there is room."""
        _ = self.view.words
        short = words = formats.weight(dimension.weight, dimension.weight_certainty, _)
        if source := formats.weight_from(dimension.weight_certainty, _):
            words += " " + source
        share = content((words, "$faint"))
        if max(share.cell_length, cell_len(_("weight"))) > room:
            share = content((short if dimension.weight is not None else formats.UNKNOWN, "$faint"))
            return share if cell_len(_("weight")) <= room else Content("")
        curve = content((sparkline(dimension.series, SPARK), "$key"), " ")
        return curve + share if curve.cell_length + share.cell_length <= room else share

    def _indicator(self, board: Board, indicator: IndicatorBoard, width: int, warm: bool) -> Content:
        _ = self.view.words
        name = self._name_width
        value, change = self._figures(indicator)
        old = silence(board, self.view.wall(), _, indicator.id)
        rest = width - name - (VALUE + 1) - (self._meaning_width + 1) - 1
        line = columns(
            [
                (f" {indicator.short}" if name > 12 else f"  {indicator.short}", name),
                (value, -VALUE),
                (content("  ", change), self._meaning_width),
                (content((old, "$near")) if old else self._remark(indicator, rest), rest),
            ]
        )
        return dimmed(line) if warm or old else line

    def _figures(self, indicator: IndicatorBoard) -> tuple[Content, Content]:
        _ = self.view.words
        if indicator.state == "unavailable" or indicator.value is None:
            return content((formats.UNKNOWN, "$faint")), content((_("unavailable"), "$quiet"))
        value = formats.unit_value(indicator.value, indicator.unit, _)
        return content(value), content(change_cell(indicator, indicator.deltas.day, _))

    def _remark(self, indicator: IndicatorBoard, room: int) -> Content:
        """What must be known of the figure, then what moved it as far as there is room."""
        _ = self.view.words
        if indicator.state == "unavailable" or indicator.value is None:
            return cut(content((indicator.why or "", "$faint")), room)
        doubt = ""
        if indicator.kept is not None:
            doubt = _("floor {points}").format(points=f"{indicator.kept:g}")
        elif indicator.state == "thin":
            doubt = _("only {n} samples").format(n=f"{indicator.denominator or 0:g}")
        elif indicator.state == "approximate":
            doubt = _("approximate")
        elif not indicator.counted:
            return cut(content((indicator.why or "", "$faint")), room)
        gap = " " if doubt else ""
        cause = cause_words(indicator.cause or "", room - cell_len(doubt + gap))
        return content((doubt, "$near"), gap, (cause, "$quiet"))

    def _foot(self, board: Board, width: int) -> list[Row]:
        _ = self.view.words
        rows = [Row("", (Content(""),))]
        if board.ledger:
            lines = flow(ledger_words(board.ledger, _), width)
            rows.append(Row("ledger", tuple(lines)))
        if board.drivers:
            rows.append(Row("drivers", tuple(flow(driver_words(board, 1, _), width))))
        return rows

    def _further(self, board: Board, width: int) -> list[Row]:
        """What tonight takes out of a window, and the parts of the longer changes in view: a line each."""
        _ = self.view.words
        gone = largest_roll_off(board)
        rows = []
        if gone is not None and gone.rolls_off is not None:
            words = cut(content((gone.rolls_off.words or "", "$quiet")), width)
            rows.append(Row(f"rolls:{gone.id}", (words,)))
        rows += [
            Row(f"drivers:{days}", (flow(driver_words(board, days, _), width)[0],))
            for days in (7, 30)[: self._spans(width) - 1]
            if board.drivers_of(days)
        ]
        return rows


def driver_words(board: Board, days: int, _: Translate, most: int = 6) -> list[Content]:
    """Return the change in 1, 7 or 30 days, then its largest parts."""
    moved = {1: board.deltas.day, 7: board.deltas.week, 30: board.deltas.month}[days]
    since = {1: _("Since yesterday {points}"), 7: _("In 7 days {points}"), 30: _("In 30 days {points}")}[days]
    names = driver_names(board, _)
    ranked = sorted(board.drivers_of(days), key=lambda driver: -abs(driver.delta_points))
    parts = [content((since.format(points=formats.points(moved, board.scale.places)), "$quiet"))]
    for driver in ranked[:most]:
        text = formats.points(driver.delta_points, 2)
        if float(text):
            name = names.get(driver.indicator, driver.indicator)
            parts.append(content((name, "$quiet"), " ", (text, tint(driver.delta_points))))
    return parts


def largest_roll_off(board: Board) -> IndicatorBoard | None:
    """Return the indicator of which what leaves its window tonight moves the total most; None where none shows."""
    leaving = [
        indicator
        for part in board.dimensions
        for indicator in part.indicators
        if indicator.rolls_off is not None and indicator.rolls_off.words
    ]
    return max(leaving, key=_rolled, default=None)


def _rolled(indicator: IndicatorBoard) -> float:
    gone = indicator.rolls_off
    return abs(gone.delta_points or 0.0) if gone is not None else 0.0
