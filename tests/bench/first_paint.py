"""First paint of the shop screen with a warm journal, beside a bare Textual app, through a pseudo-terminal.

    python tests/bench/first_paint.py [--rounds 15]

Each start is a fresh process on a terminal of 160×48. The clock runs from the process's start to the first
byte of its first whole frame: for the bare app its one word, for the monitor a score from the journal. The
monitor's journal is filled first by one run of `status` on the example configuration.

The two are started in pairs, the one first and then the other, and each pair has a ratio of its own: what else the
machine does, it mostly does to both. The median of the ratios is the figure. Beside the time stands the processor's, which
hardly heeds what else runs.
"""

from __future__ import annotations

import argparse
import os
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
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        places = ["--config", str(EXAMPLE), "--state", folder]
        subprocess.run([COMMAND, "status", *places], check=False, capture_output=True)
        apps = {
            "bare Textual app": ([sys.executable, "-c", BARE], b"PAINTED"),
            "shop screen, warm journal": ([COMMAND, *places], "推算".encode()),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in apps}
        for number in range(rounds):
            for name in list(apps)[:: 1 if number % 2 else -1]:
                found[name].append(until(*apps[name]))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    bare, monitor = found.values()
    for which, what in enumerate(("wall", "processor")):
        for name, times in found.items():
            median = statistics.median(one[which] for one in times)
            print(f"{what:10} {name:28} {median * 1000:7.0f} ms")
        ratios = [ours[which] / theirs[which] for ours, theirs in zip(monitor, bare, strict=True)]
        print(
            f"{what:10} {'of each pair, the median':28} {statistics.median(ratios):7.2f} ×   {spread(ratios)}"
        )
    print("the bar for the shop screen: 1.70 ×")


def spread(ratios: list[float]) -> str:
    """Return between which two the middle half lies."""
    low, _median, high = statistics.quantiles(ratios * (2 if len(ratios) == 1 else 1), n=4)
    return f"half of them from {low:.2f} to {high:.2f}"


if __name__ == "__main__":
    main()
