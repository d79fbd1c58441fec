"""Memory with 100,000 orders over some polls; `standing.py --only memory` goes on for a thousand."""

from __future__ import annotations

import os

import pytest

from bench.standing import memory

FEW_CORES = 8
"""The engine works in as many threads as there are cores, and each has rows in hand."""


@pytest.mark.skipif((os.cpu_count() or 1) > FEW_CORES, reason="the bar is for a small machine")
def test_it_stays_below_the_bar_from_poll_to_poll() -> None:
    held = [one.own for one in memory(100_000, 12)]
    assert max(held) <= 150
    assert max(held[6:]) < 1.1 * max(held[:6])  # a single poll's may be a tenth off
