"""Builds sources over real files, and reads back what their batches hold."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from shopwatch.config import SourceSection
from shopwatch.records import Batch, Poll
from shopwatch.sources import Source
from shopwatch.sources.build import build

WRITTEN = 1_795_000_000
"""When the polled files were written, unless a test says otherwise."""


def source(
    folder: Path, *, belongs_to: str | None = "s1", zone: str = "Asia/Shanghai", **section: Any
) -> Source:
    """A source as the configuration in `folder` would have it, in the [[shop]] that it belongs to."""
    section.setdefault("kind", "files")
    return build(
        SourceSection(**section),
        shop=belongs_to,
        timezone=zone,
        folder=folder,
        scratch=folder / ".scratch",
        _=str,
        index=0,
    )


def rest(folder: Path) -> None:
    """Make every file of the folder one that came to rest a while ago."""
    for file in folder.iterdir():
        if file.is_file():
            os.utime(file, (WRITTEN, WRITTEN))


async def polled(folder: Path, **section: Any) -> Poll:
    """What the first poll of such a source brings."""
    rest(folder)
    return await source(folder, **section).poll(None)


def rows(batches: Sequence[Batch], table: str, *fields: str) -> list[tuple[Any, ...]]:
    """The rows of the table, in the order of the file, of these fields."""
    found: list[tuple[Any, ...]] = []
    for batch in batches:
        if batch.table == table:
            relation = duckdb.read_parquet(str(batch.path))
            found += relation.project(", ".join(fields)).fetchall()
    return found


def values(poll: Poll, table: str, field: str) -> list[Any]:
    return [row[0] for row in rows(poll.batches, table, field)]
