"""The analysis of a mapping's expressions on their syntax tree.

Apart from the mapping itself: the parser takes longer to import than a poll of records that need none.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
from collections.abc import Iterable, Sequence

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.parsers.duckdb import DuckDBParser

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import shown

_CHECKED = ("yuan", "percent")
"""The macros that give NULL for what they can't read."""


class _Expressions(DuckDB):
    """DuckDB's SQL in which `percent(x)` is a call, though the word is one of its own."""

    class Parser(DuckDBParser):
        FUNC_TOKENS = DuckDBParser.FUNC_TOKENS | {TokenType.PERCENT}


@dataclasses.dataclass(frozen=True, slots=True)
class Expression:
    """One expression, ready to be run. unreadable: (condition, value) of what it could not read."""

    sql: str
    unreadable: tuple[tuple[str, str], ...] = ()


@functools.lru_cache(maxsize=4096)
def _parsed(sql: str) -> exp.Expr:
    """The tree of an expression, not to be changed; raises SqlglotError."""
    return sqlglot.parse_one(sql, read=_Expressions)


def needed(expressions: Iterable[str], headers: Sequence[str]) -> tuple[str, ...]:
    """The columns that the expressions may name; all of them where one can't be taken apart."""
    mentioned: set[str] = set()
    for sql in expressions:
        try:
            tree = _parsed(sql)
        except sqlglot.errors.SqlglotError:
            return tuple(headers)
        mentioned.update(part.name.casefold() for part in tree.find_all(exp.Identifier))
    return tuple(header for header in headers if header.casefold() in mentioned)


def unknown_columns(expressions: Iterable[str], headers: Sequence[str]) -> list[str]:
    """The columns that the expressions name and the file lacks."""
    known = {header.casefold() for header in headers}
    found: dict[str, None] = {}
    for sql in expressions:
        try:
            tree = _parsed(sql)
        except sqlglot.errors.SqlglotError:
            continue
        for column in tree.find_all(exp.Column):
            first = column.parts[0].name
            if first.casefold() not in known:
                found[first] = None
    return list(found)


def unknown_sentence(file: str, unknown: Sequence[str], headers: Sequence[str], _: Translate) -> str:
    """Name the first unknown column, and the header that it may have meant."""
    near = difflib.get_close_matches(unknown[0], headers, n=1, cutoff=0.4)
    if near:
        return _("{file} has no column {column}; did you mean {near}?").format(
            file=file, column=shown(unknown[0]), near=shown(near[0])
        )
    return _("{file} has no column {column}; it has {headers}").format(
        file=file, column=shown(unknown[0]), headers=shown(", ".join(headers))
    )


def expression(sql: str, field: str, _: Translate) -> Expression:
    """Make an expression that gives NULL, and says so, where it would stop the whole file."""
    try:
        tree = _parsed(sql).copy()
    except sqlglot.errors.SqlglotError:
        raise SourceError(
            _("the expression of {field} is no SQL: {sql}").format(field=field, sql=shown(sql))
        ) from None
    casts = [cast for cast in tree.find_all(exp.Cast) if type(cast) is exp.Cast]
    macros = [call for call in tree.find_all(exp.Anonymous) if call.name.lower() in _CHECKED]
    for cast in casts:
        tried = exp.TryCast(**cast.args)
        if cast is tree:
            tree = tried
        cast.replace(tried)
    checks = [_check(node, node.this) for node in tree.find_all(exp.TryCast)] if casts else []
    checks += [_check(call, call.expressions[0]) for call in macros if call.expressions]
    return Expression(tree.sql("duckdb") if casts else sql, tuple(checks))


def _check(node: exp.Expression, argument: exp.Expression) -> tuple[str, str]:
    """The condition in which the node could not read its argument; over one row of a group, or over all."""
    value = f"CAST({argument.sql('duckdb')} AS VARCHAR)"
    condition = f"({argument.sql('duckdb')}) IS NOT NULL AND ({node.sql('duckdb')}) IS NULL"
    return condition, value


def aggregates(sql: str) -> bool:
    """Whether the SQL holds an aggregate."""
    tree = _parsed(sql)
    return any(True for _found in tree.find_all(exp.AggFunc))
