"""What takes a shop to a target: the fewest changes that reach it, what each asks and brings, and from when.

A plan is about habits: the value at which an indicator's window comes to rest once all that it holds was done
the new way. So it begins where the windows come to rest by themselves, at the shop's own pace and with the
ledger of that day, and every total in it is worked out as the score is.

Fewest changes first. Among as few, those of which the hardest asks least: the least share of the way from how
the shop goes now to its own best fortnight. Only what no such plan reaches is planned past that, on the way to
where an indicator brings no more points; nobody has seen the shop do that, and the plan says so. What can't
be reached at all is planned as near as it can be.

A goal that is kept stands until all that it asks is in: nobody changes a habit by a hair every week, for what two
weeks say by chance. Then it is reached where the marketplace prints the target, and not by a hair: what is rounded to
it from nearly half a point away is another score in a week. Where it isn't, the plan goes on from where the windows
stand by then: what was begun is asked for a little more, or eased a little on its way back. So what the model doesn't
know matters for the rest of the way alone.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from shopwatch.scoring.ground import Bar, Ground, Habit, Move
from shopwatch.scoring.moments import NOW
from shopwatch.scoring.readings import Sum2
from shopwatch.scoring.score import Scored
from shopwatch.scoring.windows import first_visible

__all__ = [
    "Bar",
    "Begun",
    "Change",
    "Fixed",
    "Goal",
    "Habit",
    "Kept",
    "Verdict",
    "Why",
    "Won",
    "aim",
    "pursue",
]

Verdict = Literal["met", "planned", "short", "unknown"]
"""met: it comes to that by itself. planned: the changes reach it. short: they come as near as can be.
unknown: nobody can tell, and `why` says so."""

Why = Literal["growth", "no_total", "given", "no_model"]
_STEPS = 60  # halvings: to the last digit of a share
_ROUNDING = 1e-9
_HAIR = 0.4  # of what printed totals are multiples of: any nearer to the next, and chance alone takes the page over to it


class Change(NamedTuple):
    """One indicator's habit. now: the value at which it comes to rest as it goes; goal: the one to come to.

    gain: points of the total, after the changes before it in the plan. effort: the share of the way from now to
    the shop's own best fortnight; None where that is no better. first, full: the day on whose score it can first
    show, and the one by which all that its window holds was done the new way.
    """

    indicator: str
    now: float
    goal: float
    gain: float
    best: float | None
    effort: float | None
    first: int
    full: int

    @property
    def proven(self) -> bool:
        """Whether the shop has done as well for a fortnight."""
        return self.effort is not None and self.effort <= 1 + _ROUNDING


class Begun(NamedTuple):
    """A change that a kept goal asks for. habit: how the indicator went before. day: since when it is asked for with
    this goal; full: when all of it is in."""

    goal: float
    habit: Habit
    day: int
    full: int


class Kept(NamedTuple):
    """A goal that the shop keeps to: its changes by indicator, and the bonuses that it is to win."""

    target: float
    changes: Mapping[str, Begun] = {}
    bonuses: tuple[str, ...] = ()

    def under_way(self, today: int) -> bool:
        return any(one.full > today for one in self.changes.values())


class Won(NamedTuple):
    """A bonus of which it is known that the shop hasn't got it: its points are exact, its cost isn't known."""

    bonus: str
    gain: float


class Fixed(NamedTuple):
    indicator: str
    bar: Bar


@dataclasses.dataclass(frozen=True, kw_only=True)
class Goal:
    """value: the total as it is shown now. drift: what it moves by itself until `full`; with the gains that adds
    up to `reaches`. proven: the most that the shop's own best fortnights would bring; most: the most there is.
    full: the day on whose score all is in, and everything else has come to rest. unsure: the bonuses of which
    nobody has said whether they are held."""

    target: float
    verdict: Verdict
    value: float | None = None
    why: Why | None = None
    drift: float = 0.0
    changes: tuple[Change, ...] = ()
    won: tuple[Won, ...] = ()
    reaches: float | None = None
    proven: float | None = None
    most: float | None = None
    full: int | None = None
    fixed: tuple[Fixed, ...] = ()
    unsure: tuple[str, ...] = ()


def aim(
    scored: Scored,
    target: float,
    habits: Mapping[str, Habit] | None = None,
    begun: Collection[str] = (),
) -> Goal:
    """Return what takes a shop to a target.

    habits: how its indicators go, by id; one that isn't told of stays as it stands, and its best is the best
    of the trend. begun: what was planned to change before, which a plan made anew keeps to.
    """
    why = _unplannable(scored)
    if why is not None:
        return Goal(target=target, verdict="unknown", value=scored.value, why=why)
    return _fewest_for(Ground.of(scored, habits or {}), Kept(target), begun)


def pursue(scored: Scored, kept: Kept, habits: Mapping[str, Habit]) -> tuple[Goal, Kept]:
    """Return the plan of a goal that is kept, and what is to be kept of it from now on."""
    if _unplannable(scored) is not None or not (kept.changes or kept.bonuses):
        goal = aim(scored, kept.target, habits)
        return goal, _followed(scored, kept, goal, habits)
    if kept.under_way(scored.readings.today):
        ground = Ground.of(scored, {**habits, **{name: one.habit for name, one in kept.changes.items()}})
        asked = ground.asked({name: one.goal for name, one in kept.changes.items()}, kept.bonuses)
        if asked is not None:
            return _goal(ground, kept, asked), kept
    stands = _as_it_stands(scored, habits)
    bare = Kept(kept.target)
    if _holds(stands, kept.target):
        return _goal(stands, bare, ()), kept
    if stands.total(()) > kept.target:
        goal = _goal(stands, bare, _eased(stands, kept))
    else:
        goal = _fewest_for(stands, bare, (*kept.changes, *kept.bonuses))
    return goal, _followed(scored, kept, goal, habits)


def _holds(stands: Ground, target: float) -> bool:
    """Whether the marketplace prints a target, and by more than a hair."""
    printed = abs(stands.printed - target) <= stands.grain / 2
    return printed and abs(stands.total(()) - target) <= _HAIR * stands.grain


def _as_it_stands(scored: Scored, habits: Mapping[str, Habit]) -> Ground:
    """Return the ground of a shop of which all that was begun is in: its windows are at rest."""
    now = scored.readings.indicators
    return Ground.of(
        scored, {name: habit._replace(sums=now[name].now) for name, habit in habits.items() if name in now}
    )


def _eased(stands: Ground, kept: Kept) -> tuple[Move, ...]:
    """Return the changes taken back as far as the target lets them."""
    back = stands.asked({name: (one.habit.sums.value or 0.0) for name, one in kept.changes.items()}, ())
    if not back:
        return ()
    share = _least(lambda share: stands.total([one.part(share) for one in back]) <= kept.target)
    return tuple(one.part(share) for one in back)


def _fewest_for(ground: Ground, kept: Kept, begun: Collection[str]) -> Goal:
    """Return the plan of the fewest changes, with those that are begun."""
    near, far = ground.moves(proven=True), ground.moves(proven=False)
    enough = min(kept.target, ground.total(far)) - _ROUNDING
    moves = near if ground.total(near) >= enough else far
    return _goal(
        ground, kept, _fewest(ground, [one._replace(begun=one.name in begun) for one in moves], enough)
    )


def _goal(ground: Ground, kept: Kept, chosen: Sequence[Move]) -> Goal:
    """Return a plan of these moves."""
    scored, target = ground.scored, kept.target
    changes, won = _told(ground, chosen, kept)
    value, drifted, most = scored.value or 0.0, ground.total(()), ground.total(ground.moves(proven=False))
    return Goal(
        target=target,
        verdict="short" if most < target - _ROUNDING else "planned" if chosen else "met",
        value=value,
        drift=drifted - value,
        changes=changes,
        won=won,
        reaches=ground.total(chosen),
        proven=ground.total(ground.moves(proven=True)),
        most=most,
        full=max((one.full for one in changes), default=ground.day) if kept.changes else ground.day,
        fixed=tuple(Fixed(name, bar) for name, bar in ground.fixed.items()),
        unsure=tuple(entry.kind for entry in scored.ledger if entry.state == "unknown"),
    )


def _followed(scored: Scored, kept: Kept, goal: Goal, habits: Mapping[str, Habit]) -> Kept:
    """Return what is kept of a goal with a new plan: what it changes begins today; how it went before the first stays."""
    today, changes = scored.readings.today, dict(kept.changes)
    for one in goal.changes:
        before = kept.changes.get(one.indicator)
        habit = before.habit if before else habits.get(one.indicator) or Habit(Sum2(one.now, 1.0), one.best)
        changes[one.indicator] = Begun(one.goal, habit, today, one.full)
    bonuses = dict.fromkeys([*kept.bonuses, *(one.bonus for one in goal.won)])
    return kept._replace(changes=changes, bonuses=tuple(bonuses))


def _unplannable(scored: Scored) -> Why | None:
    kind = scored.model.scorecard.total.kind
    if kind == "none":
        return "no_total"
    if kind == "given":
        return "given"
    if scored.stage == "growth":
        return "growth"
    modelled = scored.track.totals[NOW] is not None
    return None if modelled and scored.value is not None else "no_model"


# ---------------------------------------------------------------- the fewest, and of those the least


def _fewest(ground: Ground, moves: Sequence[Move], target: float) -> tuple[Move, ...]:
    """Return the fewest moves that reach a target, with those that are begun, each no further than it must."""
    whole = () if ground.total(()) >= target else ground.reaching(moves, target)
    if not whole:
        return ()

    def few(share: float) -> tuple[Move, ...] | None:
        found = ground.reaching([move.part(share) for move in moves], target)
        return found if found is not None and len(found) <= len(whole) else None

    return _tightened(ground, few(_least(lambda share: few(share) is not None)) or whole, target)


def _tightened(ground: Ground, chosen: Sequence[Move], target: float) -> tuple[Move, ...]:
    """Return the moves with nothing asked that the target doesn't need: a step is taken to its line, no further."""
    kept = list(chosen)
    for place, move in enumerate(chosen):

        def enough(share: float, place: int = place, move: Move = move) -> bool:
            return ground.total([*kept[:place], move.part(share), *kept[place + 1 :]]) >= target

        kept[place] = move.part(_least(enough))
    return tuple(kept)


