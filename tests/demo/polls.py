"""Polling a market as a source would, and keeping what it brought as a warehouse would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from shopwatch.demo.cast import Shop, cast
from shopwatch.demo.market import HISTORY_DAYS, Marketplace, Page
from shopwatch.demo.moments import HOUR, at, day_of
from shopwatch.records import TABLES, Record

NOON = at(20_400, 12 * HOUR)

R = TypeVar("R", bound=Record)
Key = tuple[object, ...]
State = dict[str, dict[Key, Record]]


def market(seed: int = 1, shops: Sequence[Shop] = cast(5), at_moment: int = NOON) -> Marketplace:
    return Marketplace(seed, shops, day_of(at_moment) - HISTORY_DAYS)


def rows(state: State, struct: type[R]) -> list[R]:
    """Return the rows of one kind."""
    return [record for table in state.values() for record in table.values() if isinstance(record, struct)]


def pages(
    one: Marketplace, cursor: str | None, now: int, shop: str | None = None, size: int = 5000
) -> Iterator[Page]:
    while True:
        page = one.page(cursor, now, shop, size)
        yield page
        if not page.more:
            return
        cursor = page.cursor


def key_of(table: str, record: Record) -> Key:
    return tuple(getattr(record, name) for name in TABLES[table].key)


def keep(state: State, page: Page) -> None:
    """A later state wins."""
    for table, records in page.records.items():
        rows = state.setdefault(table, {})
        for record in records:
            key = key_of(table, record)
            if key not in rows or record.known_at >= rows[key].known_at:
                rows[key] = record


def whole(one: Marketplace, now: int, shop: str | None = None) -> State:
    state: State = {}
    for page in pages(one, None, now, shop):
        keep(state, page)
    return state


def plain(record: Record) -> dict[str, object]:
    """Return the record as a JSON reader gets it."""
    decoded: dict[str, object] = msgspec.json.decode(msgspec.json.encode(record))
    return decoded
