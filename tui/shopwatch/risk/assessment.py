"""The riskiest things of one shop, in the order in which saving them is worth most."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from shopwatch import board
from shopwatch.i18n import Translate
from shopwatch.risk import words
from shopwatch.risk.causes import Cluster, clusters
from shopwatch.risk.items import HOUR, Item, Waiting, by_clock, hand_over, work_out
from shopwatch.risk.moment import Moment
from shopwatch.risk.ranking import Ranking
from shopwatch.risk.rates import Pressure, pressures
from shopwatch.risk.watch import Watch
from shopwatch.risk.worth import saving_together
from shopwatch.scoring.readings import Exposure

YUAN_A_POINT = 10_000.0
"""How much money weighs as one point of the total where a list needs one order: our default, no rule."""

MOST_WATCHED = 300
"""Of what is watched, no more than this is told of one shop: beyond that the number no longer matters."""

NOTHING_WATCHED: Mapping[str, Watch] = {}


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """total: how many are open, of which `risks` are the first. pressures: the stop lines that they press on."""

    risks: tuple[board.Risk, ...] = ()
    causes: tuple[board.Cause, ...] = ()
    quiet: board.Quiet = board.Quiet()
    total: int = 0
    pressures: tuple[Pressure, ...] = ()


def assess(
    exposures: Sequence[Exposure],
    at: Moment,
    *,
    limit: int,
    watched: Mapping[str, Watch] = NOTHING_WATCHED,
    _: Translate,
    language: str,
    yuan_a_point: float = YUAN_A_POINT,
) -> Assessment:
    """Rank what is open, and tell the first `limit`, 0 all, and what is watched (by clock) wherever it stands. The
    order is that of `Ranking`."""
    under = by_clock(exposures)
    groups = {
        clock.id: work_out(clock, under[clock.id], at)
        for clock in at.model.scorecard.clock
        if clock.id in under
    }
    hand_over(groups)
    found = clusters(groups, at.usual)
    pressed = pressures(under, at)
    lifted = frozenset(
        (exposure.clock, exposure.subject_id) for one in pressed if one.near for exposure in one.open
    )
    ranking = Ranking(lifted, at.now, yuan_a_point)
    every = groups.values()
    shown = _told(ranking, every, limit, watched, at.now)
    return Assessment(
        risks=tuple(_risk(rank, item, at, _, language) for rank, item in shown),
        causes=_causes(found, at, _, language),
        quiet=_quiet([item for group in every for item in _from_later(group, at.now)], at.zone),
        total=sum(map(len, every)),
        pressures=pressed,
    )


def _told(
    ranking: Ranking,
    groups: Collection[Sequence[Item]],
    limit: int,
    watched: Mapping[str, Watch],
    now: int,
) -> Iterator[tuple[int, Item]]:
    """Yield what is told, with its rank."""
    if limit == 0:
        yield from enumerate(ranking.all(groups), start=1)
        return
    if not watched:
        yield from enumerate(ranking.first(groups, limit), start=1)
        return
    ranked = ranking.ranked(
        groups, limit, watched, lambda item: watched[item.clock.id].sees(item.exposure, now)
    )
    yield from itertools.islice(ranked, limit + MOST_WATCHED)


def _from_later(group: Sequence[Item], now: int) -> list[Item]:
    """Return those of a clock whose time hasn't begun yet."""
    return group.from_later(now) if isinstance(group, Waiting) else [one for one in group if one.begin > now]


def _local(moment: int | None, zone: ZoneInfo) -> datetime.datetime | None:
    return None if moment is None else datetime.datetime.fromtimestamp(moment, zone)


