"""What buyers say, for a board and for who asks: complaints from the warehouse, sorted, counted, and where they are
suddenly more than usual.

Between the warehouse, which holds what they wrote, and the voice, which knows what it is about.
"""

from __future__ import annotations

import calendar
import datetime
import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from shopwatch import formats
from shopwatch.board import Sudden
from shopwatch.board.voice import Problem, VoiceBoard
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.remarks import scrubbed
from shopwatch.voice import Complaint, Sorter, load, sudden
from shopwatch.voice.bursts import DAY, PAST, Burst
from shopwatch.voice.clusters import clusters
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.complaints import Complained

EXAMPLES = 5
MOST_KEYS = 5
MOST_ORDERS = 500
LONGEST = 120  # letters of an example


FIRST_WEEK, LATELY = 7, 30
"""Until which day a month tells too little, and the days that are looked at instead."""

AGAIN = 300
"""Seconds after which sudden clusters are looked for anew though no complaint came: what was new grows old."""

HEARD_IN = frozenset({"reviews", "aftersales", "tickets"})
"""The tables that complaints stand in."""


class Ear:
    """Hears complaints. What a text is about is remembered, so that a refresh sorts only what is new; and what is
    sudden, until something comes in that could be a complaint: two months of them aren't read for every refresh."""

    def __init__(self) -> None:
        self._sudden: dict[str, tuple[int, tuple[Sudden, ...]]] = {}

    def listen(self, shops: Iterable[str]) -> None:
        """Look anew at these shops: something came in that could be a complaint."""
        for shop in shops:
            self._sudden.pop(shop, None)

    @functools.cached_property
    def sorter(self) -> Sorter:
        """Read when the first complaint is sorted."""
        return load()

    def sudden(
        self, warehouse: Warehouse, shop: Shop, now: datetime.datetime, _: Translate, language: str
    ) -> tuple[Sudden, ...]:
        """Return a shop's sudden clusters, the least likely first."""
        as_of = int(now.timestamp())
        if self._is_due(shop.id, as_of):
            self._sudden[shop.id] = as_of, self._found(warehouse, shop, as_of, _, language)
        return self._sudden[shop.id][1]

    def pass_over(self, warehouse: Warehouse, shops: Iterable[str], now: datetime.datetime) -> None:
        """Take note of which of these shops nobody complained: one question for a fleet, not one for each."""
        as_of = int(now.timestamp())
        due = [shop for shop in shops if self._is_due(shop, as_of)]
        if len(due) > 1:
            heard = warehouse.complained_of(as_of, _since(as_of))
            self._sudden.update((shop, (as_of, ())) for shop in due if shop not in heard)

    def _is_due(self, shop: str, as_of: int) -> bool:
        return shop not in self._sudden or not 0 <= as_of - self._sudden[shop][0] < AGAIN

    def _found(
        self, warehouse: Warehouse, shop: Shop, as_of: int, _: Translate, language: str
    ) -> tuple[Sudden, ...]:
        heard = self._heard(warehouse, shop, as_of, _since(as_of))
        if not heard:
            return ()
        found = sudden([self._complaint(one) for one in heard], as_of)
        names = {topic.id: topic.name.of(language) for topic in self.sorter.topics}
        return tuple(_told(one, names, _) for one in found)

    def voice(
        self,
        warehouse: Warehouse,
        shop: Shop,
        now: datetime.datetime,
        told: Sequence[Sudden],
        language: str,
    ) -> VoiceBoard:
        """Return the month so far beside the last one to the same day; in its first week, which tells little, the
        last days beside as many before. told: the clusters on the shop's board."""
        local = now.astimezone(shop.zone)
        first, since, until = _month(local) if local.day > FIRST_WEEK else _lately(local)
        heard = self._heard(warehouse, shop, int(local.timestamp()), int(since.timestamp()))
        this = [one for one in heard if one.at >= first.timestamp()]
        last = [one for one in heard if one.at < first.timestamp() and one.at <= until.timestamp()]
        flagged = {topic for one in told for topic in one.topics}
        problems = [
            self._problem(topic.id, topic.name.of(language), this, last, topic.id in flagged)
            for topic in self.sorter.topics
        ]
        return VoiceBoard(
            first=first.date(),
            days=None if local.day > FIRST_WEEK else LATELY,
            total=len(this),
            before=len(last),
            problems=tuple(
                sorted(
                    (one for one in problems if one.count or one.before),
                    key=lambda one: (not one.sudden, -one.count),
                )
            ),
        )

    def complaining(
        self, warehouse: Warehouse, shop: Shop, now: datetime.datetime, days: int
    ) -> Callable[[tuple[str, ...]], frozenset[str]]:
        """Return what tells which orders were complained of in so many days and today, under one of some topics;
        under any, where none is named."""
        as_of = int(now.timestamp())
        found: dict[str, set[str]] = {}
        for one in self._heard(warehouse, shop, as_of, as_of - (days + 1) * DAY):
            if one.order:
                found.setdefault(one.order, set()).update(self._topics(one))

        def of(topics: tuple[str, ...]) -> frozenset[str]:
            return frozenset(order for order, named in found.items() if not topics or named & set(topics))

        return of

    def _heard(self, warehouse: Warehouse, shop: Shop, as_of: int, since: int) -> list[Complained]:
        """Return what was complained of; whoever changed their mind complains of nothing."""
        return [
            one
            for one in warehouse.complaints(as_of, shop.id, since)
            if one.kind != "aftersale" or one.reason == "quality" or self.sorter.complains(one.said or "")
        ]

    def _topics(self, one: Complained) -> tuple[str, ...]:
        return self.sorter.topics_of(one.said or "", one.reason)

    def _complaint(self, one: Complained) -> Complaint:
        return Complaint(one.id, one.at, self._topics(one), one.order, one.product, one.carrier)

    def _problem(
        self, topic: str, name: str, this: Sequence[Complained], last: Sequence[Complained], flagged: bool
    ) -> Problem:
        mine = [one for one in this if topic in self._topics(one)]
        before = [one for one in last if topic in self._topics(one)]
        parts = tuple(
            _summed(
                topic,
                name,
                [mine[place] for place in found.places],
                _using(before, found.word),
                this,
                found.word,
            )
            for found in clusters(
                [self.sorter.about(one.said or "", topic) for one in mine], self.sorter.empty
            )
        )
        whole = _summed(topic, name, mine, len(before), this)
        return msgspec.structs.replace(whole, sudden=flagged, parts=parts)


