"""In which order open things stand: first what acting on at the next chance is worth most."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import heapq
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from operator import attrgetter

from shopwatch.risk.items import FOREMOST, LEAST_SHOWN, REST, UNPROVED, Item, Waiting
from shopwatch.scoring.readings import Exposure

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

    def ranked(
        self,
        groups: Iterable[Sequence[Item]],
        limit: int,
        watched: Container[str],
        sees: Callable[[Item], bool],
    ) -> Iterator[tuple[int, Item]]:
        """Yield with its rank what is among the first of what is open under several clocks, or is of a watched
        clock and seen."""
        hidden: list[Waiting] = []
        shown: list[Sequence[Item]] = []
        for group in groups:
            if isinstance(group, Waiting) and group[0].clock.id not in watched:
                hidden.append(group)
                shown.append(group.oldest(limit))
            else:
                shown.append(group)
        between = _Between(hidden, limit)
        for place, item in enumerate(self.all(shown), start=1):
            if place <= limit:
                yield place, item
            elif item.clock.id in watched and sees(item):
                yield place + between.before(self.key(item)), item

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


class _Between:
    """What only waits and isn't among the first of its clock: it counts in the ranks of what comes after it."""

    def __init__(self, groups: Sequence[Waiting], limit: int) -> None:
        """limit: of each group so many are told, and so not between."""
        self._groups, self._limit = groups, limit

    def before(self, key: Key) -> int:
        """Return how many come before a thing that stands at `key`."""
        return bisect.bisect_left(self._keys, key)

    @functools.cached_property
    def _keys(self) -> list[Key]:
        return sorted(
            key
            for group in self._groups
            for key in sorted(map(_key_of_waiting, group.exposures))[self._limit :]
        )


def _key_of_waiting(exposure: Exposure) -> Key:
    """Return the key of what only waits, without working it out."""
    tier = REST if exposure.proved else UNPROVED
    return (tier, 0.0, False, _NEVER, exposure.started, exposure.subject_id)


def _foremost(group: Sequence[Item], limit: int) -> Sequence[Item]:
    """Leave out what can't be among the first: where nothing is lost by waiting, only the oldest can."""
    if isinstance(group, Waiting):
        return group.oldest(limit)
    return heapq.nsmallest(limit, group, _oldest) if group[0].clock.only_waits else group


def _as_shown(points: float) -> float:
    """Round as a list shows it: rows that read the same are ordered by their deadlines."""
    return round(points, 3) if points >= LEAST_SHOWN else float(f"{points:.1g}")
