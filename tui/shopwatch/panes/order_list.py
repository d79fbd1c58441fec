"""The riskiest orders: the one list with a countdown on every line, and so with a painter of its own.

Drawn by the Line API, and `Cellwise`. Once a second only the cells of the time column that read differently are
repainted; everything else of a line is kept as segments until the line itself changes. The cursor follows its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from shopwatch.panes.cellwise import Lines
from shopwatch.panes.order_lines import SORTS, OrderLine, Sort, arrange, hold
from shopwatch.panes.order_painter import CLOSED, SORTED_BY, Painter
from shopwatch.panes.view import HOLD_SECONDS, View

HEADER_LINES = 1


class OrderList(Lines, can_focus=True):
    """Causes and orders under a cursor. `current` is the line that it stands on."""

    DEFAULT_CSS = """
    OrderList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", id="up", show=False),
        Binding("down,j", "move(1)", id="down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", id="page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", id="page_down", show=False),
        Binding("home", "edge(0)", id="top", show=False),
        Binding("end,G", "edge(-1)", id="bottom", show=False),
        Binding("right,l", "expand(True)", id="expand", show=False),
        Binding("left,h", "expand(False)", id="collapse", show=False),
        Binding("enter", "open", id="open"),
    ]

    class About(Message):
        """A message about one line."""

        def __init__(self, orders: OrderList, line: OrderLine) -> None:
            super().__init__()
            self.orders = orders
            self.line = line

        @property
        def key(self) -> str:
            return self.line.key

        @property
        def control(self) -> OrderList:
            return self.orders

    class Highlighted(About):
        """The cursor came to stand on another line."""

    class Opened(About):
        """Enter on a line, or a second click."""

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.view = view
        self.sort: Sort = "rank"
        self.wanted = ""
        self._lines: tuple[OrderLine, ...] = ()
        self._shown: list[OrderLine] = []
        self._places: dict[str, int] = {}
        self._expanded: set[str] = set()
        self._key = ""
        self._touched = False
        self._moved = float("-inf")
        self._held = False
        self._stale = False
        self._waiting = True
        self._painter = Painter(view, self._style)
        self._painted_at = 0.0

    # ---- what it shows

    @property
    def shown(self) -> Sequence[OrderLine]:
        return self._shown

    @property
    def current(self) -> OrderLine | None:
        place = self._places.get(self._key)
        return None if place is None else self._shown[place]

    @property
    def touched(self) -> bool:
        """Whether somebody has put the cursor where it stands."""
        return self._touched

    @property
    def moving(self) -> bool:
        return self.view.monotonic() - self._moved < HOLD_SECONDS

    def set_lines(self, lines: Sequence[OrderLine], *, stale: bool = False, waiting: bool = False) -> None:
        """Show these lines. The cursor stays on its thing and its thing in its place on the screen; while
        somebody is moving the order stands still. stale: their source stopped answering. waiting: they are
        still being worked out, so that none doesn't mean that all is well."""
        fresh = tuple(lines)
        if waiting != self._waiting:
            self._waiting = waiting
            if not self._shown:
                self.refresh()
        if fresh == self._lines and stale == self._stale:
            return
        if stale != self._stale:
            self._stale = stale
            self._painter.forget()
            self.refresh()
        if not any(line.key in self._places for line in fresh if line.kind == "order"):
            self._start_again()
        self._lines = fresh
        self._painter.make_room(fresh)
        self._expanded &= {line.key for line in fresh}
        self._arrange(hold_still=self.moving and bool(self._shown))

    def _start_again(self) -> None:
        """These are another shop's lines: nothing of them was chosen or opened yet."""
        self._expanded.clear()
        self._touched = False
        self._moved = float("-inf")
        self.scroll_to(y=0, animate=False, force=True)

    def settle(self) -> None:
        """Let the lines take their real order once nobody has moved for a while."""
        if self._held and not self.moving:
            self._arrange()

    def set_filter(self, wanted: str) -> None:
        """Show only what holds every word; a word after `!` must not be there."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._arrange()

    def sort_next(self) -> str:
        """Sort by the next thing and return its name."""
        return self.sort_by(SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)])

    def sort_by(self, sort: Sort) -> str:
        self.sort = sort
        self._arrange()
        return self.sort_name

    @property
    def sort_name(self) -> str:
        _ = self.view.words
        names: dict[Sort, str] = {
            "rank": _("by what can be saved"),
            "left": _("by time left"),
            "chance": _("by chance of a miss"),
            "pay": _("by pay-out"),
        }
        return names[self.sort]

    def choose(self, key: str) -> None:
        """Put the cursor on the line of that key and bring it into view."""
        if key in self._places:
            self._stand_on(self._places[key])

    def _arrange(self, *, hold_still: bool = False) -> None:
        before, place, top = self._shown, self._places.get(self._key, 0), self.scroll_offset.y
        shown = arrange(self._lines, expanded=self._expanded, sort=self.sort, wanted=self.wanted)
        self._held = hold_still
        self._shown = hold(before, shown) if hold_still else shown
        self._places = {line.key: number for number, line in enumerate(self._shown)}
        self._keep_cursor(place, top)
        if len(before) != len(self._shown):
            self._resize()
            self.refresh()
        else:
            self._repaint_changed(before)

    def _keep_cursor(self, place: int, top: int) -> None:
        if not self._shown:
            self._key = ""
            return
        if not self._touched or self._key not in self._places:
            self._key = self._shown[min(place, len(self._shown) - 1) if self._touched else 0].key
        now_at = self._places[self._key]
        if not self._touched or now_at == place:
            return
        self._resize()
        if top:
            self.scroll_to(y=max(0, top + now_at - place), animate=False, force=True)
        else:  # the first lines stay in view for as long as the chosen one is among them
            self._reveal(now_at)

    def _repaint_changed(self, before: Sequence[OrderLine]) -> None:
        for y in self._rows():
            number = self._number(y)
            if number < len(self._shown) and before[number] != self._shown[number]:
                self._repaint(number)

    # ---- time

    def tick(self) -> None:
        """Repaint the times that read differently by now, of the lines in view. Called once a second."""
        self.settle()
        column = self._painter.time_column
        if column is None or not self.size:
            return
        now = self._now()
        behind = [
            y
            for y in self._rows()
            if (number := self._number(y)) < len(self._shown)
            and self._painter.is_behind(self._shown[number], now)
        ]
        if behind:
            self.refresh(*(Region(column.x, y, column.width, height) for y, height in runs(behind)))

    def _now(self) -> float:
        return self.view.now().timestamp()

    # ---- painting

    def begin_painting(self) -> None:
        self._painter.fit_to(self.scrollable_content_region.width)
        self._painted_at = self._now()

    def render_cells(self, cells: Region) -> list[Strip]:
        column = self._painter.time_column
        times = column is not None and (cells.x, cells.width) == (column.x, column.width)
        # of a list that has become shorter since it ticked, some of the cells are blank by now
        if not times or cells.y < HEADER_LINES or self._number(cells.bottom - 1) >= len(self._shown):
            return super().render_cells(cells)
        self.begin_painting()
        return [self._render_time(y) for y in cells.line_range]

    def _render_time(self, y: int) -> Strip:
        line = self._shown[self._number(y)]
        return self._painter.time(line, self._painted_at, chosen=line.key == self._key)

    def render_line(self, y: int) -> Strip:
        painter = self._painter
        number = self._number(y)
        if y == 0:
            return painter.header(self.sort)
        if number < len(self._shown):
            line = self._shown[number]
            opened = line.key in self._expanded or bool(self.wanted)
            return painter.line(line, self._painted_at, chosen=line.key == self._key, opened=opened)
        if not self._shown and y == 1 + HEADER_LINES:
            return painter.nothing(filtered=bool(self.wanted and self._lines), waiting=self._waiting)
        return painter.blank()

    def _style(self, name: str, chosen: bool) -> Style:
        parse = self.app.stylesheet.parse_style
        style = self.visual_style
        if chosen:
            style += parse("on $row-active" if self.has_focus else "on $row")
        if self._stale:
            name = "$faint"
        return (style + parse(name) if name else style).rich_style

    # ---- what has to be painted again

    def _rows(self) -> range:
        return range(HEADER_LINES, self.scrollable_content_region.height)

    def _number(self, y: int) -> int:
        return self.scroll_offset.y + y - HEADER_LINES

    def _repaint(self, number: int) -> None:
        y = number - self.scroll_offset.y + HEADER_LINES
        if y in self._rows():
            self.refresh_line(y)

    def _resize(self) -> None:
        self.virtual_size = Size(0, len(self._shown) + HEADER_LINES)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget()

    def on_resize(self) -> None:
        self._resize()

    def on_focus(self) -> None:
        self._painter.forget()
        self.refresh()

    def on_blur(self) -> None:
        self._painter.forget()
        self.refresh()

    # ---- moving

    def _stand_on(self, number: int) -> None:
        self._touched = True
        self._moved = self.view.monotonic()
        before = self._places.get(self._key)
        line = self._shown[number]
        if line.key != self._key:
            self._key = line.key
            if before is not None:
                self._repaint(before)
            self._repaint(number)
            self.post_message(self.Highlighted(self, line))
        self._reveal(number)

    def _reveal(self, number: int) -> None:
        top, lines = self.scroll_offset.y, len(self._rows())
        if number < top:
            self.scroll_to(y=number, animate=False, force=True)
        elif number >= top + lines:
            self.scroll_to(y=number - lines + 1, animate=False, force=True)

    def action_move(self, step: int) -> None:
        if self._shown:
            place = self._places.get(self._key, 0)
            self._stand_on(min(len(self._shown) - 1, max(0, place + step)))

    def action_page(self, step: int) -> None:
        self.action_move(step * max(1, len(self._rows()) - 1))

    def action_edge(self, end: int) -> None:
        if self._shown:
            self._stand_on(end % len(self._shown))

    def action_expand(self, opened: bool) -> None:
        """Open or close the cause under the cursor; from one of its orders, close and stand on the cause."""
        line = self.current
        if line is None:
            return
        key = line.key if line.kind != "order" else line.parent
        if key is None or (opened and line.kind == "order"):
            return
        if opened:
            self._expanded.add(key)
        else:
            self._expanded.discard(key)
            self.choose(key)
        self._redraw(key)

    def toggle(self, key: str) -> None:
        """Open or close a cause."""
        self._expanded ^= {key}
        self._redraw(key)

    def _redraw(self, key: str) -> None:
        self._touched = True
        self._arrange()
        if key in self._places:
            self._repaint(place := self._places[key])
            if key in self._expanded and place + 1 < len(self._shown):
                self._reveal(place + 1)  # opened at the bottom it would seem to hold nothing

    def action_open(self) -> None:
        self._moved = self.view.monotonic()
        if line := self.current:
            self.post_message(self.Opened(self, line))

    def on_mouse_scroll_down(self) -> None:
        self._moved = self.view.monotonic()

    def on_mouse_scroll_up(self) -> None:
        self._moved = self.view.monotonic()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < HEADER_LINES:
            self._sort_at(offset.x)
            return
        number = self._number(offset.y)
        if number >= len(self._shown):
            return
        line = self._shown[number]
        again = line.key == self._key and event.chain > 1
        self._stand_on(number)
        if line.kind != "order" and offset.x <= len(CLOSED):
            self.toggle(line.key)
        elif again:
            self.action_open()

    def _sort_at(self, x: int) -> None:
        for column in self._painter.columns:
            if column.x <= x < column.x + column.width and column.name in SORTED_BY:
                self.sort_by(SORTED_BY[column.name])


def runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return rising rows as (first, how many) of those that follow one another."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and sum(found[-1]) == row:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((row, 1))
    return found
