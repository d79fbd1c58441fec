"""What the monitor speaks of: one trouble of one shop, from when it was first seen until it is over."""

import datetime
from typing import Literal

from shopwatch.board.values import Value

Level = Literal["urgent", "warning", "notice"]


class AlertBoard(Value, frozen=True):
    """id: of this trouble, the same until it ends. rule: the id of the alert that saw it. opens: the key of the
    row behind it, as the screens open it. told_at: when it was last told; None: not yet, for it hasn't held long
    enough, or the hours are quiet. acknowledged_by: who took note of it, after which it isn't repeated. ended_at:
    when it was found to be over."""

    id: str
    rule: str
    shop: str
    shop_name: str
    level: Level
    words: str
    since: datetime.datetime
    opens: str = ""
    told_at: datetime.datetime | None = None
    times: int = 0
    acknowledged_at: datetime.datetime | None = None
    acknowledged_by: str | None = None
    ended_at: datetime.datetime | None = None
