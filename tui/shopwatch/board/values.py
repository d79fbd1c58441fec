"""What every part of a board is made of, and the figures of the score itself."""

import datetime
import math
from typing import Literal

import msgspec

Basis = Literal["official", "anchored", "estimated"]
State = Literal["ok", "thin", "approximate", "unavailable"]


class Value(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A frozen part of a board: a tree, never a circle, so the garbage collector needn't walk it."""


class Scale(Value, frozen=True):
    """What the total and its parts are said in. kind: `weighted`, of dimensions; `given`, the marketplace's alone;
    `level`, how many steps hold; `none`, there is no total. decimals: of a printed figure. house: no
    marketplace's, but a model of this house or of the owner. name: what the score is called."""

    kind: Literal["weighted", "given", "level", "none"] = "weighted"
    floor: float = 0.0
    ceiling: float = 100.0
    decimals: int = 0
    house: bool = False
    name: str = ""

    @property
    def places(self) -> int:
        """The decimals of a figure that was worked out: one more than whole points."""
        return 0 if self.kind == "level" else max(1, self.decimals)

    @property
    def prints_total(self) -> bool:
        """Whether a marketplace prints a total, and its parts, that could be entered."""
        return self.kind in ("weighted", "given") and not self.house

    @property
    def step(self) -> float:
        """What is a small move on it: a point of 100, a level, 0.02 of the stars from 3 to 5."""
        if self.kind == "level" or self.ceiling <= self.floor:
            return 1.0
        hundredth = (self.ceiling - self.floor) / 100
        power = 10.0 ** math.floor(math.log10(hundredth) + 1e-9)
        return next(size * power for size in (5, 2, 1) if size * power <= hundredth * (1 + 1e-9))


class Published(Value, frozen=True):
    """A figure that the marketplace printed, mostly the last."""

    value: float
    at: datetime.datetime


class Next(Value, frozen=True):
    """What it would print tomorrow: every window one day on, today so far included."""

    value: float | None = None
    basis: Basis = "estimated"


class Miss(Value, frozen=True):
    """How far out the anchored score was when an official one came: `out` is `anchored` less `published`.

    `before`: the official figure that it was anchored to; None where nobody noted it."""

    at: datetime.datetime
    published: float
    anchored: float
    out: float
    before: Published | None = None


class Score(Value, frozen=True):
    """`error`: mean error of the last 14 anchored figures, in points; `misses`: each of them, oldest first.
    `coverage`: share of the weight that has data. `consumer`: what buyers see, on the whole score."""

    value: float | None = None
    basis: Basis = "estimated"
    error: float | None = None
    coverage: float = 0.0
    why: str | None = None
    published: Published | None = None
    next: Next = Next()
    consumer: float | None = None
    misses: tuple[Miss, ...] = ()


class Deltas(Value, frozen=True, rename={"day": "1d", "week": "7d", "month": "30d"}):
    """Value now less the value 1, 7 and 30 days ago."""

    day: float | None = None
    week: float | None = None
    month: float | None = None


class TrendPoint(Value, frozen=True):
    day: datetime.date
    value: float | None = None


class ForecastPoint(Value, frozen=True):
    """What a morning is foreseen to show, and the band that it should come out in four times in five."""

    day: datetime.date
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Window(Value, frozen=True, rename={"first": "from", "last": "to"}):
    """Local days, both counted."""

    first: datetime.date
    last: datetime.date
