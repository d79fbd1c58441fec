"""Plain values to batches, by the way that the records of every other source go."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from shopwatch.i18n import Translate
from shopwatch.sources.files import Shape
from shopwatch.sources.live.platform import Told
from shopwatch.sources.pages import Pages, read_table
from shopwatch.sources.reader import Reader, Taken


def handed(
    reader: Reader, told: Iterable[Told], shop: str, name: str, now: int, secrets: Sequence[str], _: Translate
) -> Taken:
    """Return the records as batches, one for each set of fields that a table's records tell. secrets: what none may hold."""
    taken = Taken()
    key = lambda one: (one[0], *sorted(one[1]))  # noqa: E731
    with tempfile.TemporaryDirectory(prefix="shopwatch-") as folder:
        try:
            for number, (_key, group) in enumerate(itertools.groupby(sorted(told, key=key), key)):
                place = Path(folder) / str(number)
                place.mkdir()
                pages = Pages(
                    place, name, records=None, records_path=None, as_they_are=True, secrets=secrets, _=_
                )
                _read_group(reader, list(group), pages, shop, name, now, taken, _)
        except BaseException:
            taken.discard()
            raise
    return taken


def _read_group(
    reader: Reader, told: list[Told], pages: Pages, shop: str, name: str, now: int, taken: Taken, _: Translate
) -> None:
    table = told[0][0]
    records = [{"shop": shop} | record for _table, record in told]
    pages.take(msgspec.json.encode({"records": {table: records}}))
    for each, kept in pages.tables.items():
        shape = Shape(profile=None, records=each, shop=None, map=None)
        found = read_table(reader, each, kept, shape, shop, name, now, _)
        taken.batches += found.batches
        taken.rejects += found.rejects
