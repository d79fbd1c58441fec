"""The back-test by the installed command, on the real orders that the tests of forecast and chances share."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from test_olist import configuration


def backtest(folder: Path, first: str, last: str, every: str, shops: int) -> dict[str, Any]:
    """Return what the installed command tells of its own past, as JSON."""
    (folder / "shopwatch.toml").write_text(configuration(folder), encoding="utf-8")
    command = str(Path(sys.executable).with_name("shopwatch"))
    dates = ["--from", first, "--to", last, "--every", every, "--shops", str(shops)]
    places = ["--config", str(folder / "shopwatch.toml"), "--state", str(folder / "state")]
    done = subprocess.run(
        [command, "backtest", "--json", *dates, *places],
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found
