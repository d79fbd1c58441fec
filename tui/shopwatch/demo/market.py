"""The simulated marketplace: what it would answer at a moment, told again whenever it is asked.

Nothing is stored but what saves time. A day of a shop depends on the seed and its number, and a record's
looks on the moment: so the same seed and moment give the same history, however it was polled.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import threading
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from shopwatch.demo.cast import Shop
from shopwatch.demo.days import LIFE_DAYS, ShopDay, day_in, shop_day
from shopwatch.demo.moments import at, day_of
from shopwatch.demo.official import PRINTED, WINDOW, Books, printed
from shopwatch.demo.sight import changes, seen
from shopwatch.demo.stock import COUNTED, counts
from shopwatch.records import Official, Parcel, Record, ShopName

HISTORY_DAYS = 45
"""Days before its first moment that a market can tell of."""
SETTLED_DAYS = 24
"""After so many days no story adds to a figure any more, but for one in many thousands."""
MORNINGS = 16
"""Printed pages before the first moment. They stand on whole windows, and so on days that are not told."""
UNTOLD_DAYS = MORNINGS + WINDOW + SETTLED_DAYS - HISTORY_DAYS
PAGE_SIZE = 12_000

Tables = dict[str, list[Record]]


class CursorError(ValueError):
    """A cursor that this marketplace never gave."""


class Page(msgspec.Struct, frozen=True):
    """What one request brings: records by table, and where to go on."""

    records: Tables
    cursor: str
    more: bool


class Cursor(msgspec.Struct, frozen=True):
    """A poll tells the changes after `since` up to `until`; `place` is the next of its shop-days.

    The whole poll keeps the `until` of its first page, so that a change never falls between two pages.
    """

    since: int
    until: int
    place: int = 0

    @classmethod
    def read(cls, text: str | None, now: int) -> Cursor:
        if not text:
            return cls(-1, now)
        try:
            numbers = [int(part) for part in text.split(".")]
        except ValueError:
            raise CursorError(f"not a cursor of this marketplace: {text[:40]!r}") from None
        match numbers:
            case [since]:
                return cls(since, max(since, now))
            case [since, until, place] if place >= 0:
                return cls(since, until, place)
        raise CursorError(f"not a cursor of this marketplace: {text[:40]!r}")

    def __str__(self) -> str:
        return f"{self.since}.{self.until}.{self.place}"


@dataclasses.dataclass
class Told:
    """A shop's day, told, with an index of when its records change."""

    day: ShopDay

    @functools.cached_property
    def tables(self) -> Tables:
        return self.day.tables()

    @functools.cached_property
    def last(self) -> int:
        return max((record.known_at for rows in self.tables.values() for record in rows), default=0)

    @functools.cached_property
    def turns(self) -> list[tuple[int, str, int]]:
        """(moment, table, place) of every change, in order of time."""
        return sorted(
            (moment, table, place)
            for table, rows in self.tables.items()
            for place, record in enumerate(rows)
            for moment in changes(record)
        )

    @functools.cached_property
    def places(self) -> dict[str, tuple[str, int]]:
        """Where in its table each order and after-sale is, by its number."""
        numbered = {"orders": "order_id", "aftersales": "aftersale_id"}
        return {
            getattr(record, key): (table, place)
            for table, key in numbered.items()
            for place, record in enumerate(self.tables.get(table, ()))
        }

    @functools.cached_property
    def parcels(self) -> dict[str, Parcel]:
        """The parcels, by their orders."""
        return {s.parcel.order_id: s.parcel for s in self.day.stories if s.parcel and s.parcel.order_id}

    def changed(self, since: int, until: int) -> Tables:
        """Return the records that changed after `since`, as they look at `until`."""
        if since < 0 and self.last <= until:
            return self.tables
        if self.last <= since:
            return {}
        found: Tables = defaultdict(list)
        if since < 0:
            for table, rows in self.tables.items():
                found[table].extend(record for row in rows if (record := seen(row, until)) is not None)
            return found
        span = self.turns[bisect_right(self.turns, (since, "~")) : bisect_right(self.turns, (until, "~"))]
        for table, place in sorted({(table, place) for _, table, place in span}):
            record = seen(self.tables[table][place], until)
            if record is not None:
                found[table].append(record)
        return found


