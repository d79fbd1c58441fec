"""An Excel workbook's sheet as a csv file, which is then read like any other."""

from __future__ import annotations

import csv
import datetime
import tempfile
from pathlib import Path
from typing import Any

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import shown

_MOST_DIGITS = 1e15  # a workbook keeps 15 digits of a number; the rest of a longer one is lost


def as_csv(path: Path, folder: Path, sheet: str | None, _: Translate) -> Path:
    """Write the sheet (the first, if none is named) from its first row that holds anything."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        if sheet is not None and sheet not in book.sheet_names:
            raise SourceError(
                _("{file} has no sheet {sheet}; it has {sheets}").format(
                    file=path.name, sheet=sheet, sheets=", ".join(map(shown, book.sheet_names))
                )
            )
        rows = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=True)
    except python_calamine.CalamineError as error:
        raise SourceError(
            _("{file} is no workbook that can be read ({reason}); save it again as .xlsx").format(
                file=path.name, reason=shown(error)
            )
        ) from None
    with tempfile.NamedTemporaryFile(
        "w", dir=folder, suffix=".csv", delete=False, encoding="utf-8", newline=""
    ) as copy:
        csv.writer(copy, quoting=csv.QUOTE_ALL).writerows([_text(cell) for cell in row] for row in rows)
        return Path(copy.name)


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        # In scientific notation a number of too many digits is told apart, and refused as an id.
        whole = cell.is_integer()
        return (
            f"{cell:.14e}" if whole and abs(cell) >= _MOST_DIGITS else str(int(cell)) if whole else repr(cell)
        )
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ", "seconds")
    return str(cell)
