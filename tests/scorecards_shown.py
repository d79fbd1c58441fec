"""Any scorecard with any readings: what the tests of every shipped scorecard are fed with."""

from __future__ import annotations

import random

from score_cases import DAY, TODAY
from shopwatch.scoring.readings import LedgerEvent, OfficialFigure, Reading, ShopReadings, Sum2
from shopwatch.scoring.scorecard import Indicator, Scorecard

SIZES = {
    "hours": 40.0,
    "days": 5.0,
    "seconds": 120.0,
    "stars": 5.0,
    "points": 1000.0,
    "count": 4000.0,
    "yuan": 9e6,
}


def value_of(rule: Indicator, dice: random.Random) -> float:
    """Return a value that its unit allows."""
    if rule.unit == "yes":
        return float(dice.random() < 0.5)
    return dice.random() * SIZES.get(rule.unit, 1.0)


def any_readings(card: Scorecard, seed: int) -> ShopReadings:
    """Return readings of which some are there, some are thin and some are missing, with figures printed."""
    dice = random.Random(seed)
    return ShopReadings(
        shop="flagship",
        today=TODAY,
        indicators={rule.id: _reading(rule, dice) for rule in card.indicator if rule.counted},
        rates={rate.id: Sum2(dice.randrange(200), dice.choice((0, 200, 900))) for rate in card.rate},
        valid_orders=dice.choice((None, 4, 30, 5_000)),
        official=tuple(sorted(_printed(card, dice), key=lambda figure: figure.published_at)),
        events=tuple(
            LedgerEvent(kind=one.id, points=None, happened_at=(TODAY - 3) * DAY, day=TODAY - 3)
            for one in card.deduction
            if dice.random() < 0.3
        ),
    )


def _reading(rule: Indicator, dice: random.Random) -> Reading:
    if dice.random() < 0.25:
        return Reading()

    def sums() -> Sum2:
        rows = 1.0 if rule.sum else float(dice.choice((0, 3, 400)))
        return Sum2(value_of(rule, dice) * rows, rows)

    return Reading(now=sums(), next=sums(), series=tuple(sums() for _ in range(31)))


def _printed(card: Scorecard, dice: random.Random) -> list[OfficialFigure]:
    found = []
    total = card.total
    parts = [("total", total.floor, total.ceiling)]
    parts += [(part.id, part.floor, part.ceiling) for part in card.printed_dimensions]
    for item, floor, ceiling in parts if card.printed else ():
        if dice.random() < 0.5:
            points = floor + dice.random() * (ceiling - floor)
            found.append(_figure(item, dice, points=points))
    chosen = [rule for rule in card.indicator if dice.random() < 0.5]
    return [*found, *(_figure(rule.id, dice, value=value_of(rule, dice)) for rule in chosen)]


def _figure(item: str, dice: random.Random, **figures: float) -> OfficialFigure:
    day = TODAY - dice.choice((0, 1, 9, 30, 45))
    return OfficialFigure(item=item, published_at=day * DAY + 3 * 3600, day=day, **figures)
