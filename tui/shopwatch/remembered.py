"""How the screen was left, which the journal keeps for the next start: names and values that only the views read."""

from __future__ import annotations

from collections.abc import Mapping

from shopwatch.journal import Journal

_SCHEMA = "CREATE TABLE IF NOT EXISTS screen (name TEXT PRIMARY KEY, value TEXT) STRICT;"


class Remembered:
    """Every method blocks; what is kept lies in a few short rows."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        journal.add(_SCHEMA)

    def all(self) -> dict[str, str]:
        return dict(self._journal.read("SELECT name, value FROM screen"))

    def keep(self, values: Mapping[str, str]) -> None:
        """Keep these and no others."""
        with self._journal.transaction() as connection:
            connection.execute("DELETE FROM screen")
            connection.executemany("INSERT INTO screen VALUES (?, ?)", list(values.items()))
