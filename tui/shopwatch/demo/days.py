"""One shop's day: every order placed on it and all that will ever come of it, drawn from the seed.

A story is told to its end at once; how much of it can be seen at a moment is decided in `sight.py`. A
day depends on its own number and on nothing else, so that any moment can be told again.
"""

from __future__ import annotations

import dataclasses
from random import Random

import msgspec

from shopwatch.demo import chats, complaints, parcels
from shopwatch.demo.cast import Product, Shop, cumulated
from shopwatch.demo.depots import stuck_depots
from shopwatch.demo.moments import DAY, HOUR, MINUTE, ORDERS, at, day_of, second_by
from shopwatch.demo.parcels import Handover, Sale
from shopwatch.demo.words import PROVINCES, Province
from shopwatch.records import Aftersale, Chat, Event, Order, Parcel, Record, Review, Scan, Ticket

LIFE_DAYS = 30
"""Days after its own within which everything of a story has happened."""

GIFT = 100  # fen that a gift or a lucky bag costs


@dataclasses.dataclass(slots=True)
class Story:
    """An order with all that came of it; or a chat that came to no order."""

    order: Order | None = None
    parcel: Parcel | None = None
    review: Review | None = None
    aftersale: Aftersale | None = None
    chat: Chat | None = None
    ticket: Ticket | None = None
    scans: tuple[Scan, ...] = ()


@dataclasses.dataclass(slots=True)
class ShopDay:
    stories: list[Story]
    events: list[Event]

    def tables(self) -> dict[str, list[Record]]:
        """Return the records by table, each as it will be in the end."""
        stories = self.stories
        tables: dict[str, list[Record]] = {
            "orders": [story.order for story in stories if story.order],
            "parcels": [story.parcel for story in stories if story.parcel],
            "scans": [scan for story in stories for scan in story.scans],
            "reviews": [story.review for story in stories if story.review],
            "aftersales": [story.aftersale for story in stories if story.aftersale],
            "chats": [story.chat for story in stories if story.chat],
            "tickets": [story.ticket for story in stories if story.ticket],
            "events": list(self.events),
        }
        return {name: rows for name, rows in tables.items() if rows}


def shop_day(seed: int, shop: Shop, day: int) -> ShopDay:
    return _Teller(seed, shop, day).tell()


def day_in(number: str) -> int:
    """Return the day that an order or after-sale is of, by its number; one of another marketplace is of none."""
    return int(number[2:7]) if number[2:7].isdecimal() else 0


