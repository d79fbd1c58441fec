"""One order: what is known of it, what it is open to, and its whole timeline."""

from __future__ import annotations

from collections.abc import Sequence

from shopwatch import formats
from shopwatch.board import Board, Risk
from shopwatch.feed import OrderView
from shopwatch.panes.cells import columns, content
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host


class OrderScreen(DetailScreen):
    def __init__(self, host: Host, order_id: str) -> None:
        super().__init__(host)
        self._order_id = order_id
        self._order: OrderView | None = None
        self._answered = False

    def on_mount(self) -> None:
        super().on_mount()
        if board := self.host.board:
            self.host.ask("order", self.host.feed.order(board.id, self._order_id), self._take)

    def _take(self, order: OrderView | None) -> None:
        self._order, self._answered = order, True
        if self.is_attached:
            self.show()

    def copies(self) -> Sequence[str]:
        return (self._order_id,)

    def title_words(self, _board: Board) -> str:
        _ = self.words
        return _("Order {id}").format(id=self._order_id)

    def build(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        risks = [risk for risk in board.risks if risk.order_id == self._order_id]
        rows = [row for risk in risks for row in self._risk(risk, width)]
        if not risks:
            rows.append(paragraph(_("Nothing is open on this order now."), width))
        if self._order is None:
            words = _("The store knows nothing of this order.") if self._answered else _("asking …")
            return [*rows, heading(_("Timeline")), paragraph(words, width, "$faint")]
        rows += [heading(_("Facts")), *(fact(name, value, width) for name, value in self._order.facts)]
        return [*rows, heading(_("Timeline")), *self._timeline(self._order, board)]

    def _risk(self, risk: Risk, width: int) -> list[Row]:
        _ = self.words
        rows = [fact(risk.stage, risk.why, width, style="bold")]
        left = None if risk.deadline is None else (risk.deadline - self.host.view.now()).total_seconds()
        if left is not None:
            style = "$bad" if left < 3600 else "$near" if left < 4 * 3600 else ""
            due = content(
                (formats.left(left, _), style), (f"   {formats.clock_time(risk.deadline)}", "$quiet")
            )
            rows.append(fact(_("Time left"), due, width))
        if risk.starts_at:
            rows.append(fact(_("Counts"), formats.starts(risk.starts_at, _), width))
        if risk.p_miss is not None:
            rows.append(fact(_("Miss chance"), f"{formats.chance(risk.p_miss)}  {risk.p_basis or ''}", width))
        if risk.points_at_risk is not None:
            rows.append(fact(_("Can save"), formats.gain(risk.points_at_risk, _), width))
        if risk.points_per_hour is not None:
            rows.append(fact(_("Every hour"), formats.gain_per_hour(risk.points_per_hour, _), width))
        if risk.yuan_at_risk is not None or risk.yuan_now is not None:
            rows.append(fact(_("Pay-out"), formats.money_step(risk.yuan_now, risk.yuan_at_risk, _), width))
        if not risk.proved:
            rows.append(fact(_("Mind"), _("shipped, but its pickup is not known"), width, style="$near"))
        return rows

    def _timeline(self, order: OrderView, board: Board) -> list[Row]:
        """What happened, now, and what is ahead."""
        _ = self.words
        now = self.host.view.local(board)
        events = sorted(order.timeline, key=lambda event: event.at)
        rows = []
        for n, event in enumerate(events):
            mark = ("○", "$near") if event.ahead else ("●", "$key")
            words = (event.words, "$quiet" if event.ahead else "")
            seconds = (event.at - now).total_seconds()
            gone = (
                formats.age(-seconds, _)
                if seconds <= 0
                else _("in {time}").format(time=formats.left(seconds, _))
            )
            line = columns(
                [(mark, 1), (formats.clock_time(event.at), 12), (words, 40), ((gone, "$faint"), 16)]
            )
            rows.append(Row(f"event:{n}", (line.rstrip(),)))
        return rows
