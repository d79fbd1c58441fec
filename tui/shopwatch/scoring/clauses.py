"""What a scorecard says beyond its indicators: lines, clocks, bonuses, deductions, calendars, assessments.

Each is a table of the file, with how certain it is and where it is from.
"""

import datetime
from typing import Literal

import msgspec

Certainty = Literal["official", "observed", "reading", "default", "house"]
"""official: the rule's own text. observed: seen on a page of the marketplace, or told by others of it.
reading: our reading of an unclear text. default: not published; a labelled stand-in that a shop's
configuration overrides. house: no marketplace's rule at all, but a model of this house or of the owner."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file in which every key must be known."""


class Words(Strict, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


Citation = str | Words
"""Where a rule is from: a document's own title and date, which no language changes, or words in both."""


def cited(citation: Citation, language: str) -> str:
    return citation if isinstance(citation, str) else citation.of(language)


Measure = Literal["today", "mean", "streak", "month_end", "rate", "count"]


class Part(Strict, frozen=True, kw_only=True):
    """One condition of a line.

    on: `total`, a dimension, an indicator or a rate. measure: `today`, `mean` over `days`, `streak` of days,
    `month_end` (what the month's last day will show), `rate` or `count` of a rate. at: the line; on its bad
    side an unlock is lost; at it or above a stop strikes. None: the rule gives no figure, or one that only
    the shop's own page shows; a shop's `lines` says it. good: the side of `at` that is the good one; of an
    indicator that is better lower, `most`. above: exactly `at` is not yet enough. warn_at: where an alert
    starts. by_category, by_shop_type: other figures for those.
    """

    on: str
    measure: Measure
    at: float | None = None
    days: int | None = None
    good: Literal["least", "most"] = "least"
    above: bool = False
    warn_at: float | None = None
    by_category: dict[str, float] = {}
    by_shop_type: dict[str, float] = {}


class Line(Strict, frozen=True, kw_only=True):
    """Conditions that unlock something while all hold, that stop something once all are reached, or that make
    a level of a ladder (`unlock`s in the file's order, each resting on those before).

    categories, shop_types: whom it is for; empty: everyone. since: the date of its text, where that is later
    than the scorecard's; before it nothing says so. replaced_by: of an obsolete line, what holds now.
    """

    id: str
    kind: Literal["unlock", "stop", "level"]
    name: Words
    effect: Words
    parts: tuple[Part, ...]
    alert: bool = False
    categories: tuple[str, ...] = ()
    shop_types: tuple[str, ...] = ()
    since: datetime.date | None = None
    replaced_by: Words | None = None
    certainty: Certainty
    source: Citation


class Pay(Strict, frozen=True, kw_only=True):
    """Compensation once `after_hours` past the deadline: a share of the order, in yuan between `least`
    and `most`. promise_hours: only for orders promised within (more than, at most) so many hours."""

    after_hours: float
    share: float
    least: float
    most: float
    promise_hours: tuple[float, float] | None = None
    what: Words


class Trail(Strict, frozen=True, kw_only=True):
    """What a clock sees of the parcel's way beside the parcel itself. A parcel without any scan isn't seen: of it
    nothing can be told.

    Its columns: `last_scan_at`; `moved`, whether that was after the pickup; `ended`, whether it says that the way
    is at its end; `same_region`; `remote`, whether it goes to one of the provinces that begin so.
    """

    remote: tuple[str, ...] = ()


class Clock(Strict, frozen=True, kw_only=True):
    """A deadline on one thing, or a duration that goes into a mean, or both; or neither, where it only waits.

    where: which rows are now open (SQL over the masked table). started: the moment it began.
    due: the moment it must be done (SQL), or null: a mean alone. lengthens: the indicator whose mean an
    hour more lengthens. paused: [from, to] of the day in which the mean's hours start only at `to`.
    decides: the indicator, a share, in which it counts once by whether the deadline is kept.
    note: what else is to be known of a miss, in words: that it costs no points, or points nobody publishes.
    """

    id: str
    name: Words
    stage: Words  # what the order list shows: 待发货, 待揽收 …
    from_: str = msgspec.field(name="from")
    subject: str  # the column that names the thing: order_id, parcel_id …
    where: str
    started: str
    due: str | None = None
    trail: Trail | None = None
    lengthens: str | None = None
    paused: tuple[str, str] | None = None
    unit: Literal["hours", "seconds"] = "hours"
    decides: str | None = None
    acts: Literal["pickup", "now"] = "now"  # when acting can take effect: at a carrier's pickup, or at once
    pays: tuple[Pay, ...] = ()
    note: Words | None = None
    certainty: Certainty
    source: Citation

    @property
    def tables(self) -> frozenset[str]:
        """The tables without which nothing is ever open under it."""
        return frozenset({self.from_, *(("scans",) if self.trail is not None else ())})

    @property
    def only_waits(self) -> bool:
        """Whether nothing is lost by it, however long it waits."""
        return self.due is None and self.lengthens is None


class Bonus(Strict, frozen=True, kw_only=True):
    """Points added while a condition holds; known only from the marketplace or the configuration.

    points, cap: None where how many isn't published; then none are counted here. dimension: added to its
    score, within its ceiling; None: to the total. on: False where it isn't clear that it still holds, and so it
    isn't counted.
    """

    id: str
    name: Words
    condition: Words
    points: float | None = None
    cap: float | None = None
    days: int
    given: Literal["flag", "share"]
    at: float | None = None  # the share from which it is given
    dimension: str | None = None
    on: bool = True
    certainty: Certainty
    source: Citation


class Deduction(Strict, frozen=True, kw_only=True):
    """Points taken for one thing done: `points` each and at most `cap` in so many days, both below 0. None where
    how many isn't published; then none are counted here. until: the last day on which doing it took any."""

    id: str
    name: Words
    points: float | None = None
    cap: float | None = None
    days: int | None = None
    until: datetime.date | None = None
    certainty: Certainty
    source: Citation


class StarBand(Strict, frozen=True, kw_only=True):
    """Consumer stars: from `from_score` on, `stars` plus `step` for each `every` points (rounded up)."""

    from_score: int
    stars: float
    step: float
    every: int


class WeightSet(Strict, frozen=True, kw_only=True):
    """The weights of some dimensions or indicators, by id, in one industry and for one type of shop.

    industry, shop_type: as a shop's configuration names them; an empty shop_type is any. of: shares in any
    unit; those of one group are set against their sum.
    """

    industry: str
    shop_type: str = ""
    of: dict[str, float]
    certainty: Certainty
    source: Citation


class Exclusion(Strict, frozen=True, kw_only=True):
    """Days that are left out of some indicators: a festival, a disaster.

    first, last: local days, both left out. day: the moment of a row that must fall in them (its payment, say),
    a column; by default the one that the indicator counts it on. provinces: only rows of these; empty: all.
    unless: a fact of the shop (`given`) that keeps its rows in, such as staying open over the holiday.
    """

    id: str
    name: Words
    first: datetime.date
    last: datetime.date
    indicators: tuple[str, ...]
    day: str | None = None
    provinces: tuple[str, ...] = ()
    unless: str | None = None
    certainty: Certainty
    source: Citation


class Assessment(Strict, frozen=True, kw_only=True):
    """A yearly assessment by months: a score at each month's end, sales by set months, no idle spells.

    A shop's dates and targets are its own: `given.opened` (the month it opened), `given.sales_target_trial`
    (yuan at each of trial_checks) and `given.sales_target` (yuan at formal_check).

    month_end_at: the total that a month's last day must show. failed_below: fewer failed months than this.
    failed_within: the months that they are counted over, where certain. trial_months: length of the trial.
    trial_checks, formal_check: the months of a cycle at which its sales are checked. idle_trial, idle_formal:
    the most months without business.
    """

    name: Words
    month_end_at: float
    failed_below: int
    failed_within: int
    trial_months: int
    trial_checks: tuple[int, ...]
    formal_check: int
    idle_trial: int
    idle_formal: int
    effect: Words
    certainty: Certainty
    source: Citation


class Obsolete(Strict, frozen=True, kw_only=True):
    """A scorecard no longer in force anywhere: since when where known, and what holds instead."""

    since: datetime.date | None = None
    replaced_by: Words
