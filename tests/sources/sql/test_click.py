"""A shop's own tables and views in a ClickHouse, on the engine itself where it is installed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from reading import rows, source, values
from shopwatch.sources import Source, SourceError
from shopwatch.sources.sql.click import literal, selected

pytest.importorskip("clickhouse_connect")

MAP = {"order_id": "id", "paid_at": "paid", "amount": "round(fee * 100)"}
Run = Callable[[str], Any]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Run]]:
    pytest.importorskip("chdb")
    import clickhouse_connect

    folder = tmp_path_factory.mktemp("own")
    client = clickhouse_connect.get_client(interface="chdb", path=str(folder))
    client.command("CREATE DATABASE erp")
    client.database = "erp"
    yield f"chdb://{folder}?database=erp", client.command
    client.close()


@pytest.fixture
def deals(engine: tuple[str, Run]) -> tuple[str, Run]:
    """A table as an ERP has it, whose moments are in zones of their own."""
    address, run = engine
    run("DROP TABLE IF EXISTS deals")
    run(
        "CREATE TABLE deals (id UInt64, store LowCardinality(String), paid DateTime('Asia/Shanghai'),"
        " fee Decimal(10, 2), changed DateTime64(6, 'UTC'), note Nullable(String)) ENGINE = MergeTree ORDER BY id"
    )
    return address, run


def put(run: Run, number: int, changed: str) -> None:
    run(
        f"INSERT INTO deals VALUES ({number}, 's1', '2026-11-20 10:00:00', 58.90, '{changed}', '50% off {{x}}')"
    )


def asking(folder: Path, url: str, **section: Any) -> Source:
    usual = {"query": "SELECT * FROM deals", "records": "orders", "map": MAP, "updated_column": "changed"}
    return source(folder, kind="sql", url=url, **(usual | section))


async def test_a_table_by_a_map(tmp_path: Path, deals: tuple[str, Run]) -> None:
    address, run = deals
    put(run, 9007199254740993, "2026-11-20 03:00:00.25")
    put(run, 2, "2026-11-20 04:00:00")
    asked = asking(tmp_path, address)
    poll = await asked.poll(None)
    assert rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount", "known_at") == [
        ("s1", "9007199254740993", 1795140000, 5890, 1795143600), ("s1", "2", 1795140000, 5890, 1795147200),
    ]  # fmt: skip
    await asked.aclose()


async def test_views_that_speak_in_our_words_need_no_map(tmp_path: Path, deals: tuple[str, Run]) -> None:
    address, run = deals
    put(run, 1, "2026-11-20 03:00:00")
    run("DROP VIEW IF EXISTS orders_shown")
    run(
        "CREATE VIEW orders_shown AS SELECT store AS shop, toString(id) AS order_id, paid AS paid_at,"
        " toInt64(fee * 100) AS amount, changed AS known_at FROM deals"
    )
    asked = asking(tmp_path, address, query="SELECT * FROM orders_shown", map=None, updated_column="known_at")
    poll = await asked.poll(None)
    assert rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount", "known_at") == [
        ("s1", "1", 1795140000, 5890, 1795143600)
    ]
    await asked.aclose()


async def test_only_what_changed_is_read_again_and_a_while_before_it(
    tmp_path: Path, deals: tuple[str, Run]
) -> None:
    address, run = deals
    put(run, 1, "2026-11-20 11:00:00")
    put(run, 2, "2026-11-20 12:00:00")
    first = await (asked := asking(tmp_path, address)).poll(None)
    await asked.aclose()
    for number, changed in ((3, "12:05:00"), (4, "11:55:00"), (5, "11:45:00")):
        put(run, number, f"2026-11-20 {changed}")
    second = await (asked := asking(tmp_path, address, overlap=600)).poll(first.cursor)
    await asked.aclose()
    assert sorted(values(second, "orders", "order_id")) == ["2", "3", "4"]


async def test_per_cent_signs_and_braces_are_the_querys_own(tmp_path: Path, deals: tuple[str, Run]) -> None:
    address, run = deals
    put(run, 1, "2026-11-20 11:00:00")
    query = "SELECT * FROM deals WHERE note LIKE '50%{x}' AND 7 % 4 = 3 -- {y:String}"
    poll = await (asked := asking(tmp_path, address, query=query)).poll(None)
    assert values(poll, "orders", "order_id") == ["1"]
    assert poll.cursor
    await asked.poll(poll.cursor)
    await asked.aclose()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("INSERT INTO deals SELECT * FROM deals", "refuses the query"),
        ("SELECT * FROM deals) SETTINGS readonly = 0 --", "refuses the query"),
        ("SELECT * FROM nothing_such", "nothing_such"),
        ("SELECT id FROM deals", "changed"),
    ],
)
async def test_nothing_but_a_select_that_can_be_asked(
    tmp_path: Path, deals: tuple[str, Run], query: str, words: str
) -> None:
    address, run = deals
    put(run, 1, "2026-11-20 11:00:00")
    asked = asking(tmp_path, address, query=query)
    with pytest.raises(SourceError, match=words) as told:
        await asked.poll(None)
    await asked.aclose()
    assert "\n" not in str(told.value)
    assert run("SELECT count() FROM deals") == 1


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    asked = asking(tmp_path, "clickhouse://reader:top%2Bsecret@127.0.0.1:9/erp", timeout=5.0)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 can't be reached") as told:
        await asked.poll(None)
    await asked.aclose()
    assert "secret" not in str(told.value)
    assert told.value.__suppress_context__


@pytest.mark.parametrize("address", ["clickhouse://reader@host:port/erp", "clickhouse://host/erp;drop"])
def test_what_is_no_address_is_said(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match="is no database's address"):
        asking(tmp_path, address)


@given(st.text(), st.text())
def test_a_mark_and_a_column_stay_what_they_are(column: str, value: str) -> None:
    """Whatever they hold: read as SQL they are one name and one text."""
    if not column or "\0" in column + value:
        return
    where = sqlglot.parse_one(selected("SELECT 1", column, value), read="clickhouse").args["where"].this
    assert where.this.name == column
    assert where.expression.this == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            datetime.datetime(1970, 1, 1, 8, 0, 1, 5, datetime.timezone(datetime.timedelta(hours=8))),
            "fromUnixTimestamp64Micro(1000005)",
        ),
        (datetime.date(2026, 11, 20), "toDate32('2026-11-20')"),
        (Decimal("1E+3"), "1000"),
        (1234567890123456789, "1234567890123456789"),
    ],
)
def test_a_mark_in_the_servers_words(value: Any, words: str) -> None:
    assert literal(value) == words
