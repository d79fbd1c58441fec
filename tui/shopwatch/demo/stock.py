"""What the warehouse of a simulated shop counts each night: stock that runs down and is filled up again.

It goes by the shop's usual sales alone, so that a night's count is the same in every market that has the shop.
"""

from __future__ import annotations

from shopwatch.demo.cast import Shop
from shopwatch.demo.moments import MINUTE, at
from shopwatch.records import Stock

COUNTED = 30 * MINUTE
"""Past midnight."""
FULL, ROUND = 14, 13  # days of sales that it is filled up to, and days until it is again


def counts(shop: Shop, day: int) -> list[Stock]:
    """Return one night's counts; the products are filled up on different days."""
    moment = at(day, COUNTED)
    shares = sum(product.share for product in shop.products)
    return [
        Stock(
            shop=shop.id,
            product_id=product.id,
            counted_at=moment,
            quantity=round(
                shop.orders_a_day * product.share / shares * _days_left(day + shop.number + 4 * n)
            ),
            known_at=moment,
        )
        for n, product in enumerate(shop.products)
    ]


def _days_left(day: int) -> int:
    return FULL - day % ROUND
