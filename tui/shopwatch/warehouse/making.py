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
    types = ", ".join(f"{field.name} {SQL_TYPES[field.kind]}" for field in fields.values())
    rows = [[getattr(record, name) for name in fields] for record in records]
    with (
        tempfile.TemporaryDirectory(prefix="shopwatch-") as folder,
        duckdb.connect(config={"threads": 1}) as small,
    ):
        path = Path(folder) / "rows.parquet"
        small.execute(f"CREATE TABLE made ({types})")
        small.executemany(f"INSERT INTO made VALUES ({', '.join('?' * len(fields))})", rows)
        quoted = str(path).replace("'", "''")
        small.execute(f"COPY made TO '{quoted}' (FORMAT parquet)")
        yield Batch(table, tuple(fields), path, len(rows), source)
