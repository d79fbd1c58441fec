"""The forecast on real orders of a real marketplace, by the installed command: it must beat "no change"."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from test_olist import configuration

LEAST = {"pickup_hours": 0.28, "on_time_delivery": 0.27, "product_rating": 0.24}


def backtest(folder: Path) -> dict[str, Any]:
    (folder / "shopwatch.toml").write_text(configuration(folder), encoding="utf-8")
    command = str(Path(sys.executable).with_name("shopwatch"))
    dates = ["--from", "2018-01-10", "--to", "2018-05-05", "--every", "5d", "--shops", "100"]
    places = ["--config", str(folder / "shopwatch.toml"), "--state", str(folder / "state")]
    done = subprocess.run(
        [command, "backtest", "--json", *dates, *places],
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_a_week_ahead_beats_no_change_and_the_bands_hold_four_in_five(tmp_path: Path) -> None:
    """One test of it all, for the back-test behind it takes its while."""
    found = backtest(tmp_path)
    assert found["shops"] == 100  # the busiest sellers
    assert found["starts"] == 24
    week = {one["item"]: one for one in found["forecasts"] if one["days"] == 7}
    for item, least in LEAST.items():
        one = week[item]
        print(f"{item}: n {one['n']}, better by {one['gain']:.1%}, in the band {one['held']:.1%}")
        assert one["n"] > 1_500
        assert one["gain"] == pytest.approx(1 - one["mae"] / one["mae_no_change"])
        assert one["gain"] >= least
        assert 0.75 <= one["held"] <= 0.85
