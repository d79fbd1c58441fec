"""How figures, times and distances are written for a person, in both languages.

Pure functions from a value to a few cells of text, without any knowledge of the terminal: the screens, the
reports and `status` all write a figure the same way. What isn't known, and what isn't a number, is `—`.
Figures are rounded half up, as on paper, and a figure that rounds to nothing has no sign.
"""

from shopwatch.formats.figures import (
    UNKNOWN,
    Meaning,
    asked,
    basis,
    chance,
    change,
    consumer,
    count,
    distance,
    error,
    gain,
    gain_bare,
    gain_per_hour,
    meaning,
    money,
    money_step,
    moved,
    number,
    official,
    percent,
    plain,
    points,
    printed,
    score,
    tail,
    total,
    unit_value,
    weight,
    weight_from,
)
from shopwatch.formats.times import age, clock_time, day, hour, late, left, running, starts, weekday

__all__ = [
    "UNKNOWN", "Meaning", "age", "asked", "basis", "chance", "change", "clock_time", "consumer", "count",
    "day", "distance", "error", "gain", "gain_bare", "gain_per_hour", "hour", "late", "left", "meaning",
    "money", "money_step", "moved", "number", "official", "percent", "plain", "points", "printed",
    "running", "score", "starts", "tail", "total", "unit_value", "weekday", "weight", "weight_from",
]  # fmt: skip
