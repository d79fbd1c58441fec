"""The monitor itself: the terminal that is left open."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.commands.here import (
    OK,
    Clock,
    CommandError,
    Here,
    configuration_path,
    journal_words,
    needed,
    now,
    on_terminal,
    state_of,
)
from shopwatch.signals import leave_on_signals

if TYPE_CHECKING:
    from shopwatch.config import Config

SWITCH_SECONDS = 0.0005
"""How long a thread that takes records in may keep the interpreter from the screen: a key needs it several times, and
each time would wait for Python's usual 5 ms."""


def run(here: Here) -> int:
    if configuration_path(here) is None and on_terminal():
        return _first_run(here)
    here, config = needed(here)
    if not on_terminal():
        _ = here.translate
        raise CommandError(_("The monitor needs a terminal; `shopwatch status` prints the same without one."))
    return watch(here, config, state_of(here), now)


def watch(here: Here, config: Config, state: Path, clock: Clock) -> int:
    import asyncio
    import gc

    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # among what is imported now there is no garbage; the app enables it after the first paint

    from shopwatch.app import ShopwatchApp
    from shopwatch.journal import JournalError
    from shopwatch.logs import logging_to
    from shopwatch.monitor import open_monitor

    with logging_to(state):
        try:
            monitor = open_monitor(config, state, clock=clock, wall=now, language=here.language)
        except JournalError as error:
            raise CommandError(journal_words(error, here.translate)) from None
        app = ShopwatchApp(
            monitor,
            language=here.language,
            keys=config.keys,
            log_folder=state,
            alarm=config.alerts,
            reports=_reports(here, config),
            wall=here.arguments.wall,
        )
        try:
            app.run()
        finally:
            leave_on_signals()
            with contextlib.suppress(RuntimeError):  # a connection of the app's own loop, which has ended
                asyncio.run(monitor.aclose())
    return app.return_code or OK


def _reports(here: Here, config: Config) -> Path:
    """Return the folder that reports are written into."""
    given = config.monitor.reports
    return here.cwd / "shopwatch-reports" if given is None else config.folder / Path(given).expanduser()


def _first_run(here: Here) -> int:
    """Offer the demo or a configuration; what the person chose is done."""
    from shopwatch.config.places import NAME
    from shopwatch.screens.first_run import FirstRun

    path = here.cwd / NAME
    chosen = FirstRun(path, language=here.language).run()
    if chosen == "demo":
        from shopwatch.commands import demo

        return demo.run(here)
    return OK
