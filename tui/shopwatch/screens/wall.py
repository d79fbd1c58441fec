"""The wall: for hours of standing. Turns through the shops, and stops on those that need help."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from shopwatch.board import Board
from shopwatch.panes.cells import content
from shopwatch.panes.oneline import OneLine
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.status import StatusBar
from shopwatch.panes.wall import needing, picture
from shopwatch.screens.host import Host

HINT_SECONDS = 10.0  # that the keys are named after one was used
HELD_SECONDS = 60.0  # that a shop stays which somebody turned to


class WallScreen(Screen[None]):
    """each: seconds that a shop is shown."""

    CSS_PATH = "wall.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,m", "back", id="back"),
        Binding("enter", "open", id="open"),
        Binding("right,l,space", "turn(1)", id="next_shop"),
        Binding("left,h", "turn(-1)", id="previous_shop"),
    ]

    def __init__(self, host: Host, each: float) -> None:
        super().__init__()
        self.host = host
        self._each = each
        self._before = host.board.id if host.board else ""
        self._turned = self._used = host.view.monotonic()
        self._held = float("-inf")

    def compose(self) -> ComposeResult:
        pane = RowsPane(self.host.view, id="wall")
        pane.can_focus = False
        yield pane
        yield OneLine(id="hint")
        yield StatusBar(id="status")

    def on_mount(self) -> None:
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self.show)

    # What it shows

    def show(self) -> None:
        if not self.is_mounted:
            return
        board, pane = self.host.board, self.query_one("#wall", RowsPane)
        if board is not None and pane.room:
            boards = list(self.host.boards_now.values())
            warm = self.host.warm(board)
            lines = picture(board, boards, warm, self.host.view, pane.room, pane.size.height)
            pane.replace([Row("", (line,), fixed=True) for line in lines])
        self.query_one(StatusBar).show(board, self.host.pulse(), self.host.view.words)
        self._hint()

    def _hint(self) -> None:
        _ = self.host.view.words
        fresh = self.host.view.monotonic() - self._used < HINT_SECONDS
        words = _("Esc leaves · ← → another shop · Enter opens it") if fresh else ""
        self.query_one("#hint", OneLine).say(lambda _width: content((words, "$faint")))

    def beat(self) -> None:
        now = self.host.view.monotonic()
        if now - self._turned >= self._each and now - self._held >= HELD_SECONDS:
            self._turn_on()
        self.show()

    # Turning

    def _turn_on(self) -> None:
        boards = list(self.host.boards_now.values())
        self._to(needing(boards) or boards, 1)

    def _to(self, boards: list[Board], step: int) -> None:
        """Show the shop that many places on among these."""
        self._turned = self.host.view.monotonic()
        ids = [board.id for board in boards]
        shown = self.host.board.id if self.host.board else ""
        if not ids or ids == [shown]:
            return
        at = (ids.index(shown) + step) % len(ids) if shown in ids else 0
        self.host.show_shop(ids[at])

    # Keys

    def on_key(self) -> None:
        self._used = self.host.view.monotonic()

    def action_turn(self, step: int) -> None:
        self._held = self.host.view.monotonic()
        self._to(list(self.host.boards_now.values()), step)

    def action_open(self) -> None:
        """Leave the wall with the shop that it shows."""
        self.dismiss()

    def action_back(self) -> None:
        if self._before in self.host.boards_now:
            self.host.show_shop(self._before)
        self.dismiss()
