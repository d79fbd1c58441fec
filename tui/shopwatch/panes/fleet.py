"""The fleet list: a row a shop, with its score, where it went since yesterday, and how safe it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.i18n import Translate
from shopwatch.panes.board_pane import BoardPane
from shopwatch.panes.cells import columns, content, dimmed, fit, spread
from shopwatch.panes.chart import bar, sparkline
from shopwatch.panes.order_lines import matches
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.view import View, entitle, scored, silent

SPARK = 5
LEAST_BAR = 8


def standing(board: Board, _: Translate) -> tuple[str, str, str]:
    """Return how safe a shop is by its alert lines: a glyph, a word and a colour."""
    levels = {line.level for line in board.lines if line.alert}
    if "bad" in levels:
        return "✖", _("breached"), "$bad"
    if "near" in levels:
        return "▲", _("close"), "$near"
    if board.score.value is None and (board.scale.kind != "none" or levels <= {"unknown"}):
        return "○", _("no score"), "$quiet"
    return "●", _("safe"), "$good"


def arrow(delta: float | None, places: int = 1) -> tuple[str, str]:
    """Return a change of a score, which is better the higher it is, and its colour."""
    text = formats.points(delta, places)
    if delta is None or not float(text):
        return text, "$faint"
    return f"{'▲' if delta > 0 else '▼'}{text[1:]}", "$good" if delta > 0 else "$bad"


def needs_help(board: Board) -> bool:
    return any(line.alert and line.level in ("bad", "near") for line in board.lines)


class Look(NamedTuple):
    """All that a shop's row says. room: the cells of its name. old: of a source that fell silent. series: what its
    sparkline is of, where there is room."""

    name: str
    room: int
    place: str
    shown: bool
    old: bool
    state: tuple[str, str, str]
    total: str
    change: tuple[str, str]
    series: tuple[float | None, ...] | None


class Seen(NamedTuple):
    """All that a shop's row is made of: of hundreds, those alone are made new of which it is another.

    parts: of its board. old: its score rests on a source that fell silent. place: its number. width: of the list.
    longest: the cells of the longest name. warm: all is of before the start."""

    parts: tuple[object, ...]
    old: bool
    place: int
    shown: bool
    width: int
    longest: int
    warm: bool


def parts_of(board: Board) -> tuple[object, ...]:
    return board.name, board.score, board.scale, board.lines, board.deltas, board.trend


def is_old(board: Board) -> bool:
    """Whether its score rests on a source that fell silent."""
    return bool(silent(board)) and bool(silent(board, *scored(board)))


def drawn(look: Look) -> Content:
    mark = content(("▸" if look.shown else " ", "$key"), (look.place, "$faint"))
    total = content((look.total, "bold"), fit(look.change, 5, right=True))
    spark = [] if look.series is None else [((sparkline(look.series, SPARK), "$key"), SPARK)]
    figures = columns([((look.name, "bold $strong" if look.shown else ""), look.room), (total, -10), *spark])
    glyph, word, style = look.state
    return Content(" ").join(
        [mark, dimmed(figures) if look.old else figures, content((f"{glyph}{word}", style))]
    )


class FleetPane(BoardPane):
    """The shops. `shown`: the one that the other panes speak of."""

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(view, id=id, classes=classes)
        self.order = 0
        self.wanted = ""
        self._data: tuple[tuple[Board, ...], str, bool] = ((), "", False)
        self._drawn: dict[str, tuple[Seen, Row]] = {}

    def show(self, boards: Sequence[Board], shown: str, warm: bool) -> None:
        _ = self.view.words
        another = shown != self._data[1]
        self._data = (tuple(boards), shown, warm)
        entitle(self, _("Shops"), self._order_name)
        known = any(board.id == shown for board in boards)
        if not self.key and known:
            self.set_reactive(RowsPane.key, shown)
        self.changed()
        if another and known:
            self.choose(shown)

    def make(self, width: int, height: int, enough: int) -> list[Row]:
        boards, shown, warm = self._data
        places = {board.id: place for place, board in enumerate(boards, 1)}
        longest = max((cell_len(board.name) for board in boards), default=0)
        kept: dict[str, tuple[Seen, Row]] = {}
        for board in self._sorted(boards)[:enough]:
            of = (places[board.id], board.id == shown, width, longest, warm)
            kept[board.id] = self._drew(board, Seen(parts_of(board), is_old(board), *of))
        self._drawn = kept
        return [*(row for _seen, row in kept.values()), *self._below(boards, width, height)]

    def _drew(self, board: Board, seen: Seen) -> tuple[Seen, Row]:
        before = self._drawn.get(board.id)
        if before is not None and before[0] == seen:
            return before
        return seen, Row(board.id, (drawn(self._look(board, seen)),))

    def sort_next(self) -> str:
        """Sort by the next thing and return its name."""
        return self.sort_by((self.order + 1) % 3)

    def sort_by(self, order: int) -> str:
        self.order = order
        self._moved = float("-inf")
        self.show(*self._data)
        return self._order_name

    @property
    def _order_name(self) -> str:
        _ = self.view.words
        return (_("as configured"), _("by score"), _("by need"))[self.order]

    def set_filter(self, wanted: str) -> None:
        self.wanted = wanted
        self._moved = float("-inf")
        self.changed()

    def _sorted(self, boards: Sequence[Board]) -> list[Board]:
        kept = [b for b in boards if matches(" ".join((b.id, b.name, *b.tags)).casefold(), self.wanted)]
        if self.order == 1:
            kept.sort(key=lambda board: (board.score.value is None, board.score.value or 0.0))
        elif self.order == 2:
            kept.sort(key=lambda board: not needs_help(board))
        return kept

    def _look(self, board: Board, seen: Seen) -> Look:
        state = standing(board, self.view.words)
        room = seen.width - 2 - 10 - cell_len(state[0] + state[1]) - 3
        with_spark = room - SPARK - 1 >= min(seen.longest, 16)
        return Look(
            name=board.name,
            room=room - (SPARK + 1 if with_spark else 0),
            place=str(seen.place) if seen.place < 10 else " ",
            shown=seen.shown,
            old=seen.warm or seen.old,
            state=state,
            total=formats.total(board.score.value, board.scale),
            change=arrow(board.deltas.day, board.scale.places),
            series=tuple(point.value for point in board.trend) if with_spark else None,
        )

    def _below(self, boards: Sequence[Board], width: int, height: int) -> list[Row]:
        _ = self.view.words
        helping = sum(needs_help(board) for board in boards)
        count = _("{n} shops · {help} need attention").format(n=len(boards), help=helping)
        rows = [Row("", (Content(""), content((count, "$quiet"))), fixed=True)]
        if len(boards) + 4 > height:  # of hundreds, none of what follows has room
            return rows
        late = [(board, share) for board in boards if (share := late_rate(board)) is not None]
        if len(boards) + len(late) + 4 > height or not late:
            return rows
        limits = {limit for _board, (_value, limit, _level) in late}
        title = content((_("Late shipping today"), "$quiet"))
        if len(limits) == 1:
            words = _("limit {share}").format(share=formats.percent(limits.pop(), 0))
            title = spread(title, content((words, "$faint")), width)
        rows.append(Row("", (Content(""), title), fixed=True))
        rows += [
            Row("", (self._late(board, *share, bool(limits), width),), fixed=True) for board, share in late
        ]
        return rows

    def _late(
        self, board: Board, value: float, limit: float, level: str, with_limit: bool, width: int
    ) -> Content:
        style = {"bad": "$bad", "near": "$near"}.get(level, "$good")
        text = formats.percent(value)
        if with_limit:
            text += f" / {formats.percent(limit, 0)}"
        figure = max(7, cell_len(text))
        name = min(max(cell_len(board.name) for board in self._data[0]), width - figure - LEAST_BAR - 2)
        room = width - name - figure - 2
        return columns([(board.name, name), ((bar(value / limit, room), style), room), (text, -figure)])


def late_rate(board: Board) -> tuple[float, float, str] | None:
    for line in board.lines:
        for part in line.parts:
            if (
                line.kind == "stop"
                and part.on == "late_shipping"
                and part.measure == "rate"
                and part.value is not None
                and part.at is not None
            ):
                return part.value, part.at, line.level
    return None
