"""A figure in large digits: pixels of a 3×5 font, two to a character by half blocks. Pure text.

Solid blocks carry across a room, where the thin strokes of box-drawing digits don't.
"""

from __future__ import annotations

_FONT = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": ("## ", " # ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ".": (" ", " ", " ", " ", "#"),
    "L": ("#  ", "#  ", "#  ", "#  ", "###"),
    "V": ("# #", "# #", "# #", "# #", " # "),
    "%": ("# #", "  #", " # ", "#  ", "# #"),
    ":": (" ", "#", " ", "#", " "),
    "+": ("   ", " # ", "###", " # ", "   "),
    "-": ("  ", "  ", "##", "  ", "  "),
    "—": ("   ", "   ", "###", "   ", "   "),
    " ": (" ", " ", " ", " ", " "),
}
_HALVES = {("#", "#"): "█", ("#", " "): "▀", (" ", "#"): "▄", (" ", " "): " "}
HEIGHT = 3


def largest(text: str, width: int, height: int) -> int:
    """Return the scale at which the figure fills the most of so many cells; 1 at the least."""
    wide = max(1, len(big(text)[0]))
    return max(1, min(width // wide, height * 2 // 5))


def big(text: str, scale: int = 1) -> list[str]:
    """Return the figure in lines of one width: three lines, or more with pixels `scale` times as large."""
    glyphs = [_FONT[character] for character in text if character in _FONT]
    pixels = [" ".join(glyph[row] for glyph in glyphs) for row in range(5)]
    pixels = ["".join(pixel * scale for pixel in row) for row in pixels for _ in range(scale)]
    if len(pixels) % 2:
        pixels.append(" " * len(pixels[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)
    ]
