"""The board: everything that any view shows of one shop at one moment.

Frozen values, made once per refresh and handed to every view alike: the terminal, `status --json`, the
journal. The names of the fields are the promised names of `status --json`; a board encoded by msgspec is
that JSON. Moments carry the shop's own offset, money is in yuan, ratios are 0..1, None is "not known".
"""

from shopwatch.board.alerts import AlertBoard
from shopwatch.board.campaigns import CampaignBoard, Expected, Outcome
from shopwatch.board.dimensions import DimensionBoard, IndicatorBoard, LedgerEntry, RollOff
from shopwatch.board.drivers import Driver, LongDrivers, Slice, Turned
from shopwatch.board.gaps import CompetitorBoard, GapBoard, GapDeltas
from shopwatch.board.lines import AssessmentBoard, LineBoard, LinePart, MonthBoard, SalesBoard
from shopwatch.board.sources import SourceBoard
from shopwatch.board.stock import StockBoard, StockRow
from shopwatch.board.sudden import Sudden
from shopwatch.board.values import (
    Basis,
    Deltas,
    ForecastPoint,
    Miss,
    Next,
    Published,
    Scale,
    Score,
    State,
    TrendPoint,
    Value,
    Window,
)
from shopwatch.board.whole import Board, Status
from shopwatch.board.work import ActionBoard, Cause, Quiet, Risk

__all__ = [
    "ActionBoard",
    "AlertBoard",
    "AssessmentBoard",
    "Basis",
    "Board",
    "CampaignBoard",
    "Cause",
    "CompetitorBoard",
    "Deltas",
    "DimensionBoard",
    "Driver",
    "Expected",
    "ForecastPoint",
    "GapBoard",
    "GapDeltas",
    "IndicatorBoard",
    "LedgerEntry",
    "LineBoard",
    "LinePart",
    "LongDrivers",
    "Miss",
    "MonthBoard",
    "Next",
    "Outcome",
    "Published",
    "Quiet",
    "Risk",
    "RollOff",
    "SalesBoard",
    "Scale",
    "Score",
    "Slice",
    "SourceBoard",
    "State",
    "Status",
    "StockBoard",
    "StockRow",
    "Sudden",
    "TrendPoint",
    "Turned",
    "Value",
    "Window",
]
