"""The two processes of the installed command on a real terminal: what each has, and how one's end is the other's."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from running import Place, Watched
from test_signals import children_of
from until import PATIENCE


def monitor_of(run: Watched) -> int:
    """Return the process that polls and works out."""
    (child,) = children_of(run.process.pid)
    return int(child)


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(") ")[2].startswith("Z")
    except OSError:
        return True


def within(seconds: float, ready: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_the_screen_has_no_engine_and_the_monitor_no_terminal(shops: Place) -> None:
    with Watched(shops, "--state", "state") as run:
        run.until(b"1001")
        run.until(b"Sources 1/1")
        child = monitor_of(run)
        screen, monitor = (Path(f"/proc/{one}/maps").read_text() for one in (run.process.pid, child))
        assert "_duckdb" not in screen
        assert "_duckdb" in monitor
        assert os.getsid(child) != os.getsid(run.process.pid)


def test_whoever_leaves_leaves_nobody_behind(shops: Place) -> None:
    with Watched(shops, "--state", "state") as run:
        run.until(b"Sources 1/1")
        child = monitor_of(run)
        run.press(b"q")
        code, _seen = run.end()
    assert code == 0
    assert gone(child), "it is waited for"
    assert list(shops.temporary.iterdir()) == []
    assert [shop["id"] for shop in shops.status("--state", "state", "--no-poll")["shops"]] == ["a", "b"]


def test_the_monitor_ends_with_a_screen_that_is_killed(shops: Place) -> None:
    with Watched(shops, "--state", "state") as run:
        run.until(b"Sources 1/1")
        child = monitor_of(run)
        run.process.kill()
        assert within(PATIENCE, lambda: gone(child))
    assert list(shops.temporary.iterdir()) == [], "it ended in order"
    shops.status("--state", "state", "--as-of", "2026-11-20T08:00:00+08:00")  # the warehouse is free


def test_a_monitor_that_is_killed_is_told_of_and_started_again(shops: Place) -> None:
    with Watched(shops, "--state", "state") as run:
        run.until(b"Sources 1/1")
        child = monitor_of(run)
        os.kill(child, signal.SIGKILL)
        run.until(b"monitor stopped (SIGKILL)")
        run.seen = b""
        run.until(b"Sources 1/1")
        assert monitor_of(run) != child
        run.press(b"q")
        code, seen = run.end()
    assert code == 0
    assert b"Traceback" not in seen
    log = (shops.folder / "state/shopwatch.log").read_text("utf-8")
    assert "the monitor's process ended: SIGKILL" in log


def test_ctrl_c_is_no_business_of_the_monitors(shops: Place) -> None:
    with Watched(shops, "--state", "state") as run:
        run.until(b"Sources 1/1")
        child = monitor_of(run)
        os.kill(child, signal.SIGINT)
        time.sleep(0.5)
        assert not gone(child)
        os.kill(child, signal.SIGTERM)
        run.until(b"monitor stopped (143)")


def test_a_screen_that_goes_before_anything_is_there(shops: Place) -> None:
    """At any moment of the start: the monitor's process has an end, and holds nothing any more."""
    for wait in (0.5, 0.8, 1.1, 1.4, 1.8):
        with Watched(shops, "--state", "state") as run:
            run.wait(wait)
            children = children_of(run.process.pid)
            run.process.kill()
            assert within(PATIENCE, lambda: all(gone(int(child)) for child in children))  # noqa: B023
    shops.status("--state", "state", "--as-of", "2026-11-20T08:00:00+08:00")
