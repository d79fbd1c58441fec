"""How times and the spans between them are written for a person."""

from __future__ import annotations

import datetime
import math

from shopwatch.formats.figures import UNKNOWN
from shopwatch.i18n import Translate

_LONGEST_DAYS = 999


def left(seconds: float | None, _: Translate, *, short: bool = False) -> str:
    """00:42:10, past a day 1天15时; 逾期 3:05 once it is negative. short: 逾期 8天 past a day."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 0:
        return late(-seconds, _, short=short)
    whole = math.floor(seconds)
    if whole >= 86400:
        return _days(whole, _)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def late(seconds: float | None, _: Translate, *, short: bool = False) -> str:
    """逾期 3:05: hours and minutes since the deadline, past a day in days. short: those without hours."""
    text = _span(seconds, _, short=short)
    return text if text == UNKNOWN else _("late {time}").format(time=text)


def running(seconds: float | None, _: Translate, *, short: bool = False) -> str:
    """3:10 计时: how long something that lengthens a mean has been counting. short: as `late` has it."""
    text = _span(seconds, _, short=short)
    return text if text == UNKNOWN else _("{time} running").format(time=text)


def starts(at: datetime.datetime | None, _: Translate) -> str:
    """06:00起算: when its hours begin to count."""
    return UNKNOWN if at is None else _("from {time}").format(time=hour(at))


def clock_time(at: datetime.datetime | None, now: datetime.datetime | None = None) -> str:
    """11-20 19:30; 2027-01-02 09:00 where now is in another year."""
    if at is None:
        return UNKNOWN
    year = "" if now is None or at.year == now.year else f"{at.year}-"
    return f"{year}{day(at)} {hour(at)}"


def day(at: datetime.date | None) -> str:
    """11-20"""
    return UNKNOWN if at is None else f"{at.month:02}-{at.day:02}"


def hour(at: datetime.datetime | None) -> str:
    """19:30"""
    return UNKNOWN if at is None else f"{at.hour:02}:{at.minute:02}"


def weekday(moment: datetime.date, _: Translate) -> str:
    """周日"""
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return days[moment.weekday()]


def age(seconds: float | None, _: Translate) -> str:
    """12秒前, 3分钟前, 5小时前, 2天前"""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    whole = math.floor(seconds)
    if whole < 1:
        return _("just now")
    if whole < 60:
        return _("{n} s ago").format(n=whole)
    if whole < 3600:
        return _("{n} min ago").format(n=whole // 60)
    if whole < 86400:
        return _("{n} h ago").format(n=whole // 3600)
    return _("{n} d ago").format(n=_capped(whole // 86400))


def _span(seconds: float | None, _: Translate, *, short: bool = False) -> str:
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, math.floor(seconds))
    return _days(whole, _, short=short) if whole >= 86400 else f"{whole // 3600}:{whole // 60 % 60:02}"


def _days(seconds: int, _: Translate, *, short: bool = False) -> str:
    days = seconds // 86400
    if short:
        return _("{d}d").format(d=_capped(days))
    if days >= 100:
        return _("{d} days").format(d=_capped(days))
    return _("{d}d {h}h").format(d=days, h=f"{seconds // 3600 % 24:02}")


def _capped(days: int) -> str:
    return str(days) if days <= _LONGEST_DAYS else f">{_LONGEST_DAYS}"
