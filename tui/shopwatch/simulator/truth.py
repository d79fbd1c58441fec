"""What happened at a simulated shop: each order, after-sale and review as a history of states. No wire format."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

MINUTE, HOUR = 60, 3600
NEVER = 1 << 40
FIRST_ORDER, FIRST_AFTERSALE, FIRST_REVIEW = (  # beyond 53 bits
    4_781_320_682_406_083_640,
    7_150_000_000_000_000_001,
    6_900_000_000_000_000_001,
)
POINTS = {"total": 92.5, "product": 93.0, "logistics": 95.0, "service": 90.0}
WORDS = ("很好", "物流慢", "包装破了", "客服耐心", "和描述不符")
REASONS = ("质量问题", "快递破损", "7天无理由退货", "未收到货", "尺码不合适")


class Goods(NamedTuple):
    """What is sold."""

    number: int
    name: str


CUP = Goods(3_500_000_000_000_000_001, "保温杯")


class Order(NamedTuple):
    """Moments are epoch seconds; 0: not yet. tracking: the number of its one parcel, where it has one of its own."""

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
    goods: Goods = CUP
    quantity: int = 1
    province: str = "浙江省"
    carrier: str = "顺丰速运"
    tracking: str = ""
    presale: bool = False
    gift: bool = False


class Aftersale(NamedTuple):
    """Moments likewise. shipped: whether the goods had been sent. ended: 0 while it is open. decided: when the shop did,
    where that isn't its end. returned: when the goods were back."""

    number: int
    order: int
    applied: int
    amount: int
    reason: str
    shipped: bool
    deadline: int
    ended: int = 0
    succeeded: bool = False
    goods: Goods = CUP
    kind: Literal["refund", "return", "exchange", "resend", "repair"] = "refund"
    decided: int = 0
    returned: int = 0
    escalated: int = 0
    arbitrated: bool = False


class Ticket(NamedTuple):
    """A buyer asked the marketplace itself for help. closed: 0 while it is open."""

    number: str
    order: int
    opened: int
    closed: int = 0


class Review(NamedTuple):
    """What a buyer wrote of an order once it had come."""

    number: int
    order: int
    written: int
    stars: int
    words: str


class State(NamedTuple):
    """What was so from `at` until `until`."""

    at: int
    until: int
    what: Order | Aftersale | Review


History = list[tuple[int, Order | Aftersale | Review]]
"""What was so from when on, of one thing."""


@dataclasses.dataclass(frozen=True)
class Truth:
    """All states, by their beginning."""

    orders: Sequence[State]
    aftersales: Sequence[State]
    reviews: Sequence[State] = ()

    @staticmethod
    def changed(states: Sequence[State], begin: int, end: int, now: int) -> list[State]:
        """Return what stands now and was last changed between the two, both within, oldest change first."""
        first = bisect.bisect_left(states, begin, key=lambda state: state.at)
        last = bisect.bisect_right(states, min(end, now), key=lambda state: state.at)
        return [state for state in states[first:last] if state.until > now]

    def orders_changed(self, begin: int, end: int, now: int) -> list[State]:
        """Return how the orders stand that were last changed between the two, oldest change first."""
        return self.changed(self.orders, begin, end, now)

    def aftersales_changed(self, begin: int, end: int, now: int) -> list[State]:
        """Likewise the after-sales."""
        return self.changed(self.aftersales, begin, end, now)

    def tickets_opened(self, _begin: int, _end: int, _now: int) -> Sequence[Ticket]:
        """Return the tickets opened between the two, oldest first: nobody ever asks for help here."""
        return ()

    def points(self, _now: int) -> Mapping[str, float]:
        """Return what the marketplace prints."""
        return POINTS

    def created(self, begin: int, end: int, now: int) -> list[State]:
        """Return how the orders stand now that were made between the two, both within, oldest first."""
        first = bisect.bisect_left(self._by_creation, begin, key=_created)
        last = bisect.bisect_right(self._by_creation, end, key=_created)
        return [state for state in self._by_creation[first:last] if state.at <= now < state.until]

    def order(self, number: int, now: int) -> Order | None:
        """Return an order as it stands."""
        for state in self._by_number[number]:
            if isinstance(state.what, Order) and state.at <= now < state.until:
                return state.what
        return None

    def aftersale(self, number: int, now: int) -> Aftersale | None:
        """Return an after-sale as it stands."""
        for state in self.aftersales:
            ticket = state.what
            if isinstance(ticket, Aftersale) and ticket.number == number and state.at <= now < state.until:
                return ticket
        return None

    @functools.cached_property
    def _by_creation(self) -> Sequence[State]:
        return sorted(self.orders, key=lambda state: (_created(state), state.what.number))

    @functools.cached_property
    def _by_number(self) -> dict[int, list[State]]:
        found = defaultdict(list)
        for state in self.orders:
            found[state.what.number].append(state)
        return found


def _created(state: State) -> int:
    assert isinstance(state.what, Order)
    return state.what.created


def told(seed: int, start: int, seconds: int, orders: int, aftersales: int) -> Truth:
    """Make up that many, created from `start` on."""
    chance = random.Random(seed)
    histories = [_order(chance, number, start + chance.randrange(seconds)) for number in range(orders)]
    chosen = chance.sample(histories, min(aftersales, orders))
    tickets = [_aftersale(chance, number, history) for number, history in enumerate(chosen)]
    return Truth(_states(histories), _states(tickets), _states(list(_reviews(seed, histories))))


def _order(chance: random.Random, number: int, created: int) -> History:
    order = Order(FIRST_ORDER + number * 977, created, chance.randrange(990, 50_000))
    history: History = [(created, order)]
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


def _aftersale(chance: random.Random, number: int, history: History) -> History:
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


def _reviews(seed: int, histories: Sequence[History]) -> Iterator[History]:
    """By a chance of their own, so that what else happens doesn't hang on it."""
    chance = random.Random(f"reviews {seed}")
    for number, history in enumerate(histories):
        at, order = history[-1]
        if isinstance(order, Order) and order.finished and chance.random() < 0.3:
            at += chance.randrange(1, 6 * HOUR)
            review = Review(
                FIRST_REVIEW + number, order.number, at, chance.randrange(1, 6), chance.choice(WORDS)
            )
            yield [(at, review)]


def _states(histories: Sequence[History]) -> list[State]:
    states = []
    for history in histories:
        untils = [at for at, _what in history[1:]] + [NEVER]
        states += [State(at, until, what) for (at, what), until in zip(history, untils, strict=True)]
    return sorted(states, key=lambda state: (state.at, state.what.number))
