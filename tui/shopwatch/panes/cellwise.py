"""Painting a few cells without all that lies around them.

For one changed cell Textual makes anew every line of every widget near it, frames and all: 7 ms for the countdowns of
a full screen, each second, for weeks. Where nothing lies over what has changed, a `Cellwise` widget is asked for
those cells alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, cast, runtime_checkable

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


@runtime_checkable
class Cellwise(Protocol):
    """A widget that can paint any of its cells by themselves. Nothing in its style may come after its lines, as
    an opacity or a tint would."""

    def render_cells(self, cells: Region) -> Sequence[Strip]:
        """Return a strip for each line of these cells of its content, and no wider."""


class Lines(ScrollView):
    """A widget of lines under the Line API. Each paints from `render_line`, of whatever part it is asked."""

    def begin_painting(self) -> None:
        """Measure, and read the time, once for all the lines of a painting."""

    def render_lines(self, crop: Region) -> list[Strip]:
        self.begin_painting()
        return super().render_lines(crop)

    def render_cells(self, cells: Region) -> list[Strip]:
        self.begin_painting()
        return [self.render_line(y).crop(cells.x, cells.right) for y in cells.line_range]

    def refresh_line(self, y: int) -> None:
        """Paint a line of the content anew, and not the scrollbar beside it."""
        self.refresh(Region(0, y, self.scrollable_content_region.width, 1))


class Painted(NamedTuple):
    """Some cells of the screen as they are now."""

    at: Region
    strips: Sequence[Strip]


class CellsUpdate(CompositorUpdate):
    """Writes cells where they belong and nothing else."""

    def __init__(self, painted: Sequence[Painted]) -> None:
        self.painted = painted

    def render_segments(self, console: Console) -> str:
        return "".join(
            Control.move_to(at.x, y).segment.text + strip.render(console)
            for at, strips in self.painted
            for y, strip in zip(at.line_range, strips, strict=True)
        )


class CellsCompositor(Compositor):
    """Textual's, but for changes that each lie in one widget that is `Cellwise`, and under no other."""

    def render_partial_update(self) -> CellsUpdate | ChopsUpdate | None:  # type: ignore[override]
        owners = {region: self._owner(region) for region in self._dirty_regions}
        if None in owners.values():
            return super().render_partial_update()
        self._dirty_regions.clear()
        painted = [_painted(widget, region) for region, widget in owners.items() if widget is not None]
        return CellsUpdate(painted) if painted else None

    def _owner(self, cells: Region) -> Widget | None:
        """Return the widget whose content these cells are, where it can paint them by themselves."""
        for widget, (region, clip) in self.visible_widgets.items():  # what lies in front comes first
            seen = region.intersection(clip)
            if seen.overlaps(cells):
                whole = seen.contains_region(cells) and _content(widget).contains_region(cells)
                return widget if whole and isinstance(widget, Cellwise) else None
        return None


def _content(widget: Widget) -> Region:
    """Return where a widget's content lies on the screen."""
    return widget.content_size.region.translate(widget.region.offset + widget.content_offset)


def _painted(widget: Widget, cells: Region) -> Painted:
    strips = cast("Cellwise", widget).render_cells(cells.translate(-_content(widget).offset))
    background = widget.background_colors[1]
    for colours in widget.get_line_filters():
        strips = [strip.apply_filter(colours, background) for strip in strips]
    return Painted(cells, strips)
