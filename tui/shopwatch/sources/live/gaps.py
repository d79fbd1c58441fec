"""Which stretches of time of a list are still to be read. Pure.

The watermark is where the stretches that were ever asked for end. A poll adds the time since, and a while before it,
since what was changed then may have been told late. What is older than what is held is one more stretch, from the
first run on. The newest is read first, a slice at a time, each from its older end on: after every page it is known
what is left, and that is what is kept over a restart.
"""

from __future__ import annotations

from collections.abc import Sequence

Gap = tuple[int, int]
"""From, to: both in epoch seconds, both within."""


def with_gap(gaps: Sequence[Gap], gap: Gap) -> tuple[Gap, ...]:
    """Return the stretches and this one, oldest first, none touching another."""
    merged: list[Gap] = []
    for begin, end in sorted([*gaps, gap]):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)


def newest(gaps: Sequence[Gap], longest: int) -> Gap:
    """Return the newest slice of the newest stretch."""
    begin, end = gaps[-1]
    return max(begin, end - longest), end


def without(gaps: Sequence[Gap], read: Gap) -> tuple[Gap, ...]:
    """Return what is left once everything in `read` but its last second is known."""
    left: list[Gap] = []
    for begin, end in gaps:
        if end <= read[0] or begin >= read[1]:
            left.append((begin, end))
            continue
        left += [(begin, read[0])] if begin < read[0] else []
        left += [(read[1], end)] if end > read[1] else []
    return tuple(left)


def length(gaps: Sequence[Gap]) -> int:
    """Return the seconds that are left."""
    return sum(end - begin for begin, end in gaps)
