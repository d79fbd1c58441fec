"""The log: what went wrong with shopwatch itself, in a file of the state folder.

A line names the kind of an error and its place in the code. What the error says stays out: it may quote a
cell of a file, and so a buyer.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import traceback
from collections.abc import Iterator
from pathlib import Path

LOG_NAME = "shopwatch.log"
_BYTES, _FILES = 1_000_000, 3
_FRAMES = 4  # the innermost ones


def first_of(error: BaseException) -> BaseException:
    """Return the error itself, of several that came together the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def place_of(error: BaseException) -> str:
    """Return the kind of an error, and where in the code it came from, innermost first."""
    error = first_of(error)
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]
    return " < ".join([type(error).__name__, *places])


class _File(logging.handlers.RotatingFileHandler):
    """A file that several processes write, each line in its turn: one that kept it open would go on in a file that
    another has put away. Stays silent where it can't write: a full disk is told elsewhere, and this would print a
    traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        with _turn(Path(self.baseFilename).parent):
            super().emit(record)
            with contextlib.suppress(OSError):
                self._let_go()

    def _let_go(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        pass


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other process writes; where that can't be known, don't."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def logging_to(folder: Path) -> Iterator[None]:
    """Write what the package logs to a file that stays small, and to nothing else."""
    logger = logging.getLogger("shopwatch")
    handler = _File(folder / LOG_NAME, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated
        handler.close()
