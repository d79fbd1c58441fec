"""A goal for a person: what takes the shop to a target, with what drags most, what to do, and the orders it names.

Between the plan, which knows values, and the views: the warehouse says where a change has to be made, the
playbooks which habits make it, and the board which orders are open under them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from shopwatch.board import Board
from shopwatch.feed import GoalBoard, GoalChange, GoalHabit, GoalName, GoalSlice, GoalWon
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.phrases import Labels
from shopwatch.playbooks import Playbook
from shopwatch.playbooks.library import Ready, prepare
from shopwatch.scoring.goal import Change, Goal, Habit, Kept
from shopwatch.scoring.readings import Flow, Sum2
from shopwatch.scoring.scorecard import Indicator
from shopwatch.scoring.windows import date_of
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.indicators import approximate_id

MOST_HABITS = 2
LEAST_DRAG = 0.05  # of what an indicator lacks: a slice that drags less than this stands for nothing


def goal_board(
    warehouse: Warehouse,
    shop: Shop,
    as_of: int,
    goal: Goal,
    board: Board | None,
    books: Sequence[Playbook],
    _: Translate,
    language: str,
) -> GoalBoard:
    """Return a plan under the names that a person knows. board: the shop's last, whose actions name open orders."""
    card = shop.model.scorecard
    labels = Labels(card, _, language)
    rules = {rule.id: rule for rule in card.indicator}
    actions = prepare(books, card, language, _)
    conditions = {bonus.id: bonus.condition.of(language) for bonus in card.bonus}
    return GoalBoard(
        target=goal.target,
        verdict=goal.verdict,
        why=goal.why,
        value=goal.value,
        drift=goal.drift,
        reaches=goal.reaches,
        proven=goal.proven,
        most=goal.most,
        full=None if goal.full is None else date_of(goal.full),
        changes=tuple(
            _change(warehouse, shop, as_of, change, rules[change.indicator], board, actions, labels)
            for change in goal.changes
        ),
        won=tuple(
            GoalWon(
                bonus=one.bonus,
                name=labels.entries[one.bonus],
                gain=one.gain,
                condition=conditions.get(one.bonus, ""),
            )
            for one in goal.won
        ),
        fixed=tuple(GoalName(name=labels.shorts[one.indicator], why=one.bar) for one in goal.fixed),
        unsure=tuple(labels.entries[name] for name in goal.unsure),
    )


def as_kept(plan: GoalBoard, kept: Kept, habits: Mapping[str, Habit]) -> GoalBoard:
    """Return a plan as that of a goal which is kept: each change with since when, and with how it goes by now."""
    changes = tuple(
        msgspec.structs.replace(
            one,
            since=date_of(kept.changes[one.indicator].day),
            lately=habits[one.indicator].sums.value if one.indicator in habits else None,
        )
        for one in plan.changes
    )
    return msgspec.structs.replace(plan, kept=True, changes=changes)


def _change(
    warehouse: Warehouse,
    shop: Shop,
    as_of: int,
    change: Change,
    rule: Indicator,
    board: Board | None,
    actions: Sequence[Ready],
    labels: Labels,
) -> GoalChange:
    named = [ready for ready in actions if rule.id in ready.action.moves]
    moving = [ready for ready in named if _works_on(ready)] or named
    return GoalChange(
        indicator=rule.id,
        name=labels.names[rule.id],
        short=labels.shorts[rule.id],
        unit=rule.unit,
        better=rule.better,
        now=change.now,
        goal=change.goal,
        gain=change.gain,
        best=change.best,
        proven=change.proven,
        first=date_of(change.first),
        full=date_of(change.full),
        slice=_drag(warehouse, shop, as_of, rule),
        habits=tuple(_habits(moving, board)),
        orders=tuple(dict.fromkeys(_orders(moving, shop, rule, board))),
    )


def _works_on(ready: Ready) -> bool:
    """Whether an action is known to move what it names, and isn't good manners alone."""
    return ready.action.gain != "none" or ready.action.cadence == "shift"


def _habits(moving: Sequence[Ready], board: Board | None) -> Iterator[GoalHabit]:
    """Yield what moves an indicator: what there is reason for today before the rest."""
    shown = {} if board is None else {action.id: action for action in board.actions if not action.done}
    ordered = sorted(moving, key=lambda ready: ready.action.id not in shown)
    for ready in ordered[:MOST_HABITS]:
        yield GoalHabit(action=ready.action.id, title=ready.title, today=ready.action.id in shown)


def _orders(moving: Sequence[Ready], shop: Shop, rule: Indicator, board: Board | None) -> Iterator[str]:
    """Yield the orders that are open now under what moves an indicator, and those that now lengthen it."""
    if board is None:
        return
    ids = {ready.action.id for ready in moving}
    yield from (
        order for action in board.actions if action.id in ids and not action.done for order in action.orders
    )
    clocks = {clock.id for clock in shop.model.scorecard.clock if clock.lengthens == rule.id}
    yield from (risk.order_id for risk in board.risks if risk.clock in clocks and risk.order_id)


def _drag(warehouse: Warehouse, shop: Shop, as_of: int, rule: Indicator) -> GoalSlice | None:
    """Return the slice that drags an indicator down most, by whichever of its columns has one that stands out."""
    found = [one for column in rule.slices for one in _slices(warehouse, shop, as_of, rule, column)]
    drag, worst = max(found, key=lambda one: one[0], default=(0.0, None))
    return worst if drag >= LEAST_DRAG else None


def _slices(
    warehouse: Warehouse, shop: Shop, as_of: int, rule: Indicator, column: str
) -> Iterator[tuple[float, GoalSlice]]:
    """Yield an indicator's slices by a column, each with the share of the bad in it that it has beyond its rows."""
    names = [rule.id, *([approximate_id(rule)] if rule.approximate else [])]
    wanted = dict.fromkeys(names, column)
    answered = warehouse.flows(shop.model.scorecard, shop.zone, as_of, shop.id, wanted, [1])
    flows = next((keyed[1] for name in names if (keyed := answered.get(name))), {})
    sums = {key: _now(flow) for key, flow in flows.items()}
    rows = sum(one.denominator for one in sums.values())
    bad = {key: _bad(one, rule) for key, one in sums.items()}
    whole = sum(bad.values())
    if len(sums) < 2 or rows <= 0 or whole <= 0:
        return
    for key, one in sums.items():
        value = one.value
        if key is not None and value is not None and one.denominator > 0:
            share = one.denominator / rows
            yield bad[key] / whole - share, GoalSlice(by=column, key=key, value=value, share=share)


def _bad(sums: Sum2, rule: Indicator) -> float:
    """Return how much of a slice is what a better value has less of."""
    if rule.better == "lower":
        return sums.numerator
    most = {"stars": 5.0, "ratio": 1.0}.get(rule.unit, 0.0)
    return max(most * sums.denominator - sums.numerator, 0.0)


def _now(flow: Flow) -> Sum2:
    return Sum2(
        flow.entered.numerator + flow.stayed_now.numerator,
        flow.entered.denominator + flow.stayed_now.denominator,
    )
