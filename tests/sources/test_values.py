"""What each kind of field takes from text, from typed columns, and what it keeps aside and why."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from reading import WRITTEN, polled, rows, values
from shopwatch.records import Poll
from shopwatch.sources import SourceError
from shopwatch.sources.mapping import Mapping
from shopwatch.sources.opening import Options
from shopwatch.sources.reader import Reader

TEN = 1795140000  # 2026-11-20 10:00:00 in Asia/Shanghai
MIDNIGHT = 1795104000
DAY = 20777


async def read_cells(
    folder: Path, cells: list[str], field: str, expression: str = "x", table: str = "orders"
) -> Poll:
    """One row a cell: the key is the row's number, the cell fills `field`."""
    with (folder / "f.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("id", "x"), *enumerate(cells, 1)])
    keys = {"orders": "order_id", "aftersales": "aftersale_id", "chats": "chat_id", "reviews": "review_id"}
    fields = {keys[table]: "id", field: expression} if table in keys else {"agent": "id", field: expression}
    return await polled(folder, path="f.csv", records=table, map=fields)


TEXTS: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "orders", "paid_at", "x",
        {
            "2026-11-20 10:00:00": TEN, "2026-11-20T10:00:00": TEN, "2026-11-20 10:00": TEN,
            "2026/11/20 10:00:00": TEN, "2026/11/20 10:00": TEN, "2026年11月20日 10:00:00": TEN,
            "2026年11月20日10时00分00秒": TEN, "2026年11月20日10时00分": TEN, "2026-11-20 10:00:00.500": TEN,
            "2026-11-20 10：00：00": TEN, " 2026-11-20 10:00:00\t": TEN, "20261120100000": TEN,
            "2026-11-20T02:00:00Z": TEN, "2026-11-20T02:00:00+00:00": TEN, "2026-11-20 10:00:00 +0800": TEN,
            "2026-11-19T22:30:00-03:30": TEN, "2026-11-20T10:00:00.123+08": TEN, "2026-11-20 02:00 UTC": TEN,
            str(TEN): TEN, f"{TEN}123": TEN, "2026-11-20": MIDNIGHT, "20261120": MIDNIGHT,
            "2026年11月20日": MIDNIGHT, "2026-1-2 3:04:05": 1767294245,
            "2026-11-20 24:00:00": MIDNIGHT + 86400,
            "": None, "-": None, "--": None, " ": None,
        },
    ),
    (
        "orders", "amount", "yuan(x)",
        {
            "58.90": 5890, "7": 700, "0.1": 10, "1,234.50": 123450, "¥12": 1200, "￥12.5元": 1250,
            "-3.00": -300,
            "-": None, "19.999": 2000, "1.005": 101,
        },
    ),
    ("orders", "amount", "x", {"5890": 5890, "-100": -100, "0": 0}),
    ("orders", "quantity", "x", {"3": 3, "3.0": 3, "1,234": 1234, "0": 0}),
    ("orders", "presale", "x", {
        "是": True, "否": False, "true": True, "FALSE": False, "1": True, "0": False, "Y": True,
        "n": False, "": None,
    }),
    ("aftersales", "kind", "x", {"refund": "refund", "Return": "return", "": None}),
    ("chats", "reply_seconds", "x", {"13.9": 13.9, "0": 0.0, "1e2": 100.0}),
    ("chats", "stars", "percent(x)", {
        "98.66%": 0.9866, "0.5": 0.5, "100.00%": 1.0, "1.34％": 0.0134, "-": None,
    }),
    ("orders", "product_id", "x", {
        "\t6912345678901234567": "6912345678901234567", "'6912": "6912", '="00123"': "00123", " A-1 ": "A-1",
        "1e10": "1e10", "abc_1.2": "abc_1.2", "0012": "0012",
    }),
    ("orders", "product_name", "x", {
        "羊毛\u202e围\u200b巾\x1b[31m": "羊毛围巾[31m", "a\nb\tc": "a b c", "\ufeff\u2066x\u2069": "x",
        "🧣 ok": "🧣 ok",
        "\x07": None, "'quoted'": "'quoted'", "\u061cعربى": "عربى",
    }),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "field", "expression", "cells"), TEXTS, ids=[f"{case[1]}={case[2]}" for case in TEXTS]
)
async def test_text_becomes(
    tmp_path: Path, table: str, field: str, expression: str, cells: dict[str, Any]
) -> None:
    poll = await read_cells(tmp_path, list(cells), field, expression, table)
    assert [reject.reason for reject in poll.rejects] == []
    assert dict(zip(cells, values(poll, table, field), strict=True)) == cells


