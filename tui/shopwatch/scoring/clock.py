"""Clocks as arithmetic: hours that don't count, and what a late thing owes. Pure; moments are UTC seconds."""

from __future__ import annotations

import datetime
import functools
from zoneinfo import ZoneInfo

import msgspec

from shopwatch.scoring.scorecard import Clock, Pay, Words

PPM = 1_000_000


@functools.lru_cache(maxsize=64)
def _time(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


def _bisect_gap(before: int, after: int, zone: ZoneInfo, wanted: datetime.datetime) -> int:
    """Return the first instant whose wall clock is at or past `wanted`, which the zone never shows."""
    while after - before > 1:
        middle = (before + after) // 2
        shown = datetime.datetime.fromtimestamp(middle, zone).replace(tzinfo=None)
        before, after = (before, middle) if shown >= wanted else (middle, after)
    return after


def moment_of(
    day: datetime.date, time: datetime.time, zone: ZoneInfo, *, not_before: int | None = None
) -> int:
    """Return the instant of a wall-clock time.

    An ambiguous one is the earlier that is not before `not_before`; one that a change of the clocks skips is
    the change itself.
    """
    first, second = _moments_of(day, time, zone)
    return first if not_before is None or first >= not_before else second


@functools.lru_cache(maxsize=1024)  # what is open was begun on a few days
def _moments_of(day: datetime.date, time: datetime.time, zone: ZoneInfo) -> tuple[int, int]:
    """Return the earlier and the later instant of a wall-clock time, mostly one and the same."""
    wanted = datetime.datetime.combine(day, time)
    first = int(wanted.replace(tzinfo=zone).timestamp())
    second = int(wanted.replace(tzinfo=zone, fold=1).timestamp())
    if second < first:
        first = second = _bisect_gap(second, first, zone, wanted)
    return first, second


@functools.lru_cache(maxsize=16_384)  # what is open stays so from one refresh to the next
def paused(moment: int, zone: ZoneInfo, start: str, end: str) -> int:
    """Return when the hours of something begun at `moment` start to count: the next local `end` for a moment
    in the half-open local span [start, end), which may cross midnight; itself otherwise."""
    opens, closes = _time(start), _time(end)
    local = datetime.datetime.fromtimestamp(moment, zone)
    time = local.time()
    overnight = opens > closes
    if not (opens <= time or time < closes if overnight else opens <= time < closes):
        return moment
    day = local.date() + datetime.timedelta(days=1) if overnight and time >= opens else local.date()
    return moment_of(day, closes, zone, not_before=moment)


def counted_seconds(begin: int, end: int, zone: ZoneInfo, span: tuple[str, str] | None) -> int:
    """Return the seconds of [begin, end] that count; a thing done before they start to has none."""
    return max(0, end - (paused(begin, zone, *span) if span else begin))


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed now and at the next step, in yuan; None where it can't be told, or there is no step.

    after_hours: when the next step comes, in hours past the deadline.
    """

    now: float | None = None
    what_now: Words | None = None
    next: float | None = None
    what_next: Words | None = None
    after_hours: float | None = None

    @property
    def increment(self) -> float | None:
        """What the next step adds to what is owed now."""
        if self.next is None or self.now is None:
            return None
        return max(0.0, round(self.next - self.now, 2))


UNKNOWN = Payment()


def _yuan(step: Pay, amount_fen: int) -> float:
    fen = (amount_fen * round(step.share * PPM) + PPM // 2) // PPM
    return min(max(fen / 100, step.least), step.most)


def _applies(step: Pay, promise_hours: float | None) -> bool:
    """A class of promise is (more than, at most); the first class takes in a promise of no time at all."""
    if step.promise_hours is None:
        return True
    if promise_hours is None:
        return False
    over, to = step.promise_hours
    return (over < promise_hours or over == 0 >= promise_hours) and promise_hours <= to


def pay(clock: Clock, amount_fen: int | None, promise_hours: float | None, hours_late: float) -> Payment:
    """Return what an order owes `hours_late` past its deadline (below 0: before it) and what comes next.

    A step is owed once strictly more than its hours have passed. promise_hours: how long the shop promised,
    which decides the class; where the classes differ and it isn't known, nothing is.
    """
    if not clock.pays or amount_fen is None:
        return UNKNOWN
    if promise_hours is None and any(step.promise_hours for step in clock.pays):
        return UNKNOWN
    owed: Pay | None = None
    ahead: Pay | None = None
    for step in clock.pays:
        if not _applies(step, promise_hours):
            continue
        if hours_late <= step.after_hours:
            ahead = step if ahead is None or step.after_hours < ahead.after_hours else ahead
        elif owed is None or step.after_hours >= owed.after_hours:
            owed = step
    return Payment(
        now=_yuan(owed, amount_fen) if owed else 0.0,
        what_now=owed.what if owed else None,
        next=_yuan(ahead, amount_fen) if ahead else None,
        what_next=ahead.what if ahead else None,
        after_hours=ahead.after_hours if ahead else None,
    )
