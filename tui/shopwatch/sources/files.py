"""A folder of exported files, or one file: only what changed is read, and a changed file is read whole."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from shopwatch.i18n import Translate
from shopwatch.records import TABLES, Poll, Reject
from shopwatch.sources import SourceError, watched
from shopwatch.sources.cleaning import literal, shown
from shopwatch.sources.lending import in_thread
from shopwatch.sources.mapping import Mapping, named_columns
from shopwatch.sources.opening import Options
from shopwatch.sources.profile import Profile, match, missing, nearest
from shopwatch.sources.reader import Place, Reader, Taken

READER = 1
"""Counted up when the same file would be read otherwise, so that it is read again."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the configuration says of a file's columns: a profile, or a table with or without a map."""

    profile: str | None = None
    records: str | None = None
    shop: str | None = None
    map: dict[str, str] | None = None


def mappings_of(
    headers: Sequence[str],
    shape: Shape,
    shop: str | None,
    profiles: Sequence[Profile],
    file: str,
    _: Translate,
) -> tuple[Mapping, ...]:
    """What to read from a file with that header row; raises SourceError."""
    if shape.profile is None and shape.records is not None:
        table = TABLES[shape.records]
        fields = dict(shape.map) if shape.map is not None else named_columns(headers, table)
        expression = literal(shop) if shop is not None else shape.shop or fields.get("shop")
        return (Mapping(shape.records, fields | _shop(expression, file, _)),)
    profile = _profile(headers, shape.profile, profiles, file, _)
    expression = literal(shop) if shop is not None else shape.shop or profile.shop
    return tuple(
        Mapping(
            table.records, table.map | _shop(expression, file, _), table.where, table.group, profile.skip_rows
        )
        for table in profile.table
    )


def _shop(expression: str | None, file: str, _: Translate) -> dict[str, str]:
    if expression is None:
        raise SourceError(
            _(
                "{file}: which shop it belongs to is not said; put the source into a [[shop]], or give "
                "`shop` an expression over the columns"
            ).format(file=file)
        )
    return {"shop": expression}


def _profile(
    headers: Sequence[str], wanted: str | None, profiles: Sequence[Profile], file: str, _: Translate
) -> Profile:
    named = wanted not in (None, "auto")
    eligible = [profile for profile in profiles if profile.id == wanted] if named else profiles
    if named and not eligible:
        known = ", ".join(profile.id for profile in profiles)
        raise SourceError(_("there is no profile {id}; there are {known}").format(id=wanted, known=known))
    if (profile := match(headers, eligible)) is not None:
        return profile
    near = nearest(headers, eligible)
    if near is None:
        raise SourceError(_("no profile of an export is installed; give `records` and `map`"))
    raise SourceError(
        _("{file} is no export that is known; the nearest, {profile}, would also have {headers}").format(
            file=file, profile=near.id, headers=shown(", ".join(missing(headers, near)[:8]))
        )
    )


class FilesSource:
    """Files at a path or pattern."""

    kind = "files"

    def __init__(
        self,
        *,
        name: str,
        every: float,
        path: str,
        place: Place,
        shape: Shape,
        options: Options,
        profiles: Sequence[Profile],
        _: Translate,
        wall: Callable[[], float] = time.time,
        rest: float = 2.0,
    ) -> None:
        self.name = name
        self.every = every
        self._location = watched.located(path, place.folder)
        self._place = place
        self._shape = shape
        self._options = options
        self._profiles = profiles
        self._translate = _
        self._rest = watched.Rest(wall, rest)
        self._definition = watched.definition_of(
            READER,
            str(self._location),
            place.shop,
            place.timezone,
            shape,
            options,
            profiles if shape.profile else (),
        )

    async def poll(self, cursor: str | None) -> Poll:
        """Read the files that changed and have come to rest."""
        _ = self._translate
        known = watched.cursor_of(cursor, self._definition)
        files = await asyncio.to_thread(self._location.files)
        if not files:
            return self._nothing_there(known)
        fresh = await asyncio.to_thread(watched.changed, files, known)
        ready, writing = await self._rest.resting(fresh)
        work = _Work(self, ready, only=len(files) == 1)
        taken = await in_thread(self._place, _, work.run) if ready else Taken()
        kept = {str(file): known.files[str(file)] for file in files if str(file) in known.files}
        return Poll(
            batches=tuple(taken.batches),
            rejects=tuple(taken.rejects),
            origins=tuple(work.read),
            cursor=msgspec.json.encode(
                watched.Cursor(definition=self._definition, files=kept | work.read)
            ).decode(),
            waiting=tuple(
                _("{file} is still being written").format(file=file.name) for file in [*writing, *work.moved]
            ),
        )

    async def aclose(self) -> None:
        """Nothing is held between polls."""

    def _nothing_there(self, known: watched.Cursor) -> Poll:
        """A watched folder may wait for its first file; a folder or a file that isn't there is a mistake."""
        _ = self._translate
        if not self._location.is_pattern or not self._location.folder.is_dir():
            raise SourceError(
                _("{path} is not there; correct `path` or put the file there").format(path=self._location)
            )
        waiting = _("no file matches {path} yet").format(path=self._location)
        return Poll(cursor=msgspec.json.encode(known).decode(), waiting=(waiting,))

    def read(self, reader: Reader, file: Path, known_at: int) -> Taken:
        """Read one file whole."""

        def plan(headers: tuple[str, ...]) -> tuple[Mapping, ...]:
            return mappings_of(
                headers, self._shape, self._place.shop, self._profiles, file.name, self._translate
            )

        return reader.read_file(file, self._options, plan, known_at, str(file))

    def all_failed(self, sentences: Sequence[str]) -> SourceError:
        """What to say where no file could be read."""
        if len(sentences) == 1:
            return SourceError(sentences[0])
        _ = self._translate
        more = _("{first}; {n} more files can't be read either")
        return SourceError(more.format(first=sentences[0], n=len(sentences) - 1), sentences)

    @property
    def table(self) -> str:
        """The table that a file's own rejection is counted under."""
        return self._shape.records or ""


class _Work:
    """The blocking part of one poll. `read` and `moved` tell what became of each file."""

    def __init__(self, source: FilesSource, ready: dict[Path, watched.Stamp], *, only: bool) -> None:
        self._source = source
        self._ready = ready
        self._only = only
        self.read: dict[str, watched.Stamp] = {}
        self.moved: list[Path] = []

    def run(self, reader: Reader) -> Taken:
        taken = Taken()
        failures: list[SourceError] = []
        try:
            for file, stamp in sorted(self._ready.items(), key=lambda item: item[1][1]):
                self._one(reader, file, stamp, taken, failures)
            self._raise_if_none_was_read(failures)
        except BaseException:
            taken.discard()
            raise
        return taken

    def _raise_if_none_was_read(self, failures: list[SourceError]) -> None:
        if failures and (self._only or len(failures) == len(self._ready) > 1):
            raise self._source.all_failed([str(failure) for failure in failures])

    def _one(
        self, reader: Reader, file: Path, stamp: watched.Stamp, taken: Taken, failures: list[SourceError]
    ) -> None:
        try:
            found = self._source.read(reader, file, stamp[1] // 1_000_000_000)
        except SourceError as error:
            failures.append(error)
            found = Taken(rejects=[Reject(str(file), None, self._source.table, str(error), {})])
        if watched.stamp_of(file) != stamp:
            found.discard()
            self.moved.append(file)
            return
        taken.batches += found.batches
        taken.rejects += found.rejects
        self.read[str(file)] = stamp
