"""Talks with the shop's people, and with its robot."""

from __future__ import annotations

from random import Random

from shopwatch.demo.cast import Shop
from shopwatch.demo.moments import COMPLAINTS, DAY, HOUR, at, second_by, second_of
from shopwatch.demo.words import AGENTS, ROBOT
from shopwatch.records import Aftersale, Chat, Order

LATE = 22 * HOUR  # from here to EARLY a shop that is slow at night is slow
EARLY = 8 * HOUR
PAUSE = 45  # seconds a buyer takes over a message


class Talk(Chat, frozen=True, kw_only=True, omit_defaults=False):
    """A chat as it is sent: with its unknown fields, because a wait that is over must be taken back."""


def about(rng: Random, shop: Shop, order: Order, aftersale: Aftersale | None) -> Talk:
    """Return a talk about an order: over its after-sale if it has one, else in the days after paying."""
    if aftersale and aftersale.applied_at:
        started = aftersale.applied_at + int(rng.random() * 3 * HOUR)
    else:
        started = (order.paid_at or 0) + int(rng.random() * 3 * DAY)
    return _chat(rng, shop, f"{order.order_id}c", order.order_id, started)


def asking(rng: Random, shop: Shop, chat_id: str, day: int) -> Talk:
    """Return a talk that came to no order."""
    return _chat(rng, shop, chat_id, None, at(day, second_by(COMPLAINTS, rng.random())))


def _chat(rng: Random, shop: Shop, chat_id: str, order_id: str | None, started: int) -> Talk:
    chance = rng.random
    human = chance() < 0.82
    slow = 1.0 if EARLY <= second_of(started) < LATE else shop.night_reply
    rounds = 1 + int(min(rng.expovariate(0.5), 12))
    unanswered = int(human and chance() < shop.unanswered * rounds * slow)
    pace = shop.reply_seconds * slow if human else 2.0
    seconds = [1 + int(rng.expovariate(1 / pace)) for _ in range(rounds - unanswered)]
    ended = started + sum(seconds) + PAUSE * rounds + (int((1 + 5 * chance()) * HOUR) if unanswered else 0)
    return Talk(
        shop=shop.id,
        chat_id=chat_id,
        order_id=order_id,
        agent=AGENTS[int(chance() * len(AGENTS))] if human else ROBOT,
        started_at=started,
        ended_at=ended,
        human=human,
        rounds=rounds,
        reply_seconds=float(sum(seconds)),
        answered_in_180s=sum(second <= 180 for second in seconds),
        unanswered=unanswered,
        stars=_stars(rng, shop, unanswered) if human and chance() < 0.35 else None,
        known_at=ended,
    )


def _stars(rng: Random, shop: Shop, unanswered: int) -> float:
    if rng.random() < (0.7 if unanswered else shop.unhappy):
        return float(1 + int(rng.random() * 3))
    return 5.0 if rng.random() < 0.8 else 4.0
