"""Simulated time: days and hours of the marketplace, in integer seconds.

Days are local to the marketplace (UTC+8 all year), moments are UTC epoch seconds.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
OFFSET = 8 * HOUR

# How buyers are spread over the hours of a day: few before dawn, a peak at noon, the highest after dinner.
ORDERS = tuple(
    itertools.accumulate((2, 1, 1, 1, 1, 1, 2, 4, 6, 7, 8, 7, 7, 6, 6, 6, 6, 6, 6, 8, 10, 11, 9, 5))
)
COMPLAINTS = tuple(
    itertools.accumulate((2, 1, 1, 0, 0, 1, 1, 3, 5, 7, 7, 6, 6, 5, 5, 5, 5, 5, 6, 8, 9, 9, 7, 4))
)


def day_of(moment: int) -> int:
    return (moment + OFFSET) // DAY


def at(day: int, second: int = 0) -> int:
    """Return the moment of a local day's second."""
    return day * DAY - OFFSET + second


def second_of(moment: int) -> int:
    """Return the second of the local day."""
    return (moment + OFFSET) % DAY


def is_sunday(day: int) -> bool:
    return day % 7 == 3  # 1970-01-01 was a Thursday


def second_by(hours: Sequence[int], chance: float) -> int:
    """Return a second of the day, spread like `hours` (cumulated), for a chance of 0..1."""
    place = chance * hours[-1]
    hour = bisect_right(hours, place)
    before = hours[hour - 1] if hour else 0
    return int((hour + (place - before) / (hours[hour] - before)) * HOUR)


def after_pause(moment: int, start: int, end: int) -> int:
    """Return when the hours begin to count: inside the night [start, end) of seconds, at its end."""
    second = second_of(moment)
    if second >= start:
        return moment - second + DAY + end
    return moment - second + end if second < end else moment
