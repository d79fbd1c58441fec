"""The keys with which something is said of orders, on every screen that shows some: note, put off, who sees to it.

Each asks, keeps the answer, and tells the screen once it is kept.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.screen import Screen

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.i18n import Translate
from shopwatch.remarks import of_action
from shopwatch.screens.host import Host
from shopwatch.screens.until import until

KEYS: list[BindingType] = [
    Binding("n", "note", id="note"),
    Binding("z", "snooze", id="snooze"),
    Binding("a", "assign", id="assign"),
]
REMARKS = ("note", "snooze", "assign")
AN_HOUR = "1h"


class Understood(NamedTuple):
    """What a typed answer means, in words, and whether it can be kept."""

    words: str
    good: bool = True


class Question(NamedTuple):
    """What is asked, what stands there already, and how an answer is understood. keeps: the answer is written down."""

    title: str
    value: str
    understand: Callable[[str], Understood]
    keeps: bool = True


class Remarking(Screen[None]):
    """A screen on which orders are seen."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    host: Host

    def orders_meant(self) -> Sequence[str]:
        """Return the ids of what is under the cursor."""
        raise NotImplementedError

    def remarked(self) -> None:
        """What was said is kept."""

    def action_note(self) -> None:
        if board := self.host.board:
            _note(self, board, self.orders_meant())

    def action_snooze(self) -> None:
        if board := self.host.board:
            _snooze(self, board, self.orders_meant())

    def action_assign(self) -> None:
        if board := self.host.board:
            _assign(self, board, self.orders_meant())


def about(orders: Sequence[str], _: Translate) -> str:
    """订单 …69080412, or how many."""
    if len(orders) == 1 and orders[0].startswith(of_action("")):
        return _("this action")
    if len(orders) == 1:
        return _("order {id}").format(id=formats.tail(orders[0]))
    return _("{n} orders").format(n=len(orders))


def _note(screen: Remarking, board: Board, orders: Sequence[str]) -> None:
    """Ask for a note on these orders and keep it."""
    host = screen.host
    _ = host.view.words

    def understand(text: str) -> Understood:
        hint = _("No buyer's name or address here; a telephone number isn't kept")
        return Understood(hint, bool(text.strip()))

    def keep(text: str) -> None:
        host.ask("note", host.feed.remark(board.id, orders, note=text), lambda _: screen.remarked())

    title = _("Note on {orders}").format(orders=about(orders, _))
    _ask(screen, orders, Question(title, "", understand), keep, _)


def _assign(screen: Remarking, board: Board, orders: Sequence[str]) -> None:
    """Ask who sees to these orders and keep it. The name that was given last stands there already."""
    host = screen.host
    _ = host.view.words
    risks = [risk for risk in board.risks if risk.owner]
    now = next((risk.owner for risk in risks if risk.order_id in orders), None)
    now = now or next((one.owner for one in board.actions if of_action(one.id) in orders), None)
    here = host.view.local(board)

    def understand(text: str) -> Understood:
        name, due = with_due(text, here)
        if name:
            words = _("{name} sees to {orders}").format(name=name, orders=about(orders, _))
            if due is not None:
                words += " · " + _("by {time}").format(time=formats.clock_time(due, here))
            return Understood(words)
        return Understood(
            _("nobody sees to it any more") if now else _("a name, by when if you like: Lin 18:30"), bool(now)
        )

    def keep(text: str) -> None:
        name, due = with_due(text, here)
        host.named = name or host.named
        question = host.feed.remark(board.id, orders, owner=name, until=due)
        host.ask("assign", question, lambda _: screen.remarked())

    title = _("Who sees to {orders}").format(orders=about(orders, _))
    _ask(screen, orders, Question(title, now or host.named, understand), keep, _)


def with_due(text: str, now: datetime.datetime) -> tuple[str, datetime.datetime | None]:
    """Part "Lin 18:30" into who, and by when; without a time to come, all of it is the name."""
    words = text.split()
    for place in range(1, len(words)):
        if (due := until(" ".join(words[place:]), now)) is not None:
            return " ".join(words[:place]), due
    return " ".join(words), None


def _snooze(screen: Remarking, board: Board, orders: Sequence[str]) -> None:
    """Ask until when these orders stay out of the list and keep it."""
    host = screen.host
    _ = host.view.words
    wanted = set(orders)
    ours = [risk for risk in board.risks if risk.order_id in wanted]
    off = any(risk.snoozed_until for risk in ours)
    off = off or any(one.snoozed_until for one in board.actions if of_action(one.id) in wanted)
    due = min((risk.deadline for risk in ours if risk.deadline), default=None)

    def moment(text: str) -> datetime.datetime | None:
        return until(text, host.view.local(board))

    def understand(text: str) -> Understood:
        if not text.strip():
            return Understood(_("back in the list at once") if off else _("1h · 18:30 · tomorrow 9:00"), off)
        at = moment(text)
        if at is None:
            return Understood(_("not a time to come: 30m · 1h · 18:30 · tomorrow 9:00 · 11-21 09:00"), False)
        words = _("out of the list until {time}").format(time=formats.clock_time(at, host.view.local(board)))
        if due is not None and host.view.now() < due < at:
            words += " · " + _("▲ due before that: {time}").format(time=formats.clock_time(due))
        return Understood(words)

    def keep(text: str) -> None:
        question = host.feed.remark(board.id, orders, until=moment(text) if text else None)
        host.ask("snooze", question, lambda _: screen.remarked())

    title = _("Put off {orders}").format(orders=about(orders, _))
    _ask(screen, orders, Question(title, "" if off else AN_HOUR, understand), keep, _)


def _ask(
    screen: Remarking, orders: Sequence[str], question: Question, keep: Callable[[str], None], _: Translate
) -> None:
    from shopwatch.screens.ask import AskScreen  # what nobody asked for yet is not loaded

    def answered(text: str | None) -> None:
        if text is not None:
            keep(text)

    if orders:
        screen.app.push_screen(AskScreen(question, _), answered)
    else:
        screen.notify(_("There is no order number here."), markup=False)
