"""One dimension: its indicators with what each weighs and how far it moved."""

from __future__ import annotations

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.panes.cells import Cell, columns, content, flow
from shopwatch.panes.chart import Rule, chart
from shopwatch.panes.deltas import change_cell, tint
from shopwatch.panes.rows import Row
from shopwatch.panes.trend import painted
from shopwatch.screens.detail import DetailScreen, heading
from shopwatch.screens.host import Host

LEAST_NAME, MOST_NAME = 16, 28
BESIDE_NAME = 66  # cells that the figures beside an indicator's name take


class DimensionScreen(DetailScreen):
    def __init__(self, host: Host, dimension: str) -> None:
        super().__init__(host)
        self._dimension = dimension

    def title_words(self, board: Board) -> str:
        part = next((part for part in board.dimensions if part.id == self._dimension), None)
        return f"{part.name if part else self._dimension} · {board.name}"

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        part = next((part for part in board.dimensions if part.id == self._dimension), None)
        if part is None:
            return None
        moves = part.deltas
        deltas = ((_("1 day"), moves.day), (_("7 days"), moves.week), (_("30 days"), moves.month))
        source = formats.weight_from(part.weight_certainty, _)
        certainty = f" ({source})" if source else ""
        share = _("weight {share}").format(share=formats.weight(part.weight, part.weight_certainty, _))
        places = board.scale.places
        head = [
            content((_("not rated") if part.unrated else formats.score(part.score, places), "bold $strong")),
            content((formats.basis(part.basis, _) if part.score is not None else "", "$quiet")),
        ]
        head += [
            content((f"{name} ", "$quiet"), (formats.points(move, places), tint(move)))
            for name, move in deltas
        ]
        head.append(content((share + certainty, "$faint")))
        rows = [Row("", tuple(flow(head, width, "   "))), heading(_("Indicators"))]
        name = max(LEAST_NAME, min(MOST_NAME, width - BESIDE_NAME))
        titles = (
            (_("Indicator"), name),
            (_("now"), -10),
            (_("1 day"), 16),
            (_("7 days"), 16),
            (_("points"), -6),
            (_("weight"), -13),
        )
        rows.append(Row("", (columns([((name, "$faint"), size) for name, size in titles]),)))
        for indicator in part.indicators:
            points = indicator.points if indicator.points is not None else indicator.modelled_points
            cells: list[Cell] = [
                (indicator.name, name),
                ((formats.unit_value(indicator.value, indicator.unit, _), "bold"), -10),
                (change_cell(indicator, indicator.deltas.day, _), 16),
                (change_cell(indicator, indicator.deltas.week, _), 16),
                (formats.score(points, places), -6),
                ((formats.weight(indicator.weight, indicator.weight_certainty, _), "$quiet"), -13),
            ]
            rows.append(Row(f"indicator:{indicator.id}", (columns(cells),)))
        if any(value is not None for value in part.series) and board.trend:
            room = self.query_one("#rows").size.height - sum(len(row.lines) for row in rows) - 3
            height = max(9, min(18, room))
            rules = _rules(board, part.id)
            drawn = chart(
                part.series, board.trend[0].day, width, height, rules, _("Today"), step=board.scale.step
            )
            rows += [heading(_("Trend")), Row("", tuple(painted(drawn)))]
        return rows


def _rules(board: Board, dimension: str) -> list[Rule]:
    """The lines that ask something of this dimension."""
    return [
        Rule(part.at, line.name)
        for line in board.lines
        for part in line.parts
        if part.on == dimension and part.at is not None
    ]
