"""How long the stock of each product lasts, as far as a source tells what there is."""

import datetime
from typing import Literal

from shopwatch.board.values import Value


class StockRow(Value, frozen=True):
    """One product. left: units by the last count less what was paid for since; below 0 they are oversold. per_day: units
    a day by the orders' own pace. days_left: None where nothing is sold. waiting: units of paid orders that haven't
    shipped; due: those of them that are due within a day, or were. state: out, soon (under `SOON` days), ok, or still:
    nothing is sold."""

    product_id: str
    product: str
    left: int
    per_day: float
    days_left: float | None
    waiting: int
    due: int
    counted_at: datetime.datetime
    state: Literal["out", "soon", "ok", "still"]


class StockBoard(Value, frozen=True):
    """The products whose stock is known, the most pressing first. unknown: products that were sold lately and have no
    count; None: no source brings any. days: over how many the pace is taken."""

    rows: tuple[StockRow, ...] = ()
    unknown: int | None = None
    days: int = 14

    @property
    def pressing(self) -> tuple[StockRow, ...]:
        return tuple(row for row in self.rows if row.state in ("out", "soon"))
