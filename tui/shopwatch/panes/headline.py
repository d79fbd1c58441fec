"""The line above the panes where there is no room for the fleet list: the shops, or the shop and its tabs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.i18n import Translate
from shopwatch.panes.cells import content, cut, dimmed, spread
from shopwatch.panes.fleet import arrow, standing
from shopwatch.panes.oneline import OneLine
from shopwatch.panes.view import scored, silent


def brief(board: Board, warm: bool, _: Translate, room: int = 1000) -> Content:
    """Return a shop's name, score, change and standing; where there is no room for all, the name gives way."""
    change, tint = arrow(board.deltas.day, board.scale.places)
    glyph, word, style = standing(board, _)
    figures = content(
        " ",
        ("" if board.scale.kind == "none" else formats.basis(board.score.basis, _), "$quiet"),
        " ",
        (formats.total(board.score.value, board.scale), "bold"),
        " ",
        (change, tint),
    )
    safety = content(" ", (f"{glyph} {word}", style))
    name = cut(content((board.name, "bold $strong")), room - figures.cell_length - safety.cell_length)
    line = name + figures
    return (dimmed(line) if warm or silent(board, *scored(board)) else line) + safety


class Headline(OneLine):
    """Tabs stand to the right of the shop; without tabs the other shops do."""

    def show_shops(self, boards: Sequence[Board], shown: str, warm: bool, _: Translate) -> None:
        self.say(lambda width: _shops(boards, shown, warm, width, _))

    def show_tabs(
        self, board: Board | None, warm: bool, tabs: Sequence[tuple[str, str]], active: str, _: Translate
    ) -> None:
        """tabs: (id, name)."""
        right = Content("").join(
            content((f" {name} ", "bold $strong on $row-active" if tab == active else "$quiet"))
            for tab, name in tabs
        )

        def line(width: int) -> Content:
            room = width - right.cell_length - 2
            return spread(
                content(" ") + (brief(board, warm, _, room) if board else "shopwatch"), right, width
            )

        self.say(line)


def _shops(boards: Sequence[Board], shown: str, warm: bool, width: int, _: Translate) -> Content:
    """The shop that is shown, then the others as far as there is room."""
    line = Content("")
    in_order = sorted(enumerate(boards, 1), key=lambda one: one[1].id != shown)
    for before, (place, board) in enumerate(in_order):
        mark = "▸" if board.id == shown else " "
        number = f"{place} " if place < 10 else ""
        part = content((f"{mark}{number}", "$key")) + brief(board, warm, _)
        if line.cell_length + part.cell_length + 4 > width:
            line = line + content((f" +{len(boards) - before}", "$faint"))
            break
        line = line + part + "  "
    return cut(line, width)