class _Teller:
    """All chance of a day comes from one generator, asked in one order."""

    def __init__(self, seed: int, shop: Shop, day: int) -> None:
        self.rng = Random(f"{seed}/{shop.id}/{day}")
        self.shop = shop
        self.day = day
        self.depots = stuck_depots(seed, shop, day, day + 5)
        self.prefix = f"69{day % 100000:05d}{shop.number:03d}"

    def tell(self) -> ShopDay:
        shop, rng = self.shop, self.rng
        count = self._order_count()
        seconds = sorted(second_by(ORDERS, rng.random()) for _ in range(count))
        products = rng.choices(
            shop.products, cum_weights=cumulated([p.share for p in shop.products]), k=count
        )
        places = rng.choices(PROVINCES, cum_weights=_PROVINCE_SHARES, k=count)
        names, shares = zip(*shop.carriers, strict=True)
        carriers = rng.choices(names, cum_weights=cumulated(shares), k=count)
        stories = [
            self._story(f"{self.prefix}{turn:04d}{int(rng.random() * 100000):05d}", *drawn)
            for turn, drawn in enumerate(zip(seconds, products, places, carriers, strict=True))
        ]
        askers = int(count * 0.06 + rng.random())
        stories += (
            Story(chat=chats.asking(rng, shop, f"{self.prefix}c{turn:04d}", self.day))
            for turn in range(askers)
        )
        return ShopDay(stories, self._events())

    def _order_count(self) -> int:
        mean = self.shop.orders_a_day
        if mean < 1:
            return int(self.rng.random() < mean)
        return max(0, round(self.rng.gauss(mean, mean * 0.1)))

    def _story(self, order_id: str, second: int, product: Product, place: Province, carrier: str) -> Story:
        shop, chance = self.shop, self.rng.random
        kind, fate = chance(), chance()
        created = at(self.day, second)
        paid = created + int(8 + chance() * 240)
        presale = kind < 0.03
        sale = Sale(
            order_id=order_id,
            created=created,
            paid=paid,
            promised=self._promise(paid, presale=presale),
            product=product,
            quantity=1 if chance() < 0.85 else 2,
            place=place,
            carrier=carrier,
            warehouse=shop.warehouses[0 if chance() < 0.65 else -1],
            presale=presale,
            excluded=kind > 0.975,
        )
        if fate < 0.02:
            return Story(_unpaid(shop, sale))
        ready = parcels.packed(self.rng, shop, paid + (2 * DAY if presale else 0))
        return self._cancelled(sale, ready) if fate < 0.035 else self._shipped(sale, ready)

    def _promise(self, paid: int, *, presale: bool) -> int:
        if presale:
            return paid + 5 * DAY
        return at(day_of(paid) + 2) - 1 if self.shop.next_day else paid + 48 * HOUR

    def _cancelled(self, sale: Sale, ready: int) -> Story:
        """Return an order whose buyer thought better of it before it was packed."""
        applied = sale.paid + int((ready - sale.paid) * (0.2 + 0.7 * self.rng.random()))
        order = _order(self.shop, sale, known=sale.paid)
        undone = complaints.aftersale(self.rng, self.shop, order, "other", "refund", applied, shipped=False)
        closed = undone.finished_at or applied
        return Story(msgspec.structs.replace(order, closed_at=closed, known_at=closed), aftersale=undone)

    def _shipped(self, sale: Sale, ready: int) -> Story:
        shop, rng = self.shop, self.rng
        handover = Handover(ready, parcels.collected(rng, shop, sale, ready, self.depots))
        fault = complaints.fault_of(rng, shop, sale.product, handover.waited)
        parcel = parcels.parcel(rng, shop, sale, handover, damaged=fault == "damage")
        delivered = parcel.known_at
        finished = delivered + int((0.5 + rng.random() * 6) * DAY)
        order = _order(shop, sale, shipped=ready, finished=finished, known=finished)
        story = Story(order, parcel, scans=parcels.scans(rng, parcel, sale.place))
        if fault:
            story.aftersale = complaints.after_shipping(rng, shop, order, handover, delivered, fault)
            story.ticket = complaints.ticket(rng, story.aftersale)
        if rng.random() < (0.45 if fault in ("quality", "damage") else 0.28):
            story.review = complaints.review(rng, shop, order, delivered, fault)
        if rng.random() < (0.5 if fault else 0.11):
            story.chat = chats.about(rng, shop, order, story.aftersale)
        return story

    def _events(self) -> list[Event]:
        drawn = (("invoice_refused", self.shop.refuses, -2.0), ("passive_service", self.shop.passive, None))
        events = []
        for kind, share, points in drawn:
            if self.rng.random() < share:
                moment = at(self.day, int((10 + self.rng.random() * 8) * HOUR))
                events.append(
                    Event(
                        shop=self.shop.id,
                        event_id=f"{self.prefix}-{kind}",
                        kind=kind,
                        points=points,
                        happened_at=moment,
                        known_at=moment,
                    )
                )
        return events


def _order(
    shop: Shop, sale: Sale, *, shipped: int | None = None, finished: int | None = None, known: int
) -> Order:
    return Order(
        shop=shop.id,
        order_id=sale.order_id,
        created_at=sale.created,
        paid_at=sale.paid,
        promised_ship_at=sale.promised,
        shipped_at=shipped,
        finished_at=finished,
        amount=GIFT if sale.excluded else sale.product.yuan * 100 * sale.quantity,
        product_id=sale.product.id,
        product_name=sale.product.name,
        quantity=sale.quantity,
        province=sale.place.name,
        warehouse=sale.warehouse,
        presale=sale.presale,
        excluded=sale.excluded,
        known_at=known,
    )


def _unpaid(shop: Shop, sale: Sale) -> Order:
    closed = sale.created + 30 * MINUTE
    return msgspec.structs.replace(
        _order(shop, sale, known=closed), paid_at=None, promised_ship_at=None, closed_at=closed, excluded=None
    )


_PROVINCE_SHARES = cumulated([province.share for province in PROVINCES])
