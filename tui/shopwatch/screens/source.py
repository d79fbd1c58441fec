"""One source: how it fares, in words that say what to do, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterator

from shopwatch import formats
from shopwatch.board import Board, SourceBoard
from shopwatch.panes.cells import content
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host
from shopwatch.screens.sources import kind_words, last_words, next_words, state_words


class SourceScreen(DetailScreen):
    def __init__(self, host: Host, name: str) -> None:
        super().__init__(host)
        self._name = name

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Source")
        return f"{words} · {self._name} · {board.name}"

    def build(self, board: Board, width: int) -> list[Row] | None:
        source = next((one for one in board.sources if one.name == self._name), None)
        if source is None:
            return None
        return [
            *self._state(source, width),
            *self._brought(source, width),
            *self._rests(board, source, width),
        ]

    def _state(self, source: SourceBoard, width: int) -> Iterator[Row]:
        _ = self.words
        wall = self.host.view.wall()
        at = formats.clock_time(source.last_success, wall) if source.last_success else ""
        yield fact(_("State"), content(state_words(source.state, _)), width)
        yield fact(_("Kind"), kind_words(source.kind, _), width)
        yield fact(_("last answer"), " · ".join(filter(None, (last_words(source, wall, _), at))), width)
        yield fact(_("next try"), next_words(source, wall, _), width)
        if source.error:
            yield fact(_("Mistake"), source.error, width, style="$bad")
        for words in source.waiting:
            yield fact(_("Waits for"), words, width, style="$near")

    def _brought(self, source: SourceBoard, width: int) -> Iterator[Row]:
        _ = self.words
        yield heading(_("What it brought"))
        yield fact(_("records"), formats.number(source.records, _), width)
        yield fact(_("tables"), ", ".join(source.tables) or formats.UNKNOWN, width)
        yield fact(_("kept aside"), formats.number(source.rejected, _), width)
        if source.aside:
            yield fact(
                _("the last"), f"{formats.clock_time(source.aside_at)} {source.aside}", width, style="$near"
            )

    def _rests(self, board: Board, source: SourceBoard, width: int) -> Iterator[Row]:
        _ = self.words
        yield heading(_("What rests on it"))
        if not source.feeds:
            yield paragraph(_("Nothing is known yet: any figure may."), width)
        for part in board.dimensions:
            for one in part.indicators:
                if one.id in source.feeds:
                    value = formats.unit_value(one.value, one.unit, _)
                    yield fact(
                        part.short,
                        content((one.name, ""), (f"  {value}", "bold")),
                        width,
                        f"indicator:{one.id}",
                    )
        for line in board.lines:
            if any(part.on in source.feeds and part.measure in ("rate", "count") for part in line.parts):
                yield fact(_("Line"), line.name, width, f"line:{line.id}")
        orders = sum(risk.clock in source.feeds for risk in board.risks)
        if orders:
            yield fact(_("Orders to save"), formats.count(orders, _), width)
