"""Doudian's objects as canonical records. Pure: one object in, records out.

Only what is named here is ever looked at: no buyer's name, phone or address, nor the words of a trace, which may hold a
courier's. Times are epoch seconds and 0 means not yet; money is fen; ids are text, whatever they come as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shopwatch.sources.complaints import class_of
from shopwatch.sources.live.platform import Told
from shopwatch.sources.live.steps import ENDED, kind_of
from shopwatch.sources.live.values import figure, known_at, object_of, objects, read, text, whole

SHIPPED_IN_PART, SHIPPED, CANCELLED, FINISHED = 101, 3, 4, 5
_KINDS = {0: "return", 1: "refund", 2: "refund", 3: "exchange", 6: "refund", 7: "resend", 8: "repair"}
_SENT = {0: True, 1: True, 2: False, 3: True, 7: True, 8: True}
_SUCCEEDED, _FAILED = (12, 14), (28,)
_SELLERS_TURN = (6, 11)
_CLOSED_TICKET = 100
_DECIDED = re.compile("(商家|卖家|客服|售后小助手).*?(同意|拒绝)")
_INDICATORS = {
    "prod_dsr": "product_rating",
    "quality_return_rate": "quality_returns",
    "lgt_qreturn_rate": "logistics_returns",
    "collect_ontime_rate": "pickup_points",
    "delivery_accomplish_rate": "on_time_delivery",
    "average_feedback_time": "reply_seconds",
    "aftersale_deal_reach_rate": "aftersale_on_time",
}
_REPUTATION = {"product_score": "product", "logistics_score": "logistics", "service_score": "service"}
MOST_POINTS = 100.0


def order_records(order: Mapping[str, Any]) -> Iterator[Told]:
    """Yield an order and its parcels."""
    lines = objects(order.get("sku_order_list"))
    dearest: Mapping[str, Any] = max(lines, key=lambda line: whole(line.get("pay_amount")) or 0, default={})
    status = order.get("order_status")
    changed = moment(order.get("update_time"))
    known = known_at(changed)
    number = text(order.get("order_id"))
    ended = moment(order.get("finish_time"))
    yield (
        "orders",
        known
        | {
            "order_id": number,
            "created_at": moment(order.get("create_time")),
            "paid_at": moment(order.get("pay_time")),
            "promised_ship_at": moment(order.get("exp_ship_time")),
            "shipped_at": None if status == SHIPPED_IN_PART else moment(order.get("ship_time")),
            "finished_at": ended if status == FINISHED else None,
            "closed_at": (ended or changed) if status == CANCELLED else None,
            "amount": _paid(order),
            "product_id": text(dearest.get("product_id_str") or dearest.get("product_id")),
            "product_name": text(dearest.get("product_name")),
            "quantity": sum(whole(line.get("item_num")) or 0 for line in lines) or None,
            "province": _province(order.get("post_addr")),
            "presale": any(line.get("pre_sale_type") in (1, 2) for line in lines) if lines else None,
            "excluded": all(line.get("given_product_type") == "FREE" for line in lines) if lines else None,
        },
    )
    for parcel in objects(order.get("logistics_info")):
        if (tracking := text(parcel.get("tracking_no"))) is not None:
            yield (
                "parcels",
                known
                | {
                    "parcel_id": tracking,
                    "order_id": number,
                    "carrier": text(parcel.get("company_name") or parcel.get("company")),
                    "waybill_at": moment(parcel.get("ship_time")),
                    "delivered_at": _delivered(parcel, lines),
                },
            )


def is_under_way(order: Mapping[str, Any]) -> bool:
    """Whether parcels of an order are with a carrier."""
    return order.get("order_status") in (SHIPPED, SHIPPED_IN_PART) and bool(order.get("logistics_info"))


def trace_records(
    packages: Sequence[Mapping[str, Any]], order: str, known_at: int
) -> tuple[list[Told], bool]:
    """Return what the traces of an order tell, and whether every parcel's has come to its end."""
    told: list[Told] = []
    ends = []
    for package in packages:
        for delivery in objects(package.get("delivery_info")):
            if (tracking := text(delivery.get("track_no"))) is None:
                continue
            steps = sorted(_steps(delivery))
            told += [
                ("scans", {"known_at": known_at, "parcel_id": tracking, "scanned_at": at, "kind": kind})
                for at, kind in steps
            ]
            picked_up = min((at for at, kind in steps if kind == "pickup"), default=None)
            if picked_up is not None:
                parcel = {"known_at": known_at, "parcel_id": tracking, "order_id": order}
                told.append(("parcels", parcel | {"picked_up_at": picked_up}))
            ends.append(any(kind in ENDED for _at, kind in steps))
    return told, bool(ends) and all(ends)


