"""What is open right now under each clock, and how long such things have taken before."""

from __future__ import annotations

from shopwatch.scoring.scorecard import Clock
from shopwatch.warehouse.macros import LocalTime, expand
from shopwatch.warehouse.masks import columns_seen, seen

# The columns of an exposure that a table may or may not have, and what stands in for them.
_OPTIONAL = {
    "order_id": "NULL", "amount": "NULL", "paid_at": "NULL", "carrier": "NULL", "product_id": "NULL",
    "product_name": "NULL", "warehouse": "NULL", "province": "NULL", "agent": "NULL",
    "shipped_unproved_at": "NULL",
}  # fmt: skip


def exposures_sql(clock: Clock, local: LocalTime, shops: str = "") -> str:
    """Return the SELECT of what is open under a clock, in the field order of `Exposure`."""
    have = columns_seen(clock.from_)
    pick = {name: name if name in have else other for name, other in _OPTIONAL.items()}
    due = expand(clock.due, local) if clock.due else "NULL"
    return (
        f"SELECT shop, {clock.subject}, {pick['order_id']}, {expand(clock.started, local)}, {due},"
        f" {pick['amount']}, {pick['paid_at']}, {pick['carrier']}, {pick['product_id']},"
        f" {pick['product_name']}, {pick['warehouse']}, {pick['province']}, {pick['agent']},"
        f" {pick['shipped_unproved_at']} IS NULL"
        f" FROM ({seen(clock.from_)}) WHERE ({expand(clock.where, local)}){shops}"
    )


# How long things under a clock have taken, and whether they were done at all: for the chance of a miss.
PASTS: dict[str, tuple[str, str, str]] = {
    # clock: table, from, until
    "ship": ("orders", "paid_at", "picked_up_at"),
    "pickup": ("parcels", "waybill_at", "picked_up_at"),
}


def past_sql(clock: str, shops: str = "") -> str:
    """Return the SELECT of each shop's durations of the last 60 days: number, and their percentiles."""
    table, begin, end = PASTS[clock]
    return (
        f"SELECT shop, count(*),"
        f" quantile_disc(greatest({end} - {begin}, 0), [x / 100.0 FOR x IN range(0, 101)])"
        f" FROM ({seen(table)}) WHERE {begin} IS NOT NULL AND {end} IS NOT NULL"
        f" AND {begin} >= $as_of - 60 * 86400{shops} GROUP BY shop"
    )
