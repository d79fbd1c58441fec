"""What happened, as Kuaishou tells it."""

from __future__ import annotations

from collections.abc import Sequence

from shopwatch.simulator.gateway import BUYER, PHONE, STREET, Shown
from shopwatch.simulator.kuaishou import Row
from shopwatch.simulator.truth import Aftersale, Order, Review, State, Truth


class KuaishouTruth:
    """See kuaishou.py's `Books`."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def orders(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(_changed(self._truth.orders, begin, end, now), _order)

    def refunds(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(_changed(self._truth.aftersales, begin, end, now), _refund)

    def comments(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(_changed(self._truth.reviews, begin, end, now), _comment)

    def score(self) -> Row:
        return {"shopScore": "4.82", "detail": [{"name": "物流", "score": 4.7}]}


def waybill_of(order: Order) -> str:
    """Return the number of an order's one parcel."""
    return f"KS{order.number}"


def _changed(states: Sequence[State], begin: int, end: int, now: int) -> list[State]:
    return Truth.changed(states, -(-begin // 1000), end // 1000, now)


def _order(state: State) -> Row:
    order = state.what
    assert isinstance(order, Order)
    moments = {
        "createTime": order.created, "payTime": order.paid, "sendTime": order.shipped, "recvTime": order.finished,
        "updateTime": state.at, "promiseTimeStampOfDelivery": order.promised,
    }  # fmt: skip
    base = {
        "oid": order.number, "totalFee": order.amount, "status": _status(order), "buyerNick": BUYER, "preSale": 0,
    } | {name: at * 1000 for name, at in moments.items()}  # fmt: skip
    return {
        "orderBaseInfo": base,
        "orderItemInfo": {"itemId": 7_000_000_000_000_000_001, "itemTitle": "保温杯", "num": 1},
        "orderLogisticsInfo": [{"expressNo": waybill_of(order), "expressCode": 4}] if order.shipped else [],
        "orderAddress": {"encryptedConsignee": BUYER, "desensitiseMobile": PHONE, "encryptedAddress": STREET},
    }


def _status(order: Order) -> int:
    if order.cancelled:
        return 80
    return 70 if order.finished else 40 if order.shipped else 30 if order.paid else 10


def _refund(state: State) -> Row:
    ticket = state.what
    assert isinstance(ticket, Aftersale)
    return {
        "refundId": ticket.number, "oid": ticket.order, "itemId": 7_000_000_000_000_000_001, "refundFee": ticket.amount,
        "handlingWay": 10, "refundReasonDesc": ticket.reason, "submitTime": ticket.applied * 1000,
        "updateTime": state.at * 1000, "endTime": ticket.ended * 1000, "expireTime": ticket.deadline * 1000,
        "status": (60 if ticket.succeeded else 70) if ticket.ended else 10, "address": STREET,
    }  # fmt: skip


def _comment(state: State) -> Row:
    review = state.what
    assert isinstance(review, Review)
    return {
        "commentId": review.number, "orderId": review.order, "itemId": 7_000_000_000_000_000_001,
        "content": review.words, "qualityScore": review.stars, "logisticsScore": review.stars,
        "serviceScore": review.stars, "createTime": review.written * 1000,
    }  # fmt: skip
