"""Campaigns and live sessions as the configuration names them: what to expect of one, and what came of it."""

import datetime
from typing import Literal

from shopwatch.board.values import Value


class Expected(Value, frozen=True):
    """What a campaign should bring if it is to the usual what the last one of its kind was. last: its name; times: how
    often the usual orders of a day it had; orders: of the whole campaign; peak: of its busiest hour."""

    last: str
    times: float
    orders: float
    peak: float


class Outcome(Value, frozen=True):
    """What a campaign brought so far. usual: orders a day before it. late: the share of those due that were shipped
    late; after_sales: the share on which the buyer has applied for something; both None while nothing can tell.
    before, after: the score on the day before it, and the last that is known since it ended."""

    orders: int
    usual: float
    times: float | None
    peak: int
    peak_at: datetime.datetime | None
    late: float | None
    after_sales: float | None
    before: float | None = None
    after: float | None = None


class CampaignBoard(Value, frozen=True):
    """One campaign or live session of the shop. why: where nothing can be expected, the reason."""

    name: str
    kind: Literal["campaign", "live"]
    start: datetime.datetime
    end: datetime.datetime
    state: Literal["ahead", "running", "over"]
    expected: Expected | None = None
    why: str | None = None
    outcome: Outcome | None = None
