"""The configuration file, looked at again and again: whether it was changed, and whether what it says now can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shopwatch.config.structs import Config

Stamp = tuple[int, int]


class Watched:
    """load: reads the file, or raises `refused` with a sentence for the person."""

    def __init__(self, path: Path, load: Callable[[], Config], refused: type[Exception]) -> None:
        self._path, self._load, self._refused = path, load, refused
        self._seen = self._stamp()

    def look(self) -> Config | str | None:
        """Return the configuration where the file has changed, or what is wrong with it; None where it hasn't. Blocks.

        A file that is away for a moment, as while an editor puts another in its place, hasn't changed."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return None
        self._seen = stamp
        try:
            return self._load()
        except self._refused as error:
            return str(error)

    def _stamp(self) -> Stamp | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
