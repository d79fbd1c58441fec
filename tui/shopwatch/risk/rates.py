"""Daily rates that stop a shop: how near they are, and how many of the open ones must be saved today."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from shopwatch.risk.moment import Moment
from shopwatch.risk.past import supposed_chance
from shopwatch.scoring.clock import moment_of
from shopwatch.scoring.lines import limits, most_allowed
from shopwatch.scoring.readings import NOTHING, Exposure, Sum2
from shopwatch.scoring.scorecard import Line, Rate

_DUST = 1e-9  # 0.3 * 800 may come out a hair above 240


class Pressure(msgspec.Struct, frozen=True, kw_only=True):
    """One stop line on a rate to which open exposures may still add.

    due, late: the rate's sums now. open: what falls due inside the window and isn't late yet, soonest first.
    forecast: late at the end of the window; an open one without a past counts as late. rescue: how many must
    be saved to stay off the line, None once it is struck. near: its warning is reached, or the past foresees
    a strike. foreseen: whether there is a past to go by.
    """

    line: Line
    rate: Rate
    due: int
    late: int
    open: tuple[Exposure, ...]
    forecast: int
    rescue: int | None
    near: bool
    foreseen: bool

    @property
    def struck(self) -> bool:
        return self.rescue is None

    @property
    def share(self) -> float:
        return self.late / self.due if self.due else 0.0


@functools.lru_cache(maxsize=64)  # a fleet's shops all ask for the same few
def end_of_day(now: int, zone: ZoneInfo, days: int = 0) -> int:
    """Return the midnight at which the local day of `now` (and `days` more) ends."""
    today = datetime.datetime.fromtimestamp(now, zone).date()
    return moment_of(today + datetime.timedelta(days=days + 1), datetime.time(), zone)


def pressures(exposures: Sequence[Exposure], at: Moment) -> tuple[Pressure, ...]:
    """Return every stop line on a rate that looks ahead to a clock."""
    rates = {rate.id: rate for rate in at.model.scorecard.rate}
    found = []
    for line in at.model.scorecard.line:
        ons = {part.on for part in line.parts}
        rate = rates.get(next(iter(ons))) if line.kind == "stop" and len(ons) == 1 else None
        if rate is not None and rate.ahead is not None and rate.window[1] == 0:
            found.append(_pressure(line, rate, exposures, at))
    return tuple(found)


def _pressure(line: Line, rate: Rate, exposures: Sequence[Exposure], at: Moment) -> Pressure:
    now, past = at.now, at.pasts.get(rate.ahead or "")
    sums = at.readings.rates.get(rate.id, NOTHING)
    midnight = end_of_day(now, at.zone)
    ahead = [e for e in exposures if e.clock == rate.ahead and e.due is not None and now < e.due < midnight]
    ahead.sort(key=lambda e: (e.due, e.subject_id))
    chances = [supposed_chance(past, now - e.started, (e.due or now) - e.started) for e in ahead]
    foreseen = sums.numerator + sum(chance for chance in chances if chance is not None)
    forecast = round(sums.numerator + sum(1.0 if chance is None else chance for chance in chances))
    most = most_allowed(sums.denominator, *limits(line))
    return Pressure(
        line=line,
        rate=rate,
        due=round(sums.denominator),
        late=round(sums.numerator),
        open=tuple(ahead),
        forecast=forecast,
        rescue=None if sums.numerator > most else max(0, forecast - most),
        foreseen=all(chance is not None for chance in chances),
        near=sums.denominator > 0 and (_warns(line, sums) or round(foreseen) > most),
    )


def _warns(line: Line, sums: Sum2) -> bool:
    for part in line.parts:
        mark = part.at if part.warn_at is None else part.warn_at
        if (
            mark is None
            or (sums.numerator / sums.denominator if part.measure == "rate" else sums.numerator)
            < mark - _DUST
        ):
            return False
    return True
