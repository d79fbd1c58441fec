"""Causes: what the things in trouble have in common beyond chance, so that a batch is one row, not forty."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from shopwatch.risk.items import Item
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock

LEAST = 5
"""Fewer than this in trouble are single cases."""

SURE = 1e-3
"""How improbable by chance a cluster must be, over all that were looked at."""

BACKGROUND = 30
"""Open things of other kinds needed before their mix says what is usual."""

Slicer = Callable[[Exposure], str | None]


def _pair(exposure: Exposure) -> str | None:
    return f"{exposure.carrier}·{exposure.province}" if exposure.carrier and exposure.province else None


SLICERS: dict[str, Slicer] = {
    "carrier·province": _pair,
    "carrier": lambda exposure: exposure.carrier,
    "product": lambda exposure: exposure.product_name or exposure.product_id,
    "warehouse": lambda exposure: exposure.warehouse,
}
"""The narrower first: of two slices that hold the same things, the narrower says more."""


class Cluster(NamedTuple):
    """Items that share one key: of one clock, and of others where those are of the same orders.

    log_chance: of so many by chance, at most e to this.
    """

    by: str
    key: str
    items: tuple[Item, ...]
    log_chance: float

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


def log_tail(hits: int, trials: int, chance: float) -> float:
    """Return the log of Chernoff's bound on P(at least so many hits): never below the exact figure's, so
    that no cluster is made out of a rounding."""
    share = hits / trials if trials else 0.0
    if share <= chance:
        return 0.0
    if chance <= 0.0:
        return -math.inf
    miss = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return -trials * (share * math.log(share / chance) + miss)


def clusters(groups: Mapping[str, Sequence[Item]]) -> list[Cluster]:
    """Return what stands out, and mark its items. An item is in one cluster at most."""
    found: list[Cluster] = []
    for clock, items in groups.items():
        others = [item for other, list_ in groups.items() if other != clock for item in list_]
        rest = [item for item in items if item.exposure.proved and not item.lost]
        while (cluster := _strongest(rest, others)) is not None:
            members = {id(item) for item in cluster.items}
            rest = [item for item in rest if id(item) not in members]
            found.append(cluster)
    merged = _merged(found)
    for cluster in merged:
        for item in cluster.items:
            item.cause = cluster.id
    return merged


def _merged(found: Iterable[Cluster]) -> list[Cluster]:
    """Make one of those that are about the same orders at the same stage, named by the least chance."""
    kept: list[Cluster] = []
    for cluster in sorted(found, key=lambda cluster: cluster.log_chance):
        for place, other in enumerate(kept):
            if cluster.stage_of.id == other.stage_of.id and _overlap(cluster, other):
                kept[place] = other._replace(items=other.items + cluster.items)
                break
        else:
            kept.append(cluster)
    return kept


def _overlap(one: Cluster, other: Cluster) -> bool:
    orders, others = set(one.orders), set(other.orders)
    return 2 * len(orders & others) > min(len(orders), len(others))


def _strongest(items: Sequence[Item], others: Sequence[Item]) -> Cluster | None:
    if len(items) < LEAST:
        return None
    candidates = [cluster for by in SLICERS for cluster in _candidates(by, items, others)]
    limit = math.log(SURE / max(1, len(candidates)))
    sure = [cluster for cluster in candidates if cluster.log_chance <= limit]
    return min(sure, key=lambda c: (c.log_chance, -len(c.items)), default=None)


def _slices(by: str, items: Iterable[Item]) -> dict[str, list[Item]]:
    slices: dict[str, list[Item]] = {}
    slicer = SLICERS[by]
    for item in items:
        if (key := slicer(item.exposure)) is not None:
            slices.setdefault(key, []).append(item)
    return slices


def _candidates(by: str, items: Sequence[Item], others: Sequence[Item]) -> Iterable[Cluster]:
    """Two questions: is a larger share of this slice in trouble than of all the rest of its clock? And, for
    what counts by its number (after-sales, chats, tickets): is the slice a larger share of them than of the
    shop's other open things?"""
    trouble = sum(item.pressing for item in items)
    by_number = items[0].clock.from_ not in ("orders", "parcels")
    usual = _slices(by, others) if by_number and len(others) >= BACKGROUND else None
    for key, members in _slices(by, items).items():
        if len(members) < LEAST:
            continue
        pressing = tuple(item for item in members if item.pressing)
        if len(pressing) >= LEAST and len(members) < len(items):
            elsewhere = (trouble - len(pressing) + 1) / (len(items) - len(members) + 2)
            yield Cluster(by, key, pressing, log_tail(len(pressing), len(members), elsewhere))
        if usual is not None:
            share = (len(usual.get(key, ())) + 1) / (len(others) + 2)
            yield Cluster(by, key, tuple(members), log_tail(len(members), len(items), share))
