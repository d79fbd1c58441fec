"""Plain records are taken as they are, and become what the pipeline would have made of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwatch.records import SQL_TYPES, TABLES, Field, Kind, Reject
from shopwatch.sources import canonical
from shopwatch.sources.files import Shape, mappings_of
from shopwatch.sources.opening import Options
from shopwatch.sources.pages import Pages
from shopwatch.sources.reader import Reader, Taken

NOW = 1_795_000_000
ORIGIN = "https://shop.example/records"
Record = dict[str, Any]


@pytest.fixture(scope="module", params=["UTC", "America/New_York"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Reader(folder, folder, request.param, str) as open_one:
            yield open_one


def read(
    reader: Reader,
    table: str,
    records: list[Record],
    cut: int,
    *,
    as_they_are: bool,
    owner: str | None = None,
) -> Taken:
    """What the records become, on two pages if there is a cut; `as_they_are` False sends them through the
    pipeline. owner: the shop that the source belongs to."""
    with tempfile.TemporaryDirectory() as folder:
        pages = Pages(
            Path(folder), "host", records=None, records_path=None, as_they_are=as_they_are, shop=owner, _=str
        )
        for page in (records[:cut], records[cut:]):
            body = json.dumps({"records": {table: page}}, ensure_ascii=False)
            pages.take(body.encode("utf-8", "surrogatepass"))
        told = pages.tables[table]
        if told.fields is not None:
            assert as_they_are
            return reader.read_plain(told.file, TABLES[table], told.fields, NOW, ORIGIN)
        return reader.read_file(
            told.file,
            Options(),
            lambda headers: mappings_of(headers, Shape(records=table), owner, (), "host", str),
            NOW,
            ORIGIN,
        )


def held(taken: Taken) -> list[tuple[Any, ...]]:
    """The batches' columns with their types, and their rows in order; the files are deleted."""
    found: list[tuple[Any, ...]] = []
    for batch in taken.batches:
        relation = duckdb.read_parquet(str(batch.path))
        found += [
            batch.fields,
            tuple(relation.columns),
            tuple(map(str, relation.types)),
            *relation.fetchall(),
        ]
        batch.path.unlink()
    return found


def both(
    reader: Reader, table: str, records: list[Record], cut: int = 0, owner: str | None = None
) -> tuple[list[tuple[Any, ...]], list[Reject]]:
    """What they become, the same on both ways."""
    quick = read(reader, table, records, cut, as_they_are=True, owner=owner)
    careful = read(reader, table, records, cut, as_they_are=False, owner=owner)
    rows = held(quick)
    assert rows == held(careful)
    assert quick.rejects == careful.rejects
    return rows, quick.rejects


HOSTILE = (
    "", " ", "-", "--", "a b", " a", "a ", "\t1", "'1", '"1', "=1", "1'", "1\u3000", "\u00a0x", "\u200b", "a\u200bb",
    "\u202eevil", "a\x00b", "a\nb", "\x1b[31m", "\x7f", "\x85", "\ufeff1", "1e+10", "12.5e+3", "1E+5", "\U000e0041x",
    "⁠", "\u2066", "a" * 65, "商" * 64, ".", "..", "_", "#1", "1#2", "-1", "ä", "é", "①", "一",
    "\\", '\\"', "😀", "\ud800", "null", "0", "1", "true", "2026-11-20 10:00:00",
)  # fmt: skip
HOSTILE_NUMBERS = (
    0, -1, 1, 0.5, 1e300, -0.0, 946_684_799, 946_684_800, 4_102_444_799, 4_102_444_800, 1_795_140_000_000,
    2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 1e22, 10_957, 47_482, 10_956, True, False,
)  # fmt: skip

TEXTS = st.one_of(
    st.from_regex(r"[0-9A-Za-z_.-]{1,20}", fullmatch=True),
    st.sampled_from(HOSTILE),
    st.text(max_size=6),
    st.sampled_from(["广东省", "顺丰", "第二杯 半价", "¥5·特价"]),
)
MOMENTS = st.integers(946_684_800, 4_102_444_799)


