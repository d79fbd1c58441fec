"""The facts on rows, worked out for the orders that stand in the table `touched`. Each engine writes them itself."""

from __future__ import annotations

from shopwatch.warehouse.tables import ESCALATIONS

_TOUCHED = "(shop, order_id) IN (SELECT shop, order_id FROM touched)"

# What an order was by the parcels of which was known, until the next one was.
_BEFORE = f"""
SELECT shop, order_id,
    list({{was: picked, until: next}} ORDER BY next) FILTER (picked < next) AS picked_before,
    list({{was: delivered, until: next}} ORDER BY next) FILTER (delivered < next) AS signed_before
FROM (
    SELECT shop, order_id,
        NULLIF(min(first) OVER (PARTITION BY shop, order_id ORDER BY first, parcel_id
            ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING), 0) AS next,
        CASE WHEN count(picked_up_at) OVER earlier = count(*) OVER earlier THEN max(picked_up_at) OVER earlier END
            AS picked,
        CASE WHEN count(delivered_at) OVER earlier = count(*) OVER earlier THEN max(delivered_at) OVER earlier END
            AS delivered
    FROM (
        SELECT *, coalesce(least(waybill_at, picked_up_at, delivered_at), 0) AS first FROM main.parcels
        WHERE (shop, order_id) IN (
            SELECT shop, order_id FROM main.parcels WHERE {_TOUCHED}
            GROUP BY shop, order_id HAVING count(*) > 1
        )
    )
    WINDOW earlier AS (PARTITION BY shop, order_id ORDER BY first, parcel_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) GROUP BY shop, order_id
"""

# What the other tables tell of each touched order. An order's own facts come first: others copy from it.
TOLD_OF_ORDERS = f"""
SELECT k.shop AS shop, k.order_id AS order_id, p.parcels AS parcels, p.picked AS picked,
    p.delivered AS delivered, p.picked_up_at AS picked_up_at, p.delivered_at AS delivered_at,
    p.carrier AS carrier, p.carrier_at AS carrier_at, a.first_applied_at AS first_applied_at,
    a.first_aftersale_id AS first_aftersale_id, a.first_reason_class AS first_reason_class,
    a.handled_at AS handled_at, c.first_chat_at AS first_chat_at, x.ticket_at AS ticket_at,
    r.low_rated_at AS low_rated_at, b.picked_before AS picked_before, b.signed_before AS signed_before
FROM (SELECT DISTINCT shop, order_id FROM touched) k
LEFT JOIN (
    SELECT shop, order_id, count(*) AS parcels,
        count(picked_up_at) AS picked, count(delivered_at) AS delivered,
        max(picked_up_at) AS picked_up_at, max(delivered_at) AS delivered_at,
        arg_min(carrier, (coalesce(waybill_at, picked_up_at, 0), parcel_id)) AS carrier,
        min(coalesce(waybill_at, picked_up_at, 0)) AS carrier_at
    FROM main.parcels WHERE {_TOUCHED} GROUP BY shop, order_id
) p ON p.shop = k.shop AND p.order_id = k.order_id
LEFT JOIN ({_BEFORE}) b ON b.shop = k.shop AND b.order_id = k.order_id
LEFT JOIN (
    SELECT shop, order_id, min(applied_at) AS first_applied_at,
        arg_min(aftersale_id, (applied_at, aftersale_id)) AS first_aftersale_id,
        arg_min(coalesce(reason_class, 'other'), (applied_at, aftersale_id)) AS first_reason_class,
        min(coalesce(
            escalated_at, CASE WHEN platform_handled THEN coalesce(finished_at, applied_at) END
        )) AS handled_at
    FROM main.aftersales WHERE {_TOUCHED} AND applied_at IS NOT NULL
    GROUP BY shop, order_id
) a ON a.shop = k.shop AND a.order_id = k.order_id
LEFT JOIN (
    SELECT shop, order_id, min(started_at) AS first_chat_at
    FROM main.chats WHERE {_TOUCHED} AND human GROUP BY shop, order_id
) c ON c.shop = k.shop AND c.order_id = k.order_id
LEFT JOIN (
    SELECT shop, order_id, min(opened_at) AS ticket_at
    FROM main.tickets WHERE {_TOUCHED} AND kind IN {ESCALATIONS}
    GROUP BY shop, order_id
) x ON x.shop = k.shop AND x.order_id = k.order_id
LEFT JOIN (
    SELECT shop, order_id, min(created_at) AS low_rated_at
    FROM main.reviews WHERE {_TOUCHED} AND product_stars <= 2
    GROUP BY shop, order_id
) r ON r.shop = k.shop AND r.order_id = k.order_id
"""


def told_of_orders(prefix: str) -> str:
    """Return what the tables with this before their names tell of each touched order."""
    return TOLD_OF_ORDERS.replace(" main.", f" {prefix}")


OF_ORDERS = {
    "picked_up_at": "CASE WHEN f.parcels = f.picked THEN f.picked_up_at END",
    "picked_before": "f.picked_before",
    "signed_before": "f.signed_before",
    "signed_at": "CASE WHEN f.parcels = f.delivered THEN f.delivered_at ELSE o.finished_at END",
    "carrier": "f.carrier",
    "carrier_at": "f.carrier_at",
    "first_applied_at": "f.first_applied_at",
    "first_aftersale_id": "f.first_aftersale_id",
    "first_reason_class": "f.first_reason_class",
    "low_rated_at": "f.low_rated_at",
    "first_contact_at": "least(f.first_applied_at, f.first_chat_at)",
    "escalated_at": "least(f.handled_at, f.ticket_at)",
}
"""An order's facts: `o` is the order, `f` what is told of it."""

# fact → the expression over its order that it copies, where that isn't the column of the same name
_COPIED_AS = {
    "order_finished_at": "o.finished_at",
    "order_closed_at": "o.closed_at",
    "order_province": "o.province",
    "order_warehouse": "o.warehouse",
    "order_amount": "o.amount",
    "order_product_id": "o.product_id",
    "first_of_order": "o.first_aftersale_id = t.aftersale_id",
}


def copied(fact: str) -> str:
    """Return what a row `t` of another table copies from its order `o`."""
    return _COPIED_AS.get(fact, f"o.{fact}")
