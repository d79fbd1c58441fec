"""The marketplace in a process of its own, so that what it costs is not the monitor's.

The listening sockets are opened here and handed down: nobody waits for the child to come up. The child ends
when its standard input does, and so never outlives whoever started it.
"""

from __future__ import annotations

import datetime
import socket
import subprocess
import sys

import msgspec

from shopwatch.demo.clock import SimClock


class Order(msgspec.Struct, frozen=True):
    """What the child is told. base: the reading of the system's monotonic clock at the start. gateway, system: the
    descriptors of the sockets of the marketplace and of the shops' own system."""

    seed: int
    shops: int
    language: str
    start: datetime.datetime
    speed: float
    base: float
    gateway: int
    system: int


class Process:
    """A marketplace in a child process, until closed."""

    def __init__(
        self,
        seed: int,
        shops: int,
        language: str,
        clock: SimClock,
        *,
        gateway: socket.socket,
        system: socket.socket,
    ) -> None:
        handed = gateway.fileno(), system.fileno()
        order = Order(seed, shops, language, clock.start, clock.speed, clock.base, *handed)
        self._child = subprocess.Popen(
            # -P: the folder it happens to be started in holds no modules of ours
            [sys.executable, "-P", "-m", "shopwatch.demo", msgspec.json.encode(order).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=handed,
        )
        gateway.close()
        system.close()

    @property
    def ended(self) -> bool:
        return self._child.poll() is not None

    def close(self) -> None:
        self._child.terminate()
        self._child.wait()
        if self._child.stdin:
            self._child.stdin.close()
