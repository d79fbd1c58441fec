"""One's own figures beside each competitor's, and the gap over time of the one that the cursor stands on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from shopwatch import formats
from shopwatch.board import Board, CompetitorBoard, GapBoard
from shopwatch.comparing import CONSUMER
from shopwatch.panes.cells import content
from shopwatch.panes.gaps import SPANS, head, line, picture
from shopwatch.panes.keybar import KeyBar
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.score import published_words
from shopwatch.panes.status import StatusBar
from shopwatch.panes.view import silence
from shopwatch.screens.detail import DetailScreen, gap, paragraph
from shopwatch.screens.host import Host

TALL = 34  # lines from which the picture may be larger
LOW_PICTURE, HIGH_PICTURE = 8, 13


class CompetitorsScreen(DetailScreen):
    """`o` enters a competitor's figures: those of the one under the cursor, or of another; `a` corrects what was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "span", id="span"),
        Binding("o", "enter", id="official"),
        Binding("a", "amend", id="amend"),
        Binding("c", "back", show=False),
    ]

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._span = SPANS[1]

    def compose(self) -> ComposeResult:
        yield RowsPane(self.host.view, id="rows")
        yield Static(id="picture")
        yield StatusBar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.query_one("#rows", RowsPane), "key", lambda: self._draw(), init=False)

    def show(self) -> None:
        super().show()
        if self.is_mounted:
            self._draw()

    def title_words(self, board: Board) -> str:
        _ = self.words
        return _("Competitors · {shop}").format(shop=board.name)

    def subtitle_words(self, board: Board) -> str:
        _ = self.words
        return _("+ is ahead of them, − behind") if any(one.figures for one in board.competitors) else ""

    def build(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        if board.scale.house:
            return [
                gap(),
                paragraph(_("A model of our own: no marketplace prints such a score of any shop."), width),
            ]
        if not board.competitors:
            return [gap(), *self._how(width)]
        rows = [Row("", (head(width, _),))]
        for one in board.competitors:
            rows += self._beside(board, one, width)
        old = silence(board, self.host.view.wall(), _, "competitors")
        if old:
            rows += [gap(), paragraph(_("Their source fell silent {age}.").format(age=old), width, "$near")]
        return rows

    def _how(self, width: int) -> Iterator[Row]:
        _ = self.words
        yield paragraph(_("No competitor yet."), width, "")
        yield paragraph(
            _(
                "Press o to enter what the marketplace prints of another shop, name it in the configuration "
                '(competitors = ["…"]), or read it from a file: kind = "official", with a column `competitor`.'
            ),
            width,
        )

    def _beside(self, board: Board, one: CompetitorBoard, width: int) -> Iterator[Row]:
        _ = self.words
        when = self._when(one, board)
        yield Row("", (Content(""), content((one.name, "bold $key"), (f"  {when}", "$quiet"))))
        for figure in one.figures if one.published_at else one.figures[:1]:
            yield Row(_key(one, figure), (line(figure, board.scale, board.as_of, width, _),))

    def _when(self, one: CompetitorBoard, board: Board) -> str:
        _ = self.words
        at, now = one.published_at, self.host.view.local(board)
        if at is None:
            return _("nothing printed is known yet: press o to enter it")
        dated = at.time() == datetime.time()  # a bare day
        when = formats.day(at) if dated else published_words(at, now, _)
        ago = f" · {formats.age((now - at).total_seconds(), _)}" if (now.date() - at.date()).days > 1 else ""
        return _("printed {when}").format(when=when) + ago

    # The picture

    def _chosen(self) -> tuple[CompetitorBoard, GapBoard] | None:
        board = self.host.board
        key = self.query_one("#rows", RowsPane).key
        pairs = [(one, figure) for one in board.competitors for figure in one.figures] if board else []
        return next((pair for pair in pairs if key in ("", _key(*pair))), None)

    def _draw(self) -> None:
        drawn = self.query_one("#picture", Static)
        board, chosen = self.host.board, self._chosen()
        drawn.display = chosen is not None
        if board is None or chosen is None:
            return
        height = HIGH_PICTURE if self.size.height >= TALL else LOW_PICTURE
        width = max(1, self.size.width - 4)
        drawn.update(Content("\n").join(picture(board, *chosen, self._span, width, height, self.words)))

    # Keys

    def action_span(self) -> None:
        self._span = SPANS[(SPANS.index(self._span) + 1) % len(SPANS)]
        self._draw()

    def action_enter(self) -> None:
        from shopwatch.screens.competitor import CompetitorForm

        board, chosen = self.host.board, self._chosen()
        if board is not None and not board.scale.house:
            self.app.push_screen(CompetitorForm(self.host, board, chosen[0].name if chosen else ""))

    def action_amend(self) -> None:
        """Open what was printed together with the figure under the cursor."""
        from shopwatch.screens.competitor import AmendForm

        _, board, chosen = self.words, self.host.board, self._chosen()
        if board is None or chosen is None or chosen[1].published is None:
            self.app.notify(_("There is no figure here to correct; o enters one."), markup=False)
        elif any(chosen[0].name == other.name for other in self.host.feed.boards.values()):
            words = _("{name} is watched here itself: its own page says its figures.")
            self.app.notify(words.format(name=chosen[0].name), markup=False)
        else:
            self.app.push_screen(AmendForm(self.host, board, chosen[0], chosen[1].published.at))

    def behind(self, _key: str) -> str:
        """What one's own side is made of."""
        chosen = self._chosen()
        if chosen is None:
            return ""
        figure = chosen[1]
        if figure.unit:
            return f"indicator:{figure.id}"
        return "score" if figure.id in ("total", CONSUMER) else f"dimension:{figure.id}"


def _key(one: CompetitorBoard, figure: GapBoard) -> str:
    return f"gap:{figure.id}:{one.name}"
