"""What comes back: after-sales, the marketplace's tickets, reviews."""

from __future__ import annotations

from random import Random
from typing import Literal

from shopwatch.demo.cast import Product, Shop
from shopwatch.demo.moments import COMPLAINTS, DAY, HOUR, MINUTE, ORDERS, at, day_of, second_by, second_of
from shopwatch.demo.parcels import Handover, delivery_second
from shopwatch.demo.words import BAD, GOOD, REASONS
from shopwatch.records import Aftersale, Order, Review, Ticket

Fault = Literal["quality", "damage", "logistics", "other"]
Kind = Literal["refund", "return", "exchange", "resend", "repair"]

GIVE_UP = 36 * HOUR  # a buyer whose parcel isn't even collected by then may ask for the money back
ANSWER = 48 * HOUR  # the simulated marketplace's own limit for an answer to an after-sale


def fault_of(rng: Random, shop: Shop, product: Product, waited: int) -> Fault | None:
    """Return why an order comes back, if it does."""
    draw = rng.random()
    shares: tuple[tuple[Fault, float], ...] = (
        ("quality", shop.quality * product.faults),
        ("damage", shop.damage * product.faults),
        ("logistics", 0.2 if waited > GIVE_UP else 0.003),
        ("other", shop.dislike),
    )
    for fault, share in shares:
        if draw < share:
            return fault
        draw -= share
    return None


def after_shipping(
    rng: Random, shop: Shop, order: Order, handover: Handover, delivered: int, fault: Fault
) -> Aftersale:
    chance = rng.random
    if fault == "logistics" and handover.waited > GIVE_UP:  # asked for while it stands at the depot
        applied = handover.ready + int(GIVE_UP * (0.7 + 0.3 * chance()))
        return aftersale(rng, shop, order, fault, "refund", applied, shipped=True)
    applied = at(day_of(delivered) + 1 + int(chance() * 3), second_by(COMPLAINTS, chance()))
    kind: Kind = "refund" if fault != "other" and chance() < 0.6 else "return"
    if chance() < 0.06:
        kind = "exchange"
    return aftersale(rng, shop, order, fault, kind, applied, shipped=True)


def aftersale(
    rng: Random, shop: Shop, order: Order, fault: Fault, kind: Kind, applied: int, *, shipped: bool
) -> Aftersale:
    chance = rng.random
    decided = audited(rng, shop, applied, 1.0 if shipped else 0.2)
    refused = shipped and chance() < 0.05
    returned: int | None = None
    if kind != "refund" and not refused:
        returned = at(day_of(decided) + 2 + int(chance() * 3), delivery_second(chance()))
        finished = audited(rng, shop, returned, 2.0) + 3 * MINUTE
    else:
        finished = decided + (DAY if refused else MINUTE + int(9 * MINUTE * chance()))
    anger = 4 if refused else 2 if decided - applied > 12 * HOUR else 1
    escalated: int | None = None
    if shipped and chance() < shop.escalates * anger:
        escalated = max(applied + MINUTE, min(applied + int((2 + 18 * chance()) * HOUR), finished - MINUTE))
        finished = max(finished, escalated + MINUTE)
    return Aftersale(
        shop=shop.id,
        aftersale_id=f"79{order.order_id[2:]}",
        order_id=order.order_id,
        product_id=order.product_id,
        amount=order.amount,
        kind=kind,
        shipped=shipped,
        first_reason=rng.choice(REASONS[fault]),
        reason_class=fault,
        applied_at=applied,
        audited_at=decided,
        return_signed_at=returned,
        finished_at=finished,
        succeeded=not refused,
        platform_handled=refused and escalated is not None,
        escalated_at=escalated,
        deadline_at=(returned or applied) + ANSWER,
        known_at=finished,
    )


def audited(rng: Random, shop: Shop, applied: int, times: float) -> int:
    """Return when the shop decides: soon while its people are there, else in the morning's backlog."""
    begin, end = (int(hour * HOUR) for hour in shop.staffed)
    needed = MINUTE + int(min(rng.expovariate(1.0), 4.0) * shop.audit_hours * times * HOUR)
    second = second_of(applied)
    if begin <= second and second + needed < end:
        return applied + needed
    opening = applied - second + begin + (DAY if second >= begin else 0)
    return opening + int((0.1 + 0.6 * rng.random()) * shop.audit_hours * HOUR)


def ticket(rng: Random, aftersale: Aftersale) -> Ticket | None:
    opened = aftersale.escalated_at
    if opened is None:
        return None
    kind: Literal["platform_help", "dispute", "complaint", "evidence"] = rng.choice(
        ("platform_help", "dispute", "complaint", "evidence")
    )
    limit = (24 if kind == "evidence" else 48) * HOUR
    closed = opened + int(limit * (1.2 if rng.random() < 0.1 else 0.1 + 0.8 * rng.random()))
    return Ticket(
        shop=aftersale.shop,
        ticket_id=f"T{aftersale.aftersale_id}",
        order_id=aftersale.order_id,
        kind=kind,
        opened_at=opened,
        closed_at=closed,
        liable=rng.random() < 0.4,
        deadline_at=opened + limit,
        known_at=closed,
    )


def review(rng: Random, shop: Shop, order: Order, delivered: int, fault: Fault | None) -> Review:
    chance = rng.random
    written = at(day_of(delivered) + 1 + int(chance() * 5), second_by(ORDERS, chance()))
    cause: str | None = fault or ("other" if chance() < shop.sour else None)
    if cause == "other" and shop.night_reply > 1 and chance() < 0.5:
        cause = "service"
    stars = (1 + int(chance() * 3)) if cause else (5 if chance() < 0.9 else 4)
    replied = written + int((1 + 40 * chance()) * HOUR) if cause and chance() < 0.6 else None
    return Review(
        shop=shop.id,
        review_id=f"{order.order_id}r",
        order_id=order.order_id,
        product_id=order.product_id,
        created_at=written,
        product_stars=float(stars),
        logistics_stars=2.0 if cause == "logistics" else 5.0,
        service_stars=2.0 if cause == "service" else 5.0,
        text=rng.choice(BAD[cause] if cause else GOOD),
        replied_at=replied,
        known_at=replied or written,
    )
