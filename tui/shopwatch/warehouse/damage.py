"""A damaged DuckDB file: told from one that only can't be opened here and now, and put aside for another.

All that it held can be polled again; so whoever finds the damage begins a new file, and nobody needs to lend a hand.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from pathlib import Path

import duckdb

_SAID = re.compile(r"corrupt|not a valid DuckDB database|Could not read enough bytes", re.IGNORECASE)
"""How the engine says that what it reads isn't what it wrote."""

_NEWER = re.compile(r"storage version number")


def is_damage(error: duckdb.Error, path: Path) -> bool:
    """Whether the file itself is at fault, and not the disk, a right to it or the files that sources brought.

    Of the engine's own checksums and structures Python has no class, only the base of all. Where reading failed, the
    file is named.
    """
    if not _SAID.search(str(error)):
        return False
    return type(error) is duckdb.Error or (isinstance(error, duckdb.IOException) and str(path) in str(error))


def is_newer(error: duckdb.Error) -> bool:
    """Whether another version of the engine has to open the file."""
    return bool(_NEWER.search(str(error)))


def put_aside(path: Path, today: datetime.date) -> Path:
    """Rename a damaged file and its write-ahead log; the one put aside before it goes, so that they don't fill the
    disk. Return what it is called now."""
    aside = path.with_name(f"{path.name}.broken-{today}")
    for earlier in path.parent.glob(f"{path.name}.broken-*"):
        earlier.unlink()
    path.replace(aside)
    with contextlib.suppress(FileNotFoundError):
        path.with_name(f"{path.name}.wal").replace(f"{aside}.wal")
    return aside
