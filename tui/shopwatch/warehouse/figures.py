"""What the marketplace printed and noted, read out: official figures, competitors' figures, and events."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shopwatch.scoring.readings import LedgerEvent, OfficialFigure
from shopwatch.warehouse.indicators import shop_condition

Ask = Callable[..., Iterator[tuple[Any, ...]]]
"""Asks a statement with its parameters by name."""


def official(
    ask: Ask, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None, since: int = 0
) -> dict[str, list[OfficialFigure]]:
    found: dict[str, list[OfficialFigure]] = {}
    for shop, item, at, value, points, weight in ask(
        "SELECT shop, item, published_at, value, points, weight FROM main.official"
        " WHERE published_at BETWEEN $since AND $as_of AND coalesce(value, points, weight) IS NOT NULL"
        f"{shop_condition(shops)} ORDER BY published_at",
        since=since, as_of=as_of, shops=_listed(shops),
    ):  # fmt: skip
        found.setdefault(shop, []).append(
            OfficialFigure(
                item=item,
                published_at=at,
                day=local_day(at, zone),
                value=value,
                points=points,
                weight=weight,
            )
        )
    return found


def competitors(
    ask: Ask, zone: ZoneInfo, as_of: int, shops: Sequence[str], since: int
) -> dict[str, dict[str, list[OfficialFigure]]]:
    found: dict[str, dict[str, list[OfficialFigure]]] = {}
    for shop, competitor, item, at, value, points in ask(
        "SELECT shop, competitor, item, published_at, value, points FROM main.competitors"
        f" WHERE published_at <= $as_of AND coalesce(value, points) IS NOT NULL{shop_condition(shops)}"
        " QUALIFY published_at >= $since OR row_number() OVER"
        " (PARTITION BY shop, competitor, item ORDER BY published_at DESC) = 1 ORDER BY published_at",
        since=since, as_of=as_of, shops=_listed(shops),
    ):  # fmt: skip
        found.setdefault(shop, {}).setdefault(competitor, []).append(
            OfficialFigure(item=item, published_at=at, day=local_day(at, zone), value=value, points=points)
        )
    return found


def events(ask: Ask, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None) -> dict[str, list[LedgerEvent]]:
    found: dict[str, list[LedgerEvent]] = {}
    for shop, kind, points, at in ask(
        "SELECT shop, kind, points, happened_at FROM main.events WHERE happened_at <= $as_of AND kind IS NOT NULL"
        f"{shop_condition(shops)} ORDER BY happened_at",
        as_of=as_of, shops=_listed(shops),
    ):  # fmt: skip
        found.setdefault(shop, []).append(
            LedgerEvent(kind=kind, points=points, happened_at=at, day=local_day(at, zone))
        )
    return found


def _listed(shops: Sequence[str] | None) -> list[str] | None:
    return None if shops is None else list(shops)


def local_day(moment: int, zone: ZoneInfo) -> int:
    """Return a moment's local day, counted from 1970-01-01."""
    local = datetime.datetime.fromtimestamp(moment, zone)
    return (local.date() - datetime.date(1970, 1, 1)).days
