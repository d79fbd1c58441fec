"""A timezone's offsets as SQL: the zone's own changes, inlined, over the range that the data spans.

DuckDB's own zone functions cost ten times the integers and read an ambiguous hour its own way. Here an
ambiguous local hour is the earlier one, and a missing one moves forward, as the zone database's `fold=0`.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from zoneinfo import ZoneInfo

EARLIEST = 946_684_800  # 2000-01-01: no shop's record is older, and no later one is beyond 2100
LATEST = 4_102_444_800
STEP = 7 * 86_400  # no zone changes its offset twice within a week


@functools.cache
def changes(timezone: str) -> tuple[tuple[int, int, int], ...]:
    """Every change of the zone's offset between EARLIEST and LATEST: (UTC second, before, after)."""
    zone = ZoneInfo(timezone)

    def offset(second: int) -> int:
        at = datetime.datetime.fromtimestamp(second, zone).utcoffset()
        return int(at.total_seconds()) if at is not None else 0

    found = []
    before = offset(EARLIEST - STEP)
    for start in range(EARLIEST - STEP, LATEST + STEP, STEP):
        after = offset(start + STEP)
        if after != before:
            found.append((_first(offset, start, start + STEP, after), before, after))
            before = after
    return tuple(found)


def _first(offset: Callable[[int], int], low: int, high: int, wanted: int) -> int:
    """The first second of (low, high] at which the offset is the wanted one."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if offset(middle) == wanted else (middle, high)
    return high


def local_to_utc(sql: str, timezone: str, low: int, high: int) -> str:
    """SQL for the UTC second of a naive local second between low and high."""
    steps = [(utc + max(before, after), before, after) for utc, before, after in changes(timezone)]
    return f"({sql} - {_steps(sql, timezone, steps, low, high)})"


def utc_to_local(sql: str, timezone: str, low: int, high: int) -> str:
    """SQL for the local second of a UTC second between low and high."""
    return f"({sql} + {_steps(sql, timezone, list(changes(timezone)), low, high)})"


def _steps(sql: str, timezone: str, steps: list[tuple[int, int, int]], low: int, high: int) -> str:
    inside = [step for step in steps if low < step[0] <= high]
    earlier = [after for at, _before, after in steps if at <= low]
    first = earlier[-1] if earlier else steps[0][1] if steps else _constant(timezone)
    if not inside:
        return str(first)
    # From the latest on: most rows of an export are recent, and leave at the first comparison.
    whens = " ".join(f"WHEN {sql} >= {at} THEN {after}" for at, _before, after in reversed(inside))
    return f"CASE {whens} ELSE {first} END"


def _constant(timezone: str) -> int:
    at = datetime.datetime.fromtimestamp(EARLIEST, ZoneInfo(timezone)).utcoffset()
    return int(at.total_seconds()) if at is not None else 0
