"""Pages of JSON from a real server on loopback."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reading import rows, source, values
from shopwatch.sources import Source, SourceError
from shopwatch.sources import http as http_source
from web_site import Answer, Site

SECRET = "Bearer very-secret"


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


def asking(folder: Path, url: str, **section: Any) -> Source:
    section.setdefault("headers", {"Authorization": SECRET})
    return source(folder, kind="http", url=url, belongs_to=None, **section)


async def failure(asked: Source) -> str:
    with pytest.raises(SourceError) as told:
        await asked.poll(None)
    await asked.aclose()
    sentence = str(told.value)
    assert SECRET not in sentence
    assert "token" not in sentence
    assert "\n" not in sentence
    return sentence


async def test_canonical_records_of_all_tables_page_after_page(tmp_path: Path, site: Site) -> None:
    first = {
        "orders": [{"shop": "s1", "order_id": "1", "paid_at": 1795140000, "amount": 5890, "note": "unknown"}],
        "parcels": [
            {"shop": "s1", "parcel_id": "p1", "order_id": "1", "picked_up_at": "2026-11-20T02:00:00Z"}
        ],
        "moods": [{"shop": "s1"}],
    }
    second = {"orders": [{"shop": "s2", "order_id": "2", "known_at": 1795140001}], "agent_days": []}

    def page(query: dict[str, list[str]]) -> Answer:
        cursor = query.get("cursor", ["0"])[0]
        pages = {"0": (first, "1&x", True), "1&x": (second, "2", False), "2": ({}, "2", False)}
        records, following, more = pages[cursor]
        return 200, {}, json.dumps({"records": records, "cursor": following, "more": more}).encode()

    site.pages["/records"] = page
    asked = asking(tmp_path, f"{site.url}/records")
    before = int(time.time())
    poll = await asked.poll(None)
    assert rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount") == [
        ("s1", "1", 1795140000, 5890), ("s2", "2", None, None),
    ]  # fmt: skip
    assert values(poll, "orders", "known_at")[1] == 1795140001
    assert before <= values(poll, "orders", "known_at")[0] <= time.time()
    assert rows(poll.batches, "parcels", "parcel_id", "picked_up_at") == [("p1", 1795140000)]
    assert (poll.cursor, poll.rejects) == ("2", ())
    assert site.asked == ["/records", "/records?cursor=1%26x"]
    assert site.keys == [SECRET, SECRET]

    nothing = await asked.poll(poll.cursor)
    assert (nothing.batches, nothing.cursor) == ((), "2")
    await asked.aclose()
    assert set((tmp_path / ".scratch").iterdir()) == {batch.path for batch in poll.batches}


@pytest.mark.parametrize("status", [400, 410])
async def test_a_cursor_that_the_server_has_forgotten_starts_it_again(
    tmp_path: Path, site: Site, status: int
) -> None:
    def page(query: dict[str, list[str]]) -> Answer:
        cursor = query.get("cursor", [""])[0]
        if cursor not in ("", "b1", "b2"):
            return status, {}, b"no such cursor"
        orders = [{"shop": "s1", "order_id": cursor or "first"}, {"shop": "s1", "order_id": None}]
        following = {"": ("b1", True), "b1": ("b2", False), "b2": ("b2", False)}[cursor]
        answer = {"records": {"orders": orders}, "cursor": following[0], "more": following[1]}
        return 200, {}, json.dumps(answer).encode()

    site.pages["/v1"] = page
    asked = asking(tmp_path, f"{site.url}/v1?app=7")
    again = await asked.poll("a9")
    assert site.asked == ["/v1?app=7&cursor=a9", "/v1?app=7", "/v1?app=7&cursor=b1"]
    assert values(again, "orders", "order_id") == ["first", "b1"]
    assert (again.cursor, len(again.rejects), again.origins) == ("b2", 2, (f"{site.url}/v1",))
    assert again.waiting == (
        f"127.0.0.1 no longer knows where the last poll ended (status {status}); all was read again",
    )
    then = await asked.poll(again.cursor)
    assert (then.waiting, then.origins) == ((), ())
    await asked.aclose()


async def test_a_server_that_refuses_a_poll_from_nothing_is_asked_but_once_more(
    tmp_path: Path, site: Site
) -> None:
    site.answer("/v1", b"", 400)
    asked = asking(tmp_path, f"{site.url}/v1")
    with pytest.raises(SourceError, match="answers with status 400"):
        await asked.poll("a9")
    assert site.asked == ["/v1?cursor=a9", "/v1"]
    await asked.aclose()


async def test_a_poll_that_fails_half_way_leaves_nothing_and_the_next_goes_on(
    tmp_path: Path, site: Site
) -> None:
    """In one poll a table of plain records is read before one that can't be; the reader is kept open."""
    orders = [{"shop": "s1", "order_id": "1"}]
    site.answer("/v1", {"records": {"orders": orders, "parcels": [{"parcel_id": "1"}]}})
    asked = asking(tmp_path, f"{site.url}/v1")
    with pytest.raises(SourceError, match="which shop it belongs to is not said"):
        await asked.poll(None)
    assert [file for file in (tmp_path / ".scratch").iterdir() if file.is_file()] == []
    for _round in range(2):
        site.answer("/v1", {"records": {"orders": orders, "shop_names": [{"shop": "s1", "name": " 一 "}]}})
        poll = await asked.poll(None)
        assert values(poll, "orders", "order_id") == ["1"]
        assert values(poll, "shop_names", "name") == ["一"]
    await asked.aclose()
    assert all(file.suffix == ".parquet" for file in (tmp_path / ".scratch").iterdir())


