"""A SELECT on real databases: SQLite, and a PostgreSQL server that the tests start."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from postgres import PASSWORD, Postgres, running_postgres
from reading import rows, source, values
from shopwatch.records import Poll
from shopwatch.sources import Source, SourceError
from shopwatch.sources.sql import database as database_module
from shopwatch.sources.sql import source as source_module
from shopwatch.sources.sql.database import connect_arguments

MAP = {"order_id": "id", "paid_at": "paid", "amount": "round(fee * 100)"}
TABLE = "CREATE TABLE deals (id BIGINT, store TEXT, paid {moment}, fee NUMERIC(10, 2), changed {moment})"


class Shop:
    """A database with a table of orders, of either kind."""

    def __init__(self, url: str, run: Any) -> None:
        self.url, self.run = url, run

    def put(self, *orders: tuple[int, str]) -> None:
        """Add orders, or change them: id and the moment of change."""
        for number, moment in orders:
            self.run(f"DELETE FROM deals WHERE id = {number}")
            self.run(f"INSERT INTO deals VALUES ({number}, 's1', '2026-11-20 10:00:00', 58.90, '{moment}')")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        server.run("DROP TABLE IF EXISTS deals", TABLE.format(moment="TIMESTAMP"))
        yield Shop(server.url, server.run)
        return
    with sqlite3.connect(tmp_path / "erp.db", isolation_level=None) as connection:
        connection.execute(TABLE.format(moment="TEXT"))
        yield Shop("sqlite:///erp.db", connection.execute)
    connection.close()


def asking(folder: Path, url: str, **section: Any) -> Source:
    section = {
        "query": "SELECT * FROM deals",
        "records": "orders",
        "map": MAP,
        "updated_column": "changed",
    } | section
    return source(folder, kind="sql", url=url, **section)


async def failure(asked: Source) -> str:
    with pytest.raises(SourceError) as told:
        await asked.poll(None)
    await asked.aclose()
    sentence = str(told.value)
    assert PASSWORD not in sentence
    assert "\n" not in sentence
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__ or told.value.__context__ is None
    return sentence


def still_running(postgres: Postgres, words: str) -> int:
    """How many statements with these words the server is busy with."""
    asked = f"query LIKE '%{words}%' AND state = 'active' AND pid <> pg_backend_pid()"
    return int(postgres.run(f"SELECT count(*) FROM pg_stat_activity WHERE {asked}")[0][0])


def ids(poll: Poll) -> list[str]:
    return values(poll, "orders", "order_id")


async def test_a_table_by_a_map(tmp_path: Path, shop: Shop) -> None:
    shop.put((9007199254740993, "2026-11-20 11:00:00"), (2, "2026-11-20 12:00:00"))
    asked = asking(tmp_path, shop.url)
    poll = await asked.poll(None)
    assert rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount", "known_at") == [
        ("s1", "9007199254740993", 1795140000, 5890, 1795143600), ("s1", "2", 1795140000, 5890, 1795147200),
    ]  # fmt: skip
    assert (poll.rejects, asked.name) == ((), asked.name)
    await asked.aclose()
    assert {file for file in (tmp_path / ".scratch").iterdir() if file.is_file()} == {
        batch.path for batch in poll.batches
    }


async def test_only_what_changed_is_read_again_and_a_while_before_it(tmp_path: Path, shop: Shop) -> None:
    shop.put((1, "2026-11-20 11:00:00"), (2, "2026-11-20 12:00:00"))
    asked = asking(tmp_path, shop.url)
    first = await asked.poll(None)
    await asked.aclose()
    shop.put((3, "2026-11-20 12:05:00"), (4, "2026-11-20 11:55:00"), (5, "2026-11-20 11:45:00"))
    again = asking(tmp_path, shop.url)  # as after a restart
    second = await again.poll(first.cursor)
    assert ids(second) == ["4", "2", "3"]  # the fifth is older than what is asked again
    assert ids(await again.poll(second.cursor)) == ["4", "2", "3"]
    await again.aclose()
    narrower = asking(tmp_path, shop.url, overlap=0)
    assert ids(await narrower.poll(second.cursor)) == ["3"]
    assert ids(await narrower.poll(None)) == ["1", "5", "4", "2", "3"]
    await narrower.aclose()


async def test_another_query_is_read_from_the_start(tmp_path: Path, shop: Shop) -> None:
    shop.put((1, "2026-11-20 11:00:00"), (2, "2026-11-20 13:00:00"))
    first = await asking(tmp_path, shop.url).poll(None)
    other = asking(tmp_path, shop.url, query="SELECT * FROM deals WHERE fee > 0")
    assert ids(await other.poll(first.cursor)) == ["1", "2"]


async def test_columns_named_as_the_fields_and_no_updated_column(tmp_path: Path, shop: Shop) -> None:
    shop.put((1, "2026-11-20 11:00:00"))
    query = "SELECT store AS shop, id AS order_id, CAST(fee * 100 AS INTEGER) AS amount, 'a:b 100%' AS product_name FROM deals;"
    asked = source(tmp_path, kind="sql", url=shop.url, query=query, records="orders", belongs_to=None)
    before = int(time.time())
    for _round in range(2):
        poll = await asked.poll(None)
        assert rows(poll.batches, "orders", "shop", "order_id", "amount", "product_name") == [
            ("s1", "1", 5890, "a:b 100%")
        ]
        assert before <= values(poll, "orders", "known_at")[0] <= time.time()
        assert poll.origins == (asked.name,)
    await asked.aclose()


async def test_a_bad_row_is_kept_aside_and_told_once(tmp_path: Path, shop: Shop) -> None:
    shop.put((1, "2026-11-20 11:00:00"), (2, "2026-11-20 11:00:01"))
    shop.run("UPDATE deals SET id = NULL WHERE id = 1")
    asked = asking(tmp_path, shop.url)
    first = await asked.poll(None)
    assert (ids(first), [reject.row for reject in first.rejects]) == (["2"], [1])
    shop.put((3, "2026-11-20 11:00:02"))
    second = await asked.poll(first.cursor)
    assert (ids(second), second.rejects, second.origins) == (["2", "3"], (), ())
    await asked.aclose()


async def test_a_long_table_comes_in_batches_and_over_several_polls(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "ROWS", 2)
    monkeypatch.setattr(source_module, "MOST_ROWS", 4)
    moments = [
        "10:00:00",
        *["10:00:01"] * 6,
        "10:00:02",
        "10:00:03",
    ]  # six of one moment: more than a poll takes
    shop.put(*[(number, f"2026-11-20 {moment}") for number, moment in enumerate(moments)])
    asked = asking(tmp_path, shop.url)
    cursor, read = None, []
    for _round in range(4):
        poll = await asked.poll(cursor)
        cursor = poll.cursor
        read.append(len(ids(poll)))
        assert all(batch.rows <= 2 for batch in poll.batches)
    assert read[0] == 4
    assert sum(read) >= len(moments)
    assert ids(await asked.poll(None))[:1] == ["0"]
    assert read[-1] > 0
    everything: set[str] = set()
    cursor = None
    for _round in range(4):
        poll = await asked.poll(cursor)
        cursor = poll.cursor
        everything |= set(ids(poll))
    assert everything == {str(number) for number in range(len(moments))}
    await asked.aclose()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM deals",
        "INSERT INTO deals SELECT * FROM deals",
        "SELECT 1; DROP TABLE deals",
        "DROP TABLE deals",
    ],
)
async def test_nothing_but_a_select_gets_through(tmp_path: Path, shop: Shop, query: str) -> None:
    shop.put((1, "2026-11-20 11:00:00"))
    sentence = await failure(asking(tmp_path, shop.url, query=query))
    assert "refuses the query" in sentence
    assert ids(await asking(tmp_path, shop.url).poll(None)) == ["1"]


async def test_a_select_that_writes_is_refused(tmp_path: Path, postgres: Postgres) -> None:
    postgres.run("DROP TABLE IF EXISTS deals", TABLE.format(moment="TIMESTAMP"))
    postgres.run(
        "CREATE OR REPLACE FUNCTION writes() RETURNS INTEGER LANGUAGE SQL AS "
        "$$ INSERT INTO deals (id) VALUES (7); SELECT 7 $$"
    )
    sentence = await failure(
        asking(tmp_path, postgres.url, query="SELECT writes() AS id", updated_column=None)
    )
    assert "read-only transaction" in sentence
    assert postgres.run("SELECT count(*) FROM deals") == [(0,)]


async def test_over_a_socket_with_zoned_times_json_and_a_sequence(tmp_path: Path, postgres: Postgres) -> None:
    postgres.run(
        "DROP TABLE IF EXISTS acts", "CREATE TABLE acts (n SERIAL, about JSONB, told TIMESTAMPTZ, raw BYTEA)"
    )
    postgres.run(
        """INSERT INTO acts (about, told, raw) VALUES ('{"code": "A1"}', '2026-11-20 10:00:00+08', 'x')"""
    )
    asked = asking(
        tmp_path, postgres.socket_url, query="SELECT * FROM acts", updated_column="n",
        map={"order_id": "about.code", "paid_at": "told"},
    )  # fmt: skip
    poll = await asked.poll(None)
    assert rows(poll.batches, "orders", "order_id", "paid_at") == [("A1", 1795140000)]
    postgres.run("""INSERT INTO acts (about, told) VALUES ('{"code": "A2"}', '2026-11-20 10:00:00+08')""")
    assert ids(await asked.poll(poll.cursor)) == ["A1", "A2"]
    await asked.aclose()


async def test_a_query_that_takes_too_long_is_stopped_there_too(tmp_path: Path, postgres: Postgres) -> None:
    asked = asking(
        tmp_path, postgres.url, query="SELECT 1 AS id, pg_sleep(60)", updated_column=None, timeout=0.5
    )
    began = time.monotonic()
    assert "127.0.0.1 did not answer within 0.5 s" in await failure(asked)
    assert time.monotonic() - began < 5
    assert still_running(postgres, "pg_sleep(60)") == 0


async def test_a_poll_that_is_given_up_stops_the_query(tmp_path: Path, postgres: Postgres) -> None:
    asked = asking(tmp_path, postgres.url, query="SELECT 1 AS id, pg_sleep(61)", updated_column=None)
    polling = asyncio.ensure_future(asked.poll(None))
    await asyncio.sleep(0.5)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    assert still_running(postgres, "pg_sleep(61)") == 0
    assert list((tmp_path / ".scratch").iterdir()) == []
    await asked.aclose()


async def test_a_sqlite_query_that_takes_too_long(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "erp.db").close()
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT max(id) AS id FROM n"
    asked = asking(tmp_path, "sqlite:///erp.db", query=endless, updated_column=None, timeout=0.5)
    assert "did not answer within 0.5 s" in await failure(asked)


async def test_what_is_wrong_is_told_in_a_sentence(tmp_path: Path, postgres: Postgres) -> None:
    wrong = postgres.url.replace(PASSWORD, "guessed")
    assert "can't be reached" in await failure(asking(tmp_path, wrong))
    assert "guessed" not in await failure(asking(tmp_path, wrong))
    nobody = f"postgresql://erp:{PASSWORD}@127.0.0.1:9/postgres"
    assert "127.0.0.1 can't be reached" in await failure(asking(tmp_path, nobody))
    assert "refuses the query" in await failure(asking(tmp_path, postgres.url, query="SELECT * FROM nowhere"))
    sentence = await failure(asking(tmp_path, postgres.url, query="SELECT 1 AS id", updated_column="changed"))
    assert "changed" in sentence
    missing = await failure(asking(tmp_path, "sqlite:///nowhere.db"))
    assert "nowhere.db can't be reached (unable to open database file)" in missing
    assert not (tmp_path / "nowhere.db").exists()
    sqlite3.connect(tmp_path / "erp.db").close()
    sentence = await failure(
        asking(
            tmp_path, "sqlite:///erp.db", query="SELECT 1 AS id", updated_column=None, map={"order_id": "nr"}
        )
    )
    assert "has no column nr" in sentence


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"no address {PASSWORD}", "is no database's address"),
        (f"oracel://erp:{PASSWORD}@h/x", "no database is called oracel"),
        (f"mysql://erp:{PASSWORD}@h/x", "pip install pymysql"),
        (f"postgresql://erp:{PASSWORD}@h:port/x", "is no database's address"),
    ],
)
def test_an_address_that_leads_nowhere(tmp_path: Path, url: str, sentence: str) -> None:
    with pytest.raises(SourceError) as told:
        asking(tmp_path, url)
    assert sentence in str(told.value)
    assert PASSWORD not in str(told.value)


@pytest.mark.parametrize(
    ("url", "proves_itself"),
    [
        ("postgresql+psycopg://erp@db.example.com/x", True),
        ("postgresql+psycopg://erp@/x?host=db.example.com", True),
        ("postgresql+psycopg://erp@127.0.0.1/x", False),
        ("postgresql+psycopg://erp@localhost/x", False),
        ("postgresql+psycopg://erp@[::1]/x", False),
        ("postgresql+psycopg://erp@/x?host=/run/postgresql", False),
        ("postgresql+psycopg://erp@db.example.com/x?sslmode=disable", False),
        ("mysql+pymysql://erp@db.example.com/x", True),
        ("mysql+pymysql://erp@127.0.0.1/x", False),
        ("mysql+pymysql://erp@db.example.com/x?ssl_ca=ca.pem", False),
    ],
)
def test_a_database_elsewhere_proves_who_it_is_unless_the_address_says_otherwise(
    url: str, proves_itself: bool
) -> None:
    arguments = connect_arguments(sqlalchemy.make_url(url), 20)
    assert (arguments.get("sslmode") == "verify-full" or "ssl" in arguments) is proves_itself
    assert arguments["connect_timeout"] == 20
