"""The forecast on real orders of a real marketplace, by the installed command: it must beat "no change"."""

from __future__ import annotations

from pathlib import Path

import pytest

from olist_past import backtest

LEAST = {"pickup_hours": 0.28, "on_time_delivery": 0.27, "product_rating": 0.24}


def test_a_week_ahead_beats_no_change_and_the_bands_hold_four_in_five(tmp_path: Path) -> None:
    """One test of it all, for the back-test behind it takes its while."""
    found = backtest(tmp_path, "2018-01-10", "2018-05-05", "5d", 100)
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
