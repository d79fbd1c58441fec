"""What moved a score between two moments: parts that add up to its change, and the rows behind each part.

Two identities hold it together. Both are exact, and odd in time: from B to A each part has the other sign.
A bar is the mean of a figure's two ends.

- A mean of points by weights of 1 in all, Σ u·p, moves by Σ ū·Δp + Δu·(p̄ − m): every indicator's own change
  at its mean weight, and what a changed weight does with points that lie off m, the mean of both means.
- A ratio of two sums, v = N / D, moves by Σ (Δn − v̄·Δd) / D̄ over its rows, however they are sliced. A row
  that stayed as it was adds nothing, nor do rows that came or went at the mean value.

Where an indicator has data at one end only, its dimension's score stands in at the other, which is what
sharing its weight out amounts to; so no part jumps because a source came or went.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from shopwatch.scoring.moments import NOW
from shopwatch.scoring.readings import NOTHING, TREND_DAYS, Flow, Sum2
from shopwatch.scoring.score import Scored
from shopwatch.scoring.track import combine

Key = TypeVar("Key", bound=Hashable)

STAGE, LEDGER, CLAMP, ANCHOR = "stage", "ledger", "clamp", "anchor"
_NOTHING_MOVED = 1e-11
_MOST_STIRRED = 1000.0  # times the change: slices that cancel out further than this are no split of it


class Part(NamedTuple):
    indicator: str
    delta: float


class DimensionEnd(NamedTuple):
    """One dimension at one moment. free: its score before the clamp. columns: weight inside it and points, by
    indicator."""

    weight: float
    free: float | None
    columns: Mapping[str, tuple[float, float | None]]


class End(NamedTuple):
    """A score at one moment, and what it was made of.

    modelled: None where there is no model of it. offset: what was added to the model, None where the printed
    figure stood. weighted: whether the total is the mean of its dimensions.
    """

    shown: float | None
    modelled: float | None
    offset: float | None
    ledger: float
    growth: bool
    weighted: bool
    dimensions: Mapping[str, DimensionEnd]


def end_of(scored: Scored, days: int = 0) -> End:
    """Return a score as it stood at the start of the day `days` ago; 0: as it is now."""
    track, trend = scored.track, TREND_DAYS - days
    place = NOW if days == 0 else trend
    return End(
        scored.trend[trend],
        track.totals[place],
        scored.anchored.offsets[trend],
        track.ledger[place],
        track.growth[place],
        scored.model.scorecard.total.kind == "weighted",
        {
            d.plan.rule.id: DimensionEnd(
                d.plan.weight,
                d.free[place],
                {c.plan.rule.id: (c.plan.weight, c.points[place]) for c in d.columns},
            )
            for d in track.dimensions
        },
    )


def drivers(scored: Scored, days: int = 1) -> tuple[Part, ...]:
    """Return the parts of a score's change in so many days; see `between`."""
    return between(end_of(scored, days), end_of(scored))


def between(then: End, now: End) -> tuple[Part, ...]:
    """Return the parts of a score's change between two moments, the largest first; they add up to it."""
    if then.shown is None or now.shown is None:
        return ()
    parts = _parts(then, now, now.shown - then.shown)
    moved = [Part(name, points) for name, points in parts.items() if abs(points) > _NOTHING_MOVED]
    return tuple(sorted(moved, key=lambda part: -abs(part.delta)))


def _parts(then: End, now: End, delta: float) -> dict[str, float]:
    if now.modelled is None or then.modelled is None or now.offset is None or then.offset is None:
        return {ANCHOR: delta}
    parts = {ANCHOR: now.offset - then.offset}
    if now.growth or then.growth:
        parts[STAGE] = now.modelled - then.modelled
    elif now.weighted and then.weighted:
        parts |= _indicator_parts(then, now)
        parts[LEDGER] = now.ledger - then.ledger
    # What is left is what the ends of a scale, of the total or of a dimension, took or gave back.
    return {**parts, CLAMP: delta - math.fsum(parts.values())}


def _indicator_parts(then: End, now: End) -> dict[str, float]:
    """Return each indicator's part in the change of the total before any clamp."""
    seen = {
        name
        for end in (then, now)
        for dimension in end.dimensions.values()
        for name, (weight, points) in dimension.columns.items()
        if dimension.weight > 0 and weight > 0 and points is not None
    }
    after, before = _spread(now, seen), _spread(then, seen)
    middle = (_mean(after.values()) + _mean(before.values())) / 2
    parts: dict[str, float] = {}
    for name in dict.fromkeys((*after, *before)):
        # an indicator that one end's scorecard doesn't have lies at the mean there, with no weight
        weight_now, points_now = after.get(name, (0.0, middle))
        weight_then, points_then = before.get(name, (0.0, middle))
        change = (weight_now + weight_then) / 2 * (points_now - points_then)
        parts[name] = change + (weight_now - weight_then) * ((points_now + points_then) / 2 - middle)
    return parts


