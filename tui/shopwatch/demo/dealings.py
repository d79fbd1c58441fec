"""What the marketplace knows of one shop, as Doudian's wire asks for it: the canonical stories in the wire's own terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopwatch.demo.cast import Shop
from shopwatch.demo.market import Marketplace
from shopwatch.records import Aftersale, Order, Ticket
from shopwatch.simulator import truth
from shopwatch.simulator.truth import NEVER, State

HELP = "platform_help"
"""The one kind of ticket that its interface lists."""


class Dealings:
    """The `Books` of one shop; see simulator/doudian.py."""

    def __init__(self, market: Marketplace, shop: Shop) -> None:
        self._market, self._shop = market, shop

    def orders_changed(self, begin: int, end: int, now: int) -> Sequence[State]:
        found = self._market.changed(self._shop, "orders", begin - 1, now)
        return [
            State(one.known_at, NEVER, self._order(one, now))
            for one in found
            if isinstance(one, Order) and one.known_at <= end
        ]

    def aftersales_changed(self, begin: int, end: int, now: int) -> Sequence[State]:
        found = self._market.changed(self._shop, "aftersales", begin - 1, now)
        return [
            State(one.known_at, NEVER, self._aftersale(one))
            for one in found
            if isinstance(one, Aftersale) and one.known_at <= end
        ]

    def tickets_opened(self, begin: int, end: int, now: int) -> Sequence[truth.Ticket]:
        found = self._market.changed(self._shop, "tickets", begin - 1, now)
        opened = [
            truth.Ticket(one.ticket_id, int(one.order_id or 0), one.opened_at or 0, one.closed_at or 0)
            for one in found
            if isinstance(one, Ticket) and one.kind == HELP
        ]
        return sorted((one for one in opened if begin <= one.opened <= end), key=lambda one: one.opened)

    def order(self, number: int, now: int) -> truth.Order | None:
        found = self._market.found(self._shop, str(number), now)
        return self._order(found, now) if isinstance(found, Order) else None

    def aftersale(self, number: int, now: int) -> truth.Aftersale | None:
        found = self._market.found(self._shop, str(number), now)
        return self._aftersale(found) if isinstance(found, Aftersale) else None

    def points(self, now: int) -> Mapping[str, float]:
        return {
            one.item: one.points for one in self._market.printed(self._shop, now) if one.points is not None
        }

    def _order(self, order: Order, now: int) -> truth.Order:
        parcel = self._market.parcel(self._shop, order.order_id, now)
        return truth.Order(
            number=int(order.order_id),
            created=order.created_at or 0,
            amount=order.amount or 0,
            paid=order.paid_at or 0,
            promised=order.promised_ship_at or 0,
            shipped=order.shipped_at or 0,
            picked_up=(parcel and parcel.picked_up_at) or 0,
            delivered=(parcel and parcel.delivered_at) or 0,
            finished=order.finished_at or 0,
            cancelled=order.closed_at or 0,
            goods=truth.Goods(int(order.product_id or 0), order.product_name or ""),
            quantity=order.quantity or 1,
            province=order.province or "",
            carrier=(parcel and parcel.carrier) or "",
            tracking=(parcel and parcel.parcel_id) or "",
            presale=bool(order.presale),
            gift=bool(order.excluded),
        )

    @staticmethod
    def _aftersale(ticket: Aftersale) -> truth.Aftersale:
        return truth.Aftersale(
            number=int(ticket.aftersale_id),
            order=int(ticket.order_id or 0),
            applied=ticket.applied_at or 0,
            amount=ticket.amount or 0,
            reason=ticket.first_reason or "",
            shipped=bool(ticket.shipped),
            deadline=ticket.deadline_at or 0,
            ended=ticket.finished_at or 0,
            succeeded=bool(ticket.succeeded),
            goods=truth.Goods(int(ticket.product_id or 0), ""),
            kind=ticket.kind or "refund",
            decided=ticket.audited_at or 0,
            returned=ticket.return_signed_at or 0,
            escalated=ticket.escalated_at or 0,
            arbitrated=bool(ticket.platform_handled),
        )
