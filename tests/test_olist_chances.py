"""The chance of a miss on real orders of a real marketplace, by the installed command: every seller, every ninth day.

For reference, on this very set: by the time left alone AUC is 0.612; a plain survival curve by seller reaches 0.72.
"""

from __future__ import annotations

from pathlib import Path

from olist_past import backtest

ENOUGH = 200  # cases from which on a tenth must be calibrated


def test_who_will_be_late_is_told_and_told_honestly(tmp_path: Path) -> None:
    """One test of it all, for the back-test behind it takes its while."""
    found = backtest(tmp_path, "2018-01-10", "2018-08-28", "9d", 1)
    assert found["starts"] == 26
    chances = {one["clock"]: one for one in found["chances"]}
    for clock, one in chances.items():
        print(clock, {name: value for name, value in one.items() if name != "tenths"})
        for tenth in one["tenths"]:
            print("   ", tenth)
    ship, deliver = chances["ship"], chances["deliver"]
    assert ship["n"] > 6_000
    assert ship["auc"] >= 0.79
    assert ship["brier"] <= 0.152
    assert ship["first_tenth"] > 2.5 * ship["missed"]
    assert deliver["n"] > 20_000
    assert deliver["auc"] >= 0.77
    assert deliver["brier"] <= 0.133
    for one in (ship, deliver):
        off = [(abs(tenth["told"] - tenth["missed"]), tenth["n"]) for tenth in one["tenths"]]
        assert all(gap <= 0.05 for gap, n in off if n >= ENOUGH)
        assert sum(gap * n for gap, n in off) / one["n"] <= 0.025
    assert sum(tenth["n"] for tenth in deliver["tenths"]) == deliver["n"]
