"""One order: what it is open to, the clocks on it, its part in each indicator, and its whole timeline."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from shopwatch import formats
from shopwatch.board import Board, Risk
from shopwatch.feed import ClockRun, OrderPart, OrderView, TimelineEvent
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, content
from shopwatch.panes.order_lines import NOTE
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host
from shopwatch.screens.remarking import Remarking

SOURCE, GONE = 16, 16
ASK_AGAIN = 5.0
"""Seconds between two questions after the same order: its story is a hundred times a row's work."""

NARROW = 96
"""Under so many cells how long ago something was gives way to what it was."""


class OrderScreen(DetailScreen, Remarking):
    def __init__(self, host: Host, order_id: str) -> None:
        super().__init__(host)
        self._order_id = order_id
        self._order: OrderView | None = None
        self._answered = False
        self._asked: tuple[Board | None, float] = (None, 0.0)

    def on_mount(self) -> None:
        super().on_mount()
        self._ask()

    def _ask(self) -> None:
        if board := self.host.board:
            self._asked = board, self.host.view.monotonic()
            self.host.ask("order", self.host.feed.order(board.id, self._order_id), self._take)

    def beat(self) -> None:
        """Once a second: where the board is another than was asked about, ask anew, but not all the time."""
        super().beat()
        board, at = self._asked
        if self._answered and board is not self.host.board and self.host.view.monotonic() - at >= ASK_AGAIN:
            self._ask()

    def _take(self, order: OrderView | None) -> None:
        self._order, self._answered = order, True
        if self.is_attached:
            super().show()

    def copies(self) -> Sequence[str]:
        return (self._order_id,)

    def orders_meant(self) -> Sequence[str]:
        return (self._order_id,)

    def remarked(self) -> None:
        self._ask()

    def title_words(self, _board: Board) -> str:
        _ = self.words
        return _("Order {id}").format(id=self._order_id)

    def behind(self, key: str) -> str:
        return "" if key.startswith("event:") else key

    # What it shows

    def build(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        risks = [risk for risk in board.risks if risk.order_id == self._order_id]
        rows = [row for risk in risks for row in self._risk(risk, width)]
        if not risks:
            rows.append(paragraph(_("Nothing is open on this order now."), width))
        order = self._order
        if order is None:
            words = _("The store knows nothing of this order.") if self._answered else _("asking …")
            return [*rows, heading(_("Timeline")), paragraph(words, width, "$faint")]
        rows += self._seen_to(order, width)
        rows += [heading(_("Facts")), *(fact(name, value, width) for name, value in order.facts)]
        if order.clocks:
            rows += [heading(_("Clocks")), *(self._clock(run, board) for run in order.clocks)]
        if order.parts:
            rows += [
                heading(_("Its part in the indicators")),
                *(self._part(one, board) for one in order.parts),
            ]
        return [*rows, heading(_("Timeline")), *self._timeline(order, board, width)]

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

    def _seen_to(self, order: OrderView, width: int) -> list[Row]:
        _ = self.words
        rows = []
        if order.owner:
            rows.append(fact(_("Owner"), order.owner, width))
        if order.snoozed_until is not None:
            words = _("out of the list until {time}").format(
                time=formats.clock_time(order.snoozed_until, self.host.view.now())
            )
            rows.append(fact(_("Put off"), words, width))
        return rows

    def _clock(self, run: ClockRun, board: Board) -> Row:
        _ = self.words
        now = self.host.view.local(board)
        late = run.late(now)
        left = None if run.due is None else (run.due - (run.ended or now)).total_seconds()
        if run.ended is None:
            mark, style = ("✗", "bold $bad") if late else ("○", "$near" if run.due else "$key")
            state = formats.left(left, _) if left is not None else _("running, no limit")
            state += " · " + _("still open") if late else ""
        elif late:
            mark, style = "✗", "$bad"
            state = formats.left(left, _)
        else:
            mark, style = "✓", "$good"
            kept = _("{n}×, tightest by {time}") if run.times > 1 else _("kept by {time}")
            state = kept.format(n=run.times, time=formats.left(left, _)) if left else _("done")
        span = formats.clock_time(run.started) + (f" → {formats.clock_time(run.due)}" if run.due else "")
        cells: list[Cell] = [((mark, style), 1), (run.name, 16), ((span, "$quiet"), 26), ((state, style), 40)]
        return Row(f"event:clock:{run.clock}:{run.started.timestamp()}", (columns(cells).rstrip(),))

    def _part(self, part: OrderPart, board: Board) -> Row:
        _ = self.words
        today = self.host.view.local(board).date()
        if today < part.counts:
            when = _("in {day}, out {end}").format(day=formats.day(part.counts), end=formats.day(part.leaves))
        elif today < part.leaves:
            when = _("leaves {day}").format(day=formats.day(part.leaves))
        else:
            when = _("left {day}").format(day=formats.day(part.leaves))
        flat = formats.meaning(part.delta, part.unit, part.better) in ("flat", "unknown")
        moved = "" if flat else formats.change(part.delta, part.unit, part.better, _)
        points = part.delta_points
        cells: list[Cell] = [
            (part.name, 14),
            (self._adds(part), 10),
            ((moved, "$quiet"), 13),
            ((_small(points, _), "$bad" if points < 0 else "$good") if points else "", 10),
            ((when, "$quiet" if today < part.leaves else "$faint"), 40),
        ]
        return Row(f"indicator:{part.indicator}", (columns(cells).rstrip(),))

    def _adds(self, part: OrderPart) -> str:
        """What the order adds: 15.0小时, or 1 of 1 where it is counted, 0 of 1 where it isn't one of the bad."""
        _ = self.words
        if part.unit == "ratio" or not part.denominator:
            return f"{part.numerator:g} / {part.denominator:g}"
        return formats.unit_value(part.numerator / part.denominator, part.unit, _)

    def _timeline(self, order: OrderView, board: Board, width: int) -> list[Row]:
        """What happened, now, and what is ahead; each with the source that told it."""
        now = self.host.view.local(board)
        wide = width >= NARROW
        words = max(16, min(40, width - 15 - SOURCE - 1 - (GONE + 1 if wide else 0)))
        rows = []
        for n, event in enumerate(order.timeline):
            mark = (NOTE, "$key") if not event.table else ("○", "$near") if event.ahead else ("●", "$key")
            cells: list[Cell] = [
                (mark, 1),
                (formats.clock_time(event.at), 12),
                ((event.words, "$quiet" if event.ahead else ""), words),
                ((self._source(event, board), "$quiet"), SOURCE),
            ]
            if wide:
                cells.append(((self._gone(event.at, now), "$faint"), GONE))
            rows.append(Row(f"event:{n}", (columns(cells).rstrip(),)))
        return rows

    def _source(self, event: TimelineEvent, board: Board) -> str:
        """Return what brought it: a source of the shop's that fills its table, or a person."""
        _ = self.words
        if not event.table:
            return _("note by {name}").format(name=event.by) if event.by else _("a note")
        return " / ".join(source.name for source in board.sources if event.table in source.tables)

    def _gone(self, at: datetime.datetime, now: datetime.datetime) -> str:
        _ = self.words
        seconds = (at - now).total_seconds()
        if seconds <= 0:
            return formats.age(-seconds, _)
        return _("in {time}").format(time=formats.left(seconds, _))


def _small(points: float, _: Translate) -> str:
    """Return points that may be few with a sign: −0.005分."""
    return ("−" if points < 0 else "+") + formats.gain(abs(points), _).lstrip("+")
