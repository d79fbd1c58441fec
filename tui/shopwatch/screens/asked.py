"""A screen whose figures aren't on the board: asked for when it opens, and again as the boards become new.

An answer of None is none: the last board is shown before the store is open, and who comes that early is told that it
is being worked out, not that there is nothing.
"""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Awaitable
from typing import Generic, TypeVar

from shopwatch.board import Board
from shopwatch.screens.detail import DetailScreen
from shopwatch.screens.host import Host

T = TypeVar("T")

AGAIN = datetime.timedelta(minutes=1)  # an answer older than this is asked for anew


class AskedScreen(DetailScreen, Generic[T]):
    """Subclasses say what they ask. answered: False until the first answer for the shop that is shown."""

    what = ""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.answer: T | None = None
        self.answered = False
        self._asking = False
        self._shop = ""
        self._as_of: datetime.datetime | None = None

    @abstractmethod
    def question(self, board: Board) -> Awaitable[T | None]:
        """Return what the feed is asked."""

    def show(self) -> None:
        board = self.host.board
        if self.is_mounted and board is not None:
            if board.id != self._shop:
                self._shop, self.answer, self.answered = board.id, None, False
                self._ask(board)
            elif not self._asking and (self.answer is None or self._is_old(board)):
                self._ask(board)
        super().show()

    def _is_old(self, board: Board) -> bool:
        """Whether the board is of another time than the answer: later, or of a past that is leafed to."""
        return self._as_of is not None and board.as_of is not None and abs(board.as_of - self._as_of) >= AGAIN

    def _ask(self, board: Board) -> None:
        self._as_of, self._asking = board.as_of, True
        self.host.ask(self.what, self.question(board), self._take)

    def _take(self, answer: T | None) -> None:
        self.answer, self.answered, self._asking = answer, answer is not None, False
        if self.is_attached:
            super().show()
            self.refresh_bindings()
