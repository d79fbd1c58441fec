"""A scorecard with one shop's own figures laid over it: what that shop is scored by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from shopwatch.scoring.scorecard import Indicator, Line, Part, Scorecard


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """weights, curves: the shop's own, by dimension or indicator id; they win over the scorecard's.
    fitted: curves fitted to the shop's history, by indicator id; they win over the scorecard's, not over `curves`.
    fitted_weights: of the dimensions, likewise; they win over the scorecard's, not over `weights` or printed ones.
    lines: the shop's own figures of an unlock line, by the line's id and what its part is on.
    given: facts that only the owner or the marketplace's page knows, by id; of an indicator that no record
    tells of, its value. category, industry, shop_type:
    as the scorecard's lines and weights name them."""

    scorecard: Scorecard
    weights: Mapping[str, float] = {}
    curves: Mapping[str, tuple[tuple[float, float], ...]] = {}
    fitted: Mapping[str, tuple[tuple[float, float], ...]] = {}
    fitted_weights: Mapping[str, float] = {}
    given: Mapping[str, Any] = {}
    category: str | None = None
    industry: str | None = None
    shop_type: str | None = None
    lines: Mapping[str, Mapping[str, float]] = {}

    def pairs(self, indicator: Indicator) -> tuple[tuple[float, float], ...]:
        """Return the (value, points) pairs that an indicator's values become points by; empty where there are none."""
        name = indicator.id
        return self.curves.get(name) or self.fitted.get(name) or indicator.curve or ()

    def figure(self, line: Line, part: Part) -> float | None:
        """Return where a part's line is drawn for this shop: by its own figure, else its category's or its
        type's, else the rule's; None where nobody says."""
        usual = part.by_shop_type.get(self.shop_type or "", part.at)
        usual = part.by_category.get(self.category or "", usual)
        return self.lines[line.id].get(part.on, usual) if line.id in self.lines else usual

    def said(self, indicator: Indicator) -> float | None:
        """Return an indicator's value as the owner gives it; None of what the records tell, or where he doesn't."""
        value = self.given.get(indicator.id)
        return None if indicator.counted or not isinstance(value, int | float) else float(value)

    def concerns(self, line: Line) -> bool:
        """Whether a line is for a shop like this one."""
        return (not line.categories or self.category in line.categories) and (
            not line.shop_types or self.shop_type in line.shop_types
        )
