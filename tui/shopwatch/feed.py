"""What a view may ask of the monitor: the one seam between the terminal and everything behind it.

The terminal shows and never works: it takes whole boards and asks these questions, all of them async.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from shopwatch.board import AlertBoard, Board, Value
from shopwatch.board.care import CareBoard, CareItem, CareSent
from shopwatch.board.deeds import Deed
from shopwatch.board.leagues import LeagueBoard, LeagueOrder
from shopwatch.board.voice import VoiceBoard

if TYPE_CHECKING:
    from shopwatch.scoring.scorecard import Scorecard


class OfficialEntry(Value, frozen=True):
    """One printed figure, as typed or pasted. item: total, a dimension's id or an indicator's.

    value: of an indicator, in its own unit (ratios 0..1). points: of the total, a dimension, or an
    indicator where the version has them. weight: 0..1. With none of them it takes back what was said of the item.
    """

    item: str
    value: float | None = None
    points: float | None = None
    weight: float | None = None


class TypedPage(Value, frozen=True):
    """The figures of one official page that were typed or pasted, and when it was printed."""

    at: datetime.datetime
    entries: tuple[OfficialEntry, ...]


class TimelineEvent(Value, frozen=True):
    """One thing that happened to an order, or will: `ahead` for promises and deadlines. table: of the record that
    tells it; empty for a note. by: who wrote the note."""

    at: datetime.datetime
    words: str
    ahead: bool = False
    table: str = ""
    by: str = ""


class ClockRun(Value, frozen=True):
    """A clock that ran on an order, or runs: until `ended`. due: None where it has no limit, and only every hour
    counts. times: how often it ran, of which this was the tightest."""

    clock: str
    name: str
    started: datetime.datetime
    due: datetime.datetime | None
    ended: datetime.datetime | None
    times: int = 1

    def late(self, now: datetime.datetime) -> bool:
        return self.due is not None and (self.ended or now) > self.due


class OrderPart(Value, frozen=True):
    """An order's part in one indicator: its own sums, and what it does to the value and to the total's points.
    counts: the first day on whose score it shows. leaves: the first on which it no longer does."""

    indicator: str
    name: str
    unit: str
    better: str
    numerator: float
    denominator: float
    counts: datetime.date
    leaves: datetime.date
    delta: float | None = None
    delta_points: float | None = None


class OrderView(Value, frozen=True):
    """One order with everything known of it. `facts`: (name, value) in words. owner: who sees to it;
    snoozed_until: it stays out of the list until then."""

    order_id: str
    facts: tuple[tuple[str, str], ...]
    timeline: tuple[TimelineEvent, ...]
    clocks: tuple[ClockRun, ...] = ()
    parts: tuple[OrderPart, ...] = ()
    owner: str | None = None
    snoozed_until: datetime.datetime | None = None


class Split(Value, frozen=True):
    """One slice of an indicator: its key, its own sums, and its part in a change of the total: of its rows that
    entered the window, that left it, and that changed in it."""

    key: str
    numerator: float
    denominator: float
    value: float | None
    delta_points: float | None = None
    entered: float | None = None
    left: float | None = None
    changed: float | None = None


class Row(Value, frozen=True):
    """One row behind an indicator: the worst first."""

    order_id: str | None
    subject_id: str
    at: datetime.datetime
    numerator: float
    note: str


class GoalSlice(Value, frozen=True):
    """The part of an indicator's rows that drags it down most: the one that a column `by` calls `key`, its value,
    and its share of the rows."""

    by: str
    key: str
    value: float
    share: float


class GoalHabit(Value, frozen=True):
    """An action of the playbooks that moves an indicator. today: it is on the board's list of what to do."""

    action: str
    title: str
    today: bool


class GoalChange(Value, frozen=True):
    """One indicator's habit to change; see `scoring.goal.Change`. orders: open now, and worth doing for it.

    since, lately: of a goal that is kept, from which day this is asked for, and where its window comes to rest as the
    last fortnight went.
    """

    indicator: str
    name: str
    short: str
    unit: str
    better: str
    now: float
    goal: float
    gain: float
    best: float | None
    proven: bool
    first: datetime.date
    full: datetime.date
    since: datetime.date | None = None
    lately: float | None = None
    slice: GoalSlice | None = None
    habits: tuple[GoalHabit, ...] = ()
    orders: tuple[str, ...] = ()


class Beyond(Value, frozen=True):
    """What a review tells of a shop beyond its board; None: nothing is known of it, or nobody asked.
    deeds: the last first."""

    voice: VoiceBoard | None = None
    leagues: LeagueBoard | None = None
    deeds: tuple[Deed, ...] = ()


class GoalWon(Value, frozen=True):
    """A bonus to win: its points are exact, its cost isn't known."""

    bonus: str
    name: str
    gain: float
    condition: str


class GoalName(Value, frozen=True):
    """An indicator that is no part of the plan; why: as `scoring.ground.Bar`."""

    name: str
    why: str


class GoalBoard(Value, frozen=True):
    """What takes a shop to a target; see `scoring.goal.Goal`. full: the day on whose score all of it is in.

    kept: the shop keeps to it.
    """

    target: float
    verdict: str
    why: str | None = None
    value: float | None = None
    drift: float = 0.0
    reaches: float | None = None
    proven: float | None = None
    most: float | None = None
    full: datetime.date | None = None
    kept: bool = False
    changes: tuple[GoalChange, ...] = ()
    won: tuple[GoalWon, ...] = ()
    fixed: tuple[GoalName, ...] = ()
    unsure: tuple[str, ...] = ()


