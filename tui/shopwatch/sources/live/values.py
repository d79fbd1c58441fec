"""The values of marketplaces' answers as plain ones: ids come as numbers or text, nothing as 0, "" or not at all."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from shopwatch.sources.cleaning import visible

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
_FORM = "%Y-%m-%d %H:%M:%S"
_WHOLE = re.compile(r"-?\d{1,18}")


def whole(value: Any) -> int | None:
    """Return a whole number, however it is written."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None


def text(value: Any) -> str | None:
    """Return a value as text in one line; ids of 64 bits come as numbers, and 0 is none."""
    if not isinstance(value, (str, int)) or isinstance(value, bool) or not value:
        return None
    words = " ".join(str(value).split())
    return (words if words.isprintable() else visible(words)) or None


def figure(value: Any) -> float | None:
    """Return a number, however it is written."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def stars(value: Any) -> float | None:
    """Return one to five stars."""
    found = figure(value)
    return found if found is not None and 1 <= found <= 5 else None


def known_at(changed: int | None) -> dict[str, int]:
    """Return the field that says when a record was last changed, where that is told."""
    return {"known_at": changed} if changed else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def object_of(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def read(value: Any) -> int | None:
    """Return the epoch second of a time written on the clock of Beijing."""
    try:
        naive = datetime.datetime.strptime(str(value)[:19], _FORM)
    except ValueError:
        return None
    return int(naive.replace(tzinfo=BEIJING).timestamp())


def written(second: float) -> str:
    """Return a moment as it stands on the clock of Beijing."""
    return datetime.datetime.fromtimestamp(int(second), BEIJING).strftime(_FORM)


def day_of(now: int) -> int:
    """Return the second in which the day began in Beijing, by which a day's figures are kept."""
    return (now + 28_800) // 86_400 * 86_400 - 28_800
