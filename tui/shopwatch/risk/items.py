"""Each open thing worked out: its time left, its chance of a miss, its worth. Plain values, no words."""

from __future__ import annotations

import dataclasses
import datetime
import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import overload
from zoneinfo import ZoneInfo

import msgspec

from shopwatch.risk.moment import Moment
from shopwatch.risk.past import Past, chance_of_miss
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

FOREMOST, LAST, REST, UNPROVED, LOST = range(5)
"""The tiers of a list: a daily limit hangs on it; its last call; the rest; perhaps done already; nothing left to save."""


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


class Item(msgspec.Struct, kw_only=True, gc=False):
    """begin: when its hours start to count. sooner, later: its counted duration in the unit of the indicator that
    it lengthens, if acted upon at the next chance and at the one after. saved: points of the total between the two.
    missed: what missing its deadline costs in points, None where that decides none or is over; days_counted: for
    how long. points_expected, yuan_expected: what of a miss acting at the next chance is expected to avoid. spent:
    its deadline has cost all that it can. What a late order owes isn't published everywhere, and that isn't
    nothing. tier: where it stands but for daily limits. pressing: in trouble already, which is what causes are looked
    for among. stage_of, since: the clock whose stage it is in, and from when."""

    exposure: Exposure
    clock: Clock
    begin: int
    left: int | None = None
    sooner: float = 0.0
    later: float = 0.0
    saved: float | None = None
    per_hour: float | None = None
    missed: float | None = None
    days_counted: int | None = None
    p_miss: float | None = None
    payment: Payment = UNKNOWN
    points_expected: float = 0.0
    yuan_expected: float = 0.0
    spent: bool = False
    tier: int = REST
    pressing: bool = False
    stage_of: Clock
    since: int
    cause: str | None = None

    @property
    def order(self) -> str:
        """What it is counted by: its order, where it has one."""
        return self.exposure.order

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


class Waiting(Sequence[Item]):
    """What only waits under one clock. Of thousands a few are told, and so each is worked out where it is looked at."""

    def __init__(self, exposures: Sequence[Exposure], work_out: Callable[[Exposure], Item]) -> None:
        self.exposures = exposures
        self._work_out = work_out
        self._known: dict[int, Item] = {}

    def __len__(self) -> int:
        return len(self.exposures)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if place not in self._known:
            self._known[place] = self._work_out(self.exposures[place])
        return self._known[place]

    def __iter__(self) -> Iterator[Item]:
        return map(self.__getitem__, range(len(self)))

    def oldest(self, limit: int) -> list[Item]:
        """Return those that have waited longest, what isn't proved after all that is."""
        proved = [place for place, one in enumerate(self.exposures) if one.proved]
        rest = [place for place, one in enumerate(self.exposures) if not one.proved]
        found = self._oldest_of(proved, limit)
        return [self[place] for place in found + self._oldest_of(rest, limit - len(found))]

    def _oldest_of(self, places: Sequence[int], limit: int) -> list[int]:
        exposures = self.exposures
        begun = heapq.nsmallest(limit, [exposures[place].started for place in places])
        among = [place for place in places if exposures[place].started <= begun[-1]] if begun else []
        among.sort(key=lambda place: (exposures[place].started, exposures[place].subject_id))
        return among[:limit]

    def from_later(self, now: int) -> list[Item]:
        """Return those that haven't begun yet."""
        return [self[place] for place, one in enumerate(self.exposures) if one.started > now]


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


def work_out(clock: Clock, exposures: Sequence[Exposure], at: Moment) -> Sequence[Item]:
    """Work out every open thing of one clock, what only waits where it is looked at."""
    moments = chances(clock, at.now, at.pickups, at.zone)
    decided = at.rule(clock.decides)
    desk = _Desk(
        clock,
        at.now,
        *moments,
        at.pasts.get(clock.id),
        at.missed_together(clock.decides),
        None if decided is None else decided.window[0] - decided.window[1] + 1,
        LAST_CALL.get(clock.from_, 0),
    )
    if clock.only_waits and clock.paused is None:
        return Waiting(exposures, lambda exposure: desk.item(exposure, exposure.started))
    if clock.lengthens is None and clock.paused is None:
        return [desk.item(exposure, exposure.started) for exposure in exposures]
    lasting = [durations(clock, exposure, moments, at.zone) for exposure in exposures]
    if clock.lengthens is None:
        return [desk.item(exposure, begin) for exposure, (begin, *_) in zip(exposures, lasting, strict=True)]
    hour = HOUR / (HOUR if clock.unit == "hours" else 1)
    amounts = [n for _b, sooner, later in lasting for n in (sooner, later, sooner + hour)]
    turns = bends(at.model, clock.lengthens)
    worth = Worth(clock.lengthens, at.sums(clock.lengthens), at.what_if, amounts, turns)
    return [
        desk.item(
            exposure,
            begin,
            sooner,
            later,
            worth.saved(sooner, later) if exposure.proved else None,
            worth.saved(sooner, sooner + hour) if exposure.proved else None,
        )
        for exposure, (begin, sooner, later) in zip(exposures, lasting, strict=True)
    ]


