"""DuckDB's dialect, in which every statement is written, as ClickHouse's.

sqlglot parses and writes; where it would write what ClickHouse doesn't take, or takes for something else, the tree
is changed before. A value `$name` becomes `%(name)s`, which the driver fills in.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.generators.clickhouse import ClickHouseGenerator

SETTINGS: dict[str, object] = {
    # as DuckDB has it
    "final": 1,  # the state that won, and no earlier one
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "prefer_column_name_to_alias": 1,
    "joined_subquery_requires_alias": 0,
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_quote_denormals": 0,
    # the fleet's statement is long
    "max_query_size": 64_000_000,
    "max_ast_elements": 5_000_000,
    "max_expanded_ast_elements": 5_000_000,
    "max_parser_depth": 10_000,
}


@functools.lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """Return a statement for ClickHouse."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for node in reversed(list(tree.walk())):  # what is within first: it moves into what is made of the outer
        if (change := _CHANGES.get(type(node))) and (other := change(node)) is not node:
            node.replace(other)
    return tree.sql(_Dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)


class _Dialect(ClickHouse):
    class Generator(ClickHouseGenerator):
        def mod_sql(self, expression: exp.Mod) -> str:
            return str(self.binary(expression, "%%"))  # one that the driver doesn't take for a value's place

        def literal_sql(self, expression: exp.Literal) -> str:
            return str(super().literal_sql(expression)).replace("%", "%%")

        def placeholder_sql(self, expression: exp.Placeholder) -> str:
            return f"%({expression.name})s"


def _function(name: str, *arguments: exp.Expr | str | None) -> exp.Expr:
    return exp.Anonymous(
        this=name, expressions=[exp.convert(one) if isinstance(one, str) else one for one in arguments]
    )


def _table(node: exp.Expr) -> exp.Expr:
    """The records are in the database that the address names."""
    if isinstance(node, exp.Table) and node.db in ("main", "temp"):
        node.set("db", None)
    return node


def _int_div(node: exp.Expr) -> exp.Expr:
    return _function("intDiv", node.this, node.expression)


def _extreme(name: str) -> Callable[[exp.Expr], exp.Expr]:
    return lambda node: _function(name, node.this)


def _explode(node: exp.Expr) -> exp.Expr:
    return _function("arrayJoin", node.this)


def _series(node: exp.Expr) -> exp.Expr:
    start, end = node.args.get("start"), node.args.get("end")
    return _function("range", start, end) if start is not None else _function("range", end)


def _array_agg(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node.this, exp.Order) else _function("groupArray", node.this)


def _filter(node: exp.Expr) -> exp.Expr:
    """An ordered list of structs is sorted once it is gathered."""
    listed = node.this
    if not isinstance(listed, exp.ArrayAgg) or not isinstance(listed.this, exp.Order):
        return node
    order, where = listed.this, node.expression
    fields = [(pair.this.name, pair.expression) for pair in order.this.expressions]
    by = next(name for name, value in fields if value == order.expressions[0].this)
    kind = f"Tuple({', '.join(f'{name} Int64' for name, _value in fields)})"
    of_row = _function("tuple", *(_function("assumeNotNull", value) for _name, value in fields))
    gathered = _function("groupArrayIf", _function("CAST", of_row, kind), where.this)
    one = exp.to_identifier("one")
    its = exp.Lambda(this=exp.Dot(this=one, expression=exp.to_identifier(by)), expressions=[one.copy()])
    return _function("arraySort", its, gathered)


def _dot(node: exp.Expr) -> exp.Expr:
    """The first of an empty list is a nought here, and a null there."""
    if not isinstance(node.this, exp.Bracket):
        return node
    return _function("nullIf", node.copy(), exp.Literal.number(0))


_NAMES = {"hash": "cityHash64", "isfinite": "isFinite"}


def _named_function(node: exp.Expr) -> exp.Expr:
    name = node.name.lower()
    if other := _NAMES.get(name):
        return _function(other, *node.expressions)
    if name == "to_json":
        return _json(node.expressions[0])
    return node


def _json(node: exp.Expr) -> exp.Expr:
    """Return the SQL of a document: a struct's, a list's of such, or a value's."""
    if isinstance(node, exp.Struct):
        parts: list[exp.Expr | str] = []
        for place, pair in enumerate(node.expressions):
            parts += [f'{", " if place else "{"}"{pair.this.name}": ', _json(pair.expression)]
        return _function("concat", *parts, "}")
    if isinstance(node, exp.JSONArray):
        parts = []
        for place, one in enumerate(node.expressions):
            parts += [", " if place else "[", _json(one)]
        return _function("concat", *parts, "]")
    if isinstance(node, exp.Null):
        return exp.convert("null")
    return _function("toJSONString", node)


def _length(node: exp.Expr) -> exp.Expr:
    return _function("length", node.this) if isinstance(node.this, exp.Placeholder) else node


_CHANGES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Table: _table,
    exp.IntDiv: _int_div,
    exp.LogicalAnd: _extreme("min"),
    exp.LogicalOr: _extreme("max"),
    exp.Explode: _explode,
    exp.GenerateSeries: _series,
    exp.ArrayAgg: _array_agg,
    exp.Filter: _filter,
    exp.Dot: _dot,
    exp.Anonymous: _named_function,
    exp.Length: _length,
}
