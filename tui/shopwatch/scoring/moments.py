"""The moments at which a shop is scored, as places in one list.

Places 0 to 29 are the starts of the 30 local days before today, START is the start of today (what the
marketplace prints this morning), NOW is today with all that is known, NEXT is tomorrow's print. A trend
shows the past days and NOW.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from shopwatch.scoring.readings import TREND_DAYS

T = TypeVar("T")

YESTERDAY = TREND_DAYS - 1
START = TREND_DAYS
NOW = TREND_DAYS + 1
NEXT = TREND_DAYS + 2
MOMENTS = TREND_DAYS + 3


def trend_of(moments: Sequence[T]) -> tuple[T, ...]:
    """Return the moments that a trend shows: the past days, and now."""
    return (*moments[:START], moments[NOW])


def days_of(today: int) -> list[tuple[int, int]]:
    """Return each moment's day and the last day whose events are known by then."""
    mornings = [(day, day - 1) for day in range(today - TREND_DAYS, today + 1)]
    return [*mornings, (today, today), (today + 1, today)]
