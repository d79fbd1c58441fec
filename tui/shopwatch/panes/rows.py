"""A list of keyed rows drawn by the Line API: the one thing under every pane but the order list.

A row has a key and one or more lines. New rows are laid beside the old ones: lines that differ are
repainted and no others, the cursor follows its key, and while somebody is moving the order stands still.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from shopwatch.panes.cells import cut
from shopwatch.panes.cellwise import Lines
from shopwatch.panes.ink import Ink
from shopwatch.panes.view import HOLD_SECONDS, View

MARK, MARK_CELLS = "▌", 1


class Row(NamedTuple):
    """One row. A row without a key can't be chosen. `fixed`: it never moves out of its place."""

    key: str
    lines: tuple[Content, ...]
    fixed: bool = False


class Line(NamedTuple):
    """One line on the screen and the number of the row that it belongs to."""

    content: Content
    row: int


def held(old: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    """Return the new rows in the order of the old ones where both have them; the others follow in place."""
    places = {row.key: place for place, row in enumerate(old) if row.key and not row.fixed}
    movable = [place for place, row in enumerate(new) if row.key in places and not row.fixed]
    in_order = sorted((new[place] for place in movable), key=lambda row: places[row.key])
    result = list(new)
    for place, row in zip(movable, in_order, strict=True):
        result[place] = row
    return result


def chosen(line: Content) -> Content:
    """Return the line as the cursor shows it: marked, so that it is seen without colours, and nothing on it
    as dark as the cursor itself is in sixteen."""
    spans = [span._replace(style="$quiet") if span.style == "$faint" else span for span in line.spans]
    readable = Content(line.plain, spans)
    return (Content.styled(MARK, "$key") + readable).stylize_before("on $row-active")


class RowsPane(Lines, can_focus=True):
    """Rows under a cursor. `key` is the row it stands on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", id="up", show=False),
        Binding("down,j", "move(1)", id="down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", id="page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", id="page_down", show=False),
        Binding("home", "edge(0)", id="top", show=False),
        Binding("end,G", "edge(-1)", id="bottom", show=False),
        Binding("enter", "open", id="open"),
    ]

    key: reactive[str] = reactive("", layout=False, repaint=False)

    class Opened(Message):
        """Enter on a row."""

        def __init__(self, pane: RowsPane, key: str) -> None:
            super().__init__()
            self.pane = pane
            self.key = key

        @property
        def control(self) -> RowsPane:
            return self.pane

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.view = view
        self.rows: tuple[Row, ...] = ()
        self._lines: list[Line] = []
        self._strips: dict[int, Strip] = {}
        self._ink = Ink(self)
        self._width = 0
        self._waiting: tuple[Row, ...] | None = None
        self._moved = float("-inf")

    @property
    def room(self) -> int:
        """The cells that a row may fill."""
        return max(0, self.scrollable_content_region.width - MARK_CELLS)

    # What it shows

    def replace(self, rows: Sequence[Row]) -> None:
        """Show these rows now, or keep their order back for as long as somebody is moving."""
        fresh = tuple(rows)
        if self.moving and self.rows:
            self._waiting = fresh
            fresh = tuple(held(self.rows, fresh))
        else:
            self._waiting = None
        if fresh != self.rows or any(
            not a.is_same(b)
            for old, new in zip(self.rows, fresh, strict=True)
            for a, b in zip(old.lines, new.lines, strict=True)
        ):
            self._take(fresh)

    def settle(self) -> None:
        """Let the rows take their real order once nobody has moved for a while."""
        if self._waiting is not None and not self.moving:
            rows, self._waiting = self._waiting, None
            self._take(rows)

    @property
    def moving(self) -> bool:
        return self.view.monotonic() - self._moved < HOLD_SECONDS

    def lay(self, rows: Sequence[Row]) -> None:
        """Take these rows while the pane is being painted: nothing is left to repaint."""
        place = self._place()
        self._set(tuple(rows))
        self._strips.clear()
        self.set_reactive(RowsPane.key, self._kept_key(place))

    def _set(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self._lines = [Line(line, number) for number, row in enumerate(rows) for line in row.lines]

    def _take(self, rows: tuple[Row, ...]) -> None:
        before, place, follows = self._lines, self._place(), self.has_focus and self._cursor_in_view()
        self._set(rows)
        self.key = self._kept_key(place)
        self._measure()
        if follows and self._moved > float("-inf") and not self._cursor_in_view():
            self.choose(self.key)  # no key acts on a row that nobody sees
        if len(before) > len(self._lines):
            self._strips = {y: strip for y, strip in self._strips.items() if y < len(self._lines)}
            self.refresh()
        elif len(before) < len(self._lines):
            for y in range(len(before), len(self._lines)):
                self._repaint(y)
        for y, (old, new) in enumerate(zip(before, self._lines, strict=False)):
            if old.row != new.row or not old.content.is_same(new.content):
                self._repaint(y)

    def _cursor_in_view(self) -> bool:
        top = self.scroll_offset.y
        return any(self.rows[line.row].key == self.key for line in self._lines[top : top + self.size.height])

    def _measure(self) -> None:
        self.virtual_size = Size(0, len(self._lines))

    def _kept_key(self, place: int) -> str:
        """The cursor's key if a row still has it, else that of the row nearest to its place."""
        keys = self._keys()
        if self.key in keys:
            return self.key
        nearest = [row.key for row in self.rows[max(0, place) :] if row.key] or keys[-1:]
        return nearest[0] if nearest else ""

    def _place(self) -> int:
        return next((n for n, row in enumerate(self.rows) if row.key and row.key == self.key), 0)

    # Painting

    def begin_painting(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self._strips.clear()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        if at >= len(self._lines) or self._width <= 0:
            return self._ink.blank(max(0, self._width))
        if at not in self._strips:
            self._strips[at] = self._strip(self._lines[at], self._width - MARK_CELLS)
        return self._strips[at]

    def _strip(self, line: Line, room: int) -> Strip:
        content = cut(line.content, room)
        if self._chosen(line.row):
            content = chosen(content.pad_right(room - content.cell_length))
        else:
            content = content.pad_left(MARK_CELLS)
        return self._ink.strip(content, self._width)

    def _chosen(self, number: int) -> bool:
        row = self.rows[number]
        return bool(row.key) and row.key == self.key and self.shows_cursor

    @property
    def shows_cursor(self) -> bool:
        """Only where the keys go: five lit rows on a wall say nothing."""
        return self.has_focus

    def _repaint(self, y: int) -> None:
        self._strips.pop(y, None)
        top = y - self.scroll_offset.y
        if 0 <= top < self.size.height:
            self.refresh_line(top)

    def _repaint_row(self, key: str) -> None:
        for y, line in enumerate(self._lines):
            if key and self.rows[line.row].key == key:
                self._repaint(y)

    def watch_key(self, old: str, new: str) -> None:
        self._repaint_row(old)
        self._repaint_row(new)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._ink.forget()
        self._strips.clear()

    def on_focus(self) -> None:
        self._repaint_row(self.key)

    def on_blur(self) -> None:
        self._repaint_row(self.key)

    def on_resize(self) -> None:
        self._measure()

    # Moving

    def moved(self) -> None:
        self._moved = self.view.monotonic()

    def choose(self, key: str) -> None:
        """Put the cursor on the row of that key and bring it into view."""
        self.key = key
        ys = [y for y, line in enumerate(self._lines) if self.rows[line.row].key == key]
        if ys:
            top = 0 if key == next((row.key for row in self.rows if row.key), "") else ys[0]
            self.scroll_to_region(Region(0, top, 1, ys[-1] - top + 1), animate=False, force=True)

    def _keys(self) -> list[str]:
        return [row.key for row in self.rows if row.key]

    def action_move(self, step: int) -> None:
        self.moved()
        keys = self._keys()
        if keys:
            at = keys.index(self.key) if self.key in keys else 0
            self.choose(keys[min(len(keys) - 1, max(0, at + step))])

    def action_page(self, step: int) -> None:
        lines = max(1, len(self._lines)) / max(1, len(self.rows))
        self.action_move(step * max(1, int((self.size.height - 1) / lines)))

    def action_edge(self, end: int) -> None:
        self.moved()
        if keys := self._keys():
            self.choose(keys[end])

    def action_open(self) -> None:
        self.moved()
        if self.key:
            self.post_message(self.Opened(self, self.key))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        at = self.scroll_offset.y + offset.y if offset else -1
        if 0 <= at < len(self._lines) and (key := self.rows[self._lines[at].row].key):
            self.moved()
            self.key = key
            if event.chain > 1:
                self.action_open()
