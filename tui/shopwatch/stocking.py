"""How long the stock lasts: the counts that a source brings, against the orders' own pace."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from typing import Literal

from shopwatch.board import StockBoard, StockRow
from shopwatch.fleet import Shop
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.stocked import DAYS, Stocked

DAY = 86400
SOON = 3.0  # days: our default; what is ordered today takes as long to come
_ORDER = {"out": 0, "soon": 1, "ok": 2, "still": 3}


def stock_board(warehouse: Warehouse, shop: Shop, now: datetime.datetime) -> StockBoard:
    """Return how long a shop's products last; where no source tells of any, that it is unknown."""
    found = warehouse.stocked(int(now.timestamp()), shop.id)
    if found is None:
        return StockBoard()
    return stock_of(found, now.astimezone(shop.zone))


def stock_of(found: Iterable[Stocked], now: datetime.datetime) -> StockBoard:
    every = list(found)
    rows = sorted(
        (row for one in every if (row := _row(one, now)) is not None),
        key=lambda row: (_ORDER[row.state], -row.waiting if row.state == "out" else 0, row.days_left or 0.0),
    )
    unknown = sum(one.quantity is None and one.sold > 0 for one in every)
    return StockBoard(rows=tuple(rows), unknown=unknown, days=DAYS)


def _row(one: Stocked, now: datetime.datetime) -> StockRow | None:
    if one.quantity is None or one.counted_at is None:
        return None
    left = one.quantity - one.since
    per_day = _pace(one, now)
    days_left = max(0.0, left / per_day) if per_day else None
    return StockRow(
        product_id=one.product,
        product=one.name or one.product,
        left=left,
        per_day=per_day,
        days_left=days_left,
        waiting=one.waiting,
        due=one.due,
        counted_at=datetime.datetime.fromtimestamp(one.counted_at, now.tzinfo),
        state=_state(left, days_left),
    )


def _pace(one: Stocked, now: datetime.datetime) -> float:
    """Return units a day; of what has been sold for less than the whole time, over the days since its first order."""
    if one.begun is None:
        return 0.0
    days = math.ceil((now.timestamp() - one.begun) / DAY)
    return one.sold / min(DAYS, max(1, days))


def _state(left: int, days_left: float | None) -> Literal["out", "soon", "ok", "still"]:
    if days_left is None:
        return "still"
    if left <= 0:
        return "out"
    return "soon" if days_left < SOON else "ok"