def plainly(field: Field) -> st.SearchStrategy[Any]:
    """Values of the field's own type."""
    match field.kind:
        case Kind.ID:
            return st.from_regex(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,20}", fullmatch=True)
        case Kind.TEXT:
            return st.sampled_from(["广东省", "顺丰", "第二杯 半价", "¥5·特价", "x"])
        case Kind.CHOICE:
            return st.sampled_from(field.choices)
        case Kind.MOMENT | Kind.PROMISE:
            return MOMENTS
        case Kind.DAY:
            return st.integers(10_957, 47_481)
        case Kind.FEN:
            return st.integers(-(2**62), 2**62)
        case Kind.COUNT:
            return st.integers(0, 2**62)
        case Kind.REAL:
            return st.one_of(st.integers(-5, 5), st.floats(allow_nan=False, allow_infinity=False))
        case Kind.BOOL:
            return st.booleans()


ODD = st.one_of(TEXTS, st.sampled_from(HOSTILE_NUMBERS), st.none(), st.just([1]), st.just({"a": 1}))


@st.composite
def records_of_a_table(draw: st.DrawFn) -> tuple[str, list[Record]]:
    """Records of which most are plain; in some, one value may be anything."""
    table = draw(st.sampled_from(sorted(TABLES)))
    fields = TABLES[table].fields.values()
    required = {field.name: plainly(field) for field in fields if field.required}
    optional = {field.name: st.none() | plainly(field) for field in fields if not field.required}
    records = draw(st.lists(st.fixed_dictionaries(required, optional=optional), min_size=1, max_size=6))
    for _ in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from([*TABLES[table].fields, "note", "SHOP", "Known_At"]))
        draw(st.sampled_from(records))[key] = draw(ODD)
    return table, records


@settings(max_examples=40, deadline=None)
@given(told=records_of_a_table(), cut=st.integers(0, 3), owner=st.none() | st.sampled_from(["青颜-1", "s 1"]))
def test_both_ways_lead_to_the_same_rows_and_the_same_complaints(
    reader: Reader, told: tuple[str, list[Record]], cut: int, owner: str | None
) -> None:
    both(reader, *told, cut, owner)


@pytest.mark.parametrize(
    "record", [{"shop": "0", "known_at": None}, {"shop": "0", "name": None}, {"shop": "0"}]
)
@pytest.mark.parametrize("owner", [None, "青颜-1"])
def test_a_record_of_nothing_but_its_shop(reader: Reader, record: Record, owner: str | None) -> None:
    both(reader, "shop_names", [record, {"shop": "s2", "name": "乐厨"}], owner=owner)
    both(reader, "shop_names", [record], owner=owner)


GOOD = {"shop": "s1", "order_id": "1", "paid_at": 1795140000, "amount": 5890, "province": "广东省"}


@pytest.mark.parametrize("cut", [0, 1, 2])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shop", ""),
        ("order_id", None),
        ("paid_at", "yesterday"),
        ("paid_at", 2**63),
        ("amount", 58.901),
        ("amount", "much"),
        ("quantity", -1),
        ("presale", "perhaps"),
    ],
)
def test_a_bad_row_is_kept_aside_and_the_good_ones_around_it_become_what_they_would_alone(
    reader: Reader, field: str, value: object, cut: int
) -> None:
    before, bad, after = GOOD, GOOD | {"order_id": "2", field: value}, GOOD | {"order_id": "3"}
    rows, rejects = both(reader, "orders", [before, bad, after], cut)
    (reject,) = rejects
    assert reject.row == 2
    assert reject.reason.startswith(field)
    alone, _none = both(reader, "orders", [before, after])
    shared = [rows[0].index(name) for name in alone[0]]
    assert [tuple(row[place] for place in shared) for row in rows[3:]] == alone[3:]


def test_a_moment_is_the_same_however_it_is_written(reader: Reader) -> None:
    """What is beyond doubt goes the quick way, and what says the same in other words the careful one."""
    plainly, _none = both(reader, "orders", [GOOD])
    for others in (
        {"paid_at": "2026-11-20T02:00:00Z"}, {"paid_at": 1795140000000}, {"paid_at": "1795140000"},
        {"amount": 5890.0}, {"amount": "5890"}, {"order_id": "\t1"}, {"province": " 广东省\u200b"},
    ):  # fmt: skip
        assert canonical.plain("orders", json.dumps([GOOD | others]).encode()) is None
        assert both(reader, "orders", [GOOD | others]) == (plainly, [])


