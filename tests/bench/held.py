"""What processes and their files hold, as the kernel tells it."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    """In bytes. private: what it wrote itself, and what would be free without it; of what is mapped from files it is
    said to have for itself alone whatever nobody else happens to have mapped, too, and so that isn't counted."""

    resident: int
    private: int


def memory(process: int) -> Memory:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    sizes = {
        name: int(value.split()[0]) << 10
        for name, _colon, value in (line.partition(":") for line in rollup.splitlines()[1:])
    }
    return Memory(sizes["Rss"], sizes["Private_Dirty"])


def threads(process: int) -> int:
    return len(list(_tasks(process)))


def open_files(process: int) -> Counter[str]:
    """Count what is open, by kind: `socket`, `pipe`, else `file`."""
    kinds = (name.partition(":")[0] for name in _open(process))
    return Counter(kind if kind in ("socket", "pipe") else "file" for kind in kinds)


def _open(process: int) -> Iterator[str]:
    for one in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):  # the one that lists them
            yield str(one.readlink())


def busy(process: int) -> float:
    """Return the seconds of the processor that it has had."""
    user, system = _stat(Path(f"/proc/{process}"))[11:13]
    return (int(user) + int(system)) / TICKS


def works(process: int) -> bool:
    """Whether a thread of it runs, waits for the processor, or for the disk."""
    return any(_stat(task)[0] in "RD" for task in _tasks(process))


def _tasks(process: int) -> Iterator[Path]:
    yield from Path(f"/proc/{process}/task").iterdir()


def _stat(folder: Path) -> Sequence[str]:
    """Return the fields after the name, which may hold anything."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return "Z"


def children(name: str) -> Iterator[int]:
    """Yield our own children with this word in their command."""
    for task in _tasks(os.getpid()):
        for child in (task / "children").read_text().split():
            with contextlib.suppress(OSError):
                if name.encode() in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                    yield int(child)


def size(*paths: Path) -> int:
    """Return the bytes of files, those in folders too; of one that isn't there, none."""
    found = 0
    for path in paths:
        for one in path.rglob("*") if path.is_dir() else (path,):
            with contextlib.suppress(FileNotFoundError):
                found += one.stat().st_size if one.is_file() else 0
    return found
