"""The same orders in every format and encoding, and files that are not what their names say."""

from __future__ import annotations

import datetime
import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from reading import polled, rows
from shopwatch.sources import SourceError

HEADERS = ("订单号", "付款时间", "金额", "商品")
LINES = (
    ("\t6912345678901234567", "2026-11-20 10:00:00", "58.90", "羊毛围巾"),
    ("6912345678901234568", "-", "7", "帽子, 黑"),
)
MAP = {"order_id": "订单号", "paid_at": "付款时间", "amount": "yuan(金额)", "product_name": "商品"}
EXPECTED = [
    ("s1", "6912345678901234567", 1795140000, 5890, "羊毛围巾"),
    ("s1", "6912345678901234568", None, 700, "帽子, 黑"),
]


def delimited(delimiter: str = ",", end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in line] for line in LINES]
    return end.join(delimiter.join(line) for line in [HEADERS, *quoted]) + end


def objects() -> list[dict[str, str]]:
    return [dict(zip(HEADERS, line, strict=True)) for line in LINES]


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADERS)
    sheet.append([LINES[0][0], datetime.datetime(2026, 11, 20, 10), 58.9, LINES[0][3]])
    sheet.append([LINES[1][0], None, 7, LINES[1][3]])
    book.save(path)


def write_parquet(path: Path) -> None:
    values = ", ".join(f"({', '.join(repr(cell) for cell in line)})" for line in LINES)
    values = values.replace("'\\t", "e'\\t")
    columns = ", ".join(f'"{header}"' for header in HEADERS)
    duckdb.connect().execute(f"COPY (SELECT * FROM (VALUES {values}) v({columns})) TO '{path}'")


FILES: dict[str, Callable[[Path], object]] = {
    "utf8.csv": lambda path: path.write_text(delimited(), "utf-8"),
    "bom.csv": lambda path: path.write_text(delimited(), "utf-8-sig"),
    "gb18030.csv": lambda path: path.write_text(delimited(), "gb18030"),
    "utf16.csv": lambda path: path.write_text(delimited(), "utf-16"),
    "crlf.csv": lambda path: path.write_bytes(delimited(end="\r\n").encode("gb18030")),
    "semicolon.csv": lambda path: path.write_text(delimited(";"), "utf-8"),
    "table.tsv": lambda path: path.write_text(delimited("\t").replace("\t6912", "'6912"), "utf-8"),
    "zipped.csv.gz": lambda path: path.write_bytes(gzip.compress(delimited().encode("utf-8"))),
    "zipped.tsv.gz": lambda path: path.write_bytes(
        gzip.compress(delimited("\t").replace("\t6912", "'6912").encode("gb18030"))
    ),
    "book.xlsx": write_xlsx,
    "array.json": lambda path: path.write_text(json.dumps(objects(), ensure_ascii=False, indent=1), "utf-8"),
    "bom.json": lambda path: path.write_text(json.dumps(objects(), ensure_ascii=False), "utf-8-sig"),
    "inside.json": lambda path: path.write_text(json.dumps({"code": 0, "list": objects()}), "utf-8"),
    "lines.json": lambda path: path.write_text("\n".join(map(json.dumps, objects())), "utf-8"),
    "lines.ndjson": lambda path: path.write_text("\n".join(map(json.dumps, objects())), "utf-8"),
    "lines.jsonl": lambda path: path.write_text("\n".join(map(json.dumps, objects())), "gb18030"),
    "table.parquet": write_parquet,
}


@pytest.mark.parametrize("name", FILES)
async def test_every_format_gives_the_same_records(tmp_path: Path, name: str) -> None:
    FILES[name](tmp_path / name)
    poll = await polled(tmp_path, path=name, records="orders", map=MAP)
    found = rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount", "product_name")
    assert (found, poll.rejects) == (EXPECTED, ())
    assert poll.batches[0].fields == (
        "shop", "known_at", "order_id", "paid_at", "amount", "product_name",
    )  # fmt: skip