def _since(as_of: int) -> int:
    """Return from when on complaints tell what is usual."""
    return as_of - (PAST + 1) * DAY


def _summed(
    topic: str,
    name: str,
    mine: Sequence[Complained],
    before: int,
    all_: Sequence[Complained],
    word: str = "",
) -> Problem:
    written = sorted((one for one in mine if one.said), key=lambda one: one.kind != "review")
    return Problem(
        topic=topic,
        name=name,
        word=word,
        count=len(mine),
        before=before,
        share=len(mine) / len(all_) if all_ else 0.0,
        examples=tuple(dict.fromkeys(scrubbed(one.said or "")[:LONGEST] for one in written))[:EXAMPLES],
        orders=tuple(dict.fromkeys(one.order for one in mine if one.order))[:MOST_ORDERS],
        products=_most(one.product for one in mine),
        carriers=_most(one.carrier for one in mine),
    )


def _using(complaints: Iterable[Complained], word: str) -> int:
    return sum(word in (one.said or "").lower() for one in complaints)


def _most(keys: Iterable[str | None]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(key for key in keys if key).most_common(MOST_KEYS))


def _told(burst: Burst, names: Mapping[str, str], _: Translate) -> Sudden:
    key = "·".join(names.get(part, part) for part in burst.key)
    count = len(burst.complaints)
    counted = Counter(topic for one in burst.complaints for topic in one.topics)
    words = _("{key}: {n} complaints in 24 hours, {usual} a day as a rule")
    return Sudden(
        id=f"{burst.by}:{'·'.join(burst.key)}",
        by=burst.by,
        key=key,
        topics=tuple(topic for topic, number in counted.most_common() if 2 * number >= count),
        count=count,
        usual=burst.usual,
        words=words.format(key=key, n=formats.count(count, _), usual=f"{burst.usual:.1f}"),
        orders=tuple(dict.fromkeys(one.order for one in burst.complaints if one.order))[:MOST_ORDERS],
    )


Span = tuple[datetime.datetime, datetime.datetime, datetime.datetime]
"""When the span begins that is looked at; when the one before it began, and ended."""


def _lately(local: datetime.datetime) -> Span:
    first = local - datetime.timedelta(days=LATELY)
    return first, first - datetime.timedelta(days=LATELY), first


def _month(local: datetime.datetime) -> Span:
    """Return the month so far, and the last one as far into it as `local` is into its own."""
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, 12)
    day = min(local.day, calendar.monthrange(year, month)[1])
    start = local.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, start, local.replace(year=year, month=month, day=day)
