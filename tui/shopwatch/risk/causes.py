"""Causes: what the things in trouble have in common beyond chance, so that a batch is one row, not forty.

Trouble is held against what isn't in trouble. Of orders and parcels that is the rest that is open under the
same clock, of the same age and kind; where too little of it is left to compare with, and for what counts by its
number (after-sales, chats, tickets), the shop's recent orders stand in. Were a carrier, a product or a province
nothing special, its share of the trouble would be a draw from both together; a slice is a cause where that is
next to impossible, however many slices were looked at, and where it fares at least twice as badly as the rest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple, Self

from shopwatch.risk.hypergeometric import log_at_least
from shopwatch.risk.items import UNPROVED, Item
from shopwatch.scoring.readings import NOTHING_USUAL, Exposure, Recent, Usual
from shopwatch.scoring.scorecard import Clock

LEAST = 5
"""Fewer orders than this in trouble are single cases."""

SURE = 1e-3
"""How improbable by chance any cluster at all must be, over all slices of one shop that were looked at."""

TWICE = 2.0
"""How many times as often a slice must be in trouble as the rest: many cases make the slightest difference sure."""

BACKGROUND = 30
"""Things that are not in trouble needed before their mix says what is usual."""

Known = Exposure | Recent
Key = str | tuple[str | None, str | None] | None
Slicer = Callable[[Known], Key]

SLICERS: dict[str, Slicer] = {
    "carrier·province": attrgetter("carrier", "province"),
    "carrier": attrgetter("carrier"),
    "product": attrgetter("product"),
    "warehouse": attrgetter("warehouse"),
    "province": attrgetter("province"),
}
"""The narrower first: of two slices that hold the same things, the narrower says more."""


class Cluster(NamedTuple):
    """Items that share one key: of one clock, and of others where those are of the same orders.

    log_chance: of so many by chance, at most e to this. hits, trouble: how many of the orders in trouble are in
    the slice. usual: the slice's share of all.
    """

    by: str
    key: str
    items: tuple[Item, ...]
    log_chance: float
    hits: int
    trouble: int
    usual: float

    @property
    def id(self) -> str:
        return f"{self.items[0].clock.id}:{self.by}:{self.key}"

    @property
    def stage_of(self) -> Clock:
        """The clock whose stage most of them are in."""
        ((name, _count),) = Counter(item.stage_of.id for item in self.items).most_common(1)
        return next(item.stage_of for item in self.items if item.stage_of.id == name)

    @property
    def orders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.order for item in self.items))


class _Counted:
    """Things whose mix says what is usual; what was counted of them is asked for again by other questions."""

    def __init__(self, known: Collection[Known]) -> None:
        self.known = known
        self._counted: dict[Slicer, Counter[Key]] = {}

    def __len__(self) -> int:
        return len(self.known)

    def of(self, slicer: Slicer, key: Key) -> int:
        """Return how many there are in a slice."""
        if slicer not in self._counted:
            self._counted[slicer] = Counter(map(slicer, self.known))
        return self._counted[slicer][key]


class _Question(NamedTuple):
    """Which slice do these things in trouble come from, that are otherwise like the sound ones?"""

    trouble: Sequence[Item]
    sound: Sequence[_Counted]
    usual: Usual = NOTHING_USUAL

    @property
    def all_sound(self) -> int:
        return sum(map(len, self.sound)) + len(self.usual)

    @property
    def slices(self) -> int:
        """How many slices could be found at the most: of those that hold fewer, none can."""
        return len(SLICERS) * ((len(self.trouble) + self.all_sound) // LEAST)

    def sound_in(self, slicer: Slicer, key: Key) -> int:
        """Return how many of the sound ones are in a slice."""
        return sum(counted.of(slicer, key) for counted in self.sound) + self.usual.counted(slicer).get(key, 0)

    def without(self, by: str, key: str) -> _Question:
        """Leave a slice out altogether: its sound ones would make all others look worse."""
        slicer = SLICERS[by]
        return _Question(
            [item for item in self.trouble if _name(slicer(item.exposure)) != key],
            [_Counted([one for one in counted.known if _name(slicer(one)) != key]) for counted in self.sound],
            Usual(one for one in self.usual if _name(slicer(one)) != key),
        )


def _name(key: Key) -> str | None:
    """Return a slice's key as it is shown; None where a part of it isn't known."""
    parts = key if isinstance(key, tuple) else (key,)
    known = [part for part in parts if part]
    return "·".join(known) if len(known) == len(parts) else None


def clusters(groups: Mapping[str, Sequence[Item]], usual: Usual = NOTHING_USUAL) -> list[Cluster]:
    """Return what stands out, and mark its items. An item is in one cluster at most."""
    questions = list(_questions(groups, usual))
    if not questions:
        return []
    limit = math.log(SURE / max(1, sum(question.slices for question in questions)))
    merged = _merged(found for question in questions for found in _standing_out(question, limit))
    for cluster in merged:
        for item in cluster.items:
            item.cause = cluster.id
    return merged


class _Standing(NamedTuple):
    """What is open under one clock: what is in trouble, of what is proved; the sound; and all that isn't either."""

    proved: Sequence[Item]
    pressing: Sequence[Item]
    sound: _Counted
    rest: _Counted

    @classmethod
    def of(cls, items: Sequence[Item]) -> Self:
        proved = [item for item in items if item.tier < UNPROVED]
        sound = [item.exposure for item in proved if not item.pressing]
        rest = [item.exposure for item in items if item.pressing or item.tier >= UNPROVED]
        return cls(proved, [item for item in proved if item.pressing], _Counted(sound), _Counted(rest))


