"""What one shop's moment looks like to a playbook: everything that triggers, evidence and gains ask for."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import math
from collections.abc import Callable, Mapping, Sequence

from shopwatch import board
from shopwatch.campaigns import last_end, preparing
from shopwatch.playbooks.schema import Action, Select
from shopwatch.risk import Moment
from shopwatch.risk.items import by_clock, chances, durations
from shopwatch.risk.rates import Pressure, pressures
from shopwatch.risk.worth import saving_together
from shopwatch.scoring.curve import ruler
from shopwatch.scoring.ledger import entries, worth_of
from shopwatch.scoring.readings import Exposure, Reading, Series, Sum2
from shopwatch.scoring.scorecard import Bonus, Clock, Indicator
from shopwatch.scoring.steadied import CASES, ROWS, steadied

WEEK = 7
LEAST_GAIN = 0.005
"""A gain that rounds to 0.00 points is none."""


Figures = Mapping[str, Callable[[], str | None]]
"""What an evidence template may name, worked out only where it does."""


@dataclasses.dataclass(frozen=True)
class Situation:
    """A moment with all that has been found in it. `written`: figures of indicators that evidence has been
    written with."""

    at: Moment
    exposures: Sequence[Exposure]
    causes: Sequence[board.Cause]
    lines: Sequence[board.LineBoard]
    pressed: Sequence[Pressure] | None = None
    campaigns: Sequence[board.CampaignBoard] = ()
    stock: board.StockBoard = dataclasses.field(default_factory=board.StockBoard)
    bests: Mapping[str, float] = dataclasses.field(default_factory=dict)
    written: dict[str, Figures] = dataclasses.field(default_factory=dict)
    _points: dict[str, float | None] = dataclasses.field(default_factory=dict)
    _best: dict[str, float | None] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def _of_clock(self) -> Mapping[str, list[Exposure]]:
        return by_clock(self.exposures)

    @functools.cached_property
    def _of_order(self) -> Mapping[str, list[Exposure]]:
        """The exposures that lengthen a mean, by order."""
        orders: dict[str, list[Exposure]] = {}
        for clock in self.at.model.scorecard.clock:
            if clock.lengthens is not None:
                for exposure in self._of_clock.get(clock.id, ()):
                    if exposure.order_id is not None:
                        orders.setdefault(exposure.order_id, []).append(exposure)
        return orders

    @functools.cached_property
    def _clustered(self) -> frozenset[str]:
        return frozenset(order for cause in self.causes for order in cause.order_ids)

    @functools.cached_property
    def _clocks(self) -> Mapping[str, tuple[Clock, tuple[int, int]]]:
        """The clocks under which something is open, with their two chances."""
        return {
            clock.id: (clock, chances(clock, self.at.now, self.at.pickups, self.at.zone))
            for clock in self.at.model.scorecard.clock
            if clock.id in self._of_clock
        }

    @functools.cached_property
    def pressures(self) -> Mapping[str, Pressure]:
        pressed = pressures(self._of_clock, self.at) if self.pressed is None else self.pressed
        return {pressure.rate.id: pressure for pressure in pressed}

    @functools.cached_property
    def bonuses(self) -> Mapping[str, tuple[Bonus, str]]:
        """The scorecard's bonuses, with held, missing or unknown."""
        model, readings = self.at.model, self.at.readings
        ledger = entries(model.scorecard, model.given, readings.events, readings.today)
        states = {entry.kind: entry.state for entry in ledger}
        return {bonus.id: (bonus, states.get(bonus.id, "unknown")) for bonus in model.scorecard.bonus}

    @functools.cached_property
    def _rules(self) -> Mapping[str, Indicator]:
        return {indicator.id: indicator for indicator in self.at.model.scorecard.indicator}

    @functools.cached_property
    def hardest(self) -> board.LineBoard | None:
        """The line that presses most: a crossed one, else one that is near, else the next below."""
        order = {"bad": 0, "near": 1, "ok": 2}
        known = [
            line
            for line in self.lines
            if line.level in ("bad", "near") or (line.kind == "unlock" and line.level == "ok")
        ]
        return min(known, key=lambda line: (order[line.level], abs(line.distance or 0.0)), default=None)

    @functools.cached_property
    def time(self) -> datetime.time:
        return self.local.time()

    @functools.cached_property
    def preparing(self) -> board.CampaignBoard | None:
        """The campaign that is near enough to prepare for."""
        return preparing(self.campaigns, self.local)

    @functools.cached_property
    def campaign_over(self) -> int | None:
        """When the last campaign ended: from then on preparations are for the next. None: nobody named one."""
        if not self.campaigns:
            return None
        end = last_end(self.campaigns)
        return 0 if end is None else int(end.timestamp())

    @functools.cached_property
    def local(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.at.now, self.at.zone)

    @property
    def growing(self) -> bool:
        """In the growth stage nothing moves the score."""
        stage, orders = self.at.model.scorecard.stage, self.at.readings.valid_orders
        return stage is not None and orders is not None and orders < stage.below

    def rule(self, name: str) -> Indicator | None:
        return self._rules.get(name)

    def value(self, rule: Indicator) -> float | None:
        return self.at.sums(rule.id).value

    def points(self, rule: Indicator) -> float | None:
        """Return what the indicator's curve gives its value."""
        if rule.id not in self._points:
            value = self.value(rule)
            curve = ruler(rule, self.at.model.pairs(rule))
            self._points[rule.id] = None if value is None or curve is None else curve(value)
        return self._points[rule.id]

    def week_ago(self, rule: Indicator) -> float | None:
        reading = self.at.readings.indicators.get(rule.id)
        if reading is None or len(reading.series) <= WEEK:
            return None
        return reading.series[-1 - WEEK].value

    def selected(self, select: Select | None) -> list[Exposure]:
        """Return what an action names, soonest deadline first."""
        if select is None:
            return []
        found = [
            exposure
            for clock in select.clocks
            for exposure in self._of_clock.get(clock, ())
            if self._matches(exposure, select)
        ]
        found.sort(key=lambda e: (math.inf if e.due is None else e.due, e.started, e.subject_id))
        return found

    def _matches(self, exposure: Exposure, select: Select) -> bool:
        if exposure.proved is not select.proved:
            return False
        left = None if exposure.due is None else exposure.due - self.at.now
        if select.late is not None and (left is not None and left < 0) is not select.late:
            return False
        hours = select.due_within_hours
        if hours is not None and (left is None or not 0 <= left <= hours * 3600):
            return False
        if select.older_seconds is not None and self.at.now - exposure.started < select.older_seconds:
            return False
        if select.in_cause and exposure.order not in self._clustered:
            return False
        if select.running is None and select.rested is None:
            return True
        clock, moments = self._clocks[exposure.clock]
        begin = durations(clock, exposure, moments, self.at.zone)[0]
        if select.running is not None and (begin <= self.at.now) is not select.running:
            return False
        rested = begin != exposure.started and begin <= self.at.now
        return select.rested is None or rested is select.rested

    def batch_gain(self, rule: Indicator | None, named: Sequence[Exposure]) -> float | None:
        """Return the points that doing all of them saves: of a mean, at the next chance against the one after; of
        a share, each deadline kept that isn't missed yet."""
        if rule is None or not named:
            return None
        if kept := sum(self._decides(exposure, rule) for exposure in named):
            return self.at.missed_together(rule.id, kept)
        clocks = {name: clock for name, (clock, _) in self._clocks.items() if clock.lengthens == rule.id}
        chosen: dict[tuple[str, str], Exposure] = {}
        for exposure in named:
            same_order = self._of_order.get(exposure.order_id or "", ())
            for candidate in (exposure,) if exposure.clock in clocks else same_order:
                if candidate.clock in clocks and candidate.proved:
                    chosen[candidate.clock, candidate.subject_id] = candidate
        pairs = [
            durations(clocks[one.clock], one, self._clocks[one.clock][1], self.at.zone)[1:]
            for one in chosen.values()
        ]
        return saving_together(rule.id, self.at.sums(rule.id), self.at.what_if, pairs)

    def _decides(self, exposure: Exposure, rule: Indicator) -> bool:
        clock, _moments = self._clocks[exposure.clock]
        ahead = exposure.due is not None and exposure.due >= self.at.now
        return clock.decides == rule.id and ahead and exposure.proved

    def best_gain(self, rule: Indicator | None) -> float | None:
        """Return the points that the shop's own best would bring back."""
        if rule is None:
            return None
        if rule.id not in self._best:
            self._best[rule.id] = self._gain_of_best(rule)
        return self._best[rule.id]

    def _gain_of_best(self, rule: Indicator) -> float | None:
        reading, best = self.at.readings.indicators.get(rule.id), self.best(rule)
        if reading is None or reading.now.value is None or best is None:
            return None
        count = reading.now.denominator
        gain = self.at.what_if(rule.id, Sum2(best * count, count))
        now = self.at.what_if(rule.id, reading.now)
        if gain is None or now is None or gain - now < LEAST_GAIN:
            return None
        return gain - now

    def best(self, rule: Indicator) -> float | None:
        """Return the value of the shop's own best fortnight; where that isn't worked out, of its best morning."""
        reading = self.at.readings.indicators.get(rule.id)
        if reading is None or rule.id in self.bests:
            return self.bests.get(rule.id)
        return self._best_morning(rule, reading)

    def _best_morning(self, rule: Indicator, reading: Reading) -> float | None:
        least = max(self.at.model.scorecard.thin_below, 1)
        series = Series.of(reading.series)
        rows = math.fsum(series.denominators)
        usual = math.fsum(series.numerators) / rows if rows else 0.0
        if not usual:
            return None
        few = CASES if rule.unit == "ratio" and rule.better == "lower" else ROWS * usual
        pairs = zip(series.numerators, series.denominators, strict=True)
        known = [steadied(numerator, count, usual, few) for numerator, count in pairs if count >= least]
        return (max if rule.better == "higher" else min)(known, default=None)

    def bonus_gain(self, bonus: Bonus) -> float:
        return 0.0 if self.growing else worth_of(bonus) or 0.0

    def share(self, bonus: Bonus) -> float | None:
        """Return the shop's own share of a bonus that is given from a share on."""
        share = self.at.model.given.get(bonus.id)
        return float(share) if isinstance(share, int | float) and not isinstance(share, bool) else None

    def lacking(self, bonus: Bonus) -> int | None:
        """Return how many more of the signed orders would have had to qualify."""
        share = self.share(bonus)
        signed = next(
            (r for r in self._rules.values() if r.day == "signed_at" and r.denominator == "1"), None
        )
        reading = self.at.readings.indicators.get(signed.id) if signed else None
        if bonus.at is None or share is None or reading is None or not reading.now.denominator:
            return None
        return max(0, math.ceil((bonus.at - share) * reading.now.denominator - 1e-9))

    def aims(self, action: Action) -> board.LineBoard | None:
        """Return the crossed line, one that alerts, which this action's dimension holds down."""
        for line in self.lines:
            if (
                line.kind == "unlock"
                and line.alert
                and line.met is False
                and line.tightest == action.dimension
            ):
                return line
        return None
