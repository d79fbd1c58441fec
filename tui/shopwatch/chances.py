"""The pasts that the chance of a miss is told by: each clock's, of a fleet, as each of its shops sees it.

Between the warehouse, which counts what was waited, and the risks, which ask for one exposure at a time. A past is
worked out once a day, and anew once there is much more on record than there was.
"""

from __future__ import annotations

import datetime
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import duckdb

from shopwatch.fleet import Shop
from shopwatch.logs import place_of
from shopwatch.risk.correction import AS_IT_IS, Case, Correction, correction_of
from shopwatch.risk.past import COMPANY, ENOUGH, Part, Past, default_past
from shopwatch.risk.rests import Rest, ahead, concerns, everywhere_of, rest_days, rested, rests_of
from shopwatch.risk.rhythm import HOUR, Rhythm, rhythm_of
from shopwatch.scoring.scorecard import Clock
from shopwatch.warehouse import EngineError, Warehouse
from shopwatch.warehouse.replies import IN_TIME, Replies
from shopwatch.warehouse.waits import Open, Sums, Waits, part_of

DAY = 86400
MARKS = range(2, 62, 2)
"""The earlier moments that chances are held against, in days back: as long as they take to come out, and a season."""

MOST_CASES = 10_000  # past cases that are enough to correct by

_OF_SHOP, _OF_LATELY = 2.0, 1.5
"""How many cases at the wider group's pace stand beside a shop's own, and beside those of the last month."""

_OF_PART, _OF_DAY = 5.0, 20.0
"""The same beside those of a shop's carrier or product, and of a carrier's day of the week."""

_OF_FLEET = 20.0
"""The same beside those of a whole fleet in its last days."""

_CARRIES_OVER = 0.8
"""How much of a pace stays: what was fast or slow becomes more usual again."""

_LEAST_SHARE = 0.005  # nothing is as good as never answered in time, or always

_LEAST_PART = 5.0  # ends that were to be expected, for a part to be told apart at all

_ENDS = (duckdb.FatalException, duckdb.ConnectionException, duckdb.InterruptException)
"""What is no fault of one question: the engine must be opened anew, or is about to be closed."""

log = logging.getLogger(__name__)


class Fit(NamedTuple):
    """One clock's past, of a whole fleet. lately: how many times as fast as usual it went in the last days, all
    shops together, where the correction follows that."""

    rhythm: Rhythm
    correction: Correction
    lately: float
    paces: Mapping[str, float]
    parts: Mapping[str, Mapping[str, float]]
    weeks: Mapping[str, Rhythm]
    finished: Mapping[str, int]
    by: Part | None
    offset: int
    rest_pace: float = 1.0
    by_totals: bool = False

    def of(self, shop: str, rests: Sequence[Rest] = ()) -> Past:
        """Return it as one shop sees it. rests: the days on which its carriers rest."""
        own = self.finished.get(shop, 0)
        return Past(
            rhythm=self.rhythm,
            basis="own" if own >= ENOUGH else "fleet",
            n=own if own >= ENOUGH else sum(self.finished.values()),
            pace=self.paces.get(shop, 1.0) * self.lately,
            correction=self.correction,
            by=self.by,
            parts=self.parts.get(shop, {}),
            weeks=self.weeks,
            offset=self.offset,
            by_totals=self.by_totals,
            rests=tuple(rests),
            rest_pace=self.rest_pace,
        )


class Fits(NamedTuple):
    """The pasts of a scorecard's clocks, as far as they are worked out; None where there is nothing to go by.

    rests: by shop, the days on which carriers rest; carried: the clocks that they end. new: how many of them had to be
    worked out just now. told: what shops were told already.
    """

    clocks: Mapping[str, Fit | None]
    offset: int
    rests: Mapping[str, tuple[Rest, ...]]
    carried: frozenset[str]
    new: int
    told: dict[str, Mapping[str, Past]]

    def of(self, shop: str) -> Mapping[str, Past]:
        """Return a shop's pasts by clock; where nothing is known, what is supposed."""
        if shop not in self.told:
            rests = self.rests.get(shop, ())
            self.told[shop] = {
                clock: default_past(self.offset)
                if fit is None
                else fit.of(shop, rests if clock in self.carried else ())
                for clock, fit in self.clocks.items()
            }
        return self.told[shop]


