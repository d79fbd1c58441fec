"""A command on a pseudo-terminal, and what it costs: what is written, how soon, by how much processor and memory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

PATIENCE = 120.0
TICKS = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    """In MB, of all processes of a command. own: what no file holds, and the system can't take back. whole: that, and
    the pages of libraries that are mapped from their files, each shared out among all who have it mapped (PSS): what
    the machine would have more of without the command, but for libraries that the system may drop at any time."""

    own: float
    whole: float


class Terminal:
    """Reads all that the command writes, in a thread, so that nothing ever waits for us."""

    def __init__(self, process: int, end: int) -> None:
        self._process, self._end = process, end
        self._seen = bytearray()  # since the last key
        self._news = threading.Condition()
        self._done = False
        self.written = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._done:
            with contextlib.suppress(OSError):
                if not select.select([self._end], [], [], 0.2)[0]:
                    continue
                came = os.read(self._end, 1 << 16)
                with self._news:
                    self.written += len(came)
                    self._seen += came
                    self._news.notify_all()
                continue
            return

    def wait_for(self, text: bytes, patience: float = PATIENCE) -> None:
        """Wait until it has written the text since the last key."""
        with self._news:
            if not self._news.wait_for(lambda: text in self._seen, patience):
                raise SystemExit(f"{text.decode()!r} was not written within {patience:.0f} s")

    def wrote(self, text: bytes) -> bool:
        """Whether it has written the text since the last key."""
        with self._news:
            return text in self._seen

    def type(self, keys: bytes) -> None:
        with self._news:
            self._seen.clear()
        os.write(self._end, keys)

    def seconds_until(self, keys: bytes, text: bytes) -> float:
        """Type keys; return how long until the text is on the screen."""
        begin = time.perf_counter()
        self.type(keys)
        self.wait_for(text, 30)
        return time.perf_counter() - begin

    @property
    def busy(self) -> float:
        """Processor seconds so far: its own, those of the processes it has started, and of those that have ended."""
        return sum(map(_ticks, self._processes())) / TICKS

    @property
    def memory(self) -> Memory:
        """What all of its processes hold together."""
        return Memory(*map(sum, zip(*map(_held, self._processes()), strict=True)))

    def _processes(self) -> list[int]:
        """Return the command's process, and those that it has started."""
        found = [self._process]
        for process in found:
            for thread in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (thread / "children").read_text("ascii").split())
        return found

    def close(self) -> None:
        os.kill(self._process, signal.SIGTERM)
        end = time.monotonic() + 20
        while time.monotonic() < end and os.waitpid(self._process, os.WNOHANG)[0] == 0:
            time.sleep(0.05)
        self._done = True
        self._thread.join()
        os.close(self._end)


def _held(process: int) -> Memory:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    own, whole = (int(rollup.partition(f"\n{name}:")[2].split()[0]) for name in ("Anonymous", "Pss"))
    return Memory(own * 1024 / 1e6, whole * 1024 / 1e6)


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(") ")[2].split()
    return sum(map(int, fields[11:15]))


@contextlib.contextmanager
def terminal(command: Sequence[str], width: int = 160, height: int = 48) -> Iterator[Terminal]:
    """Run a command on a terminal of its own."""
    process, end = pty.fork()
    if process == 0:
        for size in ("COLUMNS", "LINES"):  # they would go before the terminal's own
            os.environ.pop(size, None)
        os.environ.update(
            TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", LC_MESSAGES="zh_CN.UTF-8"
        )
        os.execv(command[0], list(command))
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    opened = Terminal(process, end)
    try:
        yield opened
    finally:
        opened.close()
