"""One order's whole story: its facts and events, the clocks on it, and its part in each indicator."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shopwatch import formats
from shopwatch.calibrating import Fits
from shopwatch.feed import ClockRun, OrderPart, OrderView, TimelineEvent
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.remarks import Remarks
from shopwatch.scoring.readings import ShopReadings, Sum2
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.scorecard import Indicator
from shopwatch.scoring.windows import date_of, first_visible, leaves
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.indicators import approximate_id
from shopwatch.warehouse.story import Counted, Span

Records = Mapping[str, Sequence[Mapping[str, Any]]]


def order(
    warehouse: Warehouse,
    shop: Shop,
    fits: Fits,
    now: datetime.datetime,
    order_id: str,
    remarks: Remarks,
    _: Translate,
    language: str,
) -> OrderView | None:
    """Return one order with everything known of it, or None where there is no record of it."""
    moment = _epoch(now)
    records = warehouse.order(moment, shop.id, order_id)
    if not any(records.values()):
        return None
    story = warehouse.story(shop.model.scorecard, shop.zone, moment, shop.id, order_id)
    readings = warehouse.readings(shop.model.scorecard, shop.zone, moment, [shop.id])
    (fitted,) = fits.of([shop], readings, (), 0)
    until = remarks.until
    return OrderView(
        order_id=order_id,
        facts=tuple(_facts(records, _)),
        timeline=tuple(sorted(_timeline(records, remarks, shop.zone, moment, _), key=lambda event: event.at)),
        clocks=tuple(_runs(story.spans, shop, language)),
        parts=tuple(_parts(story.counted, score(fitted.model, readings[shop.id]), language)),
        owner=remarks.owner or None,
        snoozed_until=None if until is None or until <= moment else _local(until, shop.zone),
    )


def _timeline(
    records: Records, remarks: Remarks, zone: ZoneInfo, now: int, _: Translate
) -> Iterator[TimelineEvent]:
    for at, words, table in _events(records, _):
        yield TimelineEvent(at=_local(at, zone), words=words, ahead=at > now, table=table)
    for note in remarks.notes:
        yield TimelineEvent(at=_local(note.at, zone), words=note.words, by=note.by)


# ------------------------------------------------------------------ its clocks


def _runs(spans: Iterable[Span], shop: Shop, language: str) -> Iterator[ClockRun]:
    """Yield what runs, what ran out, and of what was kept in time again and again the tightest, in that order."""
    names = {clock.id: clock.name.of(language) for clock in shop.model.scorecard.clock}
    running = [span for span in spans if span.ended is None]
    ended = [span for span in spans if span.ended is not None]
    out = [span for span in ended if _to_spare(span) < 0]
    kept: dict[tuple[str, str], list[Span]] = {}
    for span in ended:
        if _to_spare(span) >= 0:
            kept.setdefault((span.clock, span.subject), []).append(span)

    def run(span: Span, times: int = 1) -> ClockRun:
        return ClockRun(
            clock=span.clock,
            name=names[span.clock],
            started=_local(span.started, shop.zone),
            due=None if span.due is None else _local(span.due, shop.zone),
            ended=None if span.ended is None else _local(span.ended, shop.zone),
            times=times,
        )

    for span in sorted(running, key=lambda span: (span.due is None, span.due or span.started)):
        yield run(span)
    for span in sorted(out, key=lambda span: span.started):
        yield run(span)
    for same in sorted(kept.values(), key=lambda same: same[0].started):
        yield run(min(same, key=_to_spare), len(same))


def _to_spare(span: Span) -> float:
    return float("inf") if span.due is None or span.ended is None else span.due - span.ended


# ------------------------------------------------------------------ its part in each indicator


def _parts(counted: Sequence[Counted], scored: Scored, language: str) -> Iterator[OrderPart]:
    for rule in scored.model.scorecard.indicator:
        reading = scored.readings.indicators.get(rule.id)
        if reading is None:
            continue
        name = approximate_id(rule) if reading.approximate else rule.id
        for one in counted:
            if one.name == name:
                delta, points = _difference(rule, one, scored)
                yield OrderPart(
                    indicator=rule.id,
                    name=rule.short.of(language),
                    unit=rule.unit,
                    better=rule.better,
                    numerator=one.numerator,
                    denominator=one.denominator,
                    counts=date_of(first_visible(one.day, rule.window)),
                    leaves=date_of(leaves(one.day, rule.window)),
                    delta=delta,
                    delta_points=points,
                )


def _difference(rule: Indicator, one: Counted, scored: Scored) -> tuple[float | None, float | None]:
    """Return what the value and the total would lose without it: now, or tomorrow where it counts from then."""
    base = _base(rule, one, scored.readings)
    if base is None or rule.sum:
        return None, None
    without = Sum2(base.numerator - one.numerator, base.denominator - one.denominator)
    if base.value is None or without.denominator <= 0 or without.value is None:
        return None, None
    with_it, without_it = scored.what_if(rule.id, base), scored.what_if(rule.id, without)
    points = None if with_it is None or without_it is None else with_it - without_it
    return base.value - without.value, points


def _base(rule: Indicator, one: Counted, readings: ShopReadings) -> Sum2 | None:
    reading, today = readings.indicators[rule.id], readings.today
    if first_visible(one.day, rule.window) <= today < leaves(one.day, rule.window):
        return reading.now
    return reading.next if first_visible(one.day, rule.window) == today + 1 else None


# ------------------------------------------------------------------ its records in words


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


def _events(records: Records, _: Translate) -> list[tuple[int, str, str]]:
    """Return (moment, words, table) of all that happened to it, and of what is promised."""
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
        (one[column], words[table][column], table)
        for table in words
        for one in records[table]
        for column in words[table]
        if one[column] is not None
    ]
    return found + [(one["scanned_at"], _scan(one, _), "scans") for one in records["scans"]]


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
