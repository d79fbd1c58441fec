"""What a screen may ask of the app it is shown by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from shopwatch.board import Board
from shopwatch.feed import Feed
from shopwatch.panes.status import Pulse
from shopwatch.panes.view import View

T = TypeVar("T")


class Host(Protocol):
    """The app as its screens see it."""

    feed: Feed
    view: View
    reports: Path  # the folder into which they are written
    named: str  # who was last said to see to something

    @property
    def boards_now(self) -> Mapping[str, Board]: ...

    @property
    def board(self) -> Board | None:
        """The board of the shop that is shown."""
        ...

    def warm(self, board: Board) -> bool:
        """Whether the board is from before this start, not yet confirmed by the monitor."""
        ...

    def pulse(self) -> Pulse: ...

    def show_shop(self, shop: str) -> None: ...

    def open(self, key: str) -> None:
        """Open what stands behind a row, by its key: `score`, `indicator:…`, `order:…`, `cause:…`."""
        ...

    def ask(self, what: str, question: Awaitable[T], then: Callable[[T], None]) -> None:
        """Wait for an answer without holding up the screen; a failure is told and changes nothing."""
        ...

    def copy(self, texts: Sequence[str], said: str = "") -> None:
        """Copy order numbers, or what `said` speaks of."""
        ...
