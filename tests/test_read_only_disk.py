"""A disk that turns read-only under the monitor, as Linux turns it on an error: the monitor goes on, says so, and writes
again once the disk has been mended and is mounted in its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

from running import ORDERS, Place, Watched
from until import PATIENCE

TOOLS = ("unshare", "nsenter", "mount", "mkfs.ext4")
LATER = ORDERS + "2001,a,2026-11-19 10:00:00,2026-11-21 10:00:00\n"


class Disk:
    """A file system on an image, mounted in a mount namespace that ends with the command that runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._image, self._mended = folder.with_name("disk.img"), folder.with_name("mended.img")
        self._image.touch()
        os.truncate(self._image, 128 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self._image], check=True)
        folder.mkdir()

    @property
    def before(self) -> list[str]:
        """What runs a command where the disk is mounted."""
        mount = f"mount -o loop '{self._image}' '{self.folder}' && exec \"$@\""
        return ["unshare", "-m", "bash", "-c", mount, "bash"]

    def turns_read_only(self, process: int) -> None:
        self._beside(process, f"mount -o remount,abort '{self.folder}'")
        with pytest.raises(subprocess.CalledProcessError):
            self._beside(process, f"touch '{self.folder}/x'")

    def is_mended(self, process: int) -> None:
        """Mount what was on it in its place: no such disk is made writable while it is in use."""
        self._beside(
            process, f"cp '{self._image}' '{self._mended}' && mount -o loop '{self._mended}' '{self.folder}'"
        )

    def copied(self, name: str, to: Path) -> Path:
        """What is on the mended one once nobody uses it."""
        look = f"mount -o loop '{self._mended}' '{self.folder}' && cp '{self.folder}/{name}'* '{to}'"
        subprocess.run(["unshare", "-m", "bash", "-c", look], check=True)
        return to / name

    def _beside(self, process: int, command: str) -> None:
        where = ["nsenter", f"--mount=/proc/{process}/ns/mnt", "bash", "-c", command]
        subprocess.run(where, check=True, capture_output=True)


@pytest.fixture
def disk(place: Place) -> Disk:
    if os.geteuid() != 0 or not all(map(shutil.which, TOOLS)):
        pytest.skip("only root may mount a disk")
    made = Disk(place.folder / "state")
    tried = subprocess.run([*made.before, "true"], check=False, capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"nothing may be mounted here: {tried.stderr.strip()}")
    return made


def screen(run: Watched) -> str:
    shown = pyte.Screen(100, 30)
    pyte.ByteStream(shown).feed(run.seen)
    return "\n".join(shown.display)


def until(run: Watched, ready: Callable[[str], bool]) -> None:
    for _second in range(int(PATIENCE)):
        if ready(screen(run)):
            return
        run.wait(1)
    pytest.fail(screen(run))


def test_the_monitor_goes_on_says_so_and_comes_back_by_itself(
    shops: Place, disk: Disk, tmp_path: Path
) -> None:
    with Watched(shops, "--state", "state", before=disk.before) as run:
        run.until(b"1001")
        disk.turns_read_only(run.process.pid)
        shops.write("orders.csv", LATER)
        run.press(b"r")
        until(run, lambda seen: "not saved: disk I/O" in seen or "Sources 0/1" in seen)
        run.press(b"d")
        until(run, lambda seen: "the warehouse can't take it in" in seen)
        run.press(b"\x1b")
        until(run, lambda seen: "1001" in seen and "2001" not in seen)

        disk.is_mended(run.process.pid)
        run.press(b"r")
        until(run, lambda seen: "2001" in seen and "not saved" not in seen and "Sources 1/1" in seen)
        run.press(b"\t ")
        until(run, lambda seen: "To do today 1/" in seen)
        run.press(b"q")
        code, _all = run.end()
        assert code == 0
    journal = disk.copied("journal.sqlite", tmp_path)
    with contextlib.closing(sqlite3.connect(journal)) as saved:
        (board,) = saved.execute("SELECT board FROM boards WHERE shop = 'a'").fetchone()
        assert b"2001" in board
        assert saved.execute("SELECT count(*) FROM ticks").fetchone() == (1,)
