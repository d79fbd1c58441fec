"""When a day's doings enter an indicator's window, and when they leave it.

A window (a, b) on day T holds the days T-a to T-b, both counted.
"""

import datetime
from typing import TypeVar, overload

Window = tuple[int, int]
Day = TypeVar("Day", int, datetime.date)

EPOCH = datetime.date(1970, 1, 1)
_EPOCH_ORDINAL = EPOCH.toordinal()


def date_of(day: int) -> datetime.date:
    """Return the date of a count of local days since 1970-01-01."""
    return datetime.date.fromordinal(_EPOCH_ORDINAL + day)


def day_of(date: datetime.date) -> int:
    """Return a date as local days since 1970-01-01."""
    return date.toordinal() - _EPOCH_ORDINAL


@overload
def _later(day: int, days: int) -> int: ...
@overload
def _later(day: datetime.date, days: int) -> datetime.date: ...
def _later(day: int | datetime.date, days: int) -> int | datetime.date:
    return day + days if isinstance(day, int) else day + datetime.timedelta(days=days)


def first_visible(day: Day, window: Window) -> Day:
    """Return the first day on whose score something done on `day` shows."""
    return _later(day, window[1])


def leaves(day: Day, window: Window) -> Day:
    """Return the first day on whose score something done on `day` no longer counts."""
    return _later(day, window[0] + 1)


def span(today: Day, window: Window) -> tuple[Day, Day]:
    """Return the first and the last day in the window of `today`."""
    return _later(today, -window[0]), _later(today, -window[1])
