"""From the payment to the buyer's door: packing, the carrier's rounds, the road."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from shopwatch.demo.cast import Product, Shop
from shopwatch.demo.depots import Stuck
from shopwatch.demo.moments import DAY, HOUR, MINUTE, at, day_of, is_sunday, second_of
from shopwatch.demo.words import EAST, WAYBILLS, Province
from shopwatch.records import Parcel, Scan

SUNDAY_ROUND = 14  # the one hour at which carriers come on a Sunday
TRACED = 4  # of a hundred parcels, those that show their scans


class Sale(NamedTuple):
    """What was bought. promised: by when it must be collected."""

    order_id: str
    created: int
    paid: int
    promised: int
    product: Product
    quantity: int
    place: Province
    carrier: str
    warehouse: str
    presale: bool
    excluded: bool


class Handover(NamedTuple):
    """When the parcel stood ready with its number, and when the carrier took it."""

    ready: int
    collected: int

    @property
    def waited(self) -> int:
        return self.collected - self.ready


def packed(rng: Random, shop: Shop, paid: int) -> int:
    """Return when the parcel stands ready, its number uploaded; nobody packs by night."""
    second = second_of(paid)
    if second < 8 * HOUR:
        paid += 8 * HOUR - second
    elif second > 20 * HOUR:
        paid += DAY + 8 * HOUR - second
    effort = 0.25 + min(rng.expovariate(1.0), 5.0)
    return paid + int(effort * shop.pack_hours * 0.6 * HOUR)


def collected(rng: Random, shop: Shop, sale: Sale, ready: int, depots: Sequence[Stuck]) -> int:
    """Return the carrier's first scan, at its next round after its depot runs again."""
    for depot in depots:
        if (
            depot.carrier == sale.carrier
            and depot.province == sale.place.name
            and depot.start <= ready < depot.end
        ):
            ready = depot.end
    return _next_round(ready, shop.collections) + int(rng.random() * 40 * MINUTE)


def _next_round(ready: int, hours: tuple[float, ...]) -> int:
    day = day_of(ready)
    while True:
        for hour in (SUNDAY_ROUND,) if is_sunday(day) else hours:
            if (moment := at(day, int(hour * HOUR))) >= ready:
                return moment
        day += 1


def delivery_second(chance: float) -> int:
    """Return a second of the hours in which parcels are brought."""
    return 9 * HOUR + int(chance * 11 * HOUR)


def parcel(rng: Random, shop: Shop, sale: Sale, handover: Handover, *, damaged: bool) -> Parcel:
    chance = rng.random
    days = sale.place.days + (chance() < 0.25)
    if chance() < shop.slow:
        days += 1 + int(chance() * 2)
    delivered = max(
        at(day_of(handover.collected) + days, delivery_second(chance())), handover.collected + 5 * HOUR
    )
    leaves = sale.promised if sale.presale else sale.paid
    return Parcel(
        shop=shop.id,
        parcel_id=WAYBILLS[sale.carrier] + sale.order_id[2:],
        order_id=sale.order_id,
        carrier=sale.carrier,
        warehouse=sale.warehouse,
        province=sale.place.name,
        waybill_at=handover.ready,
        picked_up_at=handover.collected,
        delivered_at=delivered,
        promised_delivery_at=at(day_of(leaves) + sale.place.days + shop.slack_days + 1) - 1,
        damaged=damaged,
        known_at=delivered,
    )


def scans(rng: Random, parcel: Parcel, place: Province) -> tuple[Scan, ...]:
    """Return what the carrier's tracking shows, for the few parcels that are traced."""
    start, end = parcel.picked_up_at, parcel.delivered_at
    if start is None or end is None or rng.random() * 100 >= TRACED:
        return ()

    def scan(moment: int, kind: str, where: str) -> Scan:
        return Scan(
            shop=parcel.shop,
            parcel_id=parcel.parcel_id,
            scanned_at=moment,
            kind=kind,  # type: ignore[arg-type]
            place=where,
            same_region=place.name in EAST,
            known_at=moment,
        )

    out = max(end - 4 * HOUR, start + HOUR)
    return (
        scan(start, "pickup", f"{parcel.warehouse}揽收网点"),
        scan(start + (out - start) // 2, "transit", f"{place.name}转运中心"),
        scan(out, "out", f"{place.name}派件网点"),
        scan(end, "delivered", place.name),
    )
