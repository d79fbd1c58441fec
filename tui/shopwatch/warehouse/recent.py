"""What is usual in a shop: some of its recent orders, to hold trouble against.

A sample is enough, and drawn by a hash of the order's number, so that it is the same until an order comes or
goes. What is usual changes slowly: a sample stands for an hour.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from shopwatch.scoring.readings import Recent, Usual
from shopwatch.warehouse.indicators import shop_condition
from shopwatch.warehouse.masks import seen

DAYS = 30
MOST = 200
HOUR = 3600

_NEEDED = frozenset({"order_id", "paid_at", "carrier", "product_id", "product_name", "warehouse", "province"})

Ask = Callable[[str, Sequence[str]], Iterable[tuple[Any, ...]]]


def recent_sql(shops: Sequence[str]) -> str:
    """Return the SELECT of each shop's sample of the orders paid in the last days."""
    return (
        "SELECT shop, carrier, coalesce(product_name, product_id), warehouse, province"
        f" FROM ({seen('orders', only=_NEEDED)})"
        f" WHERE paid_at BETWEEN $as_of - {DAYS * 86400} AND $as_of{shop_condition(shops)}"
        f" QUALIFY row_number() OVER (PARTITION BY shop ORDER BY md5(order_id), order_id) <= {MOST}"
    )


class Recents:
    """The samples of the shops that were asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Usual] = {}
        self._drawn_at: dict[str, int] = {}

    def of(self, shops: Sequence[str], as_of: int, ask: Ask) -> dict[str, Usual]:
        """Return the samples of shops; `ask` runs a statement for some of them."""
        hour = as_of // HOUR
        missing = [shop for shop in shops if self._drawn_at.get(shop) != hour]
        if missing:
            drawn: dict[str, list[Recent]] = {}
            for shop, *words in ask(recent_sql(missing), missing):
                # the same few words over and over
                kept = [sys.intern(word) if word else None for word in words]
                drawn.setdefault(shop, []).append(Recent(*kept))
            self._known |= {shop: Usual(drawn.get(shop, ())) for shop in missing}
            # a shop without orders may have some as soon as its source has answered
            self._drawn_at |= dict.fromkeys(drawn, hour)
        return {shop: self._known[shop] for shop in shops}
