"""The list of a moment: whom to tell what, from the warehouse, the templates and what has been told already."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from shopwatch import formats
from shopwatch.board.care import CareBoard, CareGroup, CareItem
from shopwatch.care.log import Told, key_of
from shopwatch.care.templates import Occasion, Template
from shopwatch.fleet import Shop
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.caring import Occasioned

HOUR = 3600
URGENCY = ("late_delivery", "late_shipping", "returned", "received", "shipped", "paid", "unpaid")
"""One buyer is told one thing at a time: of an order, what stands first here."""


def care_board(
    warehouse: Warehouse,
    shop: Shop,
    now: datetime.datetime,
    templates: Sequence[Template],
    told: Sequence[Told],
    language: str,
    most: int,
) -> CareBoard:
    """Return whom to tell something now. told: all that this shop's buyers were told. most: items of a group that are
    laid out; 0 is all."""
    local, known = now.astimezone(shop.zone), {one.key for one in told}
    spoken: dict[str, Occasion | None] = {}
    groups: dict[str, CareGroup] = {}
    for template in sorted(templates, key=lambda one: URGENCY.index(one.on)):
        found = _to_tell(warehouse, shop, local, template, known, spoken)
        if found:
            shown = found if most == 0 else found[:most]
            items = tuple(_item(one, template, shop, language) for one in shown)
            name = template.title.of(language)
            groups[template.id] = CareGroup(id=template.id, name=name, count=len(found), items=items)
    return CareBoard(groups=tuple(groups.values()), told=tuple(_told_today(told, local)))


def _to_tell(
    warehouse: Warehouse,
    shop: Shop,
    now: datetime.datetime,
    template: Template,
    known: set[str],
    spoken: dict[str, Occasion | None],
) -> list[Occasioned]:
    """Return the orders that this is still to be told of. spoken: the orders whose buyer is to be told something at
    least as urgent (None), or was on an occasion that still holds: who has read that the parcel may go out late isn't
    promised next that it won't. These are added to them."""
    as_of, on = int(now.timestamp()), template.on
    first, last = (as_of - round(hours * HOUR) for hours in (template.to_hours, template.from_hours))
    at_hand = warehouse.occasions(on, as_of, shop.id, first, last)
    free = [one for one in at_hand if spoken.get(one.order, on) == on]
    found = [one for one in free if key_of(template.id, one.subject) not in known]
    spoken.update((one.order, on) for one in free)
    spoken.update((one.order, None) for one in found)
    return found


def _item(one: Occasioned, template: Template, shop: Shop, language: str) -> CareItem:
    promise = None if one.promise is None else datetime.datetime.fromtimestamp(one.promise, shop.zone)
    fields: Mapping[str, str | None] = {
        "shop": shop.name,
        "order": one.order,
        "product": one.product,
        "carrier": one.carrier,
        "parcel": one.parcel,
        "promise": None if promise is None else formats.clock_time(promise),
    }
    return CareItem(
        key=key_of(template.id, one.subject),
        care=template.id,
        order_id=one.order,
        text=template.text.said(language, fields),
        since=datetime.datetime.fromtimestamp(one.since, shop.zone),
        product=one.product,
        promise=promise,
    )


def _told_today(told: Sequence[Told], now: datetime.datetime) -> Iterator[CareItem]:
    for one in told:
        at = datetime.datetime.fromtimestamp(one.at, now.tzinfo)
        if at.date() == now.date():
            yield CareItem(
                key=one.key,
                care=one.care,
                order_id=one.order_id,
                text="",
                since=at,
                how=one.how,
                told_at=at,
                told_by=one.by,
            )
