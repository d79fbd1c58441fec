"""A picture of the screen: an SVG in which every run of text stands on its cells, wide characters too.

Textual's own export squeezes wide characters, and is ten times as large. This one is the same for the same screen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.app import App
from textual.strip import Strip

CELL, LINE, BASE = 10, 19, 15  # the cells' width and height, and where the letters stand in them
WIDE = ' font-size="17"'  # a Chinese character has two cells to fill
FONT = "'DejaVu Sans Mono','Noto Sans Mono CJK SC','Noto Sans CJK SC',monospace"


def picture(app: App[Any], without: int = 0) -> str:
    """Return what the app shows, without so many of its last lines."""
    strips = app.screen._compositor.render_strips()
    return svg_of(strips[: len(strips) - without], str(app.screen.background_colors[1].hex))


def svg_of(strips: Sequence[Strip], ground: str) -> str:
    """ground: the colour that isn't drawn again where it stands."""
    styles: dict[str, str] = {}
    lines = [line for y, strip in enumerate(strips) for line in _line(strip, y, ground.lower(), styles)]
    width, height = strips[0].cell_length * CELL, len(strips) * LINE
    rules = "".join(f".{name}{{{css}}}" for css, name in styles.items())
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
            f"<style>text{{font:16px {FONT};white-space:pre}}{rules}</style>",
            f'<rect width="{width}" height="{height}" fill="{ground}"/>',
            *lines,
            "</svg>",
            "",
        ]
    )


def _line(strip: Strip, y: int, ground: str, styles: dict[str, str]) -> Iterator[str]:
    """The grounds of one line, then its letters."""
    grounds: list[str] = []
    letters: list[str] = []
    x = 0
    for text, style in _runs(strip):
        cells = cell_len(text)
        paper, ink = _colours(style)
        if paper and paper.lower() != ground:
            at = f'x="{x * CELL}" y="{y * LINE}" width="{cells * CELL}" height="{LINE}"'
            grounds.append(f'<rect {at} fill="{paper}"/>')
        letters += _letters(text, x, styles.setdefault(_css(style, ink), f"s{len(styles)}"))
        x += cells
    if grounds or letters:
        yield "".join(grounds) + (f'<text y="{y * LINE + BASE}">{"".join(letters)}</text>' if letters else "")


def _runs(strip: Strip) -> Iterator[tuple[str, Style]]:
    """Neighbours that look alike are one run."""
    parts = ((segment.text, segment.style or Style()) for segment in strip if not segment.control)
    for style, run in itertools.groupby(parts, lambda part: part[1]):
        yield "".join(text for text, _style in run), style


def _letters(text: str, x: int, name: str) -> Iterator[str]:
    """One span for each stretch of letters that are equally wide."""
    for wide, stretch in itertools.groupby(_characters(text), lambda one: cell_len(one) > 1):
        word = "".join(stretch)
        cells = cell_len(word)
        bare = word.strip(" ")
        if bare:
            before = len(word) - len(word.lstrip(" "))
            size = cell_len(bare) * CELL
            place = f'x="{(x + before) * CELL}" textLength="{size}" class="{name}"' + (WIDE if wide else "")
            yield f"<tspan {place}>{escape(bare)}</tspan>"
        x += cells


def _characters(text: str) -> Iterable[str]:
    """Each character with what combines with it."""
    whole = ""
    for character in text:
        if whole and cell_len(character) == 0:
            whole += character
            continue
        if whole:
            yield whole
        whole = character
    if whole:
        yield whole


def _colours(style: Style) -> tuple[str | None, str | None]:
    paper, ink = _hex(style.bgcolor), _hex(style.color)
    return (ink, paper) if style.reverse else (paper, ink)


def _hex(colour: Color | None) -> str | None:
    return colour.get_truecolor().hex if colour is not None and not colour.is_default else None


def _css(style: Style, ink: str | None) -> str:
    rules = [f"fill:{ink or '#d5dde6'}"]
    if style.bold:
        rules.append("font-weight:bold")
    if style.italic:
        rules.append("font-style:italic")
    if style.underline:
        rules.append("text-decoration:underline")
    if style.strike:
        rules.append("text-decoration:line-through")
    if style.dim:
        rules.append("opacity:.6")
    return ";".join(rules)
