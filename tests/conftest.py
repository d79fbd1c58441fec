"""What the tests of the installed command share."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from running import ORDERS, SHOPS, Place
from until import PATIENCE

MOST_PROCESSES = 8  # each holds databases in memory

# A machine that is busy with others is no mistake of ours. What decides whether a change goes in looks at the same
# examples each time; whoever runs the tests looks for new ones.
hypothesis.settings.register_profile(
    "shopwatch",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
hypothesis.settings.load_profile("shopwatch")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite has a process for each core, and one for the tests that wait for a clock, a terminal or a server
    meanwhile; of a part, their start would be most of the wait."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min((os.cpu_count() or 1) + 1, MOST_PROCESSES) if whole else 0


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> Iterator[None]:
    """Commands inherit what is ignored here, and a run in the background ignores Ctrl-C."""
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True, scope="session")
def terminals_have_their_own_size() -> Iterator[None]:
    """Readline puts the size of this process's terminal where a command looks before it asks its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COLUMNS", "LINES"):
            patch.delenv(name, raising=False)
        yield


async def wait_until_idle(_min_sleep: float = 0.0, _max_sleep: float = 0.0) -> None:
    """Until the loop has nothing to do but wait for a clock or for somebody else."""
    loop: Any = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE):
        while True:
            if not loop._ready:
                return
            await asyncio.sleep(0)


@pytest.fixture(autouse=True, scope="session")
def pilots_wait_for_the_loop() -> Iterator[None]:
    """Textual's pilot guesses from the CPU time of 20 ms whether the app is at rest.

    Where others want the CPU too it guesses wrong, and where nobody does it waits for nothing, at every key.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.pilot.wait_for_idle", wait_until_idle)
        patch.setattr("textual.app.wait_for_idle", wait_until_idle)
        yield


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shops(place: Place) -> Place:
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    return place
