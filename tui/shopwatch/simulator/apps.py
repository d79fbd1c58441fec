"""One gateway for the apps of many shops, as a real one is."""

from __future__ import annotations

from collections.abc import Mapping

from shopwatch.simulator.gateway import Gateway
from shopwatch.simulator.server import Call


class Apps:
    """A `Wire` of several, by the key of each app. All of them are of one marketplace."""

    def __init__(self, wires: Mapping[str, Gateway]) -> None:
        self._wires = wires
        self._any = next(iter(wires.values()))

    def named(self, call: Call) -> tuple[str, str]:
        return self._any.named(call)

    def answer(self, call: Call, now: int, fault: str | None) -> bytes:
        """Whoever isn't known is sent away by any of them."""
        app, _method = self.named(call)
        return self._wires.get(app, self._any).answer(call, now, fault)

    def ban(self, seconds: int) -> bytes | None:
        return self._any.ban(seconds)
