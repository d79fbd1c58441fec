"""The commands. Each imports what it needs itself, so that none waits for what another needs.

Standard output is data; standard error is narration. The exit code is part of the promise: 2 usage or
configuration, then 3 a source failed or is held elsewhere, then 1 a shop is under an alert line, then 0.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import sys
import unicodedata
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from shopwatch.i18n import Translate, language_of, translation
from shopwatch.signals import cancelled_by_signals, leave_on_signals
from shopwatch.usage import USAGE, let_argparse_speak, parser

if TYPE_CHECKING:
    from shopwatch.config import Config
    from shopwatch.journal import JournalError
    from shopwatch.once import Once, StatusResult
    from shopwatch.scoring.scorecard import Scorecard

OK, ALERT, SOURCE = 0, 1, 3
INTERNAL = 70  # a mistake of ours, as sysexits.h has it: never one of the promised codes
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
    try:
        leave_on_signals()
        let_argparse_speak(language)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        arguments = parser(translation(language)).parse_args()
        code = COMMANDS[arguments.command](Here(arguments, os.environ, Path.cwd(), language))
        sys.stdout.flush()
        return int(code)
    except CommandError as failure:
        _narrate(failure)
        return failure.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone: what is still buffered would fail again when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    except OSError as error:
        _ = translation(language)
        where = error.filename or _("A file")
        sentence = _("{path} can't be used: {reason}.").format(path=where, reason=error.strerror or error)
        _narrate(sentence)
        return USAGE
    except Exception as error:  # noqa: BLE001 (a traceback tells a person nothing, and may tell too much)
        from shopwatch.logs import place_of

        _ = translation(language)
        sentence = _("a mistake of shopwatch itself, please report it: {place}").format(place=place_of(error))
        _narrate(sentence)
        return INTERNAL


def _narrate(sentence: object) -> None:
    """Say it on standard error, without what a terminal would act on: it may quote a file's name."""
    visible = "".join(c for c in str(sentence) if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))
    print(f"shopwatch: {visible}", file=sys.stderr)


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


def _journal_words(error: JournalError, _: Translate) -> str:
    if error.newer:
        words = _(
            "The journal {path} was written by a newer shopwatch: use that one, "
            "or name another folder with --state."
        )
    else:
        words = _(
            "The journal {path} can't be used: {reason}. Move it away to begin a new one, "
            "or name another folder with --state."
        )
    return words.format(path=error.path, reason=error.reason)


def _asked(here: Here, config: Config, question: Callable[[Once], Coroutine[Any, Any, T]]) -> T:
    """Ask one thing, and close all that it opened."""
    import asyncio

    from shopwatch.journal import JournalError
    from shopwatch.logs import logging_to
    from shopwatch.once import Once
    from shopwatch.works import SetUpError

    state = _state(here)

    # A task's result is written out twice where asyncio lets go of Ctrl-C: of a large fleet that takes seconds.
    answers: list[T] = []

    async def asked() -> None:
        once = Once(config, state, clock=now, language=here.language)
        try:
            with cancelled_by_signals():
                answers.append(await question(once))
        finally:
            await once.aclose()

    try:
        with logging_to(state):
            asyncio.run(asked())
        return answers[0]
    except SetUpError as error:
        raise CommandError(str(error)) from None
    except JournalError as error:
        raise CommandError(_journal_words(error, here.translate)) from None


def _print_json(value: object) -> None:
    import msgspec

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


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
    import gc

    gc.disable()  # among what is imported now there is no garbage; the app enables it after the first paint

    from shopwatch.app import ShopwatchApp
    from shopwatch.journal import JournalError
    from shopwatch.logs import logging_to
    from shopwatch.monitor import open_monitor

    with logging_to(state):
        try:
            monitor = open_monitor(config, state, clock=clock, wall=now, language=here.language)
        except JournalError as error:
            raise CommandError(_journal_words(error, here.translate)) from None
        app = ShopwatchApp(monitor, language=here.language, keys=config.keys, log_folder=state)
        try:
            app.run()
        finally:
            leave_on_signals()
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
    market = demo.start(
        moment, seed=arguments.seed, speed=arguments.speed, shops=arguments.shops, language=here.language
    )
    with contextlib.closing(market), tempfile.TemporaryDirectory(prefix="shopwatch-demo-") as folder:
        path = Path(folder)
        return _watch(here, market.config(path), path, market.clock.now)


