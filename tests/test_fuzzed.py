"""Files of any bytes, and good files that something went wrong with."""

from __future__ import annotations

import functools
import gzip
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest

from fuzzed import NAMES, read
from shopwatch.records import Poll

ROWS: list[dict[str, Any]] = [
    {"no": f"o{n}", "paid": f"2026-11-1{n} 10:00:00", "sum": n * 10, "title": f"杯子 {n}"} for n in range(5)
]


def table() -> bytes:
    return "\n".join([",".join(ROWS[0]), *(",".join(map(str, row.values())) for row in ROWS)]).encode()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in [list(ROWS[0]), *(list(row.values()) for row in ROWS)]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    row = "SELECT 'o1' AS no, '2026-11-11 10:00:00' AS paid, 10 AS sum, 'cup' AS title"
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as small:
        small.execute(f"COPY ({row}) TO '{folder}/f.parquet'")
        return (Path(folder) / "f.parquet").read_bytes()


GOOD: dict[str, Callable[[], bytes]] = {
    "f.csv": table,
    "f.tsv": lambda: table().replace(b",", b"\t"),
    "f.csv.gz": lambda: gzip.compress(table()),
    "f.json": lambda: json.dumps(ROWS).encode(),
    "f.ndjson": lambda: "\n".join(map(json.dumps, ROWS)).encode(),
    "f.xlsx": workbook,
    "f.parquet": parquet,
    "f.txt": lambda: "商家体验分 88\n更新时间 2026-11-20 08:00\n".encode(),
}


@functools.cache
def good(name: str) -> bytes:
    return GOOD[name]()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "f.txt"])
def test_what_goes_wrong_below_was_good_before(name: str) -> None:
    poll = read(name, good(name))
    assert isinstance(poll, Poll), poll
    assert sum(batch.rows for batch in poll.batches) == (1 if name == "f.parquet" else 5)


@pytest.mark.parametrize("name", NAMES)
@hypothesis.settings(max_examples=12)
@hypothesis.given(content=st.binary(max_size=400))
def test_any_bytes(name: str, content: bytes) -> None:
    read(name, content)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b'\x00"order_id,paid_at', id="a quotation mark amid a cell"),
        pytest.param(b'"order_id"x"\r",paid_at', id="a line's end amid a cell"),
        pytest.param(b"order_id," + b"x" * 200_000, id="a cell of 200,000 letters"),
    ],
)
def test_a_header_that_cannot_be_taken_apart_is_told(header: bytes) -> None:
    read("f.csv", header + b"\r\n1,2026-11-18 10:00:00\r\n")


@pytest.mark.parametrize("name", NAMES)
@hypothesis.settings(max_examples=25)
@hypothesis.given(data=st.data())
def test_a_good_file_with_some_bytes_changed_cut_or_repeated(name: str, data: st.DataObject) -> None:
    whole = good(name)
    first = data.draw(st.integers(0, len(whole)), "first")
    last = data.draw(st.integers(first, min(len(whole), first + 40)), "last")
    instead = data.draw(
        st.one_of(st.just(b""), st.just(whole[first:last] * 3), st.binary(max_size=40)), "instead"
    )
    read(name, whole[:first] + instead + whole[last:])
