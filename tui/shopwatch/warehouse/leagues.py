"""The sums behind the league tables, by carrier, product, agent or province; and the orders behind one of their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from shopwatch.scoring.leagues import Slice, Spread
from shopwatch.scoring.readings import Flow, Sum2
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.warehouse import turnover
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.indicators import approximate_id, day_of
from shopwatch.warehouse.macros import DAY, expand
from shopwatch.warehouse.masks import columns_seen, seen
from shopwatch.warehouse.turnover import Asked, shown_column

_SQUARES, _CROSSED = "²", "×"  # after an indicator's id: in no id


Days = tuple[int, int]
"""A window, in days before today."""


class Trail(NamedTuple):
    """When a parcel has stood still. due: SQL of the moment by which the next scan had to come; remote: the provinces
    that have longer."""

    due: str
    remote: Sequence[str] = ()


class Behind(NamedTuple):
    """One order behind a row, and what it adds to the sum."""

    order_id: str
    at: int
    numerator: float


class LeagueSums:
    """One shop's sums by a column, as of a moment."""

    def __init__(self, engine: Engine, scorecard: Scorecard, asked: Asked) -> None:
        self._engine = engine
        self._scorecard = scorecard
        self._asked = asked

    def slices(self, rules: Mapping[str, Indicator], by: str) -> dict[str, dict[str, Slice]]:
        """Return each rule's sums by a column, of the window as it is now, with how far its cases scatter."""
        sifted = {one.id: one for one in self._scorecard.indicator}
        every = [
            one for rule in dict.fromkeys(rules.values()) for one in _with_spread(sifted.get(rule.id, rule))
        ]
        derived = msgspec.structs.replace(self._scorecard, indicator=tuple(every), rate=(), stage=None)
        names = [name for one in every for name in (one.id, approximate_id(one))]
        found = turnover.flows(self._engine, derived, self._asked, dict.fromkeys(names, by), [1])
        flows = {name: days.get(1, {}) for name, days in found.items()}
        return {
            name: made
            for name, rule in rules.items()
            if (made := _made(rule, "", flows) or _made(rule, approximate_id(rule)[len(rule.id) :], flows))
        }

    def share_of_orders(self, by: str, window: Days, orders: Collection[str]) -> dict[str, Slice]:
        """Return how many of the orders paid in a window are among these, by a column of the orders."""
        if not self._has("orders", by):
            return {}
        return self._shares(
            f"SELECT {shown_column(by)} AS slice, order_id IN (SELECT unnest($orders)) AS hit"
            f" FROM ({seen('orders', self._asked.sight)}) WHERE shop = $shop AND NOT excluded"
            f" AND {_between('paid_at', self._asked, window)}",
            orders=list(orders),
        )

    def stalled(self, by: str, window: Days, trail: Trail) -> dict[str, Slice]:
        """Return how many of the parcels picked up in a window once stood still for too long, of those with scans."""
        if not (self._has("parcels", by) and "scans" in self._asked.filled):
            return {}
        return self._shares(
            f"SELECT {shown_column(by)} AS slice, max(CASE WHEN stood THEN 1 ELSE 0 END) = 1 AS hit"
            f" FROM ({_stood(self._asked, window, trail)}) GROUP BY parcel_id, slice"
        )

    # Of one row, its orders

    def behind(self, rule: Indicator, by: str, key: str, limit: int) -> list[Behind]:
        """Return the orders of a row in a rule's sums that are worse than the shop's mean, the worst first."""
        rule = next((one for one in self._scorecard.indicator if one.id == rule.id), rule)
        asked, lower = self._asked, rule.better == "lower"
        if not self._has(rule.from_, by):
            return []
        counted = expand(rule.numerator, asked.local)
        if rule.numerator_where:
            counted = f"CASE WHEN {expand(rule.numerator_where, asked.local)} THEN {counted} ELSE 0 END"
        begin, end = rule.window
        bad = f"n {'>' if lower else '<'} mean * w"
        if _is_share(rule):
            bad = "n > 0" if lower else "n = 0"
        return self._orders(
            f"SELECT order_id, at_, n FROM (SELECT *, SUM(n) OVER () / NULLIF(SUM(w) OVER (), 0) AS mean"
            f" FROM (SELECT order_id, {shown_column(by)} AS slice, {expand(rule.day, asked.local)} AS at_,"
            f" {counted} AS n, {expand(rule.denominator, asked.local)} AS w,"
            f" {day_of(rule.from_, rule.day, asked.local)} AS d"
            f" FROM ({seen(rule.from_, asked.sight)}) WHERE shop = $shop AND ({expand(rule.where, asked.local)}))"
            f" WHERE d BETWEEN {asked.today - begin} AND {asked.today - end})"
            f" WHERE slice = $key AND order_id IS NOT NULL AND {bad}"
            f" ORDER BY n {'DESC' if lower else 'ASC'}, at_ DESC LIMIT {limit:d}",
            key,
        )

    def orders_of(self, by: str, key: str, window: Days, orders: Collection[str], limit: int) -> list[Behind]:
        """Return those of a row's orders paid in a window that are among these, the newest first."""
        if not self._has("orders", by):
            return []
        return self._orders(
            f"SELECT order_id, paid_at, 1 FROM ({seen('orders', self._asked.sight)}) WHERE shop = $shop"
            f" AND NOT excluded AND {shown_column(by)} = $key AND order_id IN (SELECT unnest($orders))"
            f" AND {_between('paid_at', self._asked, window)} ORDER BY 2 DESC LIMIT {limit:d}",
            key,
            orders=list(orders),
        )

    def stalled_orders(self, by: str, key: str, window: Days, trail: Trail, limit: int) -> list[Behind]:
        """Return a row's orders whose parcels once stood still for too long, the newest first."""
        if not (self._has("parcels", by) and "scans" in self._asked.filled):
            return []
        return self._orders(
            f"SELECT order_id, max(last_scan_at), 1 FROM ({_stood(self._asked, window, trail)}) WHERE stood"
            f" AND {shown_column(by)} = $key AND order_id IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit:d}",
            key,
        )

    def _has(self, table: str, by: str) -> bool:
        return table in self._asked.filled and by in columns_seen(table)

    def _shares(self, select: str, **more: object) -> dict[str, Slice]:
        statement = (
            "SELECT CAST(slice AS VARCHAR), count(*) FILTER (hit), count(*)"
            f" FROM ({select}) WHERE slice IS NOT NULL GROUP BY 1"
        )
        rows = self._asked.rows(self._engine, statement, **more)
        return {key: Slice(Sum2(float(hits), float(cases))) for key, hits, cases in rows}

    def _orders(self, statement: str, key: str, **more: object) -> list[Behind]:
        rows = self._asked.rows(self._engine, statement, key=key, **more)
        return [Behind(order, at, float(numerator)) for order, at, numerator in rows]


