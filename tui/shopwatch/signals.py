"""What a signal does: whatever was begun is ended by the way that cleans up.

SIGINT is Python's own. While it runs, textual has handlers of its own; asyncio leaves none behind.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator


def _ending() -> list[int]:
    """Return the signals that end a command here: not those that whoever started it has silenced (nohup)."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    return [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]


def leave_on_signals() -> None:
    """Leave with the exit code that a shell gives to the signal."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    for number in _ending():
        signal.signal(number, leave)


@contextlib.contextmanager
def cancelled_by_signals() -> Iterator[None]:
    """Let a signal cancel the task that runs, as Ctrl-C does: what it opened is closed."""
    import asyncio

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    ended: list[int] = []

    def end(number: int) -> None:
        ended.append(number)
        if task is not None:
            task.cancel()

    numbers = _ending()
    with contextlib.suppress(NotImplementedError):  # Windows
        for number in numbers:
            loop.add_signal_handler(number, end, number)
    try:
        yield
    except asyncio.CancelledError:
        if not ended:
            raise
        sys.exit(128 + ended[0])
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in numbers:
                loop.remove_signal_handler(number)
        leave_on_signals()