async def test_a_list_of_one_table_by_a_map(tmp_path: Path, site: Site) -> None:
    orders = [{"id": "1", "pay": {"at": "2026-11-20 10:00:00"}, "fee": 58.9}, {"id": "2", "fee": 0.001}]
    site.answer("/v1", {"code": 0, "data": {"list": orders}, "tags": []})
    asked = asking(
        tmp_path, f"{site.url}/v1?app=7", records="orders", records_path="data.list", shop="'s9'",
        map={"order_id": "id", "paid_at": "pay.at", "amount": "fee * 100"},
    )  # fmt: skip
    poll = await asked.poll(None)
    await asked.aclose()
    assert rows(poll.batches, "orders", "shop", "order_id", "paid_at", "amount") == [
        ("s9", "1", 1795140000, 5890)
    ]
    (reject,) = poll.rejects
    assert (reject.row, reject.origin) == (2, f"{site.url}/v1")
    assert poll.origins == (f"{site.url}/v1",)
    assert poll.cursor is None
    assert site.asked == ["/v1?app=7"]


async def test_a_bare_list(tmp_path: Path, site: Site) -> None:
    site.answer("/v1", [{"shop": "s1", "order_id": "1"}])
    asked = asking(tmp_path, f"{site.url}/v1", records="orders")
    poll = await asked.poll(None)
    await asked.aclose()
    assert values(poll, "orders", "order_id") == ["1"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, r"127.0.0.1 refuses the key (status 401); renew it and check `headers`"),
        (403, "refuses the key (status 403)"),
        (404, "knows no such page (status 404); check `url`"),
        (429, "is asked too often (status 429); raise `every`"),
        (503, "has a fault of its own (status 503)"),
        (418, "answers with status 418"),
        (204, "answers with status 204"),
    ],
)
async def test_a_status_is_told_in_a_sentence(tmp_path: Path, site: Site, status: int, sentence: str) -> None:
    site.answer("/v1", b"token=abc", status)
    assert sentence in await failure(asking(tmp_path, f"{site.url}/v1?token=abc"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (rb"\ud83d\ude00", "😀"),
        (rb"\uD83D\uDE00", "😀"),
        (rb"a\ud83d", "a\ufffd"),
        (rb"\ude00b", "\ufffdb"),
        (rb"\ud83d\ud83d\ude00", "\ufffd😀"),
        (rb"\\ud83d", r"\ud83d"),
        ("😀".encode() + rb"\ud83d", "😀\ufffd"),
        ("😀".encode()[:2] + b"b", "\ufffdb"),
        (b"a\xff", "a\ufffd"),
    ],
)
@pytest.mark.parametrize("odd", [b"", b', "amount": "5890"'])
async def test_a_letter_cut_in_two_costs_nothing_but_itself(
    tmp_path: Path, site: Site, text: bytes, kept: str, odd: bytes
) -> None:
    """On its own in a poll, and on both ways of reading."""
    record = b'{"shop": "s1", "order_id": "1", "product_name": "' + text + b'"' + odd + b"}"
    site.answer("/v1", b'{"records": {"orders": [' + record + b"]}}")
    asked = asking(tmp_path, f"{site.url}/v1")
    poll = await asked.poll(None)
    await asked.aclose()
    assert (values(poll, "orders", "product_name"), poll.rejects) == ([kept], ())


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html>log in</html>", "answers something else than records"),
        (b'{"records": {"orders": {"1": {}}}}', "answers something else than records"),
        (b'{"records": [1]}', "answers something else than records"),
        (b'{"error": "no"}', "answers something else than records"),
        (b'{"records": {}, "cursor": "5", "more": "yes"}', "answers something else than records"),
        (b'{"records": {}, "more": true}', "says that there is more but its cursor stands still"),
    ],
)
async def test_answers_that_are_no_pages(tmp_path: Path, site: Site, body: bytes, sentence: str) -> None:
    site.answer("/v1", body)
    assert sentence in await failure(asking(tmp_path, f"{site.url}/v1"))


