"""The measurements run, each on a little: what they print at full size is for a quiet machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("script", "arguments", "beside"),
    [
        ("refresh.py", ["--orders", "20000", "--shops", "20", "--rounds", "1"], "plain GROUP BY"),
        ("risks.py", ["--orders", "6000", "--shops", "8", "--rounds", "1"], "merely fetched"),
        ("first_paint.py", ["--rounds", "1"], "bare Textual app"),
        ("standing.py", ["--only", "rest", "--rest", "1"], "bare at rest"),
        ("growth.py", ["--most", "10000", "--rounds", "1"], "poll"),
        ("demo_start.py", ["--rounds", "1"], "bare Textual app"),
    ],
)
def test_each_prints_its_figure_beside_the_reference(script: str, arguments: list[str], beside: str) -> None:
    run = subprocess.run(
        [sys.executable, HERE / script, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert beside in run.stdout
    assert "bar" in run.stdout
    print(run.stdout)
