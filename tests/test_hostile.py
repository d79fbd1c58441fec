"""What a buyer or a server wrote to do harm, from a file through to the screen, the report, the JSON and the alert."""

from __future__ import annotations

import csv
import gzip
import io
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest

from running import Place, Watched

HOSTILE = {
    "clears the screen": "\x1b[2J\x1b[1;1Hgone",
    "sets the title": "\x1b]0;owned\x07title",
    "a control of eight bits": "\x9b31mred",
    "textual's markup": "[bold red on blue]markup[/]",
    "a link in markup": "[@click=app.quit]quit[/]",
    "turned round": "\u202egnp.exe\u2066",
    "zero width": "a\u200b\u200c\u200d\u2060b" * 40,
    "a heap of signs": "e" + "\u0301" * 5_000,
    "a formula": "=cmd|' /C calc'!A0",
    "another formula": "@SUM(1+1)*cmd",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "| a | b |\n![x](http://evil.example/x)",
    "a header": "subject\r\nBcc: everybody@evil.example",
    "a very long word": "long" * 2_500_000,
    "a null": "nu\x00ll",
}

CONFIGURATION = """
[monitor]
now = "2026-11-20T09:00:00+08:00"
[[shop]]
id = "a"
  [[shop.source]]
  kind = "files"
  path = "orders.json"
  records = "orders"
    [shop.source.map]
    order_id = "order_no"
    paid_at = "paid"
    promised_ship_at = "promise"
    product_id = "product"
    product_name = "title"
    province = "title"
"""


def orders() -> str:
    """An order overdue on each hostile name, and a good one."""
    return "\n".join(
        json.dumps({
            "order_no": f"o{n}", "paid": "2026-11-17 10:00:00", "promise": "2026-11-19 10:00:00",
            "product": f"p{n}", "title": title,
        })
        for n, title in enumerate([*HOSTILE.values(), "a good name"])
    )  # fmt: skip


@pytest.fixture
def hostile(place: Place) -> Place:
    place.write("orders.ndjson", orders())
    place.write("shopwatch.toml", CONFIGURATION.replace("orders.json", "orders.ndjson"))
    return place


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def harmless(text: str, allowed: str = "") -> bool:
    return not any(
        unicodedata.category(one) in ("Cc", "Cf") and one not in allowed for one in text
    ) and "\u0301" * 4 not in unicodedata.normalize("NFD", text)


def test_in_the_json_every_order_is_there_and_no_character_acts(hostile: Place) -> None:
    ran = hostile.run("status", "--json", "--risks", "0")
    assert ran.code in (0, 1), ran.err
    found = json.loads(ran.out)
    (shop,) = found["shops"]
    assert shop["sources"][0]["records"] == len(HOSTILE) + 1
    assert len(shop["risks"]) == len(HOSTILE) + 1
    assert all(harmless(text) and len(text) <= 5_000 for text in texts(found))


@pytest.mark.parametrize("command", [["status"], ["report", "--format", "md"], ["alerts", "--no-poll"]])
def test_in_text_no_character_acts(hostile: Place, command: list[str]) -> None:
    hostile.run("status")
    ran = hostile.run(*command)
    assert ran.code in (0, 1), ran.err
    assert harmless(ran.out + ran.err, "\n")
    assert "](http://evil" not in ran.out
    assert len(ran.out) < 200_000


def test_a_page_runs_nothing_and_a_table_holds_no_formula(hostile: Place) -> None:
    ran = hostile.run("report", "--kind", "daily", "--format", "html,csv", "-o", "harm")
    assert ran.code in (0, 1), ran.err
    page = next(hostile.folder.glob("harm*.html")).read_text(encoding="utf-8")
    assert harmless(page, "\n\t")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    table = next(hostile.folder.glob("harm*.csv")).read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_on_the_screen_nothing_moves_the_cursor_or_quits(hostile: Place) -> None:
    with Watched(hostile) as watched:
        watched.until(b"o1")
        assert watched.process.poll() is None
        seen = watched.seen.decode("utf-8", "replace")
        assert "owned" not in seen or "\x1b]0;owned" not in seen
        for harm in ("\x1b[2J\x1b[1;1Hgone", "\u202e", "\u200b", "\x9b31m"):
            assert harm not in seen


# ------------------------------------------------------------------ files that are harm themselves


def read(place: Place, name: str, content: bytes) -> Any:
    place.write(name, content)
    place.write("shopwatch.toml", CONFIGURATION.replace("orders.json", name))
    return place.run("status", "--json")


def test_json_within_json_without_end(place: Place) -> None:
    read(place, "deep.json", b"[" * 200_000 + b"]" * 200_000).ended(3, "deep.json")
    read(place, "deep.ndjson", b'{"order_no":' * 50_000 + b"1" + b"}" * 50_000).ended(3, "deep.ndjson")


def test_a_little_file_that_unpacks_into_a_huge_one(place: Place) -> None:
    """A quarter of a gigabyte of one letter, in one cell, beside a good row."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        file.write(b"order_no,paid,promise,product,title\no1,2026-11-17 10:00:00,2026-11-19 10:00:00,p1,")
        for _part in range(256):
            file.write(b"a" * (1 << 20))
        file.write(b"\no2,2026-11-17 10:00:00,2026-11-19 10:00:00,p2,cup\n")
    ran = read(place, "bomb.csv.gz", packed.getvalue())
    assert ran.code in (0, 1, 3), ran.err
    (shop,) = json.loads(ran.out)["shops"]
    assert "o2" in {risk["order_id"] for risk in shop["risks"]}
    assert "Traceback" not in ran.err
    assert len(ran.out) < 200_000


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.text(max_size=60))
def test_no_text_at_all_comes_through_unclean(text: str) -> None:
    import duckdb

    from shopwatch.sources.cleaning import harmless as cleaned

    with duckdb.connect(config={"threads": 1}) as small:
        ((found,),) = small.execute(
            f"SELECT {cleaned('$text')}", {"text": text.replace("\x00", "")}
        ).fetchall()
    assert found is None or not any(
        unicodedata.category(one) == "Cc"
        or one in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b"
        for one in found
    )
