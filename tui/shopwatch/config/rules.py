"""What goes beyond types: names that must exist, keys that need each other, figures that must rise."""

from __future__ import annotations

import difflib
import ipaddress
import itertools
import math
import re
import urllib.parse
import zoneinfo
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shopwatch.config import alerting, campaigning, competitors, given, levels, marketplaces, storing
from shopwatch.config.problems import Findings
from shopwatch.config.structs import DefaultsSection, Secret
from shopwatch.records import TABLES, Kind
from shopwatch.scoring.scorecard import Scorecard

DEFAULT_SCORECARD = DefaultsSection().scorecard
SHOP_ID = re.compile(r"[\w.-]{1,64}")
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FASTEST = 2.0  # seconds: the least between two polls of a source
SLOWEST = 30 * 86400.0
FIRST_YEAR, LAST_YEAR = 1971, 2200  # what epoch seconds and timezones can tell
ANY_KIND = frozenset({"kind", "name", "every", "shop", "timezone"})
KEYS_OF_KIND = {
    "files": frozenset({"path", "profile", "records", "map", "query", "encoding", "sheet", "records_path"}),
    "http": frozenset(
        {"url", "method", "headers", "body", "paging", "records", "records_path", "map", "timeout"}
    ),
    "sql": frozenset({"url", "query", "updated_column", "overlap", "records", "map", "timeout"}),
    "official": frozenset({"path", "encoding", "sheet", "competitor"}),
    "doudian": marketplaces.LIVE | {"app_key", "app_secret", "shop_id", "access_token", "refresh_token"},
    **marketplaces.KEYS,
}

OF_SCORECARD = frozenset(
    {"weights", "curves", "given", "category", "industry", "shop_type", "lines", "exclusion", "level"}
)
"""The keys of a shop whose values name something in its scorecard."""

Values = Mapping[str, Any]
"""The good values of a table: a key that was wrong is absent, and has been told."""


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
    _timezone(defaults, "defaults.timezone", findings)
    _scorecard(defaults, "defaults.scorecard", known, findings)
    _between(config.get("screen", {}), "wall_seconds", "screen.wall_seconds", 2, 3600, findings)
    storing.check(config.get("store", {}), findings)
    shops: Sequence[Values] = config.get("shop", ())
    sources: Sequence[Values] = config.get("source", ())
    _unique("shop", [shop.get("id") for shop in shops], "id", findings)
    for n, shop in enumerate(shops):
        _shop(shop, f"shop[{n}]", defaults, known, findings)
    competitors.check(shops, defaults.get("scorecard", DEFAULT_SCORECARD), findings)
    for n, source in enumerate(sources):
        _source(source, f"source[{n}]", False, known, findings)
    _unique("source", [source.get("name") for source in sources], "name", findings)
    alerting.check(config.get("alerts", {}), config.get("alert", ()), findings)
    _care(config.get("care", {}), findings)
    campaigning.check(config.get("campaign", ()), [shop.get("id") for shop in shops], defaults, findings)
    _unique("alert", [one.get("id") for one in config.get("alert", ())], "id", findings)
    if not findings.problems and not shops and not sources:
        _ = findings.translate
        findings.missing("shop", _("at least one [[shop]] or [[source]]"))
    if not findings.problems and not shops and not defaults.get("discover", True):
        _ = findings.translate
        findings.missing("shop", _("a [[shop]] for each shop, since defaults.discover is false"))


def _care(care: Values, findings: Findings) -> None:
    alerting.quiet_hours(care.get("quiet"), "care.quiet", findings)
    if "webhook" in care:
        _url(care["webhook"], "care.webhook", findings)


def _monitor(monitor: Values, findings: Findings) -> None:
    _ = findings.translate
    _between(monitor, "refresh", "monitor.refresh", 1, 3600, findings)
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
    _timezone(shop, f"{key}.timezone", findings)
    _scorecard(shop, f"{key}.scorecard", known, findings)
    _between(shop, "alert_at", f"{key}.alert_at", 0, 100, findings)
    if not OF_SCORECARD.isdisjoint(shop):
        versions = known.versions(shop.get("scorecard") or defaults.get("scorecard", DEFAULT_SCORECARD))
        # the newest version has mostly all that is named, and reading them all is what a start would wait for
        trial = Findings(findings.translate)
        _of_scorecard(shop, key, known.cards(versions[:1]), trial)
        if trial.problems:
            _of_scorecard(shop, key, known.cards(versions), findings)
    sources: Sequence[Values] = shop.get("source", ())
    for n, source in enumerate(sources):
        _source(source, f"{key}.source[{n}]", True, known, findings)
    _unique(f"{key}.source", [source.get("name") for source in sources], "name", findings)


