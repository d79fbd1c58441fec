"""The board: everything that any view shows of one shop at one moment.

Frozen values, made once per refresh and handed to every view alike: the terminal, `status --json`, the
journal. The names of the fields are the promised names of `status --json`; a board encoded by msgspec is
that JSON. Moments carry the shop's own offset, money is in yuan, ratios are 0..1, None is "not known".
"""

from __future__ import annotations

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
    """The last figure that the marketplace printed."""

    value: float
    at: datetime.datetime


class Next(Value, frozen=True):
    """What it would print tomorrow: every window one day on, today so far included."""

    value: float | None = None
    basis: Basis = "estimated"


class Miss(Value, frozen=True):
    """How far out the anchored score was when an official one came: `out` is `anchored` less `published`."""

    at: datetime.datetime
    published: float
    anchored: float
    out: float


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


class LinePart(Value, frozen=True):
    """`distance`: how far the value is on the good side of `at` (below 0: on the bad side). `at` is None where
    nobody has said where this shop's line is drawn; `good`: the side of it that is the good one, `above` that the
    line itself isn't enough. `unit`: of an indicator's value; empty: points of the scale, or a rate's share."""

    on: str
    name: str
    measure: str
    at: float | None
    value: float | None
    distance: float | None
    days: int | None = None  # of a mean or a streak
    good: Literal["least", "most"] = "least"
    above: bool = False
    unit: str = ""


class LineBoard(Value, frozen=True):
    """`met` is the good side: unlocked, or not struck; None while a part is unknown.

    `level`: ok, near (within its warning distance) or bad. `tightest`: the part that decides.
    """

    id: str
    name: str
    kind: Literal["unlock", "stop", "level"]
    effect: str
    met: bool | None
    alert: bool
    level: Literal["ok", "near", "bad", "unknown"]
    parts: tuple[LinePart, ...]
    tightest: str | None
    distance: float | None
    crosses_in_days: int | None = None
    words: str | None = None  # 高出4.0 商品 · 还差1.6 · 至少救回 21 单


class Turned(Value, frozen=True):
    """How the rows behind some points turned over: those that entered the window, that left it, and that
    changed in it. They add up to `delta_points`; None where the rows weren't looked at."""

    delta_points: float
    entered: float | None = None
    left: float | None = None
    changed: float | None = None


class Slice(Turned, frozen=True, kw_only=True):
    by: str
    key: str


class Driver(Turned, frozen=True, kw_only=True):
    """One indicator's part (or a pseudo-part: stage, ledger, clamp, anchor) in a change. The slices add up to
    it."""

    indicator: str
    slices: tuple[Slice, ...] = ()


class LongDrivers(Value, frozen=True, rename={"week": "7d", "month": "30d"}):
    """The parts of the longer changes, as `Board.drivers` has them of the day's."""

    week: tuple[Driver, ...] = ()
    month: tuple[Driver, ...] = ()


class RollOff(Value, frozen=True):
    """What leaves an indicator's window at midnight: rows, those of them that are worse than its value, and
    what that alone does to the value and to the total."""

    day: datetime.date
    rows: int
    worse: int
    delta: float | None
    delta_points: float | None
    words: str | None = None  # 明天 12单偏慢出窗,平均揽收 -0.2h


class Risk(Value, frozen=True):
    """One exposure. Deadlines have `p_miss`; means have `points_per_hour`; one thing may have both.

    `points_at_risk`: points of the total that acting at the next chance still saves: of a mean against acting at
    the one after, and `points_if_missed`, what missing its deadline costs in the share that it decides, for the
    `days_counted` that it stays in the window. `yuan_at_risk`: what the next step of compensation costs, None
    where there is none. `yuan_now`: what is owed already. `cause`: the id of the group it belongs to, if one stands out.
    `starts_at`: when its hours begin to count, if they don't yet. `owner`: who sees to it; `notes`: how many there
    are, `note` the last; `snoozed_until`: it stays out of the list until then.
    """

    rank: int
    order_id: str | None
    subject_id: str
    clock: str
    stage: str
    deadline: datetime.datetime | None
    seconds_left: float | None
    started: datetime.datetime
    starts_at: datetime.datetime | None
    p_miss: float | None
    p_basis: str | None
    points_at_risk: float | None
    points_per_hour: float | None
    yuan_now: float | None
    yuan_at_risk: float | None
    why: str
    yuan_at: datetime.datetime | None = None  # when `yuan_at_risk` falls due
    cause: str | None = None
    carrier: str | None = None
    product: str | None = None
    warehouse: str | None = None
    province: str | None = None
    agent: str | None = None
    owner: str | None = None
    lost: bool = False  # nothing left to save
    proved: bool = True  # False: 已发货·揽收未知
    notes: int = 0
    note: str | None = None
    snoozed_until: datetime.datetime | None = None
    points_if_missed: float | None = None
    days_counted: int | None = None


class Cause(Value, frozen=True):
    """Exposures that share a carrier, a product or a warehouse beyond chance: one row at the top."""

    id: str
    by: str
    key: str
    title: str
    stage: str
    count: int
    deadline: datetime.datetime | None
    seconds_left: float | None
    p_miss: float | None
    points_at_risk: float | None
    yuan_at_risk: float | None
    why: str
    order_ids: tuple[str, ...]


