"""A report kept as a file of a folder, beside those that are there."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from shopwatch.reports.document import Format, Report
from shopwatch.reports.writing import written
from shopwatch.whole_files import create_whole


def save(report: Report, form: Format, folder: Path, name: str) -> Path:
    """Write it under a name that is still free, and return where; OSError where that can't be."""
    folder.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^\w-]+", "_", name)[:80]
    data = written(report, form).encode("utf-8", "replace")
    for number in itertools.count(1):
        path = folder / f"{safe}{'' if number == 1 else f'-{number}'}.{form}"
        try:
            create_whole(path, data)
        except FileExistsError:
            continue
        return path
    raise AssertionError
