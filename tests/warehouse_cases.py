"""What the warehouse's tests share: moments by the clock on the wall, and the rules in force."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from shopwatch.rulebook import choose, scorecards
from shopwatch.scoring.readings import Reading, ShopReadings
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import DuckWarehouse

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHOP = "shop"


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    """'2026-11-20 18:00' or with seconds, by the clock of a zone, in UTC seconds."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def douyin() -> Scorecard:
    return choose("douyin@2026-09-08", datetime.date(2026, 11, 22), scorecards())


def readings(warehouse: DuckWarehouse, as_of: str | int, zone: ZoneInfo = SHANGHAI) -> ShopReadings:
    moment = at(as_of, zone) if isinstance(as_of, str) else as_of
    return warehouse.readings(douyin(), zone, moment, [SHOP])[SHOP]


def reading(warehouse: DuckWarehouse, indicator: str, as_of: str | int, zone: ZoneInfo = SHANGHAI) -> Reading:
    return readings(warehouse, as_of, zone).indicators[indicator]
