"""Opens one exported file in DuckDB, whatever its format, as a table `file` of the columns asked for.

Texts come as text, stripped, and NULL where empty; what a JSON or Parquet file types stays typed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import literal, name, plain, shown, stripped
from shopwatch.sources.sniffing import format_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Misfit = tuple[int, str]
"""A row that doesn't fit the file's own shape (1 is the first under the header), and what is wrong."""


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """An open file: its header cells, and `load`, which makes the table `file` of some of them.

    in_place: a misfit still has its row in the table (empty), so that the rows after it keep their numbers.
    """

    headers: tuple[str, ...]
    load: Callable[[Sequence[str]], list[Misfit]]
    in_place: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What the configuration says of a source's files."""

    encoding: str | None = None
    sheet: str | None = None
    records_path: str | None = None


def open_file(con: DuckDBPyConnection, path: Path, folder: Path, options: Options, _: Translate) -> Opened:
    """Open the file; `folder` takes temporary copies. Raises SourceError with a sentence."""
    from shopwatch.sources import delimited, documents, plaintext, workbook

    try:
        match format_of(path, _):
            case "parquet":
                return _open_parquet(con, path, _)
            case "xlsx":
                copy = workbook.as_csv(path, folder, options.sheet, _)
                return delimited.open_csv(con, copy, path.name, _)
            case "csv":
                text = plaintext.plain_text(path, folder, options.encoding, _)
                return delimited.open_csv(con, text, path.name, _)
            case "json":
                text = plaintext.plain_text(path, folder, options.encoding, _)
                return documents.open_json(con, text, folder, options.records_path, path.name, _)
            case "ndjson":
                text = plaintext.plain_text(path, folder, options.encoding, _)
                return documents.open_lines(con, text, path.name, _)
    except OSError as error:
        raise SourceError(
            _("{file} can't be read ({reason}); check that it is there and may be read").format(
                file=path, reason=error.strerror or error
            )
        ) from None


def unique(headers: Sequence[str]) -> tuple[str, ...]:
    """Header cells as column names: stripped, named where empty, numbered where two are alike."""
    seen: set[str] = set()
    names = []
    for index, header in enumerate(headers, 1):
        base = plain(header) or f"column{index}"
        found, count = base, 1
        while found.casefold() in seen:
            count += 1
            found = f"{base}_{count}"
        seen.add(found.casefold())
        names.append(found)
    return tuple(names)


def _open_parquet(con: DuckDBPyConnection, path: Path, _: Translate) -> Opened:
    import duckdb

    origin = f"read_parquet({literal(glob_free(path))})"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()
    except (duckdb.Error, UnicodeDecodeError) as error:  # its complaint may quote bytes that are no text
        raise SourceError(
            _("{file} is a damaged Parquet file ({reason}); write it again").format(
                file=path.name, reason=first_line(error)
            )
        ) from None
    headers = unique([column[0] for column in described])
    columns = {
        header: stripped(name(column[0])) if column[1] == "VARCHAR" else name(column[0])
        for header, column in zip(headers, described, strict=True)
    }

    def load(wanted: Sequence[str]) -> list[Misfit]:
        chosen = ", ".join(f"{columns[header]} AS {name(header)}" for header in wanted) or "TRUE AS present"
        con.execute(f"CREATE TEMP TABLE file AS SELECT {chosen} FROM {origin}")
        return []

    return Opened(headers, load)


def glob_free(path: Path) -> str:
    """The path as DuckDB reads it literally, though its name hold the signs of a pattern."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def first_line(error: Exception) -> str:
    """What the engine says was wrong, in one line without its own headings."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return shown(line.partition("Error: ")[2] or line)
