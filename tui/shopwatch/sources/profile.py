"""A profile: one known export, told by its header row, as data (`sources/profiles/*.toml`)."""

from __future__ import annotations

import msgspec

from shopwatch.scoring.scorecard import Words


class ProfileTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One canonical table that the export fills.

    map: record field → SQL expression (DuckDB) over the file's columns, which are all text, stripped,
    and NULL where empty or `-`. `yuan(x)` turns an amount in yuan into fen, `percent(x)` a share into
    0..1, `ident(x)` strips a leading TAB or apostrophe from an id. Times may stay text: naive ones are
    read in the source's timezone.
    where: the rows that count. group: an expression; its rows become one record, so that every
    expression of the map is an aggregate or the group itself.
    """

    records: str
    map: dict[str, str]
    where: str | None = None
    group: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """headers: every one of these cells must stand in the header row (stripped); of several profiles that
    fit, the one with most headers wins. skip_rows: note rows under the header. shop: an SQL expression
    for the shop's id where the file names it. lacks: what the export can't tell, in words."""

    id: str
    name: Words
    headers: tuple[str, ...]
    table: tuple[ProfileTable, ...]
    skip_rows: int = 0
    shop: str | None = None
    lacks: Words | None = None
