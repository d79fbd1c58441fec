"""What all sources of one app share, so that together they keep within its limits.

Calls of one method are spaced evenly, never in bursts, at nine tenths of the rate: the last tenth is for the network,
which brings some calls closer together than they were sent. A ban holds a method for all of them. A gateway that has
gone silent is left alone for a while, and then asked by a single call whether it is back.
"""

from __future__ import annotations

import dataclasses

from shopwatch.sources.live.timing import Timing

SHARE = 0.9
TRIPS = 8
"""So many calls in a row without an answer open the breaker."""
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 300.0


@dataclasses.dataclass(slots=True)
class Breaker:
    """Of one gateway."""

    failures: int = 0
    pause: float = FIRST_PAUSE
    until: float = 0.0

    def shut_for(self, now: float) -> float:
        """Return the seconds for which nothing is asked; the first call after them finds out, alone."""
        if self.failures < TRIPS:
            return 0.0
        if now < self.until:
            return self.until - now
        self.until = now + self.pause
        return 0.0

    def answered(self) -> None:
        self.failures, self.pause, self.until = 0, FIRST_PAUSE, 0.0

    def silent(self, now: float) -> None:
        self.failures += 1
        if self.failures >= TRIPS:
            self.until = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)


class Limits:
    """Of a whole process. Keys are (app, method)."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._free: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], float] = {}
        self._breakers: dict[str, Breaker] = {}

    async def turn(self, app: str, method: str, rate: float) -> None:
        """Wait for a call's turn."""
        now, key = self._timing.monotonic(), (app, method)
        at = max(now, self._free.get(key, 0.0))
        self._free[key] = at + 1 / (rate * SHARE)
        if at > now:
            await self._timing.sleep(at - now)

    def hold(self, app: str, method: str, seconds: float) -> None:
        """Ask a method no more for a while."""
        key = (app, method)
        until = self._timing.monotonic() + seconds
        self._held[key] = max(until, self._held.get(key, 0.0))

    def held(self, app: str, method: str) -> float:
        """Return the seconds for which a method isn't asked."""
        return max(0.0, self._held.get((app, method), 0.0) - self._timing.monotonic())

    def breaker(self, gateway: str) -> Breaker:
        return self._breakers.setdefault(gateway, Breaker())
