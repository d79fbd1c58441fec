"""What the commands share: where one runs, what it is configured by, how it asks and how it ends.

Standard output is data; standard error is narration. The exit code is part of the promise: 2 usage or
configuration, then 3 a source failed or is held elsewhere, then 1 a shop is under an alert line, then 0.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import ipaddress
import os
import sys
import unicodedata
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from shopwatch.i18n import Translate, translation
from shopwatch.signals import cancelled_by_signals
from shopwatch.usage import USAGE

if TYPE_CHECKING:
    from shopwatch.config import Config
    from shopwatch.journal import JournalError
    from shopwatch.once import Once
    from shopwatch.scoring.scorecard import Scorecard

OK, ALERT, SOURCE = 0, 1, 3
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


def loaded(here: Here, path: Path) -> Config:
    from shopwatch.config import ConfigError, load
    from shopwatch.panes.keys import deeds
    from shopwatch.rulebook import FOLDER, ScorecardError, scorecards
    from shopwatch.sources.profile import shipped

    _ = here.translate
    try:
        return load(
            path,
            environment=here.environment,
            scorecards=scorecards(path.parent / FOLDER, _=_),
            profiles=shipped(),
            actions=deeds(_),
            _=_,
        )
    except (ConfigError, ScorecardError) as error:
        raise CommandError(str(error)) from None


def configuration_path(here: Here) -> Path | None:
    from shopwatch.config import find

    return find(here.arguments.config, here.environment, here.cwd)


def state_of(here: Here) -> Path:
    from shopwatch.config import state_folder

    return state_folder(here.arguments.state, here.cwd)


def needed(here: Here) -> tuple[Here, Config]:
    """Return the configuration, or end with the ways to get one."""
    path = configuration_path(here)
    if path is None:
        _ = here.translate
        raise CommandError(
            _(
                "There is no configuration yet. `shopwatch demo` shows the monitor on simulated shops; "
                "`shopwatch` in a terminal writes a commented shopwatch.toml; --config FILE names one."
            )
        )
    config = loaded(here, path)
    return here.speaking(config), config


def journal_words(error: JournalError, _: Translate) -> str:
    if error.newer:
        words = _(
            "The journal {path} was written by a newer shopwatch: use that one, "
            "or name another folder with --state."
        )
    elif not os.access(error.path.parent, os.W_OK):
        words = _(
            "The journal {path} can't be used, since its folder can't be written ({reason}): "
            "mend that, or name another folder with --state."
        )
    else:
        words = _(
            "The journal {path} can't be used: {reason}. Move it away to begin a new one, "
            "or name another folder with --state."
        )
    return words.format(path=error.path, reason=error.reason)


def ask(here: Here, config: Config, question: Callable[[Once], Coroutine[Any, Any, T]]) -> T:
    """Ask one thing, and close all that it opened."""
    import asyncio

    from shopwatch.journal import JournalError
    from shopwatch.logs import logging_to
    from shopwatch.once import Once
    from shopwatch.warehouse import WarehouseBegunAnew
    from shopwatch.works import SetUpError

    state = state_of(here)

    # A task's result is written out twice where asyncio lets go of Ctrl-C: of a large fleet that takes seconds.
    answers: list[T] = []

    async def asked() -> None:
        once = Once(config, state, clock=now, language=here.language)
        try:
            with cancelled_by_signals():
                try:
                    answers.append(await question(once))
                except WarehouseBegunAnew:  # found damaged on the way: what there is now is empty, and sound
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
        raise CommandError(journal_words(error, here.translate)) from None


def print_json(value: object) -> None:
    import msgspec

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def on_terminal() -> bool:
    """Whether there is a terminal, be it one in a browser."""
    return "TEXTUAL_DRIVER" in os.environ or (sys.stdin.isatty() and sys.stdout.isatty())


def address_of(given: str, option: str, _: Translate) -> tuple[str, int]:
    """Read HOST:PORT, or a port of this machine alone."""
    host, _colon, port = given.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    with contextlib.suppress(ValueError):
        if host != "localhost":
            ipaddress.ip_address(host)
        if 0 < int(port) < 65536:
            return host, int(port)
    words = _("{option} {given} is no address; write one such as 127.0.0.1:9464")
    raise CommandError(words.format(option=option, given=given))


def must_exist(shop: str | None, known: Sequence[str], may_be_discovered: bool, _: Translate) -> None:
    if shop is None or shop in known or may_be_discovered:
        return
    import difflib

    near = difflib.get_close_matches(shop, known, 1) or known[:MOST_NAMED]
    sentence = _("There is no shop {shop}; did you mean {known}?") if known else _("There is no shop {shop}.")
    raise CommandError(sentence.format(shop=shop, known=" | ".join(near)))


def moment_of(text: str | None, config: Config, _: Translate) -> datetime.datetime | None:
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


def scorecards_of(here: Here) -> Mapping[str, Scorecard]:
    from shopwatch.rulebook import FOLDER, ScorecardError, scorecards

    path = configuration_path(here)
    try:
        return scorecards(path.parent / FOLDER if path else None, _=here.translate)
    except ScorecardError as error:
        raise CommandError(str(error)) from None


def narrate(sentence: object) -> None:
    """Say it on standard error, without what a terminal would act on: it may quote a file's name."""
    visible = "".join(c for c in str(sentence) if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))
    print(f"shopwatch: {visible}", file=sys.stderr)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
