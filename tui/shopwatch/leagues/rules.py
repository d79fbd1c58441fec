"""What the league tables hold against the mean: `rules/leagues/default.toml`, whose keys are explained there."""

from __future__ import annotations

from importlib import resources
from typing import Literal

import msgspec
import tomli

from shopwatch.scoring.clauses import Strict, Words
from shopwatch.scoring.scorecard import Better, Indicator, Scorecard, Sums, Unit


class Column(Sums, frozen=True, kw_only=True):
    """One figure that the rows of a league are held against each other by."""

    id: str
    name: Words
    short: Words
    unit: Unit
    better: Better
    kind: Literal["sums", "orders", "stalls"] = "sums"
    like: tuple[str, ...] = ()
    only_like: bool = False
    window: tuple[int, int] = (30, 1)
    topics: tuple[str, ...] = ()
    due: str = ""

    def rules(self, scorecard: Scorecard) -> tuple[Indicator, ...]:
        """Return the sums that a column of kind `sums` may show, the first of which anything is known: the
        scorecard's, else its own."""
        if self.kind != "sums":
            return ()
        theirs = {
            one.id: one for one in scorecard.indicator if one.counted and not one.sum and not one.retired
        }
        found = tuple(theirs[name] for name in self.like if name in theirs)
        return found if self.only_like else (*found, self._as_indicator())

    def _as_indicator(self) -> Indicator:
        sums = {name: getattr(self, name) for name in Sums.__struct_fields__}
        return Indicator(
            **sums,
            id=f"league:{self.id}",
            dimension="",
            name=self.name,
            short=self.short,
            unit=self.unit,
            better=self.better,
            window=self.window,
            certainty="default",
            source="ours",
            missing=self.name,
        )


class Advice(Strict, frozen=True, kw_only=True):
    worse: int
    words: Words


class League(Strict, frozen=True, kw_only=True):
    id: str
    by: str
    name: Words
    column: tuple[Column, ...]
    advice: tuple[Advice, ...] = ()

    def advised(self, worse: int) -> Words | None:
        """Return what to do about a row that is worse in so many columns."""
        fits = [one for one in self.advice if one.worse <= worse]
        return max(fits, key=lambda one: one.worse).words if fits else None


class LeagueRules(Strict, frozen=True, kw_only=True):
    enough: int
    league: tuple[League, ...]

    def of(self, league: str) -> League | None:
        return next((one for one in self.league if one.id == league), None)


def load(enough: int | None = None) -> LeagueRules:
    """Read the leagues that are shipped. enough: from how many cases a row is judged, instead of as many as they say."""
    file = resources.files("shopwatch") / "rules" / "leagues" / "default.toml"
    rules = msgspec.convert(tomli.loads(file.read_text("utf-8")), LeagueRules)
    return rules if enough is None else msgspec.structs.replace(rules, enough=enough)


def longest(rules: LeagueRules) -> int:
    """Return the days that the longest window reaches back."""
    return max(column.window[0] for league in rules.league for column in league.column)
