"""Which buyers to tell something today, with the text ready: to copy, to write into a file, to send where a webhook is."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.board.care import CareBoard, CareGroup, CareItem, CareSent
from shopwatch.i18n import Translate
from shopwatch.panes.cells import content, fit, wrap
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.reports.care import care_report
from shopwatch.reports.saving import save
from shopwatch.screens.detail import DetailScreen, gap, heading, paragraph

AGAIN = datetime.timedelta(minutes=1)  # a list older than this is asked for anew
ORDER, PRODUCT = 10, 22
SHOWN_TOLD = 20


class CareScreen(DetailScreen):
    """The list. It is asked for when the screen opens, and again as the boards become new."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "told", id="told"),
        Binding("s", "send", id="send"),
        Binding("e", "export", id="export"),
        Binding("w", "back", show=False),
    ]
    _shop = ""
    _care: CareBoard | None = None
    _as_of: datetime.datetime | None = None
    said: tuple[str, str] = ("", "")

    def show(self) -> None:
        board = self.host.board
        if self.is_mounted and board is not None:
            if board.id != self._shop:
                self._shop, self._care = board.id, None
                self._ask(board)
            elif self._older_than(board):
                self._ask(board)
        super().show()

    def _older_than(self, board: Board) -> bool:
        if self._care is None:  # the warehouse wasn't open yet
            return board.as_of != self._as_of
        return self._as_of is not None and board.as_of is not None and board.as_of - self._as_of >= AGAIN

    def _ask(self, board: Board) -> None:
        self._as_of = board.as_of
        self.host.ask("care", self.host.feed.care(board.id), self._take)

    def _take(self, care: CareBoard | None) -> None:
        self._care = care
        if self.is_attached:
            super().show()
            self.refresh_bindings()

    def title_words(self, board: Board) -> str:
        _ = self.words
        count = sum(group.count for group in self._care.groups) if self._care else 0
        return _("Order care · {n} to tell · {shop}").format(n=formats.number(count, _), shop=board.name)

    def subtitle_words(self, _board: Board) -> str:
        return sends_words(self._care.sends, self.words) if self._care else ""

    def build(self, _board: Board, width: int) -> list[Row] | None:
        _ = self.words
        care = self._care
        rows: list[Row] = [paragraph(self.said[0], width, self.said[1])] if self.said[0] else []
        if care is None or not (care.groups or care.told):
            words = _("Working it out …") if care is None else _("There is nobody to tell anything.")
            return [*rows, paragraph(words, width)]
        for group in care.groups:
            rows += [heading(_group_words(group, _)), *(self._row(item, width) for item in group.items)]
        if care.told:
            rows.append(heading(_("Told today {n}").format(n=len(care.told))))
            rows += [self._told_row(item) for item in care.told[:SHOWN_TOLD]]
        return [*rows, gap()]

    def _row(self, item: CareItem, width: int) -> Row:
        _ = self.words
        moments = formats.clock_time(item.since)
        if item.promise is not None and item.promise != item.since:
            moments += " · " + _("promised {time}").format(time=formats.clock_time(item.promise))
        head = content((" ☐ ", "$key")) + fit((formats.tail(item.order_id), "bold"), ORDER) + " "
        head += fit(item.product or "", PRODUCT) + content((f" {moments}", "$quiet"))
        text = wrap(item.text, width - 3, "$quiet")
        return Row(f"care:{item.key}", (head, *(line.pad_left(3) for line in text)))

    def _told_row(self, item: CareItem) -> Row:
        _ = self.words
        names = {
            "told": _("told"),
            "sent": _("sent"),
            "sending": _("sent, not answered: it may have arrived"),
        }
        words = f"{formats.hour(item.told_at)} {names.get(item.how or '', '')} {item.told_by}".rstrip()
        head = content((" ☑ ", "$good")) + fit((formats.tail(item.order_id), "$quiet"), ORDER) + " "
        return Row(f"care:{item.key}", (head + content((words, "$quiet")),))

    # Keys

    @property
    def _chosen(self) -> CareItem | None:
        if not self.is_mounted or self._care is None:
            return None
        return self._care.item(self.query_one("#rows", RowsPane).key.removeprefix("care:"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "send":
            return self._care is not None and self._care.sends != "off" and bool(self._care.groups)
        if action == "export":
            return self._care is not None and bool(self._care.groups)
        return action in ("copy", "told") or super().check_action(action, parameters)

    def copies(self) -> Sequence[str]:
        item = self._chosen
        return (item.text,) if item and item.text else ()

    def action_copy(self) -> None:
        _ = self.words
        if texts := self.copies():
            self.host.copy(texts, _("The text is copied; space marks the buyer as told"))

    def action_told(self) -> None:
        board, item = self.host.board, self._chosen
        if board is not None and item is not None and item.how != "sent":
            self.query_one("#rows", RowsPane).moved()
            question = self.host.feed.told(board.id, [item], item.how is None)
            self.host.ask("told", question, lambda _: self._ask(board))

    def action_send(self) -> None:
        from shopwatch.screens.ask import AskScreen
        from shopwatch.screens.remarking import Question, Understood

        _ = self.words
        board, care = self.host.board, self._care
        if board is None or care is None:
            return
        count = sum(group.count for group in care.groups)
        hint = sends_words(care.sends, _)
        question = Question(
            _("Send {n} messages?").format(n=count),
            _("yes"),
            lambda text: Understood(hint, bool(text.strip())),
        )

        def answered(text: str | None) -> None:
            if text is not None:
                self.host.ask("send", self.host.feed.send_care(board.id), self._sent)

        self.app.push_screen(AskScreen(question, _), answered)

    def _sent(self, sent: CareSent | None) -> None:
        if sent is not None:
            self.said = _sent_words(sent, self.words)
        if board := self.host.board:
            self._ask(board)
        self.show()

    def action_export(self) -> None:
        board, care = self.host.board, self._care
        if board is not None and care is not None:
            self.host.ask("report", self._written(board, care), self._say_written)

    async def _written(self, board: Board, care: CareBoard) -> Path | OSError:
        moment = self.host.view.local(board)
        shops: Mapping[str, tuple[str, CareBoard]] = {board.id: (board.name, care)}
        made = care_report(shops, moment, self.words, self.host.view.language)
        name = f"{board.id}-care-{moment:%Y%m%d-%H%M}"
        try:
            return await asyncio.to_thread(save, made, "csv", self.host.reports, name)
        except OSError as error:
            return error

    def _say_written(self, outcome: Path | OSError) -> None:
        _ = self.words
        if isinstance(outcome, OSError):
            reason = outcome.strerror or type(outcome).__name__
            words = _("{path} can't be used: {reason}.").format(path=self.host.reports, reason=reason)
            self.said = words, "$bad"
        else:
            self.said = _("Written: {path}").format(path=outcome), "$good"
        self.show()

    def on_rows_pane_opened(self, event: RowsPane.Opened) -> None:
        event.stop()
        if (item := self._chosen) is not None:
            self.host.open(f"order:{item.order_id}")


def sends_words(sends: str, _: Translate) -> str:
    """Say what sending does."""
    return {
        "off": _("copy them, or write them into a file; no webhook is configured"),
        "dry": _("dry run: sending shows what would be sent"),
        "quiet": _("quiet hours: nothing is sent now"),
    }.get(sends, _("sending goes to the configured webhook, each once"))


def _group_words(group: CareGroup, _: Translate) -> str:
    if group.count > len(group.items):
        return _("{name} {n}, the latest {shown}").format(
            name=group.name, n=formats.number(group.count, _), shown=len(group.items)
        )
    return f"{group.name} {group.count}"


def _sent_words(sent: CareSent, _: Translate) -> tuple[str, str]:
    """Say what became of sending, and how loudly."""
    if sent.sends == "dry":
        return _("Dry run: {n} would be sent.").format(n=len(sent.items)), "$near"
    if sent.sends == "quiet":
        return _("quiet hours: nothing is sent now"), "$near"
    words = _("{n} sent").format(n=len(sent.items))
    return (f"{words} · {sent.trouble}", "$bad") if sent.trouble else (words, "$good")
