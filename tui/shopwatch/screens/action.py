"""One action: what it is worth and why, its steps, and exactly the orders that it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from shopwatch import formats
from shopwatch.board import ActionBoard, Board
from shopwatch.panes.actions import cadence_words, said_of
from shopwatch.panes.cells import content
from shopwatch.panes.rows import Row
from shopwatch.remarks import of_action
from shopwatch.screens.cause import order_rows
from shopwatch.screens.detail import DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host
from shopwatch.screens.remarking import Remarking


class ActionScreen(DetailScreen, Remarking):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "tick", id="tick")]

    def __init__(self, host: Host, action: str) -> None:
        super().__init__(host)
        self._action = action

    def _find(self, board: Board | None) -> ActionBoard | None:
        return (
            next((action for action in board.actions if action.id == self._action), None) if board else None
        )

    def title_words(self, board: Board) -> str:
        action = self._find(board)
        return action.title if action else self._action

    def copies(self) -> Sequence[str]:
        action = self._find(self.host.board)
        return action.orders if action else ()

    def orders_meant(self) -> Sequence[str]:
        return (of_action(self._action),)

    def remarked(self) -> None:
        self.show()

    def action_tick(self) -> None:
        board, action = self.host.board, self._find(self.host.board)
        if board and action:
            self.host.ask("tick", self.host.feed.tick(board.id, action.id, not action.done), lambda _: None)

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        action = self._find(board)
        if action is None:
            return None
        exact = _("exact, by the rule") if action.certain else _("modelled")
        worth = content((formats.gain(action.gain_points, _), "bold $good"), (f"  {exact}", "$quiet"))
        rows = [
            fact(_("Worth"), worth, width),
            *([fact(_("Why now"), action.evidence, width)] if action.evidence else []),
            fact(_("How often"), cadence_words(action.cadence, _), width),
            fact(_("State"), self._state(action), width),
        ]
        if said := said_of(action, self.host.view.now(), _):
            rows.append(fact(_("Said"), " · ".join(said), width))
        if action.ticked_at is not None and not action.done:
            when = formats.clock_time(action.ticked_at, self.host.view.now())
            last = (f"{when} {action.ticked_by}".rstrip(), action.effect)
            rows.append(fact(_("Last ticked"), " · ".join(filter(None, last)), width))
        if action.source:
            rows.append(fact(_("From"), action.source, width, style="$quiet"))
        if action.steps:
            rows.append(heading(_("Steps")))
            rows += [paragraph(f"{n}. {step}", width, "") for n, step in enumerate(action.steps, 1)]
        if action.orders:
            rows.append(heading(_("Its orders ({n}); y copies them all").format(n=len(action.orders))))
            rows += order_rows(self.host, board, action.orders)
        return rows

    def _state(self, action: ActionBoard) -> str:
        _ = self.words
        if not action.done:
            return _("☐ to do; space ticks it off")
        when = formats.clock_time(action.done_at) if action.done_at else ""
        ticked = f"☑ {_('ticked')} {when} {action.ticked_by}".strip()
        return " · ".join(part for part in (ticked, action.effect) if part)
