"""The sources: which answer, how much they brought, what was kept aside and why, and when each is asked again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, SourceBoard
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, content, wrap
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.screens.detail import DetailScreen, heading, paragraph

INDENT = 4
NAME, MOST_NAME = 14, 30
BESIDE_NAME = 64  # cells that the figures beside a name take
ROOMY = 84  # cells from which there is room for the kind


def state_words(state: str, _: Translate) -> tuple[str, str]:
    """Return how a source fares: a glyph with its word, and the colour."""
    return {
        "ok": ("● " + _("answers"), "$good"),
        "stale": ("▲ " + _("silent"), "$near"),
        "failing": ("✖ " + _("fails"), "$bad"),
        "paused": ("▮▮ " + _("paused"), "$quiet"),
    }[state]


def kind_words(kind: str, _: Translate) -> str:
    return {
        "files": _("files"),
        "http": "HTTP",
        "sql": _("database"),
        "official": _("official page"),
        "doudian": _("Doudian"),
        "taobao": _("Taobao"),
        "kuaishou": _("Kuaishou"),
    }.get(kind, kind)


def last_words(source: SourceBoard, wall: datetime.datetime, _: Translate) -> str:
    if source.last_success is None:
        return _("never")
    return formats.age((wall - source.last_success).total_seconds(), _)


def next_words(source: SourceBoard, wall: datetime.datetime, _: Translate) -> str:
    if source.next_try is None:
        return formats.UNKNOWN
    seconds = (source.next_try - wall).total_seconds()
    return _("in {time}").format(time=formats.left(seconds, _)) if seconds >= 1 else _("at once")


class SourcesScreen(DetailScreen):
    """The shown shop's, then those of other shops that are in trouble."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "back", show=False)]

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Sources")
        return f"{words} · {board.name}"

    def subtitle_words(self, _board: Board) -> str:
        _ = self.words
        return _("r asks them all now")

    def build(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        rows = [self._titles(width)]
        for source in board.sources:
            rows += self._source(f"source:{source.name}", source, width)
        if not board.sources:
            rows.append(paragraph(_("No source is configured for this shop."), width, "$near"))
        others = list(self._elsewhere(board))
        if others:
            rows.append(heading(_("In trouble at other shops {n}").format(n=len(others))))
        for shop, source in others:
            rows += self._source(f"of:{shop.id}:{source.name}", source, width, shop.name)
        return rows

    def _elsewhere(self, board: Board) -> Iterator[tuple[Board, SourceBoard]]:
        here = set(board.sources)  # a source that may hold any shop is on every board
        for other in self.host.boards_now.values():
            for source in other.sources if other.id != board.id else ():
                if source.state in ("failing", "stale") and source not in here:
                    yield other, source

    def _titles(self, width: int) -> Row:
        _ = self.words
        titles = (
            _("State"), _("Source"), _("Kind"), _("last answer"), _("next try"), _("records"), _("kept aside"),
        )  # fmt: skip
        return Row("", (_columns([content((title, "$faint")) for title in titles], width),))

    def _source(self, key: str, source: SourceBoard, width: int, shop: str = "") -> Iterator[Row]:
        _ = self.words
        wall = self.host.view.wall()
        state, style = state_words(source.state, _)
        cells = [
            content((state, style)),
            content((f"{shop} · " if shop else "", "$quiet"), (source.name, "bold")),
            content((kind_words(source.kind, _), "$quiet")),
            content((last_words(source, wall, _), "" if source.state == "ok" else style)),
            content((next_words(source, wall, _), "$quiet")),
            content((formats.number(source.records, _), "")),
            content((formats.number(source.rejected, _), "$near" if source.rejected else "$quiet")),
        ]
        yield Row(key, (_columns(cells, width), *self._said(source, width)))

    def _said(self, source: SourceBoard, width: int) -> Iterator[Content]:
        """What it says itself: why it fails, what it waits for, what could not be used."""
        said = [
            (source.error, "$bad"),
            *((words, "$near") for words in source.waiting),
            (source.aside, "$quiet"),
        ]
        for words, style in said:
            for line in wrap(words, width - INDENT, style) if words else ():
                yield Content(" " * INDENT) + line

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        event.prevent_default()
        kind, _colon, name = event.key.partition(":")
        if kind == "of":
            shop, _colon, name = name.partition(":")
            self.host.show_shop(shop)
        self.host.open(f"source:{name}")


def _columns(cells: list[Content], width: int) -> Content:
    """Lay the cells side by side; where there is no room the kind is left out."""
    sizes = [8, max(NAME, min(MOST_NAME, width - BESIDE_NAME)), 8, 11, -12, -9, -10]
    laid: list[Cell] = list(zip(cells, sizes, strict=True))
    if width < ROOMY:
        del laid[2]
    return columns(laid)