def _least(enough: Callable[[float], bool]) -> float:
    """Return the least share that is enough; the whole is."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        share = (low + high) / 2
        low, high = (low, share) if enough(share) else (share, high)
    return high


# ---------------------------------------------------------------- what they ask and bring


def _told(ground: Ground, chosen: Iterable[Move], kept: Kept) -> tuple[tuple[Change, ...], tuple[Won, ...]]:
    """Return the moves in order of what each brings by itself, with gains that add up."""
    nothing = ground.total(())
    ordered = sorted(chosen, key=lambda move: (move.bonus is None, -ground.total([move])))
    changes, won = [], []
    before = nothing
    for number, move in enumerate(ordered, 1):
        after = ground.total(ordered[:number])
        if move.bonus is not None:
            won.append(Won(move.name, after - before))
        else:
            changes.append(_change(ground, move, after - before, kept.changes.get(move.name)))
        before = after
    return tuple(changes), tuple(won)


def _change(ground: Ground, move: Move, gain: float, asked: Begun | None) -> Change:
    window = ground.scored.indicators[move.name].plan.rule.window
    begun = ground.scored.readings.today if asked is None or asked.goal != move.end else asked.day
    best = ground.best(move.name)
    way = math.inf if best is None else (best - move.start) * (1 if move.end > move.start else -1)
    return Change(
        indicator=move.name,
        now=move.start,
        goal=move.end,
        gain=gain,
        best=best,
        effort=abs(move.end - move.start) / way if 0 < way < math.inf else None,
        first=first_visible(begun, window),
        full=begun + window[0] + ground.lag(move.name),
    )
