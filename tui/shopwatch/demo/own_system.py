"""What the shops' own system tells beside the marketplace, once it has handed over the past whole.

Orders and after-sales come from the marketplace from then on; the system adds the warehouse that an order left from and
the day that a return came back, and tells all that the marketplace doesn't.
"""

from __future__ import annotations

import msgspec

from shopwatch.demo.market import Page
from shopwatch.records import Aftersale, Order, Parcel, Record


def the_past(page: Page) -> Page:
    """Return the page whole."""
    return msgspec.structs.replace(page, records={**page.records, "parcels": _parcels(page)})


def besides(page: Page) -> Page:
    """Return the page without what the marketplace tells."""
    told: dict[str, list[Record]] = dict(page.records)
    told["orders"] = [_warehouse(one) for one in _orders(page)]
    told["aftersales"] = [
        Aftersale(
            shop=one.shop,
            aftersale_id=one.aftersale_id,
            return_signed_at=one.return_signed_at,
            known_at=one.known_at,
        )
        for one in page.records.get("aftersales", ())
        if isinstance(one, Aftersale) and one.return_signed_at is not None
    ]
    told["parcels"] = _parcels(page)
    return msgspec.structs.replace(page, records={table: rows for table, rows in told.items() if rows})


def _warehouse(order: Order) -> Order:
    return Order(shop=order.shop, order_id=order.order_id, warehouse=order.warehouse, known_at=order.known_at)


def _parcels(page: Page) -> list[Record]:
    """Return them, known as late as their orders: the marketplace stamps a parcel by its order's last change, and what
    is told by an earlier stamp would count as outdated."""
    known = {one.order_id: one.known_at for one in _orders(page)}
    return [
        msgspec.structs.replace(one, known_at=max(one.known_at, known.get(one.order_id or "", 0)))
        for one in page.records.get("parcels", ())
        if isinstance(one, Parcel)
    ]


def _orders(page: Page) -> list[Order]:
    return [one for one in page.records.get("orders", ()) if isinstance(one, Order)]
