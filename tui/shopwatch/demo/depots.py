"""Incidents: a carrier's depot stops collecting for one province for a day or two."""

from __future__ import annotations

import functools
from random import Random
from typing import NamedTuple

from shopwatch.demo.cast import Shop
from shopwatch.demo.moments import HOUR, at
from shopwatch.demo.words import PROVINCES

BUSIEST = 3  # provinces: elsewhere nobody would see a depot stand still
FIRST_HOURS = 10  # of the block's first day, in which the trouble starts


class Stuck(NamedTuple):
    carrier: str
    province: str
    start: int
    end: int


@functools.lru_cache(maxsize=4096)
def _incident(seed: int, shop: Shop, block: int) -> Stuck:
    rng = Random(f"{seed}/{shop.id}/depot/{block}")
    carrier = max(shop.carriers, key=lambda carrier: carrier[1] * (0.4 + rng.random()))[0]
    place = rng.choices(PROVINCES[:BUSIEST], [province.share for province in PROVINCES[:BUSIEST]])[0]
    start = at(block * shop.depot_every, int(rng.random() * FIRST_HOURS * HOUR))
    return Stuck(carrier, place.name, start, start + rng.randint(*shop.depot_hours) * HOUR)


def stuck_depots(seed: int, shop: Shop, first_day: int, last_day: int) -> tuple[Stuck, ...]:
    """Return the incidents that any of these days may see."""
    longest = -(-shop.depot_hours[1] // 24) + 1
    blocks = range((first_day - longest) // shop.depot_every, last_day // shop.depot_every + 1)
    return tuple(_incident(seed, shop, block) for block in blocks)
