"""The shop screen: five panes, of which a small terminal shows one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.panes.actions import FOLD, ActionsPane, pressing
from shopwatch.panes.cellwise import CellsCompositor
from shopwatch.panes.deltas import DeltasPane
from shopwatch.panes.filterline import FilterLine
from shopwatch.panes.fleet import FleetPane
from shopwatch.panes.headline import Headline
from shopwatch.panes.keybar import KeyBar
from shopwatch.panes.order_lines import SORTS, OrderLine, lines_of, put_off
from shopwatch.panes.order_list import OrderList
from shopwatch.panes.rows import RowsPane
from shopwatch.panes.score import ScorePane
from shopwatch.panes.status import StatusBar
from shopwatch.panes.view import View, entitle, silence, silent
from shopwatch.remarks import of_action
from shopwatch.screens.host import Host
from shopwatch.screens.remarking import REMARKS, Remarking

LEAST_GRID = (100, 30)
LEAST_WIDE = (140, 36)
LEAST_TALL = 56
SHAPES = ("-tabs", "-medium", "-wide", "-tall")
PANES = ("fleet", "score", "deltas", "orders", "actions")


def shape(size: Size) -> frozenset[str]:
    """Return the classes of a terminal's size: tabs, or panes side by side in one of two ways."""
    width, height = size
    if width < LEAST_GRID[0] or height < LEAST_GRID[1]:
        return frozenset({"-tabs"})
    if width < LEAST_WIDE[0] or height < LEAST_WIDE[1]:
        return frozenset({"-medium"})
    return frozenset({"-wide", "-tall"} if height >= LEAST_TALL else {"-wide"})


def aged(lines: Sequence[OrderLine], board: Board, view: View) -> list[OrderLine]:
    """Return the lines, those whose clock rests on a source that fell silent with the age of its word."""
    if not silent(board):
        return list(lines)
    wall, _ = view.wall(), view.words
    ages = {risk.clock: silence(board, wall, _, risk.clock) for risk in board.risks}
    return [
        msgspec.structs.replace(line, stale=True, why=f"{old} · {line.why}")
        if (old := ages.get(line.key.partition(":")[0]))
        else line
        for line in lines
    ]


