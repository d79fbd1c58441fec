"""Large digits are legible and keep their shape."""

from __future__ import annotations

import pytest

from shopwatch.panes.digits import HEIGHT, big


def test_a_score() -> None:
    assert big("81.4") == [
        "█▀█ ▀█    █ █",
        "█▀█  █    ▀▀█",
        "▀▀▀ ▀▀▀ ▀   ▀",
    ]


def test_no_score() -> None:
    assert big("—") == ["   ", "▀▀▀", "   "]


def test_twice_as_large() -> None:
    assert big("1", 2) == ["████  ", "  ██  ", "  ██  ", "  ██  ", "██████"]


@pytest.mark.parametrize("scale", [1, 2])
def test_every_digit_has_its_own_shape_in_one_size(scale: int) -> None:
    shapes = [tuple(big(digit, scale)) for digit in "0123456789"]
    assert len(set(shapes)) == 10
    assert {len(line) for shape in shapes for line in shape} == {3 * scale}
    assert {len(shape) for shape in shapes} == {HEIGHT if scale == 1 else 5}


def test_nothing_to_show() -> None:
    assert big("") == ["", "", ""]
