"""The days that a scorecard leaves out of some indicators, as conditions on the rows that these sum."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from shopwatch.records import Kind
from shopwatch.scoring.scorecard import Exclusion, Indicator, Scorecard, Sums
from shopwatch.scoring.windows import day_of
from shopwatch.warehouse.indicators import kind_of
from shopwatch.warehouse.masks import columns_seen

AnySums = TypeVar("AnySums", bound=Sums)

LONGEST = 180
"""Days: what is paid on a day that is left out is signed for, refunded and rated by then, so that an exclusion
that ended before the windows by so much needn't be asked of every row."""


def sifted(scorecard: Scorecard, today: int) -> Scorecard:
    """Return the scorecard with its indicators asking only for rows of days that count."""
    reach = max((rule.window[0] for rule in scorecard.indicator), default=0) + LONGEST
    near = tuple(one for one in scorecard.exclusion if day_of(one.last) >= today - reach)
    if not near:
        return scorecard
    return msgspec.structs.replace(scorecard, indicator=_sifted(scorecard.indicator, near))


@functools.lru_cache(maxsize=64)
def _sifted(indicators: tuple[Indicator, ...], exclusions: tuple[Exclusion, ...]) -> tuple[Indicator, ...]:
    return tuple(
        _indicator(rule, [one for one in exclusions if rule.id in one.indicators]) for rule in indicators
    )


def _indicator(rule: Indicator, exclusions: list[Exclusion]) -> Indicator:
    if not exclusions:
        return rule
    approximate = rule.approximate and _sums(rule.approximate, exclusions)
    counted = _sums(rule, exclusions) if rule.counted else rule
    return msgspec.structs.replace(counted, approximate=approximate)


def _sums(sums: AnySums, exclusions: list[Exclusion]) -> AnySums:
    table, day = sums.denominator_from or sums.from_, sums.denominator_day or sums.day
    told = [one for one in exclusions if _can_tell(one, sums.from_) and _can_tell(one, table)]
    where = " AND ".join([f"({sums.where})", *_conditions(told, sums.from_, sums.day)])
    counts = sums.denominator_where
    if counts is not None or (table, day) != (sums.from_, sums.day):
        counts = " AND ".join([f"({counts or sums.where})", *_conditions(told, table, day)])
    return msgspec.structs.replace(sums, where=where, denominator_where=counts)


def _can_tell(exclusion: Exclusion, table: str) -> bool:
    """Whether a table's rows tell where they belong: of a rate, both sides leave a row out or neither does."""
    return not exclusion.provinces or "province" in columns_seen(table)


def _conditions(exclusions: list[Exclusion], table: str, day: str) -> Iterator[str]:
    for one in exclusions:
        moment = one.day if one.day in columns_seen(table) else day
        local = moment if kind_of(table, moment) is Kind.DAY else f"local_day({moment})"
        within = f"{local} BETWEEN {day_of(one.first)} AND {day_of(one.last)}"
        if one.provinces:
            names = ", ".join("'" + name.replace("'", "''") + "'" for name in one.provinces)
            within += f" AND province IN ({names})"
        yield f"NOT coalesce({within}, FALSE)"
