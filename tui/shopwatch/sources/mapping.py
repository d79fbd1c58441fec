"""What fills a table from a file's columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from shopwatch.records import TABLES, Table
from shopwatch.sources.cleaning import literal, name


@dataclasses.dataclass(frozen=True, slots=True)
class Mapping:
    """Record fields from SQL expressions over a file's columns; see sources/profile.py for the rules.

    fields: field → expression, `shop` among them. skip_rows: note rows under the header.
    """

    records: str
    fields: dict[str, str]
    where: str | None = None
    group: str | None = None
    skip_rows: int = 0

    @property
    def table(self) -> Table:
        return TABLES[self.records]

    def dated(self, known_at: int) -> Mapping:
        """Return this with a moment for a count that doesn't say its own: when its file was saved."""
        if self.records != "stock" or "counted_at" in self.fields:
            return self
        return dataclasses.replace(self, fields={**self.fields, "counted_at": literal(str(known_at))})

    @property
    def expressions(self) -> tuple[str, ...]:
        return (*self.fields.values(), *(part for part in (self.where, self.group) if part))


def named_columns(headers: Sequence[str], table: Table) -> dict[str, str]:
    """The identity map: the file's columns that are named as the record's fields."""
    known = {header.casefold(): header for header in headers}
    return {field: name(known[field]) for field in table.fields if field in known}
