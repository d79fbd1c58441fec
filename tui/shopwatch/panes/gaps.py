"""A shop beside another: a line for each figure, and the gap drawn over the days."""

from __future__ import annotations

import datetime

from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, CompetitorBoard, GapBoard, Scale
from shopwatch.comparing import CONSUMER, gap_meaning, gap_words, leading, own_words, their_words
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, content, fit
from shopwatch.panes.chart import Rule, chart, sparkline
from shopwatch.panes.deltas import TINTS
from shopwatch.panes.trend import painted

LONG_NAME, OWN, THEIRS, GAP, MOVE, SPARK = 28, 14, 11, 7, 7, 30
WIDE = 120  # cells from which there is room for whole names and the last month
SPANS = (7, 30, 90)


def head(width: int, _: Translate) -> Content:
    """Return the names of the columns."""
    cells: list[Cell] = [
        ("", _name_width(width)),
        (_("ours"), -OWN),
        (_("theirs"), -THEIRS),
        (_("gap"), -GAP),
    ]
    cells += [(_("{n} d").format(n=days), -MOVE) for days in SPANS]
    if width >= WIDE:
        cells.append(("  " + _("last {n} days").format(n=SPARK), SPARK))
    return content((columns(cells).plain.rstrip(), "$quiet"))


def line(
    figure: GapBoard, scale: Scale, as_of: datetime.datetime | None, width: int, _: Translate
) -> Content:
    """Return one figure of both, the gap, and how it has moved."""
    name = figure.name if width >= WIDE else figure.short
    cells: list[Cell] = [
        ((name, "" if figure.published else "$quiet"), _name_width(width)),
        (_own(figure, scale, _), -OWN),
        ((their_words(figure, scale, _), "bold" if figure.published else "$faint"), -THEIRS),
        (_gap(figure.gap, figure, scale, "bold"), -GAP),
    ]
    if figure.published is not None and figure.gap is None and figure.own is not None:
        return columns([*cells, ((_too_old(figure.published.at, as_of, _), "$near"), 3 * MOVE + 2)])
    deltas = figure.deltas
    cells += [(_gap(moved, figure, scale), -MOVE) for moved in (deltas.week, deltas.month, deltas.quarter)]
    if width >= WIDE:
        cells.append(("", 1))
        cells.append(((sparkline(figure.series, SPARK) if figure.series else "", "$key"), SPARK))
    return columns(cells)


def headline(one: CompetitorBoard, scale: Scale) -> Content:
    """Return a competitor's name with the gap that is known first."""
    figure = leading(one)
    if figure is None:
        return content(one.name, " ", (formats.UNKNOWN, "$faint"))
    return content(one.name, " ", _gap(figure.gap, figure, scale))


def picture(
    board: Board, one: CompetitorBoard, figure: GapBoard, days: int, width: int, height: int, _: Translate
) -> list[Content]:
    """Return the gap of the last days under its title, in `height` lines whatever is known."""
    words = _("{figure}: ours less {name}'s, last {n} days").format(figure=figure.name, name=one.name, n=days)
    title = fit((words, "$quiet"), width)
    factor = 100.0 if figure.unit in ("ratio", "rank") else 1.0
    values = [None if gap is None else gap * factor for gap in figure.series[-(days + 1) :]]
    if board.as_of is None or not any(value is not None for value in values):
        said = content((_("No day yet on which both are known."), "$faint"))
        return [title, said, *[Content("")] * (height - 2)]
    drawn = chart(
        values,
        board.as_of.date() - datetime.timedelta(days=len(values) - 1),
        width,
        height - 1,
        [Rule(0.0, _("level"))],
        _("Today"),
        step=_step(figure, board.scale),
    )
    return [title, *painted(drawn)]


def _name_width(width: int) -> int:
    """What the figures leave for their names."""
    figures = OWN + THEIRS + GAP + 3 * MOVE + 6 + (SPARK + 2 if width >= WIDE else 0)
    return max(4, min(LONG_NAME, width - figures))


def _own(figure: GapBoard, scale: Scale, _: Translate) -> Content:
    if figure.own is None or figure.basis is None:
        return content((formats.UNKNOWN, "$faint"))
    return content((own_words(figure, scale, _), "bold"), (f" {formats.basis(figure.basis, _)}", "$quiet"))


def _gap(gap: float | None, figure: GapBoard, scale: Scale, look: str = "") -> tuple[str, str]:
    style = f"{look} {TINTS[gap_meaning(gap, figure, scale)]}".strip()
    return gap_words(gap, figure, scale), style


def _too_old(at: datetime.datetime, as_of: datetime.datetime | None, _: Translate) -> str:
    days = (as_of.date() - at.date()).days if as_of else 0
    return _("{n} d ago: too old").format(n=days)


def _step(figure: GapBoard, scale: Scale) -> float:
    """What is a small gap on the figure's scale."""
    if figure.id == CONSUMER:
        return 0.1
    return scale.step if figure.unit in ("", "stars", "points") else 0.05
