"""What the tests of the installed command share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from running import ORDERS, SHOPS, Place


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> Iterator[None]:
    """Commands inherit what is ignored here, and a run in the background ignores Ctrl-C."""
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shops(place: Place) -> Place:
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    return place
