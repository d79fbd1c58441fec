"""The pages of one poll: their records by table, in files of one object a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from shopwatch.i18n import Translate
from shopwatch.records import TABLES
from shopwatch.sources import SourceError, canonical
from shopwatch.sources.cleaning import shown
from shopwatch.sources.documents import lines_of, records_in
from shopwatch.sources.files import Shape, mappings_of
from shopwatch.sources.mapping import Mapping
from shopwatch.sources.opening import Options
from shopwatch.sources.reader import Reader, Taken

SHORTEST = 8

# An escape of JSON: a letter beyond the first 65,536 in its two halves, a half without the other, or any other.
_ESCAPE = re.compile(
    rb"\\(?:u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|(u[Dd][89A-Fa-f][0-9A-Fa-f]{2})|.)",
    re.DOTALL,
)


class Page(msgspec.Struct, frozen=True):
    """The top of an answer that is an object."""

    records: msgspec.Raw = msgspec.Raw(b"null")
    cursor: str | int | None = None
    more: bool = False


class Told(msgspec.Struct):
    """What the pages told of one table. fields: those that its records name, if all of them are plain."""

    file: Path
    fields: frozenset[str] | None = frozenset()


class Pages:
    """Keeps page after page in `folder`. records: the one table whose records are at `records_path`; without
    it the answers say their tables. as_they_are: whether plain records need no mapping. shop: whose all of them are, where
    it is one's. secrets: what no record may hold, though a server may repeat it from what it was asked."""

    def __init__(
        self,
        folder: Path,
        host: str,
        *,
        records: str | None,
        records_path: str | None,
        as_they_are: bool,
        shop: str | None = None,
        secrets: Iterable[str] = (),
        _: Translate,
    ) -> None:
        self._folder = folder
        self._host = host
        self._records = records
        self._records_path = records_path
        self._as_they_are = as_they_are
        self._shop = shop
        self._secrets = written(secrets)
        self._translate = _
        self.tables: dict[str, Told] = {}
        self.records = 0
        """So many so far."""

    def take(self, body: bytes) -> Page:
        """Keep the page's records, and return its top."""
        _ = self._translate
        body = without(self._secrets, _whole_letters(body))
        try:
            page = msgspec.json.decode(body, type=Page) if body.lstrip()[:1] == b"{" else Page()
            if self._records is not None:
                records = records_in(body, self._records_path, self._host, _)
                self._keep(self._records, lines_of(records), None)
            else:
                told = msgspec.json.decode(page.records, type=dict[str, msgspec.Raw])
                for table, records_of_it in told.items():
                    if table in TABLES:
                        self._sort(table, records_of_it)
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceError(
                _("{host} answers something else than records ({reason}); check `url`").format(
                    host=self._host, reason=shown(error, 120)
                )
            ) from None
        return page

    def _sort(self, table: str, records: msgspec.Raw) -> None:
        """Take the records as they are, if they may be."""
        if self._as_they_are and (self.tables.get(table) or Told(self._folder)).fields is not None:
            plain = canonical.plain(table, records, self._shop)
            if plain is not None:
                self._keep(table, [plain.lines], plain.fields)
                return
        self._keep(table, lines_of(msgspec.json.decode(records, type=list[msgspec.Raw])), None)

    def _keep(self, table: str, lines: Iterable[bytes], fields: frozenset[str] | None) -> None:
        blocks = list(lines)
        if not any(blocks):
            return
        told = self.tables.setdefault(table, Told(self._folder / f"{table}.ndjson"))
        self.records += sum(block.count(b"\n") for block in blocks)
        told.fields = None if fields is None or told.fields is None else told.fields | fields
        with told.file.open("ab") as file:
            file.writelines(blocks)


def read_table(
    reader: Reader,
    table: str,
    told: Told,
    shape: Shape,
    shop: str | None,
    origin: str,
    now: int,
    _: Translate,
) -> Taken:
    """Read what was told of one table; shop: whose it is, where all of it is one shop's."""
    if told.fields is not None:
        return reader.read_plain(told.file, TABLES[table], told.fields, now, origin)

    def plan(headers: tuple[str, ...]) -> tuple[Mapping, ...]:
        return mappings_of(headers, shape, shop, (), origin, _)

    return reader.read_file(told.file, Options(), plan, now, origin)


def written(secrets: Iterable[str]) -> list[bytes]:
    """Secrets as they stand in JSON; one that is shorter than any real one might be a word of the records."""
    found = [msgspec.json.encode(str(secret))[1:-1] for secret in secrets]
    return [secret for secret in found if len(secret) >= SHORTEST]


def without(secrets: Iterable[bytes], body: bytes) -> bytes:
    """The text without the secrets."""
    for secret in secrets:
        if secret in body:
            body = body.replace(secret, "•••".encode())
    return body


def _whole_letters(body: bytes) -> bytes:
    """The text with a sign for each letter that was cut in two: one such, as in a name cut short, would cost the
    whole page."""
    try:
        body.decode()
    except UnicodeDecodeError:
        body = body.decode(errors="replace").encode()
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
