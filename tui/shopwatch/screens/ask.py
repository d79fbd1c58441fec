"""One question over the screen that it is about: a line to type in, and how it is understood so far."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from shopwatch.i18n import Translate
from shopwatch.panes.view import entitle
from shopwatch.screens.remarking import Question


class AskScreen(ModalScreen[str | None]):
    """Answers with what was typed, None where the person left."""

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", id="back")]

    def __init__(self, question: Question, words: Translate) -> None:
        super().__init__()
        self._question, self._words = question, words

    def compose(self) -> ComposeResult:
        with Container(id="question"):
            yield Input(self._question.value, id="answer", compact=True)
            yield Static("", id="understood", markup=False)

    def on_mount(self) -> None:
        _ = self._words
        keys = (
            _("Enter keeps it · Esc leaves") if self._question.keeps else _("Enter goes there · Esc leaves")
        )
        entitle(self.query_one("#question"), self._question.title, keys)
        self._show(self._question.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, text: str) -> None:
        understood = self._question.understand(text)
        words = self.query_one("#understood", Static)
        words.update(understood.words)
        words.set_class(not understood.good, "-wrong")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._question.understand(event.value).good:
            self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        self.dismiss(None)
