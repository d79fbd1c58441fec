"""How long the stock lasts, product by product, and what of the waiting orders it puts at risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, StockBoard, StockRow
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, gap, heading, paragraph

SHOWN = 200
MARKS = {"out": ("✗", "$bad"), "soon": ("△", "$near"), "ok": ("●", "$good"), "still": ("·", "$quiet")}


class StockScreen(DetailScreen):
    """The most pressing first; `y` copies the names of those that run out."""

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Stock")
        return f"{words} · {board.name}"

    def subtitle_words(self, board: Board) -> str:
        _ = self.words
        return _("pace of the last {n} days").format(n=board.stock.days) if board.stock else ""

    def copies(self) -> Sequence[str]:
        board = self.host.board
        return [row.product for row in board.stock.pressing] if board and board.stock else ()

    def action_copy(self) -> None:
        _ = self.words
        names = self.copies()
        self.host.copy(names, _("Copied {n} products").format(n=len(names)) if len(names) > 1 else "")

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        stock = board.stock
        if stock is None:
            return [paragraph(_("Working it out …"), width)]
        if stock.unknown is None:
            return [paragraph(unknown_words(_), width)]
        head = [_("Product"), _("left"), _("a day"), _("lasts"), _("to ship"), _("due"), _("counted")]
        rows = [heading(_("Days of stock left")), Row("", (_line("", head, width, "$faint"),))]
        rows += [_row(row, width, _) for row in stock.rows[:SHOWN]]
        return [*rows, gap(), *(paragraph(words, width) for words in _notes(stock, _))]


def unknown_words(_: Translate) -> str:
    """Say that nobody tells what there is, and what would."""
    return _(
        'How much there is of each product is unknown: no source brings it. A source with records = "stock" does.'
    )


def _notes(stock: StockBoard, _: Translate) -> Iterator[str]:
    if stock.unknown:
        yield _("{n} products that sold lately have no count: unknown.").format(n=stock.unknown)
    yield _(
        "Left: the last count less what was paid for since, an order by its main product. Soon: under 3 days, our default."
    )


def _row(row: StockRow, width: int, _: Translate) -> Row:
    days = {
        "out": _("none left"),
        "still": _("nothing sold"),
    }.get(row.state) or _("{n} d").format(n=f"{row.days_left or 0:.1f}")
    words = [
        row.product,
        formats.number(row.left, _),
        f"{row.per_day:.1f}",
        days,
        formats.number(row.waiting, _),
        formats.number(row.due, _),
        formats.clock_time(row.counted_at),
    ]
    return Row(f"stock:{row.product_id}", (_line(row.state, words, width, ""),))


def _line(state: str, words: Sequence[str], width: int, style: str) -> Content:
    product, *figures = words
    mark, tint = MARKS.get(state, (" ", ""))
    name = max(14, min(40, width - 56))
    cells: list[Cell] = [((mark, tint), 2), ((product, style or "bold"), name)]
    sizes = (-8, -7, -10, -7, -6, -12)
    styles = ("", "$quiet", tint, "", tint if state == "out" else "", "$quiet")
    cells += [((text, style or own), size) for text, own, size in zip(figures, styles, sizes, strict=True)]
    return columns(cells)