def _with_spread(rule: Indicator) -> list[Indicator]:
    """Return a rule with the sums of squares by which its rows can be judged, where it needs them."""
    if _is_share(rule):
        return [rule]
    n, d = f"({rule.numerator})", f"({rule.denominator})"
    squares = {"numerator": f"{n} * {n}", "denominator": f"{d} * {d}"}
    crossed = {"numerator": f"{n} * {d}", "denominator": "1"}
    fallback = rule.approximate
    made = [rule]
    for mark, sums in ((_SQUARES, squares), (_CROSSED, crossed)):
        below = None
        if fallback is not None:
            a, b = f"({fallback.numerator})", f"({fallback.denominator})"
            of_fallback = (
                {"numerator": f"{a} * {a}", "denominator": f"{b} * {b}"}
                if mark == _SQUARES
                else {"numerator": f"{a} * {b}", "denominator": "1"}
            )
            below = msgspec.structs.replace(fallback, **of_fallback)
        made.append(msgspec.structs.replace(rule, id=rule.id + mark, approximate=below, **sums))
    return made


def _is_share(rule: Indicator) -> bool:
    """Whether each case counts once or not at all."""
    return rule.numerator == "1" and rule.denominator == "1"


def _made(rule: Indicator, suffix: str, flows: Mapping[str, Mapping[str | None, Flow]]) -> dict[str, Slice]:
    sums = {key: _now(flow) for key, flow in flows.get(rule.id + suffix, {}).items() if key}
    squares = flows.get(rule.id + _SQUARES + suffix, {})
    crossed = flows.get(rule.id + _CROSSED + suffix, {})
    return {
        key: Slice(one, None if _is_share(rule) else _spread(squares.get(key), crossed.get(key)))
        for key, one in sums.items()
        if one.denominator > 0
    }


def _spread(squares: Flow | None, crossed: Flow | None) -> Spread:
    nn, dd = _now(squares) if squares else Sum2()
    nd, cases = _now(crossed) if crossed else Sum2()
    return Spread(nn, nd, dd, cases)


def _now(flow: Flow) -> Sum2:
    entered, stayed = flow.entered, flow.stayed_now
    return Sum2(entered.numerator + stayed.numerator, entered.denominator + stayed.denominator)


def _stood(asked: Asked, window: tuple[int, int], trail: Trail) -> str:
    """Return the SELECT of each scan of those parcels: whether the parcel then stood still for too long."""
    first = asked.local.utc(str((asked.today - window[0]) * DAY))
    remote = " OR ".join(f"province LIKE '{name}%'" for name in trail.remote) or "FALSE"
    left = "least(coalesce(delivered_at, $as_of), coalesce(order_finished_at, $as_of), coalesce(order_closed_at, $as_of))"
    return (
        "SELECT *, kind NOT IN ('delivered', 'refused', 'returned')"
        f" AND coalesce(next_at, {left}) > ({expand(trail.due, asked.local)}) AS stood"
        f" FROM (SELECT *, ({remote}) AS remote FROM ({seen('parcels', asked.sight)})"
        f" WHERE shop = $shop AND {_between('picked_up_at', asked, window)}) p"
        " JOIN (SELECT parcel_id, scanned_at AS last_scan_at, same_region, coalesce(kind, 'other') AS kind,"
        " NULLIF(min(scanned_at) OVER (PARTITION BY parcel_id ORDER BY scanned_at"
        " ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING), 0) AS next_at"
        f" FROM main.scans WHERE shop = $shop AND scanned_at <= $as_of AND scanned_at >= {first}) s"
        " USING (parcel_id)"
    )


def _between(moment: str, asked: Asked, window: tuple[int, int]) -> str:
    first, after = asked.today - window[0], asked.today - window[1] + 1
    utc = asked.local.utc
    return (
        f"{moment} >= {utc(str(first * DAY))} AND {moment} < {utc(str(after * DAY))} AND {moment} <= $as_of"
    )
