"""An app that lasts: it keeps the terminal whole whatever happens.

Whatever fails is logged by its kind and place; the person reads a sentence.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.segment import Segments
from textual._styles_cache import StylesCache
from textual.app import App
from textual.driver import Driver
from textual.worker import Worker, WorkerState

from shopwatch.logs import LOG_NAME, first_of, place_of
from shopwatch.panes.board_pane import BoardPane
from shopwatch.panes.view import View
from shopwatch.screens.vanishing import on_a_terminal_that_may_vanish

RETRY_SECONDS = 30.0

log = logging.getLogger(__name__)


class Enduring(App[None]):
    """failure: what ended the monitor, in a sentence. unpainted: what could not be drawn."""

    view: View
    log_folder: Path | None = None
    failure: str | None = None
    unpainted: str | None = None

    def start_feed(self) -> None:
        """Start the monitor, or start it again."""
        raise NotImplementedError

    def beat(self) -> None:
        """Show that the app is alive."""
        raise NotImplementedError

    # Starting and ending

    def get_driver_class(self) -> type[Driver]:
        return on_a_terminal_that_may_vanish(super().get_driver_class())

    def run(self, *args: Any, **options: Any) -> None:
        """Run on this process's terminal; no garbage is looked for before the first paint."""
        gc.disable()
        super().run(*args, **options)

    def gather_garbage_again(self) -> None:
        """What is there by now stays until the end: looking through it again and again would find nothing."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def forget_what_is_gone(self) -> None:
        """Let go of what was drawn by screens that are closed: Textual 8 remembers two colours by the very cache that they
        are for, a thousand of them, each with all of its lines."""
        clear = getattr(StylesCache.get_inner_outer, "cache_clear", None)
        if clear is not None:
            clear()

    def on_load(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._loop_failed)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)

    # What fails

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        worker, error = event.worker, event.worker.error
        if event.state is not WorkerState.ERROR or error is None:
            return
        log.error("worker %s: %s", worker.name, place_of(error))
        if worker.group == "monitor":
            self.failure = self._failure_words(error)
            self.set_timer(RETRY_SECONDS, self._start_again)
            self.beat()
        else:
            _ = self.view.words
            self.notify(
                _("That did not work. {where}").format(where=self._where()), severity="error", markup=False
            )

    def _start_again(self) -> None:
        if self.failure is not None:
            self.start_feed()

    def _failure_words(self, error: BaseException) -> str:
        """A sentence without the error's own text, which could quote anything."""
        _ = self.view.words
        words = _("The monitor stopped ({error}); it starts again in {n} s, r starts it now. {where}")
        return words.format(error=type(first_of(error)).__name__, n=round(RETRY_SECONDS), where=self._where())

    def _where(self) -> str:
        _ = self.view.words
        return _("Details: {path}").format(path=self.log_folder / LOG_NAME) if self.log_folder else ""

    def _loop_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        log.error("loop: %s", place_of(error) if error else context.get("message"))

    def _handle_exception(self, error: Exception) -> None:
        log.critical("terminal: %s", place_of(error))
        super()._handle_exception(error)

    def panic(self, *_renderables: Any) -> None:
        self._fatal_error()

    def _fatal_error(self) -> None:
        _ = self.view.words
        words = _("shopwatch had to stop because of a mistake of its own; nothing is lost. {where}")
        if self._exit_renderables:
            return
        rendered = self.console.render(words.format(where=self._where()).strip(), self.console.options)
        self._exit_renderables.append(Segments(rendered))
        self._close_messages_no_wait()

    # What can't be drawn

    def on_board_pane_failed(self, event: BoardPane.Failed) -> None:
        self._not_painted(event.error)
        self.beat()

    def guarded(self, paint: Callable[[], None]) -> None:
        """A figure that can't be drawn must not take the monitor off the wall."""
        try:
            paint()
        except Exception as error:  # noqa: BLE001
            self._not_painted(error)

    def _not_painted(self, error: Exception) -> None:
        log.error("painting: %s", place_of(error))
        _ = self.view.words
        words = _("A pane could not be drawn ({error}). {where}")
        self.unpainted = words.format(error=type(error).__name__, where=self._where())
