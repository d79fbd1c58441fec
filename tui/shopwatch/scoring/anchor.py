"""Official, anchored, estimated: which of the three a score is, and what it comes to.

A figure printed on day D is what the model gives for the start of D. What the model can't know (the
marketplace's own curves) is the difference between the two, and is carried along: the live figure is the
last official one with the modelled change since.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal, NamedTuple

from shopwatch.scoring.moments import NEXT, NOW, START, trend_of
from shopwatch.scoring.readings import TREND_DAYS, OfficialFigure

Basis = Literal["official", "anchored", "estimated"]

ERROR_PAIRS = 14
_NO_OFFSETS = (0.0,) * (TREND_DAYS + 1)


class Printed(NamedTuple):
    """A printed figure at its place among the moments. at: when, in UTC epoch seconds."""

    place: int
    value: float
    at: int = 0


class Miss(NamedTuple):
    """What was printed at a moment, and what it would have been by the figure before and the modelled change."""

    at: int
    printed: float
    anchored: float
    before: Printed


class Anchored(NamedTuple):
    """misses: of the figures printed over the trend, oldest first. offsets: what was added to the model on each day
    of the trend; None where it wasn't used."""

    trend: tuple[float | None, ...]
    next: float | None
    basis: Basis
    next_basis: Basis
    misses: tuple[Miss, ...]
    offsets: tuple[float | None, ...]

    @property
    def value(self) -> float | None:
        return self.trend[-1]

    @property
    def error(self) -> float | None:
        return mean_error(self.misses)

    @property
    def offset_now(self) -> float | None:
        return self.offsets[-1]


class _Spot(NamedTuple):
    value: float | None
    offset: float | None
    basis: Basis


def printed(
    figures: Sequence[OfficialFigure], today: int, field: Literal["points", "value"]
) -> tuple[Printed, ...]:
    """Return one item's figures of the trend's days, oldest first; of several in a day, the last."""
    if not figures:
        return ()
    by_place: dict[int, Printed] = {}
    for figure in sorted(figures, key=lambda f: f.published_at):
        place = figure.day - today + TREND_DAYS
        value = figure.points if field == "points" else figure.value
        if value is not None and 0 <= place <= START:
            by_place[place] = Printed(place, value, figure.published_at)
    return tuple(by_place[place] for place in sorted(by_place))


def anchor(
    model: Sequence[float | None],
    figures: Sequence[Printed],
    floor: float,
    ceiling: float,
    growth: Sequence[bool] | None = None,
) -> Anchored:
    """Lay the printed figures over the modelled moments. `growth` marks the moments of that stage."""
    if not figures:
        return Anchored(trend_of(model), model[NEXT], "estimated", "estimated", (), _NO_OFFSETS)
    spots = _spots(model, figures, floor, ceiling, growth)
    now = spots[NOW]
    tomorrow, tomorrow_basis = _tomorrow(model, now, floor, ceiling)
    return Anchored(
        tuple(spot.value for spot in trend_of(spots)),
        tomorrow,
        now.basis,
        tomorrow_basis,
        _misses(model, figures, floor, ceiling),
        tuple(spot.offset for spot in trend_of(spots)),
    )


def _tomorrow(
    model: Sequence[float | None], now: _Spot, floor: float, ceiling: float
) -> tuple[float | None, Basis]:
    was, will_be = model[NOW], model[NEXT]
    if now.basis == "official" or now.value is None or was is None:
        return now.value, now.basis
    if will_be is None:
        return None, now.basis
    return min(max(now.value + will_be - was, floor), ceiling), now.basis


def _spots(
    model: Sequence[float | None],
    figures: Sequence[Printed],
    floor: float,
    ceiling: float,
    growth: Sequence[bool] | None,
) -> list[_Spot]:
    spots = []
    following = iter(figures)
    last, ahead = figures[0], next(following, None)
    for place in range(NOW + 1):
        while ahead is not None and ahead.place <= min(place, START):
            last, ahead = ahead, next(following, None)
        base, value = model[last.place], model[place]
        if base is None or value is None:
            # Nothing to work a change out from: the printed figure stands, from its own day on.
            spots.append(_Spot(last.value if last.place <= place else None, None, "official"))
        elif growth is not None and growth[last.place] != growth[place]:
            # The stage's own score is exact, and an offset of one stage says nothing about the other.
            spots.append(_Spot(value, 0.0, "estimated"))
        else:
            offset = last.value - base
            spots.append(_Spot(min(max(value + offset, floor), ceiling), offset, "anchored"))
    return spots


def _misses(
    model: Sequence[float | None], figures: Sequence[Printed], floor: float, ceiling: float
) -> tuple[Miss, ...]:
    found = []
    for earlier, later in itertools.pairwise(figures):
        before, after = model[earlier.place], model[later.place]
        if before is not None and after is not None:
            anchored = min(max(earlier.value + after - before, floor), ceiling)
            found.append(Miss(later.at, later.value, anchored, earlier))
    return tuple(found)


def mean_error(misses: Sequence[Miss]) -> float | None:
    """Return how far the last anchored figures were from what was then printed, in points, at the mean."""
    errors = [abs(miss.anchored - miss.printed) for miss in misses[-ERROR_PAIRS:]]
    return sum(errors) / len(errors) if errors else None