def aftersale_record(item: Mapping[str, Any]) -> Told:
    """Return an after-sale ticket. When the shop decided is told by its detail alone. When it ended is when it was last changed,
    which is that moment or a later one."""
    info, order, words = (object_of(item.get(name)) for name in ("aftersale_info", "order_info", "text_part"))
    kind, status = info.get("aftersale_type"), info.get("aftersale_status")
    lines = objects(order.get("related_order_info"))
    reason, changed = text(words.get("reason_text")), moment(info.get("update_time"))
    is_over = status in (*_SUCCEEDED, *_FAILED)
    known = known_at(changed)
    return (
        "aftersales",
        known
        | {
            "aftersale_id": text(info.get("aftersale_id")),
            "order_id": text(order.get("shop_order_id")),
            "product_id": text(lines[0].get("product_id")) if lines else None,
            "amount": whole(info.get("refund_amount")),
            "kind": _KINDS.get(kind) if isinstance(kind, int) else None,
            "shipped": _SENT.get(kind) if isinstance(kind, int) else None,
            "first_reason": reason,
            "reason_class": class_of(reason),
            "applied_at": moment(info.get("apply_time")),
            "finished_at": changed if is_over else None,
            "succeeded": status in _SUCCEEDED if is_over else None,
            "platform_handled": bool(info.get("arbitrate_status")),
            "deadline_at": moment(info.get("status_deadline")) if status in _SELLERS_TURN else None,
        },
    )


def detail_records(process: Mapping[str, Any], aftersale: str, known_at: int) -> tuple[list[Told], bool]:
    """Return what only the detail of an after-sale tells, and whether it is over. The codes of its log are not published:
    that the shop has decided is read out of the log's words."""
    info, dispute = object_of(process.get("after_sale_info")), object_of(process.get("arbitrate_info"))
    steps = objects(process.get("record_logs_list"))
    decided = [at for step in steps if _DECIDED.search(_words(step)) and (at := read(step.get("time")))]
    moments = {
        "audited_at": min(decided, default=None),
        "escalated_at": moment(dispute.get("arbitrate_create_time")),
    }
    known = {name: at for name, at in moments.items() if at is not None}
    is_over = info.get("after_sale_status") in (*_SUCCEEDED, *_FAILED)
    record = {"known_at": known_at, "aftersale_id": aftersale} | known
    return ([("aftersales", record)] if known else []), is_over


def _words(step: Mapping[str, Any]) -> str:
    return f"{step.get('role') or ''} {step.get('operator') or ''} {step.get('action') or ''} {step.get('text') or ''}"


def ticket_record(ticket: Mapping[str, Any]) -> Told:
    """Return a service ticket: a buyer turned to the marketplace's own customer service."""
    changed = read(ticket.get("update_time"))
    known = known_at(changed)
    return (
        "tickets",
        known
        | {
            "ticket_id": text(ticket.get("id")),
            "order_id": text(ticket.get("order_id")),
            "kind": "platform_help",
            "opened_at": read(ticket.get("create_time")),
            "closed_at": changed if ticket.get("operate_status") == _CLOSED_TICKET else None,
        },
    )


def experience_records(data: Mapping[str, Any], day: int) -> Iterator[Told]:
    """Yield the points that the marketplace gives. The scale of the values behind them is not published, so they are
    left out, and so are points that can't be of a hundred."""
    yield from _points("total", object_of(data.get("seller_rating_info")).get("score"), day)
    for name, item in _INDICATORS.items():
        yield from _points(item, object_of(data.get(name)).get("node_score"), day)


def reputation_records(data: Mapping[str, Any], day: int) -> Iterator[Told]:
    """Yield the points of the dimensions."""
    for name, item in _REPUTATION.items():
        yield from _points(item, data.get(name), day)


def _points(item: str, value: Any, day: int) -> Iterator[Told]:
    points = figure(value)
    if points is not None and 0 <= points <= MOST_POINTS:
        yield "official", {"published_at": day, "item": item, "points": points}


def moment(value: Any) -> int | None:
    """Return epoch seconds; 0 and nothing are not yet."""
    return whole(value) or None


def _paid(order: Mapping[str, Any]) -> int | None:
    """What the buyer really paid: what was taken off at the till is not in it."""
    paid = whole(order.get("pay_amount"))
    return None if paid is None else paid - (whole(order.get("promotion_pay_amount")) or 0)


def _province(address: Any) -> str | None:
    return text(object_of(object_of(address).get("province")).get("name"))


def _delivered(parcel: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> int | None:
    """When the last of what is in a parcel was delivered, None before."""
    inside = {text(one.get("sku_order_id")) for one in objects(parcel.get("product_info"))}
    moments = [
        moment(line.get("logistics_receipt_time"))
        for line in lines
        if not inside or text(line.get("order_id")) in inside
    ]
    known = [at for at in moments if at is not None]
    return max(known) if known and len(known) == len(moments) else None


def _steps(delivery: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for step in objects(delivery.get("track_info")):
        if at := moment(step.get("time_stamp")):
            yield at, kind_of(str(step.get("state_desc") or ""))
