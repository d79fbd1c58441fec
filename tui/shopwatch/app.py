"""The app: wires the monitor's feed to the screens, and keeps the terminal whole whatever happens.

It paints what the feed already has and starts the monitor after that, so that nothing heavy is imported
before the first paint. Whatever fails is logged; the person reads a sentence.
"""

from __future__ import annotations

import asyncio
import datetime
import functools
import gc
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from rich.segment import Segments
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from shopwatch import i18n
from shopwatch.board import Board
from shopwatch.config.structs import AlertsSection
from shopwatch.feed import Feed
from shopwatch.logs import LOG_NAME, first_of, place_of
from shopwatch.panes.board_pane import BoardPane
from shopwatch.panes.keybar import ORDER
from shopwatch.panes.keys import deeds
from shopwatch.panes.look import DARK, ELSEWHERE
from shopwatch.panes.status import Pulse, standing
from shopwatch.panes.view import View
from shopwatch.screens.ringing import Ringer
from shopwatch.screens.shop import ShopScreen
from shopwatch.screens.vanishing import on_a_terminal_that_may_vanish

T = TypeVar("T")

LEAST_SIZE = (60, 16)
KEPT = frozenset({"tick", "note", "snooze", "assign", "official", "competitor", "acknowledge", "keep"})
"""What is written down as of now, and so isn't while a past moment is shown."""
RETRY_SECONDS = 30.0

log = logging.getLogger(__name__)