async def test_records_deep_inside_a_json_object(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text(json.dumps({"data": {"page": {"items": objects()}, "ids": []}}))
    poll = await polled(
        tmp_path, path="answer.json", records="orders", map=MAP, records_path="data.page.items"
    )
    assert len(rows(poll.batches, "orders", "order_id")) == 2


async def test_nested_json_values_are_reached_by_their_names(tmp_path: Path) -> None:
    line = {"id": 691234567890123456, "pay": {"time": 1795140000123, "fen": 5890}, "items": [{"sku": "a"}]}
    (tmp_path / "o.ndjson").write_text(json.dumps(line))
    fields = {"order_id": "id", "paid_at": "pay.time", "amount": "pay.fen", "product_id": "items[1].sku"}
    poll = await polled(tmp_path, path="o.ndjson", records="orders", map=fields)
    found = rows(poll.batches, "orders", "order_id", "paid_at", "amount", "product_id")
    assert found == [("691234567890123456", 1795140000, 5890, "a")]


async def test_json_keys_of_every_kind(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"Id": "1", "id": "x", '单"号': 5, "": 1, "mixed": "7", "none": None},
        {"Id": "2", "mixed": 8, "a.b": "z"},
    ]
    (tmp_path / "f.ndjson").write_text("\n".join(map(json.dumps, lines)))
    fields = {"order_id": "Id", "quantity": "mixed", "product_name": '"a.b"', "warehouse": "none"}
    poll = await polled(tmp_path, path="f.ndjson", records="orders", map=fields)
    found = rows(poll.batches, "orders", "order_id", "quantity", "product_name", "warehouse")
    assert found == [("1", 7, None, None), ("2", 8, "z", None)]
    constant = await polled(tmp_path, path="f.ndjson", records="shop_names", map={"name": "'店'"})
    assert rows(constant.batches, "shop_names", "shop", "name") == [("s1", "店")] * 2


async def test_a_sheet_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("订单")
    sheet.append(["订单号"])
    sheet.append(["'77"])
    book.save(tmp_path / "book.xlsx")
    section = {"path": "book.xlsx", "records": "orders", "map": {"order_id": "订单号"}}
    poll = await polled(tmp_path, sheet="订单", **section)
    assert rows(poll.batches, "orders", "order_id") == [("77",)]
    with pytest.raises(SourceError, match=r"book\.xlsx has no sheet 退款; it has Sheet, 订单"):
        await polled(tmp_path, sheet="退款", **section)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
IMPOSTORS: dict[str, tuple[bytes, str]] = {
    "picture.csv": (PNG, "picture.csv is not what its name says: it holds a picture"),
    "text.xlsx": ("订单号\n1\n".encode(), "it holds plain text"),
    "text.parquet": (b"order_id\n1\n", "it holds plain text"),
    "book.csv": (b"PK\x03\x04" + bytes(60), "it holds an Excel workbook or a zip archive"),
    "zip.xlsx": (b"PK\x03\x04" + bytes(60), "zip.xlsx is no workbook that can be read"),
    "plain.csv.gz": (b"order_id\n1\n", "it holds plain text"),
    "cut.csv.gz": (gzip.compress(b"order_id\n" + b"12345\n" * 9999)[:-20], "cut-off gzip archive"),
    "cut.parquet": (b"PAR1" + bytes(40), "cut.parquet is a damaged Parquet file"),
    "cut.json": (b'[{"order_id": "1"}, {"ord', "cut.json is no JSON that can be read"),
    "numbers.json": (b"[1, 2]", "numbers.json holds no JSON objects"),
    "empty.csv": (b"", "empty.csv is empty"),
    "blank.csv": (b"\n\n\n", "blank.csv has no header row"),
    "zeros.csv": (bytes(64), "zeros.csv has no header row"),
    "notes.docx": (b"order_id\n", "its format can't be told from its name"),
}


@pytest.mark.parametrize("name", IMPOSTORS)
async def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str) -> None:
    content, sentence = IMPOSTORS[name]
    (tmp_path / name).write_bytes(content)
    section = {"records": "orders", "map": {"order_id": "order_id"}}
    with pytest.raises(SourceError) as alone:
        await polled(tmp_path, path=name, **section)
    assert sentence in str(alone.value)
    assert "\n" not in str(alone.value)

    # Among others it is told, and they are read all the same.
    (tmp_path / "good.csv").write_text("order_id\n1\n")
    poll = await polled(tmp_path, path="*.*", **section)
    assert rows(poll.batches, "orders", "order_id") == [("1",)]
    (reject,) = poll.rejects
    assert (reject.origin, reject.row, reject.reason) == (str(tmp_path / name), None, str(alone.value))


async def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("order_id\n1\n")
    path.chmod(0)
    try:
        path.read_text()
    except PermissionError:
        with pytest.raises(SourceError, match=r"o\.csv can't be read \(Permission denied\)"):
            await polled(tmp_path, path="o.csv", records="orders", map={"order_id": "order_id"})
    else:
        pytest.skip("this user may read every file")


async def test_a_large_file_stays_out_of_python(tmp_path: Path) -> None:
    n = 200_000
    with (tmp_path / "o.csv").open("w") as file:
        file.write("订单号,付款时间,金额\n")
        file.writelines(f"{i},2026-11-20 10:00:00,58.90\n" for i in range(n - 1))
        file.write(f"{n},2026-11-31 10:00:00,1\n")
    tracemalloc.start()
    before, _most = tracemalloc.get_traced_memory()
    poll = await polled(
        tmp_path,
        path="o.csv",
        records="orders",
        map={"order_id": "订单号", "paid_at": "付款时间", "amount": "yuan(金额)"},
    )
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert poll.batches[0].rows == n - 1
    assert [reject.row for reject in poll.rejects] == [n]
    assert most - before < 20_000_000
