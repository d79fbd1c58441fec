"""Figures of official pages that people typed or pasted: a shop's own and its competitors'. The journal keeps them.

What is taken back stays as a figure that says nothing, so that it is taken back in the warehouse, too.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from shopwatch.feed import OfficialEntry, TypedPage
from shopwatch.journal import Journal
from shopwatch.records import Competitor, Official

_SCHEMA = """
CREATE TABLE IF NOT EXISTS official (
    shop TEXT, published_at INTEGER, item TEXT, value REAL, points REAL, weight REAL, entered_at INTEGER,
    PRIMARY KEY (shop, published_at, item)
) STRICT;
CREATE TABLE IF NOT EXISTS competitors (
    shop TEXT, competitor TEXT, published_at INTEGER, item TEXT, value REAL, points REAL, entered_at INTEGER,
    PRIMARY KEY (shop, competitor, published_at, item)
) STRICT;
"""

BY_HAND = 253_402_300_799
"""When they count as known, in UTC seconds: after any file, so that what a person corrects isn't undone by one that is
read again."""


class TypedFigures:
    """Every method blocks."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        journal.add(_SCHEMA)

    def keep(self, shop: str, entries: Sequence[OfficialEntry], published_at: int, entered_at: int) -> None:
        """Keep figures of a shop's own page; one that says nothing takes back what was said of its item."""
        rows = [
            (shop, published_at, entry.item, entry.value, entry.points, entry.weight, entered_at)
            for entry in entries
        ]
        with self._journal.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO official VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            if any(entry.item == "total" and entry.points is None for entry in entries):
                connection.execute(  # nothing was printed then for the anchored score to be out of
                    "DELETE FROM misses WHERE shop = ? AND published_at = ?", (shop, published_at)
                )

    def keep_competitors(
        self,
        shop: str,
        competitor: str,
        entries: Sequence[OfficialEntry],
        published_at: int,
        entered_at: int,
    ) -> None:
        """Keep figures of another shop's page, the same way."""
        rows = [
            (shop, competitor, published_at, entry.item, entry.value, entry.points, entered_at)
            for entry in entries
        ]
        with self._journal.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO competitors VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def pages(self, shop: str) -> list[TypedPage]:
        """Return what stands of a shop's own pages, the newest first."""
        pages: dict[int, list[OfficialEntry]] = {}
        for at, *figures in self._journal.read(
            "SELECT published_at, item, value, points, weight FROM official WHERE shop = ?"
            " AND coalesce(value, points, weight) IS NOT NULL ORDER BY published_at DESC, rowid",
            shop,
        ):
            pages.setdefault(at, []).append(OfficialEntry(*figures))
        return [
            TypedPage(at=datetime.datetime.fromtimestamp(at, datetime.UTC), entries=tuple(entries))
            for at, entries in pages.items()
        ]

    def own(self) -> list[Official]:
        """Return every figure of the shops' own pages, those taken back among them."""
        return [
            Official(
                shop=shop,
                published_at=at,
                item=item,
                value=value,
                points=points,
                weight=weight,
                known_at=BY_HAND,
            )
            for shop, at, item, value, points, weight in self._journal.read(
                "SELECT shop, published_at, item, value, points, weight FROM official"
            )
        ]

    def of_competitors(self) -> list[Competitor]:
        """Return every figure of a competitor, those taken back among them."""
        return [
            Competitor(
                shop=shop,
                competitor=competitor,
                published_at=at,
                item=item,
                value=value,
                points=points,
                known_at=BY_HAND,
            )
            for shop, competitor, at, item, value, points in self._journal.read(
                "SELECT shop, competitor, published_at, item, value, points FROM competitors"
            )
        ]
