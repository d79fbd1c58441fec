"""Readers, each lent for one reading in a thread of its own, and kept open for the next.

To open an engine costs more than to read a few records with it; but each that is open holds memory and threads, so that
the hundreds of sources of a fleet share a few.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from shopwatch.i18n import Translate
from shopwatch.sources.reader import Place, Reader, Taken

MOST_KEPT = 4
"""Open while nothing is read: as many as are mostly read at once on a small machine."""
WORN_AFTER = 200
"""Readings: DuckDB 2.0 holds some kilobytes of each until it is closed."""


class _Kept(NamedTuple):
    """where: what of a place a reader is made for. readings: so many by now."""

    where: tuple[Path, Path, str]
    reader: Reader
    readings: int = 0


class Keeper:
    """Keeps readers open from poll to poll, for whichever sources share it."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []
        self._turn = threading.Lock()

    @contextlib.contextmanager
    def lent(self, place: Place, _: Translate) -> Iterator[Reader]:
        """Lend a kept reader, else a new one; it is kept again if all went well."""
        kept = self._taken(place) or _Kept(_where(place), _opened(place, _))
        with contextlib.ExitStack() as ending:
            ending.enter_context(kept.reader)
            yield kept.reader
            kept.reader.forget()
            if not kept.reader.stopped and kept.readings + 1 < WORN_AFTER:
                ending.pop_all()
                self._keep(kept._replace(readings=kept.readings + 1))

    def close(self) -> None:
        """Close all that are kept."""
        with self._turn:
            kept, self._kept = self._kept, []
        for one in kept:
            one.reader.close()

    def _taken(self, place: Place) -> _Kept | None:
        where = _where(place)
        with self._turn:
            found = next((one for one in reversed(self._kept) if one.where == where), None)
            if found is not None:
                self._kept.remove(found)
            return found

    def _keep(self, kept: _Kept) -> None:
        with self._turn:
            self._kept.append(kept)
            surplus, self._kept = self._kept[:-MOST_KEPT], self._kept[-MOST_KEPT:]
        for one in surplus:  # those that nobody asked for the longest
            one.reader.close()


def _where(place: Place) -> tuple[Path, Path, str]:
    return place.scratch, place.folder, place.timezone


def _opened(place: Place, _: Translate) -> Reader:
    return Reader(place.scratch, place.folder, place.timezone, _)


async def in_thread(
    place: Place, _: Translate, work: Callable[[Reader], Taken], keeper: Keeper | None = None
) -> Taken:
    """Run the blocking work with a reader; a cancelled poll stops it and leaves nothing behind."""
    readers: list[Reader] = []
    turn = threading.Lock()  # whoever has the reader next isn't to be stopped

    def run() -> Taken:
        with keeper.lent(place, _) if keeper else _opened(place, _) as reader:
            readers.append(reader)
            try:
                return work(reader)
            finally:
                with turn:
                    readers.clear()

    running = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        with turn:
            for reader in readers:
                reader.interrupt()
        with contextlib.suppress(Exception):
            (await running).discard()
        raise
