"""The official page of the simulated marketplace: what it prints each morning, and how it comes by it.

The sums follow the rule's own definitions. The curves from a value to points are the simulator's secret,
as the real ones are the marketplace's: nothing else in the program knows them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from shopwatch.demo.cast import Shop
from shopwatch.demo.days import ShopDay, Story
from shopwatch.demo.moments import HOUR, after_pause, at, day_of, second_of
from shopwatch.records import Aftersale, Chat, Official, Order, Parcel

WINDOW = 30
PRINTED = 11 * HOUR + 36  # a page of 2026 was seen updated at 11:00:36
FORMAL_FROM = 30
GROWTH, GROWTH_BAD = 70.0, 60.0
FLOOR, CEILING = 50.0, 100.0
INSURED = 2.0
MOST_DEDUCTED = 10.0
UNANSWERED = 600

ORDERS, DEDUCTED = "valid_orders", "deducted"


Part = tuple[str, int, int, int, int]
"""Something that adds to an item's sums: item, its day, the day it is known, numerator, denominator."""


class Secret(NamedTuple):
    """An indicator's share of its dimension and its (value, points) pairs. digits: as it is printed."""

    dimension: str
    share: float
    curve: tuple[tuple[float, float], ...]
    digits: int
    unit: int = 1


SECRETS: Mapping[str, Secret] = {
    "product_rating": Secret("product", 0.6, ((4.2, 50), (4.5, 62), (4.65, 74), (4.8, 88), (4.9, 100)), 4),
    "quality_returns": Secret("product", 0.4, ((0.002, 100), (0.006, 84), (0.012, 68), (0.03, 50)), 5),
    "pickup_hours": Secret("logistics", 0.4, ((3, 100), (8, 88), (14, 74), (24, 60), (40, 50)), 4, HOUR),
    "on_time_delivery": Secret("logistics", 0.4, ((0.75, 50), (0.85, 62), (0.92, 78), (0.98, 100)), 5),
    "breakage": Secret("logistics", 0.2, ((0.0005, 100), (0.002, 82), (0.005, 64), (0.012, 50)), 5),
    "audit_hours": Secret("service", 0.35, ((1.5, 100), (5, 84), (10, 68), (20, 55), (36, 50)), 4, HOUR),
    "reply_seconds": Secret("service", 0.3, ((12, 100), (30, 84), (60, 70), (150, 55), (400, 50)), 3),
    "dissatisfied": Secret("service", 0.15, ((0.02, 100), (0.08, 84), (0.18, 64), (0.35, 50)), 5),
    "platform_help": Secret("service", 0.2, ((0.002, 100), (0.008, 86), (0.02, 66), (0.05, 50)), 5),
}


class Books:
    """The running sums of one shop, closed each midnight. Days must be entered in their order."""

    def __init__(self) -> None:
        self._changes: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
        self._sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def enter(self, told: ShopDay) -> None:
        spans: dict[tuple[str, int, int], list[int]] = defaultdict(lambda: [0, 0])
        for item, day, known, numerator, denominator in _parts(told):
            sums = spans[item, max(day, known), day]
            sums[0] += numerator
            sums[1] += denominator
        for (item, known, day), (numerator, denominator) in spans.items():
            start, end = known + 1, day + WINDOW + 1
            if start < end:
                self._changes[start].append((item, numerator, denominator))
                self._changes[end].append((item, -numerator, -denominator))

    def close(self, day: int) -> dict[str, tuple[int, int]]:
        """Return the sums of the 30 days before this one, as known when it began. Days go in order."""
        for item, numerator, denominator in self._changes.pop(day, ()):
            sums = self._sums[item]
            sums[0] += numerator
            sums[1] += denominator
        return {item: (sums[0], sums[1]) for item, sums in self._sums.items()}


def printed(shop: Shop, day: int, sums: Mapping[str, tuple[int, int]]) -> list[Official]:
    """Return what the page shows on the day's morning. Scores are whole numbers."""
    moment = at(day, PRINTED)
    deducted = min(MOST_DEDUCTED, sums.get(DEDUCTED, (0, 0))[0])

    def figure(
        item: str, value: float | None = None, points: float | None = None, weight: float | None = None
    ) -> Official:
        return Official(
            shop=shop.id,
            known_at=moment,
            published_at=moment,
            item=item,
            value=value,
            points=points,
            weight=weight,
        )

    if sums.get(ORDERS, (0, 0))[1] < FORMAL_FROM:
        return [figure("total", points=GROWTH_BAD if deducted else GROWTH)]
    values = {
        item: numerator / denominator / SECRETS[item].unit
        for item, (numerator, denominator) in sums.items()
        if item in SECRETS and denominator
    }
    dimensions = {name: score for name in shop.weights if (score := _dimension(name, values)) is not None}
    weight = sum(shop.weights[name] for name in dimensions)
    total = sum(score * shop.weights[name] for name, score in dimensions.items()) / weight
    total += (INSURED if shop.given.get("freight_insurance") else 0.0) - deducted
    return [
        figure("total", points=_whole(min(total, 100.0))),
        *(
            figure(name, points=_whole(score), weight=shop.weights[name])
            for name, score in dimensions.items()
        ),
        *(figure(item, value=round(value, SECRETS[item].digits)) for item, value in sorted(values.items())),
    ]


