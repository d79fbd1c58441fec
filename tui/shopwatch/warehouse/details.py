"""The way into a figure: the rows behind it, one order's records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from shopwatch.records import TABLES
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.indicators import day_of
from shopwatch.warehouse.macros import LocalTime, expand
from shopwatch.warehouse.masks import columns_seen, seen
from shopwatch.warehouse.tables import ORDER_TABLES, columns

# What a row is about, the most particular first.
SUBJECTS = ("subject_id", "parcel_id", "review_id", "aftersale_id", "chat_id", "order_id")


def _indicator(scorecard: Scorecard, indicator_id: str) -> Indicator:
    return {indicator.id: indicator for indicator in scorecard.indicator}[indicator_id]


def _today(as_of: int, zone: ZoneInfo) -> tuple[int, LocalTime]:
    local = datetime.datetime.fromtimestamp(as_of, zone)
    return (local.date() - datetime.date(1970, 1, 1)).days, LocalTime(zone, local.year - 2, local.year + 1)


def rows(
    engine: Engine,
    scorecard: Scorecard,
    zone: ZoneInfo,
    as_of: int,
    shop: str,
    indicator_id: str,
    limit: int,
) -> list[tuple[str | None, str, int, float]]:
    """Return (order, subject, moment, numerator) of the rows in the window now, the worst first."""
    indicator = _indicator(scorecard, indicator_id)
    if not indicator.counted:
        return []
    today, local = _today(as_of, zone)
    begin, end = indicator.window
    have = columns_seen(indicator.from_)
    subject = next(name for name in SUBJECTS if name in have)
    counted = expand(indicator.numerator, local)
    if indicator.numerator_where:
        counted = f"CASE WHEN {expand(indicator.numerator_where, local)} THEN {counted} ELSE 0 END"
    worst = "DESC" if indicator.better == "lower" else "ASC"
    found = engine.rows(
        f"SELECT order_id, {subject}, {expand(indicator.day, local)}, n FROM ("
        f"SELECT *, {counted} AS n, {day_of(indicator.from_, indicator.day, local)} AS d"
        f" FROM ({seen(indicator.from_)}) WHERE shop = $shop AND ({expand(indicator.where, local)}))"
        f" WHERE d BETWEEN $first AND $last AND n IS NOT NULL ORDER BY n {worst}, 3 DESC LIMIT {limit:d}",
        as_of=as_of,
        shop=shop,
        first=today - begin,
        last=today - end,
    )
    return [(row[0], row[1] or "", row[2], float(row[3])) for row in found]


def order(engine: Engine, as_of: int, shop: str, order_id: str) -> Mapping[str, list[dict[str, Any]]]:
    """Return every record of one order as seen at a moment, by table; the scans of its parcels with them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in ORDER_TABLES:
        rows = engine.rows(
            f"SELECT {', '.join(columns(table))} FROM ({seen(table)})"
            f" WHERE shop = $shop AND order_id = $order_id ORDER BY {', '.join(TABLES[table].key)}",
            as_of=as_of,
            shop=shop,
            order_id=order_id,
        )
        found[table] = [dict(zip(columns(table), row, strict=True)) for row in rows]
    parcels = [parcel["parcel_id"] for parcel in found["parcels"]]
    rows = engine.rows(
        f"SELECT {', '.join(columns('scans'))} FROM ({seen('scans')})"
        " WHERE shop = $shop AND parcel_id IN (SELECT unnest($parcels)) ORDER BY scanned_at",
        as_of=as_of,
        shop=shop,
        parcels=parcels,
    )
    found["scans"] = [dict(zip(columns("scans"), row, strict=True)) for row in rows]
    return found
