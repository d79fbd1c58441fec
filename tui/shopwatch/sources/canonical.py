"""Records that need no cleaning: each value is of the field's own type already, and beyond doubt.

The pages of a server that is made for shopwatch hold hardly anything else, and the pipeline, which takes a
value of any type apart in SQL, spends a tenth of a second on a table of one row. What is not beyond doubt is
left to it: what a record becomes never depends on the way that it took.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from shopwatch.records import SQL_TYPES, TABLES, Field, Kind, Table
from shopwatch.sources import times, zones
from shopwatch.sources.cleaning import LONGEST, MARKS, UNSEEN, literal, name
from shopwatch.sources.documents import LARGEST_OBJECT
from shopwatch.sources.opening import glob_free

# Narrower than what the pipeline takes as it is, since all else comes through there unharmed.
_SHOP = re.compile(r"[0-9A-Za-z_\u4e00-\u9fff][0-9A-Za-z_.\u4e00-\u9fff-]{0,63}")
_ID = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.:/#-]*")
_TEXT = re.compile(rf"(?![\s-])(?!.*{MARKS})[^{UNSEEN}]{{1,{LONGEST}}}(?<!\s)")

_WHOLE = {
    Kind.MOMENT: (zones.EARLIEST, zones.LATEST - 1),
    Kind.PROMISE: (zones.EARLIEST, zones.LATEST - 1),
    Kind.DAY: (times.DAYS[0], times.DAYS[1] - 1),
    Kind.FEN: (-(1 << 63), (1 << 63) - 1),
    Kind.COUNT: (0, (1 << 63) - 1),
}


class Plain(msgspec.Struct, frozen=True):
    """Plain records as lines of JSON, and the fields that any of them names."""

    lines: bytes
    fields: frozenset[str]


def plain(table: str, text: bytes | msgspec.Raw, shop: str | None = None) -> Plain | None:
    """A JSON list of a table's records, if every one of them is plain. shop: whose all of them are, whatever they
    say themselves."""
    try:
        records = _decoder(table, shop is not None).decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    fields = TABLES[table].fields.values()
    if shop is not None:
        if any(_says_nothing(record, fields) for record in records):
            return None
        for record in records:
            record.shop = shop
    if not all(_unharmed(field, records) for field in fields):
        return None
    named = (
        field.name for field in fields if any(getattr(record, field.name) is not UNSET for record in records)
    )
    # What was looked at is what is handed on: of a key that comes twice only one was.
    return Plain(msgspec.json.Encoder().encode_lines(records), frozenset(named))


def _says_nothing(record: Any, fields: Iterable[Field]) -> bool:
    """Whether it has no value but its shop, which the pipeline takes for an empty line."""
    return all(getattr(record, field.name) in (None, UNSET) for field in fields if field.name != "shop")


def _unharmed(field: Field, records: list[Any]) -> bool:
    rule = _SHOP if field.name == "shop" else {Kind.ID: _ID, Kind.TEXT: _TEXT}.get(field.kind)
    if rule is None:
        return True
    values = {getattr(record, field.name) for record in records} - {None, UNSET}  # each once
    return all(map(rule.fullmatch, values))


def plain_shop(sql: str) -> bool:
    """Whether the SQL is a literal that may name a shop beyond doubt."""
    return sql[:1] == "'" == sql[-1:] and _SHOP.fullmatch(sql[1:-1]) is not None


def batch_sql(table: Table, fields: Collection[str], file: Path, known_at: int, to: Path) -> str:
    """SQL that writes a file of plain lines as a batch, and gives the number of its rows."""
    types = ", ".join(f"{literal(field)}: '{SQL_TYPES[table.fields[field].kind]}'" for field in fields)
    moment = f"COALESCE(known_at, {known_at})" if "known_at" in fields else f"CAST({known_at} AS BIGINT)"
    chosen = (
        f"{moment if field == 'known_at' else name(field)} AS {name(field)}"
        for field in declared(table, fields)
    )
    return (
        f"COPY (SELECT {', '.join(chosen)} FROM read_json({literal(glob_free(file))}, columns = {{{types}}}, "
        f"format = 'newline_delimited', maximum_object_size = {LARGEST_OBJECT})) "
        f"TO {literal(str(to))} (FORMAT parquet)"
    )


def declared(table: Table, fields: Collection[str]) -> tuple[str, ...]:
    """The columns of a batch of records that name these fields."""
    return tuple(field for field in table.fields if field in fields or field == "known_at")


@functools.cache
def _decoder(table: str, owned: bool) -> msgspec.json.Decoder[list[Any]]:
    """owned: whether it doesn't matter which shop a record names."""
    members = [
        ("shop", Any, UNSET) if owned and field.name == "shop" else _member(field)
        for field in TABLES[table].fields.values()
    ]
    # A key that isn't known may be a field's name in capitals, which the pipeline takes.
    record = msgspec.defstruct(table, members, kw_only=True, forbid_unknown_fields=True, gc=False)
    return msgspec.json.Decoder(list[record])  # type: ignore[valid-type]


def _member(field: Field) -> tuple[str, Any] | tuple[str, Any, Any]:
    if field.required:
        return field.name, _type(field)
    return field.name, _type(field) | None | UnsetType, UNSET


def _type(field: Field) -> Any:
    match field.kind:
        case Kind.ID | Kind.TEXT:
            return str
        case Kind.CHOICE:
            return Literal[field.choices]
        case Kind.REAL:
            return int | float  # written as it came
        case Kind.BOOL:
            return bool
    least, most = _WHOLE[field.kind]
    return Annotated[int, Meta(ge=least, le=most)]
