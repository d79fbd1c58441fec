"""Plain values to batches, by the way that the records of every other source go."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from shopwatch.i18n import Translate
from shopwatch.sources.files import Shape
from shopwatch.sources.live.platform import Told
from shopwatch.sources.pages import Pages, read_table
from shopwatch.sources.reader import Reader, Taken


def handed(reader: Reader, told: Iterable[Told], shop: str, name: str, now: int, _: Translate) -> Taken:
    """Return the records as batches, one for each set of fields that a table's records tell."""
    taken = Taken()
    key = lambda one: (one[0], *sorted(one[1]))  # noqa: E731
    with tempfile.TemporaryDirectory(prefix="shopwatch-") as folder:
        try:
            for number, (_key, group) in enumerate(itertools.groupby(sorted(told, key=key), key)):
                _read_group(reader, list(group), shop, name, now, Path(folder) / str(number), taken, _)
        except BaseException:
            taken.discard()
            raise
    return taken


def _read_group(
    reader: Reader, told: list[Told], shop: str, name: str, now: int, folder: Path, taken: Taken, _: Translate
) -> None:
    folder.mkdir()
    table = told[0][0]
    pages = Pages(folder, name, records=None, records_path=None, as_they_are=True, _=_)
    records = [{"shop": shop} | record for _table, record in told]
    pages.take(msgspec.json.encode({"records": {table: records}}))
    for each, kept in pages.tables.items():
        shape = Shape(profile=None, records=each, shop=None, map=None)
        found = read_table(reader, each, kept, shape, shop, name, now, _)
        taken.batches += found.batches
        taken.rejects += found.rejects
