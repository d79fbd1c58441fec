"""The riskiest things of one shop, in the order in which saving them is worth most."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from shopwatch import board
from shopwatch.i18n import Translate
from shopwatch.risk import words
from shopwatch.risk.causes import Cluster, clusters
from shopwatch.risk.items import HOUR, Item, by_clock, expected, tier, work_out
from shopwatch.risk.past import enough
from shopwatch.risk.rates import pressures
from shopwatch.risk.worth import WhatIf, saving_together
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import NOTHING, Exposure, Past, ShopReadings

YUAN_A_POINT = 10_000.0
"""How much money weighs as one point of the total where a list needs one order: our default, no rule."""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """total: how many are open, of which `risks` are the first."""

    risks: tuple[board.Risk, ...] = ()
    causes: tuple[board.Cause, ...] = ()
    quiet: board.Quiet = board.Quiet()
    total: int = 0


def assess(
    exposures: Sequence[Exposure],
    *,
    model: Model,
    readings: ShopReadings,
    what_if: WhatIf,
    now: int,
    zone: ZoneInfo,
    pickups: tuple[str, ...],
    pasts: Mapping[str, Past],
    limit: int,
    _: Translate,
    language: str,
    yuan_a_point: float = YUAN_A_POINT,
) -> Assessment:
    """Rank what is open; `limit` 0 is all.

    The order: what a daily limit hangs on today; last calls (a ticket, an after-sale's own deadline); then by
    the expected loss that acting at the next chance still avoids against acting at the one after, in points,
    with `yuan_a_point` for what is owed in money; ties by deadline. What may have been picked up unseen comes
    after all that is proved open, and what can't be saved any more last.
    """
    clocks = {clock.id: clock for clock in model.scorecard.clock}
    groups: dict[str, list[Item]] = {}
    for clock_id, rows in by_clock(exposures).items():
        if clock_id in clocks:
            groups[clock_id] = work_out(
                clocks[clock_id],
                rows,
                model=model,
                readings=readings,
                what_if=what_if,
                now=now,
                zone=zone,
                pickups=pickups,
                past=pasts.get(clock_id),
            )
    found = clusters(groups)
    pressed = pressures(model.scorecard, readings, exposures, now=now, zone=zone, pasts=pasts)
    lifted = frozenset(
        (exposure.clock, exposure.subject_id) for one in pressed if one.near for exposure in one.open
    )
    items = [item for group in groups.values() for item in group]
    items.sort(key=lambda item: _key(item, lifted, now, yuan_a_point))
    shown = items if limit == 0 else items[:limit]
    return Assessment(
        risks=tuple(
            _risk(rank, item, pasts.get(item.clock.id), now, zone, _, language)
            for rank, item in enumerate(shown, start=1)
        ),
        causes=_causes(found, groups, readings, what_if, now, zone, _, language),
        quiet=_quiet(items, now, zone),
        total=len(items),
    )


def _key(
    item: Item, lifted: frozenset[tuple[str, str]], now: int, yuan_a_point: float
) -> tuple[int, float, float, int, str]:
    return (
        tier(item, lifted),
        -round(expected(item, now, yuan_a_point), 9),  # what differs in the last bits is a tie
        float("inf") if item.exposure.due is None else item.exposure.due,
        item.exposure.started,
        item.exposure.subject_id,
    )


def _at(moment: int | None, zone: ZoneInfo) -> datetime.datetime | None:
    return None if moment is None else datetime.datetime.fromtimestamp(moment, zone)


def _risk(
    rank: int, item: Item, past: Past | None, now: int, zone: ZoneInfo, _: Translate, language: str
) -> board.Risk:
    exposure, payment = item.exposure, item.payment
    step = None
    if payment.after_hours is not None and exposure.due is not None:
        step = exposure.due + round(payment.after_hours * HOUR)
    return board.Risk(
        rank=rank,
        order_id=exposure.order_id,
        subject_id=exposure.subject_id,
        clock=item.clock.id,
        stage=words.stage(item, _, language),
        deadline=_at(exposure.due, zone),
        seconds_left=item.left,
        started=datetime.datetime.fromtimestamp(exposure.started, zone),
        starts_at=_at(item.begin, zone) if item.begin > now else None,
        p_miss=item.p_miss,
        p_basis=words.p_basis(item, past.n if past else None, enough(past), _),
        points_at_risk=item.saved,
        points_per_hour=item.per_hour,
        yuan_now=payment.now,
        yuan_at_risk=payment.next,
        yuan_at=_at(step, zone),
        why=words.why(item, now, zone, _, language),
        cause=item.cause,
        carrier=exposure.carrier,
        product=exposure.product_name or exposure.product_id,
        warehouse=exposure.warehouse,
        province=exposure.province,
        agent=exposure.agent,
        lost=item.lost,
        proved=exposure.proved,
    )


def _causes(
    found: Sequence[Cluster],
    groups: Mapping[str, Sequence[Item]],
    readings: ShopReadings,
    what_if: WhatIf,
    now: int,
    zone: ZoneInfo,
    _: Translate,
    language: str,
) -> tuple[board.Cause, ...]:
    rows = [
        _cause(cluster, len(groups[cluster.items[0].clock.id]), readings, what_if, now, zone, _, language)
        for cluster in found
    ]
    rows.sort(key=lambda cause: (-(cause.points_at_risk or 0.0), -(cause.yuan_at_risk or 0.0), -cause.count))
    return tuple(rows)


def _cause(
    cluster: Cluster,
    of: int,
    readings: ShopReadings,
    what_if: WhatIf,
    now: int,
    zone: ZoneInfo,
    _: Translate,
    language: str,
) -> board.Cause:
    items, clock = cluster.items, cluster.items[0].clock
    ahead = [item.exposure.due for item in items if item.exposure.due is not None and not item.late]
    late = [item.exposure.due for item in items if item.exposure.due is not None and item.late]
    deadline = min(ahead, default=None) if ahead else max(late, default=None)
    known = [item.p_miss for item in items if item.p_miss is not None]
    yuan = [item.payment.next for item in items if item.payment.next is not None]
    points = None
    if clock.lengthens is not None:
        reading = readings.indicators.get(clock.lengthens)
        pairs = [(item.sooner, item.later) for item in items]
        points = saving_together(clock.lengthens, reading.now if reading else NOTHING, what_if, pairs)
    orders = dict.fromkeys(item.exposure.order_id or item.exposure.subject_id for item in items)
    return board.Cause(
        id=cluster.id,
        by=cluster.by,
        key=cluster.key,
        title=words.title(cluster, now, _, language),
        stage=clock.stage.of(language),
        count=len(items),
        deadline=_at(deadline, zone),
        seconds_left=None if deadline is None else deadline - now,
        p_miss=sum(known) / len(known) if known else None,
        points_at_risk=points,
        yuan_at_risk=round(sum(yuan), 2) if yuan else None,
        why=words.cause_why(cluster, of, _),
        order_ids=tuple(orders),
    )


def _quiet(items: Sequence[Item], now: int, zone: ZoneInfo) -> board.Quiet:
    """Count what starts to count later tonight: orders once, after-sales by ticket."""
    orders = [item for item in items if item.begin > now and item.clock.from_ in ("orders", "parcels")]
    aftersales = [item for item in items if item.begin > now and item.clock.from_ == "aftersales"]
    return board.Quiet(
        orders=len({item.exposure.order_id or item.exposure.subject_id for item in orders}),
        orders_from=_at(min((item.begin for item in orders), default=None), zone),
        aftersales=len(aftersales),
        aftersales_from=_at(min((item.begin for item in aftersales), default=None), zone),
    )
