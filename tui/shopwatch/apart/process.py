"""Starting the monitor's own process, and seeing how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys

FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""For glibc, which else gives each of its many threads memory of its own, and keeps it."""
LONGEST_END = 10.0  # seconds; one that takes longer goes on without us


class Process:
    """The child, and our end of the pair of sockets; it ends when that is closed. Raises OSError."""

    def __init__(self) -> None:
        self.end, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(
                # -P: the folder it happens to be started in holds no modules of ours
                [sys.executable, "-P", "-m", "shopwatch.apart", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # no key, and no closing of the terminal, reaches it
                env=FEW_ARENAS | os.environ,
            )

    def let_go(self) -> None:
        """Let it end."""
        with contextlib.suppress(OSError):
            self.end.shutdown(socket.SHUT_RDWR)

    async def ended(self) -> str:
        """Wait for its end, but not for long; return how it ended, in few words."""
        try:
            code = await asyncio.to_thread(self._child.wait, LONGEST_END)
        except subprocess.TimeoutExpired:
            return "…"
        return signal.Signals(-code).name if code < 0 else str(code)
