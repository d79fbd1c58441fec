"""What goes beyond types: names that must exist, keys that need each other, figures that must rise."""

from __future__ import annotations

import difflib
import itertools
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from shopwatch.config import alerting, campaigning, competitors, given, levels, sourcing, storing
from shopwatch.config.common import Values, address, between, timezone, unique
from shopwatch.config.problems import Findings
from shopwatch.config.structs import DefaultsSection
from shopwatch.scoring.scorecard import Scorecard

DEFAULT_SCORECARD = DefaultsSection().scorecard
SHOP_ID = re.compile(r"[\w.-]{1,64}")
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FIRST_YEAR, LAST_YEAR = 1971, 2200  # what epoch seconds and timezones can tell
OF_SCORECARD = frozenset(
    {"weights", "curves", "given", "category", "industry", "shop_type", "lines", "exclusion", "level"}
)
"""The keys of a shop whose values name something in its scorecard."""


class Known(NamedTuple):
    """What exists beside the configuration. None: not known here, so not checked."""

    scorecards: Mapping[str, Scorecard] | None
    profiles: Collection[str] | None
    actions: Collection[str] | None

    def versions(self, name: str) -> list[str]:
        """Return the keys of the scorecards that a name may mean, the newest first: `douyin` all of its
        versions, a wrong name what is called nearly so, else any."""
        cards = self.scorecards or {}
        near = difflib.get_close_matches(name, self.names(), 1)
        for meant in (name, *near):
            if named := [key for key in cards if meant in (key, key.partition("@")[0])]:
                return sorted(named, reverse=True)
        return sorted(cards, reverse=True)

    def cards(self, keys: Iterable[str]) -> list[Scorecard]:
        cards = self.scorecards or {}
        return [cards[key] for key in keys]

    def names(self) -> list[str]:
        cards = self.scorecards or {}
        return [*dict.fromkeys(key.partition("@")[0] for key in cards), *cards]


def check(config: Values, known: Known, findings: Findings) -> None:
    """Find every mistake that the types of the keys leave."""
    _monitor(config.get("monitor", {}), findings)
    _keys(config.get("keys", {}), known, findings)
    defaults = config.get("defaults", {})
    timezone(defaults, "defaults.timezone", findings)
    _scorecard(defaults, "defaults.scorecard", known, findings)
    between(config.get("screen", {}), "wall_seconds", "screen.wall_seconds", 2, 3600, findings)
    storing.check(config.get("store", {}), findings)
    shops: Sequence[Values] = config.get("shop", ())
    sources: Sequence[Values] = config.get("source", ())
    unique("shop", [shop.get("id") for shop in shops], "id", findings)
    for n, shop in enumerate(shops):
        _shop(shop, f"shop[{n}]", defaults, known, findings)
    competitors.check(shops, defaults.get("scorecard", DEFAULT_SCORECARD), findings)
    for n, source in enumerate(sources):
        sourcing.check(source, f"source[{n}]", False, known.profiles, findings)
    unique("source", [source.get("name") for source in sources], "name", findings)
    alerting.check(config.get("alerts", {}), config.get("alert", ()), findings)
    _care(config.get("care", {}), findings)
    campaigning.check(config.get("campaign", ()), [shop.get("id") for shop in shops], defaults, findings)
    unique("alert", [one.get("id") for one in config.get("alert", ())], "id", findings)
    if not findings.problems and not shops and not sources:
        _ = findings.translate
        findings.missing("shop", _("at least one [[shop]] or [[source]]"))
    if not findings.problems and not shops and not defaults.get("discover", True):
        _ = findings.translate
        findings.missing("shop", _("a [[shop]] for each shop, since defaults.discover is false"))


def _care(care: Values, findings: Findings) -> None:
    alerting.quiet_hours(care.get("quiet"), "care.quiet", findings)
    if "webhook" in care:
        address(care["webhook"], "care.webhook", findings)


