"""What moved one shop's score, in slices of the rows behind it, and what leaves its windows at midnight.

Between the warehouse, which knows the rows, and scoring, which knows what they are worth. It asks the
warehouse for one shop at a time, so only shops that somebody looks at are split.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shopwatch.board import Slice
from shopwatch.dimensioning import Cut, Moves
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.scoring.drivers import Turned, drivers, split
from shopwatch.scoring.readings import Flow
from shopwatch.scoring.rolloff import RollOff, roll_off
from shopwatch.scoring.score import Scored
from shopwatch.scoring.scorecard import Indicator
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.indicators import approximate_id

SPANS = (1, 7, 30)
LEAST_SPLIT = 0.05  # points of the total: an indicator that moved it less is not split into its slices
MOST_SLICES = 20  # the rest of a thousand products is one more

Flows = Mapping[str | None, Flow]


class _Found(NamedTuple):
    by: str | None
    flows: Mapping[int, Flows]


def moves(warehouse: Warehouse, shop: Shop, as_of: int, scored: Scored, _: Translate) -> Moves:
    """Return what moved a shop's score in the last 1, 7 and 30 days, and what rolls off."""
    rules = {rule.id: rule for rule in shop.model.scorecard.indicator}
    parts = {days: {name: part for name, part in drivers(scored, days) if name in rules} for days in SPANS}
    moved = {name for found in parts.values() for name, part in found.items() if abs(part) >= LEAST_SPLIT}
    found = _flows(warehouse, shop, as_of, [rules[name] for name in rules if name in moved], scored)
    cuts = {
        days: {
            name: cut
            for name, part in parts[days].items()
            if name in found and (cut := _cut(found[name], days, part, rules[name], _))
        }
        for days in SPANS
    }
    return Moves(cuts, _rolls(warehouse, shop, as_of, scored))


def _flows(
    warehouse: Warehouse, shop: Shop, as_of: int, rules: Sequence[Indicator], scored: Scored
) -> dict[str, _Found]:
    """Return what went through each indicator's window, by the first of its columns that anything is known of."""
    names = {rule.id: _sums_of(rule, scored) for rule in rules}
    ahead: dict[str, list[str | None]] = {rule.id: [*rule.slices, None] for rule in rules}
    found: dict[str, _Found] = {}
    while ahead:
        by = {name: columns.pop(0) for name, columns in ahead.items()}
        wanted = {names[name]: column for name, column in by.items()}
        answered = warehouse.flows(shop.model.scorecard, shop.zone, as_of, shop.id, wanted, SPANS)
        for name, column in by.items():
            flows = answered.get(names[name], {})
            if column is None or any(key is not None for keyed in flows.values() for key in keyed):
                found[name] = _Found(column, flows)
                del ahead[name]
    return found


def _sums_of(rule: Indicator, scored: Scored) -> str:
    """Return which sums an indicator's value is of: its own, or those that it falls back on."""
    reading = scored.readings.indicators.get(rule.id)
    return approximate_id(rule) if reading is not None and reading.approximate else rule.id


def _cut(found: _Found, days: int, part: float, rule: Indicator, _: Translate) -> Cut | None:
    points = split(found.flows.get(days, {}), part, summed=rule.sum)
    if not points:
        return None
    whole = added(points.values())
    return Cut(whole) if found.by is None else Cut(whole, _sliced(points, found.by, _))


def _sliced(points: Mapping[str | None, Turned], by: str, _: Translate) -> tuple[Slice, ...]:
    """Return the slices, the largest first, and all that are too many as one."""
    ordered = sorted(points.items(), key=lambda entry: -abs(entry[1].total))
    shown, rest = ordered[:MOST_SLICES], ordered[MOST_SLICES:]
    named = [(key or "—", turned) for key, turned in shown]
    if rest:
        named.append((_("{n} others").format(n=len(rest)), added([turned for _key, turned in rest])))
    return tuple(
        Slice(by=by, key=key, delta_points=turned.total, **turned._asdict()) for key, turned in named
    )


def added(turned: Iterable[Turned]) -> Turned:
    """Return the sum of what turned over in several slices."""
    return Turned(*(math.fsum(side) for side in zip(*turned, strict=True)))


def _rolls(warehouse: Warehouse, shop: Shop, as_of: int, scored: Scored) -> dict[str, RollOff]:
    """Return what rolls off; of an indicator that rests on its fall-back or a printed figure nothing is known."""
    readings = scored.readings.indicators
    values = {
        name: value
        for name, reading in readings.items()
        if not reading.approximate and name in scored.indicators and (value := reading.now.value) is not None
    }
    if not values:
        return {}
    leaving = warehouse.leaving(shop.model.scorecard, shop.zone, as_of, shop.id, values)
    return roll_off(scored, leaving)
