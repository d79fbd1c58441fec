"""A shop's whole board, and the object that `status --json` prints."""

import datetime
from typing import Literal

from shopwatch.board.campaigns import CampaignBoard
from shopwatch.board.dimensions import DimensionBoard, LedgerEntry
from shopwatch.board.drivers import Driver, LongDrivers
from shopwatch.board.gaps import CompetitorBoard
from shopwatch.board.lines import AssessmentBoard, LineBoard
from shopwatch.board.sources import SourceBoard
from shopwatch.board.stock import StockBoard
from shopwatch.board.sudden import Sudden
from shopwatch.board.values import Deltas, ForecastPoint, Scale, Score, TrendPoint, Value
from shopwatch.board.work import ActionBoard, Cause, Quiet, Risk


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
    campaigns: tuple[CampaignBoard, ...] = ()  # the earliest first
    stock: StockBoard | None = None  # None: not worked out; without a source that is said
    sudden: tuple[Sudden, ...] = ()  # the least likely first
    whole: bool = (
        True  # False: more than its first risks, and its actions, are told once somebody looks at the shop
    )

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
