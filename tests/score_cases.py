"""Shops to be scored, made by hand: plain readings under the shipped scorecards."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import tomli

import shopwatch
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import LedgerEvent, OfficialFigure, Reading, ShopReadings, Sum2
from shopwatch.scoring.scorecard import Scorecard

SCORECARDS = Path(shopwatch.__file__).parent / "rules" / "scorecards"
TODAY = 20_778  # 2026-11-21
DAY = 86_400
ELEVEN = 3 * 3_600  # 11:00 in Shanghai, in seconds of the UTC day


@functools.cache
def scorecard(name: str = "douyin-2026-09-08") -> Scorecard:
    text = (SCORECARDS / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomli.loads(text), Scorecard)


def model(card: Scorecard | None = None, **changes: Any) -> Model:
    return Model(scorecard=card or scorecard(), **changes)


def steady(numerator: float, denominator: float, **changes: Any) -> Reading:
    """Return a reading that has been the same for 30 days, and stays so."""
    return moved([(numerator, denominator)] * 31, **changes)


def moved(days: Sequence[tuple[float, float]], **changes: Any) -> Reading:
    """Return a reading by the starts of its days; today's stands for now and tomorrow unless said."""
    series = tuple(Sum2(*day) for day in days)
    return Reading(**{"now": series[-1], "next": series[-1], "series": series, **changes})


HEALTHY: Mapping[str, Reading] = {
    "product_rating": steady(4_640, 1_000),
    "quality_returns": steady(13.1, 1_000),
    "pickup_hours": steady(5_600, 1_000),
    "on_time_delivery": steady(930, 1_000),
    "breakage": steady(2, 1_000),
    "audit_hours": steady(300, 100),
    "reply_seconds": steady(2_000, 100),
    "dissatisfied": steady(5, 100),
    "platform_help": steady(1, 200),
}


def readings(indicators: Mapping[str, Reading] | None = None, **changes: Any) -> ShopReadings:
    return ShopReadings(
        **{
            "shop": "flagship",
            "today": TODAY,
            "indicators": dict(HEALTHY if indicators is None else indicators),
            "rates": {},
            "valid_orders": 3_196,
            **changes,
        }
    )


def official(days_ago: int, item: str = "total", hour: int = 11, **figures: float) -> OfficialFigure:
    day = TODAY - days_ago
    return OfficialFigure(item=item, published_at=day * DAY + (hour - 8) * 3_600, day=day, **figures)


def event(kind: str, days_ago: int = 0, points: float | None = None) -> LedgerEvent:
    day = TODAY - days_ago
    return LedgerEvent(kind=kind, points=points, happened_at=day * DAY + ELEVEN, day=day)
