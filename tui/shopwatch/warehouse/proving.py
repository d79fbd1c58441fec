"""Whether a scorecard's SQL can be asked: each expression bound by the engine over empty tables.

The shipped scorecards are tested. One of the owner's own is proved before it is used, so that a mistake in it is
told with its key, and not by a refresh that fails.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

import duckdb

from shopwatch.i18n import Translate
from shopwatch.records import TABLES
from shopwatch.scoring.scorecard import Clock, Scorecard, Sums
from shopwatch.warehouse.each import each_sql
from shopwatch.warehouse.exposures import exposures_sql, rows_of
from shopwatch.warehouse.indicators import daily_sql, scans
from shopwatch.warehouse.macros import LocalTime, MacroError, expand
from shopwatch.warehouse.masks import columns_seen, seen
from shopwatch.warehouse.tables import create_statements
from shopwatch.warehouse.waits import ending_of, waits_sql

READABLE = ("contacts", *TABLES)
# how an expression is asked for; {} is the expression
VALUE, SUM, CONDITION = "SELECT {}", "SELECT SUM({})", "SELECT count(*) FILTER (WHERE {})"
_LONGEST = 300
_YEAR, _TODAY = 2026, 20_000  # any will do


class Part(NamedTuple):
    """One expression: the key that it stands under, how it is asked, and the rows that it is asked of."""

    key: str
    how: str
    expression: str
    rows: str


class WrongTableError(Exception):
    """A key names a table that there isn't."""

    def __init__(self, key: str, table: str) -> None:
        super().__init__(key)
        self.key, self.table = key, table


def mistakes(card: Scorecard, _: Translate) -> Iterator[tuple[str, str]]:
    """Yield (key, what is wrong) for each expression that can't be asked."""
    local = LocalTime(ZoneInfo("UTC"), _YEAR, _YEAR)
    with duckdb.connect(":memory:") as connection:
        connection.execute("PRAGMA disable_optimizer")  # nothing is run
        for statement in create_statements():
            connection.execute(statement)
        whole = _together(connection, card, local)
        if whole is None:
            return
        try:
            parts = list(_parts(card))
        except WrongTableError as wrong:
            near = difflib.get_close_matches(wrong.table, READABLE, 1) or READABLE
            words = _("there is no {name}; did you mean {known}?")
            yield wrong.key, words.format(name=wrong.table, known=" | ".join(near))
            return
        refused = [(part.key, reason) for part in parts if (reason := _refused(connection, part, local))]
        yield from refused or [whole]


def _parts(card: Scorecard) -> Iterator[Part]:
    for indicator in card.indicator:
        key = f"indicator.{indicator.id}"
        if indicator.counted:
            yield from _sums(key, indicator)
            rows = _rows(f"{key}.from", indicator.from_)
            yield from (Part(f"{key}.slices[{n}]", VALUE, by, rows) for n, by in enumerate(indicator.slices))
        if indicator.approximate is not None:
            yield from _sums(f"{key}.approximate", indicator.approximate)
    for rate in card.rate:
        yield from _sums(f"rate.{rate.id}", rate)
    if card.stage is not None:
        rows = _rows("stage.orders_from", card.stage.orders_from)
        yield Part("stage.orders_day", VALUE, card.stage.orders_day, rows)
        yield Part("stage.orders_where", CONDITION, card.stage.orders_where, rows)
    for clock in card.clock:
        yield from _clock(f"clock.{clock.id}", clock)


def _sums(key: str, sums: Sums) -> Iterator[Part]:
    rows = _rows(f"{key}.from", sums.from_)
    yield Part(f"{key}.day", VALUE, sums.day, rows)
    yield Part(f"{key}.where", CONDITION, sums.where, rows)
    yield Part(f"{key}.numerator", SUM, sums.numerator, rows)
    for name, how, expression in (
        ("numerator_where", CONDITION, sums.numerator_where),
        ("known", VALUE, sums.known),
        ("row_known", VALUE, sums.row_known),
    ):
        if expression is not None:
            yield Part(f"{key}.{name}", how, expression, rows)
    if sums.denominator_from is not None:
        rows = _rows(f"{key}.denominator_from", sums.denominator_from)
    yield Part(f"{key}.denominator", SUM, sums.denominator, rows)
    if sums.denominator_day is not None:
        yield Part(f"{key}.denominator_day", VALUE, sums.denominator_day, rows)
    if sums.denominator_where is not None:
        yield Part(f"{key}.denominator_where", CONDITION, sums.denominator_where, rows)


def _clock(key: str, clock: Clock) -> Iterator[Part]:
    _rows(f"{key}.from", clock.from_)
    rows = rows_of(clock)
    yield Part(f"{key}.subject", VALUE, clock.subject, rows)
    yield Part(f"{key}.where", CONDITION, clock.where, rows)
    yield Part(f"{key}.started", VALUE, clock.started, rows)
    if clock.due is not None:
        yield Part(f"{key}.due", VALUE, clock.due, rows)


def _rows(key: str, table: str) -> str:
    if table not in READABLE:
        raise WrongTableError(key, table)
    return seen(table)


def _refused(connection: duckdb.DuckDBPyConnection, part: Part, local: LocalTime) -> str | None:
    """Return what the engine says against an expression; None where it takes it."""
    try:
        expression = expand(part.expression, local)
        _bind(connection, f"{part.how.format(expression)} FROM ({part.rows})")
    except (MacroError, duckdb.Error) as error:
        return _said(error)
    return None


def _together(
    connection: duckdb.DuckDBPyConnection, card: Scorecard, local: LocalTime
) -> tuple[str, str] | None:
    """Return what the engine says against the first statement that it doesn't take, as they are really asked."""
    key = "indicator"
    try:
        for scan in scans(card):
            key = f"indicator.{scan.terms[0].name}"
            _bind(connection, daily_sql(scan, local, _TODAY))
        for rate in card.rate:
            if rate.each is not None:
                key = f"rate.{rate.id}"
                _bind(connection, each_sql(rate, card, local, _TODAY))
        for clock in card.clock:
            key = f"clock.{clock.id}"
            _bind(connection, exposures_sql(clock, local))
            if (ending := ending_of(clock)) is not None:
                _bind(connection, waits_sql(clock, ending, local, None))
        for indicator in card.indicator:
            key = f"indicator.{indicator.id}.slices"
            if unknown := [by for by in indicator.slices if by not in columns_seen(indicator.from_)]:
                return key, ", ".join(unknown)
    except (MacroError, KeyError, duckdb.Error) as error:  # KeyError: a table that there isn't
        return key, _said(error)
    return None


def _bind(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute("EXPLAIN " + sql.replace("$as_of", "0").replace("$since", "0"))


def _said(error: Exception) -> str:
    """What was said, on one line, without the place in a statement that nobody wrote, and without every function
    that there would be."""
    said = str(error).partition("Candidate functions")[0]
    lines = (line.strip() for line in said.splitlines())
    return " ".join(line for line in lines if line and not line.startswith(("LINE ", "^")))[:_LONGEST]
