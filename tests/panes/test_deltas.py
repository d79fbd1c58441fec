"""The words beside an indicator: what moved it, in as many cells as there are."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from shopwatch.panes.deltas import cause_words


@pytest.mark.parametrize(
    ("cause", "room", "shown"),
    [
        ("中通快递 -0.9分", 20, "中通快递 -0.9分"),
        ("手绘陶瓷餐具 12件 +0.4分", 18, "手绘陶瓷餐… +0.4分"),
        ("手绘陶瓷餐具 12件 +0.4 pts", 18, "手绘陶瓷… +0.4 pts"),
        ("手绘陶瓷餐具 12件 +0.4 pts", 12, "手绘陶… +0.4"),
        ("手绘陶瓷餐具 12件 +0.4 pts", 9, ""),
        ("夜间清零 已见效", 10, "夜间清零…"),
        ("", 10, ""),
    ],
)
def test_a_cause_loses_its_name_before_its_points(cause: str, room: int, shown: str) -> None:
    assert cause_words(cause, room) == shown
    assert cell_len(shown) <= room
