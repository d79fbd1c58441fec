"""Where a shop stands against its lines, and what its boards say of a yearly assessment."""

import datetime
from typing import Literal

from shopwatch.board.values import Value


class LinePart(Value, frozen=True):
    """`distance`: how far the value is on the good side of `at` (below 0: on the bad side). `at` is None where
    nobody has said where this shop's line is drawn; `good`: the side of it that is the good one, `above` that the
    line itself isn't enough. `unit`: of an indicator's value; empty: points of the scale, or a rate's share."""

    on: str
    name: str
    measure: str
    at: float | None
    value: float | None
    distance: float | None
    days: int | None = None  # of a mean or a streak
    good: Literal["least", "most"] = "least"
    above: bool = False
    unit: str = ""


class LineBoard(Value, frozen=True):
    """`met` is the good side: unlocked, or not struck; None while a part is unknown.

    `level`: ok, near (within its warning distance) or bad. `tightest`: the part that decides.
    """

    id: str
    name: str
    kind: Literal["unlock", "stop", "level"]
    effect: str
    met: bool | None
    alert: bool
    level: Literal["ok", "near", "bad", "unknown"]
    parts: tuple[LinePart, ...]
    tightest: str | None
    distance: float | None
    crosses_in_days: int | None = None
    words: str | None = None  # 高出4.0 商品 · 还差1.6 · 至少救回 21 单


class MonthBoard(Value, frozen=True):
    """A finished month's last day; `met` is None where no score of it is on record."""

    month: datetime.date
    value: float | None
    met: bool | None


class SalesBoard(Value, frozen=True):
    """A check of a cycle's sales at the end of `by`, in its `month`th month. `complete`: whether the records reach
    back to where the cycle began; `sold` is no less than that otherwise."""

    by: datetime.date
    month: int
    target: float | None
    sold: float | None
    complete: bool
    met: bool | None


class AssessmentBoard(Value, frozen=True):
    """Where the shop stands in a yearly assessment. `left`: how many more months may fail; `words`: all of it in
    sentences."""

    name: str
    effect: str
    level: Literal["ok", "near", "bad", "unknown"]
    phase: Literal["exempt", "trial", "formal", "unknown"]
    month: int | None
    begins: datetime.date | None
    at: float
    months: tuple[MonthBoard, ...]
    failed: int
    left: int
    sales: SalesBoard | None
    last_sales: SalesBoard | None
    idle: int | None
    idle_most: int | None
    words: tuple[str, ...]
