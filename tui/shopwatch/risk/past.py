"""How such things went before, in this shop and in those like it, and so how likely an open one is missed.

The fleet's rhythm, times the shop's pace, times how its carrier or product stands out in it: each is what was
counted, held to the wider group where there is little of it. What still waits counts as having waited so long.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Literal

from shopwatch.risk.correction import AS_IT_IS, Correction
from shopwatch.risk.rests import Rest, ahead, rested
from shopwatch.risk.rhythm import HOUR, Rhythm
from shopwatch.scoring.readings import Exposure

ENOUGH = 30
"""Fewer finished cases than this say nothing about a chance (our own mark, not a rule)."""

COMPANY = 5
"""Nor do fewer than this that had waited as long as the open one (ours as well)."""

USUAL_HOURS = 24.0
"""Where nothing at all is known, what waits is supposed to be done at an even rate, after so long on average:
our default, and always labelled."""

Basis = Literal["own", "fleet", "default"]
Part = Literal["carrier", "product"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Past:
    """One clock's past as one shop sees it.

    n: the finished cases that it rests on, the shop's own or the fleet's. pace: how many times as fast as the
    rhythm the shop is; parts: how many times as fast again with each carrier or product (`by`). weeks: the
    rhythms of carriers that have their own. offset: the seconds that the shop's zone is east. by_totals: it
    was read off what whole chats came to, as no single waits are on record. rests: days on which
    carriers rest; rest_pace: how many times as fast as on a Sunday they go then.
    """

    rhythm: Rhythm
    basis: Basis
    n: int = 0
    pace: float = 1.0
    correction: Correction = AS_IT_IS
    by: Part | None = None
    parts: Mapping[str, float] = dataclasses.field(default_factory=dict)
    weeks: Mapping[str, Rhythm] = dataclasses.field(default_factory=dict)
    offset: int = 0
    by_totals: bool = False
    rests: tuple[Rest, ...] = ()
    rest_pace: float = 1.0

    @property
    def known(self) -> bool:
        """Whether it was counted, and not supposed."""
        return self.basis != "default"

    def outlasted(self, exposure: Exposure, now: float) -> bool:
        """Whether it has waited longer than nearly all past cases, so that they don't tell what comes next."""
        return now - exposure.started >= self.rhythm.reach * HOUR

    def chance(self, exposure: Exposure, now: float, until: float) -> float:
        """Return the chance that what still waits isn't done by then."""
        rhythm, pace, started = self.rhythm, self.pace, exposure.started
        part = None if self.by is None else exposure.carrier if self.by == "carrier" else exposure.product_id
        if part is not None:
            rhythm = self.weeks.get(part, rhythm)
            pace *= self.parts.get(part, 1.0)
        expected = rhythm.expected(started, now, until, self.offset)
        if self.rests:
            resting = ahead(self.rests, now, until, exposure.province)
            expected += rested(resting, rhythm, self.rest_pace, started, now, until, self.offset)
        expected *= pace
        return self.correction.chance(expected, (now - started) / HOUR, (until - now) / HOUR)


def default_past(offset: int = 0) -> Past:
    """Return what is supposed where nothing is known."""
    return Past(
        rhythm=Rhythm(by_age=(1 / USUAL_HOURS,), ages=(0.0,), reach=math.inf), basis="default", offset=offset
    )


def chance_of_miss(past: Past | None, exposure: Exposure, now: float, until: float) -> float | None:
    """Return the chance that it isn't done by `until`; None without a past, or where too few of it had waited
    as long."""
    if now >= until:
        return 1.0
    if past is None or past.outlasted(exposure, now):
        return None
    return past.chance(exposure, now, until)


def supposed_chance(past: Past | None, exposure: Exposure, now: float, until: float) -> float | None:
    """Return the chance of a miss, for an order or a sum and never to be shown: what has outlasted nearly all
    that went before is supposed to miss, and a default is not taken for a past."""
    if past is None or not past.known:
        return None
    return 1.0 if past.outlasted(exposure, now) else chance_of_miss(past, exposure, now, until)