def status_command(here: Here) -> int:
    from shopwatch.assembly import under_alert

    here, config = _needed(here)
    _ = here.translate
    arguments = here.arguments
    _must_exist(arguments.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    as_of = _as_of(arguments.as_of, config, _)
    result = _asked(here, config, lambda once: _status(here, once, as_of))
    boards = result.status.shops
    if arguments.json:
        _print_json(result.status)
    elif not result.held:
        from shopwatch.reports.text import status_text

        print(status_text(result.status, _))
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for sentence in [*result.notes, *troubles]:
        _narrate(sentence)
    if troubles:
        return SOURCE
    own = {shop.id: shop.alert_at for shop in config.shop}
    return ALERT if any(under_alert(board, own.get(board.id)) for board in boards) else OK


async def _status(here: Here, once: Once, as_of: datetime.datetime | None) -> StatusResult:
    arguments = here.arguments
    poll = not arguments.no_poll
    result = await once.status(as_of, poll=poll, shop=arguments.shop, risks=arguments.risks)
    if arguments.shop is not None and not result.status.shops and not result.held:
        everything = await once.status(as_of, poll=False, shop=None, risks=1)
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


def backtest_command(here: Here) -> int:
    here, config = _needed(here)
    _ = here.translate
    asked = here.arguments
    if asked.first and asked.last and asked.last < asked.first:
        raise CommandError(
            _("--to {last} is before --from {first}.").format(last=asked.last, first=asked.first)
        )
    _must_exist(asked.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    result = _asked(
        here,
        config,
        lambda once: once.backtest(
            asked.first, asked.last, asked.every, poll=not asked.no_poll, shop=asked.shop, most=asked.shops
        ),
    )
    if result.backtest is not None and asked.json:
        _print_json(result.backtest)
    elif result.backtest is not None:
        from shopwatch.reports.backtest import backtest_text

        print(backtest_text(result.backtest, _))
    for sentence in [*result.failures, *([result.held] if result.held else [])]:
        _narrate(sentence)
    if result.held is None and result.known:
        _must_exist(asked.shop, result.known, False, _)
    if result.held is None and not (result.backtest and result.backtest.forecasts):
        _narrate(
            _("There is no past to hold a forecast against: it takes a month of records and a day after it.")
        )
    return SOURCE if result.failures or result.held else OK


def calibrate_command(here: Here) -> int:
    here, config = _needed(here)
    _ = here.translate
    asked = here.arguments
    _must_exist(asked.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    result = _asked(here, config, lambda once: once.calibrate(asked.shop, poll=not asked.no_poll))
    found = result.calibration
    if found is not None and asked.json:
        _print_json(found)
    elif found is not None:
        from shopwatch.reports.calibration import calibration_text

        print(calibration_text(found, _))
    for sentence in [*result.failures, *([result.held] if result.held else [])]:
        _narrate(sentence)
    if found is None and result.held is None:
        _must_exist(asked.shop, result.known, False, _)
    if found is not None and not found.subjects:
        _narrate(_("There is no history to fit to: it takes official figures with values and points."))
    return SOURCE if result.failures or result.held else OK


def check_command(here: Here) -> int:
    if here.arguments.file is not None:
        here = here._replace(
            arguments=argparse.Namespace(**{**vars(here.arguments), "config": here.arguments.file})
        )
    here, config = _needed(here)
    _ = here.translate
    tried = _asked(here, config, lambda once: once.check())
    print(_("{path}: the configuration is right.").format(path=_configuration(here)))
    for source, good, sentence in tried:
        print(f"{'✓' if good else '✗'} {source}: {sentence}", file=sys.stdout if good else sys.stderr)
    return OK if all(good for _source, good, _sentence in tried) else SOURCE


def rules_command(here: Here) -> int:
    from shopwatch.reports.scorecards import differences, listing, shown
    from shopwatch.rulebook import ScorecardError, choose

    _ = here.translate
    today = now().date()
    cards = _scorecards(here)
    arguments = here.arguments
    try:
        if arguments.action == "list":
            print(listing(cards, today, here.language, _))
        elif arguments.action == "show":
            print(shown(choose(arguments.id, today, cards, _=_), here.language, _))
        else:
            old, new = (choose(name, today, cards, _=_) for name in (arguments.a, arguments.b))
            print(differences(old, new, here.language, _))
    except ScorecardError as error:
        raise CommandError(str(error)) from None
    return OK


def _scorecards(here: Here) -> Mapping[str, Scorecard]:
    from shopwatch.rulebook import FOLDER, ScorecardError, scorecards

    path = _configuration(here)
    try:
        return scorecards(path.parent / FOLDER if path else None, _=here.translate)
    except ScorecardError as error:
        raise CommandError(str(error)) from None


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


COMMANDS = {
    None: monitor_command,
    "demo": demo_command,
    "status": status_command,
    "backtest": backtest_command,
    "calibrate": calibrate_command,
    "check": check_command,
    "rules": rules_command,
}