def _monitor(monitor: Values, findings: Findings) -> None:
    _ = findings.translate
    between(monitor, "refresh", "monitor.refresh", 1, 3600, findings)
    between(monitor, "league_cases", "monitor.league_cases", 1, 100_000, findings)
    if (now := monitor.get("now")) is not None and not FIRST_YEAR <= now.year <= LAST_YEAR:
        right = _("a moment from {first} to {last}").format(first=FIRST_YEAR, last=LAST_YEAR)
        findings.wrong("monitor.now", now, right)
    for n, moment in enumerate(monitor.get("pickups", ())):
        if not TIME_OF_DAY.fullmatch(moment):
            findings.wrong(f"monitor.pickups[{n}]", moment, _('a time of day such as "21:00"'))
    if "pickups" in monitor and not monitor["pickups"]:
        findings.missing("monitor.pickups", _('a time of day such as "21:00"'))


def _keys(keys: Values, known: Known, findings: Findings) -> None:
    _ = findings.translate
    for action, pressed in keys.items():
        if known.actions is not None and action not in known.actions:
            findings.unknown_key(f"keys.{action}", known.actions)
        elif not all(key.strip() for key in pressed.split(",")):
            findings.wrong(f"keys.{action}", pressed, _('keys by name, such as "r" or "r,f5"'))


def _shop(shop: Values, key: str, defaults: Values, known: Known, findings: Findings) -> None:
    _ = findings.translate
    if "id" in shop and not SHOP_ID.fullmatch(shop["id"]):
        findings.wrong(f"{key}.id", shop["id"], _("1 to 64 letters, digits, dots, hyphens or underscores"))
    timezone(shop, f"{key}.timezone", findings)
    _scorecard(shop, f"{key}.scorecard", known, findings)
    between(shop, "alert_at", f"{key}.alert_at", 0, 100, findings)
    if not OF_SCORECARD.isdisjoint(shop):
        versions = known.versions(shop.get("scorecard") or defaults.get("scorecard", DEFAULT_SCORECARD))
        # the newest version has mostly all that is named, and reading them all is what a start would wait for
        trial = Findings(findings.translate)
        _of_scorecard(shop, key, known.cards(versions[:1]), trial)
        if trial.problems:
            _of_scorecard(shop, key, known.cards(versions), findings)
    sources: Sequence[Values] = shop.get("source", ())
    for n, source in enumerate(sources):
        sourcing.check(source, f"{key}.source[{n}]", True, known.profiles, findings)
    unique(f"{key}.source", [source.get("name") for source in sources], "name", findings)


def _of_scorecard(shop: Values, key: str, cards: Sequence[Scorecard], findings: Findings) -> None:
    """Find what no version of the shop's scorecard knows."""
    _weights(shop.get("weights", {}), f"{key}.weights", cards, findings)
    _curves(shop.get("curves", {}), f"{key}.curves", cards, findings)
    given.check(shop.get("given", {}), f"{key}.given", cards, findings)
    _exclusions(shop.get("exclusion", ()), f"{key}.exclusion", cards, findings)
    _kinds(shop, key, cards, findings)
    _lines(shop.get("lines", {}), f"{key}.lines", cards, findings)
    levels.check(shop.get("level", ()), f"{key}.level", cards, findings)
    unique(f"{key}.level", [level.get("name") for level in shop.get("level", ())], "name", findings)


def _weights(weights: Values, key: str, cards: Iterable[Scorecard], findings: Findings) -> None:
    _ = findings.translate
    ids = [dimension.id for card in cards for dimension in card.dimension]
    ids += [indicator.id for card in cards for indicator in card.indicator]
    for name, weight in weights.items():
        if ids and name not in ids:
            findings.unknown_key(f"{key}.{name}", dict.fromkeys(ids))
        elif weight < 0:
            findings.wrong(f"{key}.{name}", weight, _("a number, 0 or above"))


