"""What is open, kept from one refresh to the next and led on by what each poll changes.

To find and fetch what is open in twenty shops of ten million orders takes half a second, and a poll changes a hundred
rows. What is open hangs on the rows alone, but for the time that goes by: where a clock looks back so many days, what
is older by now is left out as it is read. A clock that hangs on the moment in any other way is asked anew each time.

What is kept may fill some 55 MB. Of a fleet of which more is open those shops are kept of which something changed last.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from operator import attrgetter
from typing import Any, NamedTuple

import duckdb
import msgspec

from shopwatch.records import TABLES
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock
from shopwatch.warehouse.aside import IS, WAS
from shopwatch.warehouse.engine import Engine
from shopwatch.warehouse.exposures import open_sql, opened
from shopwatch.warehouse.macros import LocalTime, conditions
from shopwatch.warehouse.masks import Sight
from shopwatch.warehouse.tallies import END_OF_TIME, Able, able_of

MOST = 150_000  # exposures kept

_LOOKS_BACK = re.compile(r"(\w+) > as_of\(\) - (\d+)", re.IGNORECASE)


class Lasting(NamedTuple):
    """A clock of which time only ever takes things away. rows: the same, whatever the moment. field, seconds: what
    has this moment of an exposure so long ago is no longer open."""

    clock: Clock
    rows: Clock
    field: str | None = None
    seconds: int = 0

    def now(self, under: Mapping[str, Exposure], as_of: int) -> Iterator[Exposure]:
        """Yield what is still open of all that was."""
        if self.field is None:
            yield from under.values()
            return
        moment, since = attrgetter(self.field), as_of - self.seconds
        for exposure in under.values():
            if (at := moment(exposure)) is not None and at > since:
                yield exposure


@functools.lru_cache(maxsize=256)
def lasting(clock: Clock) -> Lasting | None:
    """Read off a clock's condition how time changes what is open; None where that can't be told, or its things
    aren't the rows of a table."""
    table = TABLES.get(clock.from_)
    if clock.trail is not None or table is None or table.key != ("shop", clock.subject):
        return None
    if _hangs_on_moment(clock.started) or _hangs_on_moment(clock.due or ""):
        return None
    every = conditions(clock.where)
    timed = [one for one in every if _hangs_on_moment(one)]
    if not timed:
        return Lasting(clock, clock)
    found = _LOOKS_BACK.fullmatch(timed[0].strip())
    fields = {clock.due: "due", clock.started: "started"}
    if found is None or len(timed) > 1 or found[1] not in fields:
        return None
    rest = " AND ".join(f"({one})" for one in every if one not in timed) or "TRUE"
    return Lasting(clock, msgspec.structs.replace(clock, where=rest), fields[found[1]], int(found[2]))


def _hangs_on_moment(sql: str) -> bool:
    return "as_of" in sql.lower()


Look = tuple[tuple[Lasting, ...], LocalTime]


@dataclasses.dataclass(frozen=True, slots=True)
class _Open:
    """What is open in a shop, by clock and subject. able: what its sources could tell, which that rests on. as_of:
    from when on it holds."""

    able: Able
    as_of: int
    under: dict[str, dict[str, Exposure]]

    @classmethod
    def of(cls, exposures: Sequence[Exposure], able: Able, as_of: int) -> _Open:
        under: dict[str, dict[str, Exposure]] = {}
        for exposure in exposures:
            under.setdefault(exposure.clock, {})[exposure.subject_id] = exposure
        return cls(able, as_of, under)

    def __len__(self) -> int:
        return sum(map(len, self.under.values()))

    def now(self, lasts: Sequence[Lasting], as_of: int) -> Iterator[Exposure]:
        for one in lasts:
            if one.clock.id in self.under:
                yield from one.now(self.under[one.clock.id], as_of)


def _sharing() -> Callable[..., Exposure]:
    """Return what makes exposures that share the words which they have in common: kept, these would take as much
    room as all else of them."""
    words: dict[Any, Any] = {}
    share = words.setdefault

    def make(
        shop: str,
        clock: str,
        subject: str,
        order: str | None,
        started: int,
        due: int | None,
        amount: int | None,
        promised: int | None,
        carrier: str | None,
        product_id: str | None,
        product_name: str | None,
        warehouse: str | None,
        province: str | None,
        agent: str | None,
        proved: bool,
    ) -> Exposure:
        return Exposure(
            share(shop, shop), share(clock, clock), subject, subject if order == subject else order,
            started, due, amount, promised, share(carrier, carrier), share(product_id, product_id),
            share(product_name, product_name), share(warehouse, warehouse), share(province, province),
            share(agent, agent), proved,
        )  # fmt: skip

    return make


