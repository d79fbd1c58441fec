"""Campaigns out of the configuration and the shop's own orders: what to expect of the next, what came of the last.

Nothing is known of a campaign but what the last one of its kind was to its own usual days; so that is what is said.
"""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from shopwatch.board import Board, CampaignBoard, Expected, Outcome
from shopwatch.config.structs import CampaignSection
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.selling import SoldHour

DAY = 86400
USUAL_DAYS = 14  # our default: two weeks before it are what is usual
SHOWN_DAYS = 45  # for so long after its end a campaign is looked back at


class Span(NamedTuple):
    """A campaign's name, kind and moments, in the shop's time."""

    name: str
    kind: str
    start: datetime.datetime
    end: datetime.datetime


class Brought(NamedTuple):
    """What a campaign brought: orders a day before it, and its hours."""

    usual: float
    hours: Sequence[SoldHour]

    @property
    def orders(self) -> int:
        return sum(hour.orders for hour in self.hours)

    @property
    def peak(self) -> int:
        return max((hour.orders for hour in self.hours), default=0)


def spans(sections: Iterable[CampaignSection], shop: str, zone: ZoneInfo) -> list[Span]:
    """Return a shop's campaigns, the earliest first; a moment without an offset is the shop's own."""

    def local(moment: datetime.datetime) -> datetime.datetime:
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)

    ours = [one for one in sections if not one.shops or shop in one.shops]
    return sorted(
        (Span(one.name, one.kind, local(one.start), local(one.end)) for one in ours),
        key=lambda one: one.start,
    )


def campaign_boards(
    warehouse: Warehouse,
    sections: Sequence[CampaignSection],
    shop: Shop,
    now: datetime.datetime,
    _: Translate,
) -> tuple[CampaignBoard, ...]:
    """Return the campaigns that are looked back at, run, or lie ahead."""
    if not sections:
        return ()
    every = spans(sections, shop.id, shop.zone)
    shown = [one for one in every if one.end >= now - datetime.timedelta(days=SHOWN_DAYS)]
    brought = {one: _brought(warehouse, shop, one, now) for one in _asked(every, shown, now)}
    return tuple(_board(one, every, brought, _usual(warehouse, shop, now, now), now, _) for one in shown)


def scored(campaigns: Sequence[CampaignBoard], board: Board) -> tuple[CampaignBoard, ...]:
    """Return the campaigns with what the score was before each, and is since."""
    values = {point.day: point.value for point in board.trend}
    days = sorted(values)

    def with_score(one: CampaignBoard) -> CampaignBoard:
        if one.outcome is None or one.state != "over":
            return one
        before = values.get(one.start.date() - datetime.timedelta(days=1))
        since = [day for day in days if day > one.end.date() and values[day] is not None]
        after = values[since[-1]] if since else None
        return msgspec.structs.replace(
            one, outcome=msgspec.structs.replace(one.outcome, before=before, after=after)
        )

    return tuple(map(with_score, campaigns))


def _asked(every: Sequence[Span], shown: Sequence[Span], now: datetime.datetime) -> set[Span]:
    """Return the campaigns whose orders are asked for: those begun, and the last of each kind before those shown."""
    begun = {one for one in shown if one.start <= now}
    return begun | {last for one in shown if (last := _last(one, every)) is not None and last.start <= now}


def _last(one: Span, every: Sequence[Span]) -> Span | None:
    before = [other for other in every if other.kind == one.kind and other.end <= one.start]
    return max(before, key=lambda other: other.end, default=None)


def _brought(warehouse: Warehouse, shop: Shop, one: Span, now: datetime.datetime) -> Brought:
    hours = warehouse.sold_hours(_epoch(now), shop.id, _epoch(one.start), _epoch(one.end))
    return Brought(_usual(warehouse, shop, one.start, now), hours)


def _usual(warehouse: Warehouse, shop: Shop, before: datetime.datetime, now: datetime.datetime) -> float:
    """Return the middle one of the days before a moment, by orders: a campaign among them doesn't count for more."""
    first = _epoch(before) - USUAL_DAYS * DAY
    days = dict.fromkeys(range(USUAL_DAYS), 0)
    for hour in warehouse.sold_hours(_epoch(now), shop.id, first, _epoch(before)):
        days[hour.hour // 24] += hour.orders
    return float(statistics.median(days.values()))


def _board(
    one: Span,
    every: Sequence[Span],
    brought: dict[Span, Brought],
    usual: float,
    now: datetime.datetime,
    _: Translate,
) -> CampaignBoard:
    state: Literal["ahead", "running", "over"] = (
        "ahead" if now < one.start else "running" if now < one.end else "over"
    )
    own = brought.get(one)
    last = _last(one, every)
    base = own.usual if own is not None else usual
    expected, why = _expected(one, last, None if last is None else brought.get(last), base, _)
    return CampaignBoard(
        name=one.name,
        kind="live" if one.kind == "live" else "campaign",
        start=one.start,
        end=one.end,
        state=state,
        expected=expected,
        why=why,
        outcome=None if own is None else _outcome(one, own, now),
    )


def _expected(
    one: Span, last: Span | None, was: Brought | None, usual: float, _: Translate
) -> tuple[Expected | None, str | None]:
    """Return what to expect, or why that can't be said."""
    if last is None or was is None:
        return None, _("no earlier one of its kind in the configuration to go by")
    if not was.orders or not was.usual:
        return None, _("no orders on record of {name}, or of the days before it").format(name=last.name)
    if not usual:
        return None, _("no orders in the last {n} days").format(n=USUAL_DAYS)
    times = was.orders / _days(last) / was.usual
    return (
        Expected(
            last=last.name,
            times=times,
            orders=usual * times * _days(one),
            peak=usual * was.peak / was.usual,
        ),
        None,
    )


def _outcome(one: Span, was: Brought, now: datetime.datetime) -> Outcome:
    past = min(now, one.end)
    days = max((past - one.start).total_seconds() / DAY, 1 / 24)
    due, orders = sum(hour.due for hour in was.hours), was.orders
    busiest = max(was.hours, key=lambda hour: hour.orders, default=None)
    return Outcome(
        orders=orders,
        usual=was.usual,
        times=orders / days / was.usual if was.usual else None,
        peak=was.peak,
        peak_at=None if busiest is None else one.start + datetime.timedelta(hours=busiest.hour),
        late=sum(hour.late for hour in was.hours) / due if due else None,
        after_sales=sum(hour.applied for hour in was.hours) / orders if orders else None,
    )


def _days(one: Span) -> float:
    return (one.end - one.start).total_seconds() / DAY


def _epoch(moment: datetime.datetime) -> int:
    return int(moment.timestamp())
