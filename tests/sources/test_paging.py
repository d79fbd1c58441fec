"""JSON of servers that weren't made for shopwatch, page after page, from a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reading import source, values
from shopwatch.config import PagingSection
from shopwatch.sources import Source, SourceError
from shopwatch.sources import http as http_source
from shopwatch.sources.paging import next_of
from web_site import Answer, Site

ORDERS = [{"id": str(number), "fee": 1} for number in range(7)]


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


def asking(folder: Path, url: str, paging: dict[str, Any], **section: Any) -> Source:
    section = {"records": "orders", "records_path": "data.list", "map": {"order_id": "id"}} | section
    return source(folder, kind="http", url=url, paging=PagingSection(**paging), **section)


def listed(orders: list[dict[str, Any]], **more: Any) -> Answer:
    headers = {"Link": more.pop("link")} if "link" in more else {}
    return 200, headers, json.dumps({"code": 0, "data": {"list": orders} | more}).encode()


async def everything(asked: Source) -> list[str]:
    poll = await asked.poll(None)
    assert (poll.rejects, poll.cursor) == ((), None)
    again = await asked.poll(poll.cursor)
    assert values(again, "orders", "order_id") == values(poll, "orders", "order_id")
    await asked.aclose()
    return values(poll, "orders", "order_id")


ALL = [order["id"] for order in ORDERS]


async def test_numbered_pages_until_one_is_not_full(tmp_path: Path, site: Site) -> None:
    def page(query: dict[str, list[str]]) -> Answer:
        number, size = int(query["p"][0]), int(query["limit"][0])
        return listed(ORDERS[number * size : (number + 1) * size])

    site.pages["/v1"] = page
    paging = {"by": "page", "parameter": "p", "first": 0, "size_parameter": "limit", "size": 3}
    assert await everything(asking(tmp_path, f"{site.url}/v1?app=7", paging)) == ALL
    assert site.asked[:3] == [f"/v1?app=7&p={number}&limit=3" for number in (0, 1, 2)]


async def test_numbered_pages_until_one_is_empty(tmp_path: Path, site: Site) -> None:
    site.pages["/v1"] = lambda query: listed(
        ORDERS[int(query["page"][0]) * 4 - 4 : int(query["page"][0]) * 4]
    )
    assert await everything(asking(tmp_path, f"{site.url}/v1", {"by": "page"})) == ALL
    assert site.asked[:3] == ["/v1?page=1", "/v1?page=2", "/v1?page=3"]


@pytest.mark.parametrize("last", [None, "", False, {}])
async def test_a_cursor_in_the_answer(tmp_path: Path, site: Site, last: Any) -> None:
    def page(query: dict[str, list[str]]) -> Answer:
        start = int(query.get("after", ["0"])[0])
        following: Any = start + 3 if start + 3 < len(ORDERS) else last
        return listed(ORDERS[start : start + 3], next=following)

    site.pages["/v1"] = page
    paging = {"by": "cursor", "parameter": "after", "at": "data.next"}
    assert await everything(asking(tmp_path, f"{site.url}/v1", paging)) == ALL
    assert site.asked[:3] == ["/v1", "/v1?after=3", "/v1?after=6"]


async def test_a_link_in_the_header(tmp_path: Path, site: Site) -> None:
    first = '</v1?page=1>; rel="first", </v1?page=2>; title="a, b"; rel="next", </v1?page=3>; rel=last'
    site.answer("/old", b"", 302, Location="/v1")
    site.pages["/v1"] = lambda query: listed(ORDERS[4:]) if query else listed(ORDERS[:4], link=first)
    assert await everything(asking(tmp_path, f"{site.url}/old", {"by": "link"})) == ALL


async def test_a_link_in_the_answer(tmp_path: Path, site: Site) -> None:
    site.pages["/v1"] = lambda query: (
        listed(ORDERS[4:], next=None) if query else listed(ORDERS[:4], next=f"{site.url}/v1?b=2")
    )
    assert await everything(asking(tmp_path, f"{site.url}/v1", {"by": "link", "at": "data.next"})) == ALL


async def test_posted_pages_carry_their_parameters_in_the_body(tmp_path: Path, site: Site) -> None:
    site.pages["/v1"] = lambda query: listed(ORDERS if json.loads(site.bodies[-1])["page"] == 1 else [])
    asked = asking(
        tmp_path, f"{site.url}/v1", {"by": "page"}, method="POST", body={"store": "木", "open": True},
        headers={"Authorization": "k"},
    )  # fmt: skip
    assert await everything(asked) == ALL
    assert json.loads(site.bodies[1]) == {"store": "木", "open": True, "page": 2}
    assert site.keys[:2] == ["k", "k"]


@pytest.mark.parametrize(
    ("paging", "answer", "sentence"),
    [
        ({"by": "page"}, {"data": {"list": ORDERS}}, "its cursor stands still"),
        ({"by": "cursor"}, {"data": {"list": ORDERS}, "cursor": "a"}, "its cursor stands still"),
        ({"by": "link", "at": "next"}, {"data": {"list": ORDERS}, "next": "/v1"}, "its cursor stands still"),
        (
            {"by": "link", "at": "next"},
            {"data": {"list": ORDERS}, "next": "https://evil.example/"},
            "redirects to evil.example",
        ),
        ({"by": "cursor", "at": "a.b.c"}, {"code": 7, "msg": "no"}, "has no data where `records_path` looks"),
    ],
)
async def test_what_leads_nowhere(
    tmp_path: Path, site: Site, paging: dict[str, Any], answer: dict[str, Any], sentence: str
) -> None:
    site.answer("/v1", answer)
    asked = asking(tmp_path, f"{site.url}/v1", paging, headers={"Authorization": "very-secret"})
    with pytest.raises(SourceError, match=sentence.replace(".", r"\.")):
        await asked.poll(None)
    await asked.aclose()
    assert len(site.asked) <= 3


async def test_more_pages_than_a_poll_takes_are_told(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_source, "MOST_PAGES", 3)
    site.pages["/v1"] = lambda query: listed([{"id": query["page"][0]}])
    asked = asking(tmp_path, f"{site.url}/v1", {"by": "page"})
    with pytest.raises(SourceError, match="has more pages than one poll takes"):
        await asked.poll(None)
    await asked.aclose()


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://a/?p=2>; rel="next"', "https://a/?p=2"),
        ("</b>;rel=next", "/b"),
        ('<a>; rel="prev next"', "a"),
        ('<a>; rel="nextcloud", <b,c>; REL="Next"; title="x"', "b,c"),
        ('<a>; rel="last"', None),
        ("", None),
        ("rel=next", None),
    ],
)
def test_links(header: str, url: str | None) -> None:
    assert next_of(header) == url