class Opens:
    """Keeps what is open of an engine to which nobody else brings records."""

    def __init__(self, engine: Engine) -> None:
        """Keep nothing yet."""
        self._engine = engine
        self._kept: dict[Look, dict[str, _Open]] = {}

    def of(
        self,
        clocks: Sequence[Clock],
        local: LocalTime,
        sight: Sight,
        as_of: int,
        shops: Sequence[str] | None,
    ) -> dict[str, list[Exposure]]:
        """Return what is open under some clocks as of a moment, by shop; None of all shops."""
        lasts = tuple(one for clock in clocks if (one := lasting(clock)) is not None)
        if sight.masked or not lasts:  # what is of a later moment counts already in what is kept
            return dict(opened(self._engine, clocks, local, sight, as_of, shops))
        able = able_of(self._engine)
        wanted = [*able] if shops is None else [shop for shop in shops if shop in able]
        known = self._known((lasts, local), sight, as_of, wanted, able)
        found = {shop: [*known[shop].now(lasts, as_of)] for shop in wanted}
        rest = [clock for clock in clocks if lasting(clock) is None]
        for shop, more in (opened(self._engine, rest, local, sight, as_of, shops) if rest else {}).items():
            found.setdefault(shop, []).extend(more)
        return {shop: exposures for shop, exposures in found.items() if exposures}

    def lead_on(self, tables: Collection[str], shops: Collection[str]) -> None:
        """Take in what changed in some tables, of rows of these shops, as it is laid aside."""
        kept, self._kept = self._kept, {}  # what is led on half-way is wrong
        with contextlib.suppress(duckdb.Error):  # whatever is wrong, the next question tells it
            for look, of_shops in kept.items():
                if not of_shops.keys().isdisjoint(shops):
                    self._lead_on(look, of_shops, set(tables))
            self._kept = kept

    def forget(self, shops: Collection[str]) -> None:
        """Let go of what is open in shops: who asks next has it looked for anew."""
        for kept in self._kept.values():
            for shop in shops:
                kept.pop(shop, None)

    def forget_all(self) -> None:
        self._kept.clear()

    def _known(
        self, look: Look, sight: Sight, as_of: int, wanted: Sequence[str], able: Mapping[str, Able]
    ) -> dict[str, _Open]:
        """Return what is open in shops, of those of which it isn't kept, or not as they are now, asked anew."""
        lasts, local = look
        kept = self._kept.setdefault(look, {})
        known = {shop: kept.pop(shop) for shop in wanted if shop in kept}
        before = list(known)
        missing = [
            shop
            for shop in wanted
            if shop not in known or known[shop].able != able[shop] or known[shop].as_of > as_of
        ]
        if missing:
            who = None if len(missing) == len(able) else missing
            clocks = [one.clock for one in lasts]
            fresh = opened(self._engine, clocks, local, sight, as_of, who, _sharing())
            known |= {shop: _Open.of(fresh.get(shop, ()), able[shop], as_of) for shop in missing}
        # last, as those that were asked for last; of all at once, where that is too much, those that were kept already
        kept |= known if sum(map(len, known.values())) <= MOST else {shop: known[shop] for shop in before}
        self._let_go()
        return known

    def _let_go(self) -> None:
        """Keep no more than may be kept."""
        sizes = [(kept, shop, len(one)) for kept in self._kept.values() for shop, one in kept.items()]
        over = sum(size for _kept, _shop, size in sizes) - MOST
        for kept, shop, size in sizes:
            if over <= 0:
                return
            del kept[shop]
            over -= size

    def _lead_on(self, look: Look, kept: Mapping[str, _Open], tables: Set[str]) -> None:
        lasts = [one for one in look[0] if one.clock.from_ in tables]
        if not lasts:
            return
        for clock in (one.clock for one in lasts):
            for shop, subject in self._engine.rows(f"SELECT shop, {clock.subject} FROM {WAS}{clock.from_}"):
                if shop in kept:
                    kept[shop].under.get(clock.id, {}).pop(subject, None)
        sql = open_sql([one.rows for one in lasts], look[1], sight=Sight(masked=False), prefix=IS)
        for row in self._engine.rows(sql, as_of=END_OF_TIME):
            exposure = Exposure(*row)
            if exposure.shop in kept:
                kept[exposure.shop].under.setdefault(exposure.clock, {})[exposure.subject_id] = exposure
