"""The SQL that reads a moment or a day: as a second of the local clock, or of UTC where it has an offset."""

from __future__ import annotations

from shopwatch.records import Kind
from shopwatch.sources import zones
from shopwatch.sources.convert import shape_of

DAYS = (zones.EARLIEST // 86_400, zones.LATEST // 86_400)

COMMON = "____-__-__ __:__:__"
"""How nearly all exports write a time; the patterns for the others cost ten times as much."""

# Written with every usual sign between the parts, once the Chinese ones are replaced; the time of day and the
# offset may be missing.
_WRITTEN = (
    r"^(\d{4}-\d{1,2}-\d{1,2}(?:[T ]+\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.,]\d+)?)?)?):? *"
    r"(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)


def parts(sql: str, duck_type: str) -> str:
    """SQL: the naive part and the offset of a text that isn't written in the common way; else NULL."""
    if shape_of(duck_type) != "text":
        return "NULL"
    other = f"{sql} NOT LIKE '{COMMON}' AND NOT regexp_full_match({sql}, '\\d+')"
    return f"CASE WHEN {other} THEN regexp_extract({_plain(sql)}, '{_WRITTEN}', ['naive', 'offset']) END"


def common_second(sql: str) -> str:
    """SQL: the second on the local clock of a text that is written in the common way, else NULL."""
    return f"CASE WHEN {sql} LIKE '{COMMON}' THEN {_second(f'TRY_CAST({sql} AS TIMESTAMP)')} END"


def local_second(sql: str, parts: str, duck_type: str, kind: Kind) -> str:
    """SQL: the second on the local clock of a time without an offset, else NULL. `parts`: as above."""
    shape = shape_of(duck_type)
    if shape == "naive":
        return _second(f"CAST({sql} AS TIMESTAMP)")
    if shape == "text":
        return (
            f"CASE WHEN {sql} LIKE '{COMMON}' THEN {_second(f'TRY_CAST({sql} AS TIMESTAMP)')} "
            f"WHEN {parts}.offset = '' THEN {_second(_naive(parts))} "
            f"WHEN {parts} IS NOT NULL THEN NULL "
            f"WHEN length({sql}) = 8 THEN {_second(_compact(sql, '%Y%m%d'))} "
            f"WHEN length({sql}) = 14 THEN {_second(_compact(sql, '%Y%m%d%H%M%S'))} END"
        )
    if kind is Kind.DAY and shape == "whole":
        return f"CASE WHEN {sql} BETWEEN {DAYS[0]} AND {DAYS[1] - 1} THEN CAST({sql} AS BIGINT) * 86400 END"
    return "CAST(NULL AS BIGINT)"


def utc_second(sql: str, parts: str, duck_type: str) -> str:
    """SQL: the UTC second of a time that says its offset, or of an epoch, else NULL."""
    match shape_of(duck_type):
        case "zoned":
            return _inside(f"CASE WHEN isfinite({sql}) THEN epoch_us({sql}) // 1000000 END")
        case "whole":
            return _epoch(sql)
        case "real":
            return _epoch(f"(CASE WHEN isfinite({sql}) THEN floor({sql}) END)")
        case "text":
            naive = _second(_naive(parts))
            return (
                f"CASE WHEN {parts} IS NULL THEN CASE WHEN length({sql}) BETWEEN 9 AND 13 "
                f"THEN {_epoch(f'TRY_CAST({sql} AS BIGINT)')} END "
                f"WHEN {parts}.offset IN ('Z', 'z', 'UTC', 'GMT') THEN {naive} "
                f"WHEN {parts}.offset <> '' THEN {naive} - {_shift(f'{parts}.offset')} END"
            )
    return "CAST(NULL AS BIGINT)"


def timed(local: str, utc: str, kind: Kind, timezone: str, low: int, high: int) -> str:
    """SQL of the storage type from the two of `local_second` and `utc_second`; low and high span the data."""
    if kind is Kind.DAY:
        return f"COALESCE({local}, {zones.utc_to_local(utc, timezone, low, high)}) // 86400"
    return f"COALESCE({utc}, {zones.local_to_utc(local, timezone, low, high)})"


def _shift(offset: str) -> str:
    """The seconds of +08, +0800 or +08:00."""
    minutes = f"COALESCE(NULLIF(right(replace({offset}, ':', ''), -3), ''), '0')"
    return (
        f"(CASE WHEN {offset}[1] = '-' THEN -1 ELSE 1 END * (TRY_CAST({offset}[2:3] AS BIGINT) * 3600 "
        f"+ TRY_CAST({minutes} AS BIGINT) * 60))"
    )


def _compact(sql: str, pattern: str) -> str:
    return f"TRY_STRPTIME({sql}, '{pattern}')"


def _plain(sql: str) -> str:
    """The text with the signs of a Chinese or slashed time replaced by those of an ISO one."""
    for sign, plain in (("年", "-"), ("月", "-"), ("日", " "), ("时", ":"), ("分", ":"), ("秒", "")):
        sql = f"replace({sql}, '{sign}', '{plain}')"
    return f"trim(replace(replace({sql}, '/', '-'), '：', ':'))"


def _naive(parts: str) -> str:
    spaced = f"regexp_replace(replace({parts}.naive, ',', '.'), '[T ]+', ' ')"
    return f"TRY_CAST({spaced} AS TIMESTAMP)"


def _second(timestamp: str) -> str:
    """The second of a timestamp read as UTC, if it lies where records can."""
    return (
        f"CASE WHEN {timestamp} >= TIMESTAMP '2000-01-01' AND {timestamp} < TIMESTAMP '2100-01-01' "
        f"THEN epoch_us({timestamp}) // 1000000 END"
    )


def _inside(second: str) -> str:
    return f"(CASE WHEN {second} >= {zones.EARLIEST} AND {second} < {zones.LATEST} THEN {second} END)"


def _epoch(sql: str) -> str:
    """Seconds, or milliseconds, told apart by their size: none of this century is both."""
    low, high = zones.EARLIEST, zones.LATEST
    return (
        f"CASE WHEN {sql} >= {low} AND {sql} < {high} THEN CAST({sql} AS BIGINT) "
        f"WHEN {sql} >= {low}000 AND {sql} < {high}000 THEN CAST({sql} AS BIGINT) // 1000 END"
    )
