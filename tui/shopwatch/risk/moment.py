"""One shop at one moment: all that risks and actions are worked out from, beside what is open."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from shopwatch.risk.past import Past
from shopwatch.risk.worth import WhatIf, missed_together
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import NOTHING, NOTHING_USUAL, ShopReadings, Sum2, Usual
from shopwatch.scoring.scorecard import Indicator


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moment:
    """now: UTC seconds. pickups: local times at which carriers collect. pasts: by clock. usual:
    some of the shop's recent orders."""

    model: Model
    readings: ShopReadings
    what_if: WhatIf
    now: int
    zone: ZoneInfo
    pickups: tuple[str, ...]
    pasts: Mapping[str, Past]
    usual: Usual = NOTHING_USUAL

    def sums(self, indicator: str) -> Sum2:
        """Return an indicator's sums now."""
        reading = self.readings.indicators.get(indicator)
        return reading.now if reading else NOTHING

    def rule(self, indicator: str | None) -> Indicator | None:
        return next((rule for rule in self.model.scorecard.indicator if rule.id == indicator), None)

    def missed_together(self, indicator: str | None, count: int = 1) -> float | None:
        """Return the points that missing so many deadlines costs in the share that they decide."""
        rule = self.rule(indicator)
        if rule is None:
            return None
        return missed_together(rule.id, rule.better, self.sums(rule.id), self.what_if, count)
