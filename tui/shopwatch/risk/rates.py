"""Daily and weekly rates that stop a shop: how near they are, and how many open ones must be saved today."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping, Sequence
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

    due, late: the rate's sums now. open: what would count as late before midnight and doesn't yet, soonest first.
    forecast: late at midnight; an open one without a past counts as late. rescue: how many must
    be saved to stay off the line, None once it is struck. near: its warning is reached, or the past foresees
    a strike. foreseen: whether there is a past to go by. product: whose rate it is, where each has one.
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
    product: str | None = None

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


def pressures(under: Mapping[str, Sequence[Exposure]], at: Moment) -> tuple[Pressure, ...]:
    """Return every stop line on a rate that looks ahead to a clock, and of which there is anything to say. under:
    what is open, by clock."""
    rates = {rate.id: rate for rate in at.model.scorecard.rate if rate.ahead is not None}
    found = (
        _pressure(line, rates[line.parts[0].on], under, at)
        for line in at.model.scorecard.line
        if line.kind == "stop" and line.parts[0].on in rates and len({part.on for part in line.parts}) == 1
    )
    return tuple(one for one in found if one is not None)


def _pressure(line: Line, rate: Rate, under: Mapping[str, Sequence[Exposure]], at: Moment) -> Pressure | None:
    ahead = _ahead(rate, under.get(rate.ahead or "", ()), at)
    if rate.each is not None:
        return _nearest(line, rate, under.get(rate.ahead or "", ()), ahead, at)
    sums = at.readings.rates.get(rate.id, NOTHING)
    return _pressed(line, rate, sums, ahead, at) if sums.denominator or ahead else None


def _nearest(
    line: Line, rate: Rate, under: Sequence[Exposure], ahead: Sequence[Exposure], at: Moment
) -> Pressure | None:
    """Return the pressure of the product that is nearest to the line."""
    open_: dict[str | None, list[Exposure]] = {}
    for exposure in ahead:
        open_.setdefault(exposure.product_id, []).append(exposure)
    products = at.readings.rates_of_each.get(rate.id, {})
    names = {one.product_id: one.product for one in under if one.product_id in products}
    found = (
        msgspec.structs.replace(
            _pressed(line, rate, sums, open_.get(product, ()), at), product=names.get(product) or product
        )
        for product, sums in products.items()
    )
    return max(
        found,
        key=lambda one: (one.struck, one.near, one.rescue or 0, one.share, one.forecast, one.product or ""),
        default=None,
    )


def _pressed(line: Line, rate: Rate, sums: Sum2, ahead: Sequence[Exposure], at: Moment) -> Pressure:
    past, grace = at.pasts.get(rate.ahead or ""), _grace(rate)
    chances = [supposed_chance(past, e, at.now, (e.due or at.now) + grace) for e in ahead]
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


def _grace(rate: Rate) -> int:
    return round(rate.ahead_hours * 3600)


def _ahead(rate: Rate, exposures: Sequence[Exposure], at: Moment) -> list[Exposure]:
    """Return what would count as late before midnight and doesn't yet, soonest first."""
    if not exposures:
        return []
    first, last = at.now - _grace(rate), end_of_day(at.now, at.zone) - _grace(rate)
    ahead = [e for e in exposures if e.proved and e.due is not None and first < e.due < last]
    ahead.sort(key=lambda e: (e.due, e.subject_id))
    return ahead


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
