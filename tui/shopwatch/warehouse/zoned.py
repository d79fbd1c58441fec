"""The local time that a zone's statements are written for, and writing those of a scorecard before they are asked."""

from __future__ import annotations

import datetime
import functools
from zoneinfo import ZoneInfo

from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse.exclusions import sifted
from shopwatch.warehouse.exposures import exposures_sql
from shopwatch.warehouse.figures import local_day
from shopwatch.warehouse.indicators import daily_sql, scans
from shopwatch.warehouse.macros import LocalTime


def _year(moment: int) -> int:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).year


@functools.lru_cache(maxsize=256)
def _of_years(zone: ZoneInfo, first_year: int, last_year: int) -> LocalTime:
    return LocalTime(zone, first_year, last_year)


def local_time(zone: ZoneInfo, as_of: int) -> LocalTime:
    """Return the SQL of a zone's local time, exact in the years around a moment."""
    year = _year(as_of)
    return _of_years(zone, year - 2, year + 1)


def write_ahead(scorecard: Scorecard, zone: ZoneInfo, as_of: int) -> None:
    """Write a scorecard's statements before they are asked: what is dear of it is remembered."""
    local, today = local_time(zone, as_of), local_day(as_of, zone)
    for scan in scans(sifted(scorecard, today)):
        daily_sql(scan, local, today)
    for clock in scorecard.clock:
        exposures_sql(clock, local)
