"""Whom a shop is compared with: names that can be told apart, and of those watched here, shops of the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopwatch.config.problems import Findings
from shopwatch.sources.cleaning import visible

LONGEST = 64


def check(shops: Sequence[Mapping[str, Any]], default: str, findings: Findings) -> None:
    """Find the names that are none, stand twice, or are of a shop that can't be compared. default: the scorecard
    of a shop that names none."""
    rules = {shop["id"]: shop.get("scorecard", default) for shop in shops if "id" in shop}
    for n, shop in enumerate(shops):
        named = [name.strip() for name in shop.get("competitors", ())]
        for place, name in enumerate(named):
            right = _right(name, named[:place], shop, rules, default, findings)
            if right is not None:
                findings.wrong(f"shop[{n}].competitors[{place}]", name, right)


def is_name(name: str) -> bool:
    name = name.strip()
    return 0 < len(name) <= LONGEST and visible(name) == name


def _right(
    name: str,
    before: Sequence[str],
    shop: Mapping[str, Any],
    rules: Mapping[str, str],
    default: str,
    findings: Findings,
) -> str | None:
    """Return what would be right in this place; None where it is."""
    _ = findings.translate
    if not is_name(name):
        return _("a shop's name of 1 to {most} characters").format(most=LONGEST)
    if name in before:
        return _("each shop once")
    if name in (shop.get("id"), shop.get("name")):
        return _("another shop than itself")
    mine = shop.get("scorecard", default)
    if name in rules and _id(rules[name]) != _id(mine):
        sentence = _("a shop scored by {scorecard} too: {name} is by {other}")
        return sentence.format(scorecard=_id(mine), name=name, other=_id(rules[name]))
    return None


def _id(scorecard: str) -> str:
    return scorecard.partition("@")[0]
