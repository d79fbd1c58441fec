"""Pages turned so that nothing is lost while the list changes under them.

by_time     A row that is changed between two pages leaves the stretch that is read, and all after it move up: by number,
            one that nobody has seen moves onto a page that is already read. So the next page starts at the last second of
            the page before it. Numbers, or cursors, are used within a second that fills a page, alone.
forwards    By number, of lists whose new rows only push the others on to later pages.
backwards   From the last page to the first, of lists whose changed rows move to the front.

A page that can't be right (rows from elsewhere, out of order, fewer than the total calls for, the page before once more)
is asked for again; where the marketplace stands by it, it is taken.
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
    """A page. total: the rows of the whole stretch, as the marketplace counts. more: whether it says that there is another
    page; None: it doesn't say, and a page that isn't full is the last."""

    rows: Sequence[Any]
    total: int | None = None
    more: bool | None = None


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
        if not (len(rows) >= size and fresh if listed.more is None else listed.more):
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


Rows = list[dict[str, Any]]


class Numbered(NamedTuple):
    """A page of a list that is paged by number, from 1 on. total: of all pages, where the list says it."""

    rows: Rows
    more: bool = False
    total: int | None = None


class Turning:
    """Asks for pages of a size by their number. endless: what to raise where they have no end."""

    def __init__(
        self, fetch: Callable[[int], Awaitable[Numbered]], size: int, endless: Exception, most: int = 1000
    ) -> None:
        self._fetch, self._size, self._endless, self._most = fetch, size, endless, most
        self._before: tuple[int, Rows] = 0, []

    async def page(self, number: int) -> Numbered:
        """Return a page; one that can't be right is asked for again."""
        if number > self._most:
            raise self._endless
        asked, before = self._before
        for _again in range(ODD + 1):
            found = await self._fetch(number)
            repeated = found.rows and asked != number and found.rows == before
            if not repeated and _is_whole(Listed(found.rows, found.total), number - 1, self._size):
                break
        self._before = number, found.rows
        return found

    async def forwards(self) -> AsyncGenerator[Rows, None]:
        for number in itertools.count(1):
            found = await self.page(number)
            yield found.rows
            if not found.more or not found.rows:
                return

    async def backwards(self, first: Numbered | None = None) -> AsyncGenerator[Rows, None]:
        """Yield the pages from the last to the first. How many there are only the first page says, and not always
        rightly: where the last turns out to be full, those after it are looked at first."""
        first = first or await self.page(1)
        last = max(1, -(-(first.total or 0) // self._size))
        number, rows = last, (first if last == 1 else await self.page(last)).rows
        while len(rows) >= self._size:
            yield rows
            number += 1
            rows = (await self.page(number)).rows
        yield rows
        for number in range(last - 1, 0, -1):
            yield (await self.page(number)).rows
