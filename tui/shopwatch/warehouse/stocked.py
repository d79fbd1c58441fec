"""What there is of each product, beside what was sold of it and what waits to be shipped."""

from __future__ import annotations

from typing import NamedTuple

from shopwatch.warehouse.masks import Sight, seen

DAYS = 14
"""Over so many days the pace is taken: our default."""
STALE = 60
"""A count older than so many days says nothing any more, nor does an order that has waited for longer."""


class Stocked(NamedTuple):
    """One product as it is counted and sold; units. quantity, counted_at: of the last count, None where there is none.
    begun: its first order of the last days. since: paid for since the count. due: waiting, and due within a day."""

    product: str
    name: str | None
    quantity: int | None
    counted_at: int | None
    sold: int
    begun: int | None
    since: int
    waiting: int
    due: int


_UNSHIPPED = "coalesce(picked_up_at, shipped_unproved_at, shipped_at, closed_at, finished_at) IS NULL"
_NEEDED = frozenset(
    {
        "product_id", "product_name", "paid_at", "quantity", "promised_ship_at", "picked_up_at", "shipped_unproved_at",
        "shipped_at", "closed_at", "finished_at",
    }
)  # fmt: skip
_WHOLE = (
    "closed_at IS NULL OR shipped_at IS NOT NULL OR picked_up_at IS NOT NULL"  # not called off before it went
)


def stocked_sql(sight: Sight) -> str:
    """Return the SELECT of one shop's products, in the fields of `Stocked`."""
    lately, units = f"paid_at > $as_of - {DAYS * 86400}", "coalesce(quantity, 1)"
    counts = (
        "SELECT product_id AS p, arg_max(quantity, counted_at) AS held, max(counted_at) AS held_at,"
        " arg_max(product_name, counted_at) AS called"
        f" FROM ({seen('stock', sight)}) WHERE shop = $shop AND quantity IS NOT NULL"
        f" AND counted_at > $as_of - {STALE * 86400} GROUP BY 1"
    )
    orders = (
        f"SELECT product_id, product_name, paid_at, {units} AS units, promised_ship_at, {_UNSHIPPED} AS waits"
        f" FROM ({seen('orders', sight, _NEEDED)}) WHERE shop = $shop AND product_id IS NOT NULL"
        f" AND paid_at > $as_of - {STALE * 86400} AND ({_WHOLE})"
    )
    return (
        "SELECT coalesce(p, product_id), coalesce(any_value(called), any_value(product_name)), any_value(held),"
        f" any_value(held_at), coalesce(sum(CASE WHEN {lately} THEN units END), 0),"
        f" min(CASE WHEN {lately} THEN paid_at END), coalesce(sum(CASE WHEN paid_at > held_at THEN units END), 0),"
        " coalesce(sum(CASE WHEN waits THEN units END), 0),"
        " coalesce(sum(CASE WHEN waits AND promised_ship_at <= $as_of + 86400 THEN units END), 0)"
        f" FROM ({counts}) c FULL JOIN ({orders}) o ON o.product_id = c.p GROUP BY 1"
    )
