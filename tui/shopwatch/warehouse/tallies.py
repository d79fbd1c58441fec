"""The sums of a fleet's readings, kept from one refresh to the next and led on by what each poll changes.

To sum ten million rows anew takes seconds, and a poll changes a hundred. All that is read off rows are sums, so what
the changed rows were is taken away and what they have become is added, however many others there are.

Kept is what holds at any moment of a local day: sums as of the end of time, of those days that the moment can't change
any more. What it can (promises that fall due today, say) is asked anew each time, and is little. On the next local
day everything is summed anew; so is a shop of which sums don't add up.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Mapping, Sequence, Set
from typing import NamedTuple

import duckdb

from shopwatch.warehouse.aside import IS, WAS
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.folded import Folded, days_in
from shopwatch.warehouse.indicators import (
    Scan,
    daily_sql,
    days_spanned,
    days_sql,
    settled_before,
    shop_condition,
)
from shopwatch.warehouse.macros import LocalTime
from shopwatch.warehouse.masks import CAPABILITIES, Sight

END_OF_TIME = 1 << 40
Able = tuple[bool, ...]
"""In the order of `CAPABILITIES`, what a shop's sources can tell."""

_MOST_KEPT = 16  # a few scorecards and zones


class Passes(NamedTuple):
    """What is summed of the rows, on which local day, and how they are looked at."""

    scans: tuple[Scan, ...]
    local: LocalTime
    today: int
    sight: Sight

    def settled(self) -> list[tuple[Scan, tuple[int, int]]]:
        """Return the days of each pass that no moment of today changes."""
        spans = ((scan, days_spanned(scan, self.today)[0], self._before(scan)) for scan in self.scans)
        return [(scan, (first, before - 1)) for scan, first, before in spans if first < before]

    def unsettled(self) -> list[tuple[Scan, tuple[int, int]]]:
        """Return the other days of each pass."""
        spans = ((scan, self._before(scan), days_spanned(scan, self.today)[1]) for scan in self.scans)
        return [(scan, (before, last)) for scan, before, last in spans if before <= last]

    def _before(self, scan: Scan) -> int:
        return settled_before(scan, self.today)


Spans = Sequence[tuple[Scan, tuple[int, int]]]


def summed(
    engine: Engine,
    passes: Passes,
    as_of: int,
    shops: Sequence[str] | None,
    spans: Spans | None = None,
    prefix: str = "main.",
) -> dict[str, Folded]:
    """Return the sums of shops as of a moment. spans: of some passes some days, else of all passes all that any
    window touches. prefix: see `seen`."""
    asked = [(scan, days_spanned(scan, passes.today)) for scan in passes.scans] if spans is None else spans
    if not asked:
        return {}
    condition = shop_condition(shops)
    dailies = [
        daily_sql(scan, passes.local, passes.today, condition, sight=passes.sight, days=days, prefix=prefix)
        for scan, days in asked
    ]
    sql = days_sql([scan for scan, _ in asked], dailies, passes.today)
    given = {} if shops is None else {"shops": list(shops)}
    ask = engine.again if prefix == "main." else engine.rows
    found: dict[str, Folded] = {}
    for number, shop, days in ask(sql, as_of=as_of, **given):
        found.setdefault(shop, Folded()).take(asked[number][0], passes.today, days_in(days))
    return found


def able_of(engine: Engine) -> dict[str, Able]:
    """Return what the sources of every shop can tell."""
    rows = engine.rows(f"SELECT shop, {', '.join(CAPABILITIES)} FROM main.shops")
    return {shop: tuple(able) for shop, *able in rows}


@dataclasses.dataclass
class _Kept:
    """The settled sums of shops. able: what the sources of each could tell when it was summed, which its sums rest
    on. awaited: who is summed together with the first that is asked for."""

    passes: Passes
    awaited: frozenset[str] = frozenset()
    of: dict[str, Folded] = dataclasses.field(default_factory=dict)
    able: dict[str, Able] = dataclasses.field(default_factory=dict)


