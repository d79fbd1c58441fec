"""Servers that would use up memory, time or the terminal: each is bounded, said in a sentence, and costs the others nothing."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from running import COMMAND, Place

MOST_MEMORY = 900 << 20  # of the process: an answer of 64 MiB is held more than once while it is read

RECORD = {"shop": "a", "order_id": "1", "paid_at": 1795140000}


class Server:
    """Answers each path in its own evil way, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.split("?")[0].strip("/")
                server.asked.append(path)
                headers, blocks = EVIL[path](self.path)
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for block in blocks:
                        self.wfile.write(block)
                except OSError:  # it has had enough
                    return

            def log_message(self, *_arguments: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


Evil = tuple[dict[str, str], Iterator[bytes]]


def records_for_ever(_path: str) -> Evil:
    def blocks() -> Iterator[bytes]:
        yield b'{"records": {"orders": ['
        some = b",".join([json.dumps(RECORD).encode()] * 5_000)
        while True:
            yield some + b","

    return {}, blocks()


def pages_for_ever(path: str) -> Evil:
    number = int(path.partition("cursor=")[2] or 0)
    page = {"records": {"orders": [RECORD | {"order_id": f"p{number}"}]}, "cursor": str(number + 1), "more": True}  # fmt: skip
    return {}, iter([json.dumps(page).encode()])


def packed(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"records": "')]
    parts += [packer.compress(b"0" * (1 << 20)) for _mebibyte in range(size >> 20)]
    return b"".join([*parts, packer.flush()])


BOMB = packed(1 << 30)
BOMB_IN_A_BOMB = gzip.compress(BOMB)


def unpacks_into_a_gigabyte(_path: str) -> Evil:
    return {"Content-Encoding": "gzip"}, iter([BOMB])


def packed_twice(_path: str) -> Evil:
    return {"Content-Encoding": "gzip, gzip"}, iter([BOMB_IN_A_BOMB])


def packed_and_damaged(_path: str) -> Evil:
    return {"Content-Encoding": "gzip"}, iter([b"\x1f\x8b\x08\x00" + bytes(range(250)) * 10])


def nested(_path: str) -> Evil:
    return {}, iter([b'{"records": {"orders": ' + b"[" * 500_000 + b"]" * 500_000 + b"}}"])


def a_cell_of_ten_megabytes(_path: str) -> Evil:
    record = RECORD | {"order_id": "long", "product_name": "a" * 10_000_000}
    return {}, iter([json.dumps({"records": {"orders": [record]}, "cursor": "1"}).encode()])


def well(_path: str) -> Evil:
    packed_once = gzip.compress(json.dumps({"records": {"orders": [RECORD]}, "cursor": "1"}).encode())
    return {"Content-Encoding": "gzip"}, iter([packed_once])


EVIL = {
    made.__name__: made
    for made in (
        records_for_ever, pages_for_ever, unpacks_into_a_gigabyte, packed_twice, packed_and_damaged, nested,
        a_cell_of_ten_megabytes, well,
    )
}  # fmt: skip

SAID = {
    "records_for_ever": "127.0.0.1 sends more than 64 MiB in one page; ask it for smaller pages",
    "unpacks_into_a_gigabyte": "127.0.0.1 sends more than 64 MiB in one page; ask it for smaller pages",
    "packed_twice": "127.0.0.1 packs its answer so that it can't be unpacked (gzip, gzip)",
    "packed_and_damaged": "127.0.0.1 packs its answer so that it can't be unpacked (gzip)",
    "nested": "answers something else than records",
}

MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print("most memory:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_each_is_bounded_and_told_and_the_others_are_read(place: Place, server: Server) -> None:
    sources = "".join(
        f'[[source]]\nkind = "http"\nname = "{name}"\nurl = "{server.url}/{name}"\n' for name in EVIL
    )
    place.write("shopwatch.toml", f'[monitor]\nnow = "2026-11-21T09:00:00+08:00"\n{sources}')
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(COMMAND), "status", "--json", "--state", "state"],
        cwd=place.folder, env=place.environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    assert "Traceback" not in run.stderr
    for name, words in SAID.items():
        assert re.search(rf"^shopwatch: {name}: .*{re.escape(words)}", run.stderr, re.MULTILINE), (
            name,
            run.stderr,
        )
    (shop,) = json.loads(run.stdout)["shops"]
    told = {source["name"]: source for source in shop["sources"]}
    assert {name for name, one in told.items() if one["state"] == "failing"} == SAID.keys()
    assert told["well"]["records"] == 1
    assert told["a_cell_of_ten_megabytes"]["records"] == 1
    assert told["pages_for_ever"]["records"] == server.asked.count("pages_for_ever") == 500
    assert len(run.stdout) < 200_000
    assert int(run.stderr.rpartition("most memory:")[2]) << 10 < MOST_MEMORY, run.stderr[-200:]
