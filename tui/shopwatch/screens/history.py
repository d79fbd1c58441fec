"""Who did what of the checklist, the last first: ticks, ticks taken back, notes, and who was to see to it."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.board.deeds import Deed
from shopwatch.i18n import Translate
from shopwatch.panes.cells import columns
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, heading, paragraph
from shopwatch.screens.host import Host

WHO = 12


class HistoryScreen(DetailScreen):
    """Asked for when the screen opens, and again as the boards become new."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._deeds: Sequence[Deed] | None = None
        self._asked: tuple[str, datetime.datetime | None] = ("", None)

    def show(self) -> None:
        board = self.host.board
        if self.is_mounted and board is not None and (board.id, board.as_of) != self._asked:
            self._asked = board.id, board.as_of
            self.host.ask("history", self.host.feed.history(board.id), self._take)
        super().show()

    def _take(self, deeds: Sequence[Deed]) -> None:
        self._deeds = deeds
        if self.is_attached:
            super().show()

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Who did what")
        return f"{words} · {board.name}"

    def build(self, _board: Board, width: int) -> list[Row] | None:
        _ = self.words
        if not self._deeds:
            words = _("Working it out …") if self._deeds is None else _("Nothing has been ticked off yet.")
            return [paragraph(words, width)]
        rows: list[Row] = []
        for day, deeds in itertools.groupby(self._deeds, key=lambda one: one.at.date()):
            rows.append(heading(formats.day(day)))
            rows += [_row(one, width, _) for one in deeds]
        return rows


def _row(one: Deed, width: int, _: Translate) -> Row:
    glyph, style = {"tick": ("☑", "$good"), "undo": ("☐", "$near")}.get(one.kind, ("✎", "$quiet"))
    line = columns(
        [
            ((formats.hour(one.at), "$quiet"), 6),
            ((one.by or formats.UNKNOWN, "bold"), WHO),
            ((glyph, style), 2),
            ((deed_words(one, _), ""), max(20, width - 24)),
        ]
    )
    return Row(f"action:{one.action}", (line.rstrip(),))


def deed_words(one: Deed, _: Translate) -> str:
    """Say what was done: 勾选 … · 撤销 … · 备注 …"""
    words = {
        "tick": _("ticked {title}"),
        "undo": _("took back {title}"),
        "note": _("noted on {title}: {words}"),
        "owner": _("{words} sees to {title}") if one.words else _("nobody sees to {title} any more"),
        "snooze": _("put off {title} until {time}") if one.until else _("brought back {title}"),
    }.get(one.kind, one.kind)
    said = words.format(title=one.title, words=one.words, time=formats.clock_time(one.until))
    if one.kind == "owner" and one.until is not None:
        said += " · " + _("by {time}").format(time=formats.clock_time(one.until))
    return said