class ShopScreen(Remarking):
    """Lays the panes out and hands each new board to those that are seen."""

    AUTO_FOCUS = "#orders"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane(1)", id="next_pane"),
        Binding("shift+tab", "pane(-1)", id="previous_pane", show=False),
        Binding("right,l", "pane(1)", show=False),
        Binding("left,h", "pane(-1)", show=False),
        Binding("slash", "filter", id="filter"),
        Binding("s", "sort", id="sort"),
        Binding("space", "tick", id="tick"),
        Binding("y", "copy", id="copy"),
        Binding("f", "fleet", id="fleet"),
        Binding("escape", "clear", id="back", show=False),
    ]

    def __init__(self, host: Host, size: Size) -> None:
        """size: the terminal's, so that the first layout is the right one."""
        super().__init__(classes=" ".join(shape(size)))
        self._compositor = CellsCompositor()
        self.host = host
        self._active = "orders"
        self._lines: tuple[OrderLine, ...] = ()
        self._lines_from: tuple[object, object, int] = ((), (), 0)

    def compose(self) -> ComposeResult:
        view = self.host.view
        yield Headline(id="headline")
        with Container(id="panes"):
            yield FleetPane(view, id="fleet", classes="pane")
            yield ScorePane(view, id="score", classes="pane")
            yield DeltasPane(view, id="deltas", classes="pane")
            yield OrderList(view, id="orders", classes="pane -active")
            yield ActionsPane(view, id="actions", classes="pane")
        yield FilterLine(id="filter")
        yield StatusBar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, lambda _: self.show_keys())

    def on_screen_resume(self) -> None:
        self.show()
        self.show_keys()

    # What it shows

    def show(self) -> None:
        """Show the boards as they are now, in the panes that can be seen."""
        host, board = self.host, self.host.board
        warm = board is not None and host.warm(board)
        shown = board.id if board else ""
        self.query_one(FleetPane).show(list(host.boards_now.values()), shown, warm)
        self.query_one(ScorePane).show(board, warm, host.pulse().failure)
        for pane in (self.query_one(DeltasPane), self.query_one(ActionsPane)):
            pane.show(board, warm)
        self._show_orders(board, warm)
        self._show_headline(board, warm)
        self.show_status()

    def _show_orders(self, board: Board | None, warm: bool) -> None:
        _ = self.host.view.words
        orders = self.query_one(OrderList)
        if board is None:
            entitle(orders, _("Orders to save"))
            return
        waiting = warm or not board.whole
        off = self._put_off(board)
        lines = self._lines_of(board, off)
        orders.set_lines(aged(lines, board, self.host.view), stale=warm, waiting=waiting)
        title = _("Orders to save")
        if board.whole or board.risks:
            title = _("Orders to save {n}").format(n=formats.number(board.risks_total - off, _))
        foot = (_("{n} put off").format(n=off) if off else "", self._tonight(board), orders.sort_name)
        entitle(orders, title, " · ".join(filter(None, foot)))

    def _lines_of(self, board: Board, off: int) -> tuple[OrderLine, ...]:
        """Return the lines of a board, of which hundreds stay as they are where only its sources were asked again."""
        risks, causes, before = self._lines_from
        if risks is not board.risks or causes is not board.causes or before != off:
            self._lines = lines_of(board, self.host.view.words, self.host.view.now())
            self._lines_from = (board.risks, board.causes, off)
        return self._lines

    def _put_off(self, board: Board) -> int:
        now = self.host.view.now()
        return sum(put_off(risk, now) for risk in board.risks)

    def _tonight(self, board: Board) -> str:
        """What starts to count later tonight."""
        _ = self.host.view.words
        quiet = board.quiet
        parts = []
        if quiet.orders:
            parts.append(
                _("{starts}: {n}").format(
                    starts=formats.starts(quiet.orders_from, _), n=formats.count(quiet.orders, _)
                )
            )
        if quiet.aftersales:
            parts.append(
                _("{starts}: {n} after-sales").format(
                    starts=formats.starts(quiet.aftersales_from, _), n=quiet.aftersales
                )
            )
        return " · ".join(parts)

    def _show_headline(self, board: Board | None, warm: bool) -> None:
        _ = self.host.view.words
        headline = self.query_one(Headline)
        if self.has_class("-tabs"):
            headline.show_tabs(board, warm, self._tabs(board), self._active, _)
        elif not self.has_class("-wide"):
            headline.show_shops(list(self.host.boards_now.values()), board.id if board else "", warm, _)

    def _tabs(self, board: Board | None) -> list[tuple[str, str]]:
        _ = self.host.view.words
        known = board is not None and (board.whole or bool(board.risks))
        open_actions = pressing(board) if board and known else "…"
        orders = board.risks_total - self._put_off(board) if board and known else "…"
        return [
            ("fleet", _("Shops")),
            ("score", _("Score")),
            ("deltas", _("Changes")),
            ("orders", _("Orders {n}").format(n=orders)),
            ("actions", _("To do {n}").format(n=open_actions)),
        ]

    def show_status(self) -> None:
        host = self.host
        self.query_one(StatusBar).show(host.board, host.pulse(), host.view.words)

    def show_keys(self) -> None:
        bindings = [active.binding for active in self.active_bindings.values() if active.enabled]
        self.query_one(KeyBar).show(bindings, self.host.view.words)

    def beat(self) -> None:
        """Once a second: the clock, the countdowns, and rows that waited for a quiet moment."""
        self.show_status()
        self.query_one(OrderList).tick()
        for pane in self.query(RowsPane):
            pane.settle()

    # How it was left

    def left(self) -> dict[str, str]:
        """Return what the next start comes back to."""
        orders, fleet = self.query_one(OrderList), self.query_one(FleetPane)
        return {
            "pane": self._active,
            "row": orders.current.key if orders.current and orders.touched else "",
            "sort": orders.sort,
            "filter": orders.wanted,
            "fleet_sort": str(fleet.order),
            "fleet_filter": fleet.wanted,
        }

    def come_back(self, left: Mapping[str, str]) -> None:
        """Show it as it was left; what isn't there any more is passed over."""
        orders, fleet = self.query_one(OrderList), self.query_one(FleetPane)
        if (sort := left.get("sort")) in SORTS:
            orders.sort_by(sort)
        if (order := left.get("fleet_sort", "")) in ("0", "1", "2"):
            fleet.sort_by(int(order))
        orders.set_filter(left.get("filter", ""))
        fleet.set_filter(left.get("fleet_filter", ""))
        if left.get("pane") in self._panes():
            self._activate(left["pane"])
        pane = self._pane()
        if isinstance(pane, (OrderList, FleetPane)) and pane.wanted:
            self.query_one(FilterLine).recall(pane.wanted)
        self.show()
        orders.choose(left.get("row", ""))

    # Its shape

    def on_resize(self, event: events.Resize) -> None:
        wanted = shape(event.size)
        if wanted == {name for name in SHAPES if self.has_class(name)}:
            return
        with self.app.batch_update():
            for name in SHAPES:
                self.set_class(name in wanted, name)
            self._activate(self._active if self._active in self._panes() else "orders")
            self.show()

    def _pane(self) -> Widget:
        return self.query_one(f"#{self._active}")

    def _panes(self) -> list[str]:
        """The panes that Tab goes through."""
        if not self.has_class("-medium"):
            return list(PANES)
        return [name for name in PANES if name != ("score" if self.has_class("-fleet") else "fleet")]

    def _activate(self, name: str) -> None:
        self._active = name
        for pane in self.query(".pane"):
            pane.set_class(pane.id == name, "-active")
        self.query_one(f"#{name}").focus(scroll_visible=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.has_class("pane") and event.widget.id and event.widget.id != self._active:
            self._activate(event.widget.id)
            self._show_headline(
                self.host.board, self.host.board is not None and self.host.warm(self.host.board)
            )
        self.refresh_bindings()

    # What the keys do

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            pane = self._pane() if self.is_mounted else None
            return isinstance(pane, (OrderList, FleetPane, ActionsPane)) and bool(pane.wanted)
        if action in REMARKS:
            return self._active in ("orders", "actions")
        if action in ("filter", "sort", "tick", "copy"):
            works = {
                "filter": ("orders", "fleet", "actions"),
                "sort": ("orders", "fleet"),
                "tick": ("actions",),
                "copy": ("orders", "actions"),
            }
            return self._active in works[action]
        return True

    def action_pane(self, step: int) -> None:
        names = self._panes()
        place = names.index(self._active) if self._active in names else 0
        self._activate(names[(place + step) % len(names)])
        self._show_headline(self.host.board, self.host.board is not None and self.host.warm(self.host.board))

    def action_fleet(self) -> None:
        if self.has_class("-medium"):
            self.toggle_class("-fleet")
            self._activate("fleet" if self.has_class("-fleet") else "orders")
        else:
            self._activate("fleet")

    def action_filter(self) -> None:
        pane = self._pane()
        wanted = pane.wanted if isinstance(pane, (OrderList, FleetPane, ActionsPane)) else ""
        self.query_one(FilterLine).begin(wanted, self.host.view.words)

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        pane = self._pane()
        if isinstance(pane, (OrderList, FleetPane, ActionsPane)):
            pane.set_filter(event.text)
        self.refresh_bindings()

    def on_filter_line_left(self) -> None:
        self._activate(self._active)

    def action_clear(self) -> None:
        pane = self._pane()
        if isinstance(pane, (OrderList, FleetPane, ActionsPane)) and pane.wanted:
            pane.set_filter("")
            self.query_one(FilterLine).end()

    def action_sort(self) -> None:
        pane = self._pane()
        if isinstance(pane, (OrderList, FleetPane)):
            pane.sort_next()
            self.show()

    def action_tick(self) -> None:
        board, pane = self.host.board, self.query_one(ActionsPane)
        action = next((a for a in board.actions if a.id == pane.key), None) if board else None
        if board and action:
            pane.moved()
            question = self.host.feed.tick(board.id, action.id, not action.done)
            self.host.ask("tick", question, lambda _: self.show())

    def orders_meant(self) -> Sequence[str]:
        """What is under the cursor: an action, else the orders of a line: of a cause, all that it names."""
        if self._active == "actions":
            key = self.query_one(ActionsPane).key
            return (of_action(key),) if key and key != FOLD else ()
        line = self.query_one(OrderList).current if self.is_mounted else None
        return line.order_ids if line else ()

    def action_copy(self) -> None:
        board = self.host.board
        if self._active == "orders":
            self.host.copy(self.orders_meant())
        elif self._active == "actions" and board:
            key = self.query_one(ActionsPane).key
            self.host.copy(next((action.orders for action in board.actions if action.id == key), ()))

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        if event.pane.id == "fleet":
            self.host.show_shop(event.key)
        elif event.key == FOLD:
            self.query_one(ActionsPane).toggle()
        else:
            self.host.open(f"action:{event.key}" if event.pane.id == "actions" else event.key)

    def on_order_list_opened(self, event: OrderList.Opened) -> None:
        line = event.line
        if line.kind == "cause":
            self.host.open(line.key)
        elif line.kind == "later":
            event.orders.toggle(line.key)
        elif line.order_ids:
            self.host.open(f"order:{line.order_ids[0]}")
