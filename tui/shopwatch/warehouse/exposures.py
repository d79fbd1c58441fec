"""What is open right now under each clock."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock, Trail
from shopwatch.warehouse.macros import LocalTime, expand
from shopwatch.warehouse.masks import PLAIN_SIGHT, Sight, columns_seen, seen

TRAIL_DAYS = 15
"""How far back a parcel's last scan is looked for: what hasn't moved for longer is beyond saving."""

# The fields of an exposure that a table may or may not tell, and its column that does.
_OPTIONAL = {
    "order_id": "order_id",
    "amount": "amount",
    "promise_from": "paid_at",
    "carrier": "carrier",
    "product_id": "product_id",
    "product_name": "product_name",
    "warehouse": "warehouse",
    "province": "province",
    "agent": "agent",
}
_FIELDS = Exposure.__struct_fields__
_UNTOLD = {"proved": True}  # what stands for a field that isn't told, where that isn't None


@dataclasses.dataclass(frozen=True)
class Asked:
    """The statement that asks what is open under the clocks of one table. fields: those of `Exposure` that it tells:
    each value of a row costs as much as a tenth of all else that is done with it."""

    sql: str
    fields: Sequence[str]

    def exposure(self) -> Callable[[tuple[Any, ...]], Exposure]:
        """Return what makes an exposure of a row."""
        untold = tuple(dict.fromkeys(_UNTOLD.get(field) for field in _FIELDS if field not in self.fields))
        places = (
            self.fields.index(field)
            if field in self.fields
            else len(self.fields) + untold.index(_UNTOLD.get(field))
            for field in _FIELDS
        )
        pick = itemgetter(*places)
        return lambda row: Exposure(*pick(row + untold))


def open_sql(
    clocks: Iterable[Clock], local: LocalTime, shops: str = "", sight: Sight = PLAIN_SIGHT
) -> Iterator[Asked]:
    """Yield the statements of what is open under any of some clocks, one a table: planning each by itself is half
    of the work."""
    by_table = attrgetter("from_")
    for _table, group in itertools.groupby(sorted(clocks, key=by_table), by_table):
        together = list(group)
        told = [_told(clock, local) for clock in together]
        fields = [field for field in _FIELDS if any(field in one for one in told)]
        selects = (
            _select(clock, {field: one.get(field, "NULL") for field in fields}, local, shops, sight)
            for clock, one in zip(together, told, strict=True)
        )
        yield Asked(" UNION ALL ".join(selects), fields)


def exposures_sql(clock: Clock, local: LocalTime, shops: str = "", sight: Sight = PLAIN_SIGHT) -> str:
    """Return the SELECT of what is open under a clock, in the field order of `Exposure`."""
    told = {"proved": "TRUE", **_told(clock, local)}
    return _select(clock, {field: told.get(field, "NULL") for field in _FIELDS}, local, shops, sight)


def _told(clock: Clock, local: LocalTime) -> dict[str, str]:
    """Return what a clock's rows tell of an exposure: by its field, the SQL of it."""
    have = columns_seen(clock.from_)
    name = clock.id.replace("'", "''")
    told = {
        "shop": "shop",
        "clock": f"'{name}'",
        "subject_id": clock.subject,
        "started": expand(clock.started, local),
        **{field: column for field, column in _OPTIONAL.items() if column in have},
    }
    if clock.due is not None:
        told["due"] = expand(clock.due, local)
    if "shipped_unproved_at" in have:
        told["proved"] = "CAST(shipped_unproved_at IS NULL AS BOOLEAN)"
    return told


def _select(clock: Clock, told: Mapping[str, str], local: LocalTime, shops: str, sight: Sight) -> str:
    # by names of their own: two columns of one name may not differ where several clocks are asked together
    named = ", ".join(f"{column} AS c{place}" for place, column in enumerate(told.values()))
    return f"SELECT {named} FROM ({rows_of(clock, shops, sight)}) WHERE ({expand(clock.where, local)}){shops}"


def rows_of(clock: Clock, shops: str = "", sight: Sight = PLAIN_SIGHT) -> str:
    """Return the SELECT of the rows that a clock looks at."""
    table = seen(clock.from_, sight)
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
