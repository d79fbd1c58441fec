"""Campaigns and live sessions: moments in order, and shops that there are."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from shopwatch.config.problems import Findings


def check(
    campaigns: Sequence[Mapping[str, Any]],
    shops: Sequence[str | None],
    defaults: Mapping[str, Any],
    findings: Findings,
) -> None:
    """Find those that end before they start, and shops that there can't be. defaults: whether more are discovered."""
    _ = findings.translate
    known = [shop for shop in shops if shop is not None]
    for n, one in enumerate(campaigns):
        if not one.get("name", "-").strip():
            findings.wrong(f"campaign[{n}].name", one["name"], _("a name"))
        if {"start", "end"} <= one.keys() and _plain(one["start"]) >= _plain(one["end"]):
            findings.wrong(f"campaign[{n}].end", one["end"], _("a moment after its start"))
        for place, shop in enumerate(one.get("shops", ())):
            if shop not in known and not defaults.get("discover", True):
                findings.unknown_name(f"campaign[{n}].shops[{place}]", shop, known)


def _plain(moment: datetime.datetime) -> datetime.datetime:
    """Make both comparable, be there an offset or not."""
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
