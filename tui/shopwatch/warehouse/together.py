"""Which batches of several polls can be merged by one statement, so that what they change is what they would one by one."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Sequence

import duckdb

from shopwatch.records import Batch


def of_different_shops(
    connection: duckdb.DuckDBPyConnection, polls: Sequence[Sequence[Batch]]
) -> list[list[Sequence[Batch]]]:
    """Return the polls in their order, as many together as tell of different shops: what those change is the same in
    any order."""
    told = [batches for batches in polls if batches]
    if len(told) < 2:
        return [told]
    shops_in = _shops_in(connection, [str(batch.path) for batches in told for batch in batches])
    rounds: list[list[Sequence[Batch]]] = [[]]
    met: set[str] = set()
    for batches in told:
        shops = set[str]().union(*(shops_in.get(str(batch.path), ()) for batch in batches))
        if not met.isdisjoint(shops):
            rounds.append([])
            met = set()
        rounds[-1].append(batches)
        met |= shops
    return rounds


def _shops_in(connection: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> dict[str, list[str]]:
    """Return the shops that each file of records names."""
    rows = connection.execute(
        "SELECT filename, list(DISTINCT shop) FROM read_parquet(?, union_by_name = TRUE, filename = TRUE) GROUP BY ALL",
        [paths],
    ).fetchall()
    return dict(rows)


def alike(polls: Sequence[Sequence[Batch]]) -> Iterator[list[Batch]]:
    """Yield all batches, those of different polls together that tell the same fields of the same table. A poll's own stay
    in their order."""
    waiting = [collections.deque(batches) for batches in polls]
    while waiting:
        first = min(_tells(batches[0]) for batches in waiting)
        yield [batches.popleft() for batches in waiting if _tells(batches[0]) == first]
        waiting = [batches for batches in waiting if batches]


def _tells(batch: Batch) -> tuple[str, tuple[str, ...]]:
    return batch.table, tuple(batch.fields)