UNREADABLE: list[tuple[str, str, str, list[str], str]] = [
    (
        "orders", "paid_at", "x",
        [
            "2026-13-45 00:00:00", "2026-02-30", "昨天", "10:00:00", "0000-00-00 00:00:00", "infinity",
            "epoch",
            "1795140000000000", "12345", "1895-01-01", "2150-01-01 00:00:00",
            "2026-11-20 10:00:00 America/Sao_Paulo",
            "2026-11-20 10:61", "********",
        ],
        "is no time such as 2026-11-20 10:00:00",
    ),
    ("orders", "amount", "x", ["58.90", "58.00", "1,234", "abc", "12元"], "give fen: yuan(price)"),
    ("orders", "amount", "yuan(x)", ["12,50", "abc", "12元5", "1.2.3", "$5"], "its expression can't take"),
    ("orders", "quantity", "x", ["-1", "1.5", "many"], "is no whole number from 0 on"),
    ("orders", "quantity", "CAST(x AS BIGINT)", ["many", "9" * 22], "its expression can't take"),
    ("orders", "presale", "x", ["maybe", "2"], "is neither true nor false"),
    ("aftersales", "kind", "x", ["仅退款", "refunds"], "is none of refund, return, exchange, resend, repair"),
    ("chats", "reply_seconds", "x", ["5%", "nan", "inf", "fast"], "is no number; percent(x)"),
    ("chats", "stars", "percent(x)", ["120%", "5", "-3%", "high"], "its expression can't take"),
    ("orders", "product_id", "x", ["1.23457E+18", "6.9123456789e+18", "1E+15"], "has lost digits"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "field", "expression", "cells", "sentence"),
    UNREADABLE,
    ids=[f"{case[1]}={case[2]}" for case in UNREADABLE],
)
async def test_text_that_cannot_be_read_is_kept_aside(
    tmp_path: Path, table: str, field: str, expression: str, cells: list[str], sentence: str
) -> None:
    poll = await read_cells(tmp_path, [*cells, ""], field, expression, table)
    assert values(poll, table, field) == [None]  # the row that says nothing is fine, and all others are bad
    assert [reject.row for reject in poll.rejects] == list(range(1, len(cells) + 1))
    for reject, cell in zip(poll.rejects, cells, strict=True):
        assert reject.reason.startswith(f"{field}: ")
        assert sentence in reject.reason
        assert reject.fields[field] == cell
        assert reject.table == table


