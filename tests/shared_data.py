"""The real data beside the project: where it lies, and the skip where it doesn't."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """Return a file or folder of the shared data, or skip the test."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared data is not here: ../shared/data/{name}")
    return path
