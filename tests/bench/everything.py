"""All measurements, one after the other: one command, a table, and the same as JSON.

    python tests/bench/everything.py [--most 10000000] [--only growth …] [--keep FOLDER] [--json FILE]

How a refresh and a poll grow with the records, the risks of a fleet with a thousand to a hundred thousand things open,
what each kind of source brings in a second, the first paint, the way from the command to a score, keys under load,
rest and memory, 200 live shops. Each beside its reference in the same run, as its own head says. It takes the better
part of an hour on a quiet machine, most of it the ten million orders; with `--keep` these are filled but once.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
OPEN = {"1,000": 7_000, "10,000": 70_000, "100,000": 700_000}
"""About so many things open → the orders of which they are."""


class Measurement(NamedTuple):
    """A script of this folder with its arguments, and what it tells of."""

    name: str
    title: str
    arguments: tuple[str, ...] = ()


def measurements(most: int, keep: Path | None) -> list[Measurement]:
    kept = ("--keep", str(keep)) if keep else ()
    return [
        Measurement("growth", "refresh and poll by orders", ("--most", str(most), *kept)),
        *(
            Measurement(
                "risks", f"a fleet with about {count} things open", ("--orders", str(orders), "--rounds", "3")
            )
            for count, orders in OPEN.items()
        ),
        Measurement("ingest", "rows taken in by kind of source"),
        Measurement("first_paint", "first paint"),
        Measurement("demo_start", "from the command to a score"),
        Measurement("standing", "keys under load, rest and memory"),
        Measurement("live_shops", "200 live shops"),
    ]


def run(one: Measurement) -> dict[str, object]:
    """Run a measurement and show what it says as it comes; return it as data."""
    print(f"\n━━ {one.title}: {one.name}.py {' '.join(one.arguments)}", flush=True)
    begin, lines = time.perf_counter(), []
    command = [sys.executable, str(HERE / f"{one.name}.py"), *one.arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return {
        "measurement": one.name, "title": one.title, "arguments": one.arguments, "lines": lines,
        "seconds": round(time.perf_counter() - begin, 1), "exit": process.returncode,
    }  # fmt: skip


def machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--most", type=int, default=10_000_000)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    begun = machine()
    print(f"{begun['cores']} cores, load {begun['load']:.1f}, Python {begun['python']}")
    chosen = [
        one
        for one in measurements(options.most, options.keep)
        if options.only is None or one.name in options.only
    ]
    found = [run(one) for one in chosen]
    if options.json:
        told = {"machine": begun, "measurements": found}
        options.json.write_text(json.dumps(told, indent=2, ensure_ascii=False), encoding="utf-8")
    sys.exit(any(one["exit"] for one in found))


if __name__ == "__main__":
    main()
