"""What a warehouse answers, whichever engine holds the records."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from shopwatch.collection import no_collection
from shopwatch.records import Poll, Record
from shopwatch.scoring.assessment import Sales
from shopwatch.scoring.readings import (
    Exposure,
    Leaving,
    OfficialFigure,
    ShopReadings,
    Sum2,
    Usual,
)
from shopwatch.scoring.scorecard import Clock, Scorecard
from shopwatch.warehouse import details, figures, inflows, sales, turnover
from shopwatch.warehouse.caring import Occasioned, care_sql
from shopwatch.warehouse.complaints import Complained, complained_of_sql, complaints_sql
from shopwatch.warehouse.each import by_shop, each_sql, rates_of_each
from shopwatch.warehouse.engine import Engine, Rows
from shopwatch.warehouse.exclusions import sifted
from shopwatch.warehouse.exposures import opened
from shopwatch.warehouse.figures import local_day
from shopwatch.warehouse.folded import Folded, readings_of
from shopwatch.warehouse.indicators import scans, shop_condition
from shopwatch.warehouse.leagues import LeagueSums
from shopwatch.warehouse.macros import LocalTime
from shopwatch.warehouse.making import written
from shopwatch.warehouse.masks import CAPABILITIES, Sight
from shopwatch.warehouse.recent import Recents
from shopwatch.warehouse.replies import Replies, replies_sql
from shopwatch.warehouse.selling import SoldHour, sold_hours_sql
from shopwatch.warehouse.stocked import Stocked, stocked_sql
from shopwatch.warehouse.story import Story, story
from shopwatch.warehouse.tallies import Passes, summed
from shopwatch.warehouse.turnover import Asked, Flows
from shopwatch.warehouse.waits import Came, Waits, came, ending_of
from shopwatch.warehouse.zoned import local_time

_SALES_DAYS = 2 * 366  # a cycle of a year, and the one before


class Brought(NamedTuple):
    """What a source has brought: rows taken in, rows kept aside, and the tables it fills."""

    records: int
    rejected: int
    tables: tuple[str, ...]


class Warehouse(abc.ABC):
    """The records in an engine. What is asked is the same of every engine; each takes in by its own means."""

    takes_together: ClassVar[bool] = False
    """Whether the polls of several sources go in by one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._recents = Recents()

    def close(self) -> None:
        self._engine.close()

    def interrupt(self) -> None:
        """Stop the query that is running; safe from any thread."""
        self._engine.interrupt()

    # ------------------------------------------------------------ taking in

    @abc.abstractmethod
    def ingest(self, source: str, poll: Poll) -> set[str]:
        """Take in one poll, all or nothing; return the shops of which anything changed."""

    def ingest_all(self, polls: Sequence[tuple[str, Poll]]) -> set[str]:
        """Take in a poll of each of these sources, all or nothing where `takes_together`; return the shops of which
        anything changed."""
        return set[str]().union(*(self.ingest(source, poll) for source, poll in polls))

    def claim(self) -> str | None:
        """Be the one that takes in, where several could; return who is instead, where somebody is."""
        return None

    @abc.abstractmethod
    def forget(self, days: int) -> None:
        """Delete what is older than `days`, counted from each shop's newest record."""

    def compact(self) -> None:  # noqa: B027 (nothing is to be done where it does)
        """Give back what has been deleted, where the engine doesn't by itself."""

    def take(self, source: str, table: str, records: Sequence[Record]) -> set[str]:
        """Take in records of one table that shopwatch itself made; return the shops of which anything changed."""
        with written(table, records, source) as batch:
            return self.ingest(source, Poll(batches=(batch,)))

    def cursor(self, source: str) -> str | None:
        rows = self._all("SELECT state FROM main.cursors WHERE source = $source", source=source)
        return rows[0][0] if rows else None

    def brought(self, source: str) -> Brought:
        """Return what a source has brought so far."""
        rows = self._all(
            "SELECT record_table, sum(records) FROM main.brought WHERE source = $source GROUP BY ALL ORDER BY ALL",
            source=source,
        )
        rejects = self._all("SELECT count(*) FROM main.rejects WHERE source = $source", source=source)
        return Brought(
            sum(int(records) for _, records in rows), rejects[0][0], tuple(table for table, _ in rows)
        )

    # ------------------------------------------------------------ reading out

    def shops(self, as_of: int) -> list[str]:
        """Return the shops of which a record is visible, by id."""
        return [
            row[0]
            for row in self._all("SELECT shop FROM main.shops WHERE coalesce(seen_from, 0) <= $as_of ORDER BY shop",
                                 as_of=as_of)
        ]  # fmt: skip

    def newest(self) -> int | None:
        """Return the newest moment on record."""
        rows = self._all("SELECT max(moment) FROM main.newest")
        return rows[0][0] if rows else None

    def size(self) -> int:
        """Return how many records have been brought."""
        return int(self._all("SELECT coalesce(sum(records), 0) FROM main.brought")[0][0])

    def busiest(self, as_of: int, most: int) -> list[str]:
        """Return the shops with the most paid orders, in that order."""
        rows = self._rows(
            "SELECT shop FROM main.orders WHERE paid_at <= $as_of GROUP BY shop"
            f" ORDER BY count(*) DESC, shop LIMIT {most:d}",
            as_of=as_of,
        )
        return [shop for (shop,) in rows]

    def names(self) -> dict[str, str]:
        return dict(self._all("SELECT shop, name FROM main.shop_names WHERE name IS NOT NULL"))

    def readings(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None = None
    ) -> dict[str, ShopReadings]:
        """Return every shop's readings as of a moment; `shops` limits them, None is all in the warehouse."""
        with no_collection():
            return self._readings(scorecard, zone, as_of, shops)

    def _readings(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None
    ) -> dict[str, ShopReadings]:
        today = local_day(as_of, zone)
        folded = self._fold(sifted(scorecard, today), zone, as_of, today, shops)
        each = self._each(scorecard, zone, as_of, today, shops)
        official = figures.official(self._rows, zone, as_of, shops)
        events = figures.events(self._rows, zone, as_of, shops)
        wanted = self.shops(as_of) if shops is None else shops
        return {
            shop: readings_of(
                shop,
                scorecard,
                today,
                folded.get(shop) or Folded(),
                {name: sums[shop] for name, sums in each.items() if shop in sums},
                official.get(shop, ()),
                events.get(shop, ()),
            )
            for shop in wanted
        }

    def printed(
        self, zone: ZoneInfo, as_of: int, shops: Sequence[str], since: int
    ) -> Mapping[str, list[OfficialFigure]]:
        """Return the figures that the marketplace printed of some shops between two moments, oldest first."""
        return figures.official(self._rows, zone, as_of, shops, since)

    def competitors(
        self, zone: ZoneInfo, as_of: int, shops: Sequence[str], since: int
    ) -> dict[str, dict[str, list[OfficialFigure]]]:
        """Return what was printed of each shop's competitors since a moment, by their names, oldest first; of
        what is older only the last of each item."""
        if "competitors" not in self._filled():
            return {}
        return figures.competitors(self._rows, zone, as_of, shops, since)

    def exposures(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None = None
    ) -> dict[str, list[Exposure]]:
        """Return what is open under each clock of the scorecard, by shop."""
        filled = self._filled()
        clocks = [clock for clock in scorecard.clock if clock.tables <= filled]
        if not clocks:
            return {}
        with no_collection():
            return self._open(clocks, local_time(zone, as_of), as_of, shops)

    def tells(self, clock: Clock) -> bool:
        """Whether the records that there are can tell how things end under a clock."""
        return ending_of(clock) is not None and clock.tables <= self._filled()

    def waits(
        self,
        clock: Clock,
        zone: ZoneInfo,
        as_of: int,
        shops: Sequence[str] | None = None,
        rest_days: Sequence[int] = (),
    ) -> Waits | None:
        """Lay out how long things under a clock have waited; None where its end can't be told from a record.
        To be closed by whoever asked. rest_days: local days that are as Sundays are."""
        ending = ending_of(clock)
        if ending is None or not self.tells(clock):
            return None
        return Waits(self._engine, clock, ending, local_time(zone, as_of), as_of, shops, rest_days)

    def replies(self, as_of: int, shops: Sequence[str] | None = None) -> dict[str, Replies]:
        """Return how fast shops answered lately, by the totals of their chats."""
        if "chats" not in self._filled():
            return {}
        rows = self._rows(replies_sql(shops), as_of=as_of, **_shops(shops))
        return {shop: Replies(int(asked), int(in_time)) for shop, asked, in_time in rows}

    def came(
        self, clock: Clock, zone: ZoneInfo, moment: int, until: int, shops: Sequence[str] | None = None
    ) -> list[Came]:
        """Return what was open under a clock and not late at a moment, and what is known at a later one."""
        ending = ending_of(clock)
        if ending is None or not self.tells(clock):
            return []
        return came(self._engine, clock, ending, local_time(zone, until), moment, until, shops)

    def recent(self, as_of: int, shops: Sequence[str]) -> dict[str, Usual]:
        """Return some of each shop's recent orders, to tell what is usual in it."""
        return self._recents.of(
            shops, as_of, lambda sql, missing: self._rows(sql, as_of=as_of, shops=list(missing))
        )

    def sales(self, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None = None) -> dict[str, Sales]:
        """Return what shops have sold by month, of the last two years."""
        if "orders" not in self._filled():
            return {}
        local, sight, condition = local_time(zone, as_of), self._sight(as_of), shop_condition(shops)
        first = local_day(as_of, zone) - _SALES_DAYS
        return sales.by_shop(
            self._all(sales.sold_sql(local, first, sight, condition), as_of=as_of, **_shops(shops)),
            self._all(sales.since_sql(local, sight, condition), as_of=as_of, **_shops(shops)),
        )

    def flows(
        self,
        scorecard: Scorecard,
        zone: ZoneInfo,
        as_of: int,
        shop: str,
        wanted: Mapping[str, str | None],
        days: Sequence[int],
    ) -> dict[str, Flows]:
        """Return what went through the windows of some indicators, in slices by the column that each names."""
        asked = self._asked(zone, as_of, shop)
        return turnover.flows(self._engine, sifted(scorecard, asked.today), asked, wanted, days)

    def leagues(self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shop: str) -> LeagueSums:
        """Return what tells the sums of one shop's carriers, products, agents and provinces."""
        asked = self._asked(zone, as_of, shop)
        return LeagueSums(self._engine, sifted(scorecard, asked.today), asked)

    def leaving(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shop: str, values: Mapping[str, float]
    ) -> dict[str, Leaving]:
        """Return what leaves each indicator's window at midnight; `values`: what they are now."""
        asked = self._asked(zone, as_of, shop)
        return turnover.leaving(self._engine, sifted(scorecard, asked.today), asked, values)

    def inflows(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shops: Sequence[str] | None = None
    ) -> inflows.Found:
        """Return what comes into each indicator's window, by shop."""
        local, sight, today = local_time(zone, as_of), self._sight(as_of), local_day(as_of, zone)
        with no_collection():
            asked = inflows.Asked(shops, as_of, today, local, sight, self._filled())
            return inflows.inflows(self._engine, sifted(scorecard, today), asked)

    def rows(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shop: str, indicator: str, limit: int
    ) -> list[tuple[str | None, str, int, float]]:
        """Return the rows behind an indicator, the worst first: (order, subject, moment, numerator)."""
        counted = sifted(scorecard, local_day(as_of, zone))
        return details.rows(self._engine, counted, zone, as_of, shop, indicator, limit)

    def complaints(self, as_of: int, shop: str, since: int) -> list[Complained]:
        """Return what a shop's buyers complained of between two moments, the newest first."""
        sql = complaints_sql(self._sight(as_of), self._filled())
        if not sql:
            return []
        return [Complained(*row) for row in self._rows(sql, as_of=as_of, shop=shop, since=since)]

    def complained_of(self, as_of: int, since: int) -> frozenset[str]:
        """Return the shops whose buyers complained of anything between two moments."""
        sql = complained_of_sql(self._sight(as_of), self._filled())
        return (
            frozenset(shop for (shop,) in self._rows(sql, as_of=as_of, since=since)) if sql else frozenset()
        )

    def sold_hours(self, as_of: int, shop: str, first: int, last: int) -> list[SoldHour]:
        """Return a shop's orders paid between two moments, hour by hour."""
        if "orders" not in self._filled():
            return []
        rows = self._rows(sold_hours_sql(self._sight(as_of)), as_of=as_of, shop=shop, first=first, last=last)
        return [SoldHour(*map(int, row)) for row in rows]

    def counts_stock(self) -> bool:
        """Whether any source tells what there is of anything."""
        return self._filled() >= {"stock", "orders"}

    def stocked(self, as_of: int, shop: str) -> list[Stocked] | None:
        """Return a shop's products with what there is of each; None where no source tells."""
        found = [Stocked(*row) for row in self._rows(stocked_sql(self._sight(as_of)), as_of=as_of, shop=shop)]
        return found if any(one.quantity is not None for one in found) else None

    def occasions(self, occasion: str, as_of: int, shop: str, first: int, last: int) -> list[Occasioned]:
        """Return a shop's orders whose occasion to tell the buyer something lies between two moments."""
        sql = care_sql(occasion, self._sight(as_of), self._filled())
        found = self._rows(sql, as_of=as_of, shop=shop, first=first, last=last) if sql else ()
        return [Occasioned(*row) for row in found]

    def order(self, as_of: int, shop: str, order_id: str) -> Mapping[str, list[dict[str, Any]]]:
        """Return all records of one order, by table, as they were seen at a moment."""
        return details.order(self._engine, as_of, shop, order_id)

    def story(self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, shop: str, order_id: str) -> Story:
        """Return which clocks ran on one order, and what it adds to each indicator."""
        counted = sifted(scorecard, local_day(as_of, zone))
        return story(self._engine, counted, local_time(zone, as_of), as_of, shop, order_id)

    # ------------------------------------------------------------ inside

    def _asked(self, zone: ZoneInfo, as_of: int, shop: str) -> Asked:
        local, sight = local_time(zone, as_of), self._sight(as_of)
        return Asked(shop, as_of, local_day(as_of, zone), local, sight, self._filled())

    def _fold(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, today: int, shops: Sequence[str] | None
    ) -> dict[str, Folded]:
        filled = self._filled()
        every = tuple(scan for scan in scans(scorecard) if scan.table in filled)
        return self._summed(Passes(every, local_time(zone, as_of), today, self._sight(as_of)), as_of, shops)

    def _summed(self, passes: Passes, as_of: int, shops: Sequence[str] | None) -> dict[str, Folded]:
        """Return the sums of shops as of a moment, None of all."""
        return summed(self._engine, passes, as_of, shops)

    def _open(
        self, clocks: Sequence[Clock], local: LocalTime, as_of: int, shops: Sequence[str] | None
    ) -> dict[str, list[Exposure]]:
        """Return what is open under some clocks as of a moment."""
        return opened(self._engine, clocks, local, self._sight(as_of), as_of, shops)

    def _each(
        self, scorecard: Scorecard, zone: ZoneInfo, as_of: int, today: int, shops: Sequence[str] | None
    ) -> dict[str, dict[str, dict[str, Sum2]]]:
        """Return the sums of the rates that each product has, by rate, shop and product."""
        asked = rates_of_each(scorecard, self._filled())
        if not asked:
            return {}
        local, condition, sight = local_time(zone, as_of), shop_condition(shops), self._sight(as_of)
        return {
            rate.id: by_shop(
                self._engine.again(
                    each_sql(rate, scorecard, local, today, condition, sight), as_of=as_of, **_shops(shops)
                )
            )
            for rate in asked
        }

    def _sight(self, as_of: int) -> Sight:
        able = ", ".join(f"[bool_and({name}), bool_or({name})]" for name in CAPABILITIES)
        ((newest, *found),) = self._all(
            f"SELECT (SELECT max(moment) FROM main.newest), {able} FROM main.shops"
        )
        known = dict(zip(CAPABILITIES, found, strict=True))
        return Sight(
            (newest or 0) > as_of,
            sure=frozenset(name for name, (all_, _any) in known.items() if all_),
            lacking=frozenset(name for name, (_all, any_) in known.items() if not any_),
        )

    def _filled(self) -> frozenset[str]:
        """Return the tables that hold anything: an empty one costs as much to ask as a small one."""
        held = {table for (table,) in self._all("SELECT DISTINCT record_table FROM main.brought")}
        return frozenset(held | {"contacts"} if held & {"orders", "chats"} else held)

    def _rows(self, sql: str, **values: object) -> Rows:
        return self._engine.rows(sql, **values)

    def _all(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        return list(self._rows(sql, **values))


def _shops(shops: Sequence[str] | None) -> dict[str, object]:
    return {} if shops is None else {"shops": list(shops)}
