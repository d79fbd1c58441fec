"""What buyers complain of: this month beside the last, the sudden first; and one problem with what is behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence

from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.board.voice import Problem, VoiceBoard
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, wrap
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.reports.beyond import span_names, total_words
from shopwatch.screens.asked import AskedScreen
from shopwatch.screens.cause import order_rows
from shopwatch.screens.detail import DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host

BAR = 20  # cells of the longest bar
ROOMY = 94  # cells from which there is a bar
MOST_PARTS = 3  # clusters shown under a topic
LISTED = 100  # orders laid out; `y` copies them all


class VoiceScreen(AskedScreen[VoiceBoard]):
    """The problems, the sudden first."""

    what = "voice"

    def question(self, board: Board) -> Awaitable[VoiceBoard | None]:
        return self.host.feed.voice(board.id)

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Voice of the buyer")
        return f"{words} · {board.name}"

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        voice = self.answer
        if voice is None or not voice.problems:
            words = _("No buyer has complained lately.") if self.answered else _("Working it out …")
            return [paragraph(words, width)]
        return [
            *self._sudden(board, width),
            paragraph(total_words(voice, _), width),
            heading(_("Problems")),
            Row(
                "",
                (
                    _line(
                        [_("Problem"), *span_names(voice, _), _("change"), _("share")],
                        width,
                        "$faint",
                    ),
                ),
            ),
            *(row for one in voice.problems for row in self._problem_rows(one, voice, width)),
        ]

    def _sudden(self, board: Board, width: int) -> Iterator[Row]:
        _ = self.words
        for one in board.sudden:
            words = _("⚠ Suddenly more: {words}").format(words=one.words)
            key = f"problem:{one.topics[0]}" if one.topics else ""
            yield Row(key, tuple(wrap(words, width, "bold $bad")))

    def _problem_rows(self, one: Problem, voice: VoiceBoard, width: int) -> Iterator[Row]:
        _ = self.words
        most = max(problem.count for problem in voice.problems) or 1
        mark = _("⚠ sudden ") if one.sudden else ""
        yield Row(f"problem:{one.id}", (_problem_line(mark + one.name, one, most, width, _, "bold"),))
        for part in one.parts[:MOST_PARTS]:
            yield Row(
                f"problem:{part.id}", (_problem_line(f"  · {part.word}", part, most, width, _, "$quiet"),)
            )

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        problem = self.answer.problem(event.key.removeprefix("problem:")) if self.answer else None
        if problem is not None:
            event.stop()
            event.prevent_default()
            self.app.push_screen(ProblemScreen(self.host, problem))


class ProblemScreen(DetailScreen):
    """One problem: what buyers wrote, of which products and carriers, and the orders."""

    def __init__(self, host: Host, problem: Problem) -> None:
        super().__init__(host)
        self._problem = problem

    def title_words(self, board: Board) -> str:
        one = self._problem
        return f"{one.name}{' · ' + one.word if one.word else ''} · {board.name}"

    def subtitle_words(self, _board: Board) -> str:
        _ = self.words
        return _("y copies all {n} order numbers").format(n=len(self._problem.orders))

    def copies(self) -> Sequence[str]:
        return self._problem.orders

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        one = self._problem
        figures = _("{n}, {before} before; {share} of all complaints").format(
            n=formats.number(one.count, _),
            before=formats.number(one.before, _),
            share=formats.percent(one.share, 0),
        )
        rows = [fact(_("Complaints"), figures, width)]
        if one.products:
            rows.append(fact(_("Products"), _most(one.products), width))
        if one.carriers:
            rows.append(fact(_("Carriers"), _most(one.carriers), width))
        if one.parts:
            rows.append(fact(_("Words"), _most(tuple((part.word, part.count) for part in one.parts)), width))
        if one.examples:
            rows.append(heading(_("What buyers say")))
            rows += [Row("", tuple(wrap(f"“{text}”", width))) for text in one.examples]
        if one.orders:
            rows += [heading(_("Its orders")), *order_rows(self.host, board, one.orders[:LISTED])]
        return rows


def _most(counted: Sequence[tuple[str, int]]) -> str:
    return " · ".join(f"{key} {count}" for key, count in counted)


def _line(words: Sequence[str], width: int, style: str, name: str = "", bar: str = "") -> Content:
    problem, count, before, change, share = words
    name_cells = max(14, min(34, width - 44))
    cells: list[Cell] = [
        ((problem, name or style), name_cells),
        ((count, style), -10),
        ((before, style or "$quiet"), -11),
        ((change, style), -8),
        ((share, style), -7),
    ]
    return columns([*cells, ((f"  {bar}", "$key"), BAR + 2)] if width >= ROOMY else cells)


def _problem_line(name: str, one: Problem, most: int, width: int, _: Translate, style: str) -> Content:
    words = [
        name,
        formats.number(one.count, _),
        formats.number(one.before, _),
        _change(one),
        formats.percent(one.share, 0),
    ]
    name_style = "bold $bad" if one.sudden else style
    return _line(words, width, "", name_style, "█" * round(BAR * one.count / most))


def _change(one: Problem) -> str:
    moved = one.count - one.before
    return f"↑{moved}" if moved > 0 else f"↓{-moved}" if moved < 0 else "="