class ShopwatchApp(App[None]):
    """The monitor's terminal. `log_folder`: where the log is, for the person who wants to know more."""

    # The first screen's own CSS_PATH is not read: it is never pushed.
    CSS_PATH = ["panes/panes.tcss", "screens/shop.tcss"]  # noqa: RUF012
    TITLE = "shopwatch"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", id="quit"),
        Binding("question_mark", "help", id="help"),
        Binding("r", "refresh_now", id="refresh"),
        Binding("p", "pause", id="pause"),
        Binding("o", "official", id="official"),
        Binding("c", "competitors", id="competitors"),
        Binding("g", "goal", id="goal"),
        Binding("e", "reports", id="reports"),
        Binding("v", "voice", id="voice"),
        Binding("exclamation_mark", "alerts", id="alerts"),
        Binding("left_square_bracket", "leaf(-1)", id="hour_back", show=False),
        Binding("right_square_bracket", "leaf(1)", id="hour_on", show=False),
        Binding("left_curly_bracket", "leaf(-24)", id="day_back", show=False),
        Binding("right_curly_bracket", "leaf(24)", id="day_on", show=False),
        Binding("at", "replay", id="replay", show=False),
        *(Binding(str(n), f"shop({n})", show=False) for n in range(1, 10)),
        Binding("ctrl+p", "command_palette", id="palette", priority=True),
    ]

    boards_now: reactive[Mapping[str, Board]] = reactive({}, layout=False, repaint=False, init=False)

    class BoardsChanged(Message):
        """The feed has new boards. A later one takes the place of an earlier: the feed holds them all."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ShopwatchApp.BoardsChanged)

    def __init__(
        self,
        feed: Feed,
        *,
        language: str,
        keys: Mapping[str, str] | None = None,
        log_folder: Path | None = None,
        reports: Path | None = None,
        alarm: AlertsSection | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.feed = feed
        self.view = View(i18n.translation(language), language, feed.now, feed.wall, monotonic)
        self.set_reactive(ShopwatchApp.boards_now, dict(feed.boards))
        self.shown = next(iter(feed.boards), "")
        self.named = ""
        self.failure: str | None = None
        self._leafing: datetime.datetime | None = None  # where whoever leafs is on the way to
        self._unpainted: str | None = None
        self._keys = dict(keys or {})
        self._heard: set[str] = set()
        self._log_folder = log_folder
        self.reports = reports or Path("shopwatch-reports").absolute()
        self._ringer = Ringer(self, alarm, self.view.words)
        self.animation_level = "none"
        self.register_theme(DARK)
        self.theme = DARK.name

    def get_driver_class(self) -> type[Driver]:
        return on_a_terminal_that_may_vanish(super().get_driver_class())

    def get_default_screen(self) -> Screen[None]:
        return ShopScreen(self, self.size)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return ELSEWHERE

    # Starting and ending

    def run(self, *args: Any, **options: Any) -> None:
        """Run on this process's terminal; no garbage is looked for before the first paint."""
        gc.disable()
        super().run(*args, **options)

    def on_mount(self) -> None:
        self.set_keymap(self._keys)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._loop_failed)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)
        self.feed.listen(self._hear)
        self.set_interval(1, self._beat)
        self.call_after_refresh(self._start_feed)

    def _hear(self, boards: Sequence[Board]) -> None:
        self._heard.update(board.id for board in boards)
        self.post_message(self.BoardsChanged())

    def _start_feed(self) -> None:
        if not gc.isenabled():
            # What is there by now stays until the end: looking through it again and again would find nothing.
            gc.freeze()
            gc.enable()
        self.failure = None
        if self.shown:
            self.ask("look", self.feed.look_at(self.shown), lambda _: None)
        self.run_worker(self.feed.run(), name="monitor", group="monitor", exclusive=True, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        worker, error = event.worker, event.worker.error
        if event.state is not WorkerState.ERROR or error is None:
            return
        log.error("worker %s: %s", worker.name, place_of(error))
        if worker.group == "monitor":
            self.failure = self._failure_words(error)
            self.set_timer(RETRY_SECONDS, self._start_again)
            self._beat()
        else:
            _ = self.view.words
            self.notify(
                _("That did not work. {where}").format(where=self._where()), severity="error", markup=False
            )

    def _start_again(self) -> None:
        if self.failure is not None:
            self._start_feed()

    def _failure_words(self, error: BaseException) -> str:
        """A sentence without the error's own text, which could quote anything."""
        _ = self.view.words
        words = _("The monitor stopped ({error}); it starts again in {n} s, r starts it now. {where}")
        return words.format(error=type(first_of(error)).__name__, n=round(RETRY_SECONDS), where=self._where())

    def _where(self) -> str:
        _ = self.view.words
        return _("Details: {path}").format(path=self._log_folder / LOG_NAME) if self._log_folder else ""

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

    # What is shown

    @property
    def board(self) -> Board | None:
        return self.boards_now.get(self.shown)

    def warm(self, board: Board) -> bool:
        return board.id not in self._heard

    def pulse(self) -> Pulse:
        board = self.board
        return Pulse(
            now=self._live(board),
            wall=self.feed.wall(),
            next_poll=self.feed.next_poll,
            paused=self.feed.paused,
            warm=board is None or self.warm(board),
            failure=self.failure or self._unpainted or self.feed.trouble,
            alerts=standing(self.feed.alerts),
            replayed=self.feed.replayed and self.view.local(board),
            leafing=self._leafing,
        )

    def _live(self, board: Board | None) -> datetime.datetime:
        """Return the monitor's own time in the shop's zone, whatever moment is shown."""
        return self.feed.live().astimezone(board.as_of.tzinfo if board and board.as_of else None)

    def on_shopwatch_app_boards_changed(self) -> None:
        with self.batch_update():
            self.boards_now = dict(self.feed.boards)
            self._show()
        self._ringer.ring(self.feed.alerts)

    def watch_boards_now(self) -> None:
        if self.shown not in self.boards_now:
            self.shown = next(iter(self.boards_now), "")

    def _show(self) -> None:
        self.screen.set_class(self.feed.replayed is not None, "-replay")
        show = getattr(self.screen, "show", None)
        if show is not None:
            self._unpainted = None
            self._guarded(show)
            if self._unpainted is not None:
                self._beat()

    def _beat(self) -> None:
        self.screen.set_class(self.feed.replayed is not None, "-replay")
        beat = getattr(self.screen, "beat", None)
        if beat is not None:
            self._guarded(beat)

    def on_board_pane_failed(self, event: BoardPane.Failed) -> None:
        self._not_painted(event.error)
        self._beat()

    def _guarded(self, paint: Callable[[], None]) -> None:
        """A figure that can't be drawn must not take the monitor off the wall."""
        try:
            paint()
        except Exception as error:  # noqa: BLE001
            self._not_painted(error)

    def _not_painted(self, error: Exception) -> None:
        log.error("painting: %s", place_of(error))
        _ = self.view.words
        words = _("A pane could not be drawn ({error}). {where}")
        self._unpainted = words.format(error=type(error).__name__, where=self._where())

    def on_resize(self, event: events.Resize) -> None:
        from shopwatch.screens.too_small import TooSmallScreen

        small = event.size.width < LEAST_SIZE[0] or event.size.height < LEAST_SIZE[1]
        shown = isinstance(self.screen, TooSmallScreen)
        if small and not shown:
            self.push_screen(TooSmallScreen(self.view, LEAST_SIZE))
        elif shown and not small:
            self.pop_screen()

    # What screens may ask

    def show_shop(self, shop: str) -> None:
        if shop in self.boards_now:
            self.shown = shop
            self._show()
            self.ask("look", self.feed.look_at(shop), lambda _: None)

    def open(self, key: str) -> None:
        from shopwatch.screens.routes import screen_for

        screen = screen_for(self, key)
        if screen is not None:
            self.push_screen(screen)

    def ask(self, what: str, question: Awaitable[T], then: Callable[[T], None]) -> None:
        if what in KEPT and self.feed.replayed is not None:
            _ = self.view.words
            self.notify(_("This is the past: ] or @ goes back to now."), severity="warning", markup=False)
            if isinstance(question, Coroutine):
                question.close()
            return

        async def answer() -> None:
            then(await question)

        self.run_worker(answer(), name=what, group=f"ask {what}", exclusive=True, exit_on_error=False)

    def copy(self, texts: Sequence[str]) -> None:
        _ = self.view.words
        if not texts:
            self.notify(_("There is no order number here."), markup=False)
            return
        self.copy_to_clipboard("\n".join(texts))
        many = _("Copied {n} order numbers").format(n=len(texts))
        self.notify(many if len(texts) > 1 else _("Copied {order}").format(order=texts[0]), markup=False)

    # What the keys do

    def action_shop(self, number: int) -> None:
        shops = list(self.boards_now)
        if number <= len(shops):
            self.show_shop(shops[number - 1])

    def action_refresh_now(self) -> None:
        if self.failure is not None:
            self._start_feed()
        else:
            self.ask("refresh", self.feed.refresh(), lambda _: self._show())

    def action_pause(self) -> None:
        self.feed.pause(not self.feed.paused)
        self._beat()

    def action_official(self) -> None:
        from shopwatch.screens.official import OfficialScreen

        if self.board is not None and not isinstance(self.screen, OfficialScreen):
            self.push_screen(OfficialScreen(self, self.board))

    def action_competitors(self) -> None:
        from shopwatch.screens.competitors import CompetitorsScreen

        if self.board is not None and not isinstance(self.screen, CompetitorsScreen):
            self.push_screen(CompetitorsScreen(self))

    def action_goal(self) -> None:
        from shopwatch.screens.goal import GoalScreen

        if self.board is not None and not isinstance(self.screen, GoalScreen):
            self.push_screen(GoalScreen(self))

    def action_voice(self) -> None:
        from shopwatch.screens.voice import VoiceScreen

        if self.board is not None and not isinstance(self.screen, VoiceScreen):
            self.push_screen(VoiceScreen(self))

    def action_alerts(self) -> None:
        from shopwatch.screens.alerts import AlertsScreen

        if not isinstance(self.screen, AlertsScreen):
            self.push_screen(AlertsScreen(self))

    def action_leaf(self, hours: int) -> None:
        """Leaf so many hours on, from whole hour to whole hour."""
        begin = self._leafing or self.feed.replayed or self.feed.live()
        whole = begin.replace(minute=0, second=0, microsecond=0)
        if hours < 0 and whole < begin:
            hours += 1
        self._go_to(whole + datetime.timedelta(hours=hours))

    def action_replay(self) -> None:
        from shopwatch.screens.ask import AskScreen
        from shopwatch.screens.replaying import past, question

        now = self._live(self.board)

        def answered(text: str | None) -> None:
            if text is not None:
                self._go_to(past(text, now))

        self.push_screen(AskScreen(question(now, self.view.words), self.view.words), answered)

    def _go_to(self, at: datetime.datetime | None) -> None:
        self._leafing = at
        self._beat()

        def shown(_answer: None) -> None:
            self._leafing = None

        self.ask("replay", self.feed.replay(at), shown)

    def action_reports(self) -> None:
        from shopwatch.screens.reports import ReportsScreen

        if self.board is not None and not isinstance(self.screen, ReportsScreen):
            self.push_screen(ReportsScreen(self))

    def action_help(self) -> None:
        from shopwatch.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self, self.screen))

    def action_command_palette(self) -> None:
        from textual.command import CommandPalette

        _ = self.view.words
        if self.use_command_palette and not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(id="--command-palette", placeholder=_("A command or a shop …")))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        _ = self.view.words
        words = deeds(_)
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.id in ORDER and binding.id in words and binding.id != "palette":
                run = functools.partial(self.run_action, binding.action, default_namespace=active.node)
                yield SystemCommand(words[binding.id].short, words[binding.id].long, run)
        for board in self.boards_now.values():
            yield SystemCommand(
                board.name, _("Show this shop"), functools.partial(self.show_shop, board.id), discover=False
            )
        yield SystemCommand(_("colours"), _("Choose another theme"), self.action_change_theme)
