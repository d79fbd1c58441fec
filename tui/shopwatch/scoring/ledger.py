"""Bonuses and deductions: what is held, what could be won, what counts on which day, when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from shopwatch.scoring.readings import LedgerEvent
from shopwatch.scoring.scorecard import Bonus, Deduction, Scorecard
from shopwatch.scoring.windows import day_of

Held = Literal["held", "missing", "unknown"]

GENERIC_BONUS = "bonus"
GENERIC_DEDUCTION = "deduction"


class Entry(NamedTuple):
    """One bonus or deduction. `points` is what it counts under its cap; of one not held, what it would.

    until: the last local day on whose score it counts; None where nothing is known to end it.
    """

    kind: str
    points: float
    state: Held
    event: LedgerEvent | None = None
    until: int | None = None


class _Item(NamedTuple):
    """What the ledger needs of a bonus, a deduction, or a bare entry of either sort."""

    kind: str
    points: float
    cap: float | None
    days: int
    until: int | None = None

    def counts(self, event: LedgerEvent, day: int, known_until: int) -> bool:
        """Whether an event of this kind counts on the score of `day`; see `counts_on`."""
        in_force = self.until is None or event.day <= self.until
        return in_force and counts_on(event.day, self.days, day, known_until)

    def points_of(self, event: LedgerEvent) -> float:
        if event.points is None:
            return self.points
        sign = -1.0 if self.points < 0 or self.kind == GENERIC_DEDUCTION else 1.0
        return sign * abs(event.points)


def items_of(scorecard: Scorecard) -> dict[str, _Item]:
    """Return what an event may name that goes into the total.

    A source that knows only "bonus" or "deduction" brings its own points; those last as long as the
    scorecard's other entries.
    """
    bonuses = [bonus for bonus in scorecard.bonus if bonus.on and bonus.dimension is None]
    named: tuple[Bonus | Deduction, ...] = (*bonuses, *scorecard.deduction)
    items = {
        item.id: _Item(item.id, item.points, item.cap, item.days, _last_day(item))
        for item in named
        if item.points is not None and item.days is not None
    }
    if items:
        days = max(item.days for item in items.values())
        items.setdefault(GENERIC_BONUS, _Item(GENERIC_BONUS, 0.0, None, days))
        items.setdefault(GENERIC_DEDUCTION, _Item(GENERIC_DEDUCTION, 0.0, None, days))
    return items


def _last_day(item: Bonus | Deduction) -> int | None:
    until = item.until if isinstance(item, Deduction) else None
    return None if until is None else day_of(until)


def counts_on(event_day: int, days: int, day: int, known_until: int) -> bool:
    """Whether an event counts on the score of `day`, with everything known up to `known_until`.

    It counts from the moment it is on record, to the same day as a reading that a window of `days` whole
    days holds.
    """
    return event_day <= known_until and day - event_day <= days


def under_cap(item: _Item, events: Sequence[LedgerEvent]) -> list[tuple[LedgerEvent, float]]:
    """Share an item's cap out, the newest first: so an entry that ends gives back what it is shown with."""
    left = item.cap
    shared = []
    for event in sorted(events, key=lambda e: (e.happened_at, e.points or 0.0), reverse=True):
        points = item.points_of(event)
        if item.cap is not None and left is not None:
            points = max(points, left) if item.cap < 0 else min(points, left)
            left -= points
        shared.append((event, points))
    return shared


def bonus_state(bonus: Bonus, given: Mapping[str, Any]) -> Held:
    """Return whether a bonus is held, by what the owner or the marketplace's page says of it."""
    fact = given.get(bonus.id)
    if isinstance(fact, bool):
        return "held" if fact else "missing"
    if bonus.given == "share" and isinstance(fact, int | float) and bonus.at is not None:
        return "held" if fact >= bonus.at else "missing"
    return "unknown"


def worth_of(bonus: Bonus) -> float | None:
    """Return the points of a bonus that is held; None where they aren't known, or it isn't in force."""
    if not bonus.on or bonus.points is None:
        return None
    return bonus.points if bonus.cap is None else min(bonus.points, bonus.cap)


def given_points(
    scorecard: Scorecard, given: Mapping[str, Any], dimension: str | None = None
) -> dict[str, float]:
    """Return the points of the bonuses that are held by what is given: those of a dimension, or of the total."""
    return {
        bonus.id: worth
        for bonus in scorecard.bonus
        if bonus.dimension == dimension
        and (worth := worth_of(bonus)) is not None
        and bonus_state(bonus, given) == "held"
    }


def entries(
    scorecard: Scorecard, given: Mapping[str, Any], events: Iterable[LedgerEvent], today: int
) -> tuple[Entry, ...]:
    """Return the ledger as it stands today: bonuses in the scorecard's order, then deductions by time."""
    items = items_of(scorecard)
    open_events: dict[str, list[LedgerEvent]] = {}
    for event in events:
        item = items.get(event.kind)
        if item is not None and item.counts(event, today, today):
            open_events.setdefault(event.kind, []).append(event)
    given_bonuses = [
        Entry(bonus.id, worth, bonus_state(bonus, given))
        for bonus in scorecard.bonus
        if (worth := worth_of(bonus)) is not None and bonus.id not in open_events
    ]
    on_record = [
        Entry(kind, points, "held", event, event.day + items[kind].days)
        for kind, recorded in open_events.items()
        for event, points in under_cap(items[kind], recorded)
    ]
    order = {kind: place for place, kind in enumerate(items)}
    return (*given_bonuses, *sorted(on_record, key=lambda e: (order[e.kind], e.until, e.points)))


def totals(
    scorecard: Scorecard,
    given: Mapping[str, Any],
    events: Sequence[LedgerEvent],
    days: Sequence[tuple[int, int]],
) -> list[float]:
    """Return the points that the ledger adds at each (day, last day known).

    Whether a given bonus was held in the past isn't known, so what is held now stands for every day.
    """
    held = given_points(scorecard, given)
    items = items_of(scorecard)
    known = [event for event in events if event.kind in items]
    return [_total(items, held, known, day, until) for day, until in days]


def _total(
    items: Mapping[str, _Item], held: Mapping[str, float], events: Sequence[LedgerEvent], day: int, until: int
) -> float:
    open_events: dict[str, list[LedgerEvent]] = {}
    for event in events:
        if items[event.kind].counts(event, day, until):
            open_events.setdefault(event.kind, []).append(event)
    recorded = {
        kind: sum(points for _, points in under_cap(items[kind], found))
        for kind, found in sorted(open_events.items())
    }
    return sum({**held, **recorded}.values())
