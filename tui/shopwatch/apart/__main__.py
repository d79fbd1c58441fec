"""The monitor's own process: it works for the terminal at the other end of a socket, and ends when that does.

It has no terminal: Ctrl-C is none of its business, and what it would print goes nowhere (a library's words may quote
anything); what goes wrong stands in the log.
"""

from __future__ import annotations

import asyncio
import datetime
import gc
import logging
import os
import pickle
import signal
import socket
import sys
from typing import TYPE_CHECKING

from shopwatch.apart.answering import Answerer
from shopwatch.apart.telling import Teller
from shopwatch.apart.wire import Order, Sorry, Wire, wired
from shopwatch.logs import logging_to, place_of
from shopwatch.signals import cancelled_by_signals

if TYPE_CHECKING:
    from shopwatch.monitor import Monitor

NICE = 5  # of two that are ready to run, the kernel takes the terminal
LETTING_GO = 3.0  # seconds for what is on its way; what heeds nothing is ended with the loop
LONGEST_END = 60  # seconds; what hangs longer than that would keep the next start from the warehouse
FAILED = 70  # as everywhere here: a mistake of ours
SWITCH_SECONDS = 0.0005
"""How long a thread that takes records in may keep the interpreter from an answer, instead of Python's 5 ms."""

log = logging.getLogger(__name__)


def main(descriptor: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # what is imported lives on
    _without_command_line()
    return asyncio.run(serve(socket.socket(fileno=int(descriptor))))


def _without_command_line() -> None:
    """Where click is installed httpx brings its own command line, and with it 100 modules: 5 MiB and 0.1 s."""
    sys.modules["httpx._main"] = None  # type: ignore[assignment]


async def serve(end: socket.socket) -> int:
    """Do what is ordered until the other end closes; return the exit code."""
    wire = await wired(end)
    try:
        order: Order = pickle.loads(await wire.frame())
    except EOFError:
        return 0
    with logging_to(order.state):
        try:
            with cancelled_by_signals():
                await monitored(order, wire)
        except Exception as error:  # noqa: BLE001 (the terminal starts it again)
            log.critical("monitor: %s", place_of(error))
            return FAILED
    return 0


async def monitored(order: Order, wire: Wire) -> None:
    from shopwatch.journal import JournalError
    from shopwatch.monitor import open_monitor

    clock = order.clock.now if order.clock else now
    try:
        monitor = open_monitor(
            order.config, order.state, clock=clock, wall=now, language=order.language, polls=order.polls
        )
    except JournalError as error:
        wire.put(Sorry(str(error)))
        await wire.room()
        return
    gc.freeze()
    gc.enable()
    try:
        await _until_gone(monitor, wire)
    finally:
        signal.alarm(LONGEST_END)
        await monitor.aclose()


async def _until_gone(monitor: Monitor, wire: Wire) -> None:
    """Work until the terminal goes; raises what ends the work before that."""
    teller = Teller(monitor, wire)
    gone = asyncio.create_task(Answerer(monitor, wire, teller).run())
    work = [asyncio.create_task(one) for one in (teller.run(), monitor.run())]
    going = {gone, *work}
    try:
        while not gone.done():
            done, going = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in work:
            task.cancel()
        await asyncio.wait(work, timeout=LETTING_GO)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
