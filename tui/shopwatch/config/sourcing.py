"""What a `[[source]]` may say: the keys of its kind, and those that need or exclude each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from shopwatch.config import competitors, marketplaces
from shopwatch.config.common import Values, address, between, timezone
from shopwatch.config.problems import Findings
from shopwatch.config.structs import Secret

if TYPE_CHECKING:
    from shopwatch.records import Table

FASTEST = 2.0  # seconds: the least between two polls of a source
SLOWEST = 30 * 86400.0
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


def check(
    source: Values, key: str, in_shop: bool, profiles: Collection[str] | None, findings: Findings
) -> None:
    """Find the mistakes of one source. in_shop: it stands inside its shop. profiles: None where they aren't known."""
    _ = findings.translate
    between(source, "every", f"{key}.every", FASTEST, SLOWEST, findings)
    between(source, "timeout", f"{key}.timeout", 0.1, 300, findings)
    _encoding(source, f"{key}.encoding", findings)
    timezone(source, f"{key}.timezone", findings)
    _records(source, key, findings)
    if profiles is not None and "profile" in source:
        names = ["auto", *profiles]
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
        findings.missing(f"{key}.records", " | ".join(_tables()))
    if ways == ["map"]:
        _shop_of_rows(source, key, in_shop, findings)


def _http(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    _ = findings.translate
    if "url" not in source:
        findings.missing(f"{key}.url", _("an address that starts with https://"))
    else:
        address(source["url"], f"{key}.url", findings)
    if "map" in source:
        _shop_of_rows(source, key, in_shop, findings)
        if "records" not in source:
            findings.missing(f"{key}.records", " | ".join(_tables()))
    if "body" in source and source.get("method") != "POST":
        findings.wrong(f"{key}.body", source["body"], _('absent, or method = "POST"'))
    paging: Values = source.get("paging") or {}
    between(paging, "size", f"{key}.paging.size", 1, 100_000, findings)
    between(paging, "first", f"{key}.paging.first", 0, 1_000_000, findings)


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
    between(source, "overlap", f"{key}.overlap", 0, 7 * 86400, findings)
    if not source.get("url"):
        findings.missing(f"{key}.url", _("dialect://user:password@host/database, best as env:NAME"))
    if not source.get("query"):
        findings.missing(f"{key}.query", _("a SELECT"))
    if "records" not in source:
        findings.missing(f"{key}.records", " | ".join(_tables()))
    if "map" in source:
        _shop_of_rows(source, key, in_shop, findings)


def _live(source: Values, key: str, findings: Findings) -> None:
    """What every live marketplace has in common."""
    between(source, "overlap", f"{key}.overlap", 0, 7 * 86400, findings)
    between(source, "lookback", f"{key}.lookback", 1, 365, findings)
    between(source, "rate", f"{key}.rate", 0.01, 1000, findings)
    if "gateway" in source:
        address(source["gateway"], f"{key}.gateway", findings)
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
    if not (table := _tables().get(source["records"])):
        findings.unknown_name(f"{key}.records", source["records"], _tables())
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


def _encoding(source: Values, key: str, findings: Findings) -> None:
    name = source.get("encoding")
    if name is None:
        return
    try:
        "".encode(name)  # some codecs make no text: hex, zip
    except (LookupError, ValueError):
        _ = findings.translate
        findings.wrong(key, name, _('an encoding such as "gb18030"; left out, it is found by itself'))


def _tables() -> Mapping[str, Table]:
    """Return the tables that records fill. Most configurations name none, and the first paint doesn't wait for them."""
    from shopwatch.records import TABLES

    return TABLES
