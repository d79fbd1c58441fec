"""The monitor itself: the terminal that is left open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.commands.here import (
    OK,
    CommandError,
    Here,
    configuration_path,
    journal_words,
    loaded,
    needed,
    now,
    on_terminal,
    state_of,
)
from shopwatch.signals import leave_on_signals

if TYPE_CHECKING:
    from shopwatch.app import ShopwatchApp
    from shopwatch.config import Config
    from shopwatch.config.watching import Watched
    from shopwatch.demo.clock import SimClock


def run(here: Here) -> int:
    from shopwatch.config.watching import Watched

    path = configuration_path(here)
    if path is None and on_terminal():
        return _first_run(here)
    speaking, config = needed(here)
    if path is None or not on_terminal():
        _ = speaking.translate
        raise CommandError(_("The monitor needs a terminal; `shopwatch status` prints the same without one."))
    watched = Watched(path, lambda: loaded(here, path), CommandError)
    return watch(speaking, config, state_of(here), watched=watched)


def watch(
    here: Here, config: Config, state: Path, clock: SimClock | None = None, watched: Watched | None = None
) -> int:
    """Show the monitor; where its configuration was changed, anew with that one. clock: a simulated one."""
    import gc

    from shopwatch.logs import logging_to

    gc.disable()  # among what is imported now there is no garbage; the app enables it after the first paint
    with logging_to(state):
        while True:
            app = _shown(here, config, state, clock, watched)
            if app.fresh is None:
                return app.return_code or OK
            config = app.fresh
            here = here.speaking(config)


def _shown(
    here: Here, config: Config, state: Path, clock: SimClock | None, watched: Watched | None
) -> ShopwatchApp:
    """Run the app until somebody leaves it, or its configuration is another."""
    import asyncio

    from shopwatch.apart import open_apart
    from shopwatch.app import ShopwatchApp
    from shopwatch.journal import JournalError

    try:
        feed = open_apart(
            config, state, clock=clock, wall=now, language=here.language, polls=not here.arguments.no_poll
        )
    except JournalError as error:
        raise CommandError(journal_words(error, here.translate)) from None
    app = ShopwatchApp(
        feed,
        language=here.language,
        keys=config.keys,
        log_folder=state,
        alarm=config.alerts,
        reports=_reports(here, config),
        screen=config.screen,
        configuration=watched,
        wall=here.arguments.wall,
    )
    try:
        app.run()
    finally:
        leave_on_signals()
        asyncio.run(feed.aclose())
    return app


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
