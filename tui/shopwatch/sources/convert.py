"""The SQL that brings a value of any type to what a record's field holds, or to NULL if it can't be read."""

from __future__ import annotations

from typing import Literal

from shopwatch.records import Field, Kind
from shopwatch.sources.cleaning import harmless, literal, stripped

Shape = Literal["text", "whole", "real", "naive", "zoned", "bool"]

TIMED = (Kind.MOMENT, Kind.PROMISE, Kind.DAY)

_YES = ("true", "t", "1", "yes", "y", "是")
_NO = ("false", "f", "0", "no", "n", "否")


def shape_of(duck_type: str) -> Shape:
    """What a column of that DuckDB type is to the conversions; what they don't know is read as text."""
    base = duck_type.split("(")[0]
    if base in ("DOUBLE", "FLOAT", "DECIMAL"):
        return "real"
    if base == "TIMESTAMP WITH TIME ZONE":
        return "zoned"
    if base == "DATE" or base.startswith("TIMESTAMP"):
        return "naive"
    if base == "BOOLEAN":
        return "bool"
    return "whole" if base.endswith(("INT", "INTEGER", "BIGNUM")) else "text"


def given(sql: str, duck_type: str, kind: Kind) -> str:
    """The value as it came, NULL where it says nothing."""
    shape = shape_of(duck_type)
    if duck_type == "JSON":
        return stripped(f"({sql} ->> '$')")
    if shape == "text":
        return stripped(sql if duck_type == "VARCHAR" else f"CAST({sql} AS VARCHAR)")
    # Interfaces write 0 for a moment that hasn't come.
    return f"NULLIF({sql}, 0)" if kind in TIMED and shape in ("whole", "real") else sql


def bare(sql: str, duck_type: str, kind: Kind) -> str:
    """An id without what a table program put around it; a step of its own, since what follows repeats it."""
    return f"ident({sql})" if kind is Kind.ID and shape_of(duck_type) == "text" else sql


def converted(sql: str, duck_type: str, field: Field) -> str:
    """SQL of the field's storage type from its bare value; NULL where that can't be read. Not for TIMED."""
    shape = shape_of(duck_type)
    match field.kind:
        case Kind.ID:
            return _id(sql, shape)
        case Kind.TEXT:
            return f"NULLIF({harmless(_text(sql, shape))}, '')"
        case Kind.CHOICE:
            words = ", ".join(map(literal, field.choices))
            return f"CASE WHEN lower({_text(sql, shape)}) IN ({words}) THEN lower({_text(sql, shape)}) END"
        case Kind.FEN:
            return _whole(sql, shape, r"[-+]?\d+")
        case Kind.COUNT:
            whole = _whole(sql, shape, r"\+?(\d+|\d{1,3}(,\d{3})+)(\.0*)?")
            return f"CASE WHEN {whole} >= 0 THEN {whole} END"
        case Kind.REAL:
            return _real(sql, shape)
        case Kind.BOOL:
            return _bool(sql, shape)
    raise AssertionError(field.kind)


def _text(sql: str, shape: Shape) -> str:
    return sql if shape == "text" else f"CAST({sql} AS VARCHAR)"


def _id(sql: str, shape: Shape) -> str:
    """No number with a fraction, and none past 15 digits that went through a floating one."""
    if shape == "real":
        whole = f"abs({sql}) < 1e15 AND {sql} = round({sql})"
        return f"CASE WHEN {whole} THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) END"
    if shape == "whole":
        return f"CAST({sql} AS VARCHAR)"
    if shape != "text":
        return f"CAST({sql} AS VARCHAR)"
    safe = f"NULLIF({harmless(sql)}, '')"
    return f"CASE WHEN NOT regexp_full_match({sql}, '[-+]?\\d(\\.\\d+)?[eE]\\+\\d+') THEN {safe} END"


def is_shop(sql: str) -> str:
    """SQL: whether the id may name a shop."""
    # Not one pattern with {1,64}: over the letters of all scripts it takes a hundred times as long.
    strange = f"regexp_matches({sql}, '[^\\p{{L}}\\p{{N}}_.-]')"
    return f"coalesce(length({sql}) BETWEEN 1 AND 64 AND NOT {strange}, FALSE)"


def _whole(sql: str, shape: Shape, pattern: str) -> str:
    if shape == "whole":
        return f"TRY_CAST({sql} AS BIGINT)"
    if shape == "real":
        near = f"isfinite({sql}) AND abs({sql} - round({sql})) < 1e-6"
        return f"CASE WHEN {near} THEN TRY_CAST(round({sql}) AS BIGINT) END"
    if shape == "text":
        bare = f"split_part(replace({sql}, ',', ''), '.', 1)"
        return f"CASE WHEN regexp_full_match({sql}, '{pattern}') THEN TRY_CAST({bare} AS BIGINT) END"
    return "CAST(NULL AS BIGINT)"


def _real(sql: str, shape: Shape) -> str:
    if shape in ("naive", "zoned", "bool"):
        return "CAST(NULL AS DOUBLE)"
    number = f"TRY_CAST({sql} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def _bool(sql: str, shape: Shape) -> str:
    if shape == "bool":
        return sql
    if shape in ("naive", "zoned"):
        return "CAST(NULL AS BOOLEAN)"
    if shape in ("whole", "real"):
        return f"CASE WHEN {sql} = 1 THEN TRUE WHEN {sql} = 0 THEN FALSE END"
    yes, no = (", ".join(map(literal, words)) for words in (_YES, _NO))
    return f"CASE WHEN lower({sql}) IN ({yes}) THEN TRUE WHEN lower({sql}) IN ({no}) THEN FALSE END"
