"""The scorecard: one version of one marketplace's rules, as data.

The structs here are the schema of `rules/scorecards/*.toml`. What a marketplace doesn't publish is
marked `default` in the file and makes every score that rests on it an estimate.
"""

import datetime
from typing import Literal

import msgspec

from shopwatch.scoring.clauses import (
    Assessment,
    Bonus,
    Certainty,
    Citation,
    Clock,
    Deduction,
    Exclusion,
    Line,
    Obsolete,
    Part,
    Pay,
    StarBand,
    Strict,
    Trail,
    WeightSet,
    Words,
    cited,
)

__all__ = [
    "Assessment",
    "Better",
    "Bonus",
    "Certainty",
    "Citation",
    "Clock",
    "Deduction",
    "Dimension",
    "Exclusion",
    "Indicator",
    "Line",
    "Obsolete",
    "Part",
    "Pay",
    "Rate",
    "Scorecard",
    "Scoring",
    "SmallSample",
    "Stage",
    "StarBand",
    "Strict",
    "Sums",
    "Total",
    "Trail",
    "Unit",
    "WeightSet",
    "Words",
    "cited",
]

Unit = Literal["hours", "days", "seconds", "ratio", "stars", "points", "count", "yuan", "rank", "yes"]
"""rank: the share of peers that are behind, 0 to 1. yes: 1 or 0. points: a figure on the score's own scale."""

Better = Literal["lower", "higher"]

Scoring = Literal["curve", "tier", "rank", "threshold", "mean", "given"]
"""How a value becomes points. curve: straight lines between its pairs. tier: steps, the points of the best
line that is reached. rank: the marketplace's place among peers, by a curve where one is known. threshold: 1
where the target is met, else 0. mean: the value itself. given: the marketplace alone knows the points."""


class Sums(Strict, frozen=True, kw_only=True):
    """Two sums over the rows of a table, by the local day of `day`. SQL, in DuckDB's dialect, over the
    masked table: columns of the record and its facts, CASE, FILTER, and the macros `paused`, `hours`,
    `time_of_day`, `as_of`.

    where: which rows count (the population). numerator, denominator: summed over them; with
    numerator_where, the numerator only over those of them.
    known: the moment at which a row's numerator became known, where later than `day`.
    row_known: the same for the whole row (numerator and denominator).
    denominator_from, denominator_day, denominator_where: where the denominator has its own table.
    from and day are empty where nothing is counted here: the figure is the marketplace's own.
    """

    from_: str = msgspec.field(name="from", default="")
    day: str = ""
    where: str = "TRUE"
    numerator: str = "1"
    numerator_where: str | None = None
    denominator: str = "1"
    known: str | None = None
    row_known: str | None = None
    denominator_from: str | None = None
    denominator_day: str | None = None
    denominator_where: str | None = None


class SmallSample(Strict, frozen=True, kw_only=True):
    """The points that an indicator has at least while there is too little to judge it by.

    orders_below: fewer valid orders in the window than this, by industry, group of industries or shop type
    (`other`: every other), the first that fits; empty: whatever the orders. bad: what is counted as bad, the
    indicator's `numerator` or `denominator`, or a rate's id; bad_at_most: not more than this of it. on: False
    where it isn't clear that it still holds.
    """

    points: float
    orders_below: tuple[tuple[str, int], ...] = ()
    bad: str = "numerator"
    bad_at_most: int
    on: bool = True
    certainty: Certainty
    source: Citation


class Indicator(Sums, frozen=True, kw_only=True):
    """A ratio of two sums over a window of whole local days before today, or a figure of the marketplace's own.

    sum: the value is the numerator alone, in so far as there is a denominator. window: [30, 1] is from 30
    days ago to yesterday, both counted. weight: inside its dimension; None where it isn't known. curve:
    (value, points) pairs; None where the points aren't known. target: of a threshold, the value that must be
    reached (`above`: passed). missing: what a source would have to bring, in words, where there is no
    denominator. approximate: the sums to fall back on; approximate_why: what these leave out, where it isn't
    that they are totals of a day. slices: the columns by which it can be split.
    only: in words, the shops that it is for, where not all. retired: still printed here and there, not scored.
    """

    id: str
    dimension: str
    name: Words
    short: Words
    unit: Unit
    better: Better
    scoring: Scoring = "curve"
    sum: bool = False
    window: tuple[int, int] = (30, 1)
    certainty: Certainty
    source: Citation
    missing: Words
    weight: float | None = None
    weight_certainty: Certainty = "default"
    curve: tuple[tuple[float, float], ...] | None = None
    curve_certainty: Certainty = "default"
    curve_source: Citation = ""
    target: float | None = None
    above: bool = False
    small_sample: SmallSample | None = None
    approximate: Sums | None = None
    approximate_why: Words | None = None
    slices: tuple[str, ...] = ()
    only: Words | None = None
    retired: bool = False

    @property
    def counted(self) -> bool:
        """Whether its sums are worked out from the records."""
        return bool(self.from_)


