"""Each open thing worked out: its time left, its chance of a miss, its worth. Plain values, no words."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from shopwatch.risk.moment import Moment
from shopwatch.risk.past import Past, chance_of_miss, supposed_chance
from shopwatch.risk.worth import Worth
from shopwatch.scoring.clock import UNKNOWN, Payment, moment_of, paused, pay
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock

HOUR = 3600
DAY = 24 * HOUR

LEAST_SHOWN = 0.001
"""Under this, points are shown as less than it."""

LAST_CALL: dict[str, int] = {"tickets": 4 * HOUR, "aftersales": 2 * HOUR}
"""By table, the time before a deadline from which a thing goes ahead of the rest: our defaults, not rules."""


def pickups_from(now: int, pickups: Iterable[str], zone: ZoneInfo) -> Iterator[int]:
    """Return the carriers' pickups at or after `now`, in order, without end."""
    times = sorted(datetime.time.fromisoformat(text) for text in pickups)
    day = datetime.datetime.fromtimestamp(now, zone).date()
    while times:
        for time in times:
            moment = moment_of(day, time, zone)
            if moment >= now:
                yield moment
        day += datetime.timedelta(days=1)


def chances(clock: Clock, now: int, pickups: tuple[str, ...], zone: ZoneInfo) -> tuple[int, int]:
    """Return the next moment at which acting takes effect, and the one after: two pickups, or now and an
    hour later."""
    if clock.acts == "pickup" and pickups:
        coming = pickups_from(now, pickups, zone)
        return next(coming), next(coming)
    return now, now + HOUR


