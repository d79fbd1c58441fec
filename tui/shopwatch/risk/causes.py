"""Causes: what the things in trouble have in common beyond chance, so that a batch is one row, not forty.

Trouble is held against what isn't in trouble. Of orders and parcels that is the rest that is open under the
same clock, of the same age and kind; where too little of it is left to compare with, and for what counts by its
number (after-sales, chats, tickets), the shop's recent orders stand in. Were a carrier, a product or a province
nothing special, its share of the trouble would be a draw from both together; a slice is a cause where that is
next to impossible, however many slices were looked at, and where it fares at least twice as badly as the rest.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, Self

from shopwatch.risk.hypergeometric import log_at_least
from shopwatch.risk.items import UNPROVED, Item, Waiting
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

    def __init__(self, known: Collection[Exposure]) -> None:
        self.known = known
        self._counted: dict[str, Counter[Key]] = {}

    def __len__(self) -> int:
        return len(self.known)

    def by(self, by: str) -> Counter[Key]:
        """Return how many there are in each slice."""
        if by not in self._counted:
            self._counted[by] = self._count(by)
        return self._counted[by]

    def without(self, by: str, name: str) -> _Counted:
        """Return those that aren't in a slice of this name."""
        slicer, gone = SLICERS[by], _named(name, self.by(by))
        return _Counted([one for one in self.known if slicer(one) not in gone]) if gone else self

    def _count(self, by: str) -> Counter[Key]:
        # of thousands of things there are few kinds: the kinds are sorted into slices, and not the things
        if by == "product":
            return _folded(Counter(map(_NAME_AND_ID, self.known)), lambda kind: kind[0] or kind[1])
        return _folded(self._ways, _PARTS[by])

    @functools.cached_property
    def _ways(self) -> Counter[tuple[str | None, ...]]:
        """Return how many there are by each carrier, to each province, of each warehouse."""
        return Counter(map(_WAY, self.known))


_NAME_AND_ID = attrgetter("product_name", "product_id")
_WAY = attrgetter("carrier", "province", "warehouse")
_PARTS: dict[str, Callable[[Any], Key]] = {
    "carrier·province": itemgetter(0, 1),
    "carrier": itemgetter(0),
    "province": itemgetter(1),
    "warehouse": itemgetter(2),
}


