"""What shops have sold, month by month: orders that succeeded, less what was paid back of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from shopwatch.scoring.assessment import Sales, month_of
from shopwatch.scoring.windows import date_of
from shopwatch.warehouse.macros import LocalTime
from shopwatch.warehouse.masks import Sight, seen

_PAID_BACK = "succeeded AND kind IN ('refund', 'return')"


def sold_sql(local: LocalTime, first: int, sight: Sight, shops: str = "") -> str:
    """Return the SELECT of (shop, local day, fen) of all days from `first` on; an order counts on the day on which
    it succeeded."""
    day = local.day("o.finished_at")
    orders = seen("orders", sight, frozenset({"order_id", "finished_at", "amount", "excluded"}))
    aftersales = seen("aftersales", sight, frozenset({"order_id", "amount", "succeeded", "kind"}))
    return (
        f"SELECT o.shop, {day} AS d, SUM(greatest(coalesce(o.amount, 0) - coalesce(a.fen, 0), 0))"
        f" FROM (SELECT * FROM ({orders}) WHERE finished_at IS NOT NULL AND NOT excluded{shops}) o"
        f" LEFT JOIN (SELECT shop, order_id, SUM(amount) AS fen FROM ({aftersales}) WHERE {_PAID_BACK}{shops}"
        " GROUP BY shop, order_id) a ON a.shop = o.shop AND a.order_id = o.order_id"
        f" WHERE {day} >= {first} GROUP BY ALL"
    )


def since_sql(local: LocalTime, sight: Sight, shops: str = "") -> str:
    """Return the SELECT of (shop, local day of its first order on record)."""
    begun = "coalesce(created_at, paid_at)"
    orders = seen("orders", sight, frozenset({"created_at", "paid_at"}))
    return f"SELECT shop, {local.day(f'min({begun})')} FROM ({orders}) WHERE {begun} IS NOT NULL{shops} GROUP BY shop"


def by_shop(sold: Iterable[tuple[Any, ...]], since: Iterable[tuple[Any, ...]]) -> dict[str, Sales]:
    """Return the rows of the two statements as each shop's sales."""
    months: dict[str, dict[int, float]] = {}
    for shop, day, fen in sold:
        of_shop, month = months.setdefault(shop, {}), month_of(date_of(day))
        of_shop[month] = of_shop.get(month, 0.0) + float(fen) / 100
    begun: dict[str, datetime.date] = {shop: date_of(day) for shop, day in since}
    return {shop: Sales(months.get(shop, {}), first) for shop, first in begun.items()}
