"""Which answers go wrong: a rate for each kind, and a seed."""

from __future__ import annotations

import dataclasses
import random


@dataclasses.dataclass(frozen=True, slots=True)
class Faults:
    """The share of calls that each befalls; one call meets one fault at most.

    throttled, banned: asked too often, without and with a time to wait. expired: the token's life is cut short. half:
    the answer is cut off. total: the count of rows is wrong. drip: the answer comes in bits. many: more rows than can be
    paged through. stale: the page before, of the same reading, comes again. mixed: rows out of order. skew: the server's
    clock is off.
    closed: the method is said to be closed. broken: status 500. reset: the connection is reset.
    """

    throttled: float = 0.0
    banned: float = 0.0
    expired: float = 0.0
    half: float = 0.0
    total: float = 0.0
    drip: float = 0.0
    many: float = 0.0
    stale: float = 0.0
    mixed: float = 0.0
    skew: float = 0.0
    closed: float = 0.0
    broken: float = 0.0
    reset: float = 0.0

    @classmethod
    def all_at(cls, rate: float) -> Faults:
        """Return every fault at one rate."""
        return cls(**{field.name: rate for field in dataclasses.fields(cls)})

    def drawn(self, chance: random.Random) -> str | None:
        """Return the fault that a call meets, None for most."""
        at = chance.random()
        for field in dataclasses.fields(self):
            at -= getattr(self, field.name)
            if at < 0:
                return field.name
        return None