class Chances:
    """Works pasts out, and remembers them."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.behind = False  # whether a later refresh has clocks left to work out
        self._fits: dict[tuple[str, str], dict[str, Fit | None]] = {}
        self._told: dict[tuple[str, str], tuple[int, dict[str, Mapping[str, Past]]]] = {}
        self._fitted: dict[tuple[str, str, str], tuple[object, ...]] = {}

    def of(
        self,
        warehouse: Warehouse,
        group: Sequence[Shop],
        now: datetime.datetime,
        patience: int | None,
        first: Sequence[str] = (),
    ) -> Fits:
        """Return the pasts of a fleet that shares a scorecard and a timezone.

        patience: so many clocks are worked out anew, None: all. A refresh of a running monitor works out one, and
        the next refresh the next, those named `first` before the others; until then a clock has the past that it had.
        So it has for a day where the engine can't work it out, for lack of memory say: the boards don't wait for what
        fails.
        """
        scorecard, zone = group[0].model.scorecard, group[0].zone
        as_of = int(now.timestamp())
        fleet = (scorecard.key, zone.key)
        rests = _rests(group)
        everywhere = everywhere_of(rests.values())
        state = (now.astimezone(zone).date(), warehouse.size().bit_length(), *everywhere)
        failed = state[:1]
        stale = [
            clock for clock in scorecard.clock if self._fitted.get((*fleet, clock.id)) not in (state, failed)
        ]
        ranks = {clock: rank for rank, clock in enumerate(first)}
        stale.sort(key=lambda clock: ranks.get(clock.id, len(ranks)))
        offset, fits = _offset(zone, as_of), self._fits.setdefault(fleet, {})
        told = [clock for clock in stale if warehouse.tells(clock)]
        new = told[:patience]
        self.behind |= len(new) < len(told)
        todo = [*new, *(clock for clock in stale if clock not in told)]
        if todo or self._told.get(fleet, (None,))[0] != offset:
            self._told[fleet] = offset, {}
        for clock in todo:
            try:
                fits[clock.id] = fit_of(
                    warehouse, clock, zone, as_of, [shop.id for shop in group], everywhere
                )
                self._fitted[*fleet, clock.id] = state
            except (duckdb.Error, EngineError) as error:
                log.warning("chances: %s", place_of(error))
                fits.setdefault(clock.id, None)
                self._fitted[*fleet, clock.id] = failed
                if isinstance(error, _ENDS):
                    raise
        carried = frozenset(clock.id for clock in scorecard.clock if concerns(clock))
        return Fits(fits, offset, rests, carried, len(new), self._told[fleet][1])


def _rests(group: Sequence[Shop]) -> dict[str, tuple[Rest, ...]]:
    """Return the days on which carriers rest, by shop; most shops have none of their own."""
    known: dict[int, tuple[Rest, ...]] = {}
    found: dict[str, tuple[Rest, ...]] = {}
    for shop in group:
        card = shop.model.scorecard
        if card.exclusion:
            if id(card) not in known:
                known[id(card)] = rests_of(card, shop.zone)
            found[shop.id] = known[id(card)]
    return found


def fit_of(
    warehouse: Warehouse,
    clock: Clock,
    zone: ZoneInfo,
    as_of: int,
    shops: Sequence[str],
    rests: Sequence[Rest] = (),
) -> Fit | None:
    """Fit one clock to what was known of a fleet at a moment; None where its past can't be told, or is too small.
    rests: days on which carriers rest."""
    if clock.from_ == "chats" and clock.due is not None:
        return _answered(warehouse.replies(as_of, shops), _offset(zone, as_of))
    rests = rests if concerns(clock) else ()
    asked = None if set(shops) >= set(warehouse.shops(as_of)) else shops
    waits = warehouse.waits(clock, zone, as_of, asked, rest_days(rests))
    if waits is None:
        return None
    try:
        return _fitted(waits, clock, as_of, _offset(zone, as_of), rests)
    finally:
        waits.close()


def _answered(replies: Mapping[str, Replies], offset: int) -> Fit | None:
    """Fit an even rate to what was answered in time, of all that was asked; None where that is too little."""
    every = Replies(*map(sum, zip(*replies.values(), strict=True))) if replies else Replies(0, 0)
    if every.asked < ENOUGH:
        return None
    share = every.in_time / every.asked
    usual = _rate(share)
    paces = {
        shop: _rate((one.in_time + _OF_FLEET * share) / (one.asked + _OF_FLEET)) / usual
        for shop, one in replies.items()
    }
    return Fit(
        rhythm=Rhythm(by_age=(usual,), ages=(0.0,)),
        correction=AS_IT_IS,
        lately=1.0,
        paces=paces,
        parts={},
        weeks={},
        finished={shop: one.asked for shop, one in replies.items()},
        by=None,
        offset=offset,
        by_totals=True,
    )


def _rate(share: float) -> float:
    """Return how many times an hour something ends of which such a share does so in time."""
    return -math.log1p(-min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE)) * HOUR / IN_TIME


def _fitted(waits: Waits, clock: Clock, as_of: int, offset: int, rests: Sequence[Rest]) -> Fit | None:
    finished = waits.finished()
    if sum(finished.values()) < ENOUGH:
        return None
    reach = waits.reach(COMPANY)
    rhythm = rhythm_of(waits.table({}), reach)
    if rhythm is None:
        return None
    beside = waits.beside(rhythm)
    alone = {shop: (ended + _OF_SHOP) / (expected + _OF_SHOP) for shop, (ended, expected) in beside.items()}
    # once more with each shop at its own pace: a slow shop's old orders don't make old orders slow
    rhythm = rhythm_of(waits.table(alone), reach) or rhythm
    sums = waits.paces(rhythm, [0, *MARKS])
    paces = {(shop, ago): pace_of(one) for (shop, ago), one in sums.items()}
    now = {shop: pace for (shop, ago), pace in paces.items() if ago == 0}
    rest_pace = _rest_pace(waits, rhythm, now) if rests else 1.0
    by = _part(clock)
    weeks, parts = _by_part(waits, rhythm, now, carriers=by == "carrier") if by else ({}, {})
    lately = {
        ago: (ended + _OF_FLEET) / (expected + _OF_FLEET)
        for ago, (ended, expected) in waits.lately(rhythm, [0, *MARKS], paces).items()
    }
    cases = (
        _case(
            one, _expected(one, rhythm, weeks, parts, paces, as_of, offset, rests, rest_pace), lately, as_of
        )
        for one in waits.opens(MARKS, MOST_CASES)
    )
    correction = correction_of(cases)
    fleet = lately.get(0, 1.0) if correction.follows else 1.0
    return Fit(rhythm, correction, fleet, now, parts, weeks, finished, by, offset, rest_pace)


def _rest_pace(waits: Waits, rhythm: Rhythm, paces: Mapping[str, float]) -> float:
    """Return how many times as fast as on a Sunday things went on the days of rest."""
    ended, expected = waits.rested(rhythm, paces)
    return (ended + _OF_DAY) / (expected + _OF_DAY)


def _case(one: Open, expected: float, lately: Mapping[int, float], as_of: int) -> Case:
    moment = as_of - one.ago * DAY
    return Case(
        expected=expected,
        missed=one.missed,
        followed=expected * lately.get(one.ago, 1.0),
        age=(moment - one.started) / HOUR,
        left=(one.due - moment) / HOUR,
        ago=one.ago,
    )


def pace_of(sums: Sums) -> float:
    """Return how many times as fast as the rhythm a shop is: over all days, and from there lately."""
    pace = (sums.ended + _OF_SHOP) / (sums.expected + _OF_SHOP)
    pace *= (sums.ended_lately + _OF_LATELY) / (pace * sums.expected_lately + _OF_LATELY)
    return float(pace**_CARRIES_OVER)


def _expected(
    one: Open,
    rhythm: Rhythm,
    weeks: Mapping[str, Rhythm],
    parts: Mapping[str, Mapping[str, float]],
    paces: Mapping[tuple[str, int], float],
    as_of: int,
    offset: int,
    rests: Sequence[Rest],
    rest_pace: float,
) -> float:
    """Return what was to be expected of a thing on an earlier moment, at the pace of its shop as it was then."""
    own = rhythm if one.part is None else weeks.get(one.part, rhythm)
    factor = 1.0 if one.part is None else parts.get(one.shop, {}).get(one.part, 1.0)
    pace = paces.get((one.shop, one.ago), 1.0)
    moment = as_of - one.ago * DAY
    expected = own.expected(one.started, moment, one.due, offset)
    if rests:
        resting = ahead(rests, moment, one.due, None)
        expected += rested(resting, own, rest_pace, one.started, moment, one.due, offset)
    return pace * factor * expected


def _by_part(
    waits: Waits, rhythm: Rhythm, paces: Mapping[str, float], *, carriers: bool
) -> tuple[dict[str, Rhythm], dict[str, dict[str, float]]]:
    """Return the rhythms of carriers by day of the week, and how parts stand out within each shop."""
    rows = [
        (shop, part, day, ended, expected * paces.get(shop, 1.0))
        for shop, part, day, ended, expected in waits.by_part(rhythm)
    ]
    days = (
        _of_days((part, day, ended, expected) for _shop, part, day, ended, expected in rows)
        if carriers
        else {}
    )
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for shop, part, day, ended, expected in rows:
        known, hoped = sums.get((shop, part), (0.0, 0.0))
        usual = days[part][day] if part in days else 1.0
        sums[shop, part] = known + ended, hoped + expected * usual
    parts: dict[str, dict[str, float]] = {}
    for (shop, part), (ended, expected) in sums.items():
        if expected >= _LEAST_PART:
            parts.setdefault(shop, {})[part] = (ended + _OF_PART) / (expected + _OF_PART)
    return {part: rhythm.of_days(of) for part, of in days.items()}, parts


def _of_days(rows: Iterable[tuple[str, int, float, float]]) -> dict[str, list[float]]:
    """Return how many times as fast as the rhythm each carrier is on each day of the week."""
    sums: dict[str, list[list[float]]] = {}
    for part, day, ended, expected in rows:
        one = sums.setdefault(part, [[0.0, 0.0] for _day in range(7)])[day]
        one[0] += ended
        one[1] += expected
    return {
        part: [(ended + _OF_DAY) / (expected + _OF_DAY) for ended, expected in days]
        for part, days in sums.items()
    }


def _part(clock: Clock) -> Part | None:
    column = part_of(clock)
    return "carrier" if column == "carrier" else "product" if column == "product_id" else None


def _offset(zone: ZoneInfo, moment: int) -> int:
    delta = datetime.datetime.fromtimestamp(moment, zone).utcoffset()
    return int(delta.total_seconds()) if delta else 0
