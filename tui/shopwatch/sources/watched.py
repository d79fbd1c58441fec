"""Files that a source watches: which there are, which changed since they were read, which are written."""

from __future__ import annotations

import asyncio
import dataclasses
import glob
import hashlib
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from pathlib import Path

import msgspec

PACKAGE = "package:"

Stamp = tuple[int, int]
"""Size and time of change (ns)."""


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far a source has read. definition: of what it was told to read; another reads all again."""

    definition: str
    files: dict[str, Stamp] = {}


def cursor_of(text: str | None, definition: str) -> Cursor:
    """The cursor of an earlier poll, if it is still worth anything."""
    try:
        cursor = msgspec.json.decode(text or "", type=Cursor)
    except msgspec.DecodeError:
        return Cursor(definition=definition)
    return cursor if cursor.definition == definition else Cursor(definition=definition)


def definition_of(*parts: object) -> str:
    """A short sign of everything that decides what a file's rows become."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """A path or pattern of the configuration. Only `pattern` is one: `base` is a folder, taken as written."""

    base: Path
    pattern: str

    def __str__(self) -> str:
        return str(self.base / self.pattern)

    @property
    def is_pattern(self) -> bool:
        return glob.has_magic(self.pattern) and not (self.base / self.pattern).is_file()

    @property
    def sql(self) -> str:
        """The path as DuckDB reads it."""
        if not self.is_pattern:
            return glob.escape(str(self))
        return str(Path(glob.escape(str(self.base))) / self.pattern)

    @property
    def folder(self) -> Path:
        """The folder under which the pattern looks."""
        parts = Path(self.pattern).parts
        plain = next((index for index, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
        return self.base.joinpath(*parts[:plain])

    def files(self) -> list[Path]:
        """The files there, the oldest first, without hidden ones and what an open table program leaves."""
        found = self.base.glob(self.pattern) if self.is_pattern else [self.base / self.pattern]
        stamped = [(stamp[1], file) for file in found if (stamp := stamp_of(file)) is not None]
        hidden = (".", "~$") if self.is_pattern else ()
        return [file for _changed, file in sorted(stamped) if not file.name.startswith(hidden)]


def located(path: str, folder: Path) -> Location:
    """Where a path of the configuration leads; `package:` names a file that shopwatch ships."""
    if path.startswith(PACKAGE):
        return Location(Path(str(resources.files("shopwatch"))), path.removeprefix(PACKAGE))
    whole = Path(path).expanduser()
    if whole.is_absolute():
        return Location(Path(whole.anchor), str(whole.relative_to(whole.anchor)))
    return Location(folder.absolute(), path)


def stamp_of(path: Path) -> Stamp | None:
    """None where there is no such file (any more)."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if path.is_file() else None


@dataclasses.dataclass(frozen=True, slots=True)
class Rest:
    """When a file counts as written: unchanged for `seconds`, or over two looks `look` seconds apart."""

    wall: Callable[[], float]
    seconds: float = 2.0
    look: float = 0.3

    async def resting(self, files: Iterable[Path]) -> tuple[dict[Path, Stamp], list[Path]]:
        """The files that can be read, with their stamps, and those still being written."""
        ready: dict[Path, Stamp] = {}
        young: dict[Path, Stamp] = {}
        now = self.wall()
        for file in files:
            if (stamp := stamp_of(file)) is not None:
                side = ready if now - stamp[1] / 1e9 >= self.seconds else young
                side[file] = stamp
        if young:
            await asyncio.sleep(self.look)
        writing = [file for file, stamp in young.items() if stamp_of(file) != stamp]
        ready.update((file, stamp) for file, stamp in young.items() if file not in writing)
        return ready, writing


def changed(files: Sequence[Path], cursor: Cursor) -> list[Path]:
    """Those that are not as they were when last read."""
    return [file for file in files if stamp_of(file) != cursor.files.get(str(file))]
