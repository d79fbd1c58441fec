"""What stands there when the terminal is too small to read anything."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from shopwatch.panes.view import View


class TooSmallScreen(Screen[None]):
    """Says how large the terminal would have to be; the app takes it away by itself."""

    DEFAULT_CSS = """
    TooSmallScreen { align: center middle; }
    TooSmallScreen Static { width: 1fr; text-align: center; color: $near; }
    """

    def __init__(self, view: View, least: tuple[int, int]) -> None:
        super().__init__()
        self._view = view
        self._least = least

    def compose(self) -> ComposeResult:
        _ = self._view.words
        columns, rows = self._least
        yield Static(
            _("Too small: at least {columns}×{rows}").format(columns=columns, rows=rows), markup=False
        )
