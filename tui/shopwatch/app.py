"""The app: wires the monitor's feed to the screens.

It paints what the feed already has and starts the monitor after that, so that nothing heavy is imported
before the first paint. What keeps the terminal whole whatever happens is `screens.enduring`.
"""

from __future__ import annotations

import asyncio
import datetime
import functools
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from shopwatch import i18n
from shopwatch.board import Board
from shopwatch.config.structs import AlertsSection, Config, ScreenSection
from shopwatch.config.watching import Watched
from shopwatch.feed import Feed
from shopwatch.panes.keybar import ORDER
from shopwatch.panes.keys import deeds
from shopwatch.panes.look import ELSEWHERE, PALETTES, theme, theme_name
from shopwatch.panes.status import Pulse, standing
from shopwatch.panes.view import View
from shopwatch.screens.enduring import Enduring
from shopwatch.screens.ringing import Ringer
from shopwatch.screens.routes import figures
from shopwatch.screens.shop import ShopScreen

T = TypeVar("T")

LEAST_SIZE = (60, 16)
MISTAKE_SECONDS = 60.0
RELOOK = 2.0  # seconds after which the configuration is looked at again
KEPT = frozenset(
    {"tick", "note", "snooze", "assign", "official", "competitor", "acknowledge", "keep", "told", "send"}
)
"""What is written down as of now, and so isn't while a past moment is shown."""


