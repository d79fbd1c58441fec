"""The first start without a configuration: try the demo, or write a commented configuration to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.driver import Driver
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from shopwatch import i18n
from shopwatch.config.starter import write_starter
from shopwatch.panes.look import DARK, ELSEWHERE
from shopwatch.screens.vanishing import on_a_terminal_that_may_vanish

Choice = Literal["demo", "written", "quit"]


class FirstRun(App[Choice]):
    """Returns what was chosen. `path`: where the configuration goes; an existing file stays as it is."""

    CSS_PATH = "first_run.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave"),
        Binding("d,1", "choose('demo')"),
        Binding("w,2", "choose('write')"),
        Binding("j", "move(1)"),
        Binding("k", "move(-1)"),
    ]

    def get_driver_class(self) -> type[Driver]:
        return on_a_terminal_that_may_vanish(super().get_driver_class())

    def __init__(self, path: Path, *, language: str) -> None:
        super().__init__()
        self._path = path
        self._language = language
        self._words = i18n.translation(language)
        self.register_theme(DARK)
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return ELSEWHERE

    def compose(self) -> ComposeResult:
        _ = self._words
        with Vertical(id="box"):
            yield Static("shopwatch", id="name", markup=False)
            yield Static(_("There is no configuration yet. What would you like?"), markup=False)
            yield OptionList(
                Option(_("1  Try the demo: five simulated shops, nothing to set up"), id="demo"),
                Option(_("2  Write a commented configuration: {path}").format(path=self._path), id="write"),
                Option(_("q  Leave"), id="quit"),
                markup=False,
            )
            yield Static("", id="told", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(event.option_id or "quit")

    def action_move(self, step: int) -> None:
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_leave(self) -> None:
        self.exit("quit")

    def action_choose(self, name: str) -> None:
        if name == "write":
            self._write()
        else:
            self.exit("demo" if name == "demo" else "quit")

    def _write(self) -> None:
        _ = self._words
        try:
            write_starter(self._path, self._language)
        except OSError as error:
            there = isinstance(error, FileExistsError) and self._path.exists()
            if there:
                words = _("{path} is there already; it was left as it is.")
            else:
                words = _("{path} can't be written ({reason}); start in another folder.")
            told = words.format(path=self._path, reason=error.strerror or error)
            self.query_one("#told", Static).update(told)
            return
        words = _("Written: {path}. Fill it in, then start shopwatch again.")
        self.exit("written", message=words.format(path=self._path))
