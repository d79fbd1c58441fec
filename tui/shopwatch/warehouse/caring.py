"""The orders of a shop on which there is something to tell the buyer: one SELECT for each occasion."""

from __future__ import annotations

from typing import NamedTuple

from shopwatch.warehouse.masks import Sight, seen


class Occasioned(NamedTuple):
    """One order on an occasion. since: when that was, or is; promise: by when it is to be shipped or to arrive."""

    subject: str
    order: str
    product: str | None
    carrier: str | None
    parcel: str | None
    since: int
    promise: int | None


_OPEN = "closed_at IS NULL AND finished_at IS NULL AND first_applied_at IS NULL"
_SHIPPED = "coalesce(picked_up_at, shipped_unproved_at)"

# Occasion → the moment it is reckoned from, the promise that goes with it, and which orders it is about. Who has
# applied for an after-sale is spoken with about that, and about nothing else.
_OF_ORDERS = {
    "unpaid": ("created_at", "NULL", f"paid_at IS NULL AND {_OPEN}"),
    "paid": ("paid_at", "promised_ship_at", f"{_SHIPPED} IS NULL AND shipped_at IS NULL AND {_OPEN}"),
    "shipped": (_SHIPPED, "arrives_at", f"signed_at IS NULL AND {_OPEN}"),
    "late_shipping": ("promised_ship_at", "promised_ship_at", f"paid_at IS NOT NULL AND {_SHIPPED} IS NULL AND {_OPEN}"),
    "late_delivery": ("arrives_at", "arrives_at", f"{_SHIPPED} IS NOT NULL AND signed_at IS NULL AND {_OPEN}"),
    "received": ("signed_at", "NULL", "first_applied_at IS NULL AND closed_at IS NULL"),
}  # fmt: skip
_NO_PARCELS = "SELECT NULL::VARCHAR AS o, NULL::VARCHAR AS parcel, NULL::BIGINT AS arrives_at WHERE false"


def care_sql(occasion: str, sight: Sight, filled: frozenset[str]) -> str:
    """Return the SELECT of one shop's orders whose occasion lies between two moments, in the fields of `Occasioned`,
    the latest first; empty where no source tells of such."""
    if occasion == "returned":
        return _returned(sight) if "aftersales" in filled else ""
    if "orders" not in filled:
        return ""
    since, promise, where = _OF_ORDERS[occasion]
    parcels = (
        "SELECT order_id AS o, min(parcel_id) AS parcel, max(promised_delivery_at) AS arrives_at"
        f" FROM ({seen('parcels', sight)}) WHERE shop = $shop AND order_id IS NOT NULL GROUP BY 1"
        if "parcels" in filled
        else _NO_PARCELS
    )
    return (
        f"SELECT order_id, order_id, coalesce(product_name, product_id), carrier, parcel, {since} AS since, {promise}"
        f" FROM (SELECT * FROM ({seen('orders', sight)}) WHERE shop = $shop) LEFT JOIN ({parcels}) ON o = order_id"
        f" WHERE {where} AND since BETWEEN $first AND $last ORDER BY since DESC, order_id"
    )


def _returned(sight: Sight) -> str:
    return (
        "SELECT aftersale_id, coalesce(order_id, aftersale_id), coalesce(product_name, product_id), carrier,"
        f" NULL::VARCHAR, finished_at AS since, NULL::BIGINT FROM ({seen('aftersales', sight)})"
        " WHERE shop = $shop AND succeeded AND since BETWEEN $first AND $last ORDER BY since DESC, aftersale_id"
    )
