"""A list paged by time rather than by number, so that nothing is lost while it changes.

A row that is changed between two pages leaves the stretch that is read, and all after it move up: by number, one that
nobody has seen moves onto a page that is already read. So the next page starts at the last second of the page before
it. Numbers are used within a second that fills a page, alone. A page that can't be right (rows from elsewhere, out of
order, fewer than the total calls for) is asked for again; where the marketplace stands by it, it is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

ODD = 5
"""So often is a page asked for again that can't be right."""


class Row(NamedTuple):
    """One of a list. changed: the second that the list is ordered by."""

    id: str
    changed: int
    fields: Mapping[str, Any]


class Listed(NamedTuple):
    """A page. total: the rows of the whole stretch, as the marketplace counts."""

    rows: Sequence[Row]
    total: int | None


class Fresh(NamedTuple):
    """What is new of a page. reached: all up to that second is known."""

    rows: Sequence[Row]
    reached: int | None


Fetch = Callable[[int, int, int], Awaitable[Listed]]
"""Asks for a page from one second to another, both within, oldest change first; pages count from 0."""


async def by_time(fetch: Fetch, begin: int, end: int, size: int) -> AsyncGenerator[Fresh, None]:
    """Yield what is new of page after page."""
    start, page, odd = begin, 0, 0
    known: set[tuple[str, int]] = set()
    while True:
        listed = await fetch(start, end, page)
        rows = listed.rows
        orderly = _is_orderly(rows, start, end)
        if odd < ODD and not (orderly and _is_whole(listed, page, size)):
            odd += 1
            continue
        odd = 0
        fresh = [row for row in rows if (row.id, row.changed) not in known]
        known.update((row.id, row.changed) for row in fresh)
        last = rows[-1].changed if rows and orderly else None
        yield Fresh(fresh, last)
        if len(rows) < size or not fresh:
            return
        start, page = (last, 0) if last is not None and last > start else (start, page + 1)


def _is_orderly(rows: Sequence[Row], begin: int, end: int) -> bool:
    seconds = [begin, *(row.changed for row in rows), end]
    return all(one <= other for one, other in itertools.pairwise(seconds))


def _is_whole(listed: Listed, page: int, size: int) -> bool:
    """Whether there are as many rows as the total calls for."""
    if listed.total is None:
        return True
    return len(listed.rows) == max(0, min(size, listed.total - page * size))
