"""First paint of the shop screen with a warm journal, beside a bare Textual app, through a pseudo-terminal.

    python tests/bench/first_paint.py [--rounds 7]

Each start is a fresh process on a terminal of 160×48. The clock runs from the process's start to the first
byte of its first whole frame: for the bare app its one word, for the monitor a score from the journal. The
monitor's journal is filled first by one run of `status` on the example configuration.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.terminals import terminal

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


def until(command: Sequence[str], text: bytes) -> tuple[float, float]:
    """Start a command on a terminal; return the seconds until it writes the text, and those of the processor."""
    begin = time.perf_counter()
    with terminal(command) as screen:
        screen.wait_for(text, 30)
        return time.perf_counter() - begin, screen.busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        places = ["--config", str(EXAMPLE), "--state", folder]
        subprocess.run([COMMAND, "status", *places], check=False, capture_output=True)
        bare, monitor = [], []
        for _ in range(rounds):
            bare.append(until([sys.executable, "-c", BARE], b"PAINTED"))
            monitor.append(until([COMMAND, *places], "推算".encode()))
    for which, what in enumerate(("wall", "processor")):
        reference = statistics.median(times[which] for times in bare)
        for name, found in (("bare Textual app", bare), ("shop screen, warm journal", monitor)):
            median = statistics.median(times[which] for times in found)
            print(f"{what:10} {name:28} {median * 1000:7.0f} ms   {median / reference:5.2f} ×")
    print("the bar for the shop screen: 1.70 ×")


if __name__ == "__main__":
    main()
