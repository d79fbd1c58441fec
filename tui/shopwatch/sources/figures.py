"""A figure as people write it, in the unit of its indicator: 1.34%, 5小时30分, ¥1.2万, 前 30%, 已达标."""

from __future__ import annotations

import re

from shopwatch.scoring.scorecard import Unit

NUMBER = r"\d+(?:\.\d+)?"
FIGURE = re.compile(rf"(?P<figure>[+-]?{NUMBER})\s*(?P<unit>%|‰)?")
_AMOUNT = re.compile(rf"¥?\s*(?P<figure>{NUMBER})\s*(?P<scale>万|亿|[kmb](?![a-z]))?", re.IGNORECASE)
_SCALES = {"万": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6, "b": 1e9}
_SPAN = re.compile(
    rf"(?:(?P<days>{NUMBER})\s*(?:天|days?|d(?![a-z])))?\s*"
    rf"(?:(?P<hours>{NUMBER})\s*(?:小时|时|hours?|hrs?|h(?![a-z])))?\s*"
    rf"(?:(?P<minutes>{NUMBER})\s*(?:分钟|分|minutes?|mins?|m(?![a-z])))?\s*"
    rf"(?:(?P<seconds>{NUMBER})\s*(?:秒钟?|seconds?|secs?|s(?![a-z])))?",
    re.IGNORECASE,
)
_SECONDS_IN = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
_LIMIT = re.compile(r"[≥≤<>]")
_FROM_THE_TOP = re.compile(r"(?:前|\btop)\s*$", re.IGNORECASE)
NO, YES = (
    r"否|未\S{0,3}|没有|no|false|off|✗|0",
    r"是|有|已\S{0,3}|达标|开通|yes|true|on|✓|1",
)  # fmt: skip
_SAID = re.compile(rf"(?<![a-z])(?:(?P<no>{NO})|(?P<yes>{YES}))(?![a-z\d])", re.IGNORECASE)


def first_figure(text: str, unit: Unit) -> tuple[float, int] | None:
    """Return the first figure that the unit allows, and where it ends. A limit is nobody's figure."""
    if unit in _SECONDS_IN and (span := _duration(text, unit)):
        return span
    if unit == "yes":
        said = _SAID.search(text)
        return None if said is None else (0.0 if said["no"] else 1.0, said.end())
    if unit in ("yuan", "count"):
        return _amount(text)
    found = FIGURE.search(text)
    if found is None or _LIMIT.search(text[: found.start()]):
        return None
    figure, sign, end = float(found["figure"]), found["unit"], found.end()
    if unit in ("ratio", "rank"):
        share = round(figure / {"%": 100, "‰": 1000}.get(sign or "", 100 if figure > 1 else 1), 12)
        sure = bool(sign) or figure > 1 or figure == 0
        if not sure or not 0 <= share <= 1:
            return None
        # a place is the share of peers behind; "the first 30 %" have 70 % behind them
        return (
            round(1 - share, 12) if unit == "rank" and _FROM_THE_TOP.search(text[: found.start()]) else share,
            end,
        )
    most = 5 if unit == "stars" else float("inf")
    return (figure, end) if not sign and 0 <= figure <= most else None


def _amount(text: str) -> tuple[float, int] | None:
    found = _AMOUNT.search(text)
    if (
        found is None
        or _LIMIT.search(text[: found.start()])
        or text[found.end() :].lstrip()[:1] in ("%", "‰")
    ):
        return None
    if text[: found.start()].rstrip().endswith("-"):
        return None
    return round(float(found["figure"]) * _SCALES.get((found["scale"] or "").lower(), 1.0), 6), found.end()


def _duration(text: str, unit: Unit) -> tuple[float, int] | None:
    """Return the first span of time that names its units; `100分` alone is a score, not a time."""
    for found in _SPAN.finditer(text):
        parts = {name: float(part) for name, part in found.groupdict().items() if part}
        if not parts or (set(parts) == {"minutes"} and re.search(r"分\s*$", found[0])):
            continue
        if _LIMIT.search(text[: found.start()]):
            return None
        seconds = sum(part * _SECONDS_IN[name] for name, part in parts.items())
        return round(seconds / _SECONDS_IN[unit], 12), found.end()
    return None