def _folded(kinds: Mapping[Any, int], slicer: Callable[[Any], Key]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for kind, count in kinds.items():
        found[slicer(kind)] += count
    return found


class _Trouble(NamedTuple):
    """Things in trouble: their places among the items of a clock, and what is known of each. Of thousands that only
    wait those alone are worked out that share a cause."""

    items: Sequence[Item]
    places: Sequence[int]
    known: Sequence[Exposure]

    @classmethod
    def of(cls, items: Sequence[Item]) -> Self:
        return cls(items, range(len(items)), [item.exposure for item in items])

    def by_order(self) -> Sequence[Exposure]:
        """Return them, one an order, however many parcels it has."""
        orders = set(map(attrgetter("order_id"), self.known))
        if len(orders) == len(self.known) and None not in orders:
            return self.known
        return list({one.order: one for one in self.known}.values())

    def within(self, slicer: Slicer, key: Key) -> tuple[Item, ...]:
        """Return those in a slice."""
        pairs = zip(self.places, self.known, strict=True)
        return tuple(self.items[place] for place, one in pairs if slicer(one) == key)

    def without(self, slicer: Slicer, name: str) -> _Trouble:
        """Return those that aren't in a slice of this name."""
        gone = _named(name, set(map(slicer, self.known)))
        pairs = zip(self.places, self.known, strict=True)
        left = [(place, one) for place, one in pairs if slicer(one) not in gone]
        return _Trouble(self.items, [place for place, _one in left], [one for _place, one in left])


class _Question(NamedTuple):
    """Which slice do these things in trouble come from, that are otherwise like the sound ones?"""

    trouble: _Trouble
    sound: Sequence[_Counted]
    usual: Usual = NOTHING_USUAL

    @property
    def all_sound(self) -> int:
        return sum(map(len, self.sound)) + len(self.usual)

    @property
    def slices(self) -> int:
        """How many slices could be found at the most: of those that hold fewer, none can."""
        return len(SLICERS) * ((len(self.trouble.known) + self.all_sound) // LEAST)

    def sound_by(self, by: str) -> Counter[Key]:
        """Return how many of the sound ones are in each slice."""
        found: Counter[Any] = Counter(self.usual.counted(SLICERS[by]))
        for counted in self.sound:
            found.update(counted.by(by))
        return found

    def without(self, by: str, key: str) -> _Question:
        """Leave a slice out altogether: its sound ones would make all others look worse."""
        slicer = SLICERS[by]
        return _Question(
            self.trouble.without(slicer, key),
            [counted.without(by, key) for counted in self.sound],
            Usual(one for one in self.usual if _name(slicer(one)) != key),
        )


def _name(key: Key) -> str | None:
    """Return a slice's key as it is shown; None where a part of it isn't known."""
    parts = key if isinstance(key, tuple) else (key,)
    known = [part for part in parts if part]
    return "·".join(known) if len(known) == len(parts) else None


def _named(name: str, keys: Iterable[Key]) -> set[Key]:
    """Return those of some keys that are shown so."""
    return {key for key in keys if _name(key) == name}


def _is_known(key: Key) -> bool:
    """Whether a slice's key can be shown."""
    return all(key) if isinstance(key, tuple) else bool(key)


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

    clock: Clock
    proved: _Trouble
    pressing: _Trouble
    sound: _Counted
    rest: _Counted

    @classmethod
    def of(cls, items: Sequence[Item]) -> Self:
        if isinstance(items, Waiting):
            return cls.of_waiting(items)
        proved = [item for item in items if item.tier < UNPROVED]
        sound = [item.exposure for item in proved if not item.pressing]
        rest = [item.exposure for item in items if item.pressing or item.tier >= UNPROVED]
        pressing = [item for item in proved if item.pressing]
        return cls(
            items[0].clock, _Trouble.of(proved), _Trouble.of(pressing), _Counted(sound), _Counted(rest)
        )

    @classmethod
    def of_waiting(cls, items: Waiting) -> Self:
        """Return how what only waits stands: none of it is pressing, and none need be worked out to tell."""
        places = [place for place, one in enumerate(items.exposures) if one.proved]
        known = [items.exposures[place] for place in places]
        rest = [one for one in items.exposures if not one.proved]
        return cls(
            items[0].clock,
            _Trouble(items, places, known),
            _Trouble.of(()),
            _Counted(known),
            _Counted(rest),
        )


def _questions(groups: Mapping[str, Sequence[Item]], usual: Usual) -> Iterator[_Question]:
    standing = {clock: _Standing.of(items) for clock, items in groups.items()}
    for id_, one in standing.items():
        if len(one.pressing.known) >= LEAST:
            yield _Question(
                one.pressing, [one.sound], NOTHING_USUAL if len(one.sound) >= BACKGROUND else usual
            )
        if len(one.proved.known) >= LEAST and one.clock.from_ not in ("orders", "parcels"):
            others = [
                part
                for other, its in standing.items()
                if other != id_
                for part in (its.sound, its.rest)
                if len(part)
            ]
            if sum(map(len, others)) + len(usual) >= BACKGROUND:
                yield _Question(one.proved, others, usual)


def _standing_out(question: _Question, limit: float) -> Iterator[Cluster]:
    while (cluster := _strongest(question, limit)) is not None:
        yield cluster
        question = question.without(cluster.by, cluster.key)


def _strongest(question: _Question, limit: float) -> Cluster | None:
    found = _candidates(question, limit)
    return min(found, key=lambda one: (one.log_chance, -len(one.items)), default=None)


def _candidates(question: _Question, limit: float) -> Iterator[Cluster]:
    """Yield the slices that surely fare worse than the rest. An order counts once, however many parcels it has."""
    trouble = _Counted(question.trouble.by_order())
    if len(trouble) < LEAST:
        return
    all_ = len(trouble) + question.all_sound
    for by, slicer in SLICERS.items():
        counts = trouble.by(by)
        hits = [(key, count) for key, count in counts.items() if count >= LEAST and _is_known(key)]
        most = max((count for _key, count in hits), default=0)
        # the sound ones needn't be looked at where even none among them would leave it to chance
        if not hits or log_at_least(most, len(trouble), most, all_) > limit:
            continue
        sound = question.sound_by(by)
        for key, count in hits:
            drawn = count + sound[key]
            if not _worse(count, drawn, len(trouble), all_):
                continue
            chance = log_at_least(count, len(trouble), drawn, all_)
            if chance <= limit and (name := _name(key)) is not None:
                members = question.trouble.within(slicer, key)
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
