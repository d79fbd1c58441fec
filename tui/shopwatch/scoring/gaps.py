"""One's own figures beside another shop's: the gap on each day, and how it has moved.

A competitor's figures are known only for the days on which somebody noted them. Each stands until the next
one, but no longer than two weeks (our own choice): past that nobody knows what the page says by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shopwatch.scoring.readings import TREND_DAYS, OfficialFigure
from shopwatch.scoring.scorecard import Better, Scorecard, Unit

DAYS = 90
STANDS = 14
CONSUMER = "consumer"
"""The item of the stars that buyers see: often all that is known of another shop."""


class Item(NamedTuple):
    """One figure that two shops of a scorecard can be compared by. unit: None where it is in points."""

    id: str
    unit: Unit | None = None
    better: Better = "higher"


TOTAL = Item("total")


def items(card: Scorecard) -> tuple[Item, ...]:
    """Return what the marketplace prints of any shop: the total, the stars and the dimensions; its indicators
    where there is no total; of a model of this house nothing."""
    if card.printed:
        stars = (Item(CONSUMER),) if card.stars else ()
        return (TOTAL, *stars, *(Item(part.id) for part in card.printed_dimensions))
    if card.house:
        return ()
    return tuple(Item(one.id, one.unit, one.better) for one in card.indicator if not one.retired)


def figure_of(figure: OfficialFigure, item: Item) -> float | None:
    return figure.points if item.unit is None else figure.value


def last_of(figures: Iterable[OfficialFigure], item: Item) -> OfficialFigure | None:
    """Return an item's newest figure."""
    mine = (one for one in figures if one.item == item.id and figure_of(one, item) is not None)
    return max(mine, key=lambda one: one.published_at, default=None)


def standing(figures: Iterable[OfficialFigure], item: Item, today: int) -> list[float | None]:
    """Return what an item's figure was on each day of the last 90 and today, oldest first."""
    mine = [one for one in figures if one.item == item.id and figure_of(one, item) is not None]
    by_day = {one.day: figure_of(one, item) for one in sorted(mine, key=lambda one: one.published_at)}
    found: list[float | None] = []
    last: int | None = max((day for day in by_day if day < today - DAYS), default=None)
    for day in range(today - DAYS, today + 1):
        last = day if day in by_day else last
        found.append(by_day[last] if last is not None and day - last <= STANDS else None)
    return found


def own(printed: Sequence[float | None], trend: Sequence[float | None]) -> list[float | None]:
    """Return one's own figure on the same days: as it was printed, and on the trend's days as that has it."""
    known = trend[-(TREND_DAYS + 1) :]
    return [*printed[: len(printed) - len(known)], *known]


def gaps(mine: Sequence[float | None], theirs: Sequence[float | None]) -> list[float | None]:
    """Return by how much the own figure lies above the other's, day by day."""
    return [None if a is None or b is None else round(a - b, 9) for a, b in zip(mine, theirs, strict=True)]


def moved(series: Sequence[float | None], days: int) -> float | None:
    """Return how the gap has changed in so many days."""
    now, then = series[-1], series[-1 - days]
    return None if now is None or then is None else round(now - then, 9)
