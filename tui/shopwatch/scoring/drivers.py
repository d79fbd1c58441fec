"""What moved the score since yesterday: a split that adds up to the change.

Where an indicator has data at one end only, its dimension's score stands in at the other, which is what
sharing its weight out amounts to; so no part jumps because a source came or went.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

from shopwatch.scoring.moments import NOW, YESTERDAY
from shopwatch.scoring.readings import NOTHING, Sum2
from shopwatch.scoring.score import Scored
from shopwatch.scoring.track import DimensionTrack, Track, combine

Key = TypeVar("Key", bound=Hashable)

STAGE, LEDGER, CLAMP, ANCHOR = "stage", "ledger", "clamp", "anchor"
_NOTHING_MOVED = 1e-12


class Part(NamedTuple):
    indicator: str
    delta: float


def drivers(scored: Scored) -> tuple[Part, ...]:
    """Return the parts of the total's change since yesterday, the largest first; they add up to it."""
    delta = scored.changes.day
    if delta is None:
        return ()
    parts = _parts(scored, delta)
    moved = [Part(name, points) for name, points in parts.items() if abs(points) > _NOTHING_MOVED]
    return tuple(sorted(moved, key=lambda part: -abs(part.delta)))


def _parts(scored: Scored, delta: float) -> dict[str, float]:
    track, anchored = scored.track, scored.anchored
    now, then = track.totals[NOW], track.totals[YESTERDAY]
    if now is None or then is None or anchored.offset_now is None or anchored.offset_then is None:
        return {ANCHOR: delta}
    parts = {ANCHOR: anchored.offset_now - anchored.offset_then}
    clamped = delta - (now - then) - parts[ANCHOR]
    if track.growth[NOW] or track.growth[YESTERDAY]:
        return {**parts, STAGE: now - then, CLAMP: clamped}
    parts[LEDGER] = track.ledger[NOW] - track.ledger[YESTERDAY]
    by_indicator = _indicator_parts(track)
    clamped += (now - then) - parts[LEDGER] - sum(by_indicator.values())
    return {**by_indicator, **parts, CLAMP: clamped}


def _indicator_parts(track: Track) -> dict[str, float]:
    """Return each indicator's part in the change of the total before any clamp."""
    free_now, free_then = _free_total(track, NOW), _free_total(track, YESTERDAY)
    seen = [(dimension, _seen(dimension)) for dimension in track.dimensions]
    total = sum(dimension.plan.weight for dimension, columns in seen if columns)
    parts: dict[str, float] = {}
    for dimension, columns in seen:
        weight = sum(share for _, share, _, _ in columns)
        base_now = _or(dimension.free[NOW], free_now)
        base_then = _or(dimension.free[YESTERDAY], free_then)
        for name, share, now, then in columns:
            change = _or(now, base_now) - _or(then, base_then)
            parts[name] = dimension.plan.weight / total * share / weight * change
    return parts


def _seen(dimension: DimensionTrack) -> list[tuple[str, float, float | None, float | None]]:
    """Return the indicators with weight and data at either end, with their points at both."""
    if dimension.plan.weight <= 0:
        return []
    return [
        (column.plan.rule.id, column.plan.weight, column.points[NOW], column.points[YESTERDAY])
        for column in dimension.columns
        if column.plan.weight > 0 and (column.points[NOW] is not None or column.points[YESTERDAY] is not None)
    ]


def _free_total(track: Track, place: int) -> float:
    return combine((d.plan.weight, d.free[place]) for d in track.dimensions).score or 0.0


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def slices(now: Mapping[Key, Sum2], then: Mapping[Key, Sum2], part: float) -> dict[Key, float]:
    """Split an indicator's part over the slices of its sums; the slices add up to the part.

    A slice weighs by how far it lies from the mean of both days, times its share of the rows: a slice that
    grew at the mean value moved nothing.
    """
    keys = list(dict.fromkeys((*now, *then)))
    now_all, then_all = _sum(now), _sum(then)
    after, before = now_all.value, then_all.value
    if after is None or before is None:
        whole = now_all if after is not None else then_all
        rows = now if after is not None else then
        if not whole.denominator:
            return dict.fromkeys(keys, 0.0)
        return {key: part * rows.get(key, NOTHING).denominator / whole.denominator for key in keys}
    middle = (after + before) / 2
    moved = {
        key: _excess(now.get(key, NOTHING), now_all, middle)
        - _excess(then.get(key, NOTHING), then_all, middle)
        for key in keys
    }
    change = sum(moved.values())
    if abs(change) < _NOTHING_MOVED:
        return dict.fromkeys(keys, 0.0)
    return {key: part * value / change for key, value in moved.items()}


def _sum(sums: Mapping[Key, Sum2]) -> Sum2:
    return Sum2(sum(s.numerator for s in sums.values()), sum(s.denominator for s in sums.values()))


def _excess(part: Sum2, whole: Sum2, middle: float) -> float:
    return (part.numerator - middle * part.denominator) / whole.denominator
