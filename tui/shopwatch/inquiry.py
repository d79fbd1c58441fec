"""Drill-down: what a figure is made of, in values and words for a view."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from shopwatch import formats
from shopwatch.feed import Row, Split
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.scoring.drivers import Turned, split
from shopwatch.scoring.readings import Flow
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.indicators import approximate_id


def splits(
    warehouse: Warehouse,
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
    warehouse: Warehouse, shop: Shop, now: datetime.datetime, indicator: str, limit: int, _: Translate
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


def _local(moment: int, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(moment, zone)


def _epoch(moment: datetime.datetime) -> int:
    return int(moment.timestamp())
