"""The goal's plan, lived: simulated shops change their habits as it says, and the page is held against its target.

What "the plan applied" means. An operator keeps to a goal (`b` on the goal screen) and brings each indicator to the
value that is asked, as the page shows it. He opens the goal again on the morning when all that was asked is in. Either
it is reached, or the plan goes on from there, and he does what it then asks. So it is applied once it has been made at
most `MAKINGS` times. Then he keeps it up, and where the total lands is judged: what it comes to in the fortnight that
follows, which no plan has looked at, is at its mean within half a point of the target, not rounded.

All that shopwatch does here goes the way of the goal screen: the journal, `Refresher.pursued`, the journal again.
What chance brings besides is held small by many orders. Deductions of later days, which no plan knows of, are left out
of the page; what a bonus would add that the simulation can't win is added where its plan asks for it. Where curves are
hidden nobody has said whether it is held, so that habits alone have to make the way.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean

import duckdb
import pytest

from shopwatch.config import load
from shopwatch.feed import GoalBoard
from shopwatch.journal import Journal
from shopwatch.refresher import Refresher
from shopwatch.scoring.goal import Goal, Habit, Kept, aim
from shopwatch.scoring.score import Scored
from shopwatch.scoring.windows import date_of
from shopwatch.warehouse import DuckWarehouse
from simulation import BONUS, SOURCE, ZONE, Knows, Simulation, moment

WITHIN = 0.5
MAKINGS = 3  # of one plan: each takes about six weeks to be all in
FORTNIGHT = 14
MORE = 3  # points of the total that are asked for
ONE = datetime.timedelta(days=1)

RIPE = {"quality_returns": 0.933, "breakage": 0.80, "platform_help": 0.955}
"""How much of a habit the page shows: what is wrong with the orders of a window's last days comes out later."""


class World:
    """A simulated shop or two, and a shopwatch that has all that they tell."""

    def __init__(
        self, folder: Path, simulation: Simulation, knows: tuple[Knows, ...] = (), *, bonus: bool = True
    ) -> None:
        self.simulation = simulation
        self.refresher = Refresher.of(load(simulation.config(folder, knows=knows, bonus=bonus)), "en", str)
        self.warehouse = DuckWarehouse(duckdb.connect())

    def close(self) -> None:
        self.warehouse.close()
        self.simulation.close()

    def polled(self, day: datetime.date) -> datetime.datetime:
        """Take in all until shortly after the page of a day, and return that moment."""
        at = moment(day, 11.5)
        self.warehouse.ingest(SOURCE, self.simulation.poll(at))
        return datetime.datetime.fromtimestamp(at, ZONE)

    def known(self, shop: str, now: datetime.datetime) -> tuple[Scored, Mapping[str, Habit]]:
        """Return what shopwatch makes of a shop."""
        shops = self.refresher.shops(self.warehouse, now)
        _shop, scored, habits = self.refresher.going(self.warehouse, now, shops, shop)
        return scored, habits

    def live(self, shop: str, day: datetime.date, goal: Goal, others: Mapping[str, Habit]) -> None:
        """Go on from a day on as a plan says."""
        values = {name: habit.sums.value or 0.0 for name, habit in others.items()}
        self.begin(shop, day, values | {change.indicator: change.goal for change in goal.changes})

    def begin(self, shop: str, day: datetime.date, values: Mapping[str, float]) -> None:
        """Have a shop do from a day on what the page will show as these values."""
        habits = {name: value / RIPE.get(name, 1) for name, value in values.items()}
        self.simulation.change(shop, day, **habits)

    def came_to(self, shop: str, day: datetime.date) -> float:
        """Return the page's total of a morning, not rounded, without its deductions."""
        page = self.simulation.page(shop, day)
        insured = next(one.insured for one in self.simulation.shops if one.id == shop)
        return page.total - page.ledger + (BONUS if insured else 0)


def by_itself(scored: Scored, habits: Mapping[str, Habit]) -> float:
    """Return what a shop comes to if nothing changes."""
    reached = aim(scored, scored.model.scorecard.total.floor, habits).reaches
    assert reached is not None
    return reached


def in_full(goal: Goal) -> datetime.date:
    """Return the morning on which all is in of a plan that is begun on the day after it was made."""
    assert goal.verdict == "planned"
    assert goal.full is not None
    return date_of(goal.full) + ONE


