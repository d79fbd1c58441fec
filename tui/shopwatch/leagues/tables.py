"""A shop's league tables: sums out of the warehouse, complaints out of the voice, judged and named."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import NamedTuple

from shopwatch.board.leagues import LeagueBoard, LeagueCell, LeagueColumn, LeagueRow, LeagueTable
from shopwatch.fleet import Shop
from shopwatch.leagues.rules import Column, League, LeagueRules
from shopwatch.scoring.leagues import Gain, Place, Slice, Standing, league, mean_of, table
from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.score import Scored
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.warehouse.leagues import LeagueSums, Trail

MOST_ROWS = 200
SCAN_GAP = "scan_gap"

Complaining = Callable[[tuple[str, ...]], frozenset[str]]
"""The orders whose buyers complained of one of some topics; of any, where there are none."""


class Standings(NamedTuple):
    """Everything that a shop's tables are made of."""

    sums: LeagueSums
    shop: Shop
    today: datetime.date
    scored: Scored
    complaining: Complaining
    language: str


def standings(rules: LeagueRules, known: Standings) -> LeagueBoard:
    """Return the tables that anything is known of."""
    tables = [_table(one, rules.enough, known) for one in rules.league]
    return LeagueBoard(tables=tuple(one for one in tables if one.rows), enough=rules.enough)


class _Filled(NamedTuple):
    column: Column
    rule: Indicator | None  # None where its sums are no indicator's
    slices: Mapping[str, Slice]


def _table(rules: League, enough: int, known: Standings) -> LeagueTable:
    every = _filled(rules, known)
    shown = [one for one in every if one.slices]
    places = {one.column.id: _places(one, enough, known) for one in shown}
    rows = table(places)
    return LeagueTable(
        id=rules.id,
        name=rules.name.of(known.language),
        by=rules.by,
        columns=tuple(_column(one, known) for one in shown),
        rows=tuple(_row(row, rules, [one.column.id for one in shown], known) for row in rows[:MOST_ROWS]),
        others=max(0, len(rows) - MOST_ROWS),
        lacking=tuple(_named(one).short.of(known.language) for one in every if not one.slices),
    )


def _filled(rules: League, known: Standings) -> list[_Filled]:
    """Return the columns that the shop's scorecard has or that stand by themselves, with their sums."""
    found = _summed(rules, known)
    for column in rules.column:
        if column.kind != "sums":
            found[column.id] = _Filled(column, None, _apart(column, rules.by, known))
    return [found[column.id] for column in rules.column if column.id in found]


def _summed(rules: League, known: Standings) -> dict[str, _Filled]:
    """Return the columns of sums, each with the first of its rules that anything is known of."""
    choices = {column: list(column.rules(known.shop.model.scorecard)) for column in rules.column}
    found: dict[str, _Filled] = {}
    while ahead := {
        one: rest.pop(0) for one, rest in choices.items() if rest and not _known(found.get(one.id))
    }:
        sums = known.sums.slices({one.id: rule for one, rule in ahead.items()}, rules.by)
        for column, rule in ahead.items():
            if column.id in sums or column.id not in found:
                found[column.id] = _Filled(column, rule, sums.get(column.id, {}))
    return found


def _known(filled: _Filled | None) -> bool:
    return filled is not None and bool(filled.slices)


def _apart(column: Column, by: str, known: Standings) -> Mapping[str, Slice]:
    """Return the sums of a column that no sums over one table tell."""
    if column.kind == "stalls":
        return known.sums.stalled(by, column.window, trail_of(column, known.shop.model.scorecard))
    if column.kind == "orders" and (orders := known.complaining(column.topics)):
        return known.sums.share_of_orders(by, column.window, orders)
    return {}


def trail_of(column: Column, scorecard: Scorecard) -> Trail:
    """Return when a parcel has stood still for too long: as the scorecard's clock says, else as the column does."""
    clock = next((one for one in scorecard.clock if one.id == SCAN_GAP and one.trail and one.due), None)
    if clock is None or clock.trail is None or clock.due is None:
        return Trail(column.due)
    return Trail(clock.due, clock.trail.remote)


def _places(filled: _Filled, enough: int, known: Standings) -> tuple[Place, ...]:
    named = _named(filled)
    return league(
        filled.slices,
        lower_is_better=named.better == "lower",
        gain=_gain(filled, known.scored),
        enough=enough,
    )


def _gain(filled: _Filled, scored: Scored) -> Gain | None:
    """Return what the total gains from the shop's value as it is scored, moved as far as the mean of the rows."""
    rule, mean = filled.rule, mean_of(filled.slices.values())
    now = None if rule is None else scored.indicators.get(rule.id)
    if rule is None or mean is None or now is None or now.value is None:
        return None
    value, cases = now.value, now.sums[1] or 1.0

    def gain(moved: float) -> float | None:
        there = value + moved - mean
        return scored.what_if(rule.id, Sum2(there * cases, cases))

    return gain


def _named(filled: _Filled) -> Indicator | Column:
    return filled.column if filled.rule is None else filled.rule


def _column(filled: _Filled, known: Standings) -> LeagueColumn:
    named = _named(filled)
    begin, end = named.window
    scored = filled.rule is not None and filled.rule.id in known.scored.indicators
    return LeagueColumn(
        id=filled.column.id,
        name=named.name.of(known.language),
        short=named.short.of(known.language),
        unit=named.unit,
        better=named.better,
        mean=mean_of(filled.slices.values()) or 0.0,
        first=known.today - datetime.timedelta(days=begin),
        last=known.today - datetime.timedelta(days=end),
        indicator=filled.rule.id if scored and filled.rule is not None else "",
    )


def _row(row: Standing, rules: League, columns: list[str], known: Standings) -> LeagueRow:
    worse = row.count("worse")
    advice = rules.advised(worse) if worse else None
    return LeagueRow(
        key=row.key,
        cells=tuple(_cell(row.places.get(name)) for name in columns),
        part=row.part,
        worse=worse,
        advice=advice.of(known.language) if advice else "",
    )


def _cell(place: Place | None) -> LeagueCell | None:
    if place is None:
        return None
    low, high = place.interval or (None, None)
    return LeagueCell(
        value=place.value,
        cases=place.cases,
        verdict=place.verdict,
        part=place.part,
        low=low,
        high=high,
    )
