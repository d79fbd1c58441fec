"""A ladder of levels: how many of them hold, each resting on those before it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from shopwatch.scoring.model import Model
from shopwatch.scoring.scorecard import Line

Values = Mapping[str, Sequence[float | None]]

_ROUNDING = 1e-9


def heights(model: Model, values: Values, moments: int) -> list[float | None]:
    """Return at each moment the number of levels that surely hold, from 0.

    values: of each indicator, at the moments. None where the ladder has no levels, or where nothing is known of
    anything that they ask.
    """
    levels = [line for line in model.scorecard.line if line.kind == "level" and model.concerns(line)]
    return [_height(model, levels, values, moment) for moment in range(moments)]


def _height(model: Model, levels: Sequence[Line], values: Values, moment: int) -> float | None:
    known = {name: value for name, row in values.items() if (value := row[moment]) is not None}
    if not any(part.on in known for level in levels for part in level.parts):
        return None
    return float(sum(1 for _ in itertools.takewhile(lambda level: _holds(model, level, known), levels)))


def _holds(model: Model, level: Line, known: Mapping[str, float]) -> bool:
    for part in level.parts:
        at, value = model.figure(level, part), known.get(part.on)
        if at is None or value is None:
            return False
        distance = at - value if part.good == "most" else value - at
        if distance < -_ROUNDING or (part.above and distance <= _ROUNDING):
            return False
    return True
