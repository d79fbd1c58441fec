"""How far a table has been read: the highest value of the column that says when a row was last changed.

The next poll asks again from a while before it, since a change may be committed later than one that has a later
time. The value is of whatever type the column has, and goes through the source's cursor as JSON.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any, Literal

import msgspec

from shopwatch.sources import zones

_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?")


class Mark(msgspec.Struct, frozen=True):
    """A column's value. between: whether rows after it are known to be there, as where a long reading stopped."""

    kind: Literal["moment", "day", "number", "text"]
    value: str
    between: bool = False


def mark_of(value: Any, *, between: bool = False) -> Mark | None:
    """Return the mark of a value; None where no order can be told of such."""
    match value:
        case datetime.datetime():
            return Mark("moment", value.isoformat(), between)
        case datetime.date():
            return Mark("day", value.isoformat(), between)
        case bool() | None:
            return None
        case int() | float() | Decimal():
            return Mark("number", str(value), between)
        case str():
            return Mark("text", value, between)
    return None


def begin_of(mark: Mark, overlap: float) -> Any:
    """Return the value from which to ask again: `overlap` seconds earlier, where the value is a time."""
    back = datetime.timedelta(seconds=0 if mark.between else overlap)
    match mark.kind:
        case "moment":
            return datetime.datetime.fromisoformat(mark.value) - back
        case "day":
            return datetime.date.fromisoformat(mark.value) - datetime.timedelta(days=-(-back // _DAY))
        case "number":
            number = Decimal(mark.value)
            earlier = number - Decimal(back.total_seconds()) * _units(number) if back else number
            return int(earlier) if earlier == earlier.to_integral_value() else earlier
        case "text":
            return _earlier(mark.value, back)


def is_time(mark: Mark) -> bool:
    """Whether the value says when, so that it may stand for the time at which the row was known."""
    match mark.kind:
        case "number":
            return _units(Decimal(mark.value)) > 0
        case "text":
            return _WRITTEN.fullmatch(mark.value) is not None
    return True


def _units(number: Decimal) -> int:
    """How many of its units make a second: epoch seconds, milliseconds, or 0 for what isn't a time."""
    for units in (1, 1000):
        if zones.EARLIEST * units <= number < zones.LATEST * units:
            return units
    return 0


def _earlier(text: str, back: datetime.timedelta) -> str:
    """The time written in the same way, since such columns are compared letter by letter."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return text
    day, between, clock, fraction, offset = written.groups(default="")
    earlier = datetime.datetime.fromisoformat(f"{day} {clock}") - back
    return f"{earlier.date()}{between}{earlier.time()}{fraction}{offset}"


_DAY = datetime.timedelta(days=1)
