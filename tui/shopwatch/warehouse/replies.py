"""How fast a shop's people answer, by the totals of whole chats: no record keeps single waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shopwatch.warehouse.indicators import shop_condition

DAY = 86400
DAYS = 30
IN_TIME = 180
"""The seconds within which a record counts what was answered."""


class Replies(NamedTuple):
    """A shop's questions to people, and how many of them were answered within `IN_TIME`."""

    asked: int
    in_time: int


def replies_sql(shops: Sequence[str] | None) -> str:
    """Return the SELECT of each shop's sums over the chats that ended in the last days."""
    return (
        "SELECT shop, sum(rounds), sum(answered_in_180s) FROM main.chats"
        f" WHERE human AND started_at > $as_of - {DAYS * DAY} AND ended_at <= $as_of AND rounds > 0"
        f" AND answered_in_180s IS NOT NULL{shop_condition(shops)} GROUP BY shop"
    )