async def test_a_day_from_dates_and_times(tmp_path: Path) -> None:
    cells = ["2026-11-20", "20261120", "2026/11/20", "2026年11月20日", "2026-11-20 23:59:59", str(DAY)]
    cells += [str(TEN), "2026-11-19T16:00:00Z"]
    with (tmp_path / "f.csv").open("w", encoding="utf-8") as file:
        file.write("agent,day\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells)))
    poll = await polled(tmp_path, path="f.csv", records="agent_days")
    assert values(poll, "agent_days", "day") == [DAY] * 5 + [DAY] * 2
    assert [reject.fields["day"] for reject in poll.rejects] == [str(DAY)]  # as text, that is no date


async def test_typed_columns_of_a_parquet_file(tmp_path: Path) -> None:
    duckdb.connect().execute(
        f"""COPY (SELECT 691234567890123456 AS order_id, TIMESTAMP '2026-11-20 10:00:00' AS created_at,
        TIMESTAMPTZ '2026-11-20 02:00:00+00' AS paid_at, DATE '2026-11-20' AS promised_ship_at,
        {TEN} AS shipped_at, {TEN}123 AS finished_at, 0 AS closed_at, 5890.0000000001 AS amount,
        12::UTINYINT AS quantity, TRUE AS presale, 0 AS excluded, 7.0::DOUBLE AS product_id,
        ' 围巾 ' AS product_name, UUID '00000000-0000-0000-0000-000000000001' AS warehouse
        ) TO '{tmp_path / "o.parquet"}'"""
    )
    poll = await polled(tmp_path, path="o.parquet", records="orders")
    assert poll.rejects == ()
    fields = "order_id created_at paid_at promised_ship_at shipped_at finished_at closed_at amount quantity"
    assert rows(poll.batches, "orders", *fields.split(), "presale", "excluded") == [
        ("691234567890123456", TEN, TEN, MIDNIGHT, TEN, TEN, None, 5890, 12, True, False)
    ]
    assert rows(poll.batches, "orders", "product_id", "product_name", "warehouse") == [
        ("7", "围巾", "00000000-0000-0000-0000-000000000001")
    ]


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("amount", "58.9", "amount: 58.9 is not whole fen; give fen: yuan(price), or price * 100"),
        ("order_id", "1.5::DOUBLE", "order_id: 1.5 was kept as a number and has lost digits"),
        ("order_id", "6.912345678901234e18::DOUBLE", "has lost digits"),
        ("order_id", "NULL", "order_id is empty"),
        ("paid_at", "TIMESTAMP 'infinity'", "paid_at: infinity is no time"),
        ("paid_at", "123.5::DOUBLE", "paid_at: 123.5 is no time"),
        ("quantity", "TRUE", "quantity: true is no whole number"),
        ("presale", "2", "presale: 2 is neither true nor false"),
    ],
)
async def test_typed_values_that_cannot_be_read(
    tmp_path: Path, column: str, value: str, sentence: str
) -> None:
    columns = {"order_id": "'1'", column: value}
    chosen = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    good = ", ".join("'2'" if name == "order_id" else "NULL" for name in columns)
    others = "" if column == "order_id" else f" UNION ALL SELECT {good}, 'y'"
    duckdb.connect().execute(
        f"COPY (SELECT {chosen}, 'x' AS product_name{others}) TO '{tmp_path / 'o.parquet'}'"
    )
    poll = await polled(tmp_path, path="o.parquet", records="orders")
    (reject,) = poll.rejects
    assert sentence in reject.reason
    assert reject.row == 1
    assert values(poll, "orders", "order_id") == ([] if column == "order_id" else ["2"])


async def test_an_id_that_a_workbook_kept_as_a_number(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["订单号"], [6912345678901234567], [123456789012345], ["6912345678901234567"], [None], [12]):
        sheet.append(row)
    book.save(tmp_path / "o.xlsx")
    poll = await polled(tmp_path, path="o.xlsx", records="orders", map={"order_id": "订单号"})
    assert values(poll, "orders", "order_id") == ["123456789012345", "6912345678901234567", "12"]
    (reject,) = poll.rejects
    assert (reject.row, reject.reason.partition(": ")[0]) == (1, "order_id")
    assert "lost digits" in reject.reason


@pytest.mark.parametrize("shop", ["店铺_1.a-b", "A" * 64, "  s1\t", "'9"])
async def test_shop_ids(tmp_path: Path, shop: str) -> None:
    (tmp_path / "f.ndjson").write_text(json.dumps({"shop": shop, "order_id": "1"}))
    poll = await polled(tmp_path, belongs_to=None, path="f.ndjson", records="orders")
    assert values(poll, "orders", "shop") == [shop.strip().lstrip("'")]


@pytest.mark.parametrize("shop", ["a b", "A" * 65, "x/../y", "a\x1bb c", "‮", ""])
async def test_what_is_no_shop_id(tmp_path: Path, shop: str) -> None:
    (tmp_path / "f.ndjson").write_text(json.dumps({"shop": shop, "order_id": "1"}))
    poll = await polled(tmp_path, belongs_to=None, path="f.ndjson", records="orders")
    assert poll.batches == ()
    (reject,) = poll.rejects
    assert reject.reason.startswith("shop")
    assert "\x1b" not in reject.reason + str(reject.fields)
    assert "‮" not in reject.reason + str(reject.fields)


async def test_header_cells_are_stripped_and_told_apart(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        '\ufeff\t订单号 ,"付款时间 ",\'金额,,备注,备注\n1,2026-11-20 10:00:00,5,x,a,b\n'
    )
    fields = {
        "order_id": "订单号", "paid_at": "付款时间", "amount": "yuan(金额)", "product_name": "备注_2",
        "warehouse": "column4",
    }  # fmt: skip
    poll = await polled(tmp_path, path="f.csv", records="orders", map=fields)
    assert rows(poll.batches, "orders", *fields) == [("1", TEN, 500, "b", "x")]