def _spread(end: End, seen: set[str]) -> dict[str, tuple[float, float]]:
    """Return the weight in the total, of 1, and the points of every indicator that is seen at either end."""
    overall = combine((d.weight, d.free) for d in end.dimensions.values()).score or 0.0
    rows = [
        (dimension, columns, sum(weight for weight, _ in columns.values()))
        for dimension in end.dimensions.values()
        if dimension.weight > 0
        and (columns := {n: c for n, c in dimension.columns.items() if n in seen and c[0] > 0})
    ]
    total = sum(dimension.weight for dimension, _, _ in rows)
    spread: dict[str, tuple[float, float]] = {}
    for dimension, columns, inside in rows:
        base = overall if dimension.free is None else dimension.free
        for name, (weight, points) in columns.items():
            share = dimension.weight / total * weight / inside
            spread[name] = share, base if points is None else points
    return spread


def _mean(shares: Iterable[tuple[float, float]]) -> float:
    return sum(weight * points for weight, points in shares)


# ------------------------------------------------------------------ an indicator's part, into slices of its rows


class Turned(NamedTuple):
    """A slice's points: of its rows that entered the window, that left it, and that changed in it."""

    entered: float
    left: float
    changed: float

    @property
    def total(self) -> float:
        return self.entered + self.left + self.changed


def split(flows: Mapping[Key, Flow], part: float, *, summed: bool = False) -> dict[Key, Turned]:
    """Split an indicator's part over the slices of what went through its window; they add up to the part."""
    now: dict[tuple[Key, str], Sum2] = {}
    then: dict[tuple[Key, str], Sum2] = {}
    for key, flow in flows.items():
        now[key, "entered"], then[key, "left"] = flow.entered, flow.left
        now[key, "changed"], then[key, "changed"] = flow.stayed_now, flow.stayed_then
    points = slices(now, then, part, summed=summed)
    if not points:
        return {}
    return {key: Turned(*(points[key, turn] for turn in ("entered", "left", "changed"))) for key in flows}


def slices(
    now: Mapping[Key, Sum2], then: Mapping[Key, Sum2], part: float, *, summed: bool = False
) -> dict[Key, float]:
    """Split an indicator's part over the slices of its sums; the slices add up to the part.

    summed: the value is the numerator alone. Where the rows don't tell (there were none at one end, or all
    that moved cancelled out), the part is shared out by what moved, else by the rows; without any rows
    there is nothing to split.
    """
    keys = list(dict.fromkeys((*now, *then)))
    moved = _moves(keys, now, then, summed=summed)
    change = math.fsum(moved.values())
    stirred = math.fsum(map(abs, moved.values()))
    if abs(change) * _MOST_STIRRED > stirred:
        return {key: part * (value / change) for key, value in moved.items()}
    sizes = {key: abs(value) for key, value in moved.items()} if stirred else _rows(keys, now, then)
    whole = math.fsum(sizes.values())
    return {key: part * (size / whole) for key, size in sizes.items()} if whole else {}


def _moves(
    keys: Iterable[Key], now: Mapping[Key, Sum2], then: Mapping[Key, Sum2], *, summed: bool
) -> dict[Key, float]:
    """Return how much of the value's change each slice made; nothing where it has no value at one end."""
    now_all, then_all = _sum(now), _sum(then)
    after, before = now_all.value, then_all.value
    if after is None or before is None:
        return {}
    ends = [(key, now.get(key, NOTHING), then.get(key, NOTHING)) for key in keys]
    if summed:
        return {key: n.numerator - t.numerator for key, n, t in ends}
    middle, width = (after + before) / 2, (now_all.denominator + then_all.denominator) / 2
    if not width:
        return {}
    return {
        key: (n.numerator - t.numerator - middle * (n.denominator - t.denominator)) / width
        for key, n, t in ends
    }


def _rows(keys: Iterable[Key], now: Mapping[Key, Sum2], then: Mapping[Key, Sum2]) -> dict[Key, float]:
    return {
        key: abs(now.get(key, NOTHING).denominator) + abs(then.get(key, NOTHING).denominator) for key in keys
    }


def _sum(sums: Mapping[Key, Sum2]) -> Sum2:
    return Sum2(
        math.fsum(s.numerator for s in sums.values()), math.fsum(s.denominator for s in sums.values())
    )
