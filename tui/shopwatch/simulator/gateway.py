"""What the gateways of all marketplaces do alike: check a call, fail where that is its fate, answer, repeat themselves."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, overload

from shopwatch.simulator.server import Call
from shopwatch.simulator.truth import State

T = TypeVar("T")

BUYER, PHONE, STREET = "欧阳买家甲", "13900001234", "无名路一百号"
"""What must never be found at whoever asks."""
SKEW = 600.0
SAID = ("throttled", "expired", "skew", "closed")
"""Faults that a marketplace tells of in its own words."""

Params = Mapping[str, Any]


class Refused(Exception):  # noqa: N818
    """What is said instead of an answer."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


class Shown(Sequence[T]):
    """States as rows, each made only once it is looked at: of thousands that fit, a page shows a hundred."""

    def __init__(self, states: Sequence[State], row: Callable[[State], T]) -> None:
        self._states, self._row = states, row

    def __len__(self) -> int:
        return len(self._states)

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...

    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            return Shown(self._states[at], self._row)
        return self._row(self._states[at])


class Gateway(ABC):
    """Of one app and one shop. closed: methods that are off the market. tolerance: seconds that a call's time may be off."""

    def __init__(self, seed: int, tolerance: float = SKEW) -> None:
        self.tolerance = tolerance
        self.closed: set[str] = set()
        self.chance = random.Random(seed)
        self._before: dict[str, tuple[object, bytes]] = {}
        """The last page of each method, and the reading that it was of."""

    @abstractmethod
    def named(self, call: Call) -> tuple[str, str]:
        """Return the app, and what its calls are counted for."""

    @abstractmethod
    def checked(self, call: Call, now: int) -> tuple[str, Params]:
        """Take the call apart; raises Refused where a real gateway would refuse it."""

    @abstractmethod
    def told(self, method: str, params: Params, now: int, fault: str | None) -> Any:
        """Return what is asked for; raises Refused."""

    @abstractmethod
    def wrapped(self, method: str, data: Any) -> bytes:
        """Return it as it goes over the line."""

    @abstractmethod
    def failure(self, kind: str) -> bytes:
        """Return what is said of a fault of SAID."""

    @abstractmethod
    def walk(self, params: Params) -> object:
        """Return what tells one reading of a list from another, None for what is no list."""

    def begins(self, params: Params) -> bool:
        """Whether a call asks for a first page, before which there is none."""
        del params
        return False

    def spares(self, method: str, fault: str) -> bool:
        """Whether a fault can't befall a method: asking for a token needs none."""
        del method, fault
        return False

    @abstractmethod
    def expire(self) -> None:
        """End the life of the access token."""

    def ban(self, seconds: int) -> bytes | None:
        """Return what is said to whoever is banned; None: HTTP says it."""
        del seconds
        return None

    def answer(self, call: Call, now: int, fault: str | None) -> bytes:
        """Return the answer: what was asked for, or what the marketplace says instead."""
        try:
            method, params = self.checked(call, now)
            self._befall(fault, method)
            body = self.wrapped(method, self.told(method, params, now, fault))
        except Refused as refused:
            return refused.body
        walk, before = self.walk(params), self._before.get(method)
        if self.begins(params):
            before = None
        if fault == "stale" and walk is not None and before is not None and before[0] == walk:
            return before[1]
        self._before[method] = walk, body
        return body

    def _befall(self, fault: str | None, method: str) -> None:
        if method in self.closed:
            raise Refused(self.failure("closed"))
        if fault is None or self.spares(method, fault):
            return
        if fault == "expired":
            self.expire()
        if fault in SAID:
            raise Refused(self.failure(fault))

    def paged(self, found: Sequence[T], begin: int, size: int, fault: str | None) -> list[T]:
        """Return the rows of a page, out of order where that is its fate."""
        rows = list(found[begin : begin + size])
        if fault == "mixed":
            self.chance.shuffle(rows)
        return rows

    def counted(self, found: Sequence[Any], fault: str | None) -> int:
        """Return how many there are, or what is said of it."""
        wrong = self.chance.choice((-57, -1, 1, 57)) if fault == "total" else 0
        return max(0, len(found) + wrong)
