"""The rules in force: every fact of the shop's scorecard, and how certain each is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopwatch.board import Board
from shopwatch.panes.cells import content, wrap
from shopwatch.panes.rows import Row
from shopwatch.reports.facts import Fact, Item, sections
from shopwatch.scoring.scorecard import Scorecard, cited
from shopwatch.screens.detail import DetailScreen, heading, paragraph
from shopwatch.screens.host import Host

INDENT = 2


class RulesScreen(DetailScreen):
    """The scorecard is asked for once a shop. Enter opens the figure that a rule is about."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "back", show=False)]

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._asked = ""
        self._card: Scorecard | None = None
        self._answered = False
        self._opens: dict[str, str] = {}

    def show(self) -> None:
        board = self.host.board
        if self.is_mounted and board is not None and self._asked != f"{board.id} {board.scorecard}":
            self._asked, self._card, self._answered = f"{board.id} {board.scorecard}", None, False
            self.host.ask("rules", self.host.feed.scorecard(board.id), self._take)
        super().show()

    def _take(self, card: Scorecard | None) -> None:
        self._card, self._answered = card, True
        if self.is_attached:
            super().show()

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Rules")
        return f"{words} · {board.scorecard} · {board.name}"

    def subtitle_words(self, _board: Board) -> str:
        _ = self.words
        return _("Enter: the figure it is about")

    def build(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        card = self._card
        if card is None:
            words = _("These rules are not at hand.") if self._answered else _("Working it out …")
            return [paragraph(words, width)]
        self._opens = dict(_figures(board))
        rows = [*self._head(card, width)]
        for section in sections(card, self.host.view.language, _):
            rows.append(heading(section.title))
            rows += [self._item(section.title, item, width) for item in section.items]
        rows.append(heading(_("Notes")))
        rows += self._paragraphs("note", [note.of(self.host.view.language) for note in card.notes], width)
        rows.append(heading(_("References")))
        references = [cited(one, self.host.view.language) for one in card.sources]
        return [*rows, *self._paragraphs("source", references, width)]

    def _head(self, card: Scorecard, width: int) -> Iterator[Row]:
        _ = self.words
        name = f"{card.name.of(self.host.view.language)} · {card.score_name.of(self.host.view.language)}"
        yield Row("name", (content((name, "bold $strong")),))
        yield paragraph(_("Version of {day}.").format(day=card.version.isoformat()), width)
        if card.obsolete is not None:
            since = f" ({card.obsolete.since.isoformat()})" if card.obsolete.since else ""
            instead = card.obsolete.replaced_by.of(self.host.view.language)
            words = _("Obsolete{since}: {instead}").format(since=since, instead=instead)
            yield paragraph(words, width, "$near")
        if card.house:
            yield paragraph(_("No marketplace's rule: a model of our own."), width, "$near")

    def _item(self, section: str, item: Item, width: int) -> Row:
        lines = [content((item.name, "bold" if item.id in self._opens else ""))]
        for said in item.facts:
            lines += self._fact(said, width - INDENT)
        return Row(f"{section}:{item.id}", tuple(lines))

    def _fact(self, said: Fact, width: int) -> list[Content]:
        _ = self.words
        words = _("{label}: {text}").format(label=said.label, text=said.text)
        if said.certain:
            words += f" ({said.certain})"
        blank = Content(" " * INDENT)
        return [blank + line for line in wrap(words, width, "$quiet")]

    def _paragraphs(self, kind: str, texts: tuple[str, ...] | list[str], width: int) -> Iterator[Row]:
        """Rows that the cursor stops at, so that a long list can be read by its keys."""
        for n, text in enumerate(texts):
            yield Row(f"{kind}:{n}", tuple(wrap(text, width, "$quiet")))

    def behind(self, key: str) -> str:
        return self._opens.get(key.rpartition(":")[2], "")


def _figures(board: Board) -> Iterator[tuple[str, str]]:
    """Yield what the board has of the rules, by the rule's id, with the key that opens it."""
    yield "total", "score"
    for part in board.dimensions:
        yield part.id, f"dimension:{part.id}"
        for one in part.indicators:
            yield one.id, f"indicator:{one.id}"
    for line in board.lines:
        yield line.id, f"line:{line.id}"
