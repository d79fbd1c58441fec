"""What every screen behind the shop screen has: rows under a cursor, the status bar, and Esc back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from shopwatch.board import Board
from shopwatch.i18n import Translate
from shopwatch.panes.cells import content, fit, wrap
from shopwatch.panes.keybar import KeyBar
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.status import StatusBar
from shopwatch.panes.view import entitle, silent
from shopwatch.screens.host import Host

LABEL = 14


class DetailScreen(Screen[None]):
    """Subclasses say the title, the rows and what `y` copies. Enter opens a row whose key the host knows."""

    CSS_PATH = "detail.tcss"
    AUTO_FOCUS = "#rows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", id="back"),
        Binding("left,h", "back", show=False),
        Binding("y", "copy", id="copy"),
    ]

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host

    @property
    def words(self) -> Translate:
        return self.host.view.words

    def compose(self) -> ComposeResult:
        yield RowsPane(self.host.view, id="rows")
        yield StatusBar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, lambda _: self.show_keys())

    def on_resize(self) -> None:
        self.call_after_refresh(self._reshape)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._reshape)

    def _reshape(self) -> None:
        self.show()
        self.show_keys()

    def show(self) -> None:
        """Make the rows new from the board as it is now; a thing that has left it keeps its last words."""
        if not self.is_mounted:  # a board came between the opening of the screen and its first layout
            return
        pane = self.query_one("#rows", RowsPane)
        board = self.host.board
        if board is not None:
            entitle(pane, self.title_words(board), self.subtitle_words(board))
            rows = self.build(board, pane.room)
            if rows is not None:
                pane.set_class(self.host.warm(board) or bool(silent(board)), "-stale")
                pane.replace(rows)
        self.beat()

    def beat(self) -> None:
        if not self.is_mounted:
            return
        self.query_one(StatusBar).show(self.host.board, self.host.pulse(), self.words)
        self.query_one("#rows", RowsPane).settle()

    def show_keys(self) -> None:
        bindings = [active.binding for active in self.active_bindings.values() if active.enabled]
        self.query_one(KeyBar).show(bindings, self.words)

    # For subclasses

    def title_words(self, board: Board) -> str:
        raise NotImplementedError

    def subtitle_words(self, _board: Board) -> str:
        return ""

    def build(self, board: Board, width: int) -> list[Row] | None:
        """Return the rows; None where the board no longer has it."""
        raise NotImplementedError

    def copies(self) -> Sequence[str]:
        return ()

    def behind(self, key: str) -> str:
        """Return what the host opens for a row's key."""
        return key

    # Keys

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        return action != "copy" or bool(self.copies())

    def action_back(self) -> None:
        self.dismiss()

    def action_copy(self) -> None:
        self.host.copy(self.copies())

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        self.host.open(self.behind(event.key))


def heading(words: str) -> Row:
    return Row("", (Content(""), content((words, "bold $key"))))


def gap() -> Row:
    return Row("", (Content(""),))


def fact(name: str, value: Content | str, width: int, key: str = "", style: str = "") -> Row:
    """Return a name with its value, the value on as many lines as it needs."""
    label = fit((name, "$quiet"), LABEL)
    if isinstance(value, Content):
        return Row(key, (label + " " + value,))
    lines = wrap(value, width - LABEL - 1, style) or [Content("")]
    blank = Content(" " * LABEL)
    return Row(key, tuple((label if n == 0 else blank) + " " + line for n, line in enumerate(lines)))


def paragraph(text: str, width: int, style: str = "$quiet") -> Row:
    return Row("", tuple(wrap(text, width, style)))
