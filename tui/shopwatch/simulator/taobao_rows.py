"""What happened, as TOP tells it."""

from __future__ import annotations

from collections.abc import Sequence

from shopwatch.simulator.gateway import BUYER, PHONE, STREET, Shown
from shopwatch.simulator.taobao import Row, written
from shopwatch.simulator.truth import Aftersale, Order, Review, State, Truth


class TopTruth:
    """See taobao.py's `Books`."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def sold(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(self._truth.created(begin, end, now), _trade)

    def changed(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(Truth.changed(self._truth.orders, begin, end, now), _trade)

    def refunds(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(Truth.changed(self._truth.aftersales, begin, end, now), _refund)

    def refund(self, number: str, now: int) -> Row:
        for state in Truth.changed(self._truth.aftersales, 0, now, now):
            if str(state.what.number) == number:
                return _refund(state) | _detail(state)
        return {}

    def rates(self, begin: int, end: int, now: int) -> Sequence[Row]:
        return Shown(Truth.changed(self._truth.reviews, begin, end, now), _rate)

    def votes(self, *_asked: object) -> Sequence[Row]:
        return ()

    def trace(self, tid: str, now: int) -> Row:
        order = self._truth.order(int(tid), now)
        if order is None or not order.shipped:
            return {}
        steps = [(order.picked_up, "已揽收"), (order.delivered, "已签收")]
        told = [
            {"status_time": written(at), "status_desc": f"{words} {PHONE}"}
            for at, words in steps
            if 0 < at <= now
        ]
        return {"out_sid": invoice_of(order), "company_name": "顺丰速运", "trace_list": told}


def invoice_of(order: Order) -> str:
    """Return the number of an order's one parcel."""
    return f"SF{order.number}"


def _trade(state: State) -> Row:
    order = state.what
    assert isinstance(order, Order)
    line = {
        "oid": order.number + 1, "num_iid": 600_000_000_001, "title": "保温杯", "num": 1, "payment": _yuan(order.amount),
    } | ({"invoice_no": invoice_of(order), "logistics_company": "顺丰速运"} if order.shipped else {})  # fmt: skip
    moments = {
        "created": order.created, "pay_time": order.paid, "consign_time": order.shipped, "modified": state.at,
        "end_time": order.finished or order.cancelled, "delivery_time": order.promised,
    }  # fmt: skip
    return {
        "tid": order.number, "type": "fixed", "status": _status(order), "payment": _yuan(order.amount), "orders": [line],
        "buyer_nick": BUYER, "receiver_name": BUYER, "receiver_mobile": PHONE, "receiver_address": STREET,
    } | {name: written(at) for name, at in moments.items() if at}  # fmt: skip


def _status(order: Order) -> str:
    if order.cancelled:
        return "TRADE_CLOSED_BY_TAOBAO"
    if order.finished:
        return "TRADE_FINISHED"
    if order.shipped:
        return "WAIT_BUYER_CONFIRM_GOODS"
    return "WAIT_SELLER_SEND_GOODS" if order.paid else "WAIT_BUYER_PAY"


def _refund(state: State) -> Row:
    ticket = state.what
    assert isinstance(ticket, Aftersale)
    ended = "SUCCESS" if ticket.succeeded else "CLOSED"
    return {
        "refund_id": str(ticket.number), "tid": ticket.order, "oid": ticket.order + 1, "num_iid": 600_000_000_001,
        "created": written(ticket.applied), "modified": written(state.at), "refund_fee": _yuan(ticket.amount),
        "status": ended if ticket.ended else "WAIT_SELLER_AGREE", "reason": ticket.reason, "dispute_type": "REFUND",
        "order_status": "WAIT_BUYER_CONFIRM_GOODS" if ticket.shipped else "WAIT_SELLER_SEND_GOODS", "buyer_nick": BUYER,
    }  # fmt: skip


def _detail(state: State) -> Row:
    """What the list doesn't tell."""
    ticket = state.what
    assert isinstance(ticket, Aftersale)
    waiting = not ticket.ended
    return {
        "cs_status": 1,
        "refund_remind_timeout": {"exist_timeout": waiting, "timeout": written(ticket.deadline)},
    }


def _rate(state: State) -> Row:
    review = state.what
    assert isinstance(review, Review)
    return {
        "tid": review.order, "oid": review.number, "num_iid": 600_000_000_001, "created": written(review.written),
        "result": "good" if review.stars > 3 else "bad", "content": review.words, "nick": BUYER,
        "logistics_service_score": review.stars,
    }  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
