"""How long things under a clock have waited, told hour by hour: what the chance of a miss is counted from.

A parcel's way is a wait from each of its scans to the next. A thing that still waits, or that was cancelled, has
waited so long and wasn't done: it counts for the hours that it was seen. All is as of one moment, and nothing later
is looked at.

Asking goes in steps, each of which the engine answers in one statement: what was waited in each hour of the week
and age by the fleet; how each shop did beside its rhythm; and what was open at some earlier moments, with what
came of it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shopwatch.records import Kind
from shopwatch.risk.rhythm import AGES, WEEK, Rhythm
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.exposures import legs_of
from shopwatch.warehouse.indicators import shop_condition
from shopwatch.warehouse.macros import LocalTime, conditions, expand
from shopwatch.warehouse.masks import columns_seen, seen
from shopwatch.warehouse.tables import columns

DAY = 86400
BACK = 200  # days from which on things are looked at
RHYTHM_DAYS = 120  # days that make the rhythm
LATELY, HALF_OF_LATELY = 35, 7.0  # days in which a whole fleet's may have, and after which one counts half
RECENT = 30  # days in which a shop's pace may have become another
LONGEST = 480  # hours after which waiting says nothing more
MOST_OF_SHOP, MOST_HOURS = 1_000, 3_000_000  # things of a shop, and hours waited, that are enough to tell by

# What ends an order's waiting otherwise than by being done: it is closed, or over unseen.
_GONE = {
    "orders": frozenset({"closed_at", "finished_at"}),
    "parcels": frozenset({"order_closed_at", "order_finished_at"}),
}
_PARTS = {"orders": "product_id", "parcels": "carrier"}
"""By what the things of a table fare differently. An order has a carrier only once it is on its way, which would
tell the outcome."""

_TABLES = ("orders", "parcels", "aftersales", "tickets")


class Ending(NamedTuple):
    """A clock's rows that ever began to wait (SQL), and the columns that end it: done, or gone."""

    began: str
    done: tuple[str, ...]
    gone: tuple[str, ...]


@functools.lru_cache(maxsize=256)
def ending_of(clock: Clock) -> Ending | None:
    """Read off a clock's condition for being open how it ends; None where that can't be told.

    What a row waits for is a moment, null until then; the rest says which rows wait at all. Where the clock runs
    for want of anything else, such as a carrier, nothing says when that came.
    """
    if clock.due is None or clock.from_ not in _TABLES:
        return None
    if clock.trail is not None:
        return Ending(_beginning(clock), ("next_scan_at", "delivered_at"), tuple(sorted(_GONE["parcels"])))
    began: list[str] = []
    done: list[str] = []
    gone: list[str] = []
    for one in conditions(clock.where):
        column = one.removesuffix(" IS NULL")
        if column in columns_seen(clock.from_) and column != one:
            if column not in columns(clock.from_) or columns(clock.from_)[column].kind is not Kind.MOMENT:
                return None
            (gone if column in _GONE.get(clock.from_, ()) else done).append(column)
        elif one == "order_open":
            gone += sorted(_GONE["parcels"])
        elif " IS NULL" not in one and "as_of()" not in one.lower():
            began.append(f"({one})")
    return Ending(" AND ".join(began) or "TRUE", tuple(done), tuple(gone)) if done else None


def _beginning(clock: Clock) -> str:
    """Return the part of a clock's condition that says which rows wait at all, whatever the moment."""
    return (
        " AND ".join(f"({one})" for one in conditions(clock.where) if "as_of()" not in one.lower()) or "TRUE"
    )


def part_of(clock: Clock) -> str | None:
    """Return the column by which its things fare differently."""
    return _PARTS.get(clock.from_)


