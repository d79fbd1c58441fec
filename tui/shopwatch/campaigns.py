"""Campaigns in words: what lies ahead, and the review of one, for whatever shows or prints a board."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from shopwatch import formats
from shopwatch.board import CampaignBoard, Scale
from shopwatch.i18n import Translate

LEAD_DAYS = {"campaign": 21, "live": 3}
"""How long before one its preparations begin: our default."""


def next_one(campaigns: Sequence[CampaignBoard]) -> CampaignBoard | None:
    """Return the one that runs, else the next ahead."""
    open_ = [one for one in campaigns if one.state != "over"]
    return min(open_, key=lambda one: one.start, default=None)


def preparing(campaigns: Sequence[CampaignBoard], now: datetime.datetime) -> CampaignBoard | None:
    """Return the next campaign, where it is near enough to prepare for."""
    ahead = [one for one in campaigns if one.state == "ahead"]
    near = [one for one in ahead if (one.start - now).days < LEAD_DAYS[one.kind]]
    return min(near, key=lambda one: one.start, default=None)


def last_end(campaigns: Sequence[CampaignBoard]) -> datetime.datetime | None:
    return max((one.end for one in campaigns if one.state == "over"), default=None)


def when_words(one: CampaignBoard, now: datetime.datetime, _: Translate) -> str:
    """双12 还有 9 天 · 双12 进行中 · 双12 12-13 结束"""
    if one.state == "running":
        return _("{name}: on until {time}").format(name=one.name, time=formats.clock_time(one.end, now))
    if one.state == "over":
        return _("{name}: over since {day}").format(name=one.name, day=formats.day(one.end))
    days = (one.start.date() - now.date()).days
    if days < 1:
        return _("{name}: from {time} on").format(name=one.name, time=formats.hour(one.start))
    return _("{name} in {n} d").format(name=one.name, n=days)


def expected_words(one: CampaignBoard, _: Translate) -> str:
    """Say what to expect against the last one, or why nothing can be."""
    if one.expected is None:
        return _("expected load unknown: {why}").format(why=one.why or "")
    load = one.expected
    return _(
        "about {orders} orders expected, {peak} in the busiest hour: as {last}, {times} times the usual"
    ).format(
        orders=formats.number(round(load.orders), _),
        peak=formats.number(round(load.peak), _),
        last=load.last,
        times=f"{load.times:.1f}",
    )


def review(one: CampaignBoard, scale: Scale, _: Translate) -> Iterator[tuple[str, str]]:
    """Yield what came of a campaign, as (name, value): orders beside what was expected, the busiest hour, late
    shipping, after-sales, and the score before and since."""
    was = one.outcome
    if was is None:
        return
    orders = formats.count(was.orders, _)
    if was.times is not None:
        orders += " · " + _("{times} times the usual {usual} a day").format(
            times=f"{was.times:.1f}", usual=formats.number(round(was.usual), _)
        )
    if one.expected is not None:
        expected = formats.number(round(one.expected.orders), _)
        orders += " · " + _("{n} were to be expected").format(n=expected)
    yield _("Orders"), orders
    if was.peak_at is not None:
        words = _("{n} from {time} on").format(
            n=formats.count(was.peak, _), time=formats.clock_time(was.peak_at)
        )
        yield _("Busiest hour"), words
    if was.late is not None:
        yield _("Shipped late"), formats.percent(was.late, 2)
    if was.after_sales is not None:
        yield _("After-sales"), formats.percent(was.after_sales, 2)
    if was.before is not None and was.after is not None:
        moved = formats.points(was.after - was.before, scale.places)
        ends = f"{formats.total(was.before, scale)} → {formats.total(was.after, scale)}"
        yield _("Score before and since"), f"{ends}  {moved}"
