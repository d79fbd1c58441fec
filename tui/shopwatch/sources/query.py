"""A whole SQL query over files: it runs again when one of the files that it names changes.

The engine reads text in UTF-8 alone; of files in another encoding the query gets to see copies.
"""

from __future__ import annotations

import asyncio
import glob
import gzip
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import sqlglot

from shopwatch.i18n import Translate
from shopwatch.records import TABLES, Poll
from shopwatch.sources import SourceError, plaintext, watched
from shopwatch.sources.cleaning import literal
from shopwatch.sources.files import READER
from shopwatch.sources.lending import in_thread
from shopwatch.sources.reader import Place, Reader, Taken

_TEXTS = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl")


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
        self._parts = _taken_apart(query, place.folder, _)
        self._paths = [part for part in self._parts if isinstance(part, watched.Location)]
        self._query = self._reading({})
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

        def read(query: str) -> Taken:
            return reader.read_query(query, TABLES[self._records], self._shop, newest, self.name)

        try:
            return read(self._query)
        except SourceError:
            # The engine reads UTF-8 alone, and refuses a file that isn't; to look at every file first would
            # cost as much as to read it.
            with tempfile.TemporaryDirectory(dir=self._place.scratch, ignore_cleanup_errors=True) as folder:
                if not (copies := self._copies(Path(folder))):
                    raise
                return read(self._reading(copies))

    def _reading(self, copies: dict[watched.Location, Path]) -> str:
        """The query with absolute paths, of copies where there are some."""
        return "".join(
            part if isinstance(part, str) else literal(_named_in(copies.get(part), part))
            for part in self._parts
        )

    def _copies(self, folder: Path) -> dict[watched.Location, Path]:
        """Where files are that the engine can read, for each path that names one that it can't."""
        copies = {}
        for number, location in enumerate(dict.fromkeys(self._paths)):
            place = folder / str(number)
            place.mkdir()
            if _copied(location.files(), place):
                copies[location] = place
        return copies


def _taken_apart(query: str, folder: Path, _: Translate) -> list[str | watched.Location]:
    """The query's text, and in between what its literals that name files lead to."""
    try:
        tokens = sqlglot.tokenize(query, read="duckdb")
    except sqlglot.errors.SqlglotError:
        raise SourceError(_("the query can't be read as SQL; check its quotation marks")) from None
    parts: list[str | watched.Location] = []
    last = 0
    for token in tokens:
        if token.token_type is not sqlglot.TokenType.STRING or not _names_a_file(token.text):
            continue
        parts += [query[last : token.start], watched.located(token.text, folder)]
        last = token.end + 1
    return [*parts, query[last:]]


def _copied(files: Sequence[Path], folder: Path) -> bool:
    """Copy the files, each under its own name and in UTF-8, if one of them is in another encoding."""
    places = {file: folder / str(number) for number, file in enumerate(files)}
    for place in places.values():
        place.mkdir()
    recoded = {file: plaintext.recoded(file, place) for file, place in places.items() if _is_text(file.name)}
    if not any(recoded.values()):
        return False
    for file, place in places.items():
        copy = recoded.get(file)
        if copy is None:
            shutil.copyfile(file, place / file.name)
        elif file.suffix.lower() == ".gz":
            with copy.open("rb") as text, gzip.open(place / file.name, "wb", compresslevel=1) as zipped:
                shutil.copyfileobj(text, zipped)
            copy.unlink()
        else:
            copy.replace(place / file.name)
    return True


def _named_in(folder: Path | None, location: watched.Location) -> str:
    """The path as the engine reads it, in the folder of copies if there is one."""
    if folder is None:
        return location.sql
    return f"{glob.escape(str(folder))}/*/{Path(location.sql).name}"


def _names_a_file(text: str) -> bool:
    named = _is_text(text) or text.lower().endswith(".parquet")
    return text.startswith(watched.PACKAGE) or (named and "\n" not in text)


def _is_text(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(_TEXTS)
