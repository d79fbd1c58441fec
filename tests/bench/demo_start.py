"""From the command to the first score on the screen, beside a bare Textual app's first words.

    python tests/bench/demo_start.py [--rounds 5]

Both run on a pseudo-terminal of 160×48, in turn. The machine should be otherwise quiet: its load is printed
with the figures, and the processor seconds that the demo took up to its first score, the marketplace's own
apart.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("first words")

Bare().run()
"""
DEMO = "from shopwatch.cli import main; import sys; sys.argv = ['shopwatch', 'demo']; main()"
PAINTED = "商家体验分"
SCORED = re.compile(r"推算 ±\d")
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|[^\[])")
PATIENCE = 60.0


class Start(NamedTuple):
    painted: float
    scored: float
    busy: float
    """Processor seconds of the monitor up to the score."""
    serving: float
    """And of the marketplace."""


def start(program: str, painted: str, scored: re.Pattern[str]) -> Start:
    """Run the program until it shows both; seconds from its start."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 48, 160, 0, 0))
    size = ("COLUMNS", "LINES")  # whoever has imported readline has them, and they go before the terminal's
    environment = {name: value for name, value in os.environ.items() if name not in size}
    environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "zh_CN.UTF-8"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=environment,
    )  # fmt: skip
    os.close(slave)
    seen, first = b"", None
    try:
        while True:
            if time.perf_counter() - begin > PATIENCE:
                raise SystemExit(f"nothing after {PATIENCE:.0f} s; it last wrote: {seen[-300:]!r}")
            seen += _read(master)
            plain = ESCAPES.sub("", seen.decode(errors="replace"))  # a letter may come in two reads
            if first is None and painted in plain:
                first = time.perf_counter() - begin
            if first is not None and scored.search(plain):
                taken = time.perf_counter() - begin
                return Start(first, taken, *_busy(process.pid))
    finally:
        process.terminate()
        while process.poll() is None:
            _read(master)
        os.close(master)


def _read(master: int) -> bytes:
    ready, _w, _x = select.select([master], [], [], 0.05)
    if not ready:
        return b""
    with contextlib.suppress(OSError):  # it has ended
        return os.read(master, 1 << 20)
    return b""


def _busy(pid: int) -> tuple[float, float]:
    """Processor seconds of a process and of its children, where the system tells."""
    own, children = 0.0, 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            if stat.parent.name == str(pid):
                own = seconds
            elif fields[1] == str(pid):
                children += seconds
    return own, children


def shown(name: str, starts: Sequence[Start]) -> str:
    painted, scored, busy, serving = (statistics.median(figures) for figures in zip(*starts, strict=True))
    return f"{name:24}{painted:8.2f}{scored:8.2f}{busy:10.2f}{serving:10.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    bare, demo = [], []
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    for _ in range(options.rounds):
        bare.append(start(BARE, "first words", re.compile("first words")))
        demo.append(start(DEMO, PAINTED, SCORED))
    print(f"{'median seconds until':24}{'painted':>8}{'scored':>8}{'own cpu':>10}{'market':>10}")
    print(shown("bare Textual app", bare))
    print(shown("shopwatch demo", demo))
    print(f"load {os.getloadavg()[0]:.2f}; bar: the demo's score in 2.00 s on a quiet machine")


if __name__ == "__main__":
    main()
