"""One shop at one moment: all that risks and actions are worked out from, beside what is open."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from shopwatch.risk.worth import WhatIf
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import NOTHING, Past, ShopReadings, Sum2


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moment:
    """now: UTC seconds. pickups: local times at which carriers collect. pasts: by clock."""

    model: Model
    readings: ShopReadings
    what_if: WhatIf
    now: int
    zone: ZoneInfo
    pickups: tuple[str, ...]
    pasts: Mapping[str, Past]

    def sums(self, indicator: str) -> Sum2:
        """Return an indicator's sums now."""
        reading = self.readings.indicators.get(indicator)
        return reading.now if reading else NOTHING
