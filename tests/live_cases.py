"""Live sources over the simulated marketplaces: made as the configuration makes them, polled until they are done."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from pathlib import Path
from typing import Any

import duckdb

from shopwatch.config import SourceSection
from shopwatch.records import TABLES, Poll
from shopwatch.sources import Source
from shopwatch.sources.build import build
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.timing import Timing

NOW = 1_795_140_000
"""2026-11-20 10:00:00 in Beijing."""


@dataclasses.dataclass
class Clock:
    """A clock that waits take forward, and nothing else."""

    at: float = NOW
    slept: list[float] = dataclasses.field(default_factory=list)

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
        await asyncio.sleep(0)

    @property
    def timing(self) -> Timing:
        return Timing(wall=self.now, monotonic=self.now, sleep=self.sleep, chance=lambda: 0.5)


def live(folder: Path, clock: Clock, section: dict[str, Any]) -> Source:
    """A source as a [[shop]] of a configuration has it."""
    shared = Shared(folder / "tokens", clock.timing)
    source = build(
        SourceSection(**section), shop="s1", timezone="Asia/Shanghai", folder=folder,
        scratch=folder / ".scratch", shared=shared, _=str, index=0,
    )  # fmt: skip
    closed = source.aclose

    async def aclose() -> None:
        await closed()
        shared.close()

    source.aclose = aclose  # type: ignore[method-assign]
    return source


class Kept:
    """What a warehouse would keep of polls: the newest state of each record, by table and key."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self.polls: list[Poll] = []

    def take(self, poll: Poll) -> None:
        assert not poll.rejects, poll.rejects
        self.polls.append(poll)
        for batch in poll.batches:
            key = TABLES[batch.table].key
            relation = duckdb.read_parquet(str(batch.path))
            for row in relation.fetchall():
                record = dict(zip(relation.columns, row, strict=True))
                table = self.rows.setdefault(batch.table, {})
                kept = table.setdefault(tuple(record[name] for name in key), {})
                if record["known_at"] >= kept.get("known_at", 0):
                    kept.update(record)

    def of(self, table: str, *fields: str) -> list[tuple[Any, ...]]:
        """The records' fields, in the order of their keys."""
        rows = self.rows.get(table, {})
        return [tuple(rows[key].get(field) for field in fields) for key in sorted(rows)]


async def everything(source: Source, kept: Kept, cursor: str | None = None) -> str | None:
    """Poll until there is nothing left to read."""
    for _round in range(100):
        poll = await source.poll(cursor)
        kept.take(poll)
        cursor = poll.cursor
        if not poll.again:
            return cursor
    raise AssertionError("never done")


class Nth:
    """A fault that befalls one call, the nth."""

    def __init__(self, fault: str, number: int) -> None:
        self._fault, self._left = fault, number

    def drawn(self, _chance: random.Random) -> str | None:
        self._left -= 1
        return self._fault if self._left == 0 else None
