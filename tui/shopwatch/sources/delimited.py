"""Text in rows and cells: csv and tsv."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import literal, name, stripped
from shopwatch.sources.opening import Misfit, Opened, glob_free, unique

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DELIMITERS = (",", "\t", ";", "|")
_LONGEST_HEADER = 1 << 20
MOST_MISFITS = 10_000


def open_csv(con: DuckDBPyConnection, path: Path, shown_name: str, _: Translate) -> Opened:
    """Open a UTF-8 file whose first line is the header. `shown_name` is what messages call it."""
    delimiter, cells = _header(path)
    if not any(cells) or "\x00" in "".join(cells):
        raise SourceError(
            _("{file} has no header row that can be read; export it again").format(file=shown_name)
        )
    headers = unique(cells)
    columns = ", ".join(f"{literal(f'c{index}')}: 'VARCHAR'" for index in range(len(headers)))

    def load(wanted: Sequence[str]) -> list[Misfit]:
        chosen = ", ".join(f"{stripped(f'c{headers.index(header)}')} AS {name(header)}" for header in wanted)
        # Every option is given, so that nothing is guessed from the rows; one that doesn't fit is kept aside.
        con.execute(
            f"CREATE TEMP TABLE file AS SELECT {chosen or 'TRUE AS present'} FROM read_csv("
            f"{literal(glob_free(path))}, auto_detect = false, header = true, columns = {{{columns}}}, "
            f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
            "store_rejects = true, rejects_limit = 0)"
        )
        return _misfits(con, len(headers), _)

    return Opened(headers, load, in_place=False)


def _header(path: Path) -> tuple[str, list[str]]:
    """Return what stands between the cells, and the header's; none of a header that can't be taken apart."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        line = file.readline(_LONGEST_HEADER)
        while (
            line.count('"') % 2 and len(line) < _LONGEST_HEADER and (more := file.readline(_LONGEST_HEADER))
        ):
            line += more
    delimiter = max(_DELIMITERS, key=line.count)
    with contextlib.suppress(csv.Error):  # a cell of a hundred thousand letters, say
        return delimiter, next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    return delimiter, []


def _misfits(con: DuckDBPyConnection, width: int, _: Translate) -> list[Misfit]:
    found = con.execute(
        "SELECT line, min(error_type::VARCHAR) FROM reject_errors GROUP BY line "
        f"ORDER BY line LIMIT {MOST_MISFITS}"
    ).fetchall()
    words = {
        "MISSING COLUMNS": _("fewer cells than the header's {width}"),
        "TOO MANY COLUMNS": _("more cells than the header's {width}"),
        "UNQUOTED VALUE": _("a quotation mark that is not closed"),
        "INVALID ENCODING": _("letters that are not UTF-8"),
        "LINE SIZE OVER MAXIMUM": _("a line longer than 2 MB"),
    }
    return [(line - 1, words.get(kind, kind).format(width=width)) for line, kind in found]
