"""Styled text as segments: what a line of a pane is painted with.

Textual renders any content, however its styles overlap, and works each combination out anew. A pane has a
few dozen combinations in hundreds of lines, so each is worked out once and kept until the look changes.
"""

from __future__ import annotations

import itertools

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.widget import Widget

Names = tuple[str | VisualStyle, ...]


class Ink:
    """The styles of one widget, by the names that a line has them under."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[Names, Style] = {}

    def forget(self) -> None:
        """Drop what was kept: the look is another one now."""
        self._styles.clear()

    def strip(self, line: Content, width: int) -> Strip:
        """Return the line, which is no wider than `width`, filled with blanks."""
        segments = [Segment(text, self.style(names)) for text, names in pieces(line)]
        blank = width - line.cell_length
        if blank > 0:
            segments.append(Segment(" " * blank, self.style(())))
        return Strip(segments, width)

    def blank(self, width: int) -> Strip:
        return Strip.blank(width, self.style(()))

    def style(self, names: Names) -> Style:
        kept = self._styles.get(names)
        if kept is None:
            parse = self._widget.app.stylesheet.parse_style
            whole = self._widget.visual_style
            for name in names:
                whole += parse(name) if isinstance(name, str) else name
            kept = self._styles[names] = whole.rich_style
        return kept


def pieces(line: Content) -> list[tuple[str, Names]]:
    """Return the text in pieces of one look each, with the styles that lie over one another there."""
    text, spans = line.plain, [span for span in line.spans if span.style]
    inside = (at for span in spans for at in (span.start, span.end) if 0 < at < len(text))
    edges = sorted({0, len(text), *inside})
    return [
        (text[a:b], tuple(span.style for span in spans if span.start <= a and b <= span.end))
        for a, b in itertools.pairwise(edges)
    ]
