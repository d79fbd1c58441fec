"""A time as somebody types it: in an hour, at 18:30, tomorrow at nine, on a day."""

from __future__ import annotations

import datetime
import re

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(m|min|分|分钟|h|小时|d|天)?", re.IGNORECASE)
_HOUR = re.compile(r"(明天|明早|tomorrow)?\s*(?:(\d{1,2}):(\d{2})|(\d{1,2})\s*[点时])?", re.IGNORECASE)
_DAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?")
_MINUTES = {"m": 1, "min": 1, "分": 1, "分钟": 1, "h": 60, "小时": 60, "d": 1440, "天": 1440}
MORNING = (8, 0)
"""When a day begins that is named without an hour."""


def until(text: str, now: datetime.datetime) -> datetime.datetime | None:
    """Return the moment that is meant, after now; None where it can't be told. A bare number is of minutes."""
    plain = text.strip().replace("：", ":")
    try:
        if found := _SPAN.fullmatch(plain):
            number, unit = found.groups()
            return _after(
                now + datetime.timedelta(minutes=float(number) * _MINUTES[(unit or "m").lower()]), now
            )
        if found := _DAY.fullmatch(plain):
            return _on_day(now, *found.groups())
        if plain and (found := _HOUR.fullmatch(plain)):
            return _at_hour(now, *found.groups())
    except (ValueError, OverflowError):  # the 31st of June, 25:00, a million years
        return None
    return None


def _at_hour(
    now: datetime.datetime, tomorrow: str | None, hour: str | None, minute: str | None, full: str | None
) -> datetime.datetime:
    at = (int(hour or full or 0), int(minute or 0)) if hour or full else MORNING
    moment = now.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    if tomorrow or moment <= now:
        moment += datetime.timedelta(days=1)
    return moment


def _on_day(
    now: datetime.datetime, year: str | None, month: str, day: str, hour: str | None, minute: str | None
) -> datetime.datetime | None:
    at = (int(hour), int(minute or 0)) if hour else MORNING
    moment = now.replace(
        year=int(year) if year else now.year,
        month=int(month),
        day=int(day),
        hour=at[0],
        minute=at[1],
        second=0,
        microsecond=0,
    )
    if year is None and moment <= now:
        moment = moment.replace(year=now.year + 1)
    return _after(moment, now)


def _after(moment: datetime.datetime, now: datetime.datetime) -> datetime.datetime | None:
    return moment if moment > now else None
