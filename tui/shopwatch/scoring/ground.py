"""The ground that a goal is planned on: the shop as it comes to stand if nothing changes, and what each
indicator can still bring from there.

Its totals are the score's own: the same curves, small samples, weights, bonuses, ceilings and anchor, with the
ledger of the day on which every window has come to rest.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from shopwatch.scoring.hidden import out_by
from shopwatch.scoring.ladder import heights
from shopwatch.scoring.moments import NOW
from shopwatch.scoring.readings import Reading, ShopReadings, Sum2
from shopwatch.scoring.score import IndicatorScore, Scored, dimension_with, score
from shopwatch.scoring.scorecard import Part
from shopwatch.scoring.track import Column

Bar = Literal["given", "points", "weight", "missing", "full", "sales"]
"""Why an indicator is no part of a plan. given: a figure of the marketplace's or the owner's own. points, weight:
how it becomes points, or what it weighs, isn't known. missing: it has no data. full: nothing more to bring.
sales: selling more is no service."""

NATURAL_BEST = {"ratio": 1.0, "stars": 5.0, "rank": 1.0, "yes": 1.0}
"""The most that a value can be, by its unit, where more is better; where less is, it is nothing."""


class Habit(NamedTuple):
    """How an indicator goes. sums: at which its window comes to rest if what comes in stays as it lately was.
    best: its value over the shop's own best fortnight. lag: days from a thing's beginning until nearly all of
    its rows have come in."""

    sums: Sum2
    best: float | None = None
    lag: int = 0


class Move(NamedTuple):
    """An indicator's value from where it comes to rest to another; or a bonus, with its points, that is won.
    begun: it is part of any plan that changes anything."""

    name: str
    start: float = 0.0
    end: float = 0.0
    bonus: float | None = None
    dimension: str | None = None
    begun: bool = False

    def part(self, share: float) -> Move:
        """Return the same for a share of the way. A bonus is won or not."""
        if self.bonus is not None or share >= 1:
            return self
        return self._replace(end=self.start + share * (self.end - self.start))


class _Option(NamedTuple):
    """What moves bring, in points of the total before its ledger."""

    points: float
    moves: tuple[Move, ...] = ()


_NEVER = _Option(-math.inf)


@dataclasses.dataclass(frozen=True)
class Ground:
    """scored: the shop today. later: the same once all windows are at rest. edges: by indicator, the value from
    which it brings no more points. fixed: what can't be planned on, and why."""

    scored: Scored
    later: Scored
    habits: Mapping[str, Habit]
    edges: Mapping[str, float]
    fixed: Mapping[str, Bar]

    @classmethod
    def of(cls, scored: Scored, habits: Mapping[str, Habit]) -> Ground:
        counting = (i.plan.rule for i in scored.indicators.values() if _counts(scored, i))
        rests = (rule.window[0] + _lag(habits, rule.id) for rule in counting)
        day = scored.readings.today + max(rests, default=0)
        later = score(scored.model, _at_rest(scored.readings, habits, day), scored.plan)
        found = {
            name: _edge(later, one) for name, one in later.indicators.items() if not one.plan.rule.retired
        }
        edges = {name: edge for name, edge in found.items() if isinstance(edge, float)}
        fixed = {name: edge for name, edge in found.items() if not isinstance(edge, float)}
        return cls(scored, later, habits, edges, fixed)

    @property
    def day(self) -> int:
        return self.later.readings.today

    def habit(self, name: str) -> Habit:
        """Return how an indicator goes, as far as is known."""
        return self.habits.get(name) or Habit(self.later.indicators[name].sums, self.best(name))

    def lag(self, name: str) -> int:
        return _lag(self.habits, name)

    def best(self, name: str) -> float | None:
        """Return an indicator's value over the shop's own best fortnight, else the best that is known."""
        if name in self.habits:
            return self.habits[name].best
        indicator = self.scored.indicators[name]
        known = [value for value in indicator.series if value is not None]
        best = max if indicator.plan.rule.better == "higher" else min
        return best(known, default=None)

    def moves(self, *, proven: bool) -> tuple[Move, ...]:
        """Return all that could be done: to the shop's own best, or to where there are no more points."""
        found = []
        for name, edge in self.edges.items():
            start = self.later.indicators[name].value or 0.0
            end = _nearer(start, edge, self.best(name)) if proven else edge
            if end != start:
                found.append(Move(name, start, end))
        return (*found, *self._bonuses())

    def asked(self, goals: Mapping[str, float], bonuses: Collection[str]) -> tuple[Move, ...] | None:
        """Return the moves to these goals, and the bonuses among these that aren't won yet; None where one of the
        goals is none any more."""
        if not goals.keys() <= self.edges.keys():
            return None
        moves = [
            Move(name, self.later.indicators[name].value or 0.0, end, begun=True)
            for name, end in goals.items()
        ]
        return (*moves, *(one._replace(begun=True) for one in self._bonuses() if one.name in bonuses))

    def _bonuses(self) -> Iterator[Move]:
        """Yield the bonuses of which it is known that the shop hasn't got them."""
        of = {bonus.id: bonus.dimension for bonus in self.scored.model.scorecard.bonus}
        for entry in self.scored.ledger:
            if entry.state == "missing" and entry.points > 0:
                yield Move(entry.kind, bonus=entry.points, dimension=of.get(entry.kind))

    # ------------------------------------------------------------ what it comes to

    def total(self, moves: Sequence[Move]) -> float:
        """Return the total that is shown once all windows have come to rest, with these moves."""
        if self._laddered:
            return self._height(moves)
        parts = [self._part(number, moves) for number, share in enumerate(self._shares) if share]
        return self._shown(math.fsum(parts) + _won(moves, None))

    @functools.cached_property
    def _laddered(self) -> bool:
        return self.scored.model.scorecard.total.kind == "level"

    def _height(self, moves: Sequence[Move]) -> float:
        values = {name: [one.value] for name, one in self.later.indicators.items()}
        values |= {move.name: [move.end] for move in moves}
        return heights(self.scored.model, values, 1)[0] or 0.0

    @functools.cached_property
    def _shares(self) -> list[float]:
        """Each dimension's share of the total, of 1."""
        dimensions = self.later.track.dimensions
        known = [0.0 if d.scores[NOW] is None else d.plan.weight for d in dimensions]
        whole = math.fsum(known)
        return [weight / whole if whole else 0.0 for weight in known]

    def _part(self, number: int, moves: Sequence[Move]) -> float:
        """Return what a dimension brings to the total."""
        dimension = self.later.track.dimensions[number]
        points = {
            move.name: points
            for move in moves
            if (points := None if move.bonus else self._points(move.name, move.end)) is not None
        }
        scored = dimension_with(dimension, points, _won(moves, dimension.plan.rule.id))
        return self._shares[number] * (scored or 0.0)

    def _points(self, name: str, value: float) -> float | None:
        return _points_at(self.later, name, value)

    def _shown(self, free: float) -> float:
        """Return the total as it is shown, of what it is before the ledger."""
        bounds = self.scored.model.scorecard.total
        modelled = min(max(free + self.later.track.ledger[NOW], bounds.floor), bounds.ceiling)
        return min(max(modelled + self._offset, bounds.floor), bounds.ceiling)

    @functools.cached_property
    def _offset(self) -> float:
        return out_by(self.scored, self._shares)

    @property
    def grain(self) -> float:
        """What printed totals are multiples of."""
        return 10.0**-self.scored.model.scorecard.total.decimals

    @property
    def printed(self) -> float:
        """What was printed last, carried on to where everything has come to rest by itself."""
        return self.total(()) - self._offset + (self.scored.anchored.offset_now or 0.0)

    # ------------------------------------------------------------ the fewest that reach a target

    def reaching(self, moves: Sequence[Move], target: float) -> tuple[Move, ...] | None:
        """Return the fewest of these moves that reach a target; None where all of them don't."""
        if self._laddered:
            return self._needed(moves, target)
        best = [_Option(0.0)]
        for options in self._groups(moves):
            best = _joined(best, options)
        return next(
            (one.moves for one in best if one is not _NEVER and self._shown(one.points) >= target), None
        )

    def _needed(self, moves: Sequence[Move], target: float) -> tuple[Move, ...] | None:
        """Return those that can't be left out: a level needs every one of its parts, so no others are as few."""
        if self.total(moves) < target:
            return None
        kept = list(moves)
        for move in moves:
            others = [one for one in kept if one is not move]
            if self.total(others) >= target:
                kept = others
        return tuple(kept)

    def _groups(self, moves: Sequence[Move]) -> Iterator[list[_Option]]:
        """Yield, for each dimension and for the total's own bonuses, the most that 0, 1, 2 … moves bring.

        Inside a dimension points add up until its floor and ceiling, so the best few are those that add most.
        """
        for number, share in enumerate(self._shares):
            if share:
                own = self._by_worth(number, moves)
                yield _options(own, functools.partial(self._part, number))
        won = [(move.bonus, move) for move in moves if move.bonus and move.dimension is None]
        yield _options(_ordered(won), lambda some: _won(some, None))

    def _by_worth(self, number: int, moves: Sequence[Move]) -> tuple[Move, ...]:
        """Return the moves inside a dimension, those that bring it most first."""
        track = self.later.track.dimensions[number]
        columns = {column.plan.rule.id: column for column in track.columns}
        worth: list[tuple[float, Move]] = []
        for move in moves:
            if move.bonus and move.dimension == track.plan.rule.id:
                worth.append((move.bonus * track.covered[NOW], move))
            elif not move.bonus and move.name in columns:
                worth.append((self._added(columns[move.name], move), move))
        return _ordered(worth)

    def _added(self, column: Column, move: Move) -> float:
        return column.plan.weight * ((self._points(move.name, move.end) or 0.0) - (column.points[NOW] or 0.0))