def _dimension(name: str, values: Mapping[str, float]) -> float | None:
    parts = [
        (secret, values[item])
        for item, secret in SECRETS.items()
        if secret.dimension == name and item in values
    ]
    if not parts:
        return None
    points = sum(secret.share * _points(secret.curve, value) for secret, value in parts)
    return min(CEILING, max(FLOOR, points / sum(secret.share for secret, _ in parts)))


def _points(curve: Sequence[tuple[float, float]], value: float) -> float:
    if value <= curve[0][0]:
        return curve[0][1]
    for (left, low), (right, high) in itertools.pairwise(curve):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return curve[-1][1]


def _whole(score: float) -> float:
    return float(int(score + 0.5))


# ---------------------------------------------------------------- the definitions


def _parts(told: ShopDay) -> Iterator[Part]:
    for story in told.stories:
        order = story.order
        if order and order.paid_at and not order.excluded:
            yield from _of_order(order, story.parcel, story.aftersale)
        if not (order and order.excluded):
            yield from _of_review(story)
            yield from _of_contact(story)
        if story.chat:
            yield from _of_chat(story.chat)
        if story.aftersale and not (order and order.excluded):
            yield from _of_audit(story.aftersale)
    for event in told.events:
        if event.points and event.happened_at:
            day = day_of(event.happened_at)
            yield DEDUCTED, day, day, int(-event.points), 1


def _of_order(order: Order, parcel: Parcel | None, aftersale: Aftersale | None) -> Iterator[Part]:
    paid = order.paid_at or 0
    day = day_of(paid)
    yield ORDERS, day, day, 0, 1
    yield "breakage", day, day, 0, 1
    if aftersale and aftersale.applied_at and aftersale.reason_class == "damage":
        yield "breakage", day, day_of(aftersale.applied_at), 1, 0
    if parcel is None or parcel.picked_up_at is None or parcel.delivered_at is None:
        return
    taken, signed = day_of(parcel.picked_up_at), day_of(parcel.delivered_at)
    waited = max(0, parcel.picked_up_at - after_pause(paid, 18 * HOUR, 6 * HOUR))
    yield "pickup_hours", taken, taken, waited, 1
    promised = parcel.promised_delivery_at or 0
    due = day_of(promised)
    yield "on_time_delivery", due, due, int(parcel.delivered_at <= promised), 1
    yield "quality_returns", signed, signed, 0, 1
    if aftersale and aftersale.applied_at and aftersale.reason_class == "quality":
        yield "quality_returns", signed, day_of(aftersale.applied_at), 1, 0


def _of_review(story: Story) -> Iterator[Part]:
    if story.review and story.review.created_at:
        day = day_of(story.review.created_at)
        yield "product_rating", day, day, int(story.review.product_stars or 0), 1


def _of_audit(aftersale: Aftersale) -> Iterator[Part]:
    if not (aftersale.shipped and aftersale.succeeded and aftersale.kind in ("refund", "return")):
        return
    if aftersale.applied_at and aftersale.audited_at and aftersale.finished_at:
        day = day_of(aftersale.finished_at)
        waited = max(0, aftersale.audited_at - after_pause(aftersale.applied_at, 23 * HOUR, 8 * HOUR))
        yield "audit_hours", day, day, waited, 1


def _of_chat(chat: Chat) -> Iterator[Part]:
    if not (chat.human and chat.started_at and chat.ended_at):
        return
    if not 8 * HOUR <= second_of(chat.started_at) < 23 * HOUR:
        return
    day, known = day_of(chat.started_at), day_of(chat.ended_at)
    seconds = int(chat.reply_seconds or 0) + UNANSWERED * (chat.unanswered or 0)
    yield "reply_seconds", day, known, seconds, chat.rounds or 0
    if chat.stars is not None:
        yield "dissatisfied", day, known, int(chat.stars <= 3), 1


def _of_contact(story: Story) -> Iterator[Part]:
    """An order that sought the shop counts once, on the day of its first contact."""
    chat, aftersale = story.chat, story.aftersale
    contacts = [
        moment
        for moment in (
            aftersale.applied_at if aftersale else None,
            chat.started_at if chat and chat.human else None,
        )
        if moment is not None
    ]
    if not contacts:
        return
    day = day_of(min(contacts))
    yield "platform_help", day, day, 0, 1
    if aftersale and aftersale.escalated_at:
        yield "platform_help", day, day_of(aftersale.escalated_at), 1, 0
