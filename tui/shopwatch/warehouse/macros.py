"""The macros of the scorecards' SQL, expanded on the syntax tree: local time without a time-zone function.

`local_day`, `time_of_day`, `paused`, `hours` and `as_of` become integer arithmetic, with the zone's offsets
written in from zoneinfo for the years in question. That runs the same on both engines, and ten times as
fast as their own time-zone functions. A literal like '18:00' is a time of day, in seconds.

The parser is imported by the first expression: the warehouse opens and takes in without it.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sqlglot import exp

DAY = 86400
_TIME = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")


class MacroError(ValueError):
    """An expression of a scorecard that can't be read; the message names what is wrong."""


@functools.lru_cache(maxsize=256)
def transitions(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Return the offset at the start of `first_year`, then each (UTC moment, new offset) up to the end of
    `last_year`; offsets in seconds east."""

    def offset(moment: int) -> int:
        delta = datetime.datetime.fromtimestamp(moment, zone).utcoffset()
        return int(delta.total_seconds()) if delta else 0

    begin = int(datetime.datetime(first_year, 1, 1, tzinfo=datetime.UTC).timestamp())
    end = int(datetime.datetime(last_year + 1, 1, 1, tzinfo=datetime.UTC).timestamp())
    changes: list[tuple[int, int]] = []
    at, before = begin, offset(begin)
    first = before
    while at < end:
        ahead = min(at + 7 * DAY, end)  # no zone changes twice in a week
        after = offset(ahead)
        if after != before:
            low, high = at, ahead
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if offset(middle) != before else (middle, high)
            changes.append((high, after))
            before = after
        at = ahead
    return first, tuple(changes)


class LocalTime:
    """SQL for one zone's local time, exact in the years from `first_year` to `last_year`."""

    def __init__(self, zone: ZoneInfo, first_year: int, last_year: int) -> None:
        self._first, self._changes = transitions(zone, first_year, last_year)

    def local(self, moment: str) -> str:
        """UTC seconds to local seconds."""
        return f"({moment} + {self._offset(moment, [at for at, _ in self._changes])})"

    def utc(self, local: str) -> str:
        """Local seconds to UTC: the earlier of two, and forward out of a gap."""
        offsets = [self._first, *(offset for _, offset in self._changes)]
        ends = [
            at + max(before, after) for (at, after), before in zip(self._changes, offsets[:-1], strict=True)
        ]
        return f"({local} - {self._offset(local, ends)})"

    def _offset(self, value: str, ends: list[int]) -> str:
        if not self._changes:
            return str(self._first)
        offsets = [self._first, *(offset for _, offset in self._changes)]
        whens = " ".join(
            f"WHEN {value} < {end} THEN {offset}" for end, offset in zip(ends, offsets[:-1], strict=True)
        )
        return f"(CASE {whens} ELSE {offsets[-1]} END)"

    def day(self, moment: str) -> str:
        return f"({self.local(moment)} // {DAY})"

    def time_of_day(self, moment: str) -> str:
        return f"({self.local(moment)} % {DAY})"

    def paused(self, moment: str, start: str, end: str) -> str:
        """A moment in the half-open span of the day [start, end) moves to the span's end."""
        length = (int(end) - int(start)) % DAY
        # how far into the span; beyond its length: outside
        into = f"(({self.local(moment)} - {start}) % {DAY})"
        if not self._changes:
            return f"(CASE WHEN {into} < {length} THEN {moment} + {length} - {into} ELSE {moment} END)"
        moved = self.utc(f"({self.local(moment)} + {length} - {into})")
        return f"(CASE WHEN {into} < {length} THEN {moved} ELSE {moment} END)"


def _hours(seconds: str) -> str:
    # (x + |x|) / 2 is x, never below 0; greatest(x, 0) would turn an unknown duration into 0
    return f"((({seconds}) + abs({seconds})) / 7200.0)"


def seconds_of_day(text: str) -> int | None:
    """Return the seconds of 'HH:MM' or 'HH:MM:SS', or None for any other text."""
    if not (match := _TIME.match(text)):
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    return hour * 3600 + minute * 60 + second


@functools.lru_cache(maxsize=4096)
def expand(expression: str, local: LocalTime) -> str:
    """Return the expression in plain DuckDB SQL; raises MacroError where it can't be read."""
    import sqlglot
    from sqlglot import exp

    macros: dict[str, tuple[int, Callable[..., str]]] = {
        "local_day": (1, local.day),
        "time_of_day": (1, local.time_of_day),
        "paused": (3, local.paused),
        "hours": (1, _hours),
        "as_of": (0, lambda: "$as_of"),
    }

    def plain(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Literal) and node.is_string:
            seconds = seconds_of_day(node.this)
            return node if seconds is None else exp.Literal.number(seconds)
        return node

    def unfold(node: exp.Expr) -> exp.Expr:
        # children first, so that the innermost macro is plain SQL by the time the outer one is written
        for child in list(node.iter_expressions()):
            child.replace(unfold(child))
        node = plain(node)
        if isinstance(node, exp.Anonymous) and (macro := macros.get(node.name.lower())):
            arity, write = macro
            if len(node.expressions) != arity:
                raise MacroError(f"{node.name}() takes {arity} values in: {expression}")
            arguments = [argument.sql("duckdb") for argument in node.expressions]
            return sqlglot.parse_one(write(*arguments), dialect="duckdb")
        return node

    try:
        tree = sqlglot.parse_one(expression, dialect="duckdb")
        return unfold(tree).sql("duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise MacroError(f"{str(error).splitlines()[0]} in: {expression}") from None


@functools.lru_cache(maxsize=4096)
def names_in(expression: str) -> frozenset[str]:
    """Return the columns that an expression names."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(expression, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise MacroError(f"{str(error).splitlines()[0]} in: {expression}") from None
    return frozenset(column.name for column in tree.find_all(exp.Column))


@functools.lru_cache(maxsize=4096)
def conditions(expression: str) -> tuple[str, ...]:
    """Return the conditions that an expression joins by AND, each as SQL."""
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(expression, dialect="duckdb").unnest()
    if isinstance(tree, exp.And):
        return tuple(one for part in tree.flatten() for one in conditions(part.sql("duckdb")))
    # whoever joins it to others must not have it fall apart
    return (exp.paren(tree).sql("duckdb") if isinstance(tree, exp.Or) else tree.sql("duckdb"),)
