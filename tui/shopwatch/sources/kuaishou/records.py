"""Kuaishou's objects as canonical records. Pure: one object in, records out.

The names of the fields of orders and refunds are those on which several public clients agree; none was seen on a
real shop. Times are epoch milliseconds, though comments may have seconds: the two are told apart by their size.
Amounts are read as fen, as the documentation has it of refunds. Only what is named here is ever taken, and no
buyer's name, phone or address is among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shopwatch.sources.complaints import class_of
from shopwatch.sources.live.platform import Told
from shopwatch.sources.live.values import figure, known_at, object_of, objects, stars, text, whole

Object = Mapping[str, Any]

CLOSED, SUCCEEDED = 80, 70
UNDER_WAY = (40,)
_REFUNDED, _REFUSED = 60, 70
_KINDS = {1: "return", 10: "refund", 3: "exchange"}
_SELLERS_TURN = (10, 40)
_PLATFORM = 20
RAW = "raw."
"""Before the name of a figure whose meaning isn't verified: kept, and read by nothing."""


def order_records(order: Object) -> Iterator[Told]:
    """Yield an order and its parcels."""
    base, item = object_of(order.get("orderBaseInfo")), object_of(order.get("orderItemInfo"))
    number = text(base.get("oid"))
    if number is None:
        return
    known, changed = _known(base), moment(base.get("updateTime"))
    promised = moment(base.get("validPromiseShipmentTimeStamp")) or moment(
        base.get("promiseTimeStampOfDelivery")
    )
    record = {
        "order_id": number,
        "created_at": moment(base.get("createTime")),
        "paid_at": moment(base.get("payTime")),
        "promised_ship_at": promised,
        "shipped_at": moment(base.get("sendTime")),
        "finished_at": moment(base.get("recvTime")),
        "closed_at": changed if base.get("status") == CLOSED else None,
        "amount": whole(base.get("totalFee")),
        "product_id": text(item.get("itemId")),
        "product_name": text(item.get("itemTitle")),
        "quantity": whole(item.get("num")),
        "warehouse": text(item.get("warehouseCode")),
        "presale": bool(base.get("preSale")),
    }
    yield "orders", known | record
    for sent in objects(order.get("orderLogisticsInfo")):
        if parcel := text(sent.get("expressNo")):
            parcels = {"parcel_id": parcel, "order_id": number, "carrier": text(sent.get("expressCode"))}
            yield "parcels", known | parcels | {"waybill_at": moment(base.get("sendTime"))}


def refund_records(refund: Object) -> Iterator[Told]:
    """Yield a refund."""
    number = text(refund.get("refundId"))
    if number is None:
        return
    status, reason = refund.get("status"), text(refund.get("refundReasonDesc"))
    ended = status in (_REFUNDED, _REFUSED)
    changed = moment(refund.get("updateTime"))
    record = {
        "aftersale_id": number,
        "order_id": text(refund.get("oid")),
        "product_id": text(refund.get("itemId")),
        "amount": whole(refund.get("refundFee")),
        "kind": _KINDS.get(refund.get("handlingWay", 0)),
        "first_reason": reason,
        "reason_class": class_of(reason),
        "applied_at": moment(refund.get("submitTime")) or moment(refund.get("createTime")),
        "finished_at": (moment(refund.get("endTime")) or changed) if ended else None,
        "succeeded": status == _REFUNDED if ended else None,
        "deadline_at": moment(refund.get("expireTime")) if status in _SELLERS_TURN else None,
    }
    yield "aftersales", _known(refund) | record
    if status == _PLATFORM:
        yield "aftersales", _known(refund) | {"aftersale_id": number, "platform_handled": True}


def comment_records(comment: Object) -> Iterator[Told]:
    """Yield a buyer's review."""
    number = text(comment.get("commentId"))
    if number is None:
        return
    yield (
        "reviews",
        {
            "review_id": number,
            "order_id": text(comment.get("orderId")),
            "product_id": text(comment.get("itemId")),
            "created_at": moment(comment.get("createTime")),
            "product_stars": stars(comment.get("qualityScore")),
            "logistics_stars": stars(comment.get("logisticsScore")),
            "service_stars": stars(comment.get("serviceScore")),
            "text": text(comment.get("content")),
        },
    )


def score_records(score: Any, day: int) -> Iterator[Told]:
    """Yield every number of the score as it came, under the path of its names: what each means isn't verified, so
    that none counts as the official score. day: the moment as of which they are kept."""
    for path, value in _numbers(score, ()):
        yield "official", {"published_at": day, "item": RAW + ".".join(path), "value": value}


def _numbers(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _numbers(inner, (*path, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _numbers(inner, (*path, str(number)))
    elif path and (found := figure(value)) is not None:
        yield path, found


def moment(value: Any) -> int | None:
    """Return an epoch second; milliseconds and seconds are told apart by their size, and 0 is none."""
    number = whole(value)
    if not number or number < 0:
        return None
    return number // 1000 if number > 10**11 else number


def _known(told: Object) -> dict[str, Any]:
    return known_at(moment(told.get("updateTime")))
