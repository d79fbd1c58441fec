"""The journal's own daily copy: what is typed and ticked can't be polled again.

The copy lies beside it and is replaced whole, by one that has been read through. A journal that turns out damaged is
put aside, never deleted, and the copy takes its place.
"""

from __future__ import annotations

import contextlib
import datetime
import shutil
import sqlite3
from pathlib import Path
from typing import NamedTuple

from shopwatch.i18n import Translate

DAY = 86_400
CHECKED = 32_000_000  # bytes up to which a journal is read through as it is opened
_BESIDE = ("", "-wal", "-shm")  # the files that are one journal


class Restored(NamedTuple):
    """That a copy took the place of a damaged journal: of when it is, and which journal."""

    copied_at: float
    path: Path

    @property
    def damaged(self) -> Path:
        return self.path.with_name(f"{self.path.name}.damaged")


def restored_words(restored: Restored | None, zone: datetime.tzinfo | None, _: Translate) -> str | None:
    """Say that the journal was damaged and what is lost of it, where it was."""
    if restored is None:
        return None
    words = _(
        "the journal was damaged: its copy of {time} is used, what came since is lost; the damaged one is {file}"
    )
    at = datetime.datetime.fromtimestamp(restored.copied_at, zone)
    return words.format(time=f"{at:%Y-%m-%d %H:%M}", file=restored.damaged.name)


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise sqlite3.DatabaseError where a journal is damaged anywhere; of a large one, only where it is read."""
    if path.stat().st_size <= CHECKED:
        _sound(connection)


def _sound(connection: sqlite3.Connection) -> None:
    ((verdict, *_more),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise sqlite3.DatabaseError(str(verdict).splitlines()[-1])


def copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def is_due(path: Path, now: float) -> bool:
    """Whether the copy is a day old, or from a future that a changed clock has undone."""
    try:
        age = now - copy_of(path).stat().st_mtime
    except FileNotFoundError:
        return True
    return not -DAY < age < DAY


def copy(connection: sqlite3.Connection, path: Path) -> None:
    """Replace the copy, where the journal is sound; raises sqlite3.Error or OSError."""
    _sound(connection)
    partial = path.with_name(f"{path.name}.copying")
    partial.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(partial)) as target:
            connection.backup(target)
        partial.replace(copy_of(path))
        connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        ).fetchall()  # it stays as long as it ever was, else
    finally:
        partial.unlink(missing_ok=True)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, and not the disk or a right to it."""
    return type(error) is sqlite3.DatabaseError


def is_lost(error: sqlite3.Error) -> bool:
    """Whether the disk has failed what is open: it may stay so when the disk is mended."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"))


def restore(path: Path) -> float | None:
    """Put a damaged journal aside and its copy in its place; return when that was made, None without one."""
    source = copy_of(path)
    if not source.exists():
        return None
    for suffix in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{path}.damaged{suffix}")
    shutil.copyfile(source, path)
    return source.stat().st_mtime
