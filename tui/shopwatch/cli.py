"""The commands. Each imports what it needs itself, so that none waits for what another needs.

Standard output is data; standard error is narration. The exit code is part of the promise: 2 usage or
configuration, then 3 a source failed or is held elsewhere, then 1 a shop is under an alert line, then 0.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import gettext
import os
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

from shopwatch import __version__
from shopwatch.i18n import LANGUAGES, LOCALES, Translate, language_of, translation

if TYPE_CHECKING:
    from shopwatch.board import Board
    from shopwatch.config import Config
    from shopwatch.monitor import Monitor, StatusResult
    from shopwatch.scoring.scorecard import Scorecard

OK, ALERT, USAGE, SOURCE = 0, 1, 2, 3
INTERRUPTED, NO_READER = 130, 141  # 128 and the signal's number, as a shell has it
FIRST_YEAR, LAST_YEAR = 1971, 2200  # of an --as-of: what epoch seconds and timezones can tell

MOST_NAMED = 20  # shops in one sentence


T = TypeVar("T")
Clock = Callable[[], datetime.datetime]


class CommandError(Exception):
    """What ends a command: a sentence for the person, and the exit code."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        super().__init__(sentence)
        self.code = code


class Here(NamedTuple):
    """What a command knows of where it runs."""

    arguments: argparse.Namespace
    environment: Mapping[str, str]
    cwd: Path
    language: str

    @property
    def translate(self) -> Translate:
        return translation(self.language)

    def speaking(self, config: Config) -> Here:
        """Return this with the language of the configuration, where it names one."""
        named = config.defaults.language
        return self if named == "auto" else self._replace(language=named)


