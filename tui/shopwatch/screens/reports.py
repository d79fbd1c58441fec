"""Which report of the shop to write, and as what; the screen says where it lies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.content import Content

from shopwatch.board import Board
from shopwatch.feed import Beyond
from shopwatch.panes.cells import content
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.reports.contents import kinds, report
from shopwatch.reports.document import FORMATS, Format, Kind
from shopwatch.reports.saving import save
from shopwatch.screens.detail import DetailScreen, gap, heading, paragraph


class ReportsScreen(DetailScreen):
    """Enter writes the one under the cursor; nothing that is there is written over."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("e", "back", show=False)]
    said: Sequence[tuple[str, str]] = ()

    def title_words(self, _board: Board) -> str:
        _ = self.words
        return _("Write a report")

    def subtitle_words(self, _board: Board) -> str:
        return str(self.host.reports)

    def build(self, _board: Board, width: int) -> list[Row]:
        _ = self.words
        rows: list[Row] = []
        for kind, name in kinds(_).items():
            rows.append(heading(name))
            rows += [Row(f"report:{kind}:{form}", (self._line(form),)) for form in FORMATS]
        return [*rows, gap(), *(paragraph(words, width, style) for words, style in self.said)]

    def _line(self, form: Format) -> Content:
        _ = self.words
        names = {"md": "Markdown", "html": _("HTML, to print"), "csv": _("CSV, for Excel")}
        return content((f"  {names[form]}", ""))

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        _head, kind, form = event.key.split(":")
        board = self.host.board
        if board is not None:
            self.host.ask("report", self._written(board, cast("Kind", kind), cast("Format", form)), self._say)

    async def _written(self, board: Board, kind: Kind, form: Format) -> Path | OSError:
        moment = self.host.view.local(board)
        beyond = {board.id: await self._beyond(board)} if kind == "fortnightly" else None
        made = report(kind, [board], moment, self.words, language=self.host.view.language, beyond=beyond)
        name = f"{board.id}-{kind}-{moment:%Y%m%d-%H%M}"
        try:
            return await asyncio.to_thread(save, made, form, self.host.reports, name)
        except OSError as error:
            return error

    async def _beyond(self, board: Board) -> Beyond:
        feed = self.host.feed
        return Beyond(
            voice=await feed.voice(board.id),
            leagues=await feed.leagues(board.id),
            deeds=tuple(await feed.history(board.id)),
        )

    def _say(self, outcome: Path | OSError) -> None:
        _ = self.words
        if isinstance(outcome, OSError):
            words = _("{path} can't be used: {reason}.")
            reason = outcome.strerror or type(outcome).__name__
            self.said = ((words.format(path=self.host.reports, reason=reason), "$bad"),)
        else:
            self.said = ((_("Written: {path}").format(path=outcome), "$good"), *self.said[:4])
        self.show()