def waits_sql(clock: Clock, ending: Ending, local: LocalTime, shops: Sequence[str] | None) -> str:
    """Return the SELECT of what has waited under a clock since `$since`: when it began, was due and ended, and
    how."""
    gone = f"least({', '.join(ending.gone)})" if ending.gone else "NULL"
    part = part_of(clock) or "NULL::VARCHAR"
    unproved = " AND shipped_unproved_at IS NULL" if clock.from_ == "orders" else ""
    rows, subject, once = seen(clock.from_), clock.subject, ""
    if clock.trail is not None:
        # two scans before the pickup are the same wait for the first after it
        rows, once = legs_of(rows, clock.trail, shop_condition(shops)), "DISTINCT "
        subject = f"concat({subject}, '@', {expand(clock.started, local)})"
    return (
        f"SELECT {once}shop, subject, part, started, due, coalesce(least(done_at, gone_at), $as_of) AS until,"
        " coalesce(done_at <= coalesce(gone_at, done_at), FALSE) AS done,"
        " least(done_at, gone_at) IS NOT NULL AS over"
        f" FROM (SELECT shop, {subject} AS subject, {part} AS part,"
        f" {expand(clock.started, local)} AS started, {expand(clock.due or 'NULL', local)} AS due,"
        f" least({', '.join(ending.done)}) AS done_at, CAST({gone} AS BIGINT) AS gone_at"
        f" FROM ({rows}) WHERE ({expand(ending.began, local)}){unproved}{shop_condition(shops)})"
        " WHERE started > $since AND started < until"
    )


class Came(NamedTuple):
    """What was open and not late at a moment, and whether it was missed in the end."""

    exposure: Exposure
    missed: bool


def came(
    engine: Engine,
    clock: Clock,
    ending: Ending,
    local: LocalTime,
    moment: int,
    until: int,
    shops: Sequence[str] | None,
) -> list[Came]:
    """Return what was open and not late at a moment, with what is known at a later one."""
    rows = engine.rows(
        "SELECT shop, subject, part, started, due, NOT (done AND until <= due)"
        f" FROM ({waits_sql(clock, ending, local, shops)}) WHERE started <= $moment AND until > $moment"
        " AND due >= $moment AND (done OR until > due OR NOT over) AND (done OR due <= $as_of)",
        as_of=until,
        moment=moment,
        since=moment - BACK * DAY,
        **_named(shops),
    )
    part = _PARTS.get(clock.from_)
    return [
        Came(
            Exposure(
                shop=shop, clock=clock.id, subject_id=subject, order_id=None, started=started, due=due,
                amount=None, promise_from=None, carrier=name if part == "carrier" else None,
                product_id=name if part == "product_id" else None,
            ),
            bool(missed),
        )
        for shop, subject, name, started, due, missed in rows
    ]  # fmt: skip


def _named(shops: Sequence[str] | None) -> dict[str, object]:
    return {} if shops is None else {"shops": list(shops)}


class Open(NamedTuple):
    """What was open on an earlier moment, `ago` whole days back, and whether it was missed in the end."""

    ago: int
    shop: str
    part: str | None
    started: int
    due: int
    missed: bool


class Sums(NamedTuple):
    """What ended and what was to be expected of it: over all days, and lately."""

    ended: float
    expected: float
    ended_lately: float
    expected_lately: float


