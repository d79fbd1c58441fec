"""The orders behind one row of a league table: of each column the worst, those of the columns where it is worse first."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from shopwatch import formats
from shopwatch.board.leagues import LeagueOrder
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.leagues.rules import Column, League
from shopwatch.leagues.tables import Complaining, trail_of
from shopwatch.warehouse.leagues import Behind, LeagueSums

MOST_OF_COLUMN = 50


class Asking(NamedTuple):
    """Whose row, and all that its orders are asked of."""

    sums: LeagueSums
    shop: Shop
    by: str
    key: str
    complaining: Complaining
    language: str
    translate: Translate


def orders_behind(league: League, asking: Asking) -> tuple[LeagueOrder, ...]:
    """Return a row's orders, each once, those that are bad in the most columns first."""
    why: dict[str, list[str]] = {}
    moments: dict[str, int] = {}
    for column in league.column:
        found, words = _bad(column, asking)
        for one in found:
            why.setdefault(one.order_id, []).append(words(one))
            moments[one.order_id] = max(one.at, moments.get(one.order_id, 0))
    return tuple(
        LeagueOrder(
            order_id=order,
            at=datetime.datetime.fromtimestamp(moments[order], asking.shop.zone),
            why=" · ".join(words),
        )
        for order, words in sorted(why.items(), key=lambda entry: -len(entry[1]))
    )


def _bad(column: Column, asking: Asking) -> tuple[Sequence[Behind], Callable[[Behind], str]]:
    """Return the orders of a row that are bad in one column, and what to say of each."""
    if column.kind != "sums":
        return _apart(column, asking), lambda _one: column.short.of(asking.language)
    _ = asking.translate
    for rule in column.rules(asking.shop.model.scorecard):
        found = asking.sums.behind(rule, asking.by, asking.key, MOST_OF_COLUMN)
        if found:
            return found, functools.partial(_why, rule.short.of(asking.language), rule.unit, _)
    return (), str


def _why(short: str, unit: str, _: Translate, one: Behind) -> str:
    return short if unit == "ratio" else f"{short} {formats.unit_value(one.numerator, unit, _)}"


def _apart(column: Column, asking: Asking) -> Sequence[Behind]:
    where = (asking.by, asking.key, column.window)
    if column.kind == "stalls":
        trail = trail_of(column, asking.shop.model.scorecard)
        return asking.sums.stalled_orders(*where, trail, MOST_OF_COLUMN)
    if column.kind == "orders":
        return asking.sums.orders_of(*where, asking.complaining(column.topics), MOST_OF_COLUMN)
    return ()
