"""What was forecast on past mornings, and what came: how wide an honest band has to be.

Every morning is looked at as it was, by the same questions that the forecast of today asks, so nothing in
it can have been known later. A morning that is over doesn't change, and is worked out once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Self
from zoneinfo import ZoneInfo

from shopwatch.scoring.forecast import HORIZON, Foreseen, Miss, Misses, foresee, miss
from shopwatch.scoring.inflow import Inflow, Pace, merged, pace_of
from shopwatch.scoring.readings import TREND_DAYS, ShopReadings
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.scoring.windows import date_of
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.indicators import approximate_id

EVERY = 5  # days from one morning that is looked back at to the next: each weekday has its turn
BACK = 60  # days that are looked back

Ahead = Mapping[str, Mapping[str, tuple[Foreseen, ...]]]
"""What is foreseen, by shop and indicator."""

MissesOf = Mapping[str, Mapping[int, Misses]]
"""By indicator, then by the days ahead."""


class Hindsight:
    """The past mornings of some shops under one scorecard. `anchor`: one of the days that are looked back at;
    the others are whole steps from it."""

    def __init__(
        self,
        warehouse: Warehouse,
        scorecard: Scorecard,
        zone: ZoneInfo,
        shops: Sequence[str],
        anchor: int = 0,
    ) -> None:
        self._warehouse, self._scorecard, self._zone, self._shops = warehouse, scorecard, zone, shops
        self._anchor = anchor
        self._mornings: dict[int, Ahead] = {}
        self._beside: dict[int, Ahead] = {}  # of the other days the last that was asked for
        self._paces: dict[int, Mapping[str, Pace]] = {}  # of the last day that was asked for
        self._readings: dict[int, Mapping[str, ShopReadings]] = {}
        self._missed: tuple[tuple[int, list[int]], MissesOf] = ((anchor, []), {})

    def asking(self, warehouse: Warehouse) -> Self:
        """Ask this warehouse from now on: after a full disk, say, the one before is closed."""
        self._warehouse = warehouse
        return self

    def foreseen(self, day: int) -> Ahead:
        """Return what was forecast at the start of a day."""
        if (day - self._anchor) % EVERY:
            if day not in self._beside:
                self._beside = {day: self._morning(day)}
            return self._beside[day]
        if day not in self._mornings:
            self._mornings[day] = self._morning(day)
        return self._mornings[day]

    def paces(self, day: int) -> Mapping[str, Pace]:
        """Return the pace of all of them together at the start of a day, by indicator."""
        if day not in self._paces:
            self._paces = {day: paces_of(self._inflows(day).values(), day)}
        return self._paces[day]

    def _morning(self, day: int) -> Ahead:
        found = self._inflows(day)
        paces = paces_of(found.values(), day)
        return {shop: foreseen_of(self._scorecard, inflows, day, paces) for shop, inflows in found.items()}

    def _inflows(self, day: int) -> Mapping[str, Mapping[str, Inflow]]:
        at = midnight(day, self._zone)
        known = set(self._warehouse.shops(at)).intersection(self._shops)
        return self._warehouse.inflows(self._scorecard, self._zone, at, sorted(known)) if known else {}

    def readings(self, day: int) -> Mapping[str, ShopReadings]:
        """Return what was read at the start of a day."""
        if day not in self._readings:
            at = midnight(day, self._zone)
            self._readings[day] = self._warehouse.readings(self._scorecard, self._zone, at, self._shops)
        return self._readings[day]

    def misses(self, today: int, patience: int | None = None) -> MissesOf:
        """Return how far off the forecasts were of which the outcome is known by the start of today.

        patience: of the mornings not looked at yet, so many are; None is all of them.
        """
        back = self._looked_back(today, patience)
        if self._missed[0] != (today, back):
            self._missed = (today, back), self._misses(today, back)
            self._let_go(today, back)
        return self._missed[1]

    def _let_go(self, today: int, back: Sequence[int]) -> None:
        """Forget what no later day looks back at: a monitor stands open for longer than any past is worth."""
        first, ends = min(back, default=today), {min(day + HORIZON, today) for day in back}
        self._mornings = {day: one for day, one in self._mornings.items() if day >= first}
        self._readings = {day: one for day, one in self._readings.items() if day in ends or day >= today}

    def _misses(self, today: int, back: Iterable[int]) -> MissesOf:
        found: dict[str, dict[int, list[Miss]]] = {}
        for day in back:
            if not (foreseen := self.foreseen(day)):
                continue
            came = self.readings(min(day + HORIZON, today))
            for shop, indicators in foreseen.items():
                for name, ahead in indicators.items():
                    series = came[shop].indicators[name].series
                    for days in range(1, min(HORIZON, today - day) + 1):
                        place = day + days - came[shop].today + TREND_DAYS
                        if one := miss(ahead[days], series[place]):
                            found.setdefault(name, {}).setdefault(days, []).append(one)
        return {
            name: {days: Misses(misses) for days, misses in by_days.items()}
            for name, by_days in found.items()
        }

    def is_behind(self, today: int) -> bool:
        """Whether mornings that `misses` looks back at are left for a later call."""
        return any(day not in self._mornings for day in self._worth(today))

    def _looked_back(self, today: int, patience: int | None) -> list[int]:
        every = self._worth(today)
        new = [day for day in every if day not in self._mornings][:patience]
        return [day for day in every if day in self._mornings or day in new]

    def _worth(self, today: int) -> range:
        """The days that are looked back at, the last first."""
        last = today - 1 - (today - 1 - self._anchor) % EVERY
        return range(last, today - BACK, -EVERY)


def paces_of(shops: Iterable[Mapping[str, Inflow]], today: int) -> dict[str, Pace]:
    """Return the pace of all shops together, by indicator."""
    by_name: dict[str, list[Inflow]] = {}
    for inflows in shops:
        for name, inflow in inflows.items():
            by_name.setdefault(name, []).append(inflow)
    return {name: pace_of(merged(inflows), today) for name, inflows in by_name.items()}


def foreseen_of(
    scorecard: Scorecard,
    inflows: Mapping[str, Inflow],
    today: int,
    paces: Mapping[str, Pace],
    *,
    left: float = 1.0,
) -> dict[str, tuple[Foreseen, ...]]:
    """Return the days ahead of one shop's indicators."""
    found = {}
    for rule in scorecard.indicator:
        name = next((name for name in (rule.id, approximate_id(rule)) if name in inflows), None)
        if name is not None:
            pace = pace_of(inflows[name], today, paces.get(name))
            found[rule.id] = foresee(inflows[name], rule.window, today, pace, left=left)
    return found


def midnight(day: int, zone: ZoneInfo) -> int:
    """Return the start of a local day, in UTC seconds."""
    return int(datetime.datetime.combine(date_of(day), datetime.time(), zone).timestamp())
