"""ClickHouse's tables: the same columns, each row replaced by a later state of it.

`ReplacingMergeTree(known_at)` keeps of each key the row known last, of two known at once the one that came last;
`final = 1` shows no other. What only grows is merged by the engine itself.
"""

from __future__ import annotations

from shopwatch.records import TABLES, Field, Kind
from shopwatch.warehouse.masks import CAPABILITIES
from shopwatch.warehouse.tables import BEFORE, ORDER_TABLES, columns

_TYPES = {
    Kind.MOMENT: "Int64", Kind.PROMISE: "Int64", Kind.DAY: "Int64", Kind.FEN: "Int64", Kind.COUNT: "Int64",
    Kind.REAL: "Float64", Kind.BOOL: "Bool",
}  # fmt: skip
_FEW = frozenset({"shop", "carrier", "province", "warehouse", "place", "agent"})
"""Of these there are few different ones, which are kept and grouped by their numbers."""


_SPANS = "Array(Tuple(was Int64, until Int64))"


def held(table: str) -> dict[str, str]:
    """Return all that a row holds, and as what."""
    kinds = {field.name: type_of(table, field) for field in columns(table).values()}
    return kinds | dict.fromkeys(BEFORE.get(table, {}).values(), _SPANS)


def type_of(table: str, field: Field) -> str:
    kind = _TYPES.get(field.kind, "String")
    never_null = field.name in TABLES[table].key or field.name == "known_at"
    whole = kind if never_null else f"Nullable({kind})"
    few = kind == "String" and (field.name in _FEW or field.kind is Kind.CHOICE)
    return f"LowCardinality({whole})" if few else whole


def create_statements() -> list[str]:
    """Return the statements that make an empty warehouse; each is harmless on a full one."""
    able = ", ".join(f"{name} SimpleAggregateFunction(max, Bool)" for name in CAPABILITIES)
    written_at = "written_at UInt64 DEFAULT toUnixTimestamp64Nano(now64(9))"
    return [
        *(_record_table(name) for name in TABLES),
        f"""CREATE TABLE IF NOT EXISTS shops
            (shop String, seen_from SimpleAggregateFunction(min, Nullable(Int64)), {able})
            ENGINE = AggregatingMergeTree ORDER BY shop""",
        """CREATE TABLE IF NOT EXISTS newest (moment SimpleAggregateFunction(max, Int64))
            ENGINE = AggregatingMergeTree ORDER BY tuple()""",
        f"""CREATE TABLE IF NOT EXISTS cursors (source String, state String, {written_at})
            ENGINE = ReplacingMergeTree(written_at) ORDER BY source""",
        f"""CREATE TABLE IF NOT EXISTS rejects (source String, origin String, row_number Nullable(Int64),
            record_table String, reason String, fields String, {written_at})
            ENGINE = MergeTree ORDER BY (source, origin)""",
        f"""CREATE TABLE IF NOT EXISTS brought
            (source String, origin String, record_table String, records Int64, {written_at})
            ENGINE = ReplacingMergeTree(written_at) ORDER BY (source, origin, record_table)""",
        # the orders whose facts are still to be worked out: what was begun and broken off is ended by the next
        "CREATE TABLE IF NOT EXISTS touched (shop String, order_id String) ENGINE = MergeTree ORDER BY (shop, order_id)",
        """CREATE TABLE IF NOT EXISTS pollers (generation UInt64, alive_at Int64)
            ENGINE = ReplacingMergeTree(alive_at) ORDER BY generation""",
    ]


def add_columns(table: str, known: set[str]) -> list[str]:
    """Return the statements that give a table of an earlier version what it lacks."""
    return [
        f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {name} {kind}"
        for name, kind in held(table).items()
        if name not in known
    ]


def _record_table(name: str) -> str:
    fields = columns(name).values()
    parts = [f"{column} {kind}" for column, kind in held(name).items()]
    # blocks of other days are skipped, and those without an order that is looked for
    parts += [
        f"INDEX {field.name}_span {field.name} TYPE minmax" for field in fields if field.kind is Kind.MOMENT
    ]
    if name in ORDER_TABLES and "order_id" not in TABLES[name].key:
        parts.append("INDEX of_order order_id TYPE bloom_filter GRANULARITY 4")
    key = ", ".join(TABLES[name].key)
    return (
        f"CREATE TABLE IF NOT EXISTS {name} ({', '.join(parts)})"
        f" ENGINE = ReplacingMergeTree(known_at) ORDER BY ({key})"
    )
