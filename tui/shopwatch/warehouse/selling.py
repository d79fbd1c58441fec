"""What was ordered between two moments, hour by hour, and how that was served."""

from __future__ import annotations

from typing import NamedTuple

from shopwatch.warehouse.masks import Sight, seen


class SoldHour(NamedTuple):
    """One hour since the first moment: orders paid in it; of those that are due how many there are, and how many were
    shipped late; on how many the buyer applied for something."""

    hour: int
    orders: int
    due: int
    late: int
    applied: int


_SHIPPED = "coalesce(picked_up_at, shipped_unproved_at, finished_at, closed_at)"


def sold_hours_sql(sight: Sight) -> str:
    """Return the SELECT of one shop's orders paid from `$first` to before `$last`, in the fields of `SoldHour`."""
    return (
        "SELECT CAST(floor((paid_at - $first) / 3600) AS BIGINT) AS h, count(*),"
        f" sum(CASE WHEN promised_ship_at <= $as_of OR {_SHIPPED} IS NOT NULL AND promised_ship_at IS NOT NULL"
        " THEN 1 ELSE 0 END),"
        f" sum(CASE WHEN promised_ship_at < coalesce({_SHIPPED}, $as_of) THEN 1 ELSE 0 END),"
        " sum(CASE WHEN first_applied_at IS NOT NULL THEN 1 ELSE 0 END)"
        f" FROM ({seen('orders', sight)}) WHERE shop = $shop AND paid_at >= $first AND paid_at < $last"
        " GROUP BY 1 ORDER BY 1"
    )
