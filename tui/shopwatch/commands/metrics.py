"""The boards as Prometheus reads them: printed once, or served while the shops are watched without a screen."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING

from shopwatch.commands.here import (
    OK,
    SOURCE,
    CommandError,
    Here,
    address_of,
    ask,
    journal_words,
    narrate,
    needed,
    now,
    state_of,
)
from shopwatch.signals import cancelled_by_signals

if TYPE_CHECKING:
    from shopwatch.board import AlertBoard, Board
    from shopwatch.config import Config
    from shopwatch.monitor import Monitor

DASHBOARD = "grafana.json"


def run(here: Here) -> int:
    if here.arguments.dashboard:
        print((resources.files("shopwatch") / "rules" / DASHBOARD).read_text(encoding="utf-8"), end="")
        return OK
    here, config = needed(here)
    with _library(here):
        if here.arguments.listen is not None:
            return _serve(here, config, *address_of(here.arguments.listen, "--listen", here.translate))
        return _print(here, config)


@contextlib.contextmanager
def _library(here: Here) -> Iterator[None]:
    """Say how to get the client library where it isn't there."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "prometheus_client":
            raise
        _ = here.translate
        raise CommandError(_("This needs prometheus_client: pip install 'shopwatch[metrics]'")) from None


def _print(here: Here, config: Config) -> int:
    from shopwatch.reports.prometheus import text

    poll = not here.arguments.no_poll
    result = ask(here, config, lambda once: once.status(None, poll=poll, shop=None, risks=0))
    sys.stdout.write(text(result.status.shops, result.status.as_of))
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for sentence in [*result.notes, *troubles]:
        narrate(sentence)
    return SOURCE if troubles else OK


def _serve(here: Here, config: Config, host: str, port: int) -> int:
    from prometheus_client import CollectorRegistry, start_http_server

    from shopwatch.journal import JournalError
    from shopwatch.logs import logging_to
    from shopwatch.monitor import open_monitor
    from shopwatch.reports.prometheus import Boards

    state = state_of(here)
    with logging_to(state):
        try:
            monitor = open_monitor(config, state, clock=now, language=here.language)
        except JournalError as error:
            raise CommandError(journal_words(error, here.translate)) from None
        registry = CollectorRegistry()
        registry.register(Boards(lambda: _known(monitor), now))
        try:
            server, thread = start_http_server(port, host, registry)
        except OSError as error:
            _ = here.translate
            sentence = _("{address} can't be listened on: {reason}.")
            raise CommandError(sentence.format(address=f"{host}:{port}", reason=error.strerror)) from None
        _ = here.translate
        narrate(_("serving http://{address}/metrics until Ctrl-C").format(address=f"{host}:{port}"))
        try:
            asyncio.run(_watch(monitor))
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
    return OK


def _known(monitor: Monitor) -> tuple[Sequence[Board], Sequence[AlertBoard]]:
    """Return what the monitor has, or what the one that holds the warehouse has saved."""
    return monitor.latest(), monitor.alerts


async def _watch(monitor: Monitor) -> None:
    try:
        with cancelled_by_signals():
            await monitor.run()
            await asyncio.Event().wait()  # a configuration that can't be worked with is told by the boards
    finally:
        await monitor.aclose()
