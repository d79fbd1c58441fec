"""The days ahead of the shops that somebody looks at: their inflows, the fleet's pace, and the misses of the past.

What is past is remembered from one refresh to the next, and is looked back at anew once there is much more
on record than there was.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shopwatch.fleet import Shop
from shopwatch.habits import habits_of
from shopwatch.hindsight import Ahead, Hindsight, MissesOf, foreseen_of
from shopwatch.scoring.ahead import NO_OUTLOOK, Outlook, look_ahead
from shopwatch.scoring.goal import Habit
from shopwatch.scoring.inflow import Inflow, Pace
from shopwatch.scoring.score import Scored
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.scoring.windows import day_of
from shopwatch.warehouse import Warehouse

MOST = 20  # shops at a time: a view shows one
SAMPLE = 40  # shops that a fleet is judged by
_DAY = 86400


class Foreseen(NamedTuple):
    """What is foreseen of some shops under one scorecard."""

    ahead: Ahead
    misses: MissesOf
    bests: Mapping[str, Mapping[str, float]] = {}
    """By shop and indicator, the value of its own best fortnight."""

    def outlook(self, scored: Scored) -> Outlook:
        foreseen = self.ahead.get(scored.readings.shop)
        return look_ahead(scored, foreseen, self.misses) if foreseen else NO_OUTLOOK


NOTHING_FORESEEN = Foreseen({}, {})


class Foresight:
    """Foresees, and remembers what it looked back at."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.behind = False  # whether a later refresh has mornings left to look back at
        self._pasts: dict[tuple[str, str, int], Hindsight] = {}
        self._bests: dict[str, tuple[tuple[str, int], dict[str, float]]] = {}

    def of(
        self,
        warehouse: Warehouse,
        group: Sequence[Shop],
        wanted: Sequence[str],
        now: datetime.datetime,
        patience: int | None,
    ) -> Foreseen:
        """Return what is foreseen of the `wanted` shops of a group that shares a scorecard and a timezone.

        patience: how many mornings more are looked back at, None: all; a refresh that someone waits for
        looks at one, and the next refresh at the next. With 0 nothing is foreseen.
        """
        if patience == 0 or not 0 < len(wanted) <= MOST:
            return NOTHING_FORESEEN
        scorecard, zone = group[0].model.scorecard, group[0].zone
        past = self._past(warehouse, scorecard, zone, [shop.id for shop in group])
        at = int(now.timestamp())
        today, left = _day(now.astimezone(zone))
        paces = past.paces(today)
        found = warehouse.inflows(scorecard, zone, at, list(wanted))
        ahead = {
            shop: foreseen_of(scorecard, inflows, today, paces, left=left) for shop, inflows in found.items()
        }
        bests = {
            shop: self._best(shop, scorecard, inflows, today, paces, left) for shop, inflows in found.items()
        }
        misses = past.misses(today, patience)
        self.behind |= past.is_behind(today)
        return Foreseen(ahead, misses, bests)

    def _best(
        self,
        shop: str,
        scorecard: Scorecard,
        inflows: Mapping[str, Inflow],
        today: int,
        paces: Mapping[str, Pace],
        left: float,
    ) -> dict[str, float]:
        """Return a shop's own best fortnights; of whole days, so they stay what they are until tomorrow."""
        key, kept = self._bests.get(shop, (None, {}))
        if key != (scorecard.key, today) or not kept:
            habits = habits_of(scorecard, inflows, today, paces, left=left)
            kept = {name: habit.best for name, habit in habits.items() if habit.best is not None}
            self._bests[shop] = (scorecard.key, today), kept
        return kept

    def habits(
        self, warehouse: Warehouse, group: Sequence[Shop], shop: Shop, now: datetime.datetime
    ) -> Mapping[str, Habit]:
        """Return how one shop's indicators go, with the pace of the group that it is one of."""
        scorecard, zone = shop.model.scorecard, shop.zone
        today, left = _day(now.astimezone(zone))
        inflows = warehouse.inflows(scorecard, zone, int(now.timestamp()), [shop.id]).get(shop.id, {})
        paces = self._past(warehouse, scorecard, zone, [one.id for one in group]).paces(today)
        return habits_of(scorecard, inflows, today, paces, left=left)

    def _past(
        self, warehouse: Warehouse, scorecard: Scorecard, zone: ZoneInfo, shops: Sequence[str]
    ) -> Hindsight:
        size = warehouse.size().bit_length()  # another once it has doubled
        key = (scorecard.key, zone.key, size)
        if key not in self._pasts:
            self._pasts = {known: past for known, past in self._pasts.items() if known[2] == size}
            self._pasts[key] = Hindsight(warehouse, scorecard, zone, list(shops[:SAMPLE]))
        return self._pasts[key].asking(warehouse)


def _day(local: datetime.datetime) -> tuple[int, float]:
    """Return a moment's day, and how much of it is still to come."""
    return day_of(local.date()), 1 - (local.hour * 3600 + local.minute * 60 + local.second) / _DAY
