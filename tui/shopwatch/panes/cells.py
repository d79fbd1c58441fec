"""Cells: cutting, filling and joining styled text by its width on the screen, never by its length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content

# A word, or one sign of those from U+2E80 on. Python takes some ms for a set that names these: it looks at each.
_PIECES = re.compile(r"\s*(?:(?:(?=[\0-\u2e7f])\S)+|\S)[,。;:!?、)”》,.;:!?)%]*")
Part = str | tuple[str, str] | Content
Cell = tuple[Part, int]


def content(*parts: Part) -> Content:
    """Return the parts as one line."""
    return Content.assemble(*parts)


def fit(part: Part, width: int, *, right: bool = False) -> Content:
    """Return the part in exactly `width` cells: cut with an ellipsis, filled with blanks."""
    line = part if isinstance(part, Content) else content(part)
    if width <= 0:
        return Content.empty()
    line = cut(line, width)
    blank = width - line.cell_length
    return line.pad_left(blank) if right else line.pad_right(blank)


def cut(line: Content, width: int) -> Content:
    """Return the line in at most `width` cells."""
    return line if line.cell_length <= width else line.truncate(max(0, width), ellipsis=True)


def spread(left: Content, right: Content, width: int) -> Content:
    """Return both in one line, the right part at its end; the left one gives way."""
    room = width - right.cell_length
    return fit(left, room) + right if room > 0 else fit(right, width)


def columns(cells: Sequence[Cell], gap: int = 1) -> Content:
    """Return cells side by side; a negative width is aligned to the right."""
    return Content(" " * gap).join(fit(part, abs(width), right=width < 0) for part, width in cells)


def flow(parts: Iterable[Content], width: int, gap: str = "  ") -> list[Content]:
    """Return the parts on as few lines as hold them, none of them broken unless it alone is too wide."""
    lines: list[Content] = []
    for part in parts:
        if lines and lines[-1].cell_length + cell_len(gap) + part.cell_length <= width:
            lines[-1] = lines[-1] + gap + part
        else:
            lines.append(cut(part, width))
    return lines


def wrap(text: str, width: int, style: str = "", limit: int | None = None) -> list[Content]:
    """Return the text on lines of at most `width` cells: Chinese breaks anywhere but before a closing mark,
    other words only between them. Past `limit` lines it ends in an ellipsis."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
            piece = piece.lstrip()
        lines[-1] += piece
    if limit is not None and len(lines) > limit:
        lines = [*lines[: limit - 1], set_cell_size(lines[limit - 1], width - 1).rstrip() + "…"]
    return [cut(content((line.rstrip(), style)), width) for line in lines]


def dimmed(line: Content) -> Content:
    """Return the line without a colour of its own: it no longer speaks of now."""
    return content((line.plain, "$faint"))
