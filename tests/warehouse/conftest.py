"""A warehouse in memory, and records made in a line."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from shopwatch.warehouse import DuckWarehouse


@pytest.fixture
def warehouse() -> Iterator[DuckWarehouse]:
    opened = DuckWarehouse(duckdb.connect())
    yield opened
    opened.close()
