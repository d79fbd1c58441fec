"""The schema of `rules/playbooks/*.toml`: one file a guide, each action in both languages."""

from __future__ import annotations

from typing import Literal

import msgspec

from shopwatch.scoring.scorecard import Strict, Words

Cadence = Literal["shift", "daily", "weekly", "fortnightly", "monthly", "once", "campaign"]
Gain = Literal["batch", "bonus", "best", "rescue", "none"]

FIGURES = frozenset(
    {
        "n", "name", "value", "was", "change", "gain", "points", "share", "at", "lacking", "cause", "line",
        "distance", "due", "late", "rate", "forecast", "rescue", "limit", "soonest", "short", "product",
        "days_left", "oversold", "whose",
    }
)  # fmt: skip
"""What an evidence template may name: n, the named things; name, value, was (7 days ago), change of the
indicator moved; gain; points, share, at, lacking of a bonus; cause; line, distance; due, late, rate, forecast,
rescue, limit of a daily rate; soonest, the least time left; short, how many products run out, product and
days_left of the first, oversold, units of orders that wait for what is gone; whose, the product that a daily
rate is of. A clause whose figure isn't known, or that speaks of 0 things, is left out."""


class Steps(Strict, frozen=True):
    """What to do, in order, in both languages."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def of(self, language: str) -> tuple[str, ...]:
        return self.zh if language.startswith("zh") else self.en


class Select(Strict, frozen=True, kw_only=True):
    """Which open things an action names: all conditions that are given.

    running: whether their hours count now (false: they start later). rested: begun in the clock's pause and
    running since its end. late: past the deadline. due_within_hours, older_seconds: time left, time since
    they began. in_cause: part of a cluster that stands out. proved: false for 已发货·揽收未知.
    """

    clocks: tuple[str, ...]
    running: bool | None = None
    rested: bool | None = None
    late: bool | None = None
    due_within_hours: float | None = None
    older_seconds: int | None = None
    in_cause: bool = False
    proved: bool = True


class Trigger(Strict, frozen=True, kw_only=True, tag_field="kind"):
    """One reason to show an action."""


class Always(Trigger, frozen=True, tag="always"):
    """A habit."""


class OnOrders(Trigger, frozen=True, tag="orders"):
    """At least so many open things are selected."""

    at_least: int = 1


class OnIndicator(Trigger, frozen=True, tag="indicator"):
    """The indicator is worse than a value, worse than 7 days ago, under so many points, or has no data."""

    id: str
    worse_than: float | None = None
    worse_than_week: bool = False
    points_below: float | None = None
    unavailable: bool = False


class OnCause(Trigger, frozen=True, tag="cause"):
    """Something in common stands out, on one of these clocks or on any."""

    clocks: tuple[str, ...] = ()


class OnBonus(Trigger, frozen=True, tag="bonus"):
    """The action's bonus is not held, or nobody knows."""

    states: tuple[Literal["missing", "unknown"], ...] = ("missing", "unknown")


class OnLine(Trigger, frozen=True, tag="line"):
    """A line is near or crossed: this one, or any whose tightest part is this."""

    id: str | None = None
    on: str | None = None


class OnRate(Trigger, frozen=True, tag="rate"):
    """A daily rate that stops a shop nears its limit."""

    id: str


class OnStock(Trigger, frozen=True, tag="stock"):
    """The stock of a product lasts for less than so many days."""

    under_days: float


When = Always | OnOrders | OnIndicator | OnCause | OnBonus | OnLine | OnRate | OnStock


class Wording(Strict, frozen=True, kw_only=True):
    """What an action says on one marketplace instead: its rules, its names, its figures."""

    title: Words | None = None
    steps: Steps | None = None
    evidence: Words | None = None
    done_when: Words | None = None
    side: Words | None = None
    source: Words | None = None


class Action(Strict, frozen=True, kw_only=True):
    """One thing to do.

    dimension: the scorecard's, or `total`. when: any of these shows it; hours: only then, by local time.
    select: the open things that it names. moves: the indicators that it moves; the first that the scorecard
    has counts. gain: `batch` (the named things done at the next chance instead of the one after), `bonus`
    (its exact points), `best` (the indicator back at the shop's own best fortnight), `rescue` (no
    points, but a limit), `none`. effort: minutes. done_when: what shows that it was done. side: what else
    it does. source: the document and its section, or the rule, as a person would name it. What is said here is
    true wherever it is shown; what only one marketplace's rules say is in its `words`.
    """

    id: str
    title: Words
    dimension: str
    when: tuple[When, ...]
    hours: tuple[str, str] | None = None
    select: Select | None = None
    moves: tuple[str, ...] = ()
    gain: Gain = "none"
    bonus: str | None = None
    rate: str | None = None
    steps: Steps
    cadence: Cadence
    effort: int
    evidence: Words
    done_when: Words
    side: Words | None = None
    source: Words
    marketplaces: tuple[str, ...] = ()
    words: dict[str, Wording] = msgspec.field(default_factory=dict)

    def on(self, marketplace: str) -> Action:
        """Return the action as it is said on a marketplace."""
        said = self.words.get(marketplace)
        if said is None:
            return self
        return msgspec.structs.replace(
            self, **{name: value for name, value in msgspec.structs.asdict(said).items() if value is not None}
        )


class Playbook(Strict, frozen=True, kw_only=True):
    """One guide. about: what it is, how old, and what of it no longer holds. marketplaces: all if none."""

    id: str
    title: Words
    about: Words
    action: tuple[Action, ...] = ()
    marketplaces: tuple[str, ...] = ()
