"""A line of the screen that is drawn from one value: the status bar, the key bar, the line of tabs."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class OneLine(Widget):
    """One line, made for the width that it has; it is painted again only when what it says has changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._make: Callable[[int], Content] = _nothing
        self._line = Content("")
        self._made_for: int | None = None

    def say(self, make: Callable[[int], Content]) -> None:
        """make: returns the line for so many cells."""
        self._make = make
        width = self.content_size.width
        if not width:
            self._made_for = None
            return
        line = make(width)
        if width != self._made_for or not line.is_same(self._line):
            self._line, self._made_for = line, width
            self.refresh(self.content_size.region)

    def render_cells(self, cells: Region) -> list[Strip]:
        style, parse = self.visual_style, self.app.stylesheet.parse_style
        parts = self.render().render(style, end="", parse_style=parse)
        line = Strip([Segment(text, part.rich_style) for text, part in parts])
        line = line.adjust_cell_length(self.content_size.width, style.background_style.rich_style)
        return [line.crop(cells.x, cells.right)]

    def render(self) -> Content:
        width = self.content_size.width
        if width != self._made_for:
            self._line, self._made_for = self._make(width), width
        return self._line


def _nothing(_width: int) -> Content:
    return Content("")