class Rate(Sums, frozen=True, kw_only=True):
    """A rate of today or of this week, with its count, on which a line stands. Not scored.

    window: [0, 0] is today, so far; [6, 0] the last seven days with today.
    ahead: the `clock` whose open exposures may still add to the numerator today, once they are `ahead_hours` past
    its deadline. each: the column of whose values each has the rate by itself; of a shop then stands the one that is
    nearest to its line.
    """

    id: str
    name: Words
    unit: Unit = "ratio"
    window: tuple[int, int]
    certainty: Certainty
    source: Citation
    missing: Words
    ahead: str | None = None
    ahead_hours: float = 0.0
    each: Literal["product_id"] | None = None


class Dimension(Strict, frozen=True, kw_only=True):
    """weight: its share of the total; None where it isn't known, or where there is no total. apart: it stands
    beside the total and is no part of it."""

    id: str
    name: Words
    short: Words
    weight: float | None = None
    weight_certainty: Certainty = "default"
    apart: bool = False
    floor: float
    ceiling: float


class Total(Strict, frozen=True, kw_only=True):
    """kind: `weighted`, the dimensions by their weights; `given`, the marketplace's alone; `level`, how many
    lines of kind level hold; `none`, there is no total. decimals: of the printed figure."""

    kind: Literal["weighted", "given", "level", "none"] = "weighted"
    floor: float
    ceiling: float
    decimals: int


class Stage(Strict, frozen=True, kw_only=True):
    """A shop with fewer than `below` valid paid orders in `days` is in the growth stage and has `score`,
    or `score_bad` after one of the `bad_events`; None: it has no score."""

    below: int
    days: int
    orders_from: str
    orders_day: str
    orders_where: str
    score: float | None = None
    score_bad: float | None = None
    bad_events: tuple[str, ...] = ()
    certainty: Certainty
    source: Citation


class Scorecard(Strict, frozen=True, kw_only=True):
    id: str
    version: datetime.date
    name: Words
    score_name: Words
    total: Total
    indicator_points: bool  # whether this version gives an indicator a score of its own
    thin_below: int
    page_by: str  # local time from which the day's official score is expected
    sources: tuple[Citation, ...]
    notes: tuple[Words, ...] = ()
    unpublished: Words | None = (
        None  # why no points are worked out here, where the marketplace keeps that to itself
    )
    obsolete: Obsolete | None = None
    house: bool = False  # no marketplace's: a model of this house or of the owner
    stage: Stage | None = None
    dimension: tuple[Dimension, ...]
    indicator: tuple[Indicator, ...]
    rate: tuple[Rate, ...] = ()
    line: tuple[Line, ...] = ()
    clock: tuple[Clock, ...] = ()
    bonus: tuple[Bonus, ...] = ()
    deduction: tuple[Deduction, ...] = ()
    stars: tuple[StarBand, ...] = ()
    weights: tuple[WeightSet, ...] = ()
    # industries that a small sample names together
    industry_groups: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    exclusion: tuple[Exclusion, ...] = ()
    assessment: Assessment | None = None

    @property
    def rates_of_samples(self) -> frozenset[str]:
        """What is counted as bad by a small sample that is in force: asked for over the whole trend."""
        samples = (indicator.small_sample for indicator in self.indicator)
        return frozenset(sample.bad for sample in samples if sample is not None and sample.on)

    @property
    def printed(self) -> bool:
        """Whether a marketplace prints a total, and its dimensions, of it."""
        return self.total.kind in ("weighted", "given") and not self.house

    @property
    def printed_dimensions(self) -> tuple[Dimension, ...]:
        return tuple(part for part in self.dimension if not part.apart) if self.printed else ()

    @property
    def key(self) -> str:
        """What a board and a configuration call it: `douyin@2026-09-08`."""
        return f"{self.id}@{self.version.isoformat()}"