Hear = Callable[[Sequence[Board]], None]
"""Called in the event loop with the boards that changed."""


class Feed(Protocol):
    """The monitor as the views see it."""

    @property
    def boards(self) -> Mapping[str, Board]:
        """The last board of every shop, by id, in the order of the configuration."""
        ...

    @property
    def paused(self) -> bool: ...

    @property
    def next_poll(self) -> datetime.datetime | None:
        """When the next source will be asked, by the real time."""
        ...

    @property
    def trouble(self) -> str | None:
        """What keeps the monitor from its work, in a sentence; None while it does it."""
        ...

    @property
    def alerts(self) -> Sequence[AlertBoard]:
        """What is wrong now, the loudest first, and after it what was until lately."""
        ...

    @property
    def unheard(self) -> Sequence[str]:
        """A sentence for each channel that doesn't take messages."""
        ...

    async def acknowledge(self, alerts: Sequence[str]) -> None:
        """Take note of alerts, by id: they aren't repeated."""
        ...

    def now(self) -> datetime.datetime:
        """The monitor's own time (pinned or simulated, perhaps); every countdown goes by it."""
        ...

    def live(self) -> datetime.datetime:
        """The monitor's own time, whatever moment is shown."""
        ...

    @property
    def replayed(self) -> datetime.datetime | None:
        """The past moment that is shown; None: now."""
        ...

    async def replay(self, at: datetime.datetime | None) -> None:
        """Show a past moment as if it were now; None, or one that isn't past, shows now again."""
        ...

    def wall(self) -> datetime.datetime:
        """The real time: `next_poll`, and each source's `last_success` and `next_try`, go by it."""
        ...

    def listen(self, hear: Hear) -> None: ...

    def remembered(self) -> Mapping[str, str]:
        """Return how the screen was left the last time, by name."""
        ...

    async def remember(self, values: Mapping[str, str]) -> None:
        """Keep how the screen is left."""
        ...

    async def run(self) -> None:
        """Poll and refresh until cancelled. Never raises for what a source or a query does."""
        ...

    async def refresh(self) -> None:
        """Poll every source now and make the boards new."""
        ...

    async def look_at(self, shop: str) -> None:
        """Say which shop is in view: in a large fleet only that one's risks and actions are kept new."""
        ...

    def pause(self, paused: bool) -> None: ...

    async def tick(self, shop: str, action: str, done: bool) -> None: ...

    async def remark(
        self,
        shop: str,
        orders: Sequence[str],
        *,
        note: str | None = None,
        owner: str | None = None,
        until: datetime.datetime | None = None,
    ) -> None:
        """Keep a note on orders; else say who sees to them (`""`: nobody); else keep them out of the list until a
        moment (None: no longer)."""
        ...

    async def scorecard(self, shop: str) -> Scorecard | None:
        """Return the rules that the shop is scored by, one's own and pinned ones too."""
        ...

    async def record_official(
        self, shop: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None:
        """Keep figures that the marketplace printed of the shop; one that says nothing is none any more."""
        ...

    async def typed(self, shop: str) -> Sequence[TypedPage]:
        """Return what was typed or pasted of the shop's own page, the newest first."""
        ...

    async def record_competitor(
        self,
        shop: str,
        competitor: str,
        entries: Sequence[OfficialEntry],
        published_at: datetime.datetime,
    ) -> None:
        """Keep figures that the marketplace printed of another shop; one with neither value nor points is none
        any more."""
        ...

    async def splits(self, shop: str, indicator: str, by: str, days: int = 1) -> Sequence[Split]:
        """Return an indicator's slices, with their parts in the total's change in 1, 7 or 30 days."""
        ...

    async def goal(
        self, shop: str, target: float, begun: Sequence[str] = (), *, kept: bool = False
    ) -> GoalBoard | None:
        """Return what takes a shop to a total; None while nothing is known of it. begun: the indicators and
        bonuses of a plan before, which are kept to as long as they do. kept: where the shop keeps a goal, that one
        instead."""
        ...

    async def keep_goal(self, shop: str, target: float | None) -> None:
        """Keep to the plan for a total from today on; None: keep none."""
        ...

    async def voice(self, shop: str) -> VoiceBoard | None:
        """Return what a shop's buyers complain of; None while nothing is known of it."""
        ...

    async def leagues(self, shop: str) -> LeagueBoard | None:
        """Return a shop's league tables; None while nothing is known of it."""
        ...

    async def league_orders(self, shop: str, table: str, row: str) -> Sequence[LeagueOrder]:
        """Return the orders behind one row of a league table, those that are bad in the most columns first."""
        ...

    async def history(self, shop: str) -> Sequence[Deed]:
        """Return who did what of the checklist, the last first."""
        ...

    async def care(self, shop: str) -> CareBoard | None:
        """Return which buyers to tell something; None while nothing is known of the shop."""
        ...

    async def told(self, shop: str, items: Sequence[CareItem], done: bool) -> None:
        """Keep that these buyers were told, or that they weren't."""
        ...

    async def send_care(self, shop: str, only: Sequence[str] = ()) -> CareSent | None:
        """Send what is to be told to the configured webhook, each once, or show what would be. only: the keys of some;
        else all."""
        ...

    async def rows(self, shop: str, indicator: str, limit: int = 200) -> Sequence[Row]: ...

    async def order(self, shop: str, order_id: str) -> OrderView | None: ...
