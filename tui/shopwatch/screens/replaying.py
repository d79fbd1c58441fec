"""Which past moment to show, as somebody types it."""

from __future__ import annotations

import datetime
import re

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.screens.remarking import Question, Understood

_MOMENT = re.compile(
    r"(?:(?P<year>\d{4})[-/])?(?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:\s+(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?)?"
)
_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})")


def past(text: str, now: datetime.datetime) -> datetime.datetime | None:
    """Return the moment before now that is meant: 11-18, 11-18 09:30, 2026-11-18, 09:30; None where there is none.

    A day without a time is its end, a day without a year the last of that name."""
    plain = text.strip()
    try:
        if found := _TIME.fullmatch(plain):
            at = now.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)
        elif found := _MOMENT.fullmatch(plain):
            at = _on_day(found, now)
        else:
            return None
    except ValueError:
        return None
    return at if at < now else None


def _on_day(found: re.Match[str], now: datetime.datetime) -> datetime.datetime:
    hour, minute = int(found["hour"] or 23), int(found["minute"] or (0 if found["hour"] else 59))
    at = now.replace(
        year=int(found["year"] or now.year), month=int(found["month"]), day=int(found["day"]), hour=hour,
        minute=minute, second=0, microsecond=0,
    )  # fmt: skip
    return at if found["year"] or at < now else at.replace(year=at.year - 1)


def question(now: datetime.datetime, _: Translate) -> Question:
    """Ask for a moment; nothing typed is now."""

    def understand(text: str) -> Understood:
        if not text.strip():
            return Understood(_("back to now"))
        at = past(text, now)
        if at is None:
            return Understood(_("no moment that is past: 11-18 · 11-18 09:30 · 09:30"), False)
        return Understood(_("as it stood {time}").format(time=formats.clock_time(at, now)))

    return Question(_("Which moment to show"), "", understand, keeps=False)
