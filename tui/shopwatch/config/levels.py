"""The steps of a shop's own ladder: which figures they may ask for, and of which scorecards."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shopwatch.config.problems import Findings
from shopwatch.scoring.scorecard import Scorecard


def check(
    levels: Sequence[Mapping[str, Any]], key: str, cards: Sequence[Scorecard], findings: Findings
) -> None:
    """Find steps of a scorecard that has none, and figures that it doesn't know."""
    _ = findings.translate
    if levels and cards and all(card.total.kind != "level" for card in cards):
        findings.add(key, _("a list"), _('absent, or scorecard = "shop-level": only a ladder has steps'))
        return
    ids = dict.fromkeys(indicator.id for card in cards for indicator in card.indicator)
    for n, level in enumerate(levels):
        if not level.get("name", "-").strip():
            findings.wrong(f"{key}[{n}].name", level["name"], _("a name"))
        asked = level.get("at")
        if asked is not None and not asked:
            findings.missing(f"{key}[{n}].at", _("what it asks for, such as {{ orders = 100 }}").format())
        for name, figure in (asked or {}).items():
            if ids and name not in ids:
                findings.unknown_key(f"{key}[{n}].at.{name}", ids)
            elif not (math.isfinite(figure) and figure >= 0):
                findings.wrong(f"{key}[{n}].at.{name}", figure, _("a number, 0 or above"))
