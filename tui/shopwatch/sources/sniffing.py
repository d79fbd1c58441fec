"""What a file is: by the ending of its name, and by its first bytes. Where they differ, it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError

Format = Literal["csv", "xlsx", "json", "ndjson", "parquet"]

FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
}
"""By the name's ending, `.gz` taken off; only text may be zipped."""


def format_of(path: Path, _: Translate) -> Format:
    """The file's format; SourceError where its name says none, or another than its bytes."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    zipped = suffixes[-1:] == [".gz"]
    ending = (suffixes[:-1] if zipped else suffixes)[-1:]
    kind = FORMATS.get(ending[0]) if ending else None
    if kind is None or (zipped and kind in ("xlsx", "parquet")):
        raise SourceError(
            _(
                "{file}: its format can't be told from its name; csv, tsv, csv.gz, xlsx, json, ndjson and "
                "parquet can be read"
            ).format(file=path.name)
        )
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise SourceError(_("{file} is empty; export it again").format(file=path.name))
    found, words = _found(head, _)
    if found != ("gzip" if zipped else kind if kind in ("xlsx", "parquet") else "text"):
        raise SourceError(
            _("{file} is not what its name says: it holds {words}; export it again").format(
                file=path.name, words=words
            )
        )
    return kind


def _found(head: bytes, _: Translate) -> tuple[str, str]:
    signatures = (
        (b"PK\x03\x04", "xlsx", _("an Excel workbook or a zip archive")),
        (b"PAR1", "parquet", _("a Parquet table")),
        (b"\x1f\x8b", "gzip", _("a gzip archive")),
        (b"\x89PNG", "picture", _("a picture")),
        (b"\xff\xd8\xff", "picture", _("a picture")),
        (b"GIF8", "picture", _("a picture")),
        (b"%PDF", "pdf", _("a PDF document")),
        (b"\xd0\xcf\x11\xe0", "xls", _("an old Excel workbook (.xls)")),
    )
    for magic, found, words in signatures:
        if head.startswith(magic):
            return found, words
    return "text", _("plain text")