class Tallies:
    """Keeps the sums of an engine to which nobody else brings records."""

    def __init__(self, engine: Engine) -> None:
        """Keep nothing yet."""
        self._engine = engine
        self._kept: dict[tuple[tuple[Scan, ...], LocalTime], _Kept] = {}

    def of(self, passes: Passes, as_of: int, shops: Sequence[str] | None) -> dict[str, Folded]:
        """Return the sums of shops as of a moment, None of all."""
        if passes.sight.masked:  # what is of a later moment counts already in what is kept
            return summed(self._engine, passes, as_of, shops)
        able = able_of(self._engine)
        wanted = able.keys() if shops is None else able.keys() & set(shops)
        kept = self._kept_for(passes)
        self._complete(kept, passes, wanted, able)
        now = summed(self._engine, passes, as_of, shops, passes.unsettled())
        return {shop: kept.of[shop].plus(now[shop]) if shop in now else kept.of[shop] for shop in wanted}

    def lead_on(self, tables: Collection[str], shops: Collection[str]) -> None:
        """Take in what changed in some tables, of rows of these shops, as it is laid aside."""
        kept, self._kept = self._kept, {}  # what is led on half-way is wrong
        with contextlib.suppress(duckdb.Error):  # whatever is wrong, the next question tells it
            for one in kept.values():
                if not one.of.keys().isdisjoint(shops):
                    self._lead_on(one, set(tables))
            self._kept = kept

    def forget(self, shops: Collection[str]) -> None:
        """Let go of the sums of shops: who asks next has them summed anew."""
        for kept in self._kept.values():
            for shop in shops:
                kept.of.pop(shop, None)

    def forget_all(self) -> None:
        self._kept.clear()

    def _kept_for(self, passes: Passes) -> _Kept:
        key = passes.scans, passes.local
        before = self._kept.get(key)
        if before is not None and before.passes.today == passes.today:
            return before
        if before is None and len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        awaited = frozenset(before.of) if before else frozenset[str]()
        self._kept[key] = _Kept(passes, awaited)
        return self._kept[key]

    def _complete(
        self, kept: _Kept, passes: Passes, wanted: Collection[str], able: Mapping[str, Able]
    ) -> None:
        """Sum those who are wanted and not kept, or not as they are able to tell now."""
        missing = [shop for shop in wanted if shop not in kept.of or kept.able[shop] != able[shop]]
        missing += [shop for shop in wanted if shop in kept.of and not kept.of[shop].finite]
        if not missing:
            return
        missing += [shop for shop in kept.awaited if shop in able and shop not in kept.of]
        asked = [*dict.fromkeys(missing)]
        who = None if len(asked) == len(able) else asked
        found = summed(self._engine, passes, END_OF_TIME, who, passes.settled())
        for shop in asked:
            kept.of[shop], kept.able[shop] = found.get(shop) or Folded(), able[shop]

    def _lead_on(self, kept: _Kept, tables: Set[str]) -> None:
        spans = [
            (scan, days) for scan, days in kept.passes.settled() if not tables.isdisjoint(_read_by(scan))
        ]
        passes = kept.passes._replace(sight=Sight(masked=False))
        was, now = (summed(self._engine, passes, END_OF_TIME, None, spans, prefix) for prefix in (WAS, IS))
        for shop in (was.keys() | now.keys()) & kept.of.keys():
            before = kept.of[shop]
            after = before.plus(was.get(shop, Folded()), -1).plus(now.get(shop, Folded()))
            if after.emptied(before):  # of some it may be that there are no rows any more
                del kept.of[shop]
            else:
                kept.of[shop] = after


def _read_by(scan: Scan) -> tuple[str, ...]:
    return ("orders", "chats") if scan.table == "contacts" else (scan.table,)