def _ordered(worth: Iterable[tuple[float, Move]]) -> tuple[Move, ...]:
    """Return moves, those that are begun first, then those that are worth most."""
    return tuple(move for _, move in sorted(worth, key=lambda pair: (not pair[1].begun, -pair[0])))


def _options(own: tuple[Move, ...], points: Callable[[tuple[Move, ...]], float]) -> list[_Option]:
    """Return what the first 0, 1, 2 … of some moves bring; none without those that are begun."""
    least = sum(move.begun for move in own)
    return [_Option(points(own[:n]), own[:n]) if n >= least else _NEVER for n in range(len(own) + 1)]


def _joined(some: Sequence[_Option], others: Sequence[_Option]) -> list[_Option]:
    """Return the most that any number of moves of both bring."""
    best = [_NEVER] * (len(some) + len(others) - 1)
    for few, one in enumerate(some):
        for more, other in enumerate(others):
            points = one.points + other.points
            if points > best[few + more].points:
                best[few + more] = _Option(points, one.moves + other.moves)
    return best


def _won(moves: Iterable[Move], dimension: str | None) -> float:
    return math.fsum(move.bonus for move in moves if move.bonus and move.dimension == dimension)


def _nearer(start: float, edge: float, best: float | None) -> float:
    """Return the nearer of the edge and the shop's own best; the start where that is no better."""
    if best is None or (best > start) != (edge > start):
        return start
    return min(best, edge) if edge > start else max(best, edge)