class Waits:
    """One clock's past as of a moment, in the engine until it is closed."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        ending: Ending,
        local: LocalTime,
        as_of: int,
        shops: Sequence[str] | None,
        rest_days: Sequence[int] = (),
    ) -> None:
        """Lay out every hour waited. rest_days: local days that are as Sundays are."""
        self._engine, self._as_of = engine, as_of
        try:
            self._lay_out(clock, ending, local, shops, rest_days)
        except BaseException:
            self.close()  # nobody else can: what failed half-way would stay in memory
            raise

    def _lay_out(
        self,
        clock: Clock,
        ending: Ending,
        local: LocalTime,
        shops: Sequence[str] | None,
        rest_days: Sequence[int],
    ) -> None:
        as_of = self._as_of
        self._engine.lay_out(
            "waits",
            # a number is grouped by at half the cost of a name
            "SELECT dense_rank() OVER (ORDER BY shop) - 1 AS house, * FROM"
            f" (SELECT * FROM (SELECT *, least(until, started + {LONGEST * 3600}) AS stop"
            f" FROM ({waits_sql(clock, ending, local, shops)})"
            # a shop whose source can't tell the end says nothing
            " QUALIFY bool_or(done) OVER (PARTITION BY shop)"
            f" AND row_number() OVER (PARTITION BY shop ORDER BY hash(subject), subject) <= {MOST_OF_SHOP})"
            f" QUALIFY sum(stop - started) OVER (ORDER BY hash(subject), subject) <= {MOST_HOURS * 3600})",
            as_of=as_of,
            since=as_of - BACK * DAY,
            **_named(shops),
        )
        age = " ".join(f"WHEN waited < {older * 3600} THEN {place}" for place, older in enumerate(AGES[1:]))
        here = local.local("hour * 3600")
        resting = f"{here} // {DAY} IN ({', '.join(map(str, rest_days))})" if rest_days else "FALSE"
        self._engine.lay_out(
            "hours_waited",
            f"SELECT house, part, ago, CAST(CASE {age} ELSE {len(AGES) - 1} END AS UTINYINT) AS age,"
            f" CAST(CASE WHEN {resting} THEN {WEEK - 24} + {here} // 3600 % 24 ELSE ({here} // 3600 + 72) % {WEEK} END"
            f" AS UTINYINT) AS hour, {resting} AS rest, span, ended"
            " FROM (SELECT house, part, hour, hour * 3600 + 1800 - started AS waited,"
            " CAST(greatest($as_of - (hour + 1) * 3600, 0) // 86400 AS SMALLINT) AS ago,"
            " CAST((least(stop, (hour + 1) * 3600) - greatest(started, hour * 3600)) / 3600.0 AS FLOAT) AS span,"
            " CAST(done AND until = stop AND (stop - 1) // 3600 = hour AS UTINYINT) AS ended"
            " FROM (SELECT *, unnest(range(started // 3600, (stop - 1) // 3600 + 1)) AS hour FROM waits))",
            as_of=as_of,
        )

    def close(self) -> None:
        self._engine.drop("waits", "hours_waited")

    @functools.cached_property
    def _shops(self) -> list[str]:
        return [shop for (shop,) in self._rows("SELECT DISTINCT shop FROM waits ORDER BY shop")]

    def finished(self) -> dict[str, int]:
        """Return how many were done, by shop."""
        return dict(self._rows("SELECT shop, count(*) FROM waits WHERE done GROUP BY shop"))

    def reach(self, company: int) -> float:
        """Return the hours that at least so many have waited."""
        rows = self._rows(
            f"SELECT (until - started) / 3600.0 FROM waits ORDER BY 1 DESC LIMIT 1 OFFSET {company - 1:d}"
        )
        return next((float(hours) for (hours,) in rows), 0.0)

    def table(self, paces: Mapping[str, float]) -> dict[tuple[int, int], tuple[float, float]]:
        """Return the hours waited, each shop's as many times as it is fast, and what ended in them."""
        if not self._shops:
            return {}
        rows = self._rows(
            f"SELECT age, hour, sum(span * $paces[house + 1]), sum(ended) FROM hours_waited"
            f" WHERE ago < {RHYTHM_DAYS} GROUP BY age, hour",
            paces=[paces.get(shop, 1.0) for shop in self._shops],
        )
        return {(age, hour): (span, ended) for age, hour, span, ended in rows}

    def beside(self, rhythm: Rhythm) -> dict[str, tuple[float, float]]:
        """Return what ended and what was expected, by shop."""
        rows = self._rows(
            f"SELECT house, sum(ended), sum({_EXPECTED}) FROM hours_waited WHERE ago < {RHYTHM_DAYS} GROUP BY house",
            **_of(rhythm),
        )
        return {self._shops[house]: (ended, expected) for house, ended, expected in rows}

    def paces(self, rhythm: Rhythm, agos: Sequence[int]) -> dict[tuple[str, int], Sums]:
        """Return each shop's sums as they were so many days ago.

        What a shop does to many at once is one thing it does: a day counts for less the more waited in it.
        """
        rows = self._rows(
            f"WITH days AS (SELECT house, ago, sum(ended) AS ended, sum({_EXPECTED}) AS expected,"
            " sqrt(greatest(sum(span) / 24, 1)) AS open FROM hours_waited GROUP BY house, ago),"
            " marks AS (SELECT unnest($agos) AS mark)"
            " SELECT house, mark, sum(ended / open), sum(expected / open),"
            f" coalesce(sum(ended / open) FILTER (ago < mark + {RECENT}), 0),"
            f" coalesce(sum(expected / open) FILTER (ago < mark + {RECENT}), 0)"
            " FROM days JOIN marks ON ago >= mark GROUP BY house, mark",
            agos=list(agos),
            **_of(rhythm),
        )
        return {(self._shops[house], mark): Sums(*sums) for house, mark, *sums in rows}

    def lately(
        self, rhythm: Rhythm, agos: Sequence[int], paces: Mapping[tuple[str, int], float]
    ) -> dict[int, tuple[float, float]]:
        """Return what ended in the days before so many days ago, and what was expected of the shops at their own
        paces: all together, the latest days counting most."""
        if not self._shops:
            return {}
        rows = self._rows(
            f"WITH days AS (SELECT house, ago, sum(ended) AS ended, sum({_EXPECTED}) AS expected FROM hours_waited"
            f" WHERE ago < {max(agos) + LATELY} GROUP BY house, ago),"
            " marks AS (SELECT unnest($agos) AS mark, unnest(range(len($agos))) AS place)"
            f" SELECT mark, sum(ended * weight), sum(expected * $paces[house * len($agos) + place + 1] * weight)"
            f" FROM (SELECT *, 0.5 ** ((ago - mark) / {HALF_OF_LATELY}) AS weight FROM days JOIN marks"
            f" ON ago BETWEEN mark AND mark + {LATELY - 1}) GROUP BY mark",
            agos=list(agos),
            paces=[paces.get((shop, mark), 1.0) for shop in self._shops for mark in agos],
            **_of(rhythm),
        )
        return {mark: (ended, expected) for mark, ended, expected in rows}

    def rested(self, rhythm: Rhythm, paces: Mapping[str, float]) -> tuple[float, float]:
        """Return what ended on the days of rest, and what was expected had they been Sundays."""
        if not self._shops:
            return 0.0, 0.0
        rows = self._rows(
            f"SELECT sum(ended), sum({_EXPECTED} * $paces[house + 1]) FROM hours_waited WHERE rest",
            paces=[paces.get(shop, 1.0) for shop in self._shops],
            **_of(rhythm),
        )
        return next(((float(ended or 0), float(expected or 0)) for ended, expected in rows), (0.0, 0.0))

    def by_part(self, rhythm: Rhythm) -> Iterator[tuple[str, str, int, float, float]]:
        """Yield (shop, part, day of the week, what ended, what was expected)."""
        for house, *row in self._rows(
            f"SELECT house, part, hour // 24, sum(ended), sum({_EXPECTED}) FROM hours_waited"
            " WHERE part IS NOT NULL GROUP BY ALL",
            **_of(rhythm),
        ):
            yield self._shops[house], *row

    def opens(self, agos: Sequence[int], most: int) -> list[Open]:
        """Return what was open and not late on earlier moments, and due by now; of many, some."""
        rows = self._rows(
            "SELECT mark, shop, part, started, due, NOT (done AND until <= due)"
            f" FROM waits JOIN (SELECT unnest($agos) AS mark) ON started <= $as_of - mark * {DAY}"
            f" AND until > $as_of - mark * {DAY} AND due >= $as_of - mark * {DAY}"
            " WHERE due <= $as_of AND (done OR until > due OR NOT over)"
            f" QUALIFY row_number() OVER (ORDER BY hash(subject, mark), subject, mark) <= {most:d}",
            as_of=self._as_of,
            agos=list(agos),
        )
        return [
            Open(ago, shop, part, started, due, bool(missed))
            for ago, shop, part, started, due, missed in rows
        ]

    def _rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        return list(self._engine.rows(sql, **values))


_EXPECTED = "span * $by_age[age + 1] * $by_hour[hour + 1]"


def _of(rhythm: Rhythm) -> dict[str, object]:
    return {"by_age": list(rhythm.by_age), "by_hour": list(rhythm.by_hour)}
