"""League tables: carriers, products, agents and provinces beside the shop's mean, and one row with its orders."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.board.leagues import (
    LeagueBoard,
    LeagueCell,
    LeagueColumn,
    LeagueOrder,
    LeagueRow,
    LeagueTable,
)
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, content, wrap
from shopwatch.panes.deltas import tint
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.screens.asked import AskedScreen
from shopwatch.screens.detail import DetailScreen, fact, gap, heading, paragraph
from shopwatch.screens.host import Host
from shopwatch.screens.indicator import column_words

NAME, PART = (10, 34), 7  # cells of a row's name, at least and at most; of its part in the score
FIGURE = (10, 18)
MARKS = {"worse": ("✗", "$bad"), "better": ("✓", "$good"), "thin": ("·", "$faint")}
"""A sign beside a figure; what has none isn't told from the mean."""


class LeaguesScreen(AskedScreen[LeagueBoard]):
    """One table at a time; Tab goes to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,s", "table(1)", id="next_table"),
        Binding("shift+tab", "table(-1)", id="previous_table", show=False),
    ]
    what = "leagues"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._at = ""

    def question(self, board: Board) -> Awaitable[LeagueBoard | None]:
        return self.host.feed.leagues(board.id)

    @property
    def table(self) -> LeagueTable | None:
        tables = self.answer.tables if self.answer else ()
        return next((one for one in tables if one.id == self._at), tables[0] if tables else None)

    def title_words(self, board: Board) -> str:
        _ = self.words
        name = self.table.name if self.table else _("League tables")
        return f"{name} · {board.name}"

    def build(self, _board: Board, width: int) -> list[Row] | None:
        _ = self.words
        table = self.table
        if table is None or self.answer is None:
            words = _("Nothing is known of any carrier, product, agent or province yet.")
            return [paragraph(words if self.answered else _("Working it out …"), width)]
        return [
            self._tabs(table),
            gap(),
            *table_rows(table, width, _),
            gap(),
            *legend(table, self.answer.enough, width, _),
        ]

    def _tabs(self, shown: LeagueTable) -> Row:
        tables = self.answer.tables if self.answer else ()
        parts = [
            (f" {one.name} ", "bold $strong on $row-active" if one is shown else "$quiet") for one in tables
        ]
        return Row("", (content(*parts),))

    def action_table(self, step: int) -> None:
        names = [one.id for one in self.answer.tables] if self.answer else []
        if self.table is not None:
            self._at = names[(names.index(self.table.id) + step) % len(names)]
            self.show()

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        table = self.table
        row = table.row(event.key.removeprefix("row:")) if table else None
        if table is not None and row is not None:
            event.stop()
            event.prevent_default()
            self.app.push_screen(LeagueRowScreen(self.host, table, row))


class LeagueRowScreen(DetailScreen):
    """One row: its figures beside the mean, what to do about it, and its orders."""

    def __init__(self, host: Host, table: LeagueTable, row: LeagueRow) -> None:
        super().__init__(host)
        self._table = table
        self._row = row
        self._orders: Sequence[LeagueOrder] | None = None

    def on_mount(self) -> None:
        super().on_mount()
        if board := self.host.board:
            question = self.host.feed.league_orders(board.id, self._table.id, self._row.key)
            self.host.ask("league orders", question, self._take)

    def _take(self, orders: Sequence[LeagueOrder]) -> None:
        self._orders = orders
        if self.is_attached:
            self.show()
            self.refresh_bindings()

    def title_words(self, board: Board) -> str:
        return f"{self._row.key} · {self._table.name} · {board.name}"

    def subtitle_words(self, _board: Board) -> str:
        _ = self.words
        return _("y copies all {n} order numbers").format(n=len(self._orders)) if self._orders else ""

    def copies(self) -> Sequence[str]:
        return [one.order_id for one in self._orders or ()]

    def build(self, _board: Board, width: int) -> list[Row] | None:
        _ = self.words
        row = self._row
        rows = [
            fact(
                column.short,
                cell_words(column, cell, _),
                width,
                f"indicator:{column.indicator}" if column.indicator else "",
                MARKS.get(cell.verdict, ("", ""))[1],
            )
            for column, cell in zip(self._table.columns, row.cells, strict=True)
            if cell is not None
        ]
        if row.part is not None:
            rows.append(fact(_("In all"), f"{formats.gain(row.part, _)}", width, style=tint(row.part)))
        if row.advice:
            rows.append(fact(_("What to do"), row.advice, width, style="bold"))
        return [*rows, *self._order_rows()]

    def _order_rows(self) -> Iterator[Row]:
        _ = self.words
        if self._orders is None:
            yield heading(_("Its orders"))
            yield Row("", (content((_("asking …"), "$faint")),))
            return
        yield heading(_("Its orders that are worse than the mean ({n})").format(n=len(self._orders)))
        for one in self._orders:
            cells: list[Cell] = [
                (one.order_id, 22),
                ((formats.clock_time(one.at), "$quiet"), 12),
                (one.why, 90),
            ]
            yield Row(f"order:{one.order_id}", (columns(cells).rstrip(),))


def table_rows(table: LeagueTable, width: int, _: Translate) -> Iterator[Row]:
    """Return the head, the mean, and a row each; what to do stands under its row."""
    figure, name = _widths(len(table.columns), width)
    head: list[Cell] = [((column_words(table.by, _), "$faint"), name)]
    head += [((column.short, "$faint"), -figure) for column in table.columns]
    yield Row("", (columns([*head, ((_("effect"), "$faint"), -PART)]),))
    mean: list[Cell] = [((_("shop's mean"), "$quiet"), name)]
    mean += [
        ((formats.unit_value(column.mean, column.unit, _), "$quiet"), -figure) for column in table.columns
    ]
    yield Row("", (columns([*mean, ("", -PART)]),))
    for row in table.rows:
        yield Row(f"row:{row.key}", tuple(_lines(table, row, name, figure, width, _)))
    if table.others:
        yield Row("", (content((_("{n} others").format(n=table.others), "$faint")),))


def _lines(
    table: LeagueTable, row: LeagueRow, name: int, figure: int, width: int, _: Translate
) -> Iterator[Content]:
    cells: list[Cell] = [((row.key, "bold $bad" if row.worse else ""), name)]
    cells += [
        (_figure(column, cell, _), -figure) for column, cell in zip(table.columns, row.cells, strict=True)
    ]
    part = "" if row.part is None else formats.points(row.part, 2)
    yield columns([*cells, ((part, tint(row.part)), -PART)])
    if row.advice:
        yield from wrap(f"  → {row.advice}", width, "$near")


def _figure(column: LeagueColumn, cell: LeagueCell | None, _: Translate) -> Content:
    if cell is None:
        return content((formats.UNKNOWN, "$faint"))
    mark, style = MARKS.get(cell.verdict, (" ", ""))
    return content((f"{mark} ", style), (formats.unit_value(cell.value, column.unit, _), style))


def _widths(figures: int, width: int) -> tuple[int, int]:
    """Return the cells of a figure and of a name, in so many in all."""
    spare = width - PART - 1 - NAME[0]
    figure = min(FIGURE[1], max(FIGURE[0], spare // max(1, figures) - 1))
    return figure, max(NAME[0], min(NAME[1], width - PART - 1 - figures * (figure + 1)))


def legend(table: LeagueTable, enough: int, width: int, _: Translate) -> Iterator[Row]:
    """What the signs mean, which days count, and what isn't known."""
    signs = _(
        "✗ worse than the mean, ✓ better, 99 times in 100 not by chance; · fewer than {n} cases: shown, not judged."
    )
    yield paragraph(signs.format(n=enough), width)
    parts = _(
        "Effect: what a row's distance from the mean gives the score or costs it;"
        " those on one side of the mean add up to what all of them do."
    )
    if any(column.indicator for column in table.columns):
        yield paragraph(parts, width)
    yield paragraph(_days_words(table, _), width)
    if table.lacking:
        yield paragraph(_("Nothing is known of: {names}.").format(names=_(", ").join(table.lacking)), width)