@dataclasses.dataclass(slots=True)
class Item:
    """begin: when its hours start to count. sooner, later: its counted duration in the indicator's unit, if
    acted upon at the next chance and at the one after. saved: points of the total between the two. missed: what
    missing its deadline costs in points, None where that decides none or is over; days_counted: for how long.
    points_expected, yuan_expected: what of a miss acting at the next chance is expected to avoid. pressing: in
    trouble already, which is what causes are looked for among. stage_of, since: the clock whose stage it is in,
    and from when."""

    exposure: Exposure
    clock: Clock
    begin: int
    left: int | None
    sooner: float
    later: float
    saved: float | None
    per_hour: float | None
    missed: float | None
    days_counted: int | None
    p_miss: float | None
    payment: Payment
    points_expected: float
    yuan_expected: float
    pressing: bool
    stage_of: Clock
    since: int
    cause: str | None = None

    @property
    def order(self) -> str:
        """What it is counted by: its order, where it has one."""
        return self.exposure.order_id or self.exposure.subject_id

    @property
    def at_risk(self) -> float | None:
        """The points of the total that acting on it still saves."""
        known = [points for points in (self.saved, self.missed) if points is not None]
        return sum(known) if known else None

    @property
    def late(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def lost(self) -> bool:
        """Nothing is left to save: the deadline is past, no mean grows and no further step is owed."""
        return self.spent and self.clock.lengthens is None

    @property
    def spent(self) -> bool:
        """Its deadline has cost all that it can. What a late order owes isn't published everywhere, and that
        isn't nothing."""
        known = bool(self.clock.pays) or self.clock.from_ != "orders"
        return self.late and self.payment.next is None and known


def durations(
    clock: Clock, exposure: Exposure, moments: tuple[int, int], zone: ZoneInfo
) -> tuple[int, float, float]:
    """Return when its hours begin to count, and how long it has lasted at each of the two chances."""
    begin = paused(exposure.started, zone, *clock.paused) if clock.paused else exposure.started
    # What is acted upon at once and whose hours don't run yet: an hour that counts, not an idle one.
    last = max(moments[1], begin + HOUR) if clock.acts == "now" else moments[1]
    unit = HOUR if clock.unit == "hours" else 1
    return begin, max(0, moments[0] - begin) / unit, max(0, last - begin) / unit


def bends(model: Model, indicator: str) -> list[float]:
    """Return the values at which an indicator's curve bends."""
    rule = next((rule for rule in model.scorecard.indicator if rule.id == indicator), None)
    return [value for value, _points in model.pairs(rule)] if rule else []


def work_out(clock: Clock, exposures: Sequence[Exposure], at: Moment) -> list[Item]:
    """Work out every open thing of one clock."""
    moments = chances(clock, at.now, at.pickups, at.zone)
    unit = HOUR if clock.unit == "hours" else 1
    rows = [(exposure, *durations(clock, exposure, moments, at.zone)) for exposure in exposures]
    worth = None
    if clock.lengthens is not None:
        amounts = [n for _e, _b, sooner, later in rows for n in (sooner, later, sooner + HOUR / unit)]
        turns = bends(at.model, clock.lengthens)
        worth = Worth(clock.lengthens, at.sums(clock.lengthens), at.what_if, amounts, turns)
    past = at.pasts.get(clock.id)
    missed, decided = at.missed_together(clock.decides), at.rule(clock.decides)
    days = None if decided is None else decided.window[0] - decided.window[1] + 1
    return [
        _item(clock, exposure, begin, (sooner, later), worth, missed, days, unit, at.now, moments, past)
        for exposure, begin, sooner, later in rows
    ]


def hand_over(groups: Mapping[str, Sequence[Item]]) -> None:
    """Let every order whose parcel has its number read as the parcel does: it waits for the carrier."""
    parcels: dict[str, Item] = {}
    for item in (item for items in groups.values() for item in items):
        if item.clock.id == "pickup" and item.since <= parcels.get(item.order, item).since:
            parcels[item.order] = item
    for item in (item for items in groups.values() for item in items):
        if item.clock.from_ == "orders" and (parcel := parcels.get(item.order)) is not None:
            item.stage_of, item.since = parcel.clock, parcel.since


def _item(
    clock: Clock,
    exposure: Exposure,
    begin: int,
    durations: tuple[float, float],
    worth: Worth | None,
    missed: float | None,
    days: int | None,
    unit: int,
    now: int,
    moments: tuple[int, int],
    past: Past | None,
) -> Item:
    sooner, later = durations
    left = None if exposure.due is None else exposure.due - now
    proved = exposure.proved
    payment = _payment(clock, exposure, now)
    p_miss = None
    if left is None or left < 0 or not proved:
        missed = None
    if left is not None and proved:
        p_miss = 1.0 if left < 0 else chance_of_miss(past, exposure, now, now + left)
    supposed = p_miss  # the same figure, where it was counted: asked of every open thing, it is asked once
    if supposed is None or past is None or not past.known:
        supposed = supposed_chance(past, exposure, now, now + (left or 0))
    return Item(
        exposure=exposure,
        clock=clock,
        begin=begin,
        left=left,
        sooner=sooner,
        later=later,
        saved=worth.saved(sooner, later) if worth and proved else None,
        per_hour=worth.saved(sooner, sooner + HOUR / unit) if worth and proved else None,
        missed=missed,
        days_counted=None if missed is None else days,
        p_miss=p_miss,
        payment=payment,
        points_expected=_points_expected(exposure, missed, now, moments, past),
        yuan_expected=_yuan_expected(exposure, payment, now, moments, past) if proved else 0.0,
        pressing=_pressing(exposure, now, moments[1], supposed),
        stage_of=clock,
        since=exposure.started,
    )


def _promise_hours(exposure: Exposure) -> float | None:
    if exposure.due is None or exposure.promise_from is None:
        return None
    return (exposure.due - exposure.promise_from) / HOUR


def _payment(clock: Clock, exposure: Exposure, moment: int) -> Payment:
    if not clock.pays or exposure.due is None:
        return UNKNOWN
    return pay(clock, exposure.amount, _promise_hours(exposure), (moment - exposure.due) / HOUR)


def _points_expected(
    exposure: Exposure, missed: float | None, now: int, moments: tuple[int, int], past: Past | None
) -> float:
    """Return the points of a miss that acting at the next chance is expected to avoid."""
    if not missed or exposure.due is None:
        return 0.0
    return missed * _avoided(exposure, exposure.due, now, moments, past)


def _yuan_expected(
    exposure: Exposure, payment: Payment, now: int, moments: tuple[int, int], past: Past | None
) -> float:
    """Return the yuan of the next step that acting at the next chance is expected to avoid."""
    if payment.increment is None or payment.after_hours is None or exposure.due is None:
        return 0.0
    step = exposure.due + round(payment.after_hours * HOUR)
    return payment.increment * _avoided(exposure, step, now, moments, past)


def _avoided(exposure: Exposure, step: int, now: int, moments: tuple[int, int], past: Past | None) -> float:
    """Return how much of what is lost at `step` acting at the next chance avoids: nothing where that comes too
    late, all where the chance after would, else as much as the past expects to be lost."""
    if moments[0] > step:
        return 0.0
    if moments[1] > step:
        return 1.0
    chance = supposed_chance(past, exposure, now, step)
    if chance is None:
        return _supposed(late=exposure.due is not None and exposure.due < now, left=step - now)
    return chance


def _supposed(*, late: bool, left: int) -> float:
    """Suppose a chance where no past gives one, for the order of the list alone: what is late already stays
    so, what a day decides is even, what is further off can wait."""
    return 1.0 if late else 0.5 if left <= DAY else 0.0


def _pressing(exposure: Exposure, now: int, after: int, chance: float | None) -> bool:
    """Say whether it is in trouble: late, more likely missed than not, or beyond the chance after next."""
    if exposure.due is None:
        return False
    return exposure.due < now or exposure.due < after or (chance is not None and chance >= 0.5)


def expected(item: Item, now: int, yuan_a_point: float) -> float:
    """Return the loss that acting at the next chance still avoids, in points of the total.

    A thing whose hours don't count yet loses nothing by waiting an hour.
    """
    idle = item.clock.acts == "now" and item.begin > now
    points = 0.0 if idle else item.saved or 0.0
    return points + item.points_expected + item.yuan_expected / yuan_a_point


def tier(item: Item, lifted: frozenset[tuple[str, str]]) -> int:
    """0: a daily limit hangs on it. 1: its last call. 2: the rest. 3: perhaps done already. 4: lost."""
    if not item.exposure.proved:
        return 3
    if item.lost:
        return 4
    if (item.clock.id, item.exposure.subject_id) in lifted:
        return 0
    last_call = LAST_CALL.get(item.clock.from_, 0)
    return 1 if item.left is not None and 0 <= item.left <= last_call else 2


def by_clock(exposures: Sequence[Exposure]) -> Mapping[str, list[Exposure]]:
    groups: dict[str, list[Exposure]] = {}
    for exposure in exposures:
        groups.setdefault(exposure.clock, []).append(exposure)
    return groups
