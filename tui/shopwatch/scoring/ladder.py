"""A ladder of levels: how many of them hold, each resting on those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopwatch.scoring.model import Model
from shopwatch.scoring.scorecard import Line

Values = Mapping[str, Sequence[float | None]]

_ROUNDING = 1e-9


def heights(model: Model, values: Values, moments: int) -> list[float | None]:
    """Return at each moment the number of levels that hold, from 0.

    values: of each indicator, at the moments. None where the ladder has no levels, or where nothing is known
    of what the next one asks: that one's part is then 未评, and nobody can say that it isn't reached.
    """
    levels = [line for line in model.scorecard.line if line.kind == "level" and model.concerns(line)]
    if not levels:
        return [None] * moments
    return [_height(model, levels, values, moment) for moment in range(moments)]


def _height(model: Model, levels: Sequence[Line], values: Values, moment: int) -> float | None:
    for height, level in enumerate(levels):
        holds = _holds(model, level, values, moment)
        if holds is None:
            return None
        if not holds:
            return float(height)
    return float(len(levels))


def _holds(model: Model, level: Line, values: Values, moment: int) -> bool | None:
    """Whether a level's parts all hold; None where none fails but some isn't known."""
    unknown = False
    for part in level.parts:
        at = model.figure(level, part)
        known = values.get(part.on)
        value = None if known is None else known[moment]
        if at is None or value is None:
            unknown = True
            continue
        distance = at - value if part.good == "most" else value - at
        if distance < -_ROUNDING or (part.above and distance <= _ROUNDING):
            return False
    return None if unknown else True