def _days_words(table: LeagueTable, _: Translate) -> str:
    """Which days count; where they differ, of each column."""
    spans = {
        column.short: _("{first} to {last}, {n} days").format(
            first=formats.day(column.first),
            last=formats.day(column.last),
            n=(column.last - column.first).days + 1,
        )
        for column in table.columns
    }
    if len(set(spans.values())) == 1:
        return next(iter(spans.values()))
    return " · ".join(f"{name} {span}" for name, span in spans.items())


def cell_words(column: LeagueColumn, cell: LeagueCell, _: Translate) -> str:
    """5.90%, the mean 1.00%: worse than the mean; 34 cases, truly 1.2%–20%; −5.64 points."""
    value = formats.unit_value(cell.value, column.unit, _)
    mean = formats.unit_value(column.mean, column.unit, _)
    words = [_("{value}, the mean {mean}").format(value=value, mean=mean), verdict_words(cell.verdict, _)]
    words.append(_("{n} cases").format(n=formats.number(cell.cases, _)))
    if cell.low is not None and cell.high is not None and cell.verdict != "thin":
        low, high = (formats.unit_value(max(0.0, end), column.unit, _) for end in (cell.low, cell.high))
        words.append(_("truly between {low} and {high}").format(low=low, high=high))
    if cell.part is not None:
        words.append(formats.gain(cell.part, _))
    return " · ".join(words)


def verdict_words(verdict: str, _: Translate) -> str:
    return {
        "worse": _("✗ worse than the mean"),
        "better": _("✓ better than the mean"),
        "usual": _("not told from the mean"),
        "thin": _("too few to judge"),
        "unjudged": _("not judged: its scatter isn't known"),
    }[verdict]