def main() -> int:
    """Run the command line; what a user, a file or the network causes ends in a sentence."""
    language = language_of()
    _let_argparse_speak(language)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        arguments = parser(translation(language)).parse_args()
        code = arguments.run(Here(arguments, os.environ, Path.cwd(), language))
        sys.stdout.flush()
        return int(code)
    except CommandError as failure:
        print(f"shopwatch: {failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone: what is still buffered would fail again when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    except OSError as error:
        _ = translation(language)
        where = error.filename or ""
        sentence = _("{path} can't be used: {reason}.").format(path=where, reason=error.strerror or error)
        print(f"shopwatch: {sentence}", file=sys.stderr)
        return USAGE


# ---------------------------------------------------------------- the command line


class Parser(argparse.ArgumentParser):
    """argparse, with the way on under its complaints, and no abbreviations that a new option would break."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n{self.prog} --help\n")


def parser(_: Translate) -> argparse.ArgumentParser:
    """Return the whole command line. `--config` and `--state` stand before the command or after it."""
    top = Parser(
        prog="shopwatch",
        description=_("Watches the experience score of e-commerce shops. Without a command: the monitor."),
        epilog=_(
            "Exit codes: 0 well, 1 a shop is under an alert line, 2 usage or configuration, 3 a source failed"
        ),
    )
    top.add_argument(
        "--version",
        action="version",
        version=f"shopwatch {__version__}",
        help=_("show program's version number and exit"),
    )
    top.set_defaults(run=monitor_command)
    _add_places(top, None, _)
    commands = top.add_subparsers(
        title=_("commands"), metavar=_("COMMAND"), dest="command", parser_class=Parser
    )

    def command(name: str, run: Callable[[Here], int], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        _add_places(made, argparse.SUPPRESS, _)
        return made

    demo = command("demo", demo_command, _("the monitor on a simulated marketplace"))
    demo.add_argument(
        "--seed", type=_at_least(0, _), default=1, metavar="N", help=_("the same history for a seed (1)")
    )
    demo.add_argument(
        "--speed", type=_positive(_), default=3600.0, metavar="N", help=_("simulated seconds a second (3600)")
    )
    demo.add_argument("--shops", type=_at_least(1, _), default=5, metavar="N", help=_("how many shops (5)"))

    status = command("status", status_command, _("poll once and print every shop"))
    status.add_argument("--json", action="store_true", help=_("one JSON object"))
    status.add_argument("--shop", metavar="ID", help=_("this shop alone"))
    status.add_argument("--as-of", metavar="ISO8601", help=_("as it stood then: 2026-11-11T09:00:00+08:00"))
    status.add_argument("--no-poll", action="store_true", help=_("ask no source; what is stored already"))
    status.add_argument(
        "--risks",
        type=_at_least(0, _),
        default=20,
        metavar="N",
        help=_("how many risky orders (20; 0 = all)"),
    )

    check = command("check", check_command, _("check the configuration and try every source"))
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help=_("the configuration to check"))

    rules = command("rules", rules_command, _("the scorecards: list, or show ID"))
    actions = rules.add_subparsers(
        metavar="list | show ID", dest="action", parser_class=Parser, required=True
    )
    for name, words in (("list", _("every scorecard, and which is in force")), ("show", _("one in words"))):
        action = actions.add_parser(name, help=words, description=words)
        _add_places(action, argparse.SUPPRESS, _)
        if name == "show":
            action.add_argument("id", metavar="ID", help="douyin | douyin@2026-09-08")
    return top


def _add_places(to: argparse.ArgumentParser, default: str | None, _: Translate) -> None:
    """Add what every command takes. After the command: SUPPRESS, so that what stood before it stays."""
    to.add_argument(
        "--config", type=Path, metavar="FILE", default=default, help=_("the configuration to use")
    )
    to.add_argument(
        "--state", type=Path, metavar="DIR", default=default, help=_("where warehouse and journal are kept")
    )


def _at_least(least: int, _: Translate) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isdecimal() or not text.isascii() or len(text) > 9 or int(text) < least:
            words = _("{text} should be a whole number, {least} or more").format(text=text, least=least)
            raise argparse.ArgumentTypeError(words)
        return int(text)

    return convert


def _positive(_: Translate) -> Callable[[str], float]:
    def convert(text: str) -> float:
        with contextlib.suppress(ValueError):
            if 0 < (value := float(text)) < float("inf"):
                return value
        raise argparse.ArgumentTypeError(_("{text} should be a number above 0").format(text=text))

    return convert


def _let_argparse_speak(language: str) -> None:
    """Make our words the ones that argparse looks its own up in."""
    gettext.bindtextdomain("shopwatch", str(LOCALES))
    gettext.textdomain("shopwatch")
    os.environ["LANGUAGE"] = language if language in LANGUAGES else ""


# ---------------------------------------------------------------- what the commands share


def _loaded(here: Here, path: Path) -> Config:
    from shopwatch.config import ConfigError, load
    from shopwatch.panes.keys import deeds
    from shopwatch.rulebook import FOLDER, ScorecardError, scorecards
    from shopwatch.sources.profile import load_profiles

    _ = here.translate
    try:
        return load(
            path,
            environment=here.environment,
            scorecards=scorecards(path.parent / FOLDER, _=_),
            profiles=[profile.id for profile in load_profiles()],
            actions=deeds(_),
            _=_,
        )
    except (ConfigError, ScorecardError) as error:
        raise CommandError(str(error)) from None


def _configuration(here: Here) -> Path | None:
    from shopwatch.config import find

    return find(here.arguments.config, here.environment, here.cwd)


def _state(here: Here) -> Path:
    from shopwatch.config import state_folder

    return state_folder(here.arguments.state, here.cwd)


def _needed(here: Here) -> tuple[Here, Config]:
    """Return the configuration, or end with the ways to get one."""
    path = _configuration(here)
    if path is None:
        _ = here.translate
        raise CommandError(
            _(
                "There is no configuration yet. `shopwatch demo` shows the monitor on simulated shops; "
                "`shopwatch` in a terminal writes a commented shopwatch.toml; --config FILE names one."
            )
        )
    config = _loaded(here, path)
    return here.speaking(config), config


def _opened(here: Here, config: Config, state: Path, clock: Clock) -> Monitor:
    from shopwatch.journal import JournalError
    from shopwatch.monitor import open_monitor

    try:
        return open_monitor(config, state, clock=clock, language=here.language)
    except JournalError as error:
        raise CommandError(str(error)) from None


def _asked(here: Here, config: Config, question: Callable[[Monitor], Coroutine[Any, Any, T]]) -> T:
    """Open the monitor, ask it one thing, and close it."""
    import asyncio

    from shopwatch.playbooks import PlaybookError
    from shopwatch.sources import SourceError

    async def asked() -> T:
        monitor = _opened(here, config, _state(here), now)
        try:
            return await question(monitor)
        finally:
            await monitor.aclose()

    try:
        return asyncio.run(asked())
    except (PlaybookError, SourceError) as error:  # of what the configuration names
        raise CommandError(str(error)) from None


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


# ---------------------------------------------------------------- the commands


def monitor_command(here: Here) -> int:
    if _configuration(here) is None and _on_terminal():
        return _first_run(here)
    here, config = _needed(here)
    if not _on_terminal():
        _ = here.translate
        raise CommandError(_("The monitor needs a terminal; `shopwatch status` prints the same without one."))
    return _watch(here, config, _state(here), now)


def _watch(here: Here, config: Config, state: Path, clock: Clock) -> int:
    import asyncio

    from shopwatch.app import ShopwatchApp

    monitor = _opened(here, config, state, clock)
    app = ShopwatchApp(monitor, language=here.language, keys=config.keys, log_folder=state)
    try:
        app.run()
    finally:
        with contextlib.suppress(RuntimeError):  # a connection of the app's own loop, which has ended
            asyncio.run(monitor.aclose())
    return app.return_code or OK


def _first_run(here: Here) -> int:
    """Offer the demo or a configuration; what the person chose is done."""
    from shopwatch.config.places import NAME
    from shopwatch.screens.first_run import FirstRun

    path = here.cwd / NAME
    chosen = FirstRun(path, language=here.language).run()
    if chosen == "demo":
        return demo_command(here)
    return OK


def demo_command(here: Here) -> int:
    import tempfile
    import zoneinfo

    from shopwatch import demo
    from shopwatch.demo.cast import MOST

    _ = here.translate
    arguments = here.arguments
    if arguments.shops > MOST:
        raise CommandError(_("The demo has at most {most} shops.").format(most=MOST))
    if not _on_terminal():
        raise CommandError(_("The demo needs a terminal."))
    moment = now().astimezone(zoneinfo.ZoneInfo("Asia/Shanghai"))
    market = demo.start(moment, seed=arguments.seed, speed=arguments.speed, shops=arguments.shops)
    with contextlib.closing(market), tempfile.TemporaryDirectory(prefix="shopwatch-demo-") as folder:
        path = Path(folder)
        return _watch(here, market.config(path), path, market.clock.now)


def status_command(here: Here) -> int:
    import msgspec

    here, config = _needed(here)
    _ = here.translate
    arguments = here.arguments
    _must_exist(arguments.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    as_of = _as_of(arguments.as_of, config, _)
    result = _asked(here, config, lambda monitor: _status(here, monitor, as_of))
    boards = result.status.shops
    if arguments.json:
        text = msgspec.json.format(msgspec.json.encode(result.status), indent=2)
        sys.stdout.buffer.write(text + b"\n")
    else:
        from shopwatch.reports.text import status_text

        print(status_text(result.status, _))
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for sentence in [*([result.note] if result.note else []), *troubles]:
        print(f"shopwatch: {sentence}", file=sys.stderr)
    if troubles:
        return SOURCE
    return ALERT if any(under_alert(board, config) for board in boards) else OK


async def _status(here: Here, monitor: Monitor, as_of: datetime.datetime | None) -> StatusResult:
    arguments = here.arguments
    poll = not arguments.no_poll
    result = await monitor.status(as_of, poll=poll, shop=arguments.shop, risks=arguments.risks)
    if arguments.shop is not None and not result.status.shops and not result.held:
        everything = await monitor.status(as_of, poll=False, shop=None, risks=1)
        known = [board.id for board in everything.status.shops]
        _must_exist(arguments.shop, known, False, here.translate)
    return result


def _must_exist(shop: str | None, known: Sequence[str], may_be_discovered: bool, _: Translate) -> None:
    if shop is None or shop in known or may_be_discovered:
        return
    import difflib

    near = difflib.get_close_matches(shop, known, 1) or known[:MOST_NAMED]
    sentence = _("There is no shop {shop}; did you mean {known}?") if known else _("There is no shop {shop}.")
    raise CommandError(sentence.format(shop=shop, known=" | ".join(near)))


def _as_of(text: str | None, config: Config, _: Translate) -> datetime.datetime | None:
    """Read an --as-of; a naive one in the default timezone."""
    if text is None:
        return None
    import zoneinfo

    with contextlib.suppress(ValueError):
        moment = datetime.datetime.fromisoformat(text)
        if FIRST_YEAR <= moment.year <= LAST_YEAR:
            return (
                moment
                if moment.tzinfo
                else moment.replace(tzinfo=zoneinfo.ZoneInfo(config.defaults.timezone))
            )
    sentence = _("--as-of {text} is no moment; write one such as 2026-11-11T09:00:00+08:00.")
    raise CommandError(sentence.format(text=text))


def under_alert(board: Board, config: Config) -> bool:
    """Whether a shop is under one of its alert lines: its own, else those that the scorecard marks so."""
    own = next((shop.alert_at for shop in config.shop if shop.id == board.id), None)
    if own is not None:
        return board.score.value is not None and board.score.value < own
    return any(line.alert and line.met is False for line in board.lines)


def check_command(here: Here) -> int:
    if here.arguments.file is not None:
        here = here._replace(
            arguments=argparse.Namespace(**{**vars(here.arguments), "config": here.arguments.file})
        )
    here, config = _needed(here)
    _ = here.translate
    print(_("{path}: the configuration is right.").format(path=_configuration(here)))
    tried = _asked(here, config, lambda monitor: monitor.check())
    for source, good, sentence in tried:
        print(f"{'✓' if good else '✗'} {source}: {sentence}", file=sys.stdout if good else sys.stderr)
    return OK if all(good for _source, good, _sentence in tried) else SOURCE


def rules_command(here: Here) -> int:
    from shopwatch.reports.scorecards import listing, shown
    from shopwatch.rulebook import ScorecardError, choose

    _ = here.translate
    today = now().date()
    cards = _scorecards(here)
    if here.arguments.action == "list":
        print(listing(cards, today, here.language, _))
        return OK
    try:
        card = choose(here.arguments.id, today, cards, _=_)
    except ScorecardError as error:
        raise CommandError(str(error)) from None
    print(shown(card, here.language, _))
    return OK


def _scorecards(here: Here) -> dict[str, Scorecard]:
    from shopwatch.rulebook import FOLDER, ScorecardError, scorecards

    path = _configuration(here)
    try:
        return scorecards(path.parent / FOLDER if path else None, _=here.translate)
    except ScorecardError as error:
        raise CommandError(str(error)) from None


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
