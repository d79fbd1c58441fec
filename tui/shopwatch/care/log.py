"""What the journal keeps of order care: which buyer was told what, so that nobody is told twice.

A message is marked before it is handed over: one that was cut off there, by a lost power say, may have arrived and
is not sent again, for twice is worse than once less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from shopwatch.journal import Journal

SCHEMA = """
CREATE TABLE IF NOT EXISTS care (
    shop TEXT, care TEXT, subject TEXT, order_id TEXT, at INTEGER, by TEXT, how TEXT,
    PRIMARY KEY (shop, care, subject)
) STRICT;
"""
How = Literal["told", "sending", "sent"]


class Told(NamedTuple):
    """One buyer who was told something. how: by hand, handed over without an answer yet, or taken."""

    care: str
    subject: str
    order_id: str
    at: int
    by: str
    how: How

    @property
    def key(self) -> str:
        return key_of(self.care, self.subject)


def key_of(care: str, subject: str) -> str:
    return f"{care}/{subject}"


class CareLog:
    """Every method blocks."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        journal.add(SCHEMA)

    def told(self, shop: str, until: int) -> list[Told]:
        """Return all that was told by a moment, the last first."""
        rows = self._journal.read(
            "SELECT care, subject, order_id, at, by, how FROM care WHERE shop = ? AND at <= ?"
            " ORDER BY at DESC, rowid DESC",
            shop,
            until,
        )
        return [Told(*row) for row in rows]

    def mark(self, shop: str, told: Iterable[Told]) -> None:
        """Keep what was told; what is there already stays as it is."""
        with self._journal.transaction() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO care VALUES (?, ?, ?, ?, ?, ?, ?)", [(shop, *one) for one in told]
            )

    def begin(self, shop: str, one: Told) -> bool:
        """Mark one as handed over, unless it is there already; return whether it wasn't."""
        with self._journal.transaction() as connection:
            added = connection.execute(
                "INSERT OR IGNORE INTO care VALUES (?, ?, ?, ?, ?, ?, ?)", (shop, *one)
            )
            return added.rowcount == 1

    def taken(self, shop: str, one: Told) -> None:
        with self._journal.transaction() as connection:
            connection.execute(
                "UPDATE care SET how = 'sent' WHERE shop = ? AND care = ? AND subject = ?",
                (shop, one.care, one.subject),
            )

    def forget(self, shop: str, keys: Sequence[str]) -> None:
        """Take back what was said to be told, or what nobody took."""
        with self._journal.transaction() as connection:
            connection.executemany(
                "DELETE FROM care WHERE shop = ? AND care || '/' || subject = ? AND how <> 'sent'",
                [(shop, key) for key in keys],
            )