class Marketplace:
    """Shops since an opening day, for any number of threads."""

    def __init__(self, seed: int, shops: Sequence[Shop], opening: int) -> None:
        self.seed = seed
        self.shops = tuple(shops)
        self.opening = opening
        self._lock = threading.Lock()
        self._told: dict[tuple[str, int], Told] = {}
        self._accounts = {shop.id: Accounts(shop, opening - UNTOLD_DAYS) for shop in self.shops}

    def page(self, cursor: str | None, now: int, shop: str | None = None, size: int = PAGE_SIZE) -> Page:
        """Return one page of what changed since the cursor; raises CursorError."""
        where = Cursor.read(cursor, now)
        with self._lock:
            return self._page(where, shop, size)

    def _page(self, where: Cursor, shop: str | None, size: int) -> Page:
        shops = [one for one in self.shops if shop in (None, one.id)]
        first = max(self.opening, day_of(where.since) - LIFE_DAYS) if where.since >= 0 else self.opening
        places = len(shops) * max(0, day_of(where.until) + 1 - first)
        records: Tables = defaultdict(list)
        count, place = 0, where.place
        while place < places:
            day, turn = divmod(place, len(shops))
            found = self._changed(shops[turn], first + day, where.since, where.until)
            number = sum(map(len, found.values()))
            if count and count + number > size:
                return Page(dict(records), str(Cursor(where.since, where.until, place)), more=True)
            for table, rows in found.items():
                records[table] += rows
            count += number
            place += 1
        return Page(dict(records), str(where.until), more=False)

    def prepare(self, day: int) -> None:
        """Tell a day of every shop before it is asked for, letting questions through in between."""
        for shop in self.shops:
            with self._lock:
                self._tell(shop, day)

    def changed(self, shop: Shop, table: str, since: int, now: int) -> list[Record]:
        """Return the records of a shop's table that changed after `since`, as they look now, oldest change first."""
        days = range(max(self.opening, day_of(since) - LIFE_DAYS), day_of(now) + 1)
        with self._lock:
            found = [one for day in days for one in self._tell(shop, day).changed(since, now).get(table, ())]
        return sorted((one for one in found if one.known_at > since), key=lambda one: one.known_at)

    def found(self, shop: Shop, number: str, now: int) -> Record | None:
        """Return an order or after-sale as it looks now."""
        told = self._day_of(shop, number, now)
        table, place = told.places.get(number, ("", 0)) if told else ("", 0)
        return seen(told.tables[table][place], now) if told and table else None

    def parcel(self, shop: Shop, order: str, now: int) -> Parcel | None:
        """Return an order's parcel as it looks now."""
        told = self._day_of(shop, order, now)
        parcel = told.parcels.get(order) if told else None
        return seen(parcel, now) if parcel else None

    def _day_of(self, shop: Shop, number: str, now: int) -> Told | None:
        day = day_in(number)
        if not self.opening <= day <= day_of(now):
            return None
        with self._lock:
            return self._tell(shop, day)

    def printed(self, shop: Shop, now: int) -> list[Official]:
        """Return the page that was printed last."""
        day = day_of(now)
        with self._lock:
            return self._printed(shop, day if at(day, PRINTED) <= now else day - 1)

    def _changed(self, shop: Shop, day: int, since: int, until: int) -> Tables:
        found: Tables = defaultdict(
            list, {table: list(rows) for table, rows in self._tell(shop, day).changed(since, until).items()}
        )
        if since < at(day, PRINTED) <= until and day >= self.opening + HISTORY_DAYS - MORNINGS:
            found["official"] += self._printed(shop, day)
        if since < at(day, COUNTED) <= until:
            found["stock"] += counts(shop, day)
        if day == self.opening and since < at(day) <= until:
            found["shop_names"].append(ShopName(shop=shop.id, name=shop.name, known_at=at(day)))
        return found

    def _tell(self, shop: Shop, day: int) -> Told:
        """Return a day's story, kept while it may still change; an older one is told again."""
        key = (shop.id, day)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = Told(shop_day(self.seed, shop, day))
            self._account(shop, day, told.day)
            if len(self._told) > len(self.shops) * (HISTORY_DAYS + 3):
                del self._told[next(iter(self._told))]
        return told

    def _account(self, shop: Shop, day: int, told: ShopDay) -> None:
        accounts = self._accounts[shop.id]
        while accounts.entered < self.opening:  # days of which no record is ever sent
            accounts.enter(accounts.entered, shop_day(self.seed, shop, accounts.entered))
        accounts.enter(day, told)

    def _printed(self, shop: Shop, day: int) -> list[Official]:
        accounts = self._accounts[shop.id]
        while accounts.entered < day:
            accounts.enter(accounts.entered, self._tell(shop, accounts.entered).day)
        return accounts.printed(day)


def opened(seed: int, shops: Sequence[Shop], start: datetime.datetime) -> Marketplace:
    """Return a market whose history reaches back from its start."""
    return Marketplace(seed, shops, day_of(int(start.timestamp())) - HISTORY_DAYS)


class Accounts:
    """What one shop's page has printed, worked out from its days as they are told."""

    def __init__(self, shop: Shop, first: int) -> None:
        self.entered = first  # the first day that isn't yet
        self._shop = shop
        self._books = Books()
        self._pages: dict[int, list[Official]] = {}

    def enter(self, day: int, told: ShopDay) -> None:
        """Take in the next day; any other is passed over."""
        if day != self.entered:
            return
        self._books.enter(told)
        self.entered += 1
        self._pages[self.entered] = printed(self._shop, self.entered, self._books.close(self.entered))

    def printed(self, day: int) -> list[Official]:
        return self._pages[day]
