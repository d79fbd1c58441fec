"""What happened at a simulated shop: each order and each after-sale as a history of states. No wire format."""

from __future__ import annotations

import bisect
import dataclasses
import random
from collections.abc import Sequence
from typing import NamedTuple

MINUTE, HOUR = 60, 3600
NEVER = 1 << 40
FIRST_ORDER, FIRST_AFTERSALE = 4_781_320_682_406_083_640, 7_150_000_000_000_000_001  # beyond 53 bits
REASONS = ("质量问题", "快递破损", "7天无理由退货", "未收到货", "尺码不合适")


class Order(NamedTuple):
    """Moments are epoch seconds; 0: not yet."""

    number: int
    created: int
    amount: int
    paid: int = 0
    promised: int = 0
    shipped: int = 0
    picked_up: int = 0
    delivered: int = 0
    finished: int = 0
    cancelled: int = 0


class Aftersale(NamedTuple):
    """Moments likewise. shipped: whether the goods had been sent. ended: 0 while it is open."""

    number: int
    order: int
    applied: int
    amount: int
    reason: str
    shipped: bool
    deadline: int
    ended: int = 0
    succeeded: bool = False


class State(NamedTuple):
    """What was so from `at` until `until`."""

    at: int
    until: int
    what: Order | Aftersale


@dataclasses.dataclass(frozen=True)
class Truth:
    """All states, by their beginning."""

    orders: Sequence[State]
    aftersales: Sequence[State]

    @staticmethod
    def changed(states: Sequence[State], begin: int, end: int, now: int) -> list[State]:
        """Return what stands now and was last changed between the two, both within, oldest change first."""
        first = bisect.bisect_left(states, begin, key=lambda state: state.at)
        last = bisect.bisect_right(states, min(end, now), key=lambda state: state.at)
        return [state for state in states[first:last] if state.until > now]

    def order(self, number: int, now: int) -> Order | None:
        """Return an order as it stands."""
        for state in self.orders:
            if (
                isinstance(state.what, Order)
                and state.what.number == number
                and state.at <= now < state.until
            ):
                return state.what
        return None


def told(seed: int, start: int, seconds: int, orders: int, aftersales: int) -> Truth:
    """Make up that many, created from `start` on."""
    chance = random.Random(seed)
    histories = [_order(chance, number, start + chance.randrange(seconds)) for number in range(orders)]
    chosen = chance.sample(histories, min(aftersales, orders))
    tickets = [_aftersale(chance, number, history) for number, history in enumerate(chosen)]
    return Truth(_states(histories), _states(tickets))


def _order(chance: random.Random, number: int, created: int) -> list[tuple[int, Order | Aftersale]]:
    order = Order(FIRST_ORDER + number * 977, created, chance.randrange(990, 50_000))
    history: list[tuple[int, Order | Aftersale]] = [(created, order)]
    paid = created + chance.randrange(5, 10 * MINUTE)
    if chance.random() < 0.1:
        return [*history, (paid, order._replace(cancelled=paid))]
    order = order._replace(paid=paid, promised=paid + 48 * HOUR)
    history.append((paid, order))
    shipped = paid + chance.randrange(10 * MINUTE, 8 * HOUR)
    order = order._replace(shipped=shipped, picked_up=shipped + chance.randrange(MINUTE, HOUR))
    history.append((shipped, order))
    delivered = order.picked_up + chance.randrange(HOUR, 12 * HOUR)
    history.append((delivered, order._replace(delivered=delivered)))
    finished = delivered + chance.randrange(MINUTE, 6 * HOUR)
    return [*history, (finished, order._replace(delivered=delivered, finished=finished))]


def _aftersale(
    chance: random.Random, number: int, history: Sequence[tuple[int, Order | Aftersale]]
) -> list[tuple[int, Order | Aftersale]]:
    at, order = history[min(len(history) - 1, chance.choice((1, 2, 3)))]
    assert isinstance(order, Order)
    applied = at + chance.randrange(1, HOUR)
    opened = Aftersale(
        FIRST_AFTERSALE + number,
        order.number,
        applied,
        order.amount,
        chance.choice(REASONS),
        bool(order.shipped),
        applied + 48 * HOUR,
    )
    ended = applied + chance.randrange(MINUTE, 20 * HOUR)
    return [(applied, opened), (ended, opened._replace(ended=ended, succeeded=chance.random() < 0.8))]


def _states(histories: Sequence[Sequence[tuple[int, Order | Aftersale]]]) -> list[State]:
    states = []
    for history in histories:
        untils = [at for at, _what in history[1:]] + [NEVER]
        states += [State(at, until, what) for (at, what), until in zip(history, untils, strict=True)]
    return sorted(states, key=lambda state: (state.at, state.what.number))
