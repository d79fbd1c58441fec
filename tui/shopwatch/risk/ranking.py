"""In which order open things stand: first what acting on at the next chance is worth most."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
from collections.abc import Iterable, Sequence
from operator import attrgetter

from shopwatch.risk.items import FOREMOST, LEAST_SHOWN, UNPROVED, Item

Key = tuple[int, float, bool, float, int, str]

_NEVER = float("inf")
_oldest = attrgetter("tier", "exposure.started", "exposure.subject_id")


@dataclasses.dataclass(frozen=True, slots=True)
class Ranking:
    """The order: what a daily limit hangs on today; last calls (a ticket, an after-sale's own deadline); then by
    the expected loss that acting at the next chance still avoids against acting at the one after, in points,
    with `yuan_a_point` for what is owed in money, as precisely as it is shown; then what still has something
    to lose; ties by deadline. What may have been picked up unseen comes after all that is proved open, and what
    can't be saved any more last.

    lifted: by clock and subject, what a daily limit hangs on.
    """

    lifted: frozenset[tuple[str, str]]
    now: int
    yuan_a_point: float

    def key(self, item: Item) -> Key:
        exposure, points, due = item.exposure, self._expected(item), item.exposure.due
        return (
            FOREMOST if self.lifted and self._is_lifted(item) else item.tier,
            -_as_shown(points) if points else 0.0,
            item.spent,
            _NEVER if due is None else due,
            exposure.started,
            exposure.subject_id,
        )

    def first(self, groups: Iterable[Sequence[Item]], limit: int) -> list[Item]:
        """Return the first of what is open under several clocks."""
        foremost = (_foremost(group, limit) for group in groups)
        return heapq.nsmallest(limit, itertools.chain.from_iterable(foremost), self.key)

    def all(self, groups: Iterable[Sequence[Item]]) -> list[Item]:
        return sorted(itertools.chain.from_iterable(groups), key=self.key)

    def _is_lifted(self, item: Item) -> bool:
        return item.tier < UNPROVED and (item.clock.id, item.exposure.subject_id) in self.lifted

    def _expected(self, item: Item) -> float:
        """Return the loss that acting at the next chance still avoids, in points of the total.

        A thing whose hours don't count yet loses nothing by waiting an hour.
        """
        points = item.points_expected + item.yuan_expected / self.yuan_a_point
        if item.saved and not (item.begin > self.now and item.clock.acts == "now"):
            points += item.saved
        return points


def _foremost(group: Sequence[Item], limit: int) -> Sequence[Item]:
    """Leave out what can't be among the first: where nothing is lost by waiting, only the oldest can."""
    return heapq.nsmallest(limit, group, _oldest) if group[0].clock.only_waits else group


def _as_shown(points: float) -> float:
    """Round as a list shows it: rows that read the same are ordered by their deadlines."""
    return round(points, 3) if points >= LEAST_SHOWN else float(f"{points:.1g}")
