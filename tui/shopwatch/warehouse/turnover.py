"""What turns over in a shop's windows: what came, went and changed in them since, and what leaves at midnight.

Of one shop at a time, with the same passes over the rows as its readings, so that the sums agree.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from shopwatch.scoring.readings import Flow, Leaving, Sum2
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.warehouse.engine import Engine, Rows
from shopwatch.warehouse.indicators import Scan, Term, daily_sql, scans
from shopwatch.warehouse.macros import LocalTime
from shopwatch.warehouse.masks import Sight, columns_seen

Flows = dict[int, dict[str | None, Flow]]
"""By the days back, then by slice."""

_SHOP = " AND shop = $shop"
# Where what a person knows a slice by isn't the column itself.
_SHOWN = {"product_id": "coalesce(product_name, product_id)"}


class Asked(NamedTuple):
    """Of which shop, when, and how its records are looked at. filled: the tables that hold anything."""

    shop: str
    as_of: int
    today: int
    local: LocalTime
    sight: Sight
    filled: Collection[str]

    def rows(self, engine: Engine, sql: str, **more: object) -> Rows:
        return engine.rows(sql, as_of=self.as_of, shop=self.shop, **more)


def flows(
    engine: Engine,
    scorecard: Scorecard,
    asked: Asked,
    wanted: Mapping[str, str | None],
    days: Sequence[int],
) -> dict[str, Flows]:
    """Return what went through the windows of the `wanted` indicators since so many days ago.

    wanted: by the name of its sums, the column to slice by; None: one slice of all. Left out where a table
    that its sums are of doesn't have the column.
    """
    named = {name: _scans_of(scorecard, name, by, asked.filled) for name, by in wanted.items()}
    found: dict[str, Flows] = {name: {} for name, every in named.items() if every}
    if not found:
        return {}
    order = list(found)
    passes = " UNION ALL ".join(
        f"SELECT {n} AS n, CAST(slice AS VARCHAR) AS slice, d, {'k' if scan.known else 'd'} AS k,"
        f" {', '.join(_side(scan, numerator) for numerator in (True, False))}"
        f" FROM ({daily_sql(scan, asked.local, asked.today, _SHOP, by=_column(wanted[name]), sight=asked.sight)})"
        for n, name in enumerate(order)
        for scan in named[name]
    )
    bounds = " UNION ALL ".join(
        f"SELECT {n} AS n, {a} AS a, {b} AS b"
        for n, name in enumerate(order)
        for a, b in [named[name][0].window]
    )
    today = asked.today
    held = f"d BETWEEN {today} - a AND {today} - b"
    # a row counted on a past morning once it was known by then
    was = f"d >= {today} - back - a AND k + b <= {today} - back"
    turns = (
        f"{held} AND d > {today} - back - b",
        f"{was} AND d < {today} - a",
        f"{was} AND d >= {today} - a",
        f"{held} AND d <= {today} - back - b",
    )
    sums = ", ".join(
        f"coalesce(SUM({side}) FILTER ({turn}), 0)" for turn in turns for side in ("numerator", "denominator")
    )
    statement = (
        f"WITH passes AS ({passes}), bounds AS ({bounds}),"
        f" spans AS ({' UNION ALL '.join(f'SELECT {back:d} AS back' for back in days)})"
        f" SELECT n, back, slice, {sums} FROM passes JOIN bounds USING (n), spans"
        f" WHERE ({held}) OR ({was}) GROUP BY ALL"
    )
    for n, back, key, *found_sums in asked.rows(engine, statement):
        pairs = zip(found_sums[::2], found_sums[1::2], strict=True)
        found[order[n]].setdefault(back, {})[key] = Flow(*(Sum2(float(x), float(y)) for x, y in pairs))
    return found


def _scans_of(scorecard: Scorecard, name: str, by: str | None, filled: Collection[str]) -> list[Scan]:
    every = [
        dataclasses.replace(scan, terms=tuple(term for term in scan.terms if term.name == name))
        for scan in scans(scorecard)
        if any(term.name == name for term in scan.terms)
    ]
    if by is not None and any(by not in columns_seen(scan.table) for scan in every):
        return []
    return [scan for scan in every if scan.table in filled]


def shown_column(by: str) -> str:
    """Return the SQL of what a person knows a slice by."""
    return _SHOWN.get(by, by)


def _column(by: str | None) -> str:
    return "NULL" if by is None else shown_column(by)


def _side(scan: Scan, is_numerator: bool) -> str:
    place = next((n for n, term in enumerate(scan.terms) if term.is_numerator == is_numerator), None)
    total = "0" if place is None else f"coalesce(s{place}, 0)"
    return f"{total}::DOUBLE AS {'numerator' if is_numerator else 'denominator'}"


# ------------------------------------------------------------------ what leaves at midnight


def leaving(
    engine: Engine, scorecard: Scorecard, asked: Asked, values: Mapping[str, float]
) -> dict[str, Leaving]:
    """Return what leaves each indicator's window at midnight; `values`: what they are now, by indicator."""
    rules = {rule.id: rule for rule in scorecard.indicator if rule.id in values}
    means = {name: f"mean_{n}_" for n, name in enumerate(rules)}  # none is the beginning of another
    passes = [
        _last_day(scan, terms, rules, means)
        for scan in scans(scorecard)
        if scan.trend
        and scan.table in asked.filled
        and (terms := [term for term in scan.terms if term.name in rules])
    ]
    if not passes:
        return {}
    most = max(len(scan.terms) for scan in passes)
    statement = " UNION ALL ".join(
        f"SELECT {n} AS n, {', '.join(_padded(scan, most))}"
        f" FROM ({daily_sql(scan, asked.local, asked.today, _SHOP, sight=asked.sight)})"
        for n, scan in enumerate(passes)
    )
    compared = {mean: values[name] for name, mean in means.items()}
    counts: dict[str, dict[str, float]] = {}
    for n, *sums in asked.rows(engine, statement, **compared):
        for term, total in zip(passes[n].terms, sums, strict=False):
            name, _, what = term.name.partition(_OF)
            counts.setdefault(name, {})[what] = total or 0.0
    return {name: _leaving(rules[name], asked.today, found) for name, found in counts.items()}


