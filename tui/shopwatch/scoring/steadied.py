"""What a few rows say of a value: less than they seem to. No breakage in forty orders is luck."""

from __future__ import annotations

ROWS, CASES = 10.0, 5.0
"""So many rows, or so many cases of a share, at the usual pace are counted beside those that there are."""


def steadied(numerator: float, rows: float, usual: float, few: float) -> float:
    """Return the value of these rows beside a few of the usual value. few: what those add up to."""
    return usual * (numerator + few) / (rows * usual + few)
