"""What is wrong now in any shop, the loudest first, and what was until lately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopwatch import formats
from shopwatch.board import AlertBoard, Board
from shopwatch.panes.cells import content, fit, wrap
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, gap, heading, paragraph

GLYPHS = {"urgent": ("‼", "bold $bad"), "warning": ("⚠", "$near"), "notice": ("●", "$key")}
SINCE, SHOP = 12, 16


class AlertsScreen(DetailScreen):
    """Enter goes to the shop and opens what is behind the alert; space takes note of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "acknowledge", id="acknowledge"),
        Binding("exclamation_mark", "back", show=False),
    ]

    def title_words(self, _board: Board) -> str:
        _ = self.words
        return _("Alerts")

    def subtitle_words(self, _board: Board) -> str:
        _ = self.words
        return _("kept for 7 days")

    def build(self, _board: Board, width: int) -> list[Row]:
        _ = self.words
        alerts = self.host.feed.alerts
        fresh = [one for one in alerts if one.ended_at is None and one.acknowledged_at is None]
        noted = [one for one in alerts if one.ended_at is None and one.acknowledged_at is not None]
        over = [one for one in alerts if one.ended_at is not None]
        rows = [gap(), paragraph(_("Nothing is wrong."), width, "$good")] if not fresh and not noted else []
        for title, ones in (
            (_("Open {n}").format(n=len(fresh)), fresh),
            (_("Taken note of {n}").format(n=len(noted)), noted),
            (_("Over {n}").format(n=len(over)), over),
        ):
            rows += self._group(title, ones, width) if ones else []
        rows += [gap(), *(paragraph(words, width, "$near") for words in self.host.feed.unheard)]
        return rows

    def _group(self, title: str, alerts: Sequence[AlertBoard], width: int) -> Iterator[Row]:
        yield heading(title)
        for one in alerts:
            yield Row(f"alert:{one.id}", tuple(self._lines(one, width)))

    def _lines(self, one: AlertBoard, width: int) -> Iterator[Content]:
        glyph, style = ("○", "$quiet") if one.ended_at else GLYPHS[one.level]
        head = content((f" {glyph} ", style)) + fit((formats.clock_time(one.since), "$quiet"), SINCE)
        head = head + fit((one.shop_name, "bold" if not one.ended_at else "$quiet"), SHOP) + " "
        room = max(20, width - head.cell_length)
        said = [
            *wrap(one.words, room, "$quiet" if one.ended_at else ""),
            *wrap(self._fate(one), room, "$quiet"),
        ]
        blank = Content(" " * head.cell_length)
        for n, line in enumerate(said):
            yield (head if n == 0 else blank) + line

    def _fate(self, one: AlertBoard) -> str:
        """Whether it was told, who took note, when it was over."""
        _ = self.words
        said = []
        if one.told_at is None:
            said.append(_("not told yet"))
        elif one.times > 1:
            said.append(_("told {n} times, last {time}").format(n=one.times, time=formats.hour(one.told_at)))
        else:
            said.append(_("told {time}").format(time=formats.hour(one.told_at)))
        if one.acknowledged_at is not None:
            who = one.acknowledged_by or "—"
            said.append(_("noted by {who} {time}").format(who=who, time=formats.hour(one.acknowledged_at)))
        if one.ended_at is not None:
            said.append(_("over {time}").format(time=formats.clock_time(one.ended_at)))
        return " · ".join(said)

    # Keys

    def _chosen(self) -> AlertBoard | None:
        from shopwatch.panes.rows import RowsPane

        key = self.query_one("#rows", RowsPane).key.removeprefix("alert:") if self.is_mounted else ""
        return next((one for one in self.host.feed.alerts if one.id == key), None)

    def action_acknowledge(self) -> None:
        if one := self._chosen():
            self.host.ask("acknowledge", self.host.feed.acknowledge([one.id]), lambda _: self.show())

    def on_rows_pane_opened(self, _event: object) -> None:
        one = self._chosen()
        if one is None:
            return
        self.host.show_shop(one.shop)
        if one.opens in ("", "orders"):
            self.dismiss()
        else:
            self.host.open(one.opens)
