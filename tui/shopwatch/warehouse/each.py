"""Rates that each product has by itself: the sums of those with enough rows to reach a line at all."""

from __future__ import annotations

from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.scorecard import Rate, Scorecard
from shopwatch.warehouse.engine import Rows
from shopwatch.warehouse.indicators import daily_sql, scan_of
from shopwatch.warehouse.macros import LocalTime
from shopwatch.warehouse.masks import PLAIN_SIGHT, Sight


def rates_of_each(scorecard: Scorecard, filled: frozenset[str]) -> list[Rate]:
    """Return the rates of a scorecard that each product has, and that there are records of."""
    return [rate for rate in scorecard.rate if rate.each is not None and rate.from_ in filled]


def each_sql(
    rate: Rate,
    scorecard: Scorecard,
    local: LocalTime,
    today: int,
    shops: str = "",
    sight: Sight = PLAIN_SIGHT,
) -> str:
    """Return the SELECT of (shop, product, numerator, denominator): of a day's many, few have so many rows."""
    days = daily_sql(scan_of(rate), local, today, shops, by=rate.each, sight=sight)
    return (
        f"SELECT shop, slice, sum(s0), sum(s1) FROM ({days}) WHERE slice IS NOT NULL"
        f" GROUP BY shop, slice HAVING sum(s1) >= {_least(rate, scorecard)}"
    )


def _least(rate: Rate, scorecard: Scorecard) -> float:
    """Return the fewest that could reach a line which asks for a count beside the rate."""
    counts = [
        part.at if part.warn_at is None else part.warn_at
        for line in scorecard.line
        for part in line.parts
        if part.on == rate.id and part.measure == "count"
    ]
    return min((count for count in counts if count is not None), default=1)


def by_shop(rows: Rows) -> dict[str, dict[str, Sum2]]:
    found: dict[str, dict[str, Sum2]] = {}
    for shop, product, numerator, denominator in rows:
        found.setdefault(shop, {})[product] = Sum2(float(numerator or 0), float(denominator))
    return found