def _questions(groups: Mapping[str, Sequence[Item]], usual: Usual) -> Iterator[_Question]:
    standing = {clock: _Standing.of(items) for clock, items in groups.items()}
    for clock, (proved, pressing, sound, _rest) in standing.items():
        if len(pressing) >= LEAST:
            yield _Question(pressing, [sound], NOTHING_USUAL if len(sound) >= BACKGROUND else usual)
        if len(proved) >= LEAST and proved[0].clock.from_ not in ("orders", "parcels"):
            others = [
                part for other, one in standing.items() if other != clock for part in (one.sound, one.rest)
            ]
            if sum(map(len, others)) + len(usual) >= BACKGROUND:
                yield _Question(proved, others, usual)


def _standing_out(question: _Question, limit: float) -> Iterator[Cluster]:
    while (cluster := _strongest(question, limit)) is not None:
        yield cluster
        question = question.without(cluster.by, cluster.key)


def _strongest(question: _Question, limit: float) -> Cluster | None:
    sure = (found for found in _candidates(question, limit) if found.log_chance <= limit)
    return min(sure, key=lambda found: (found.log_chance, -len(found.items)), default=None)


def _candidates(question: _Question, limit: float) -> Iterator[Cluster]:
    """Yield the slices that fare worse than the rest. An order counts once, however many parcels it has."""
    trouble = list({one.order: one for one in (item.exposure for item in question.trouble)}.values())
    if len(trouble) < LEAST:
        return
    all_ = len(trouble) + question.all_sound
    for by, slicer in SLICERS.items():
        counts = Counter(map(slicer, trouble))
        hits = [
            (key, name, count)
            for key, count in counts.items()
            if count >= LEAST and (name := _name(key)) is not None
        ]
        most = max((count for _key, _named, count in hits), default=0)
        # the sound ones needn't be looked at where even none among them would leave it to chance
        if not hits or log_at_least(most, len(trouble), most, all_) > limit:
            continue
        for key, name, count in hits:
            drawn = count + question.sound_in(slicer, key)
            if not _worse(count, drawn, len(trouble), all_):
                continue
            members = tuple(item for item in question.trouble if slicer(item.exposure) == key)
            chance = log_at_least(count, len(trouble), drawn, all_)
            yield Cluster(by, name, members, chance, count, len(trouble), drawn / all_)


def _worse(hits: int, drawn: int, trouble: int, all_: int) -> bool:
    rest = all_ - drawn
    return rest > 0 and hits * rest >= TWICE * (trouble - hits) * drawn


def _merged(found: Iterable[Cluster]) -> list[Cluster]:
    """Make one of those that are about the same orders at the same stage, named by the least chance."""
    kept: list[Cluster] = []
    for cluster in sorted(found, key=lambda cluster: cluster.log_chance):
        for place, other in enumerate(kept):
            if cluster.stage_of.id == other.stage_of.id and _overlap(cluster, other):
                theirs = {id(item) for item in other.items}
                more = tuple(item for item in cluster.items if id(item) not in theirs)
                kept[place] = other._replace(items=other.items + more)
                break
        else:
            kept.append(cluster)
    return kept


def _overlap(one: Cluster, other: Cluster) -> bool:
    orders, others = set(one.orders), set(other.orders)
    return 2 * len(orders & others) > min(len(orders), len(others))
