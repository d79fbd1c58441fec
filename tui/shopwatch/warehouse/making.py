"""Records that shopwatch itself made, as a batch like a source's."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from shopwatch.records import SQL_TYPES, TABLES, Batch, Record


@contextlib.contextmanager
def written(table: str, records: Sequence[Record], source: str) -> Iterator[Batch]:
    """Write records into a batch's file; it is there until it was taken in."""
    fields = TABLES[table].fields
    # all of a column as one value: a statement for each row takes a millisecond
    listed = ", ".join(f"unnest(CAST(? AS {SQL_TYPES[one.kind]}[])) AS {one.name}" for one in fields.values())
    columns = [[getattr(record, name) for record in records] for name in fields]
    with (
        tempfile.TemporaryDirectory(prefix="shopwatch-") as folder,
        duckdb.connect(config={"threads": 1}) as small,
    ):
        path = Path(folder) / "rows.parquet"
        small.execute(f"CREATE TABLE made AS SELECT {listed}", columns)
        quoted = str(path).replace("'", "''")
        small.execute(f"COPY made TO '{quoted}' (FORMAT parquet)")
        yield Batch(table, tuple(fields), path, len(records), source)