async def test_rows_that_do_not_fit_keep_the_numbers_of_the_others(tmp_path: Path) -> None:
    lines = [
        b"id,x",
        b"1,1",
        b"2",
        b"3,2,3",
        b"4,1",
        b"5,bad",
        b",",
        b'6,"12"',
        b"61,\xffq",
        b'7,"open',
        b"8,9",
    ]
    (tmp_path / "f.csv").write_bytes(b"\n".join(lines))
    poll = await polled(
        tmp_path, path="f.csv", encoding="utf-8", records="orders", map={"order_id": "id", "quantity": "x"}
    )
    assert values(poll, "orders", "order_id") == ["1", "4", "6"]
    told = {reject.row: reject.reason for reject in poll.rejects}
    assert told == {
        2: "the row does not fit the file: fewer cells than the header's 2",
        3: "the row does not fit the file: more cells than the header's 2",
        5: "quantity: bad is no whole number from 0 on",
        8: "the row does not fit the file: letters that are not UTF-8",
        9: "the row does not fit the file: a quotation mark that is not closed",
    }
    assert all(reject.fields == {} for reject in poll.rejects if "fit" in reject.reason)


async def test_lines_that_are_no_json_are_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "f.ndjson").write_text(
        '{"order_id": "1"}\n{"order_id": \n[3]\n"x"\n{"order_id": "5", "quantity": -1}\n'
    )
    poll = await polled(tmp_path, path="f.ndjson", records="orders")
    assert values(poll, "orders", "order_id") == ["1"]
    assert [reject.row for reject in poll.rejects] == [2, 3, 4, 5]


async def test_a_reject_shows_only_mapped_fields_and_no_more_than_200_letters(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(f"id,收件人,手机,x\n1,王小明,13800000000,{'长' * 500}\x1b[2J\n")
    poll = await polled(tmp_path, path="f.csv", records="orders", map={"order_id": "id", "paid_at": "x"})
    (reject,) = poll.rejects
    assert set(reject.fields) == {"shop", "order_id", "paid_at"}
    assert len(reject.fields["paid_at"]) == 200
    assert "王小明" not in str(reject)
    assert "\x1b" not in str(reject)


async def test_known_at_is_mapped_else_the_file_time(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("order_id,known_at\n1,2026-11-20 10:00:00\n2,\n")
    poll = await polled(tmp_path, path="f.csv", records="orders")
    assert values(poll, "orders", "known_at") == [TEN, WRITTEN]


async def test_one_bad_line_keeps_its_whole_group_aside(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,n,price\n说明,,\n1,1,5\n2,1,abc\n1,2,7.5\n2,1,1\n")
    mapping = Mapping(
        "orders",
        {"shop": "'s'", "order_id": "id", "amount": "sum(yuan(price))", "quantity": "sum(CAST(n AS BIGINT))"},
        group="id",
        skip_rows=1,
    )
    with Reader(tmp_path / "s", tmp_path, "Asia/Shanghai", str) as reader:
        taken = reader.read_file(path, Options(), lambda _headers: [mapping], 1, "f.csv")
    assert rows(taken.batches, "orders", "order_id", "amount", "quantity") == [("1", 1250, 3)]
    (reject,) = taken.rejects
    assert (reject.row, reject.reason) == (3, "amount: its expression can't take abc")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"order_id": "单号"}, "f.csv has no column 单号; did you mean 订单号?"),
        ({"order_id": "zzz"}, "f.csv has no column zzz; it has 订单号, 付款时间, 金额"),
        ({"order_no": "订单号", "order_id": "订单号"}, "orders has no field order_no; it has order_id"),
        ({"paid_at": "付款时间"}, "nothing fills order_id of orders"),
        ({"order_id": "订单号((", "paid_at": "付款时间"}, "the expression of order_id is no SQL: 订单号(("),
        ({"order_id": "订单号", "amount": "金额 * 100"}, "the columns are text: use yuan(x)"),
        ({"order_id": "nosuch(订单号)"}, "nosuch"),
    ],
)
async def test_a_map_that_cannot_be_followed(tmp_path: Path, fields: dict[str, str], sentence: str) -> None:
    (tmp_path / "f.csv").write_text("订单号,付款时间,金额\n1,,5\n")
    with pytest.raises(SourceError) as told:
        await polled(tmp_path, path="f.csv", records="orders", map=fields)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


async def test_many_bad_rows_are_told_in_one_more(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("order_id,quantity\n" + "".join(f"{i},bad\n" for i in range(10_500)))
    poll = await polled(tmp_path, path="f.csv", records="orders")
    assert len(poll.rejects) == 10_001
    assert poll.rejects[-1].reason == "500 more rows can't be used either"
