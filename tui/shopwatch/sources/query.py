"""A whole SQL query over files: it runs again when one of the files that it names changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlglot

from shopwatch.i18n import Translate
from shopwatch.records import TABLES, Poll
from shopwatch.sources import SourceError, watched
from shopwatch.sources.cleaning import literal
from shopwatch.sources.files import READER
from shopwatch.sources.reader import Place, Reader, Taken, in_thread

_READ = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".parquet")


class QuerySource:
    """A query whose columns are named as the record's fields; its files are its string literals."""

    kind = "files"

    def __init__(
        self,
        *,
        name: str,
        every: float,
        query: str,
        records: str,
        shop: str | None,
        place: Place,
        _: Translate,
        wall: Callable[[], float] = time.time,
        rest: float = 2.0,
    ) -> None:
        self.name = name
        self.every = every
        self._records = records
        self._shop = literal(place.shop) if place.shop is not None else shop
        self._place = place
        self._translate = _
        self._rest = watched.Rest(wall, rest)
        self._query, self._paths = _with_absolute_paths(query, place.folder, _)
        self._definition = watched.definition_of(READER, self._query, records, self._shop, place.timezone)

    async def poll(self, cursor: str | None) -> Poll:
        """Run the query if a file of it changed and all have come to rest."""
        _ = self._translate
        known = watched.cursor_of(cursor, self._definition)
        files = await asyncio.to_thread(self._files)
        stamps = {file: watched.stamp_of(file) for file in files}
        if files and {str(file): stamp for file, stamp in stamps.items()} == known.files:
            return Poll(cursor=cursor)
        ready, writing = await self._rest.resting(files)
        if writing:
            waiting = tuple(_("{file} is still being written").format(file=file.name) for file in writing)
            return Poll(cursor=cursor, waiting=waiting)
        taken = await in_thread(self._place, _, lambda reader: self._run(reader, ready))
        if any(watched.stamp_of(file) != stamp for file, stamp in ready.items()):
            taken.discard()
            return Poll(
                cursor=cursor, waiting=(_("a file of {name} is still being written").format(name=self.name),)
            )
        return Poll(
            batches=tuple(taken.batches),
            rejects=tuple(taken.rejects),
            origins=(self.name,),
            cursor=msgspec.json.encode(
                watched.Cursor(
                    definition=self._definition, files={str(file): stamp for file, stamp in ready.items()}
                )
            ).decode(),
        )

    async def aclose(self) -> None:
        """Nothing is held between polls."""

    def _files(self) -> list[Path]:
        _ = self._translate
        found: dict[Path, None] = {}
        for path in self._paths:
            matches = path.files()
            if not matches:
                raise SourceError(
                    _("{path}, which the query of {name} reads, is not there; correct the query").format(
                        path=path, name=self.name
                    )
                )
            found.update(dict.fromkeys(matches))
        return list(found)

    def _run(self, reader: Reader, stamps: dict[Path, watched.Stamp]) -> Taken:
        newest = max((stamp[1] for stamp in stamps.values()), default=0) // 1_000_000_000
        return reader.read_query(self._query, TABLES[self._records], self._shop, newest, self.name)


def _with_absolute_paths(query: str, folder: Path, _: Translate) -> tuple[str, list[watched.Location]]:
    """The query with every literal that names files made absolute, and those paths."""
    try:
        tokens = sqlglot.tokenize(query, read="duckdb")
    except sqlglot.errors.SqlglotError:
        raise SourceError(_("the query can't be read as SQL; check its quotation marks")) from None
    paths: list[watched.Location] = []
    parts: list[str] = []
    last = 0
    for token in tokens:
        if token.token_type is not sqlglot.TokenType.STRING or not _names_a_file(token.text):
            continue
        path = watched.located(token.text, folder)
        paths.append(path)
        parts += [query[last : token.start], literal(path.sql)]
        last = token.end + 1
    return "".join([*parts, query[last:]]), paths


def _names_a_file(text: str) -> bool:
    bare = text.lower().removesuffix(".gz")
    return text.startswith(watched.PACKAGE) or (bare.endswith(_READ) and "\n" not in text)
