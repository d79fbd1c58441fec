"""TOP's objects as canonical records. Pure: one object in, records out.

Only what is named here is ever taken: no field in which a buyer's name, phone or address could stand is asked for
or looked at. Times are `yyyy-MM-dd HH:mm:ss` in GMT+8, money is yuan as text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from shopwatch.sources.complaints import class_of
from shopwatch.sources.live.platform import Told
from shopwatch.sources.live.steps import kind_of
from shopwatch.sources.live.values import known_at, read, stars, text, whole
from shopwatch.sources.taobao.envelope import items

Record = dict[str, Any]

_CLOSED = ("TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO")
_SHIPPED = ("WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED", "SELLER_CONSIGNED_PART")
_DISPUTES = {
    "REFUND": "refund", "REFUND_AND_RETURN": "return", "TMALL_EXCHANGE": "exchange", "TAOBAO_EXCHANGE": "exchange",
    "REPAIR": "repair", "RESHIPPING": "resend",
}  # fmt: skip
OVER = ("SUCCESS", "CLOSED")
_STEPPED_IN = (3, 4, 5, 6, 8, 9, 10, 11)
"""Of `cs_status`: the marketplace is at work on it, or has been; not: it was only asked for, or taken back."""
_SELLERS_TURN = ("WAIT_SELLER_AGREE", "WAIT_SELLER_CONFIRM_GOODS")


def trade_records(trade: Mapping[str, Any]) -> Iterator[Told]:
    """Yield a trade as its order and its parcels."""
    lines = items(trade["orders"]) if "orders" in trade else []
    dearest = max(lines, key=lambda line: fen(line.get("payment")) or 0, default={})
    status, ended = trade.get("status"), moment(trade.get("end_time"))
    known = known_at(moment(trade.get("modified")))
    order = text(trade.get("tid"))
    yield (
        "orders",
        known
        | {
            "order_id": order,
            "created_at": moment(trade.get("created")),
            "paid_at": moment(trade.get("pay_time")),
            "shipped_at": moment(trade.get("consign_time")),
            "finished_at": ended if status == "TRADE_FINISHED" else None,
            "closed_at": (ended or moment(trade.get("modified"))) if status in _CLOSED else None,
            "amount": fen(trade.get("payment")),
            "product_id": text(dearest.get("num_iid")),
            "product_name": text(dearest.get("title")),
            "quantity": sum(whole(line.get("num")) or 0 for line in lines) or None,
            "presale": trade.get("type") == "step" or bool(trade.get("step_trade_status")),
        },
    )
    if promised := moment(trade.get("delivery_time")):
        yield "orders", known | {"order_id": order, "promised_ship_at": promised}
    yield from _parcels(trade, lines, order, known)


def _parcels(
    trade: Mapping[str, Any], lines: list[Record], order: str | None, known: Record
) -> Iterator[Told]:
    promised = moment(trade.get("promise_sign_time")) or moment(trade.get("sign_time"))
    sent = {text(line.get("invoice_no")): line for line in reversed(lines) if line.get("invoice_no")}
    for number, line in sent.items():
        parcel = {
            "parcel_id": number,
            "order_id": order,
            "carrier": text(line.get("logistics_company")),
            "waybill_at": moment(line.get("consign_time")) or moment(trade.get("consign_time")),
        }
        yield "parcels", known | parcel
        if promised:
            yield "parcels", known | {"parcel_id": number, "promised_delivery_at": promised}


def trace_records(trace: Mapping[str, Any], known_at: int) -> Iterator[Told]:
    """Yield one waybill's steps as scans, and what they say of the parcel. known_at: of the trade, so that neither ever
    blanks what the other tells. The trace's own `status` is not looked at: it says "signed" of a parcel that the seller
    sent by himself at once."""
    number = text(trace.get("out_sid"))
    steps = sorted(_steps(trace))
    if number is None or not steps:
        return
    for at, kind in steps:
        yield "scans", {"parcel_id": number, "scanned_at": at, "kind": kind}
    firsts = {kind: at for at, kind in reversed(steps)}
    yield (
        "parcels",
        {
            "known_at": known_at,
            "parcel_id": number,
            "order_id": text(trace.get("tid")),
            "carrier": text(trace.get("company_name")),
            "picked_up_at": firsts.get("pickup"),
            "delivered_at": firsts.get("delivered"),
        },
    )


def _steps(trace: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for step in items(trace.get("trace_list") or []):
        at = moment(step.get("status_time"))
        words = f"{step.get('action') or ''} {step.get('status_desc') or ''}"
        if at is not None:
            yield at, kind_of(words)


def refund_records(refund: Mapping[str, Any]) -> Iterator[Told]:
    """Yield a refund. A list tells no moment of its end but that of its last change."""
    status, changed = refund.get("status"), moment(refund.get("modified"))
    ended = status in OVER
    known = known_at(changed)
    refund_id = text(refund.get("refund_id"))
    reason = text(refund.get("reason"))
    yield (
        "aftersales",
        known
        | {
            "aftersale_id": refund_id,
            "order_id": text(refund.get("tid")),
            "product_id": text(refund.get("num_iid")),
            "amount": fen(refund.get("refund_fee")),
            "kind": _DISPUTES.get(refund.get("dispute_type", ""), _kind_of(refund)),
            "shipped": _was_shipped(refund),
            "first_reason": reason,
            "reason_class": class_of(reason),
            "applied_at": moment(refund.get("created")),
            "finished_at": (moment(refund.get("end_time")) or changed) if ended else None,
            "succeeded": status == "SUCCESS" if ended else None,
        },
    )
    if (step := whole(refund.get("cs_status"))) is not None:
        yield "aftersales", known | {"aftersale_id": refund_id, "platform_handled": step in _STEPPED_IN}
    reminder = refund.get("refund_remind_timeout")
    if isinstance(reminder, Mapping) and status in _SELLERS_TURN:
        deadline = moment(reminder.get("timeout")) if reminder.get("exist_timeout") else None
        yield "aftersales", known | {"aftersale_id": refund_id, "deadline_at": deadline}


def _kind_of(refund: Mapping[str, Any]) -> str | None:
    returned = refund.get("has_good_return")
    return None if returned is None else "return" if returned in (True, "true") else "refund"


def _was_shipped(refund: Mapping[str, Any]) -> bool | None:
    """Whether the goods were under way; None where nothing says."""
    if refund.get("good_status") in ("BUYER_RECEIVED", "BUYER_RETURNED_GOODS"):
        return True
    match refund.get("order_status"):
        case "WAIT_SELLER_SEND_GOODS" | "WAIT_BUYER_PAY":
            return False
        case status if status in _SHIPPED:
            return True
    return True if refund.get("refund_phase") == "aftersale" else None


def rate_records(rate: Mapping[str, Any]) -> Iterator[Told]:
    """Yield a buyer's review of one line of a trade. Good, neutral or bad are no stars and don't become any; of the
    stars only those for the shipping are told."""
    order, line = text(rate.get("tid")), text(rate.get("oid"))
    if line is None and order is None:
        return
    yield (
        "reviews",
        {
            "review_id": line or order,
            "order_id": order,
            "product_id": text(rate.get("num_iid")),
            "created_at": moment(rate.get("created")),
            "logistics_stars": stars(rate.get("logistics_service_score")),
            "text": text(rate.get("content")),
        },
    )


def vote_records(vote: Mapping[str, Any]) -> Iterator[Told]:
    """Yield a buyer's vote on an agent as the chat that it was cast on: from 0, very satisfied, to 4. Who voted goes
    into the id as a digest, which nobody can read a nick out of."""
    voted, code = moment(vote.get("eval_time")), _code(vote.get("eval_code"))
    agent = text(vote.get("eval_recer"))
    if voted is None or agent is None or code is None:
        return
    voter = text(vote.get("open_uid")) or text(vote.get("eval_sender")) or ""
    digest = hashlib.sha256(f"{agent}\n{voter}\n{voted}".encode()).hexdigest()[:24]
    yield (
        "chats",
        {
            "chat_id": f"vote-{digest}",
            "agent": agent.removeprefix("cntaobao"),
            "started_at": moment(vote.get("send_time")) or voted,
            "ended_at": voted,
            "human": True,
            "stars": float(5 - code),
        },
    )


def moment(value: Any) -> int | None:
    """Return the epoch second of one of TOP's times; a few methods write epoch milliseconds or seconds."""
    number = whole(value)
    if number is None:
        return read(value) if isinstance(value, str) else None
    return (number // 1000 if number > 10**11 else number) or None


def fen(value: Any) -> int | None:
    """Return an amount of yuan in fen."""
    try:
        amount = Decimal(str(value)) * 100
    except InvalidOperation:
        return None
    return round(amount) if amount.is_finite() else None


def _code(value: Any) -> int | None:
    return int(value) if str(value) in ("0", "1", "2", "3", "4") else None
