"""A damaged warehouse is filled again from the sources by itself; what only can't be opened is left as it is."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from at_work import at_work
from running import COMMAND, SHOPS, Place
from shopwatch.config import load
from shopwatch.feed import OfficialEntry
from shopwatch.journal import Journal
from shopwatch.monitor import Monitor, open_monitor
from shopwatch.store import Store
from shopwatch.typed import TypedFigures
from until import PATIENCE, until

ORDERS = "order_no,store,paid,promise\n" + "".join(
    f"{number},a,2026-11-1{number % 9} 10:00:00,2026-11-2{number % 9} 10:00:00\n" for number in range(2000)
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of some blocks, and something in the journal."""
    place = Place(tmp_path_factory.mktemp("filled"))
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    place.status("--state", "state")
    with contextlib.closing(Journal(place.folder / "state/journal.sqlite")) as journal:
        journal.tick("a", "an-action", 1_763_000_000, True, "me", ())
        typed = TypedFigures(journal)
        typed.keep("a", [OfficialEntry(item="total", points=82.0)], 1_763_500_000, 1_763_500_000)
    return place.folder / "state"


@pytest.fixture
def filled(place: Place, state: Path) -> Place:
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    shutil.copytree(state, place.folder / "state")
    return place


def warehouse_of(place: Place) -> Path:
    return place.folder / "state/warehouse.duckdb"


def aside_of(place: Place) -> list[str]:
    return sorted(path.name for path in (place.folder / "state").glob("*.broken-*"))


def of_today() -> str:
    return f"warehouse.duckdb.broken-{datetime.datetime.now().astimezone().date()}"


def told(status: Any) -> list[Any]:
    """What is told of each shop."""
    return [(shop["id"], shop["score"]["published"], len(shop["risks"])) for shop in status["shops"]]


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def cut_within_the_head(whole: bytes) -> bytes:
    return whole[:100]


def nothing(_whole: bytes) -> bytes:
    return b""


def garbage(_whole: bytes) -> bytes:
    return random.Random(1).randbytes(200_000)


def garbage_behind_a_good_head(whole: bytes) -> bytes:
    return whole[:12288] + random.Random(1).randbytes(len(whole) - 12288)


def flipped(whole: bytes) -> bytes:
    """A bit of each page is the other way round, but for the head's."""
    turned = bytearray(whole)
    for place in range(20_000, len(turned), 4096):
        turned[place] ^= 0x10
    return bytes(turned)


@pytest.mark.parametrize("damage", [cut, cut_within_the_head, nothing, garbage, garbage_behind_a_good_head])
async def test_another_is_begun_in_its_place(filled: Place, damage: Callable[[bytes], bytes]) -> None:
    path = warehouse_of(filled)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    told: list[Path] = []
    store = Store(path, begun_anew=told.append)
    await store.open()
    assert told == [path.parent / of_today()]
    assert told[0].read_bytes() == damaged
    assert await store.ask(lambda warehouse: warehouse.size()) == 0
    await store.aclose()


@pytest.mark.parametrize("damage", [garbage, flipped])
def test_it_is_filled_again_and_that_is_said_once(filled: Place, damage: Callable[[bytes], bytes]) -> None:
    before = filled.status("--state", "state")
    assert len(before["shops"][0]["risks"]) == 20
    path = warehouse_of(filled)
    path.write_bytes(damage(path.read_bytes()))
    ran = filled.run("status", "--json", "--state", "state")
    ran.ended(0, "the warehouse was damaged: it is filled again from the sources", of_today())
    assert told(json.loads(ran.out)) == told(before)
    assert aside_of(filled) == [of_today()]
    again = filled.run("status", "--json", "--state", "state")
    again.ended(0)
    assert "damaged" not in again.err
    assert told(json.loads(again.out)) == told(before)
    with contextlib.closing(Journal(filled.folder / "state/journal.sqlite")) as journal:
        assert journal.restored is None
        assert list(journal.ticks(2_000_000_000)["a"]) == ["an-action"]


WRITE = """
import os, sys
from pathlib import Path
from shopwatch.records import Order
from shopwatch.warehouse import open_warehouse
warehouse = open_warehouse(Path(sys.argv[1]))
warehouse.take("s", "orders", [Order(shop="a", order_id="new", paid_at=1_763_000_000, known_at=2_000_000_000)])
os._exit(0)
"""


