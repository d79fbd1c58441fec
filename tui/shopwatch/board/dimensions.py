"""The dimensions and indicators of a board, and what is added to and taken from them."""

import datetime
from typing import Literal

from shopwatch.board.values import Basis, Deltas, ForecastPoint, Published, State, Value, Window


class RollOff(Value, frozen=True):
    """What leaves an indicator's window at midnight: rows, those of them that are worse than its value, and
    what that alone does to the value and to the total."""

    day: datetime.date
    rows: int
    worse: int
    delta: float | None
    delta_points: float | None
    words: str | None = None  # 明天 12单偏慢出窗,平均揽收 -0.2h


class IndicatorBoard(Value, frozen=True):
    """`points`: its own score, None where the scorecard's version gives it none. `modelled_points`: what
    its curve gives, which the dimension's estimate rests on. `weight`: inside its dimension, None where it isn't
    known or there is none; `weight_certainty` says which: unknown or none. `official`: what the marketplace
    printed. `counted`: worked out from records; else somebody's figure, and `why` says whose."""

    id: str
    name: str
    short: str
    value: float | None
    unit: str
    better: str
    weight: float | None
    numerator: float | None
    denominator: float | None
    window: Window
    points: float | None
    modelled_points: float | None
    deltas: Deltas
    next_value: float | None
    state: State
    why: str | None
    official: Published | None = None
    series: tuple[float | None, ...] = ()  # the value on each day of the board's trend
    cause: str | None = None  # the slice that moved it most since yesterday, in words
    curve: tuple[tuple[float, float], ...] = ()  # (value, points) that `modelled_points` is read off
    curve_certainty: str = (
        "default"  # as the scorecard has it, `shop`: configured, `fitted` to the shop's history
    )
    slices: tuple[str, ...] = ()  # the columns by which it can be split
    forecast: tuple[ForecastPoint, ...] = ()  # of its value; as the board's
    weight_certainty: str = "default"
    counted: bool = True
    rolls_off: RollOff | None = None
    kept: float | None = None  # the points that its small sample keeps, where its curve would give less


class DimensionBoard(Value, frozen=True):
    """`weight`: as an indicator's, of the total."""

    id: str
    name: str
    short: str
    score: float | None
    weight: float | None
    weight_certainty: str
    deltas: Deltas
    indicators: tuple[IndicatorBoard, ...]
    basis: Basis = "estimated"
    series: tuple[float | None, ...] = ()

    @property
    def unrated(self) -> bool:
        """Whether nothing at all is known of it: 未评."""
        return self.score is None and all(indicator.value is None for indicator in self.indicators)


class LedgerEntry(Value, frozen=True):
    """One bonus or deduction now counting. `state`: held, missing (a bonus to win) or unknown."""

    kind: str
    name: str
    points: float
    at: datetime.datetime | None = None
    expires: datetime.datetime | None = None
    state: Literal["held", "missing", "unknown"] = "held"
