"""What the parts of a board are called, for whoever names them."""

from __future__ import annotations

from shopwatch.board import Board
from shopwatch.i18n import Translate


def driver_names(board: Board, _: Translate) -> dict[str, str]:
    """Return what each part of a change is called."""
    names = {indicator.id: indicator.short for part in board.dimensions for indicator in part.indicators}
    return names | {
        "stage": _("stage"),
        "ledger": _("bonus and deductions"),
        "clamp": _("limits of the scale"),
        "anchor": _("official correction"),
    }
