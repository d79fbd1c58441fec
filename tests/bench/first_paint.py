"""First paint of the shop screen with a warm journal, beside a bare Textual app, through a pseudo-terminal.

    python tests/bench/first_paint.py [--rounds 7]

Each start is a fresh process on a terminal of 160×48. The clock runs from the process's start to the first
byte of its first whole frame: for the bare app its one word, for the monitor a score from the journal. The
monitor's journal is filled first by one run of `status` on the example configuration.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path

BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("PAINTED")

Bare().run()
"""
EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
COMMAND = str(Path(sys.executable).with_name("shopwatch"))


def seconds_until(command: Sequence[str], text: bytes) -> float:
    """Start a command on a terminal; return how long until it writes the text."""
    begin = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        for size in ("COLUMNS", "LINES"):  # they would go before the terminal's own
            os.environ.pop(size, None)
        os.environ.update(
            TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", LC_MESSAGES="zh_CN.UTF-8"
        )
        os.execv(command[0], list(command))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 48, 160, 0, 0))
    seen = b""
    try:
        while text not in seen:
            if not select.select([terminal], [], [], 30)[0]:
                raise SystemExit(f"{command[0]} painted nothing within 30 s")
            seen += os.read(terminal, 65536)
        return time.perf_counter() - begin
    finally:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and os.waitpid(pid, os.WNOHANG)[0] == 0:
            select.select([terminal], [], [], 0.05)
            try:
                os.read(terminal, 65536)
            except OSError:
                break
        os.close(terminal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        places = ["--config", str(EXAMPLE), "--state", folder]
        subprocess.run([COMMAND, "status", *places], check=False, capture_output=True)
        bare, monitor = [], []
        for _ in range(rounds):
            bare.append(seconds_until([sys.executable, "-c", BARE], b"PAINTED"))
            monitor.append(seconds_until([COMMAND, *places], "推算".encode()))
    reference = statistics.median(bare)
    for name, times in (("bare Textual app", bare), ("shop screen, warm journal", monitor)):
        median = statistics.median(times)
        print(f"{name:28} {median * 1000:7.0f} ms   {median / reference:5.2f} ×")
    print("the bar for the shop screen: 2.00 ×")


if __name__ == "__main__":
    main()
