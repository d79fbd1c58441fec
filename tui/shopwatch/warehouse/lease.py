"""Which of several processes takes in: one at a time, by a lease in the database that they share.

A generation is claimed by making the table of its name, which only one can. Its claimant says now and then that it
is alive; once it has been silent for long, the next generation is free to be claimed.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, NamedTuple

from shopwatch.warehouse.engine import EngineError

if TYPE_CHECKING:
    from shopwatch.warehouse.click import ClickEngine

SILENT = 90  # seconds after which a claimant counts as gone
_BEAT = 15  # seconds after which it says again that it is there
_EXISTS = 57  # the code of an error: there is a table of that name

_NOW = "SELECT toInt64(now())"  # of the server: the claimants' clocks may differ
_CLAIMS = (
    "SELECT toUInt64(substring(name, 7)) AS generation, comment FROM system.tables"
    " WHERE database = currentDatabase() AND match(name, '^lease_[0-9]+$') ORDER BY generation DESC LIMIT 1"
)
_ALIVE = "SELECT max(alive_at) FROM pollers WHERE generation = %(generation)s"


class _Claimed(NamedTuple):
    generation: int
    holder: str
    silent: int


class Lease:
    """holder: what this process is known by to the others."""

    def __init__(self, engine: ClickEngine, holder: str | None = None) -> None:
        self._engine = engine
        self._holder = holder or f"{socket.gethostname()}:{os.getpid()}"

    def claim(self) -> str | None:
        """Take or keep the lease; return who holds it instead, where somebody does."""
        now = self._now()
        latest = self._latest(now)
        if latest is None or latest.silent > SILENT or _is_gone(latest.holder):
            return self._succeed(latest.generation if latest else 0, now)
        if latest.holder != self._holder:
            return latest.holder
        if latest.silent >= _BEAT:
            self._say(latest.generation, now)
        return None

    def release(self) -> None:
        """Let the next one in at once."""
        latest = self._latest(self._now())
        if latest is not None and latest.holder == self._holder:
            self._engine.run(f"DROP TABLE IF EXISTS lease_{latest.generation}")

    def _now(self) -> int:
        ((now,),) = self._engine.rows_of(_NOW)
        return int(now)

    def _latest(self, now: int) -> _Claimed | None:
        for generation, comment in list(self._engine.rows_of(_CLAIMS)):
            holder, _space, claimed_at = comment.rpartition(" ")
            ((alive_at,),) = self._engine.rows_of(_ALIVE, generation=generation)
            return _Claimed(generation, holder, now - max(int(claimed_at), alive_at or 0))
        return None

    def _succeed(self, before: int, now: int) -> str | None:
        generation = before + 1
        try:
            self._engine.run(
                f"CREATE TABLE lease_{generation} (nothing UInt8) ENGINE = Memory COMMENT %(claim)s",
                claim=f"{self._holder} {now}",
            )
        except EngineError as error:
            if error.code != _EXISTS:
                raise
            latest = self._latest(now)  # another was first
            return latest.holder if latest else "?"
        self._engine.run(f"DROP TABLE IF EXISTS lease_{before}")
        return None

    def _say(self, generation: int, now: int) -> None:
        self._engine.run("INSERT INTO pollers SELECT %(generation)s, %(now)s", generation=generation, now=now)


def _is_gone(holder: str) -> bool:
    """Whether a claimant was a process of this machine, and is no more."""
    host, _colon, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
