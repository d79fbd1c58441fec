"""Whatever a user, a file or the disk does: one clear sentence on standard error, and the promised exit code."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from running import COMMAND, ORDERS, SHOPS, Place
from until import PATIENCE

# ---------------------------------------------------------------- the configuration


def test_every_mistake_on_standard_error(place: Place) -> None:
    place.write("shopwatch.toml", '[defaults]\ntimezon = "UTC"\n[[shop]]\nid = "a"\n[[shop]]\nid = "a"\n')
    for command in ("status", "check"):
        ran = place.run(command)
        ran.ended(
            2,
            "defaults.timezon: found an unknown key; should be timezone",
            'shop[1].id: found "a"; should be another id: shop[0] has this one',
        )
        assert ran.out == ""


@pytest.mark.parametrize("command", [[], ["status"], ["check"]])
def test_files_that_are_no_configuration(place: Place, command: list[str]) -> None:
    place.write("broken.toml", "[[shop]\n")
    (place.folder / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for name, words in (
        ("broken.toml", "is not TOML: line 1, column"),
        ("binary.toml", "is not UTF-8 text"),
        ("none.toml", "doesn't exist"),
        (".", "is a folder"),
        ("broken.toml/x", "can't be read"),
    ):
        place.run("--config", name, *command).ended(2, words)


def test_a_variable_that_is_not_set(place: Place) -> None:
    place.write("shopwatch.toml", '[[shop]]\nid = "env:SHOP_ID"\n')
    place.run("status").ended(2, "shop[0].id: found env:SHOP_ID, which the environment doesn't have")


def test_a_scorecard_of_ones_own_that_cannot_be_used(shops: Place) -> None:
    shops.write("scorecards/mine.toml", "id = 3\n")
    for command in (["status"], ["check"], ["rules", "list"]):
        shops.run(*command).ended(2, "mine.toml, $.id")


def test_a_playbook_of_ones_own_that_cannot_be_used(shops: Place) -> None:
    shops.write("playbooks/mine.toml", "id = 3\n")
    for command in ("status", "check"):
        ran = shops.run(command)
        ran.ended(2, "mine.toml, $.id")
        assert ran.out == ""


# ---------------------------------------------------------------- the state folder


def test_a_state_that_is_a_file(shops: Place) -> None:
    shops.write("state", "mine")
    for command in ("status", "check"):
        shops.run(command, "--state", "state").ended(2, "state")
    assert (shops.folder / "state").read_text() == "mine"


def test_a_journal_that_is_none(shops: Place) -> None:
    journal = shops.write("state/journal.sqlite", "not a journal " * 1000)
    before = journal.read_bytes()
    for command in (["status"], ["check"]):
        ran = shops.run(*command, "--state", "state")
        ran.ended(2, "The journal", "journal.sqlite can't be used: file is not a database", "Move it away")
        assert ran.out == ""
    assert journal.read_bytes() == before, "it may hold what only shopwatch knows"


def test_a_journal_of_a_newer_version(shops: Place) -> None:
    shops.status("--state", "state")
    with sqlite3.connect(shops.folder / "state/journal.sqlite") as journal:
        journal.execute("PRAGMA user_version = 1000")
    journal.close()
    shops.run("status", "--state", "state").ended(2, "journal.sqlite was written by a newer shopwatch")


def test_a_journal_damaged_inside(shops: Place) -> None:
    shops.status("--state", "state")
    journal = shops.folder / "state/journal.sqlite"
    scribble(journal, 4096)
    damaged = journal.read_bytes()
    ran = shops.run("status", "--state", "state")
    ran.ended(0, "the journal was damaged: its copy of", "journal.sqlite.damaged")
    assert "shops" in ran.out or ran.out
    assert journal.with_name("journal.sqlite.damaged").read_bytes() == damaged, "it may be mended by hand"
    assert "damaged" not in shops.run("status", "--state", "state").err
    scribble(journal, 4096)
    journal.with_name("journal.sqlite.copy").unlink()
    shops.run("status", "--state", "state").ended(2, "journal.sqlite can't be used")


def scribble(path: Path, begin: int) -> None:
    """Overwrite a file from there on."""
    whole = path.read_bytes()
    assert len(whole) > begin
    path.write_bytes(whole[:begin] + bytes(7 * n % 251 for n in range(len(whole) - begin)))


def test_a_full_disk(shops: Place) -> None:
    """As far as a limit on the size of files is one: what could be worked out is printed all the same."""
    limited = f'ulimit -f 90; trap "" XFSZ; exec "{COMMAND}" status --state state'
    run = subprocess.run(
        ["bash", "-c", limited],
        cwd=shops.folder,
        env=shops.environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 3
    assert "not saved: " in run.stderr
    assert "Traceback" not in run.stderr
    assert "━━ a" in run.stdout


# ---------------------------------------------------------------- the files


GOOD = "order_no,store,paid,promise\n1001,a,2026-11-18 10:00:00,2026-11-20 10:00:00\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    ids=lambda value: "" if isinstance(value, bytes) else None,
    argvalues=[
        ("orders.xlsx", GOOD.encode(), "orders.xlsx is not what its name says"),
        ("orders.xlsx", b"PK\x03\x04 and no workbook", "orders.xlsx is no workbook that can be read"),
        ("orders.parquet", GOOD.encode(), "orders.parquet is not what its name says"),
        ("orders.csv.gz", GOOD.encode(), "orders.csv.gz is not what its name says"),
        ("orders.csv.gz", gzip.compress(GOOD.encode() * 50)[:60], "orders.csv.gz is a damaged or cut-off"),
        ("orders.csv", b"PK\x03\x04" + bytes(range(256)) * 8, "orders.csv"),
        ("orders.csv", b"", "orders.csv is empty"),
        ("orders.csv", b"a,b\n1,2\n", "orders.csv has no column order_no"),
        ("orders.json", b'{"order_no": ', "orders.json holds no JSON objects"),
        ("orders.txt.bak", GOOD.encode(), "orders.txt.bak: its format can't be told from its name"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(place: Place, name: str, content: bytes, words: str) -> None:
    place.write(name, content)
    place.write("shopwatch.toml", SHOPS.replace("orders.csv", name))
    ran = place.run("status", "--json")
    ran.ended(3, f"orders: {words}")
    assert json.loads(ran.out)["shops"] == []
    checked = place.run("check")
    checked.ended(3, f"✗ orders: {words}")


def test_a_name_that_would_write_to_the_terminal(place: Place) -> None:
    """Neither colours nor a turned direction come from the name of a file."""
    place.write("shopwatch.toml", SHOPS.replace("orders.csv", "orders*.csv"))
    place.write("orders\x1b[31m\u202e.csv", "a,b\n1,2\n")
    for command in ("status", "check"):
        ran = place.run(command)
        ran.ended(3, "orders[31m.csv has no column order_no")
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)


@pytest.mark.parametrize(
    ("path", "words"), [("none.csv", "none.csv is not there"), ("none/*.csv", "none/*.csv is not there")]
)
def test_a_missing_file(place: Place, path: str, words: str) -> None:
    place.write("shopwatch.toml", SHOPS.replace("orders.csv", path))
    for command in ("status", "check"):
        place.run(command).ended(3, words, "correct `path`")


def test_a_path_that_can_not_be_read(place: Place) -> None:
    place.write("shopwatch.toml", SHOPS)
    path = place.folder / "orders.csv"
    path.symlink_to(path)
    place.run("status").ended(3, "orders.csv")
    path.unlink()
    path.mkdir()
    place.run("status").ended(3, "orders.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(shops: Place) -> None:
    (shops.folder / "orders.csv").chmod(0)
    shops.run("status").ended(3, "orders.csv")


def test_a_row_with_a_bad_date_alone(place: Place) -> None:
    place.write("shopwatch.toml", SHOPS)
    place.write("orders.csv", "order_no,store,paid,promise\n1,a,soon,2026-11-20 10:00:00\n")
    words = "rows kept aside: 1; the first, orders.csv, row 1: paid_at: soon is no time"
    place.run("status").ended(3, f"shopwatch: orders: {words}")
    place.run("check").ended(3, f"✗ orders: {words}")


def test_a_row_with_a_bad_date_never_stops_the_others(shops: Place) -> None:
    shops.write("orders.csv", ORDERS + "1004,b,2026-02-30 10:00:00,2026-11-21 12:00:00\n")
    ran = shops.run("status", "--json")
    ran.ended(0, "orders: rows kept aside: 1; the first, orders.csv, row 4: paid_at: 2026-02-30 10:00:00")
    shop = json.loads(ran.out)["shops"][0]
    assert [(source["records"], source["rejected"]) for source in shop["sources"]] == [(3, 1)]
    shops.run("status", LANG="zh_CN.UTF-8").ended(0)
    assert shops.run("check").code == 0


def test_two_shops_may_each_have_a_source_of_the_same_name(place: Place) -> None:
    """Each keeps its own place in its own files."""
    source = '[[shop]]\nid = "{0}"\n[[shop.source]]\nkind = "files"\nname = "exports"\npath = "{0}.csv"\nrecords = "orders"\n'
    place.write("shopwatch.toml", "".join(source.format(shop) for shop in "ab"))
    for shop in "ab":
        place.write(f"{shop}.csv", "order_id,paid_at\n1,2026-11-18 10:00:00\n2,2026-11-18 10:00:00\n")
    for _poll in range(2):
        shops = place.status()["shops"]
        assert [shop["sources"][0]["records"] for shop in shops] == [2, 2]
    (place.folder / "b.csv").unlink()
    ran = place.run("status")
    ran.ended(3, "b/exports: ")
    assert "a/exports" not in ran.err
