"""A few days of a few shops: what needs no weeks to be seen. The long form is `soak.py` itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.soak import MISSED, OK

HERE = Path(__file__).parent
DAYS, SHOPS, STEPS = 3, 3, 2


def test_a_day_leaves_nothing_open_and_nothing_behind(tmp_path: Path) -> None:
    found = tmp_path / "held.json"
    asked = {"days": DAYS, "shops": SHOPS, "orders": 4, "steps": STEPS, "first": 2, "pages": 3}
    arguments = [part for name, given in asked.items() for part in (f"--{name}", str(given))]
    run = subprocess.run(
        [sys.executable, HERE / "soak.py", *arguments, "--json", found],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode in (OK, MISSED), run.stderr[-2000:]
    print(run.stdout)
    assert "the bar" in run.stdout
    _first, second, *_between, last = json.loads(found.read_text())
    polls = (DAYS - 2) * SHOPS * STEPS
    for name in ("threads", "sockets", "descriptors"):
        # A pool has another thread when more is to be done at once than ever before; what leaks, leaks with each poll.
        assert last[name] < second[name] + polls, name
    assert last["scratch"] == 0, "of what was polled nothing lies about"
    assert last["ahead"] < 32 << 20
    assert last["private"] < 1.2 * second["private"]