def _risk(rank: int, item: Item, at: Moment, _: Translate, language: str) -> board.Risk:
    exposure, payment, zone = item.exposure, item.payment, at.zone
    step = None
    if payment.after_hours is not None and exposure.due is not None:
        step = exposure.due + round(payment.after_hours * HOUR)
    return board.Risk(
        rank=rank,
        order_id=exposure.order_id,
        subject_id=exposure.subject_id,
        clock=item.clock.id,
        stage=words.stage(item, _, language),
        deadline=_local(exposure.due, zone),
        seconds_left=item.left,
        started=datetime.datetime.fromtimestamp(exposure.started, zone),
        starts_at=_local(item.begin, zone) if item.begin > at.now else None,
        p_miss=item.p_miss,
        p_basis=words.p_basis(item, at.pasts.get(item.clock.id), at.now, zone, _, language),
        points_at_risk=item.at_risk,
        points_per_hour=item.per_hour,
        yuan_now=payment.now,
        yuan_at_risk=payment.next,
        yuan_at=_local(step, zone),
        why=words.why(item, at.now, zone, _, language),
        cause=item.cause,
        carrier=exposure.carrier,
        product=exposure.product,
        warehouse=exposure.warehouse,
        province=exposure.province,
        agent=exposure.agent,
        lost=item.lost,
        proved=exposure.proved,
        points_if_missed=item.missed,
        days_counted=item.days_counted,
    )


def _causes(found: Sequence[Cluster], at: Moment, _: Translate, language: str) -> tuple[board.Cause, ...]:
    rows = [_cause(cluster, at, _, language) for cluster in found]
    rows.sort(key=lambda cause: (-(cause.points_at_risk or 0.0), -(cause.yuan_at_risk or 0.0), -cause.count))
    return tuple(rows)


def _cause(cluster: Cluster, at: Moment, _: Translate, language: str) -> board.Cause:
    items = cluster.items
    ahead = [item.exposure.due for item in items if item.exposure.due is not None and not item.late]
    late = [item.exposure.due for item in items if item.exposure.due is not None and item.late]
    deadline = min(ahead, default=None) if ahead else max(late, default=None)
    known = [item.p_miss for item in items if item.p_miss is not None]
    yuan = [item.payment.next for item in items if item.payment.next is not None]
    return board.Cause(
        id=cluster.id,
        by=cluster.by,
        key=cluster.key,
        title=words.title(cluster, at.now, _, language),
        stage=cluster.stage_of.stage.of(language),
        count=len(cluster.orders),
        deadline=_local(deadline, at.zone),
        seconds_left=None if deadline is None else deadline - at.now,
        p_miss=sum(known) / len(known) if known else None,
        points_at_risk=_points(items, at),
        yuan_at_risk=round(sum(yuan), 2) if yuan else None,
        why=words.cause_why(cluster, _),
        order_ids=cluster.orders,
    )


def _points(items: Sequence[Item], at: Moment) -> float | None:
    """Return what acting on all of them together saves, over the indicators that they lengthen or decide."""
    pairs: dict[str, list[tuple[float, float]]] = {}
    for item in items:
        if item.clock.lengthens is not None:
            pairs.setdefault(item.clock.lengthens, []).append((item.sooner, item.later))
    decided = Counter(item.clock.decides for item in items if item.missed is not None)
    found = [
        *(saving_together(name, at.sums(name), at.what_if, longer) for name, longer in pairs.items()),
        *(at.missed_together(name, count) for name, count in decided.items()),
    ]
    known = [points for points in found if points is not None]
    return sum(known) if known else None


def _quiet(waiting: Sequence[Item], zone: ZoneInfo) -> board.Quiet:
    """Count what starts to count later tonight: orders once, after-sales by ticket."""
    orders = [item for item in waiting if item.clock.from_ in ("orders", "parcels")]
    aftersales = [item for item in waiting if item.clock.from_ == "aftersales"]
    return board.Quiet(
        orders=len({item.order for item in orders}),
        orders_from=_local(min((item.begin for item in orders), default=None), zone),
        aftersales=len(aftersales),
        aftersales_from=_local(min((item.begin for item in aftersales), default=None), zone),
    )
