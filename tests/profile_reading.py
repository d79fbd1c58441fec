"""Reads one file by the profile that its header row tells, through the source that polls it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from shopwatch.records import Poll
from shopwatch.sources import Source
from shopwatch.sources.files import FilesSource, Shape
from shopwatch.sources.opening import Options
from shopwatch.sources.profile import load_profiles
from shopwatch.sources.reader import Place


def read(path: Path, shop: str | None) -> dict[str, list[dict[str, Any]]]:
    """Return the records by table, without `known_at`, and the rejects."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Place(shop=shop, timezone="Asia/Shanghai", folder=path.parent, scratch=Path(scratch))
        source = FilesSource(
            name="export",
            every=60,
            path=path.name,
            place=place,
            shape=Shape(profile="auto"),
            options=Options(),
            profiles=load_profiles(),
            rest=0,
            _=str,
        )
        return polled(source)


def polled(source: Source) -> dict[str, list[dict[str, Any]]]:
    """Poll once, and return what came, in an order of its own."""
    poll = asyncio.run(source.poll(None))
    found: dict[str, list[dict[str, Any]]] = {
        "rejects": [{"row": reject.row, "reason": reject.reason} for reject in poll.rejects]
    }
    for table, row in _rows(poll):
        found.setdefault(table, []).append(row)
    return {table: sorted(rows, key=str) if table != "rejects" else rows for table, rows in found.items()}


def _rows(poll: Poll) -> list[tuple[str, dict[str, Any]]]:
    rows = []
    for batch in poll.batches:
        relation = duckdb.read_parquet(str(batch.path))
        for row in relation.fetchall():
            record = dict(zip(relation.columns, row, strict=True))
            del record["known_at"]
            rows.append((batch.table, record))
    return rows
