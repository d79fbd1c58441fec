"""How the sources of a board fare."""

import datetime
from typing import Literal

from shopwatch.board.values import Value


class SourceBoard(Value, frozen=True):
    """`last_success`, `next_try` and `aside_at` are real times, whatever clock the figures go by. aside: the rows that
    the source last brought and that could not be used, in a sentence."""

    name: str
    kind: str
    state: Literal["ok", "stale", "failing", "paused"]
    last_success: datetime.datetime | None
    records: int
    rejected: int
    error: str | None
    next_try: datetime.datetime | None = None
    waiting: tuple[str, ...] = ()
    aside: str | None = None
    aside_at: datetime.datetime | None = None
    tables: tuple[str, ...] = ()  # the tables it has brought
    feeds: tuple[str, ...] = ()  # ids of the indicators, rates and clocks that rest on it; none: any may
