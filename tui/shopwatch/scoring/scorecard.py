"""The scorecard: one version of one marketplace's rules, as data.

The structs here are the schema of `rules/scorecards/*.toml`. What a marketplace doesn't publish is
marked `default` in the file and makes every score that rests on it an estimate.
"""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

Certainty = Literal["official", "observed", "reading", "default"]
"""official: the rule's own text. observed: seen on a page of the marketplace. reading: our reading of
an unclear text. default: not published; a labelled stand-in that a shop's configuration overrides."""

Unit = Literal["hours", "seconds", "ratio", "stars"]
Better = Literal["lower", "higher"]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file in which every key must be known."""


class Words(Strict, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Sums(Strict, frozen=True, kw_only=True):
    """Two sums over the rows of a table, by the local day of `day`. SQL, in DuckDB's dialect, over the
    masked table: columns of the record and its facts, CASE, FILTER, and the macros `paused`, `hours`,
    `time_of_day`, `as_of`.

    where: which rows count (the population). numerator, denominator: summed over them; with
    numerator_where, the numerator only over those of them.
    known: the moment at which a row's numerator became known, where later than `day`.
    row_known: the same for the whole row (numerator and denominator).
    denominator_from, denominator_day, denominator_where: where the denominator has its own table.
    """

    from_: str = msgspec.field(name="from")
    day: str
    where: str = "TRUE"
    numerator: str = "1"
    numerator_where: str | None = None
    denominator: str = "1"
    known: str | None = None
    row_known: str | None = None
    denominator_from: str | None = None
    denominator_day: str | None = None
    denominator_where: str | None = None


class Indicator(Sums, frozen=True, kw_only=True):
    """A ratio of two sums over a window of whole local days before today.

    window: [30, 1] is from 30 days ago to yesterday, both counted. weight: inside its dimension.
    curve: (value, points) pairs, straight lines between, flat outside. missing: what a source would
    have to bring, in words, where there is no denominator. approximate: the sums to fall back on.
    slices: the columns by which it can be split.
    """

    id: str
    dimension: str
    name: Words
    short: Words
    unit: Unit
    better: Better
    window: tuple[int, int]
    certainty: Certainty
    source: str
    missing: Words
    weight: float
    curve: tuple[tuple[float, float], ...]
    curve_certainty: Certainty = "default"
    curve_source: str = ""
    approximate: Sums | None = None
    slices: tuple[str, ...] = ()


class Rate(Sums, frozen=True, kw_only=True):
    """A rate of today or of this week, with its count, on which a line stands. Not scored.

    window: [0, 0] is today, so far; [6, 0] the last seven days with today.
    ahead: the `clock` whose open exposures due inside the window may still add to the numerator.
    """

    id: str
    name: Words
    unit: Unit = "ratio"
    window: tuple[int, int]
    certainty: Certainty
    source: str
    missing: Words
    ahead: str | None = None


class Dimension(Strict, frozen=True, kw_only=True):
    id: str
    name: Words
    short: Words
    weight: float
    weight_certainty: Certainty
    floor: float
    ceiling: float


class Total(Strict, frozen=True, kw_only=True):
    floor: float
    ceiling: float
    decimals: int  # of the printed figure


class Stage(Strict, frozen=True, kw_only=True):
    """A shop with fewer than `below` valid paid orders in `days` is in the growth stage and has `score`,
    or `score_bad` after one of the `bad_events`."""

    below: int
    days: int
    orders_from: str
    orders_day: str
    orders_where: str
    score: float
    score_bad: float
    bad_events: tuple[str, ...]
    certainty: Certainty
    source: str


class Part(Strict, frozen=True, kw_only=True):
    """One condition of a line. on: `total`, a dimension or a rate. measure: `today`, `mean` over `days`,
    `streak` of days, `rate` or `count` of a rate. at: the line; below it an unlock is lost; at it or
    above a stop strikes. warn_at: where an alert starts. by_category: other figures for a category."""

    on: str
    measure: Literal["today", "mean", "streak", "rate", "count"]
    at: float
    days: int | None = None
    warn_at: float | None = None
    by_category: dict[str, float] = {}


class Line(Strict, frozen=True, kw_only=True):
    """Conditions that unlock something while all hold, or that stop something once all are reached."""

    id: str
    kind: Literal["unlock", "stop"]
    name: Words
    effect: Words
    parts: tuple[Part, ...]
    alert: bool = False
    certainty: Certainty
    source: str


class Pay(Strict, frozen=True, kw_only=True):
    """Compensation once `after_hours` past the deadline: a share of the order, in yuan between `least`
    and `most`. promise_hours: only for orders promised within (more than, at most) so many hours."""

    after_hours: float
    share: float
    least: float
    most: float
    promise_hours: tuple[float, float] | None = None
    what: Words


class Clock(Strict, frozen=True, kw_only=True):
    """A deadline on one thing, or a duration that goes into a mean, or both.

    where: which rows are now open (SQL over the masked table). started: the moment it began.
    due: the moment it must be done (SQL), or null: a mean alone. lengthens: the indicator whose mean an
    hour more lengthens. paused: [from, to] of the day in which the mean's hours start only at `to`.
    """

    id: str
    name: Words
    stage: Words  # what the order list shows: 待发货, 待揽收 …
    from_: str = msgspec.field(name="from")
    subject: str  # the column that names the thing: order_id, parcel_id …
    where: str
    started: str
    due: str | None = None
    lengthens: str | None = None
    paused: tuple[str, str] | None = None
    unit: Literal["hours", "seconds"] = "hours"
    acts: Literal["pickup", "now"] = "now"  # when acting can take effect: at a carrier's pickup, or at once
    pays: tuple[Pay, ...] = ()
    certainty: Certainty
    source: str


class Bonus(Strict, frozen=True, kw_only=True):
    """Points added while a condition holds; known only from the marketplace or the configuration."""

    id: str
    name: Words
    condition: Words
    points: float
    cap: float
    days: int
    given: Literal["flag", "share"]
    at: float | None = None  # the share from which it is given
    certainty: Certainty
    source: str


class Deduction(Strict, frozen=True, kw_only=True):
    id: str
    name: Words
    points: float  # each, below 0
    cap: float  # in `days`, below 0
    days: int
    certainty: Certainty
    source: str


class StarBand(Strict, frozen=True, kw_only=True):
    """Consumer stars: from `from_score` on, `stars` plus `step` for each `every` points (rounded up)."""

    from_score: int
    stars: float
    step: float
    every: int


class Scorecard(Strict, frozen=True, kw_only=True):
    id: str
    version: datetime.date
    name: Words
    score_name: Words
    total: Total
    indicator_points: bool  # whether this version gives an indicator a score of its own
    thin_below: int
    page_by: str  # local time from which the day's official score is expected
    sources: tuple[str, ...]
    notes: tuple[Words, ...] = ()
    stage: Stage | None = None
    dimension: tuple[Dimension, ...]
    indicator: tuple[Indicator, ...]
    rate: tuple[Rate, ...] = ()
    line: tuple[Line, ...] = ()
    clock: tuple[Clock, ...] = ()
    bonus: tuple[Bonus, ...] = ()
    deduction: tuple[Deduction, ...] = ()
    stars: tuple[StarBand, ...] = ()

    @property
    def key(self) -> str:
        """What a board and a configuration call it: `douyin@2026-09-08`."""
        return f"{self.id}@{self.version.isoformat()}"
