"""What is open right now under each clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock, Trail
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.indicators import shop_condition
from shopwatch.warehouse.macros import LocalTime, expand
from shopwatch.warehouse.masks import PLAIN_SIGHT, Sight, columns_seen, seen

# The columns of an exposure that a table may or may not have, and what stands in for them.
_OPTIONAL = {
    "order_id": "NULL", "amount": "NULL", "paid_at": "NULL", "carrier": "NULL", "product_id": "NULL",
    "product_name": "NULL", "warehouse": "NULL", "province": "NULL", "agent": "NULL",
    "shipped_unproved_at": "NULL",
}  # fmt: skip


TRAIL_DAYS = 15
"""How far back a parcel's last scan is looked for: what hasn't moved for longer is beyond saving."""


def open_sql(
    clocks: Iterable[Clock],
    local: LocalTime,
    shops: str = "",
    sight: Sight = PLAIN_SIGHT,
    prefix: str = "main.",
) -> str:
    """Return the SELECT of what is open under any of some clocks: planning each by itself is half of the work."""
    return " UNION ALL ".join(exposures_sql(clock, local, shops, sight, prefix) for clock in clocks)


def opened(
    engine: Engine,
    clocks: Iterable[Clock],
    local: LocalTime,
    sight: Sight,
    as_of: int,
    shops: Sequence[str] | None,
    make: Callable[..., Exposure] = Exposure,
) -> dict[str, list[Exposure]]:
    """Return what is open as of a moment under any of some clocks, by shop. make: takes an exposure's fields."""
    sql = open_sql(clocks, local, shop_condition(shops), sight)
    given = {} if shops is None else {"shops": list(shops)}
    found: defaultdict[str, list[Exposure]] = defaultdict(list)
    for row in engine.again(sql, as_of=as_of, **given):
        found[row[0]].append(make(*row))
    return found


def exposures_sql(
    clock: Clock, local: LocalTime, shops: str = "", sight: Sight = PLAIN_SIGHT, prefix: str = "main."
) -> str:
    """Return the SELECT of what is open under a clock, in the field order of `Exposure`. prefix: see `seen`."""
    have = columns_seen(clock.from_)
    rows = rows_of(clock, shops, sight, prefix)
    pick = {name: name if name in have else other for name, other in _OPTIONAL.items()}
    due = expand(clock.due, local) if clock.due else "NULL"
    name = clock.id.replace("'", "''")
    columns = (
        "shop",
        f"'{name}'",
        clock.subject,
        pick["order_id"],
        expand(clock.started, local),
        due,
        *(pick[column] for column in _OPTIONAL if column not in ("order_id", "shipped_unproved_at")),
        f"CAST({pick['shipped_unproved_at']} IS NULL AS BOOLEAN)",
    )
    # by names of their own: two columns of one name may not differ where several clocks are asked together
    named = ", ".join(f"{column} AS c{place}" for place, column in enumerate(columns))
    return f"SELECT {named} FROM ({rows}) WHERE ({expand(clock.where, local)}){shops}"


def rows_of(clock: Clock, shops: str = "", sight: Sight = PLAIN_SIGHT, prefix: str = "main.") -> str:
    """Return the SELECT of the rows that a clock looks at."""
    table = seen(clock.from_, sight, prefix=prefix)
    return table if clock.trail is None else _trailed(table, clock.trail, shops)


def _trailed(parcels: str, trail: Trail, shops: str) -> str:
    """Return the SELECT of parcels still on their way, each beside the last scan of it. The last one as of a
    moment can't stand on the parcel's row: after that moment it is another."""
    return (
        f"{_beside_scan(trail)} FROM (SELECT * FROM ({parcels}) WHERE delivered_at IS NULL AND order_open{shops}) JOIN"
        " (SELECT shop, parcel_id, max(scanned_at) AS last_scan_at,"
        " arg_max(coalesce(kind, 'other'), scanned_at) AS last_kind,"
        " arg_max(same_region, scanned_at) AS same_region FROM main.scans"
        f" WHERE scanned_at <= $as_of AND scanned_at > $as_of - {TRAIL_DAYS * 86400}{shops}"
        " GROUP BY shop, parcel_id) USING (shop, parcel_id)"
    )


LEG_DAYS = 60
"""How far back the ways of parcels are looked at, to tell how long a scan waits for the next."""


def legs_of(parcels: str, trail: Trail, shops: str) -> str:
    """Return the SELECT of parcels, once beside each scan of them, as if it were the last, with the one after it."""
    return (
        f"{_beside_scan(trail)} FROM ({parcels}) JOIN"
        " (SELECT shop, parcel_id, scanned_at AS last_scan_at, coalesce(kind, 'other') AS last_kind, same_region,"
        " min(CASE WHEN coalesce(kind, 'other') <> 'pickup' THEN scanned_at END) OVER (PARTITION BY shop, parcel_id"
        " ORDER BY scanned_at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_scan_at FROM main.scans"
        f" WHERE scanned_at <= $as_of AND scanned_at > $as_of - {LEG_DAYS * 86400}{shops})"
        " USING (shop, parcel_id)"
    )


def _beside_scan(trail: Trail) -> str:
    remote = " OR ".join(f"province LIKE '{name}%'" for name in trail.remote) or "FALSE"
    return (
        f"SELECT *, ({remote}) AS remote, last_kind IN ('delivered', 'refused', 'returned') AS ended,"
        " last_kind <> 'pickup' AND last_scan_at > coalesce(picked_up_at, 0) AS moved"
    )