@pytest.fixture
def world(tmp_path: Path) -> Iterator[list[World]]:
    worlds: list[World] = []
    yield worlds
    for one in worlds:
        one.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plan_by_known_curves_reaches_its_target(seed: int, tmp_path: Path, world: list[World]) -> None:
    """A shop that has told shopwatch its weights and curves: one plan, lived once."""
    sim = Simulation(seed, shops=2, orders_a_day=(3000, 4000))
    lived = World(tmp_path, sim, ("weights", "curves"))
    world.append(lived)
    day = sim.opening + 15 * ONE
    now = lived.polled(day)
    plans: dict[str, Goal] = {}
    for shop in sim.shops:
        scored, habits = lived.known(shop.id, now)
        goal = plans[shop.id] = aim(scored, round(by_itself(scored, habits)) + MORE, habits)
        shown = lived.refresher.goal(
            lived.warehouse, now, lived.refresher.shops(lived.warehouse, now), shop.id, goal.target, (), None
        )
        assert [one.indicator for one in shown.changes] == [one.indicator for one in goal.changes]
        assert [one.goal for one in shown.changes] == pytest.approx([one.goal for one in goal.changes])
        lived.live(shop.id, day + ONE, goal, habits)
    for name, goal in plans.items():
        came = lived.came_to(name, in_full(goal)) + sum(one.gain for one in goal.won)
        print(f"\nseed {seed}, {name}: to {goal.target:g} in {len(goal.changes)}, came to {came:.2f}")
        assert abs(came - goal.target) <= WITHIN


@dataclasses.dataclass
class Operator:
    """Who keeps one shop to its goal. habits: what he has the page show."""

    lived: World
    shop: str
    journal: Journal
    habits: dict[str, float] = dataclasses.field(default_factory=dict)

    def sets_out(self, day: datetime.date, more: int) -> float:
        """Keep to a goal of so many points more than the shop comes to by itself, and hold all habits still."""
        scored, habits = self.lived.known(self.shop, self.lived.polled(day))
        self.habits = {name: habit.sums.value or 0.0 for name, habit in habits.items()}
        target = float(round(by_itself(scored, habits)) + more)
        self.journal.keep_goal(self.shop, 0, Kept(target))
        return target

    def opens_the_goal(self, day: datetime.date) -> GoalBoard:
        now, warehouse, refresher = self.lived.polled(day), self.lived.warehouse, self.lived.refresher
        kept = self.journal.goal(self.shop)
        assert kept is not None
        shops = refresher.shops(warehouse, now)
        plan, followed = refresher.pursued(warehouse, now, shops, self.shop, kept, None)
        self.journal.keep_goal(self.shop, 0, followed)
        return plan

    def does(self, plan: GoalBoard, day: datetime.date) -> None:
        """Bring the indicators from a day on to what is asked."""
        self.habits |= {one.indicator: one.goal for one in plan.changes}
        self.lived.begin(self.shop, day, self.habits)


@pytest.mark.parametrize("seed", range(1, 13))
def test_a_plan_by_hidden_curves_and_weights_reaches_its_target(
    seed: int, tmp_path: Path, world: list[World]
) -> None:
    """Weights and curves are hidden: the plan rests on what sixty days of printed pages told of them."""
    sim = Simulation(seed, shops=1, orders_a_day=(2000, 3000))
    lived = World(tmp_path, sim, bonus=False)
    world.append(lived)
    journal = Journal(tmp_path / "journal.sqlite")
    (shop,) = sim.shops
    operator, day = Operator(lived, shop.id, journal), sim.opening + 60 * ONE
    target = operator.sets_out(day, MORE)
    plan = operator.opens_the_goal(day)
    assert plan.verdict == "planned"
    off: list[float] = []
    while plan.verdict == "planned" and len(off) < MAKINGS:
        operator.does(plan, day + ONE)
        assert plan.full is not None
        day = plan.full + ONE
        off.append(lived.came_to(shop.id, day) - target)
        plan = operator.opens_the_goal(day)
    journal.close()
    kept_up = [lived.came_to(shop.id, day + days * ONE) - target for days in range(1, FORTNIGHT + 1)]
    made = ", ".join(f"{one:+.2f}" for one in off)
    print(
        f"\nseed {seed}, to {target:g}: off by {made}; {plan.verdict}; then {fmean(kept_up):+.2f},"
        f" within {WITHIN} on {sum(abs(one) <= WITHIN for one in kept_up)} of {FORTNIGHT} mornings"
    )
    assert plan.verdict == "met"
    assert abs(fmean(kept_up)) <= WITHIN
