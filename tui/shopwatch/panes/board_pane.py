"""A pane whose rows are made from boards, when they are about to be painted and not before.

Until the first layout no pane knows its size, and a pane that nobody sees needs no rows. So what is shown is
kept as values; rows are made at the first painting, as many as fill the pane, and all of them right after.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from textual.geometry import Size
from textual.message import Message

from shopwatch.board import Board
from shopwatch.panes.rows import MARK_CELLS, Row, RowsPane
from shopwatch.panes.view import View, alike


class BoardPane(RowsPane):
    """Subclasses keep what they are shown, say so with `changed`, and make rows of it."""

    class Failed(Message):
        """The rows could not be made; those from before still stand."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(view, id=id, classes=classes)
        self._made_for: Size | None = None
        self._failed = False

    def make(self, width: int, height: int, enough: int) -> Sequence[Row]:
        """Return the rows for a pane of this size; those past `enough` lines may be left out."""
        raise NotImplementedError

    def changed(self) -> None:
        """Make the rows new, or leave it to the next painting while nobody sees them."""
        size = self.scrollable_content_region.size
        if self.display and size.width > 0 and self.is_attached:
            self._made_for = size
            self.replace(self._made(size))
        else:
            self._made_for = None

    def begin_painting(self) -> None:
        size = self.scrollable_content_region.size
        if size != self._made_for:
            self._made_for = size
            self.lay(self._made(size, enough=size.height))
        super().begin_painting()

    def on_resize(self) -> None:
        self.changed()

    def _made(self, size: Size, enough: int = 1_000_000) -> Sequence[Row]:
        try:
            rows = self.make(max(0, size.width - MARK_CELLS), size.height, enough)
        except Exception as error:  # noqa: BLE001
            self._failed = True
            self.post_message(self.Failed(error))
            return self.rows
        self._failed = False
        return rows


class ShopPane(BoardPane):
    """A pane of one shop's board, whose rows stay where a new board says the same: with hundreds of shops there are some
    in each second."""

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(view, id=id, classes=classes)
        self.shown: tuple[Board, bool] | None = None
        self._day: datetime.date | None = None  # on which the rows were made: some say yesterday

    def take(self, board: Board | None, warm: bool) -> None:
        """Show this board. warm: it is one of before the start."""
        before, self.shown = self.shown, (board, warm) if board else None
        day, self._day = self._day, self.view.local(board).date()
        if self._failed or day != self._day or not self.says_as(before):
            self.changed()

    def says_as(self, before: tuple[Board, bool] | None) -> bool:
        """Whether what is shown now says the same as this did."""
        if before is None or self.shown is None:
            return False
        return before[1] == self.shown[1] and alike(before[0], self.shown[0])