def _counts(scored: Scored, indicator: IndicatorScore) -> bool:
    """Whether the total moves with an indicator."""
    laddered = scored.model.scorecard.total.kind == "level"
    return indicator.value is not None and (laddered or bool(scored.weight_of(indicator.plan.rule.id)))


def _lag(habits: Mapping[str, Habit], name: str) -> int:
    return habits[name].lag if name in habits else 0


def _at_rest(readings: ShopReadings, habits: Mapping[str, Habit], day: int) -> ShopReadings:
    """Return the readings of a day on which nothing has moved for long."""
    ahead = day - readings.today
    return msgspec.structs.replace(
        readings,
        today=day,
        indicators={name: _still(one, habits.get(name)) for name, one in readings.indicators.items()},
        official=tuple(msgspec.structs.replace(one, day=one.day + ahead) for one in readings.official),
        valid_series=(),
        rate_series={},
    )


def _still(reading: Reading, habit: Habit | None) -> Reading:
    sums = reading.now if habit is None or not habit.sums.denominator else habit.sums
    return Reading(now=sums, next=sums, approximate=reading.approximate)


# ---------------------------------------------------------------- how far an indicator can go


def _edge(later: Scored, indicator: IndicatorScore) -> float | Bar:
    """Return the value from which an indicator brings no more points, or why it can't be planned on."""
    rule, value = indicator.plan.rule, indicator.value
    if not rule.counted:
        return "given"
    if rule.sum:
        return "sales"
    if value is None:
        return "missing"
    if later.model.scorecard.total.kind == "level":
        return _edge_of_ladder(later, indicator, value)
    if indicator.plan.curve is None:
        return "points"
    if not later.weight_of(rule.id):
        return "weight"
    now = _points_at(later, rule.id, value) or 0.0
    better = [x for x in _marks(later, indicator) if x != value and (x > value) == (rule.better == "higher")]
    points = {x: _points_at(later, rule.id, x) or 0.0 for x in better}
    most = max(points.values(), default=now)
    if most <= now:
        return "full"
    return float(min((x for x in better if points[x] >= most), key=lambda x: abs(x - value)))


def _marks(later: Scored, indicator: IndicatorScore) -> list[float]:
    """Return the values at which an indicator's points turn; where they are the value itself, its natural best."""
    rule = indicator.plan.rule
    if pairs := later.model.pairs(rule):
        return [x for x, _ in pairs]
    if rule.target is not None:
        return [_past(rule.target, rule.better == "higher") if rule.above else rule.target]
    if rule.better == "lower":
        return [0.0]
    dimension = later.dimensions[rule.dimension].plan.rule
    return [NATURAL_BEST.get(rule.unit, dimension.ceiling)]


def _edge_of_ladder(later: Scored, indicator: IndicatorScore, value: float) -> float | Bar:
    """Return the hardest that any level asks of an indicator."""
    model, rule = later.model, indicator.plan.rule
    asked = [
        (at, part)
        for line in model.scorecard.line
        if line.kind == "level" and model.concerns(line)
        for part in line.parts
        if part.on == rule.id and (at := model.figure(line, part)) is not None
    ]
    if not asked:
        return "weight"
    higher = rule.better == "higher"
    hardest = (max if higher else min)(_line(at, part) for at, part in asked)
    return hardest if hardest != value and (hardest > value) == higher else "full"


def _line(at: float, part: Part) -> float:
    return _past(at, part.good == "least") if part.above else float(at)


def _past(value: float, higher: bool) -> float:
    """Return the nearest value past one that isn't enough by itself."""
    # as far as a ladder's own rounding, which takes what is nearer for the same
    return value + (1 if higher else -1) * max(1e-8, abs(value) * 1e-8)


def _points_at(later: Scored, name: str, value: float) -> float | None:
    rows = later.indicators[name].sums.denominator
    return later.points_of(name, value, Sum2(value * rows, rows))