@pytest.mark.parametrize("field", ["shop", "order_id", "province"])
def test_no_text_gets_by_uncleaned(reader: Reader, field: str) -> None:
    orders = [{"shop": "s1", "order_id": "1", "province": "x"} | {field: text} for text in HOSTILE]
    taken = [one for one in orders if canonical.plain("orders", json.dumps([one]).encode()) is not None]
    assert 3 < len(taken) < len(orders) - 15
    rows, rejects = both(reader, "orders", taken)
    assert rejects == []
    place = rows[0].index(field)
    assert [row[place] for row in rows[3:]] == [one[field] for one in taken]
    assert all(one[field].isprintable() and one[field] == one[field].strip() for one in taken)


def test_a_page_of_plain_records_needs_no_pipeline() -> None:
    orders = [
        {"shop": "青颜-1", "order_id": "690001", "paid_at": 1795140000, "amount": 5890, "province": "广东省"},
        {"shop": "s1", "order_id": "690002", "paid_at": None, "presale": False, "known_at": 1795140000},
    ]
    told = canonical.plain("orders", json.dumps(orders).encode())
    assert told is not None
    assert set(told.fields) == {"shop", "order_id", "paid_at", "amount", "province", "presale", "known_at"}
    assert [json.loads(line) for line in told.lines.splitlines()] == orders


@pytest.mark.parametrize(
    "own", [{}, {"shop": "another"}, {"shop": "\u202e"}, {"shop": 7}, {"shop": [{"a": 1}]}]
)
def test_in_a_source_of_a_shop_the_records_are_that_shops_whatever_they_say(own: Record) -> None:
    told = json.dumps([{"order_id": "1"} | own]).encode()
    taken = canonical.plain("orders", told, "青颜-1")
    assert taken is not None
    assert [json.loads(line) for line in taken.lines.splitlines()] == [{"shop": "青颜-1", "order_id": "1"}]
    assert taken.fields == {"shop", "order_id"}


@pytest.mark.parametrize(
    "record",
    [
        {"order_id": 1},
        {"order_id": "\u202e1"},
        {"paid_at": 0},
        {"paid_at": "2026-11-20 10:00:00"},
        {"paid_at": 1795140000000},
        {"quantity": -1},
        {"amount": 58.9},
        {"presale": 1},
        {"province": "-"},
        {"Amount": 5890},
    ],
)
def test_what_is_in_doubt_is_left_to_the_pipeline(record: Record) -> None:
    told = json.dumps([{"shop": "s1", "order_id": "1"} | record]).encode()
    assert canonical.plain("orders", told) is None


def test_of_a_key_that_comes_twice_the_same_one_is_checked_and_kept(reader: Reader, tmp_path: Path) -> None:
    pages = Pages(tmp_path, "host", records=None, records_path=None, as_they_are=True, _=str)
    pages.take('{"records": {"orders": [{"shop": "s1", "order_id": "\u202e1", "order_id": "2"}]}}'.encode())
    told = pages.tables["orders"]
    assert told.fields == frozenset(("shop", "order_id"))
    rows = held(reader.read_plain(told.file, TABLES["orders"], told.fields, NOW, ORIGIN))
    assert rows[3:] == [("s1", NOW, "2")]


def test_a_page_in_doubt_sends_the_whole_table_through_the_pipeline(reader: Reader, tmp_path: Path) -> None:
    pages = Pages(tmp_path, "host", records=None, records_path=None, as_they_are=True, _=str)
    for order in ("1", "\t2", "3", 4):
        records = {
            "orders": [{"shop": "s1", "order_id": order}],
            "shop_names": [{"shop": "s1", "name": "一"}],
        }
        pages.take(json.dumps({"records": records}).encode())
    assert pages.tables["orders"].fields is None
    assert pages.tables["shop_names"].fields == frozenset(("shop", "name"))
    lines = pages.tables["orders"].file.read_text().splitlines()
    assert [json.loads(line)["order_id"] for line in lines] == ["1", "\t2", "3", 4]


def test_the_types_of_a_batch_are_those_of_the_warehouse(reader: Reader) -> None:
    for table in TABLES.values():
        record = {
            field.name: {
                Kind.ID: "1", Kind.TEXT: "一", Kind.CHOICE: (*field.choices, "")[0], Kind.DAY: 20_000,
                Kind.MOMENT: NOW, Kind.PROMISE: NOW, Kind.REAL: 1, Kind.BOOL: True,
            }.get(field.kind, 1)
            for field in table.fields.values()
        }  # fmt: skip
        (fields, columns, types, _row), rejects = both(reader, table.name, [record])
        assert fields == columns == tuple(table.fields)
        assert types == tuple(SQL_TYPES[field.kind] for field in table.fields.values())
        assert rejects == []
