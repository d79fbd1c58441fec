"""What the monitor costs while it stands open, through a pseudo-terminal, beside a bare Textual app in the same run.

    python tests/bench/standing.py [--shops 200] [--rate 20000] [--keys 150] [--rest 30] [--orders 100000] [--polls 1000]

Keys: how long from a key to the screen, while so many records a second arrive for so many shops; the two apps are
asked in turn, so that what else the machine does is the same for both. Rest: the processor and the bytes to the
terminal while nothing arrives and every countdown ticks. Memory: what the two processes hold together, with so many
orders, and whether it grows from poll to poll; the polls follow one another without a pause, so that a thousand take
half an hour.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.arriving import Market, market
from bench.terminals import Memory, Terminal, terminal

BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Bare(App[None]):
    BINDINGS = [("j,k", "mark")]
    count = 0

    def compose(self) -> ComposeResult:
        yield Static("PAINTED")

    def action_mark(self) -> None:
        self.count += 1
        self.query_one(Static).update("▌" + str(self.count))

Bare().run()
"""
COMMAND = str(Path(sys.executable).with_name("shopwatch"))
MARK = "▌".encode()
PAUSE = 0.2  # seconds between two keys, and not in step with the clock
STEPS = 9  # of the cursor down the list, and one less up and down again
SETTLED = 10.0  # seconds after the first poll with everything
AT_REST = 60.0  # seconds more, in which what the past says is looked at
BAR = "the bar: 150 MB"


def monitor(folder: Path, url: str, every: float = 2.0) -> list[str]:
    """Return the command that watches the market."""
    path = folder / "shopwatch.toml"
    path.write_text(
        f"[monitor]\nrefresh = 2\n[alerts]\nbell = false\ntitle = false\n"
        f'[[source]]\nkind = "http"\nname = "market"\nurl = "{url}"\nevery = {every}\n',
        encoding="utf-8",
    )
    return [COMMAND, "--config", str(path), "--state", str(folder / "state")]


@contextlib.contextmanager
def watched(
    shops: int, orders: int, every: float = 2.0, *, steady: bool = False
) -> Iterator[tuple[Market, Terminal]]:
    """Watch a market on a terminal, from when its first orders are all there."""
    with (
        tempfile.TemporaryDirectory() as name,
        market(shops, orders, steady=steady) as open_market,
        terminal(monitor(Path(name), open_market.url, every)) as screen,
    ):
        screen.wait_for("待救订单 ".encode())
        until(lambda: open_market.polled.value > 0)
        time.sleep(SETTLED)
        yield open_market, screen


def until(ready: Callable[[], bool], patience: float = 600.0) -> None:
    end = time.monotonic() + patience
    while not ready():
        if time.monotonic() > end:
            raise SystemExit(f"not within {patience:.0f} s")
        time.sleep(0.05)


def moves(screen: Terminal) -> bool:
    """Whether a key moves the cursor down: there are orders to move among by then."""
    screen.type(b"j")
    time.sleep(PAUSE)
    return screen.wrote(MARK)


def tell(name: str, value: str, bar: str = "") -> None:
    print(f"{name:58} {value:>12}   {bar}", flush=True)


def quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1000


def keys(bare: Terminal, shops: int, rate: float, count: int) -> None:
    with watched(shops, shops * 100) as (open_market, screen):
        open_market.rate.value = rate
        until(lambda: all(moves(screen) for _step in range(STEPS)))
        before, begin, taken = screen.busy, time.monotonic(), open_market.polled.value
        times: dict[str, list[float]] = {"bare": [], "shopwatch": []}
        for n in range(count):
            key = b"k" if n // (STEPS - 1) % 2 == 0 else b"j"
            times["bare"].append(bare.seconds_until(key, MARK))
            time.sleep(PAUSE)
            times["shopwatch"].append(screen.seconds_until(key, MARK))
            time.sleep(PAUSE + n % 7 * 0.013)
        share = (screen.busy - before) / (time.monotonic() - begin)
        polls = open_market.polled.value - taken
    for who, found in times.items():
        tell(f"{who}: key to screen, median", f"{quantile(found, 0.5):.1f} ms")
    p95 = {who: quantile(found, 0.95) for who, found in times.items()}
    tell("bare: p95", f"{p95['bare']:.1f} ms")
    over = p95["shopwatch"] - p95["bare"]
    tell(f"shopwatch: p95 above it, {rate:.0f} records/s, {shops} shops", f"{over:+.1f} ms", "the bar: 10 ms")
    tell("  processor meanwhile, and polls that were done with all", f"{share:.0%} {polls}")


def rest(bare: Terminal, seconds: float) -> None:
    with watched(5, 2000, every=60) as (_market, screen):
        time.sleep(AT_REST)
        apps = {"bare": bare, "shopwatch": screen}
        before = {who: (app.busy, app.written) for who, app in apps.items()}
        time.sleep(seconds)
        for who, app in apps.items():
            busy, written = before[who]
            bars = ("the bar: 1 %", "the bar: 10 KB/s") if who == "shopwatch" else ("", "")
            tell(f"{who} at rest: of a core", f"{(app.busy - busy) / seconds:.2%}", bars[0])
            tell(
                f"{who} at rest: to the terminal",
                f"{(app.written - written) / seconds / 1000:.2f} KB/s",
                bars[1],
            )


def memory(orders: int, polls: int) -> list[Memory]:
    """Return what is held after each poll, which a key asks for as soon as the one before it is through.

    The orders change and don't become more: what grows is ours.
    """
    with watched(5, orders, steady=True) as (open_market, screen):
        begun = screen.memory
        tell(f"memory of its own with {orders} orders", f"{begun.own:.0f} MB", BAR)
        tell("  with the libraries that are mapped from their files", f"{begun.whole:.0f} MB")
        open_market.rate.value = 20.0  # every poll brings something
        held = []
        for poll in range(1, polls + 1):
            seen = open_market.polled.value
            screen.type(b"r")
            until(lambda seen=seen: open_market.polled.value > seen)  # type: ignore[misc]
            held.append(screen.memory)
            if poll % max(1, polls // 20) == 0:
                print(
                    f"  after {poll} polls {held[-1].own:.0f} MB, {held[-1].whole:.0f} with libraries",
                    flush=True,
                )
    tell(f"at most, of {polls} polls", f"{max(one.own for one in held):.0f} MB", BAR)
    tell("  with the libraries", f"{max(one.whole for one in held):.0f} MB")
    tell("grown in the second half, of its own", f"{grown(held):+.1%}", "the bar: flat, 2 %")
    return held


def grown(held: Sequence[Memory]) -> float:
    """Return by what share the last quarter holds more than the one before it, at the median: it goes up and down with
    every poll."""
    quarter = max(1, len(held) // 4)
    before, last = (
        statistics.median(one.own for one in part)
        for part in (held[-2 * quarter : -quarter], held[-quarter:])
    )
    return last / before - 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name, given in (("shops", 200), ("rate", 20_000), ("keys", 150), ("rest", 30), ("orders", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=given)
    parser.add_argument("--polls", type=int, default=1000)
    parser.add_argument("--only", choices=("keys", "rest", "memory"))
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with terminal([sys.executable, "-c", BARE]) as bare:
        bare.wait_for(b"PAINTED")
        if asked.only in (None, "keys"):
            keys(bare, asked.shops, asked.rate, asked.keys)
        if asked.only in (None, "rest"):
            rest(bare, asked.rest)
    if asked.only in (None, "memory"):
        memory(asked.orders, asked.polls)


if __name__ == "__main__":
    main()