class ActionBoard(Value, frozen=True):
    """One thing to do. `evidence`: why now, in figures. `orders`: those that it names.

    `effect`: after a tick, what has been seen since, in words. `certain`: the gain is exact by the rule.
    """

    id: str
    title: str
    dimension: str
    gain_points: float | None
    evidence: str
    cadence: str
    done: bool
    steps: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    certain: bool = False
    done_at: datetime.datetime | None = None
    effect: str | None = None
    source: str = ""


class SourceBoard(Value, frozen=True):
    """`last_success` and `next_try` are real times, whatever clock the figures go by."""

    name: str
    kind: str
    state: Literal["ok", "stale", "failing", "paused"]
    last_success: datetime.datetime | None
    records: int
    rejected: int
    error: str | None
    next_try: datetime.datetime | None = None
    waiting: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()  # the tables it has brought
    feeds: tuple[str, ...] = ()  # ids of the indicators, rates and clocks that rest on it; none: any may


class MonthBoard(Value, frozen=True):
    """A finished month's last day; `met` is None where no score of it is on record."""

    month: datetime.date
    value: float | None
    met: bool | None


class SalesBoard(Value, frozen=True):
    """A check of a cycle's sales at the end of `by`, in its `month`th month. `complete`: whether the records reach
    back to where the cycle began; `sold` is no less than that otherwise."""

    by: datetime.date
    month: int
    target: float | None
    sold: float | None
    complete: bool
    met: bool | None


class AssessmentBoard(Value, frozen=True):
    """Where the shop stands in a yearly assessment. `left`: how many more months may fail; `words`: all of it in
    sentences."""

    name: str
    effect: str
    level: Literal["ok", "near", "bad", "unknown"]
    phase: Literal["exempt", "trial", "formal", "unknown"]
    month: int | None
    begins: datetime.date | None
    at: float
    months: tuple[MonthBoard, ...]
    failed: int
    left: int
    sales: SalesBoard | None
    last_sales: SalesBoard | None
    idle: int | None
    idle_most: int | None
    words: tuple[str, ...]


class GapDeltas(Value, frozen=True, rename={"week": "7d", "month": "30d", "quarter": "90d"}):
    """The gap now less the gap 7, 30 and 90 days ago."""

    week: float | None = None
    month: float | None = None
    quarter: float | None = None


class GapBoard(Value, frozen=True):
    """One figure beside a competitor's. id: total, `consumer` (the stars that buyers see), a dimension's id, or an
    indicator's. unit: of an indicator; empty: points. own: as the board has it now, of `basis`. published: what
    the marketplace printed of the competitor last. gap: own less theirs, None where either isn't known, or theirs
    is too old to stand. series: the gap on each of the last 90 days and today."""

    id: str
    name: str
    short: str
    own: float | None
    basis: Basis | None
    published: Published | None
    gap: float | None
    unit: str = ""
    better: str = "higher"
    deltas: GapDeltas = GapDeltas()
    series: tuple[float | None, ...] = ()


class CompetitorBoard(Value, frozen=True):
    """Another shop beside this one; what isn't published of it has no `published`."""

    name: str
    figures: tuple[GapBoard, ...]

    @property
    def published_at(self) -> datetime.datetime | None:
        """When the newest of its figures was printed."""
        return max((one.published.at for one in self.figures if one.published), default=None)


class Quiet(Value, frozen=True):
    """What starts to count later tonight: how many orders and after-sales, and when."""

    orders: int = 0
    orders_from: datetime.datetime | None = None
    aftersales: int = 0
    aftersales_from: datetime.datetime | None = None


class Board(Value, frozen=True):
    id: str
    name: str
    scorecard: str
    stage: Literal["formal", "growth", "unknown"]
    score: Score
    deltas: Deltas
    trend: tuple[TrendPoint, ...]
    dimensions: tuple[DimensionBoard, ...]
    ledger: tuple[LedgerEntry, ...]
    lines: tuple[LineBoard, ...]
    drivers: tuple[Driver, ...]
    risks: tuple[Risk, ...]
    actions: tuple[ActionBoard, ...]
    sources: tuple[SourceBoard, ...]
    causes: tuple[Cause, ...] = ()
    quiet: Quiet = Quiet()
    as_of: datetime.datetime | None = None
    valid_orders: int | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False  # the clock is pinned by the configuration or the command
    risks_total: int = 0
    notes: tuple[str, ...] = ()  # what rests on a default, in words
    drivers_over: LongDrivers = LongDrivers()
    scale: Scale = Scale()
    forecast: tuple[ForecastPoint, ...] = ()  # the next 14 mornings; empty where nobody looks, or can tell
    assessment: AssessmentBoard | None = None
    competitors: tuple[CompetitorBoard, ...] = ()
    whole: bool = True  # False: risks and actions are worked out once somebody looks at the shop

    def drivers_of(self, days: int) -> tuple[Driver, ...]:
        """Return the parts of the change in 1, 7 or 30 days."""
        return {7: self.drivers_over.week, 30: self.drivers_over.month}.get(days, self.drivers)

    def part_of(self, indicator: str, days: int = 1) -> float | None:
        """Return an indicator's part in the change in so many days; None where it had none."""
        parts = self.drivers_of(days)
        return next((one.delta_points for one in parts if one.indicator == indicator), None)


class Status(Value, frozen=True):
    """What `status --json` prints."""

    schema: int
    as_of: datetime.datetime
    shops: tuple[Board, ...]
