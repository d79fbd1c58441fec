"""What somebody looks at wherever it stands in the list: an alert's rule does, whose things may be far down."""

from __future__ import annotations

import math
from typing import NamedTuple

from shopwatch.scoring.readings import Exposure


class Watch(NamedTuple):
    """Which things of a clock: those with fewer than `within` seconds to their deadline, or `waited` behind them."""

    within: float = -math.inf
    waited: float = math.inf

    def sees(self, exposure: Exposure, now: float) -> bool:
        if now - exposure.started >= self.waited:
            return True
        return exposure.due is not None and exposure.due - now < self.within

    def __or__(self, other: Watch) -> Watch:
        """Return what sees all that either of them does."""
        return Watch(max(self.within, other.within), min(self.waited, other.waited))
