"""What is written for a person is there whole or not at all, whoever looks and whatever fails."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.test_lasting import full_disk
from shopwatch.whole_files import create_whole, write_whole

OLD, NEW = b"old " * 500_000, b"new " * 700_000


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A file to be; whatever happens, nothing else is left in its folder."""
    yield tmp_path / "report.csv"
    assert {one.name for one in tmp_path.iterdir()} <= {"report.csv", "link"}


def seen_meanwhile(path: Path, write: threading.Thread) -> set[bytes]:
    """What somebody finds who looks all the time."""
    seen = set()
    write.start()
    while write.is_alive():
        if path.exists():
            seen.add(path.read_bytes())
    write.join()
    return seen | {path.read_bytes()}


def test_whoever_looks_sees_all_of_it(path: Path) -> None:
    seen = seen_meanwhile(path, threading.Thread(target=create_whole, args=(path, OLD)))
    assert seen == {OLD}
    seen = seen_meanwhile(path, threading.Thread(target=write_whole, args=(path, NEW)))
    assert seen <= {OLD, NEW}
    assert path.read_bytes() == NEW


def test_a_full_disk_leaves_what_was_there(path: Path) -> None:
    with full_disk(1_000_000), pytest.raises(OSError, match=r"report\.csv"):
        create_whole(path, NEW)
    assert not path.exists()
    path.write_bytes(OLD)
    with full_disk(1_000_000), pytest.raises(OSError, match=r"report\.csv"):
        write_whole(path, NEW)
    assert path.read_bytes() == OLD


@pytest.mark.parametrize("links", [True, False])
def test_what_is_there_is_never_written_over(
    path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    create_whole(path, OLD)
    with pytest.raises(FileExistsError, match=r"report\.csv"):
        create_whole(path, NEW)
    assert path.read_bytes() == OLD


def no_links(*_paths: Path) -> None:
    raise PermissionError(1, "Operation not permitted")  # as exFAT has it


@pytest.mark.parametrize("links", [True, False])
def test_of_many_at_once_one_has_the_name(path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    written: list[bytes] = []

    def write(data: bytes) -> None:
        try:
            create_whole(path, data)
        except FileExistsError:
            return
        written.append(data)

    writing = [threading.Thread(target=write, args=(b"%d" % number,)) for number in range(20)]
    for one in writing:
        one.start()
    for one in writing:
        one.join()
    assert written == [path.read_bytes()]


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_keeps_its_rights_and_a_new_one_has_those_of_any(path: Path) -> None:
    write_whole(path, OLD)
    path.with_name("link").touch()
    assert rights(path) == rights(path.with_name("link"))
    path.chmod(0o640)
    write_whole(path, NEW)
    assert rights(path) == 0o640
    write_whole(path, OLD, mode=0o600)
    assert rights(path) == 0o600, "what holds a secret is its owner's, whatever it was"


def test_through_a_link_what_it_leads_to_is_replaced(path: Path) -> None:
    path.write_bytes(OLD)
    path.with_name("link").symlink_to(path)
    write_whole(path.with_name("link"), NEW)
    assert path.with_name("link").is_symlink()
    assert path.read_bytes() == NEW


def test_a_pipe_stays_one(path: Path) -> None:
    os.mkfifo(path)
    read: list[bytes] = []
    reading = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reading.start()
    write_whole(path, NEW)
    reading.join()
    assert read == [NEW]
    assert path.is_fifo()