class ShopwatchApp(Enduring):
    """The monitor's terminal. log_folder: where the log is, for the person who wants to know more. configuration: looked at
    again and again; what it says anew is `fresh`, with which the app ends. wall: open on it."""

    # The first screen's own CSS_PATH is not read: it is never pushed.
    CSS_PATH = ["panes/panes.tcss", "screens/shop.tcss"]  # noqa: RUF012
    TITLE = "shopwatch"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", id="quit"),
        Binding("question_mark", "help", id="help"),
        Binding("r", "refresh_now", id="refresh"),
        Binding("p", "pause", id="pause"),
        Binding("o", "go('official')", id="official"),
        Binding("c", "go('competitors')", id="competitors"),
        Binding("g", "go('goal')", id="goal"),
        Binding("e", "go('reports')", id="reports"),
        Binding("v", "go('voice')", id="voice"),
        Binding("t", "go('leagues')", id="leagues"),
        Binding("w", "go('care')", id="care"),
        Binding("i", "go('stock')", id="stock"),
        Binding("x", "go('history')", id="history"),
        Binding("exclamation_mark", "go('alerts')", id="alerts"),
        Binding("d", "go('sources')", id="sources"),
        Binding("u", "go('rules')", id="rules"),
        Binding("m", "wall", id="wall"),
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
        screen: ScreenSection | None = None,
        configuration: Watched | None = None,
        wall: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.feed = feed
        self.view = View(i18n.translation(language), language, feed.now, feed.wall, monotonic)
        self.set_reactive(ShopwatchApp.boards_now, dict(feed.boards))
        self.shown = next(iter(feed.boards), "")
        self.named = ""
        self._leafing: datetime.datetime | None = None  # where whoever leafs is on the way to
        self._keys = dict(keys or {})
        self._heard: set[str] = set()
        self.log_folder = log_folder
        self.reports = reports or Path("shopwatch-reports").absolute()
        self._settings = screen or ScreenSection(remember=False)
        self._configuration, self._looked = configuration, monotonic()
        self.fresh: Config | None = None
        self.mistaken: str | None = None
        self._left: dict[str, str] = {}
        self._wall = wall
        self._ringer = Ringer(self, alarm, self.view.words, feed.live())
        self.animation_level = "none"
        for name in PALETTES:
            self.register_theme(theme(name))
        self.theme = theme_name(self._settings.theme)

    def get_default_screen(self) -> Screen[None]:
        return ShopScreen(self, self.size)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return ELSEWHERE

    # Starting and ending

    def on_mount(self) -> None:
        self.set_keymap(self._keys)
        self.feed.listen(self._hear)
        self.set_interval(1, self.beat)
        self.call_after_refresh(self.start_feed)
        self.screen.set_class(self._settings.density == "compact", "-compact")
        if self._settings.remember:
            self._come_back(self.feed.remembered())
        if self._wall:
            self.action_wall()

    def _come_back(self, left: Mapping[str, str]) -> None:
        """Show what was shown the last time."""
        first = self.screen_stack[0]
        if left.get("shop") in self.boards_now:
            self.shown = left["shop"]
        if isinstance(first, ShopScreen) and left:
            self.call_after_refresh(self.guarded, functools.partial(first.come_back, left))

    def _remember(self) -> None:
        """Keep how the screen is, where it is another than before."""
        first = self.screen_stack[0]
        if not self._settings.remember or not isinstance(first, ShopScreen) or not _has_widgets(first):
            return
        left = {"shop": self.shown, **first.left()}
        if left != self._left:
            self._left = left
            self.ask("remember", self.feed.remember(left), lambda _: None)

    def _look_again(self) -> None:
        """See whether the configuration says something else by now."""
        now = self.view.monotonic()
        if self._configuration is not None and now - self._looked >= RELOOK:
            self._looked = now
            self.ask("configuration", asyncio.to_thread(self._configuration.look), self._reconsider)

    def _reconsider(self, found: Config | str | None) -> None:
        _ = self.view.words
        if found is None:
            return
        self.mistaken = found if isinstance(found, str) else None
        if isinstance(found, Config):
            self.fresh = found
            self.exit()
            return
        words = _("The one before stays in force until this is mended.")
        self.notify(f"{found}\n{words}", severity="error", timeout=MISTAKE_SECONDS, markup=False)
        self.beat()

    def _hear(self, boards: Sequence[Board]) -> None:
        self._heard.update(board.id for board in boards)
        self.post_message(self.BoardsChanged())

    def start_feed(self) -> None:
        self.gather_garbage_again()
        self.failure = None
        if self.shown:
            self.ask("look", self.feed.look_at(self.shown), lambda _: None)
        self.run_worker(self.feed.run(), name="monitor", group="monitor", exclusive=True, exit_on_error=False)

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
            failure=self.failure or self.unpainted or self._mistake or self.feed.trouble,
            alerts=standing(self.feed.alerts),
            replayed=self.feed.replayed and self.view.local(board),
            leafing=self._leafing,
        )

    @property
    def _mistake(self) -> str | None:
        """The first mistake of a configuration that can't be used."""
        if self.mistaken is None:
            return None
        headline, *mistakes = self.mistaken.splitlines()
        return (mistakes or [headline])[0].strip()

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
        if show is not None and _has_widgets(self.screen):
            self.unpainted = None
            self.guarded(show)
            if self.unpainted is not None:
                self.beat()

    def beat(self) -> None:
        self.screen.set_class(self.feed.replayed is not None, "-replay")
        beat = getattr(self.screen, "beat", None)
        if beat is not None and _has_widgets(self.screen):
            self.guarded(beat)
        self._look_again()
        self.guarded(self._remember)
        self.forget_what_is_gone()

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

    def copy(self, texts: Sequence[str], said: str = "") -> None:
        _ = self.view.words
        if not texts:
            self.notify(_("There is no order number here."), markup=False)
            return
        self.copy_to_clipboard("\n".join(texts))
        if said:
            self.notify(said, markup=False)
            return
        many = _("Copied {n} order numbers").format(n=len(texts))
        self.notify(many if len(texts) > 1 else _("Copied {order}").format(order=texts[0]), markup=False)

    # What the keys do

    def action_shop(self, number: int) -> None:
        shops = list(self.boards_now)
        if number <= len(shops):
            self.show_shop(shops[number - 1])

    def action_refresh_now(self) -> None:
        if self.failure is not None:
            self.start_feed()
        else:
            self.ask("refresh", self.feed.refresh(), lambda _: self._show())

    def action_pause(self) -> None:
        self.feed.pause(not self.feed.paused)
        self.beat()

    def action_go(self, name: str) -> None:
        """Open a screen by its name, unless it is the one that is open."""
        from shopwatch.screens.routes import screen_called

        screen = screen_called(self, name)
        if screen is not None and not isinstance(self.screen, type(screen)):
            self.push_screen(screen)

    def action_wall(self) -> None:
        from shopwatch.screens.wall import WallScreen

        if not isinstance(self.screen, WallScreen):
            self.push_screen(WallScreen(self, self._settings.wall_seconds))

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
        self.beat()

        async def leaf() -> None:
            try:
                await self.feed.replay(at)
            finally:
                if self._leafing == at:  # else on to another, meanwhile
                    self._leafing = None

        self.ask("replay", leaf(), lambda _: None)

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
        for name, key in figures(self.board):
            opens = functools.partial(self.open, key)
            yield SystemCommand(
                name, _("Open what this is made of, down to one order's timeline"), opens, discover=False
            )
        yield SystemCommand(_("colours"), _("Choose another theme"), self.action_change_theme)


def _has_widgets(screen: Screen[Any]) -> bool:
    """Whether it is composed, and not being taken down: boards and the clock come at any moment."""
    return screen.is_mounted and screen.display
