"""A line of the screen that is drawn from one value: the status bar, the key bar, the line of tabs."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class OneLine(Widget):
    """One line; it is painted again only when what it says has changed."""

    line: reactive[Content] = reactive(Content(""), layout=False, always_update=True)

    def render(self) -> Content:
        return self.line

    def say(self, line: Content) -> None:
        if not line.is_same(self.line):
            self.line = line
