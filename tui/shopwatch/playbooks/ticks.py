"""A tick: how long it lasts, and what has been seen since."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Collection
from zoneinfo import ZoneInfo

import msgspec

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.playbooks.schema import Cadence
from shopwatch.scoring import windows
from shopwatch.scoring.clock import moment_of
from shopwatch.scoring.readings import Reading
from shopwatch.scoring.scorecard import Indicator

SHIFTS = ("07:30", "15:30", "23:00")
"""When shifts begin, by local time: our default."""

MONDAY = datetime.date(1970, 1, 5)
CAMPAIGN_DAYS = 30


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody marked as done, when (UTC seconds), and the orders it named then."""

    action: str
    at: int
    by: str = ""
    note: str = ""
    orders: tuple[str, ...] = ()


def period_start(cadence: Cadence, now: int, zone: ZoneInfo, campaign_over: int | None = None) -> int | None:
    """Return when the period of a cadence began in which `now` lies; None for what is done once.

    Weeks begin on Monday. campaign_over: when the last campaign ended, up to which preparations were for that one;
    where nobody named a campaign, a tick lasts 30 days.
    """
    today = datetime.datetime.fromtimestamp(now, zone).date()
    midnight = datetime.time()
    match cadence:
        case "once":
            return None
        case "campaign" if campaign_over is not None:
            return campaign_over
        case "campaign":
            return moment_of(today - datetime.timedelta(days=CAMPAIGN_DAYS), midnight, zone)
        case "shift":
            starts = [
                moment_of(day, datetime.time.fromisoformat(text), zone)
                for day in (today - datetime.timedelta(days=1), today)
                for text in SHIFTS
            ]
            return max(start for start in starts if start <= now)
        case "daily":
            return moment_of(today, midnight, zone)
        case "weekly" | "fortnightly":
            days = (today - MONDAY).days % (7 if cadence == "weekly" else 14)
            return moment_of(today - datetime.timedelta(days=days), midnight, zone)
        case "monthly":
            return moment_of(today.replace(day=1), midnight, zone)


def is_done(
    tick: Tick | None, cadence: Cadence, now: int, zone: ZoneInfo, campaign_over: int | None = None
) -> bool:
    if tick is None:
        return False
    start = period_start(cadence, now, zone, campaign_over)
    return start is None or tick.at >= start


def effect(
    tick: Tick,
    *,
    still_open: Collection[str],
    by_pickup: bool,
    rule: Indicator | None,
    reading: Reading | None,
    today: int,
    zone: ZoneInfo,
    _: Translate,
) -> str | None:
    """Say what has been seen since a tick: its orders still open, else when it can show at the earliest,
    else how the indicator has moved. None once it has left the window.

    still_open: the tick's orders that are still under the action's clocks. by_pickup: whether a courier's
    scan is what ends them.
    """
    if still_open:
        if len(still_open) == len(set(tick.orders)):
            return _("ticked, no pickup seen") if by_pickup else _("ticked, all still open")
        text = _("ticked, {n} without a pickup") if by_pickup else _("ticked, {n} still open")
        return text.format(n=len(still_open))
    if rule is None:
        return None
    day = windows.day_of(datetime.datetime.fromtimestamp(tick.at, zone).date())
    seen, gone = windows.first_visible(day, rule.window), windows.leaves(day, rule.window)
    if today >= gone:
        return None
    if today >= seen:
        return _moved(day, rule, reading, today, _)
    return _("too early: shows from {seen} at the earliest, leaves {gone}").format(
        seen=formats.day(windows.date_of(seen)), gone=formats.day(windows.date_of(gone))
    )


def _moved(day: int, rule: Indicator, reading: Reading | None, today: int, _: Translate) -> str | None:
    """Say how the indicator has moved since, beside how it moved over as long before: better than that, or as it
    would have anyway, or not."""
    series = reading.series if reading is not None else ()
    place = len(series) - 1 - (today - day)
    after = reading.now.value if reading is not None else None
    if place < 0 or after is None or (then := series[place].value) is None:
        return _("no figures to tell by")
    change, days = after - then, today - day
    span = min(days, place)
    earlier = series[place - span].value if span else None
    before = None if earlier is None else then - earlier
    words = _verdict(change, before, days, span, rule).translated(_)
    said = words.format(change=formats.change(change, rule.unit, rule.better, _))
    if before is None:
        return said
    was = formats.change(before, rule.unit, rule.better, _)
    return said + " · " + _("the {n} d before: {change}").format(n=span, change=was)


class _Verdict(enum.Enum):
    """What a change says of a tick."""

    SEEN, AS_BEFORE, NOT_YET = range(3)

    def translated(self, _: Translate) -> str:
        return {
            _Verdict.SEEN: _("seen since: {change}"),
            _Verdict.AS_BEFORE: _("better, but no more than before: {change}"),
            _Verdict.NOT_YET: _("not seen yet: {change}"),
        }[self]


def _verdict(change: float, before: float | None, days: int, span: int, rule: Indicator) -> _Verdict:
    if formats.meaning(change, rule.unit, rule.better) != "better":
        return _Verdict.NOT_YET
    if before is None or formats.meaning(before, rule.unit, rule.better) != "better":
        return _Verdict.SEEN
    return _Verdict.SEEN if abs(change) * span > abs(before) * days else _Verdict.AS_BEFORE
