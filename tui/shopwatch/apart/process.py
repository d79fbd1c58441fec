"""Starting the monitor's own process, and seeing how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys

FRUGAL = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "DUCKDB_JE_MALLOC_CONF": "narenas:1,tcache_max:4096,dirty_decay_ms:50,muzzy_decay_ms:0,background_thread:true",
}
"""For glibc, and for the jemalloc that DuckDB brings, which else give each of many threads memory of its own and keep
what was freed: 40 MiB less with 100,000 orders, at no cost in time that could be measured. To give back at once
(a decay of 0) is 6 MB less again, and two fifths more of the processor."""
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
                env=FRUGAL | os.environ,
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