async def test_a_cursor_that_goes_in_a_circle_ends(tmp_path: Path, site: Site) -> None:
    site.answer("/v1", {"records": {}, "cursor": "same", "more": True})
    assert "its cursor stands still" in await failure(asking(tmp_path, f"{site.url}/v1"))
    assert len(site.asked) == 2


async def test_redirects_stay_on_the_host(tmp_path: Path, site: Site) -> None:
    site.answer("/new", {"records": {"orders": [{"shop": "s1", "order_id": "1"}]}})
    site.answer("/old", b"", 302, Location="/new")
    asked = asking(tmp_path, f"{site.url}/old")
    assert values(await asked.poll(None), "orders", "order_id") == ["1"]
    await asked.aclose()

    site.answer("/away", b"", 302, Location=f"http://localhost:{site.port}/new")
    site.keys.clear()
    assert "127.0.0.1 redirects to localhost" in await failure(asking(tmp_path, f"{site.url}/away"))
    assert len(site.keys) == 1
    site.answer("/circle", b"", 302, Location="/circle")
    assert "redirects in circles" in await failure(asking(tmp_path, f"{site.url}/circle"))


async def test_a_page_that_is_too_large(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_source, "LARGEST_PAGE", 1 << 20)
    site.answer("/v1", b'{"records": "' + b"x" * (2 << 20) + b'"}')
    assert "sends more than 1 MiB in one page" in await failure(asking(tmp_path, f"{site.url}/v1"))


async def test_the_next_poll_goes_on_where_a_long_one_stopped(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(query: dict[str, list[str]]) -> Answer:
        number = int(query.get("cursor", ["0"])[0])
        orders = [{"shop": "s1", "order_id": str(number)}]
        return (
            200,
            {},
            json.dumps({"records": {"orders": orders}, "cursor": number + 1, "more": number < 4}).encode(),
        )

    monkeypatch.setattr(http_source, "MOST_PAGES", 3)
    site.pages["/v1"] = page
    asked = asking(tmp_path, f"{site.url}/v1")
    first = await asked.poll(None)
    second = await asked.poll(first.cursor)
    await asked.aclose()
    assert values(first, "orders", "order_id") == ["0", "1", "2"]
    assert values(second, "orders", "order_id") == ["3", "4"]


async def test_a_server_that_does_not_answer(tmp_path: Path, site: Site) -> None:
    def slow(_query: dict[str, list[str]]) -> Answer:
        time.sleep(0.6)
        return 200, {}, b"{}"

    site.pages["/v1"] = slow
    asked = asking(tmp_path, f"{site.url}/v1", timeout=0.2)
    assert "127.0.0.1 did not answer within 0.2 s" in await failure(asked)


async def test_a_server_that_answers_drop_by_drop(tmp_path: Path) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            for _drop in range(100):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert "did not answer" in await failure(asking(tmp_path, f"http://127.0.0.1:{port}/", timeout=0.2))
    server.close()


async def test_a_server_that_is_not_there(tmp_path: Path, site: Site) -> None:
    site.close()
    assert "127.0.0.1 can't be reached" in await failure(asking(tmp_path, f"{site.url}/v1?token=abc"))


@pytest.mark.parametrize(
    "url", ["http://example.com/records", "ftp://127.0.0.1/x", "records.json", "file:///etc/x"]
)
def test_only_https_but_on_this_machine(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError, match="only https is asked"):
        asking(tmp_path, url)