def _of_scorecard(shop: Values, key: str, cards: Sequence[Scorecard], findings: Findings) -> None:
    """Find what no version of the shop's scorecard knows."""
    _weights(shop.get("weights", {}), f"{key}.weights", cards, findings)
    _curves(shop.get("curves", {}), f"{key}.curves", cards, findings)
    given.check(shop.get("given", {}), f"{key}.given", cards, findings)
    _exclusions(shop.get("exclusion", ()), f"{key}.exclusion", cards, findings)
    _kinds(shop, key, cards, findings)
    _lines(shop.get("lines", {}), f"{key}.lines", cards, findings)
    levels.check(shop.get("level", ()), f"{key}.level", cards, findings)
    _unique(f"{key}.level", [level.get("name") for level in shop.get("level", ())], "name", findings)


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
    _unique(key, [one.get("id") for one in exclusions], "id", findings)


def _source(source: Values, key: str, in_shop: bool, known: Known, findings: Findings) -> None:
    _ = findings.translate
    _between(source, "every", f"{key}.every", FASTEST, SLOWEST, findings)
    _between(source, "timeout", f"{key}.timeout", 0.1, 300, findings)
    _encoding(source, f"{key}.encoding", findings)
    _timezone(source, f"{key}.timezone", findings)
    _records(source, key, findings)
    if known.profiles is not None and "profile" in source:
        names = ["auto", *known.profiles]
        if source["profile"] not in names:
            findings.unknown_name(f"{key}.profile", source["profile"], names)
    if in_shop and "shop" in source:
        findings.wrong(f"{key}.shop", source["shop"], _("absent: the source stands inside its shop"))
    if kind := source.get("kind"):
        _keys_of_kind(source, key, kind, findings)
        CHECK_OF_KIND[kind](source, key, in_shop, findings)


def _keys_of_kind(source: Values, key: str, kind: str, findings: Findings) -> None:
    _ = findings.translate
    for name in source:
        if name not in ANY_KIND | KEYS_OF_KIND[kind]:
            others = [f'"{other}"' for other, keys in KEYS_OF_KIND.items() if name in keys]
            right = _("absent: it belongs to kind = {kinds}").format(kinds=" | ".join(others))
            # an address may hold a password
            found = Secret(str(source[name])) if name == "url" else source[name]
            findings.wrong(f"{key}.{name}", found, right)


