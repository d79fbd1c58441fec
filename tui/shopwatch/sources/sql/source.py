"""A SELECT that is asked again and again, from where it ended the last time."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from shopwatch import clickhouse
from shopwatch.i18n import Translate
from shopwatch.records import Poll
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import name as quoted
from shopwatch.sources.files import Shape, mappings_of
from shopwatch.sources.lending import in_thread
from shopwatch.sources.mapping import Mapping as FieldMapping
from shopwatch.sources.opening import Options
from shopwatch.sources.pages import without, written
from shopwatch.sources.reader import Place, Reader, Taken
from shopwatch.sources.sql.click import ClickDatabase
from shopwatch.sources.sql.database import Database, lines_of
from shopwatch.sources.sql.mark import Mark, begin_of, is_time, mark_of
from shopwatch.sources.watched import definition_of

Row = Mapping[str, Any]

MOST_ROWS = 500_000
"""Of one poll, unless they all bear the same time; the next goes on from there."""
LONGEST = 200.0
"""Seconds of one poll, likewise."""


class Reached(msgspec.Struct, frozen=True):
    """The cursor: how far was read, by which question."""

    definition: str
    mark: Mark | None = None


@dataclasses.dataclass(slots=True)
class _Progress:
    """What one poll has come to; `at` is the monotonic second of its last sign of life."""

    at: float
    began: float
    rows: int = 0
    mark: Mark | None = None


class SqlSource:
    """One query of one database, which fills one table."""

    kind = "sql"

    def __init__(
        self,
        *,
        name: str,
        every: float,
        url: str,
        query: str,
        updated_column: str | None,
        overlap: float,
        timeout: float,
        place: Place,
        shape: Shape,
        _: Translate,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.every = every
        self._query = query
        self._column = updated_column
        self._overlap = overlap
        self._timeout = timeout
        self._place = place
        self._shape = shape
        self._translate = _
        self._wall, self._monotonic = wall, monotonic
        self._database = database_at(url, place.folder, timeout, name, _)
        self._secrets = written(self._database.secrets)
        self._definition = definition_of(query, updated_column, place.shop, place.timezone, shape)

    async def poll(self, cursor: str | None) -> Poll:
        """Read what was changed since the cursor, and a while before it."""
        known = _cursor_of(cursor, self._definition)
        now = self._monotonic()
        progress = _Progress(at=now, began=now, mark=known.mark)
        working = asyncio.ensure_future(
            in_thread(self._place, self._translate, lambda reader: self._read(reader, progress))
        )
        try:
            taken = await self._watched(working, progress)
        except asyncio.CancelledError:
            await asyncio.to_thread(self._database.stop)
            working.cancel()
            await asyncio.wait([working])
            raise
        return Poll(
            batches=tuple(taken.batches),
            rejects=tuple(taken.rejects),
            # Where all was read anew, what was wrong before is wrong no more.
            origins=() if known.mark else (self.name,),
            cursor=msgspec.json.encode(Reached(self._definition, progress.mark)).decode(),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._database.close)

    async def _watched(self, working: asyncio.Future[Taken], progress: _Progress) -> Taken:
        """Wait for the reading as long as it goes on, and stop it where it stands still."""
        stopped = False
        while not working.done():
            left = progress.at + self._timeout - self._monotonic()
            if left <= 0 and not stopped:
                stopped = True
                await asyncio.to_thread(self._database.stop)
            await asyncio.wait([working], timeout=max(left, 0.05) if not stopped else None)
        if not stopped:
            return working.result()
        if not working.exception():
            working.result().discard()
        _ = self._translate
        words = _(
            "{host} did not answer within {seconds} s; make `query` lighter, index `updated_column`, or raise `timeout`"
        )
        raise SourceError(words.format(host=self._database.host, seconds=f"{self._timeout:g}"))

    def _read(self, reader: Reader, progress: _Progress) -> Taken:
        """Read batch after batch; of a reading that fails half-way nothing is left."""
        taken = Taken()
        first = progress.mark
        begin = None if first is None else begin_of(first, self._overlap)
        try:
            with contextlib.closing(self._database.rows(self._query, self._column, begin)) as batches:
                for rows in batches:
                    progress.at = self._monotonic()
                    self._read_batch(reader, rows, progress.rows, first, taken)
                    progress.rows += len(rows)
                    progress.at = self._monotonic()
                    progress.mark = self._marked(rows) or progress.mark
                    if self._is_enough(progress, first):
                        progress.mark = progress.mark and msgspec.structs.replace(progress.mark, between=True)
                        break
        except BaseException:
            taken.discard()
            raise
        return taken

    def _marked(self, rows: Sequence[Row]) -> Mark | None:
        """The mark of the last row that has a value: databases differ in where they put those without."""
        column = self._column
        if column is None:
            return None
        return next((mark for row in reversed(rows) if (mark := mark_of(row.get(column)))), None)

    def _is_enough(self, progress: _Progress, first: Mark | None) -> bool:
        """Whether to go on at the next poll; never before the mark has moved, or it would stand there for ever."""
        moved = progress.mark is not None and (first is None or progress.mark.value != first.value)
        long = progress.rows >= MOST_ROWS or self._monotonic() - progress.began > LONGEST
        return moved and long

    def _read_batch(
        self, reader: Reader, rows: Sequence[Row], before: int, first: Mark | None, taken: Taken
    ) -> None:
        now = int(self._wall())
        mark = self._marked(rows)

        def plan(headers: tuple[str, ...]) -> Sequence[FieldMapping]:
            found = mappings_of(headers, self._shape, self._place.shop, (), self.name, self._translate)
            return [self._dated(mapping, mark) for mapping in found]

        with tempfile.TemporaryDirectory(dir=self._place.scratch, ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "rows.ndjson"
            file.write_bytes(without(self._secrets, lines_of(rows)))
            found = reader.read_file(file, Options(), plan, now, self.name)
        taken.batches += found.batches
        for reject in found.rejects:
            if reject.row is None or self._is_fresh(rows[reject.row - 1], first):
                taken.rejects.append(msgspec.structs.replace(reject, row=reject.row and reject.row + before))

    def _is_fresh(self, row: Row, first: Mark | None) -> bool:
        """Whether the row is read for the first time, and not because of the overlap: a bad one is told once."""
        if first is None or self._column is None:
            return True
        value = row.get(self._column)
        return value is not None and value > begin_of(first, 0)

    def _dated(self, mapping: FieldMapping, mark: Mark | None) -> FieldMapping:
        """A row is known since it was changed, where nothing else is said."""
        if self._column is None or mark is None or not is_time(mark) or "known_at" in mapping.fields:
            return mapping
        return dataclasses.replace(mapping, fields=mapping.fields | {"known_at": quoted(self._column)})


def _cursor_of(text: str | None, definition: str) -> Reached:
    """The cursor of an earlier poll, if it is of the same question."""
    try:
        reached = msgspec.json.decode(text or "", type=Reached)
    except msgspec.DecodeError:
        return Reached(definition)
    return reached if reached.definition == definition else Reached(definition)


def database_at(
    address: str, folder: Path, timeout: float, name: str, _: Translate
) -> Database | ClickDatabase:
    """Return the database at an address; raises SourceError where that is none."""
    if str(address).partition(":")[0] in clickhouse.SCHEMES:
        return ClickDatabase(str(address), timeout, name, _)
    return Database(address, folder, timeout, name, _)