def _curves(curves: Values, key: str, cards: Iterable[Scorecard], findings: Findings) -> None:
    _ = findings.translate
    ids = [indicator.id for card in cards for indicator in card.indicator]
    for name, points in curves.items():
        if ids and name not in ids:
            findings.unknown_key(f"{key}.{name}", dict.fromkeys(ids))
        elif not rises(points):
            found = str([list(point) for point in points])
            findings.add(f"{key}.{name}", found, _("two points or more, each value above the one before"))


def rises(points: Sequence[tuple[float, float]]) -> bool:
    """Whether these make a curve: two points or more, each value above the one before."""
    values = [value for value, _ in points]
    finite = all(math.isfinite(figure) for point in points for figure in point)
    return len(values) >= 2 and finite and all(low < high for low, high in itertools.pairwise(values))


def _kinds(shop: Values, key: str, cards: Sequence[Scorecard], findings: Findings) -> None:
    """A category, an industry or a type that no rule knows would change nothing, and nobody would notice."""
    lines = [line for card in cards for line in card.line]
    parts = [part for line in lines for part in line.parts]
    sets = [chosen for card in cards for chosen in card.weights]
    known = {
        "category": [name for part in parts for name in part.by_category]
        + [name for line in lines for name in line.categories],
        "industry": [chosen.industry for chosen in sets]
        + [name for card in cards for members in card.industry_groups.values() for name in members],
        "shop_type": [name for part in parts for name in part.by_shop_type]
        + [name for line in lines for name in line.shop_types]
        + [chosen.shop_type for chosen in sets if chosen.shop_type],
    }
    for kind, names in known.items():
        if cards and shop.get(kind) is not None and shop[kind] not in names:
            findings.unknown_name(f"{key}.{kind}", shop[kind], dict.fromkeys(names))


def _lines(lines: Values, key: str, cards: Iterable[Scorecard], findings: Findings) -> None:
    _ = findings.translate
    unlocks: dict[str, list[str]] = {}
    for line in (line for card in cards for line in card.line if line.kind != "stop"):
        unlocks.setdefault(line.id, []).extend(part.on for part in line.parts)
    for name, figures in lines.items():
        if unlocks and name not in unlocks:
            findings.unknown_key(f"{key}.{name}", unlocks)
            continue
        for on, at in figures.items():
            if unlocks and on not in unlocks[name]:
                findings.unknown_key(f"{key}.{name}.{on}", unlocks[name])
            elif not (math.isfinite(at) and at >= 0):
                findings.wrong(f"{key}.{name}.{on}", at, _("a number, 0 or above"))


def _exclusions(
    exclusions: Sequence[Values], key: str, cards: Iterable[Scorecard], findings: Findings
) -> None:
    """A day or an indicator that there isn't would leave nothing out, and nobody would notice."""
    if not exclusions:
        return
    from shopwatch.records import TABLES, Kind

    _ = findings.translate
    ids = [indicator.id for card in cards for indicator in card.indicator]
    moments = dict.fromkeys(
        name for table in TABLES.values() for name in table.of_kind(Kind.MOMENT, Kind.PROMISE)
    )
    for n, one in enumerate(exclusions):
        for place, name in enumerate(one.get("indicators", ())):
            if ids and name not in ids:
                findings.unknown_name(f"{key}[{n}].indicators[{place}]", name, dict.fromkeys(ids))
        if {"first", "last"} <= one.keys() and one["first"] > one["last"]:
            findings.wrong(f"{key}[{n}].last", one["last"], _("a day not before the first"))
        if one.get("day") not in (None, *moments):
            findings.unknown_name(f"{key}[{n}].day", one["day"], moments)
    unique(key, [one.get("id") for one in exclusions], "id", findings)


def _scorecard(section: Values, key: str, known: Known, findings: Findings) -> None:
    name = section.get("scorecard")
    if name is not None and known.scorecards is not None and name not in known.names():
        findings.unknown_name(key, name, known.names())
