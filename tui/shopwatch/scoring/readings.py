"""What the warehouse hands to scoring: two sums per indicator, per moment. Plain values."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, overload

import msgspec


class Sum2(NamedTuple):
    """Numerator and denominator of one indicator over one window."""

    numerator: float = 0.0
    denominator: float = 0.0

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


class Series(Sequence[Sum2]):
    """Pairs of sums, side by side: a fleet has half a million, and few are looked at as pairs."""

    __slots__ = ("denominators", "numerators")

    def __init__(self, numerators: Sequence[float], denominators: Sequence[float]) -> None:
        """Lay two equally long rows of sums side by side."""
        self.numerators = numerators
        self.denominators = denominators

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, float]]) -> Series:
        """Return pairs as a series."""
        if isinstance(pairs, Series):
            return pairs
        every = list(pairs)
        return cls([pair[0] for pair in every], [pair[1] for pair in every])

    @overload
    def __getitem__(self, place: int) -> Sum2: ...
    @overload
    def __getitem__(self, place: slice) -> Series: ...
    def __getitem__(self, place: int | slice) -> Sum2 | Series:
        if isinstance(place, slice):
            return Series(self.numerators[place], self.denominators[place])
        return Sum2(self.numerators[place], self.denominators[place])

    def __len__(self) -> int:
        return len(self.denominators)

    def __iter__(self) -> Iterator[Sum2]:
        return map(Sum2, self.numerators, self.denominators)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


NOTHING = Sum2()
TREND_DAYS = 30
NO_SERIES = Series((0.0,) * (TREND_DAYS + 1), (0.0,) * (TREND_DAYS + 1))
"""The series of what has no rows at all: one value, so that it can be told by identity."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator of one shop at one as-of moment, of local day `today`.

    now: whole days up to yesterday, all that is known. next: the window one day on, today so far included.
    series: as it stood at the start of each local day from `today - DAYS` to `today`, oldest first.
    approximate: the sums come from the indicator's fall-back.
    """

    now: Sum2 = NOTHING
    next: Sum2 = NOTHING
    series: Sequence[Sum2] = ()
    approximate: bool = False


class OfficialFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One printed figure; `published_at` in UTC epoch seconds, `day` the shop's local day of it."""

    item: str
    published_at: int
    day: int
    value: float | None = None
    points: float | None = None
    weight: float | None = None


class LedgerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A bonus, deduction or violation on record; `day` is the shop's local day of it."""

    kind: str
    points: float | None
    happened_at: int
    day: int


class ShopReadings(msgspec.Struct, frozen=True, kw_only=True):
    """All that scoring needs of one shop at one as-of moment.

    today: local days since 1970-01-01. rates: by rate id. valid_orders: of the stage's window, None where
    the shop has no orders at all. official: every figure printed up to now, oldest first.
    valid_series: `valid_orders` at the start of each day of `Reading.series`; empty: today's stage stands
    for every day. rate_series: the numerators of the rates that are asked for over the trend, the same way.
    rates_of_each: of the rates that each product has by itself, its sums, where they could reach their line at all.
    """

    shop: str
    today: int
    indicators: dict[str, Reading]
    rates: dict[str, Sum2]
    valid_orders: int | None
    official: tuple[OfficialFigure, ...] = ()
    events: tuple[LedgerEvent, ...] = ()
    valid_series: tuple[int, ...] = ()
    rate_series: dict[str, tuple[float, ...]] = {}
    rates_of_each: dict[str, dict[str, Sum2]] = {}


class Flow(NamedTuple):
    """What went through one slice of an indicator's window between a past morning and now.

    entered: of the days that only today's window holds. left: of those that only the past one held.
    stayed_then, stayed_now: of the days in both, as known at either end.
    """

    entered: Sum2
    left: Sum2
    stayed_then: Sum2
    stayed_now: Sum2


class Leaving(NamedTuple):
    """The rows of the day that leaves an indicator's window at midnight, and their sums.

    worse: how many of them lie on the bad side of the indicator's value.
    """

    day: int
    rows: int
    worse: int
    sums: Sum2


class Exposure(msgspec.Struct, frozen=True, gc=False):
    """One open thing under a clock, as the warehouse found it. Moments are UTC epoch seconds.

    proved: False where the shop's sources can't tell whether it was picked up (已发货·揽收未知).
    """

    shop: str
    clock: str
    subject_id: str
    order_id: str | None
    started: int
    due: int | None
    amount: int | None  # fen
    promise_from: int | None = None  # what a promise's length is counted from: the payment
    carrier: str | None = None
    product_id: str | None = None
    product_name: str | None = None
    warehouse: str | None = None
    province: str | None = None
    agent: str | None = None
    proved: bool = True

    @property
    def product(self) -> str | None:
        """What a person knows its product by."""
        return self.product_name or self.product_id

    @property
    def order(self) -> str:
        """What it is counted by: its order, where it has one."""
        return self.order_id or self.subject_id


class Recent(NamedTuple):
    """One of a shop's recent orders, by what its trouble could have in common with others'."""

    carrier: str | None = None
    product: str | None = None
    warehouse: str | None = None
    province: str | None = None


Kind = Callable[[Recent], Hashable]


class Usual(tuple[Recent, ...]):
    """Some of a shop's recent orders, which tell what is usual in it. They stand for an hour, and what was counted
    of them as long."""

    def counted(self, by: Kind) -> Mapping[Hashable, int]:
        """Return how many there are of each kind."""
        if by not in self._counted:
            self._counted[by] = Counter(map(by, self))
        return self._counted[by]

    @functools.cached_property
    def _counted(self) -> dict[Kind, Counter[Hashable]]:
        return {}


NOTHING_USUAL = Usual()
