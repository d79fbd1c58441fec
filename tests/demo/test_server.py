from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from demo.polls import NOON, State, keep, market, plain, whole
from shopwatch import demo
from shopwatch.demo.apart import Process
from shopwatch.demo.cast import cast
from shopwatch.demo.chats import Talk
from shopwatch.demo.clock import SimClock
from shopwatch.demo.market import PAGE_SIZE, Page
from shopwatch.records import TABLES, Record

START = datetime.datetime.fromtimestamp(NOON, datetime.UTC)


class Hand:
    """A monotonic clock that goes when it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def running(hand: Hand) -> Iterator[demo.Demo]:
    opened = demo.start(START, shops=3, monotonic=hand)
    yield opened
    opened.close()


def read(body: dict[str, Any]) -> Page:
    """Return the page as a source reads it: every record checked against its table."""
    structs = {name: Talk if name == "chats" else table.struct for name, table in TABLES.items()}
    records: dict[str, list[Record]] = {
        name: [msgspec.convert(row, structs[name]) for row in rows] for name, rows in body["records"].items()
    }
    return Page(records, body["cursor"], body["more"])


def poll(client: httpx.Client, url: str, cursor: str | None) -> list[Page]:
    found = []
    while True:
        answer = client.get(url, params={"cursor": cursor} if cursor else {})
        answer.raise_for_status()
        found.append(read(answer.json()))
        cursor = found[-1].cursor
        if not found[-1].more:
            return found


def test_pages_over_http_bring_the_whole_and_then_what_changed(running: demo.Demo, hand: Hand) -> None:
    with httpx.Client() as client:
        first = poll(client, running.url, None)
        assert len(first) > 1
        assert all(0 < sum(map(len, page.records.values())) <= PAGE_SIZE for page in first)
        hand.seconds += 20  # most of a day at 3600 to 1
        then = poll(client, running.url, first[-1].cursor)
    gathered: State = {}
    for page in first:
        keep(gathered, page)
    before, after = whole(market(shops=cast(3)), NOON), whole(market(shops=cast(3)), NOON + 20 * 3600)
    assert not_of_parcels(gathered) == not_of_parcels(before)
    for page in then:
        keep(gathered, page)
    theirs = {"orders", "aftersales", "parcels"}  # the marketplace's, see test_live.py
    assert {table: rows for table, rows in gathered.items() if table not in theirs} == {
        table: rows for table, rows in after.items() if table not in theirs
    }
    told = {table: rows for page in then for table, rows in page.records.items()}
    assert {name for order in told["orders"] for name in plain(order)} == {
        "shop",
        "order_id",
        "known_at",
        "warehouse",
    }
    assert {name for one in told["aftersales"] for name in plain(one)} == {
        "shop",
        "aftersale_id",
        "known_at",
        "return_signed_at",
    }


def not_of_parcels(state: State) -> State:
    """The parcels are known as late as their orders."""
    return {table: rows for table, rows in state.items() if table != "parcels"}


def test_one_shop_over_http(running: demo.Demo) -> None:
    body = httpx.get(running.url, params={"shop": "lechu"}).json()
    assert {row["shop"] for rows in body["records"].values() for row in rows} == {"lechu"}


@pytest.mark.parametrize(
    ("path", "status", "word"), [("/records?cursor=x", 400, "cursor"), ("/elsewhere", 404, "/records")]
)
def test_a_wrong_question_is_told_so(running: demo.Demo, path: str, status: int, word: str) -> None:
    answer = httpx.get(httpx.URL(running.url).join(path))
    assert answer.status_code == status
    assert word in answer.json()["error"]


def test_it_listens_on_loopback_alone_and_closes(hand: Hand) -> None:
    opened = demo.start(START, shops=1, monotonic=hand)
    assert httpx.URL(opened.url).host == "127.0.0.1"
    opened.close()
    for url in (opened.url, opened.gateway):
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)


def test_two_markets_of_one_seed_and_moment_answer_alike(hand: Hand) -> None:
    bodies = []
    for _ in range(2):
        opened = demo.start(START, seed=7, shops=2, monotonic=hand)
        bodies.append(httpx.get(opened.url).content)
        opened.close()
    assert bodies[0] == bodies[1]


def test_a_market_of_its_own_process_answers_like_one_in_this_and_ends_with_it(hand: Hand) -> None:
    apart = demo.start(START, seed=7, shops=2, speed=0.001)
    assert isinstance(apart.running, Process)
    here = demo.start(START, seed=7, shops=2, monotonic=hand)
    assert httpx.get(apart.url).content == httpx.get(here.url).content
    here.close()
    apart.close()
    assert apart.running.ended
    with pytest.raises(httpx.ConnectError):
        httpx.get(apart.url)


def test_the_clock_runs_as_fast_as_asked(hand: Hand) -> None:
    clock = SimClock(START, 3600, hand)
    hand.seconds += 2.5
    assert clock.now() - START == datetime.timedelta(hours=2.5)
    assert clock.now().tzinfo is not None


def test_the_configuration_watches_every_shop(running: demo.Demo, tmp_path: Path) -> None:
    config = running.config(tmp_path)
    assert [shop.id for shop in config.shop] == ["qingyan", "lechu", "yemao"]
    assert [(source.kind, source.url) for source in config.source] == [("http", running.url)]
    live = [source for shop in config.shop for source in shop.source]
    assert {(source.kind, source.gateway) for source in live} == {("doudian", running.gateway)}
    assert len({source.app_key for source in live}) == 3
    assert config.folder == tmp_path


@pytest.mark.parametrize("shops", [0, 201])
def test_a_market_has_some_shops_but_not_any_number(shops: int) -> None:
    with pytest.raises(ValueError, match="1 to 200"):
        demo.start(START, shops=shops)
