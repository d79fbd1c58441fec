"""Every theme can be read, and the colour-blind one by those who see two colours."""

from __future__ import annotations

import itertools
import math

import pytest
from textual.color import Color, Lab, rgb_to_lab

from shopwatch.panes.look import PALETTES, Palette

LETTERS = ("ink", "good", "near", "bad", "key", "quiet", "strong")
READABLE, LARGE, HIGH = 4.5, 3.0, 7.0  # the contrasts that WCAG asks for
APART = 20.0  # of two colours in L*a*b*
SEEN = {  # Machado, Oliveira and Fernandes 2009, of full severity
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}  # fmt: skip


def light(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def dark(channel: float) -> float:
    channel = min(1.0, max(0.0, channel))
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def luminance(colour: str) -> float:
    red, green, blue = (light(channel) for channel in Color.parse(colour).normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def seen(colour: str, how: str) -> Lab:
    channels = [light(channel) for channel in Color.parse(colour).normalized]
    mixed = [dark(sum(a * b for a, b in zip(row, channels, strict=True))) for row in SEEN[how]]
    red, green, blue = (round(255 * channel) for channel in mixed)
    return rgb_to_lab(Color(red, green, blue))


@pytest.mark.parametrize("name", PALETTES)
def test_letters_stand_out_from_the_ground_and_from_the_cursor(name: str) -> None:
    tint = PALETTES[name]
    least = HIGH if name == "high-contrast" else READABLE
    for letters in LETTERS:
        assert contrast(getattr(tint, letters), tint.ground) >= least, letters
        assert contrast(getattr(tint, letters), tint.row_active) >= LARGE, letters
    assert contrast(tint.faint, tint.ground) >= (HIGH if name == "high-contrast" else LARGE)


@pytest.mark.parametrize("how", SEEN)
def test_the_judgements_are_told_apart_by_the_colour_blind(how: str) -> None:
    def nearest(tint: Palette) -> float:
        three = [seen(getattr(tint, judged), how) for judged in ("good", "near", "bad")]
        return min(
            math.dist((one.L, one.a, one.b), (other.L, other.a, other.b))
            for one, other in itertools.combinations(three, 2)
        )

    assert nearest(PALETTES["colour-blind"]) >= APART
    assert nearest(PALETTES["colour-blind"]) > nearest(PALETTES["dark"])
