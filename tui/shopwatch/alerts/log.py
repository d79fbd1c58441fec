"""What the journal keeps of alerts: the episodes, and the messages until their channels have taken them.

A message is marked as begun before it is handed to its channel: one that was cut off there, by a lost power say, may
have gone out and is not sent again, for twice is worse than a line in the list of alerts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from shopwatch.alerts.episodes import Episode
from shopwatch.alerts.messages import Message
from shopwatch.journal import Journal

SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (id TEXT PRIMARY KEY, ended_at INTEGER, episode BLOB) STRICT;
CREATE TABLE IF NOT EXISTS alert_shops (shop TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS alert_messages (
    id INTEGER PRIMARY KEY, at INTEGER, channel TEXT, title TEXT, body TEXT, due_at INTEGER, tries INTEGER,
    begun INTEGER
) STRICT;
"""
KEPT = 7 * 86400  # seconds for which what is over can still be read


class Waiting(NamedTuple):
    """A message that its channel hasn't taken."""

    id: int
    channel: str
    message: Message
    tries: int


class AlertLog:
    """Every method blocks."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        journal.add(SCHEMA)

    def episodes(self, now: int) -> dict[str, Episode]:
        """Return those that are open, or ended lately, by id."""
        found = {}
        for (encoded,) in self._journal.read(
            "SELECT episode FROM alerts WHERE ended_at IS NULL OR ended_at > ?", now - KEPT
        ):
            try:
                episode = msgspec.json.decode(encoded, type=Episode)
            except msgspec.MsgspecError:  # of an older shape: found again if it is still there
                continue
            found[episode.id] = episode
        return found

    def shops(self) -> set[str]:
        """Return the shops that have been looked at."""
        return {shop for (shop,) in self._journal.read("SELECT shop FROM alert_shops")}

    def keep(
        self,
        episodes: Iterable[Episode],
        shops: Iterable[str],
        messages: Iterable[tuple[str, Message]],
        at: int,
    ) -> None:
        """Keep what changed, with the messages that tell of it, by channel: all of it or nothing."""
        rows = [(one.id, one.ended_at, msgspec.json.encode(one)) for one in episodes]
        told = [(at, channel, one.title, one.body, at) for channel, one in messages]
        with self._journal.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?)", rows)
            connection.executemany(
                "INSERT OR IGNORE INTO alert_shops VALUES (?)", [(shop,) for shop in shops]
            )
            connection.executemany(
                "INSERT INTO alert_messages (at, channel, title, body, due_at, tries, begun)"
                " VALUES (?, ?, ?, ?, ?, 0, 0)",
                told,
            )
            connection.execute("DELETE FROM alerts WHERE ended_at < ?", (at - KEPT,))

    def waiting(self, now: int) -> list[Waiting]:
        """Return the messages whose time has come, oldest first."""
        return [
            Waiting(number, channel, Message(title, body), tries)
            for number, channel, title, body, tries in self._journal.read(
                "SELECT id, channel, title, body, tries FROM alert_messages WHERE due_at <= ? AND NOT begun"
                " ORDER BY id",
                now,
            )
        ]

    def begin(self, message: int) -> None:
        """It is handed to its channel now."""
        with self._journal.transaction() as connection:
            connection.execute(
                "UPDATE alert_messages SET begun = 1, tries = tries + 1 WHERE id = ?", (message,)
            )

    def taken(self, message: int) -> None:
        with self._journal.transaction() as connection:
            connection.execute("DELETE FROM alert_messages WHERE id = ?", (message,))

    def postpone(self, message: int, due_at: int) -> None:
        """It wasn't taken: try again then."""
        with self._journal.transaction() as connection:
            connection.execute(
                "UPDATE alert_messages SET begun = 0, due_at = ? WHERE id = ?", (due_at, message)
            )