_OF = "\n"  # between an indicator's id and what is counted of it: in no id
_NUMERATOR, _DENOMINATOR, _ROWS, _WORSE, _COUNTED = "numerator", "denominator", "rows", "worse", "counted"


def _last_day(
    scan: Scan, terms: Iterable[Term], rules: Mapping[str, Indicator], means: Mapping[str, str]
) -> Scan:
    """Return a pass over the one day that leaves next: its sums, its rows, and which of them are worse."""
    together = {(term.name, term.is_numerator) for term in terms}
    asked: list[Term] = []
    for term in terms:
        name = term.name
        what = _NUMERATOR if term.is_numerator else _DENOMINATOR
        asked.append(dataclasses.replace(term, name=f"{name}{_OF}{what}"))
        if term.is_numerator:
            asked.append(Term(f"{name}{_OF}{_COUNTED}", True, term.where, "1"))
            continue
        asked.append(Term(f"{name}{_OF}{_ROWS}", False, term.where, "1"))
        if (name, True) in together and not rules[name].sum:
            asked.append(Term(f"{name}{_OF}{_WORSE}", False, term.where, _is_worse(rules[name], means[name])))
    first = scan.window[0]
    return dataclasses.replace(scan, window=(first, first), trend=False, terms=tuple(asked))


def _is_worse(rule: Indicator, mean: str) -> str:
    counted = rule.numerator
    if rule.numerator_where:
        counted = f"CASE WHEN {rule.numerator_where} THEN {counted} ELSE 0 END"
    sign = ">" if rule.better == "lower" else "<"
    return f"CASE WHEN {counted} {sign} ${mean} * ({rule.denominator}) THEN 1 ELSE 0 END"


def _padded(scan: Scan, most: int) -> list[str]:
    return [f"SUM(s{i})::DOUBLE AS s{i}" if i < len(scan.terms) else f"NULL AS s{i}" for i in range(most)]


def _leaving(rule: Indicator, today: int, found: Mapping[str, float]) -> Leaving:
    rows, counted = int(found.get(_ROWS, 0)), int(found.get(_COUNTED, 0))
    # of a numerator that has rows of its own, those are the bad ones or the good ones
    apart = counted if rule.better == "lower" else max(0, rows - counted)
    sums = Sum2(found.get(_NUMERATOR, 0.0), found.get(_DENOMINATOR, 0.0))
    return Leaving(today - rule.window[0], rows, int(found.get(_WORSE, apart)), sums)
