"""The SQL of the pipeline's steps: the table `raw` of a mapping's values, and the table `typed` of them.

Each is made once and then named, since what a statement costs is mostly its planning."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from shopwatch.i18n import Translate
from shopwatch.records import Kind
from shopwatch.sources import SourceError, convert, times
from shopwatch.sources.canonical import plain_shop
from shopwatch.sources.cleaning import name, shown
from shopwatch.sources.expressions import aggregates, expression
from shopwatch.sources.mapping import Mapping


def raw_table(mapping: Mapping, columns: Sequence[str], _: Translate) -> tuple[str, list[str]]:
    """The table of the raw values, and the fields whose expressions say (in `#`) what they couldn't take."""
    grouped = mapping.group is not None
    row = "min(file.rowid)" if grouped else "file.rowid"
    chosen = [f'{row} + 1 AS "#row"']
    checked = []
    for field, sql in mapping.fields.items():
        ready = expression(sql, field, _)
        chosen.append(f"{ready.sql} AS {name(field)}")
        if ready.unreadable:
            checked.append(field)
            cases = [f"CASE WHEN {condition} THEN {value} END" for condition, value in ready.unreadable]
            over = [
                f"min({case})" if grouped and not aggregates(value) else case
                for case, (_condition, value) in zip(cases, ready.unreadable, strict=True)
            ]
            chosen.append(f"COALESCE({', '.join(over)}) AS {name(f'#{field}')}")
    conditions = [f"file.rowid >= {mapping.skip_rows}"] if mapping.skip_rows else []
    if columns:
        conditions.append(f"NOT ({' AND '.join(f'file.{name(column)} IS NULL' for column in columns)})")
    if mapping.where:
        conditions.append(f"({expression(mapping.where, 'where', _).sql})")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    group = f" GROUP BY ({mapping.group}), ({mapping.fields['shop']})" if grouped else ""
    return f"CREATE TEMP TABLE raw AS SELECT {', '.join(chosen)} FROM file{where}{group}", checked


def check_fields(mapping: Mapping, origin: str, _: Translate) -> None:
    """Raise SourceError where the mapping fills a field that isn't, or leaves a key empty."""
    known = mapping.table.fields
    for field in mapping.fields:
        if field not in known:
            near = difflib.get_close_matches(field, known, n=1)
            hint = near[0] if near else ", ".join(known)
            raise SourceError(
                _("{origin}: {table} has no field {field}; it has {hint}").format(
                    origin=origin, table=mapping.records, field=shown(field), hint=hint
                )
            )
    lacking = [field.name for field in known.values() if field.required and field.name not in mapping.fields]
    if lacking:
        raise SourceError(
            _("{origin}: nothing fills {fields} of {table}; add it to `map` or the query").format(
                origin=origin, fields=", ".join(lacking), table=mapping.records
            )
        )


def stripped(mapping: Mapping, columns: Sequence[str], types: dict[str, str]) -> set[str]:
    """The fields that are nothing but a text column of an opened file, whose texts are stripped."""
    written = {name(column) for column in columns} | {column for column in columns if column.isidentifier()}
    return {field for field, sql in mapping.fields.items() if sql in written and types[field] == "VARCHAR"}


def typed_table(
    mapping: Mapping,
    types: dict[str, str],
    checked: Sequence[str],
    clean: Collection[str] = (),
    alike: Collection[str] = (),
) -> str:
    """The table of typed values: per field the value (`=`; of a time its local `@` and its UTC `^` second),
    whether one was given (`!`) and could be read (`?`), and per row whether all could.

    clean: the fields whose texts are stripped. alike: those whose times are all written the common way.
    """
    fields = [mapping.table.fields[field] for field in mapping.fields]
    givens = [
        name(f.name)
        if f.name in clean
        else f"{convert.given(name(f.name), types[f.name], f.kind)} AS {name(f.name)}"
        for f in fields
    ]
    # What `given` makes of a JSON or an enum is text.
    given_types = {
        f.name: "VARCHAR" if convert.shape_of(types[f.name]) == "text" else types[f.name] for f in fields
    }
    notes = [name(f"#{field}") for field in checked]
    bares, values, flags = [], [], []
    for field in fields:
        column, duck_type = name(field.name), given_types[field.name]
        if field.kind in convert.TIMED:
            local, utc, parts = (name(f"{sign}{field.name}") for sign in "@^~")
            if field.name in alike:
                values += [f"{times.common_second(column)} AS {local}", f"CAST(NULL AS BIGINT) AS {utc}"]
            else:
                bares.append(f"{times.parts(column, duck_type)} AS {parts}")
                values.append(f"{times.local_second(column, parts, duck_type, field.kind)} AS {local}")
                values.append(f"{times.utc_second(column, parts, duck_type)} AS {utc}")
            present = f"({local} IS NOT NULL OR {utc} IS NOT NULL)"
        else:
            value = name(f"={field.name}")
            values.append(f"{convert.converted(column, duck_type, field)} AS {value}")
            told = field.name == "shop" and not plain_shop(mapping.fields["shop"])
            present = convert.is_shop(value) if told else f"{value} IS NOT NULL"
        bares.append(f"{convert.bare(column, duck_type, field.kind)} AS {column}")
        lenient = field.kind is Kind.TEXT and not field.required
        missing = "FALSE" if field.required else "TRUE" if lenient else f"NOT {name(f'!{field.name}')}"
        readable = f"({present} OR {missing})"
        if field.name in checked:
            readable = f"({readable} AND {name(f'#{field.name}')} IS NULL)"
        flags.append(f"{readable} AS {name(f'?{field.name}')}")
    row = '"#row"'
    there = [f"{name(f.name)} IS NOT NULL AS {name(f'!{f.name}')}" for f in fields]
    kept = [row, *notes, *(name(f"!{f.name}") for f in fields)]
    every = " AND ".join(name(f"?{f.name}") for f in fields)
    # Each step is named once and then repeated by the next as a column, never as an expression.
    sql = "raw"
    for step in (
        [row, *notes, *givens],
        [row, *notes, *there, *bares],
        [*kept, *values],
        ["*", *flags],
        ["*", f"{every} AS ok"],
    ):
        sql = f"(SELECT {', '.join(step)} FROM {sql})"
    return f"CREATE TEMP TABLE typed AS {sql}"


def final_column(mapping: Mapping, field: str, timezone: str, low: int, high: int, known_at: int) -> str:
    """SQL of one column of the batch."""
    if field not in mapping.fields:
        return f"CAST({known_at} AS BIGINT) AS {name(field)}"
    kind = mapping.table.fields[field].kind
    if kind not in convert.TIMED:
        return f"{name(f'={field}')} AS {name(field)}"
    value = times.timed(name(f"@{field}"), name(f"^{field}"), kind, timezone, low, high)
    return f"{f'COALESCE({value}, {known_at})' if field == 'known_at' else value} AS {name(field)}"