def hand_over(groups: Mapping[str, Sequence[Item]]) -> None:
    """Let every order whose parcel has its number read as the parcel does: it waits for the carrier."""
    parcels: dict[str, Item] = {}
    for item in groups.get("pickup", ()):
        if item.since <= parcels.get(item.order, item).since:
            parcels[item.order] = item
    if not parcels:
        return
    for item in (item for items in groups.values() if items[0].clock.from_ == "orders" for item in items):
        if (parcel := parcels.get(item.order)) is not None:
            item.stage_of, item.since = parcel.clock, parcel.since


@dataclasses.dataclass(frozen=True, slots=True)
class _Desk:
    """What every open thing of one clock is worked out by. next_chance, after: the two moments at which acting
    takes effect. missed: the points that one miss costs, for so many `days`. last_call: see `LAST_CALL`."""

    clock: Clock
    now: int
    next_chance: int
    after: int
    past: Past | None
    missed: float | None
    days: int | None
    last_call: int

    def item(
        self,
        exposure: Exposure,
        begin: int,
        sooner: float = 0.0,
        later: float = 0.0,
        saved: float | None = None,
        per_hour: float | None = None,
    ) -> Item:
        due, clock, proved = exposure.due, self.clock, exposure.proved
        if due is None:
            return Item(
                exposure=exposure,
                clock=clock,
                begin=begin,
                sooner=sooner,
                later=later,
                saved=saved,
                per_hour=per_hour,
                tier=REST if proved else UNPROVED,
                stage_of=clock,
                since=exposure.started,
            )
        left = due - self.now
        told, supposed = self._chances(exposure, due)
        payment = self._payment(exposure, due) if clock.pays else UNKNOWN
        missed = self.missed if left >= 0 and proved else None
        spent = left < 0 and payment.next is None and (bool(clock.pays) or clock.from_ != "orders")
        return Item(
            exposure=exposure,
            clock=clock,
            begin=begin,
            left=left,
            sooner=sooner,
            later=later,
            saved=saved,
            per_hour=per_hour,
            missed=missed,
            days_counted=None if missed is None else self.days,
            p_miss=None if not proved else 1.0 if left < 0 else told,
            payment=payment,
            points_expected=missed * self._avoided(exposure, due, due, supposed) if missed else 0.0,
            yuan_expected=self._yuan_expected(exposure, payment, due, supposed)
            if proved and clock.pays
            else 0.0,
            spent=spent,
            tier=self._tier(left, proved=proved, spent=spent),
            pressing=left < 0 or due < self.after or (supposed is not None and supposed >= 0.5),
            stage_of=clock,
            since=exposure.started,
        )

    def _tier(self, left: int, *, proved: bool, spent: bool) -> int:
        if not proved:
            return UNPROVED
        if spent and self.clock.lengthens is None:
            return LOST
        return LAST if 0 <= left <= self.last_call else REST

    def _chances(self, exposure: Exposure, until: int) -> tuple[float | None, float | None]:
        """Return the chance of a miss as it is told, and as it is supposed for an order or a sum."""
        told = chance_of_miss(self.past, exposure, self.now, until)
        if self.past is None or not self.past.known:
            return told, None
        return told, 1.0 if told is None else told

    def _payment(self, exposure: Exposure, due: int) -> Payment:
        promised = None if exposure.promise_from is None else (due - exposure.promise_from) / HOUR
        return pay(self.clock, exposure.amount, promised, (self.now - due) / HOUR)

    def _yuan_expected(self, exposure: Exposure, payment: Payment, due: int, supposed: float | None) -> float:
        """Return the yuan of the next step that acting at the next chance is expected to avoid."""
        more = payment.increment
        if more is None or payment.after_hours is None:
            return 0.0
        step = due + round(payment.after_hours * HOUR)
        return more * self._avoided(exposure, step, due, supposed)

    def _avoided(self, exposure: Exposure, step: int, due: int, supposed: float | None) -> float:
        """Return how much of what is lost at `step` acting at the next chance avoids: nothing where that comes too
        late, all where the chance after would, else as much as the past expects to be lost. supposed: the chance
        of missing `due`."""
        if self.next_chance > step:
            return 0.0
        if self.after > step:
            return 1.0
        if step != due:
            _told, supposed = self._chances(exposure, step)
        if supposed is None:
            return _supposed(late=due < self.now, left=step - self.now)
        return supposed


def _supposed(*, late: bool, left: int) -> float:
    """Suppose a chance where no past gives one, for the order of the list alone: what is late already stays
    so, what a day decides is even, what is further off can wait."""
    return 1.0 if late else 0.5 if left <= DAY else 0.0


def by_clock(exposures: Iterable[Exposure]) -> Mapping[str, list[Exposure]]:
    groups: defaultdict[str, list[Exposure]] = defaultdict(list)
    for clock, some in itertools.groupby(
        exposures, attrgetter("clock")
    ):  # they come many of a clock together
        groups[clock] += some
    return dict(groups)
