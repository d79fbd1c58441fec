"""The orders of one cause: the batch to hand to a branch, a warehouse or a supplier."""

from __future__ import annotations

from collections.abc import Sequence

from shopwatch import formats
from shopwatch.board import Board, Cause, Risk
from shopwatch.panes.cells import Cell, columns, content
from shopwatch.panes.order_lines import NOTE
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, fact, heading
from shopwatch.screens.host import Host
from shopwatch.screens.remarking import Remarking


def order_rows(host: Host, board: Board, order_ids: Sequence[str]) -> list[Row]:
    """Return a row for each order, with what it is open to where the board has it."""
    _ = host.view.words
    risks = {risk.order_id: risk for risk in board.risks}
    rows = []
    for order_id in order_ids:
        risk = risks.get(order_id)
        left = None
        if risk and risk.deadline:
            left = (risk.deadline - host.view.now()).total_seconds()
        style = "" if left is None else "$bad" if left < 3600 else "$near" if left < 4 * 3600 else ""
        cells: list[Cell] = [
            (order_id, 22),
            ((formats.left(left, _) if left is not None else "", style), 12),
            (risk.stage if risk else "", 14),
            ((formats.money_step(risk.yuan_now, risk.yuan_at_risk, _) if risk else ""), 10),
            ((_said(risk), "$quiet"), 60),
        ]
        rows.append(Row(f"order:{order_id}", (columns(cells).rstrip(),)))
    return rows


def _said(risk: Risk | None) -> str:
    """Why it is open, after what people said of it."""
    if risk is None:
        return ""
    said = (f"@{risk.owner}" if risk.owner else "", f"{NOTE} {risk.note}" if risk.note else "", risk.why)
    return " · ".join(filter(None, said))


class CauseScreen(DetailScreen, Remarking):
    def __init__(self, host: Host, cause: str) -> None:
        super().__init__(host)
        self._cause = cause
        self._orders: tuple[str, ...] = ()

    def _find(self, board: Board) -> Cause | None:
        return next((cause for cause in board.causes if cause.id == self._cause), None)

    def title_words(self, board: Board) -> str:
        cause = self._find(board)
        return f"{cause.title if cause else self._cause} · {board.name}"

    def subtitle_words(self, board: Board) -> str:
        _ = self.words
        cause = self._find(board)
        return _("y copies all {n} order numbers").format(n=len(cause.order_ids)) if cause else ""

    def copies(self) -> Sequence[str]:
        return self._orders

    def orders_meant(self) -> Sequence[str]:
        return self._orders

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        cause = self._find(board)
        if cause is None:
            return None
        self._orders = cause.order_ids
        left = None if cause.deadline is None else (cause.deadline - self.host.view.now()).total_seconds()
        style = "" if left is None else "$bad" if left < 3600 else "$near"
        return [
            fact(
                _("Orders"),
                content((formats.count(cause.count, _), "bold"), (f"  {cause.stage}", "$quiet")),
                width,
            ),
            fact(_("Why"), cause.why, width),
            fact(_("First due"), content((formats.left(left, _), style)), width),
            fact(_("Miss chance"), formats.chance(cause.p_miss), width),
            fact(_("Can save"), formats.gain(cause.points_at_risk, _), width),
            fact(_("Pay-out"), formats.money(cause.yuan_at_risk, _), width),
            heading(_("Its orders")),
            *order_rows(self.host, board, cause.order_ids),
        ]
