"""What is said of sources: by what name, how many records, and which of their files are bad."""

from __future__ import annotations

import http.server
import os
import threading
import time
from typing import Any

import pytest

from running import ORDERS, Place
from until import PATIENCE

FOLDER = """
[monitor]
now = "2026-11-20T09:00:00+08:00"
[[shop]]
id = "a"
  [[shop.source]]
  kind = "files"
  path = "drop/*.csv"
  records = "orders"
  [[shop.source]]
  kind = "files"
  path = "drop/*.csv"
  records = "orders"
  [[shop.source]]
  kind = "files"
  name = "more"
  path = "more.csv"
  records = "orders"
[[shop]]
id = "b"
  [[shop.source]]
  kind = "files"
  path = "drop/*.csv"
  records = "orders"
"""
GOOD = "order_id,paid_at\n1,2026-11-18 10:00:00\n2,2026-11-18 11:00:00\n"
BAD = "order_id,paid_at\n7,never\n"
MANY = 25


ONE_SERVER = '[[shop]]\nid = "a"\n' + "".join(
    f'[[shop.source]]\nkind = "http"\nurl = "{{url}}/{number}"\nrecords = "orders"\n' for number in range(3)
)


def sources(place: Place, shop: str = "a") -> dict[str, Any]:
    found = place.status("--shop", shop)["shops"][0]["sources"]
    return {source["name"]: source for source in found}


@pytest.fixture
def folder(place: Place) -> Place:
    place.write("shopwatch.toml", FOLDER)
    place.write("drop/good.csv", GOOD)
    place.write("more.csv", GOOD.replace("1,", "3,").replace("2,", "4,"))
    return place


def test_sources_without_a_name_are_called_by_what_they_read(folder: Place) -> None:
    assert list(sources(folder)) == ["drop/*.csv", "drop/*.csv#2", "more"]
    assert list(sources(folder, "b")) == ["drop/*.csv"]
    lines = folder.run("check").out.splitlines()[1:]
    names = ["a/drop/*.csv", "drop/*.csv#2", "more", "b/drop/*.csv"]
    assert [line.split(":")[0] for line in lines] == [f"✓ {name}" for name in names]


def test_a_name_that_is_given_stays_its_own(place: Place) -> None:
    place.write("shopwatch.toml", FOLDER.replace('"more"', '"drop/*.csv"'))
    place.write("drop/good.csv", GOOD)
    place.write("more.csv", GOOD)
    assert list(sources(place)) == ["drop/*.csv#2", "drop/*.csv#3", "drop/*.csv"]


def test_a_file_that_is_read_again_is_counted_once(folder: Place) -> None:
    assert sources(folder)["drop/*.csv"]["records"] == 2
    folder.write("drop/good.csv", GOOD + "5,2026-11-19 10:00:00\n")
    assert sources(folder)["drop/*.csv"]["records"] == 3
    before = time.time_ns() - 30 * 1_000_000_000
    os.utime(folder.folder / "drop/good.csv", ns=(before, before))
    assert sources(folder)["drop/*.csv"]["records"] == 3
    folder.write("drop/other.csv", GOOD)
    assert sources(folder)["drop/*.csv"]["records"] == 5
    folder.write("drop/other.csv", "order_id,paid_at\n")
    assert sources(folder)["drop/*.csv"]["records"] == 3, "nothing is in it any more"
    assert folder.status("--shop", "a")["shops"][0]["valid_orders"] == 5, "what it brought is not forgotten"


def test_check_names_every_bad_file(folder: Place) -> None:
    folder.write("drop/b1.csv", BAD)
    folder.write("drop/b2.csv", BAD + "8,never\n9,2026-11-18 10:00:00\n")
    folder.write("drop/b3.csv", "a,b\n1,2\n")
    ran = folder.run("check")
    ran.ended(0)
    first = ran.out.splitlines()[1:5]
    assert first[0] == "✓ a/drop/*.csv: orders 3; 3 files could not be read whole"
    told = sorted(line.rpartition("/")[2].strip() for line in first[1:])
    assert told[0].startswith("b3.csv: nothing fills order_id of orders")
    assert told[1].startswith("rows kept aside: 1; the first, b1.csv, row 1: paid_at: never")
    assert told[2].startswith("rows kept aside: 2; the first, b2.csv, row 1: paid_at: never")


def test_check_names_every_file_where_none_can_be_read(place: Place) -> None:
    place.write("shopwatch.toml", '[[shop]]\nid = "a"\n[[shop.source]]\nkind = "files"\npath = "drop/*"\n')
    for n in range(MANY):
        place.write(f"drop/f{n:02}.csv", "a,b\n1,2\n")
    ran = place.run("check")
    ran.ended(3, "✗ drop/*:", "and 5 more", *(f"f{n:02}.csv" for n in range(20)))
    assert "f20.csv" not in ran.err
    place.run("status", "--no-poll").ended(0)
    place.run("status").ended(3, "f00.csv", "24 more files can't be read either")


def test_one_bad_file_is_told_on_one_line(place: Place) -> None:
    place.write("orders.csv", ORDERS)
    place.write(
        "shopwatch.toml", '[[shop]]\nid = "a"\n[[shop.source]]\nkind = "files"\npath = "orders.csv"\n'
    )
    ran = place.run("check")
    ran.ended(3)
    assert len(ran.err.splitlines()) == 1


class Together(http.server.BaseHTTPRequestHandler):
    """Answers when all three of its callers wait for it."""

    met = threading.Barrier(3, timeout=PATIENCE)

    def do_GET(self) -> None:
        self.met.wait()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'[{"order_id": "1", "paid_at": "2026-11-18 10:00:00"}]')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_check_waits_for_its_sources_together(place: Place) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Together) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place.write("shopwatch.toml", ONE_SERVER.format(url=f"http://127.0.0.1:{server.server_port}"))
        ran = place.run("check")
        server.shutdown()
    assert ran.code == 0, ran.err
    assert ran.out.count("✓") == 3
