"""The journal (SQLite): what only shopwatch knows, and so can't be polled again.

Ticks, the goals that shops keep to, what people said of orders, and each shop's last board, which is the warm start
of the first paint and what `status` prints beside a running monitor; `typed`, `alerts`, `care` and others keep more in
it. The warehouse can be deleted; this can't.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shopwatch.board import Board, Miss, Published
from shopwatch.journal_copy import Restored, check, copy, is_damage, is_due, is_lost, restore
from shopwatch.remarks import Remark, Remarks

if TYPE_CHECKING:
    from shopwatch.scoring.goal import Kept

_SCHEMA = """
CREATE TABLE IF NOT EXISTS boards (
    shop TEXT PRIMARY KEY, place INTEGER, saved_at INTEGER, board BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS ticks (
    shop TEXT, action TEXT, at INTEGER, done INTEGER, by TEXT, orders TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS ticks_by_shop ON ticks (shop, action, at);
CREATE TABLE IF NOT EXISTS remarks (
    shop TEXT, order_id TEXT, at INTEGER, kind TEXT, words TEXT, until INTEGER, by TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS remarks_by_moment ON remarks (at);
CREATE TABLE IF NOT EXISTS misses (
    shop TEXT, published_at INTEGER, published REAL, anchored REAL, recorded_at INTEGER, before REAL, before_at INTEGER,
    PRIMARY KEY (shop, published_at)
) STRICT;
CREATE TABLE IF NOT EXISTS goals (shop TEXT, at INTEGER, kept TEXT) STRICT;
CREATE INDEX IF NOT EXISTS goals_by_shop ON goals (shop, at);
"""
_ADDED = {"misses": {"before": "REAL", "before_at": "INTEGER"}}
"""By table, the columns that a journal made earlier lacks."""

VERSION = 1


class JournalError(Exception):
    """The journal can't be read or written: which file, and why. newer: a later version's, as it should stay."""

    def __init__(self, path: Path, reason: str, *, newer: bool = False) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason, self.newer = path, reason, newer


class TickRow(msgspec.Struct, frozen=True):
    """One tick as stored; `at` in UTC epoch seconds."""

    action: str
    at: int
    by: str
    orders: tuple[str, ...]


class Journal:
    """One file, from any thread: whoever comes while another writes waits. Every method blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.restored: Restored | None = None
        self._turn = (
            threading.RLock()
        )  # one connection holds one transaction: nobody else's words belong in it
        self._schemas = {_SCHEMA: None}  # each once, in order
        self._lost = False  # whether the disk has failed the connection
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = self._opened()
            except sqlite3.Error as error:
                if not is_damage(error) or (copied_at := restore(path)) is None:
                    raise
                self.restored = Restored(copied_at, path)
                self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5, check_same_thread=False, isolation_level=None)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        check(connection, self._path)
        if version > VERSION:
            raise JournalError(self._path, f"version {version} > {VERSION}", newer=True)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(f"BEGIN; {' '.join(self._schemas)} COMMIT;")
        _widen(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")

    def _reopen(self) -> None:
        """Open the file anew once the disk has failed: what was mended and mounted in its place isn't what is open.
        Until that can be written, what is open is read on."""
        if not self._path.exists():  # the bare folder, say, on which the disk isn't mounted yet
            return
        with contextlib.suppress(sqlite3.Error, OSError):
            connection = self._opened()
            self._connection.close()
            self._connection, self._lost = connection, False

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    def copy_daily(self, now: float) -> None:
        """Make a copy, where the last is a day old."""
        with self._told():
            if is_due(self._path, now):
                copy(self._connection, self._path)

    # What other modules keep here brings its own tables

    def add(self, schema: str) -> None:
        """Make these tables, where they aren't there yet."""
        with self._told():
            self._connection.executescript(schema)
            self._schemas[schema] = None

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self._all(sql, *values)

    def named(self, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query, its values by name."""
        with self._told():
            return self._connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written within it is kept, or nothing."""
        with self._transaction():
            yield self._connection

    def boards(self) -> list[tuple[Board, int]]:
        """Return each shop's last board with the moment it was saved, in the fleet's order.

        A board of an older shape is left out: it will be worked out again.
        """
        found = []
        for saved_at, encoded in self._all("SELECT saved_at, board FROM boards ORDER BY place"):
            with contextlib.suppress(msgspec.MsgspecError):
                found.append((msgspec.json.decode(encoded, type=Board), saved_at))
        return found

    def save_boards(
        self,
        boards: Sequence[Board],
        order: Sequence[str],
        saved_at: int,
        *,
        unsettled: Collection[str] = (),
    ) -> int:
        """Keep these boards, and forget the shops that are not in `order` any more; return their bytes.

        What each says of how far out it was when an official score came is kept for good, as it was first said of
        that score. unsettled: shops of which nothing of that is kept yet.
        """
        places = {shop: place for place, shop in enumerate(order)}
        rows = [
            (board.id, places.get(board.id, len(places)), saved_at, msgspec.json.encode(board))
            for board in boards
        ]
        with self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO boards VALUES (?, ?, ?, ?)", rows)
            self._keep_misses([board for board in boards if board.id not in unsettled], saved_at)
            gone = [
                (shop,)
                for (shop,) in self._connection.execute("SELECT shop FROM boards").fetchall()
                if shop not in places
            ]
            self._connection.executemany("DELETE FROM boards WHERE shop = ?", gone)
        return sum(len(encoded) for *_row, encoded in rows)

    def _keep_misses(self, boards: Sequence[Board], saved_at: int) -> None:
        misses = [(board.id, miss) for board in boards for miss in board.score.misses]
        self._connection.executemany(  # of a local day the last official score counts: the others are corrected
            "DELETE FROM misses WHERE shop = ? AND published_at >= ? AND published_at < ? AND published_at <> ?",
            [(shop, *_day_of(miss.at), int(miss.at.timestamp())) for shop, miss in misses],
        )
        self._connection.executemany(
            "INSERT INTO misses (shop, published_at, published, anchored, recorded_at, before, before_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (shop, published_at) DO UPDATE"
            " SET published = excluded.published, anchored = excluded.anchored, recorded_at = excluded.recorded_at,"
            " before = excluded.before, before_at = excluded.before_at"
            " WHERE misses.published <> excluded.published OR misses.before <> excluded.before",
            [
                (shop, int(miss.at.timestamp()), miss.published, miss.anchored, saved_at, *_before(miss))
                for shop, miss in misses
            ],
        )

    def misses(self, most: int) -> dict[str, tuple[Miss, ...]]:
        """Return how far out each shop's board was when the last of its official scores came, oldest first."""
        found: dict[str, tuple[Miss, ...]] = {}
        for shop, at, published, anchored, before, since in self._all(
            "SELECT shop, published_at, published, anchored, before, before_at FROM (SELECT *, row_number() OVER"
            " (PARTITION BY shop ORDER BY published_at DESC) AS place FROM misses)"
            " WHERE place <= ? ORDER BY shop, published_at",
            most,
        ):
            miss = Miss(
                at=_moment(at),
                published=published,
                anchored=anchored,
                out=anchored - published,
                before=None if since is None else Published(value=before, at=_moment(since)),
            )
            found[shop] = (*found.get(shop, ()), miss)
        return found

    def tick(self, shop: str, action: str, at: int, done: bool, by: str, orders: Iterable[str]) -> None:
        with self._told():
            self._connection.execute(
                "INSERT INTO ticks VALUES (?, ?, ?, ?, ?, ?)",
                (shop, action, at, int(done), by, msgspec.json.encode(tuple(orders)).decode()),
            )

    def ticks(self, until: int) -> dict[str, dict[str, TickRow]]:
        """Return the last tick of each shop's actions by then, where the last word was no undo."""
        found: dict[str, dict[str, TickRow]] = {}
        for shop, action, at, by, orders in self._all(
            "SELECT shop, action, at, by, orders FROM ticks"
            " WHERE done AND rowid IN (SELECT max(rowid) FROM ticks WHERE at <= ? GROUP BY shop, action)",
            until,
        ):
            found.setdefault(shop, {})[action] = TickRow(action, at, by, tuple(msgspec.json.decode(orders)))
        return found

    def remark(
        self,
        shop: str,
        orders: Iterable[str],
        at: int,
        by: str,
        *,
        note: str | None = None,
        owner: str | None = None,
        until: int | None = None,
    ) -> None:
        """Keep what was said of orders: a note, else who sees to them (`""`: nobody) and by when, else until when
        they stay out of the list (None: no longer)."""
        kind = "note" if note is not None else "owner" if owner is not None else "snooze"
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO remarks VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(shop, order, at, kind, note if note is not None else owner, until, by) for order in orders],
            )

    def remarks(self, since: int, until: int) -> dict[str, dict[str, Remarks]]:
        """Return what was said between two moments of each shop's orders; the last word on each thing counts."""
        found: dict[str, dict[str, Remarks]] = {}
        for shop, order, at, kind, words, snoozed, by in self._all(
            "SELECT shop, order_id, at, kind, words, until, by FROM remarks WHERE at BETWEEN ? AND ?"
            " ORDER BY at, rowid",
            since,
            until,
        ):
            orders = found.setdefault(shop, {})
            before = orders.get(order, Remarks())
            if kind == "note":
                changed = msgspec.structs.replace(before, notes=(*before.notes, Remark(at, by, words)))
            elif kind == "owner":
                changed = msgspec.structs.replace(before, owner=words, due=snoozed)
            else:
                changed = msgspec.structs.replace(before, until=snoozed)
            orders[order] = changed
        return found

    def keep_goal(self, shop: str, at: int, kept: Kept | None) -> None:
        """Keep a goal as it is planned by now; None: the shop keeps none any more."""
        encoded = None if kept is None else msgspec.json.encode(kept).decode()
        with self._told():
            self._connection.execute("INSERT INTO goals VALUES (?, ?, ?)", (shop, at, encoded))

    def goal(self, shop: str) -> Kept | None:
        """Return the goal that a shop keeps, as it was last planned; one of an older shape is none."""
        from shopwatch.scoring.goal import Kept

        for (encoded,) in self._all(
            "SELECT kept FROM goals WHERE shop = ? ORDER BY rowid DESC LIMIT 1", shop
        ):
            with contextlib.suppress(msgspec.MsgspecError):
                return None if encoded is None else msgspec.json.decode(encoded, type=Kept)
        return None

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._told():
            return self._connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with self._turn:
                if self._lost and not self._connection.in_transaction:
                    self._reopen()
                yield
        except OSError as error:
            raise JournalError(self._path, error.strerror or str(error)) from None
        except sqlite3.Error as error:
            self._lost = self._lost or is_lost(error)
            raise JournalError(self._path, str(error)) from None


def _widen(connection: sqlite3.Connection) -> None:
    for table, columns in _ADDED.items():
        known = {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}
        for name in columns.keys() - known:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")


def _before(miss: Miss) -> tuple[float | None, int | None]:
    return (None, None) if miss.before is None else (miss.before.value, int(miss.before.at.timestamp()))


def _moment(at: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at, datetime.UTC)


def _day_of(moment: datetime.datetime) -> tuple[int, int]:
    """Return the first second of a moment's local day, and that of the next day."""
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(start.timestamp()), int((start + datetime.timedelta(days=1)).timestamp())
