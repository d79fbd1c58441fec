"""Files that are there whole or not at all: written beside their place, then put there in one step.

Whoever watches the folder, or looks after a lost power or on a full disk, finds what was there before or the new file.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_ONLY_IN_PLACE = (errno.EACCES, errno.EPERM, errno.EBUSY)
"""A file that may be written in a folder that may not, or that is mounted by itself."""


def write_whole(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put it in the place of what is there. mode: the file's rights; None: those that it had, or any new file's."""
    if path.exists() and not path.is_file():  # a pipe or a device can't be replaced
        path.write_bytes(data)
        return
    place = path.resolve()  # what a link leads to, not the link
    try:
        _replace(place, data, mode)
    except OSError as error:
        if error.errno not in _ONLY_IN_PLACE or not place.exists():
            raise
        place.write_bytes(data)


def _replace(place: Path, data: bytes, mode: int | None) -> None:
    with _beside(place, data, 0o666 if mode is None else mode) as part:
        if mode is None and place.exists():
            shutil.copymode(place, part)
        part.replace(place)


def create_whole(path: Path, data: bytes) -> None:
    """Put it where nothing is; FileExistsError where something is, which stays as it is."""
    with _beside(path, data, 0o666) as part:
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            path.open("xb").close()
            part.replace(path)


@contextlib.contextmanager
def _beside(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """Write a file of no name that anybody looks for, which is gone afterwards; errors speak of the path."""
    part = path.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with open(part, "xb", opener=functools.partial(os.open, mode=mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield part
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
