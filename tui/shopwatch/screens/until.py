"""A time as somebody types it: in an hour, at 18:30, tomorrow at nine, 后天下午3点半, on a day."""

from __future__ import annotations

import datetime
import re
import unicodedata

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(m|min|分|分钟|h|小时|d|天)?", re.IGNORECASE)
_MINUTES = {"m": 1, "min": 1, "分": 1, "分钟": 1, "h": 60, "小时": 60, "d": 1440, "天": 1440}
_MOMENT = re.compile(
    r"""
    (?: (?P<named>今天|今|today|明天|明|tomorrow|大后天|后天)
      | (?:(?P<year>\d{4})[-/年])? (?P<month>\d{1,2})[-/月](?P<date>\d{1,2})(?!\d)[日号]? )?
    \s* (?P<part>凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)?
    \s* (?: (?P<hour>\d{1,2}) (?: :(?P<minute>\d{2}) | [点时] (?:(?P<past>\d{1,2})分?|(?P<half>半))? ) )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DAYS = {"今天": 0, "今": 0, "today": 0, "明天": 1, "明": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
# The hour at which each part of a day begins: in the twelve from there, what is typed is one hour only.
_PARTS = {
    "凌晨": 0, "早上": 1, "早": 1, "上午": 1, "中午": 10, "下午": 12, "傍晚": 12, "晚上": 17, "晚": 17,
}  # fmt: skip
_MORNINGS = (None, "早上", "早", "上午")
MORNING = 8
"""The hour at which a day begins that is named without one."""
AHEAD = datetime.timedelta(days=60)
"""A day without a year that is past is next year's only where that is so near: else it was a slip."""


def until(text: str, now: datetime.datetime) -> datetime.datetime | None:
    """Return the moment that is meant, after now; None where it can't be told. A bare number is of minutes."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if found := _SPAN.fullmatch(plain):
            number, unit = found.groups()
            moment = now + datetime.timedelta(minutes=float(number) * _MINUTES[(unit or "m").lower()])
        elif plain and (found := _MOMENT.fullmatch(plain)):
            moment = _moment(found, now)
        else:
            return None
    except (ValueError, OverflowError):  # the 31st of June, 25:00, a million years
        return None
    return moment if moment > now else None


def _moment(found: re.Match[str], now: datetime.datetime) -> datetime.datetime:
    """Return the moment that is named, be it past. ValueError where there is none."""
    hours = _hours(found["hour"], found["part"])
    minute = 30 if found["half"] else int(found["minute"] or found["past"] or 0)
    today = now.replace(hour=hours % 24, minute=minute, second=0, microsecond=0)
    late = datetime.timedelta(days=hours // 24)  # after midnight it is still the evening of the day before
    if found["month"]:
        return _on_day(found, today, now) + late
    if found["named"]:
        return today + datetime.timedelta(days=_DAYS[found["named"].lower()]) + late
    return today if today > now else today + datetime.timedelta(days=1)


def _on_day(found: re.Match[str], time: datetime.datetime, now: datetime.datetime) -> datetime.datetime:
    moment = time.replace(
        year=int(found["year"] or now.year), month=int(found["month"]), day=int(found["date"])
    )
    if found["year"] or moment > now:
        return moment
    next_year = moment.replace(year=moment.year + 1)
    return next_year if next_year - now < AHEAD else moment


def _hours(typed: str | None, part: str | None) -> int:
    """Return the hours since midnight: 下午3 is 15, 晚上12 is 24. ValueError where there is no such hour."""
    if typed is None:
        if part not in _MORNINGS:
            raise ValueError(part)
        return MORNING
    hour = int(typed)
    if hour > 23:
        raise ValueError(typed)
    if part is None:
        return hour
    begins = _PARTS[part]
    steps = (-12, 0, 12, 24) if 0 < hour <= 12 else (0, 24)
    found = [hour + step for step in steps if begins <= hour + step < begins + 12]
    if not found:
        raise ValueError(typed)
    return found[0]
