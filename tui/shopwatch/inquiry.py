"""Drill-down: what a figure is made of, and one order's whole story, in values and words for a view."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shopwatch import formats
from shopwatch.feed import OrderView, Row, Split, TimelineEvent
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.scoring.drivers import Turned, split
from shopwatch.scoring.readings import Flow
from shopwatch.warehouse import DuckWarehouse
from shopwatch.warehouse.indicators import approximate_id

Records = Mapping[str, Sequence[Mapping[str, Any]]]


def splits(
    warehouse: DuckWarehouse,
    shop: Shop,
    now: datetime.datetime,
    indicator: str,
    by: str,
    moved: float | None = None,
    days: int = 1,
) -> tuple[Split, ...]:
    """Return an indicator's slices by a column, the largest first. moved: its part in the total's change in
    so many days, which they share."""
    rule = next((one for one in shop.model.scorecard.indicator if one.id == indicator), None)
    if rule is None:  # a board of the rules before these names it
        return ()
    names = [indicator, *([approximate_id(rule)] if rule.approximate else [])]
    found = warehouse.flows(
        shop.model.scorecard, shop.zone, _epoch(now), shop.id, dict.fromkeys(names, by), [days]
    )
    flows = next((keyed[days] for name in names if (keyed := found.get(name))), {})
    points = split(flows, moved, summed=rule.sum) if moved is not None else {}
    made = [_split(key, flow, points.get(key)) for key, flow in flows.items()]
    return tuple(
        sorted((one for one in made if one.denominator or one.delta_points), key=lambda one: -one.denominator)
    )


def _split(key: str | None, flow: Flow, points: Turned | None) -> Split:
    numerator = flow.entered.numerator + flow.stayed_now.numerator
    denominator = flow.entered.denominator + flow.stayed_now.denominator
    return Split(
        key=key or "—",
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator if denominator else None,
        delta_points=None if points is None else points.total,
        entered=None if points is None else points.entered,
        left=None if points is None else points.left,
        changed=None if points is None else points.changed,
    )


def rows(
    warehouse: DuckWarehouse, shop: Shop, now: datetime.datetime, indicator: str, limit: int, _: Translate
) -> tuple[Row, ...]:
    """Return the rows behind an indicator, the worst first."""
    rule = next((one for one in shop.model.scorecard.indicator if one.id == indicator), None)
    if rule is None:  # a board of the rules before these names it
        return ()
    found = warehouse.rows(shop.model.scorecard, shop.zone, _epoch(now), shop.id, indicator, limit)
    return tuple(
        Row(
            order_id=order_id,
            subject_id=subject,
            at=_local(at, shop.zone),
            numerator=numerator,
            note=_row_note(numerator, rule.unit, _),
        )
        for order_id, subject, at, numerator in found
    )


def _row_note(numerator: float, unit: str, _: Translate) -> str:
    if unit == "ratio":
        return _("counts") if numerator else _("doesn't count")
    return formats.unit_value(numerator, unit, _)


def order(
    warehouse: DuckWarehouse, shop: Shop, now: datetime.datetime, order_id: str, _: Translate
) -> OrderView | None:
    """Return one order with everything known of it, or None where there is no record of it."""
    records = warehouse.order(_epoch(now), shop.id, order_id)
    if not any(records.values()):
        return None
    moment = _epoch(now)
    events = sorted(_events(records, _), key=lambda event: event[0])
    return OrderView(
        order_id=order_id,
        facts=tuple(_facts(records, _)),
        timeline=tuple(
            TimelineEvent(at=_local(at, shop.zone), words=words, ahead=at > moment) for at, words in events
        ),
    )


def _facts(records: Records, _: Translate) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    for one in records["orders"]:
        amount = formats.money(one["amount"] / 100, _) if one["amount"] is not None else None
        facts += _known(
            (_("goods"), one["product_name"] or one["product_id"]),
            (_("quantity"), one["quantity"]),
            (_("amount"), amount),
            (_("province"), one["province"]),
            (_("warehouse"), one["warehouse"]),
            (_("not scored"), _("gift, lucky bag, low price or instant refund") if one["excluded"] else None),
        )
    for one in records["parcels"]:
        facts += _known((_("parcel"), " ".join(filter(None, (one["carrier"], one["parcel_id"])))))
    for one in records["aftersales"]:
        facts += _known((_("after-sale"), one["aftersale_id"]), (_("first reason"), one["first_reason"]))
    for one in records["reviews"]:
        stars = f"{one['product_stars']:g}★" if one["product_stars"] is not None else ""
        facts += _known((_("review"), " ".join(filter(None, (stars, one["text"])))))
    return facts


def _known(*facts: tuple[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in facts if value not in (None, "")]


def _events(records: Records, _: Translate) -> list[tuple[int, str]]:
    words: dict[str, dict[str, str]] = {
        "orders": {
            "created_at": _("ordered"),
            "paid_at": _("paid"),
            "promised_ship_at": _("shipping promised by"),
            "shipped_at": _("marked as shipped"),
            "finished_at": _("finished"),
            "closed_at": _("closed"),
        },
        "parcels": {
            "waybill_at": _("waybill uploaded"),
            "picked_up_at": _("picked up by the carrier"),
            "delivered_at": _("delivered"),
            "promised_delivery_at": _("delivery promised by"),
        },
        "aftersales": {
            "applied_at": _("after-sale applied for"),
            "audited_at": _("after-sale reviewed"),
            "return_signed_at": _("return received"),
            "finished_at": _("after-sale finished"),
            "escalated_at": _("taken to the marketplace"),
            "deadline_at": _("after-sale due by"),
        },
        "chats": {
            "started_at": _("chat started"),
            "ended_at": _("chat ended"),
            "waiting_since": _("buyer waiting since"),
        },
        "tickets": {
            "opened_at": _("ticket opened"),
            "closed_at": _("ticket closed"),
            "deadline_at": _("ticket due by"),
        },
        "reviews": {"created_at": _("review written"), "replied_at": _("review answered")},
    }
    found = [
        (one[column], words[table][column])
        for table in words
        for one in records[table]
        for column in words[table]
        if one[column] is not None
    ]
    return found + [(one["scanned_at"], _scan(one, _)) for one in records["scans"]]


def _scan(scan: Mapping[str, Any], _: Translate) -> str:
    words = {
        "pickup": _("scan: picked up"),
        "transit": _("scan: in transit"),
        "out": _("scan: out for delivery"),
        "delivered": _("scan: delivered"),
        "refused": _("scan: refused"),
        "returned": _("scan: on its way back"),
    }
    return " ".join(filter(None, (words.get(scan["kind"], _("scan")), scan["place"])))


def _local(moment: int, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(moment, zone)


def _epoch(moment: datetime.datetime) -> int:
    return int(moment.timestamp())
