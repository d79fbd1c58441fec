"""The installed command as a person or a script runs it, apart from this machine's own configuration."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from until import PATIENCE

COMMAND = Path(sys.executable).parent / "shopwatch"
ROOT = Path(__file__).parent.parent
ORDERS = """order_no,store,paid,promise
1001,a,2026-11-18 10:00:00,2026-11-20 10:00:00
1002,a,2026-11-19 10:00:00,2026-11-21 10:00:00
1003,b,2026-11-19 12:00:00,2026-11-21 12:00:00
"""
SHOPS = """
[monitor]
now = "2026-11-20T09:00:00+08:00"
[[source]]
name = "orders"
kind = "files"
path = "orders.csv"
records = "orders"
shop = "store"
  [source.map]
  order_id = "order_no"
  paid_at = "paid"
  promised_ship_at = "promise"
"""


class Ran:
    """One run that has ended."""

    def __init__(self, run: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.err = run.returncode, run.stdout, run.stderr

    def ended(self, code: int, *said: str) -> None:
        """Assert how it ended and what it said; a traceback is never an answer."""
        assert self.code == code, self.err
        assert "Traceback" not in self.err + self.out
        for words in said:
            assert words in self.err


class Place:
    """A folder to run the command in, apart from this machine's own configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.temporary),
            "LANG": "en_US.UTF-8",
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "home/config"),
            "XDG_STATE_HOME": str(folder / "home/state"),
        }

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file that has been there for a minute: a fresh one is waited for until it rests."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        before = time.time_ns() - 60 * 1_000_000_000
        os.utime(path, ns=(before, before))
        return path

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the command and go on."""
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str | Path, **environment: str) -> Ran:
        return Ran(
            subprocess.run(
                [COMMAND, *arguments],
                cwd=self.folder,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=PATIENCE,
                check=False,
            )
        )

    def status(self, *arguments: str) -> Any:
        ran = self.run("status", "--json", *arguments)
        ran.ended(0)
        return json.loads(ran.out)


class Watched:
    """A run on a pseudo-terminal of 100×30, and all that it has written."""

    def __init__(self, place: Place, *arguments: str, before: Sequence[str] = ()) -> None:
        """before: the command that runs the command."""
        self._main, end = pty.openpty()
        termios.tcsetwinsize(end, (30, 100))
        self.process = subprocess.Popen(
            [*before, COMMAND, *arguments],
            cwd=place.folder,
            env=place.environment | {"TERM": "xterm-256color"},
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that its closing is a SIGHUP
        )
        os.close(end)
        self._ended = False
        self.seen = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Take the terminal away, as closing its window does."""
        with contextlib.suppress(OSError):
            os.close(self._main)

    def press(self, keys: bytes) -> None:
        os.write(self._main, keys)

    def until(self, text: bytes) -> None:
        self._read(lambda: text in self.seen)
        assert text in self.seen, self.seen[-2000:]

    def wait(self, seconds: float) -> None:
        """Read what is written for so long."""
        deadline = time.monotonic() + seconds
        self._read(lambda: time.monotonic() >= deadline)

    def end(self) -> tuple[int, bytes]:
        """Wait for the end; return the exit code and all that was written."""
        self._read(lambda: False)
        return self.process.wait(timeout=PATIENCE), self.seen

    def _read(self, enough: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (enough() or self._ended) and time.monotonic() < deadline:
            if not select.select([self._main], [], [], 0.2)[0]:
                continue
            try:
                read = os.read(self._main, 65536)
            except OSError:  # how Linux says that the other end is closed
                read = b""
            self._ended = not read
            self.seen += read


def on_terminal(place: Place, *arguments: str, keys: bytes, until: bytes) -> tuple[int, bytes]:
    """Run, press keys once a text has shown, and return the exit code and the output."""
    with Watched(place, *arguments) as run:
        run.until(until)
        run.press(keys)
        return run.end()
