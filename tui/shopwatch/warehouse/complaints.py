"""What buyers complained of: reviews with few stars, after-sales, the marketplace's tickets."""

from __future__ import annotations

from typing import NamedTuple

from shopwatch.warehouse.masks import Sight, seen

FEW_STARS = 3
"""A review with so many stars or fewer, for anything, is a complaint."""


class Complained(NamedTuple):
    """One complaint as it is stored. `said`: what the buyer wrote or chose; a ticket has its order's reason."""

    kind: str
    id: str
    order: str | None
    product: str | None
    carrier: str | None
    at: int
    said: str | None
    reason: str | None


def complaints_sql(sight: Sight, filled: frozenset[str]) -> str:
    """Return the SELECT of one shop's complaints between two moments."""
    parts = _parts(sight, filled, "shop = $shop")
    if not parts:
        return ""
    orders = (
        f"SELECT order_id AS o, carrier AS c, coalesce(product_name, product_id) AS p"
        f" FROM ({seen('orders', sight)}) WHERE shop = $shop"
        if "orders" in filled
        else "SELECT NULL::VARCHAR AS o, NULL::VARCHAR AS c, NULL::VARCHAR AS p WHERE false"
    )
    reasons = (
        "SELECT order_id AS o, arg_min(first_reason, applied_at) AS f, arg_min(reason_class, applied_at) AS k"
        f" FROM ({seen('aftersales', sight)}) WHERE shop = $shop GROUP BY 1"
        if "aftersales" in filled and "tickets" in filled
        else "SELECT NULL::VARCHAR AS o, NULL::VARCHAR AS f, NULL::VARCHAR AS k WHERE false"
    )
    return (
        f"SELECT kind, id, order_id, coalesce(product, p), c, at_, coalesce(said, f), coalesce(class, k)"
        f" FROM ({parts}) x LEFT JOIN ({orders}) ON o = x.order_id"
        f" LEFT JOIN ({reasons}) r ON kind = 'ticket' AND r.o = x.order_id"
        " WHERE at_ BETWEEN $since AND $as_of ORDER BY at_ DESC, id"
    )


def complained_of_sql(sight: Sight, filled: frozenset[str]) -> str:
    """Return the SELECT of the shops that were complained of between two moments."""
    parts = _parts(sight, filled, "TRUE")
    return parts and f"SELECT DISTINCT shop FROM ({parts}) WHERE at_ BETWEEN $since AND $as_of"


def _parts(sight: Sight, filled: frozenset[str], whose: str) -> str:
    told = (_PARTS[table].format(seen=seen(table, sight), whose=whose) for table in _PARTS if table in filled)
    return " UNION ALL ".join(told)


_PARTS = {
    "reviews": (
        "SELECT shop, 'review' AS kind, review_id AS id, order_id, coalesce(product_name, product_id) AS product,"
        " created_at AS at_, text AS said, NULL::VARCHAR AS class FROM ({seen}) WHERE {whose}"
        f" AND text <> '' AND least(product_stars, logistics_stars, service_stars) <= {FEW_STARS}"
    ),
    "aftersales": (
        "SELECT shop, 'aftersale' AS kind, aftersale_id AS id, order_id, coalesce(product_name, product_id) AS product,"
        " applied_at AS at_, first_reason AS said, reason_class AS class FROM ({seen}) WHERE {whose}"
    ),
    "tickets": (
        "SELECT shop, 'ticket' AS kind, ticket_id AS id, order_id, coalesce(product_name, product_id) AS product,"
        " opened_at AS at_, NULL::VARCHAR AS said, NULL::VARCHAR AS class FROM ({seen}) WHERE {whose}"
    ),
}
