"""What every pane is given: the words, the time, and how fresh a figure is."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import msgspec
from textual.widget import Widget

from shopwatch.board import Board, SourceBoard
from shopwatch.formats import age
from shopwatch.i18n import Translate

HOLD_SECONDS = 3.0


class View(msgspec.Struct, frozen=True):
    """words: the translator. now: the monitor's time, perhaps pinned or simulated. wall: the real time, by
    which sources are asked and answer. monotonic: seconds, for what the person does."""

    words: Translate
    language: str
    now: Callable[[], datetime.datetime]
    wall: Callable[[], datetime.datetime]
    monotonic: Callable[[], float]

    def local(self, board: Board | None) -> datetime.datetime:
        """Return the monitor's time in the shop's own zone."""
        now = self.now()
        return now.astimezone(board.as_of.tzinfo) if board and board.as_of else now


def entitle(widget: Widget, title: str, subtitle: str = "") -> None:
    """Give a pane its titles; setting the same ones again would repaint it."""
    if widget.border_title != title:
        widget.border_title = title
    if (widget.border_subtitle or "") != subtitle:
        widget.border_subtitle = subtitle


def silent(board: Board, *whats: str) -> list[SourceBoard]:
    """Return the sources that stopped answering and that one of these (ids of indicators, rates or clocks)
    rests on; all of them where nothing is named, or where a source doesn't say what it feeds."""
    return [
        source
        for source in board.sources
        if source.state in ("stale", "failing")
        and (not whats or not source.feeds or not set(whats).isdisjoint(source.feeds))
    ]


def alike(before: Board, board: Board) -> bool:
    """Whether two boards say the same of a shop, whenever its sources were asked: that is new with each poll. Of one that
    fell silent the age is said, and that goes on."""
    if silent(before) or silent(board):
        return False
    return before is board or msgspec.structs.replace(board, sources=before.sources) == before


def scored(board: Board) -> list[str]:
    """Return what the score rests on: the ids of its indicators."""
    return [indicator.id for part in board.dimensions for indicator in part.indicators]


def silence(board: Board, wall: datetime.datetime, _: Translate, *whats: str) -> str | None:
    """Return how old a figure is, in words, where it no longer speaks of now. wall: the real time."""
    quiet = silent(board, *whats)
    if not quiet:
        return None
    heard = [source.last_success for source in quiet if source.last_success]
    return age((wall - min(heard)).total_seconds(), _) if heard else _("no data")
