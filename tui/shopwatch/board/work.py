"""What there is to do: the exposures, the causes that they share, and the actions."""

import datetime

from shopwatch.board.values import Value


class Risk(Value, frozen=True):
    """One exposure. Deadlines have `p_miss`; means have `points_per_hour`; one thing may have both.

    `points_at_risk`: points of the total that acting at the next chance still saves: of a mean against acting at
    the one after, and `points_if_missed`, what missing its deadline costs in the share that it decides, for the
    `days_counted` that it stays in the window. `yuan_at_risk`: what the next step of compensation costs, None
    where there is none. `yuan_now`: what is owed already. `cause`: the id of the group it belongs to, if one stands out.
    `starts_at`: when its hours begin to count, if they don't yet. `owner`: who sees to it; `notes`: how many there
    are, `note` the last; `snoozed_until`: it stays out of the list until then.
    """

    rank: int
    order_id: str | None
    subject_id: str
    clock: str
    stage: str
    deadline: datetime.datetime | None
    seconds_left: float | None
    started: datetime.datetime
    starts_at: datetime.datetime | None
    p_miss: float | None
    p_basis: str | None
    points_at_risk: float | None
    points_per_hour: float | None
    yuan_now: float | None
    yuan_at_risk: float | None
    why: str
    yuan_at: datetime.datetime | None = None  # when `yuan_at_risk` falls due
    cause: str | None = None
    carrier: str | None = None
    product: str | None = None
    warehouse: str | None = None
    province: str | None = None
    agent: str | None = None
    owner: str | None = None
    lost: bool = False  # nothing left to save
    proved: bool = True  # False: 已发货·揽收未知
    notes: int = 0
    note: str | None = None
    snoozed_until: datetime.datetime | None = None
    points_if_missed: float | None = None
    days_counted: int | None = None


class Cause(Value, frozen=True):
    """Exposures that share a carrier, a product or a warehouse beyond chance: one row at the top."""

    id: str
    by: str
    key: str
    title: str
    stage: str
    count: int
    deadline: datetime.datetime | None
    seconds_left: float | None
    p_miss: float | None
    points_at_risk: float | None
    yuan_at_risk: float | None
    why: str
    order_ids: tuple[str, ...]


class ActionBoard(Value, frozen=True):
    """One thing to do. `evidence`: why now, in figures. `orders`: those that it names.

    `effect`: after a tick, what has been seen since, in words. `ticked_at`, `ticked_by`: the last tick, be it
    due again. `certain`: the gain is exact by the rule.
    `owner`: who sees to it, by `due_at`; `notes`, `note` and `snoozed_until` as of an order.
    """

    id: str
    title: str
    dimension: str
    gain_points: float | None
    evidence: str
    cadence: str
    done: bool
    steps: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    certain: bool = False
    done_at: datetime.datetime | None = None
    effect: str | None = None
    source: str = ""
    owner: str | None = None
    due_at: datetime.datetime | None = None
    notes: int = 0
    note: str | None = None
    snoozed_until: datetime.datetime | None = None
    ticked_at: datetime.datetime | None = None
    ticked_by: str = ""
    pressing: bool = True  # wins points, names open things or keeps a limit; the others are habits


class Quiet(Value, frozen=True):
    """What starts to count later tonight: how many orders and after-sales, and when."""

    orders: int = 0
    orders_from: datetime.datetime | None = None
    aftersales: int = 0
    aftersales_from: datetime.datetime | None = None
