"""A scorecard with one shop's own figures laid over it: what that shop is scored by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from shopwatch.scoring.scorecard import Scorecard


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """weights, curves: the shop's own, by dimension or indicator id; they win over the scorecard's.
    lines: the shop's own figures of an unlock line, by the line's id and what its part is on.
    given: facts that only the owner or the marketplace's page knows, by bonus id."""

    scorecard: Scorecard
    weights: Mapping[str, float] = {}
    curves: Mapping[str, tuple[tuple[float, float], ...]] = {}
    given: Mapping[str, Any] = {}
    category: str | None = None
    lines: Mapping[str, Mapping[str, float]] = {}
