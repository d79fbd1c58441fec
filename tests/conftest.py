"""What the tests of the installed command share."""

from __future__ import annotations

from pathlib import Path

import pytest

from running import ORDERS, SHOPS, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shops(place: Place) -> Place:
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    return place