def log_of(place: Place) -> Path:
    """A process ended at once leaves the write-ahead log behind."""
    subprocess.run([str(COMMAND.with_name("python")), "-c", WRITE, str(warehouse_of(place))], check=True)
    log = place.folder / "state/warehouse.duckdb.wal"
    assert log.stat().st_size > 1000
    return log


def test_a_write_ahead_log_that_was_damaged(filled: Place) -> None:
    log = log_of(filled)
    turned = bytearray(log.read_bytes())
    turned[len(turned) // 2] ^= 0xFF
    log.write_bytes(turned)
    ran = filled.run("status", "--json", "--state", "state")
    ran.ended(0, "the warehouse was damaged", of_today())
    assert aside_of(filled) == [of_today(), f"{of_today()}.wal"]
    assert filled.run("status", "--state", "state").err == ""


@pytest.mark.parametrize(
    "content", [b"not a log " * 500, random.Random(2).randbytes(5000)], ids=["text", "noise"]
)
def test_a_write_ahead_log_that_is_none(filled: Place, content: bytes) -> None:
    before = told(filled.status("--state", "state"))
    filled.write("state/warehouse.duckdb.wal", content)
    assert told(filled.status("--state", "state")) == before


def test_of_the_damaged_ones_the_last_is_kept(filled: Place) -> None:
    for day in (1, 2):
        filled.write(f"state/warehouse.duckdb.broken-2026-01-0{day}", "an earlier one")
    warehouse_of(filled).write_bytes(b"no")
    filled.status("--state", "state")
    assert aside_of(filled) == [of_today()]


# ------------------------------------------------------------------ what is no damage


def of_a_newer_version(whole: bytes) -> bytes:
    """The head as a later engine writes it: another storage version, under a checksum that is right."""
    head = bytearray(whole[8:4096])
    struct.pack_into("<Q", head, 4, 1000)
    checksum = 5381
    for (part,) in struct.iter_unpack("<Q", head):
        checksum ^= part * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return struct.pack("<Q", checksum) + bytes(head) + whole[4096:]


def test_a_file_of_a_newer_version_is_left_to_it(filled: Place) -> None:
    path = warehouse_of(filled)
    newer = of_a_newer_version(path.read_bytes())
    path.write_bytes(newer)
    for _again in range(2):
        ran = filled.run("status", "--state", "state")
        ran.ended(3, "warehouse.duckdb was written by a newer version: use that one")
    assert path.read_bytes() == newer
    assert not aside_of(filled)


def as_anybody(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run without the right to read what one may not."""
    command = [str(COMMAND), *arguments]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("nothing here takes the right to read everything from root")
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    return subprocess.run(
        command, cwd=place.folder, env=place.environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )  # fmt: skip


def test_a_file_that_may_not_be_read_is_left_as_it_is(filled: Place) -> None:
    path = warehouse_of(filled)
    before = hashlib.sha256(path.read_bytes()).digest()
    path.chmod(0)
    ran = as_anybody(filled, "status", "--state", "state")
    path.chmod(0o600)
    assert ran.returncode == 3, ran.stderr
    assert "the warehouse can't be opened, and is left as it is" in ran.stderr
    assert "Permission denied" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert not aside_of(filled)


# ------------------------------------------------------------------ in the monitor


def watching(place: Place) -> Monitor:
    config = load(place.folder / "shopwatch.toml")
    now = lambda: datetime.datetime.now(datetime.UTC)  # noqa: E731
    return open_monitor(config, place.folder / "state", clock=now, language="en")


@pytest.mark.parametrize("damage", [garbage, flipped])
async def test_the_monitor_fills_it_again_and_shows_the_boards_of_before_meanwhile(
    filled: Place, damage: Callable[[bytes], bytes]
) -> None:
    """At its opening, and where only a question finds what is damaged."""
    path = warehouse_of(filled)
    path.write_bytes(damage(path.read_bytes()))
    monitor = watching(filled)
    seen: list[int] = []
    monitor.listen(lambda boards: seen.extend(board.risks_total for board in boards))
    async with at_work(monitor):
        before = monitor.boards["a"].risks_total
        assert before > 20
        await until(lambda: aside_of(filled))
        await until(
            lambda: monitor.trouble and all(one.records == 2000 for one in monitor.boards["a"].sources)
        )
        assert monitor.trouble is not None
        assert of_today() in monitor.trouble
        await monitor.refresh()
        await until(lambda: monitor.boards["a"].score.published)
        assert set(seen) == {before}, "no board rests on a part"