def _files(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    ways = [name for name in ("profile", "map", "query") if name in source]
    if len(ways) > 1:
        findings.add(key, " + ".join(ways), _("one of them"))
    elif "profile" in source and "records" in source:
        findings.wrong(f"{key}.records", source["records"], _("absent: the profile names its tables"))
    if "query" not in source:
        if not source.get("path"):
            findings.missing(f"{key}.path", _('the files to read, such as "exports/*.csv"'))
    elif "path" in source:
        findings.wrong(f"{key}.path", source["path"], _("absent: the query names its files itself"))
    if ways in (["map"], ["query"]) and "records" not in source:
        findings.missing(f"{key}.records", " | ".join(TABLES))
    if ways == ["map"]:
        _shop_of_rows(source, key, in_shop, findings)


def _http(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    if "url" not in source:
        findings.missing(f"{key}.url", _("an address that starts with https://"))
    else:
        _url(source["url"], f"{key}.url", findings)
    if "map" in source:
        _shop_of_rows(source, key, in_shop, findings)
        if "records" not in source:
            findings.missing(f"{key}.records", " | ".join(TABLES))
    if "body" in source and source.get("method") != "POST":
        findings.wrong(f"{key}.body", source["body"], _('absent, or method = "POST"'))
    paging: Values = source.get("paging") or {}
    _between(paging, "size", f"{key}.paging.size", 1, 100_000, findings)
    _between(paging, "first", f"{key}.paging.first", 0, 1_000_000, findings)


def _official(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    if not source.get("path"):
        findings.missing(f"{key}.path", _('the file to read, such as "official.txt"'))
    if not competitors.is_name(source.get("competitor", "-")):
        right = _("a shop's name of 1 to {most} characters").format(most=competitors.LONGEST)
        findings.wrong(f"{key}.competitor", source["competitor"], right)
    if not in_shop and "shop" not in source:
        findings.missing(f"{key}.shop", _("the shop whose page it is, or the source inside its [[shop]]"))


def _sql(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    _between(source, "overlap", f"{key}.overlap", 0, 7 * 86400, findings)
    if not source.get("url"):
        findings.missing(f"{key}.url", _("dialect://user:password@host/database, best as env:NAME"))
    if not source.get("query"):
        findings.missing(f"{key}.query", _("a SELECT"))
    if "records" not in source:
        findings.missing(f"{key}.records", " | ".join(TABLES))
    if "map" in source:
        _shop_of_rows(source, key, in_shop, findings)


def _live(source: Values, key: str, findings: Findings) -> None:
    """What every live marketplace has in common."""
    _between(source, "overlap", f"{key}.overlap", 0, 7 * 86400, findings)
    _between(source, "lookback", f"{key}.lookback", 1, 365, findings)
    _between(source, "rate", f"{key}.rate", 0.01, 1000, findings)
    if "gateway" in source:
        _url(source["gateway"], f"{key}.gateway", findings)
    marketplaces.left_out(source, key, findings)


def _doudian(source: Values, key: str, _in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    _live(source, key, findings)
    for name in ("app_key", "app_secret"):
        if not source.get(name):
            findings.missing(f"{key}.{name}", _("what Doudian's console shows of the app, best as env:NAME"))
    if not source.get("shop_id") and not source.get("refresh_token"):
        findings.missing(
            f"{key}.shop_id",
            _(
                "the shop's number in Doudian, or access_token and refresh_token of an app that serves other shops"
            ),
        )


def _taobao(source: Values, key: str, _in_shop: bool, findings: Findings) -> None:
    _live(source, key, findings)
    marketplaces.taobao(source, key, findings)


def _kuaishou(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _live(source, key, findings)
    marketplaces.kuaishou(source, key, in_shop, findings)


CHECK_OF_KIND = {
    "files": _files, "http": _http, "sql": _sql, "official": _official, "doudian": _doudian, "taobao": _taobao,
    "kuaishou": _kuaishou,
}  # fmt: skip


def _shop_of_rows(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    if not in_shop and "shop" not in source and "shop" not in source.get("map", {}):
        findings.missing(f"{key}.shop", _("the column that names the shop"))


def _records(source: Values, key: str, findings: Findings) -> None:
    if "records" not in source:
        return
    if not (table := TABLES.get(source["records"])):
        findings.unknown_name(f"{key}.records", source["records"], TABLES)
        return
    _ = findings.translate
    fields: Values | None = source.get("map")
    if fields is None:
        return
    for name in fields:
        if name not in table.fields:
            findings.unknown_key(f"{key}.map.{name}", table.fields)
    for name in table.key:
        if name != "shop" and name not in fields:
            findings.missing(f"{key}.map.{name}", _("the column that tells one record from another"))


def _url(url: str, key: str, findings: Findings) -> None:
    """Plain http only to this machine: records and credentials must not cross a network in the open."""
    _ = findings.translate
    right = _("an address that starts with https://, or http:// on this machine")
    found: object = url
    try:
        parts = urllib.parse.urlsplit(url)
        good = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        )
        if not isinstance(url, Secret) and parts.hostname:
            found = f"{parts.scheme}://{parts.hostname}"  # the rest may hold a key
        good = good and parts.port != 0
    except ValueError:
        good = False
    if not good:
        findings.wrong(key, found, right)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _timezone(section: Values, key: str, findings: Findings) -> None:
    name = section.get("timezone")
    if name is None:
        return
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        _ = findings.translate
        near = difflib.get_close_matches(name, sorted(zoneinfo.available_timezones()), 1)
        findings.wrong(key, name, near[0] if near else _("a timezone such as Asia/Shanghai"))


def _encoding(source: Values, key: str, findings: Findings) -> None:
    name = source.get("encoding")
    if name is None:
        return
    try:
        "".encode(name)  # some codecs make no text: hex, zip
    except (LookupError, ValueError):
        _ = findings.translate
        findings.wrong(key, name, _('an encoding such as "gb18030"; left out, it is found by itself'))


def _scorecard(section: Values, key: str, known: Known, findings: Findings) -> None:
    name = section.get("scorecard")
    if name is not None and known.scorecards is not None and name not in known.names():
        findings.unknown_name(key, name, known.names())


def _between(section: Values, name: str, key: str, least: float, most: float, findings: Findings) -> None:
    if (value := section.get(name)) is not None and not least <= value <= most:
        _ = findings.translate
        right = _("a number from {least} to {most}").format(least=f"{least:.9g}", most=f"{most:.9g}")
        findings.wrong(key, value, right)


def _unique(key: str, names: Sequence[str | None], field: str, findings: Findings) -> None:
    """Find names that two tables of one list share."""
    _ = findings.translate
    first: dict[str, int] = {}
    for n, name in enumerate(names):
        if name is not None and first.setdefault(name, n) != n:
            right = _("another {field}: {other} has this one").format(
                field=field, other=f"{key}[{first[name]}]"
            )
            findings.wrong(f"{key}[{n}].{field}", name, right)
