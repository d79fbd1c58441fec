"""The line in which a filter is typed: a row of its own above the status bar, there only while it is used."""

from __future__ import annotations

from textual import events
from textual.message import Message

from shopwatch.i18n import Translate
from shopwatch.panes.cells import content, cut
from shopwatch.panes.oneline import OneLine


class FilterLine(OneLine, can_focus=True):
    """Shows what matches with every letter. Enter keeps the filter, Esc drops it."""

    class Changed(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person is done with it; the pane has the keys again."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.display = False
        self._text = ""
        self._hint = ""

    def begin(self, text: str, _: Translate) -> None:
        self._text = text
        self._hint = _("Enter keeps it · Esc clears · !word leaves out")
        self.display = True
        self._write()
        self.focus()

    def recall(self, text: str) -> None:
        """Show a filter that is kept from the last time."""
        self._text, self.display = text, True
        self._write(typing=False)

    def end(self) -> None:
        self.display = False

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key in ("escape", "enter"):
            self._leave(keep=event.key == "enter" and bool(self._text))
        elif event.key == "backspace":
            self._change(self._text[:-1])
        elif event.key == "ctrl+u":
            self._change("")
        elif event.is_printable and event.character:
            self._change(self._text + event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._change(self._text + "".join(event.text.splitlines()))

    def _leave(self, *, keep: bool) -> None:
        if not keep:
            self._change("")
            self.display = False
        self._write(typing=False)
        self.post_message(self.Left())

    def _change(self, text: str) -> None:
        self._text = text
        self._write()
        self.post_message(self.Changed(text))

    def _write(self, *, typing: bool = True) -> None:
        caret = ("▏", "bold $key") if typing else ("", "")
        hint = (f"   {self._hint}" if typing else "", "$faint")
        line = content((" / ", "bold $key"), (self._text, "bold $strong"), caret, hint)
        self.say(lambda width: cut(line, width))
