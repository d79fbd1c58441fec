"""What consumers see of a score: stars, defined on whole scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shopwatch.scoring.scorecard import StarBand


def whole(score: float) -> int:
    """Round to a whole score, halves up."""
    return math.floor(score + 0.5)


def consumer_stars(score: float | None, bands: Sequence[StarBand]) -> float | None:
    """Return the stars of a score. It is rounded first: the rule speaks of whole scores alone."""
    if score is None:
        return None
    rounded = whole(score)
    band = max((b for b in bands if b.from_score <= rounded), key=lambda b: b.from_score, default=None)
    if band is None:
        return None
    steps = math.ceil((rounded - band.from_score) / band.every)
    return round(band.stars + band.step * steps, 6)
