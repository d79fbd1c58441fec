"""A scorecard as facts in words: what `rules show` prints, and what `rules diff` lays side by side."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import NamedTuple

import msgspec

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.reports.conditions import Conditions
from shopwatch.scoring.scorecard import (
    Bonus,
    Citation,
    Clock,
    Deduction,
    Dimension,
    Indicator,
    Line,
    Pay,
    Rate,
    Scorecard,
    SmallSample,
    Sums,
    WeightSet,
    cited,
)

COLON = re.compile(r": |:")  # after it, a source has the rule's own words
WITHOUT_END = 100_000  # hours: how a scorecard writes that there is no upper bound


class Fact(NamedTuple):
    """One thing that a rule says.

    key: what tells it from another version's; its text where there is none. certain, source: what stands
    behind it. compared: False of what is no part of the rule, such as the date of its text.
    """

    label: str
    text: str
    certain: str = ""
    source: str = ""
    key: Hashable = None
    compared: bool = True

    @property
    def told_by(self) -> Hashable:
        return self.text if self.key is None else self.key

    @property
    def aside(self) -> str:
        return "; ".join(part for part in (self.certain, self.source) if part)


class Item(NamedTuple):
    """One thing that a scorecard has, by the id that it has in every version."""

    id: str
    name: str
    facts: tuple[Fact, ...]


class Section(NamedTuple):
    title: str
    items: tuple[Item, ...]


def sections(card: Scorecard, language: str, _: Translate) -> tuple[Section, ...]:
    """Return all that a scorecard says but its notes, in the order in which it is read."""
    return tuple(section for section in _Facts(card, language, _).sections() if section.items)


def certainty(name: str, _: Translate) -> str:
    """Return how certain a fact is, in a word or two."""
    return {
        "official": _("by the rule"),
        "observed": _("observed"),
        "reading": _("our reading"),
        "default": _("our default"),
        "house": _("a model of our own"),
    }[name]


class _Facts:
    def __init__(self, card: Scorecard, language: str, _: Translate) -> None:
        self.card, self.language, self.translate = card, language, _
        self.conditions = Conditions(card, language, _)

    def sections(self) -> Iterator[Section]:
        _ = self.translate
        card = self.card
        yield Section(_("Total"), tuple(self._total()))
        yield Section(_("Dimensions"), tuple(self._dimension(dimension) for dimension in card.dimension))
        yield Section(_("Indicators"), tuple(self._indicator(rule) for rule in card.indicator))
        yield Section(_("Weights by industry"), tuple(map(self._weight_set, card.weights)))
        yield Section(_("Lines"), tuple(self._line(line) for line in card.line))
        yield Section(_("Rates of the day and the week"), tuple(self._rate(rate) for rate in card.rate))
        yield Section(_("Deadlines and waiting"), tuple(self._clock(clock) for clock in card.clock))
        yield Section(_("Bonuses"), tuple(self._bonus(bonus) for bonus in card.bonus))
        yield Section(_("Deductions"), tuple(self._deduction(item) for item in card.deduction))
        yield Section(_("What consumers see"), tuple(self._stars()))
        yield Section(_("Days left out"), tuple(self._exclusions()))
        yield Section(_("Assessment"), tuple(self._assessment()))

    def _certain(self, name: str) -> str:
        return certainty(name, self.translate)

    def _cited(self, citation: Citation) -> str:
        return cited(citation, self.language)

    def _weight(self, weight: float | None, certain: str) -> Fact:
        _ = self.translate
        if weight is None:
            return Fact(_("weight"), _("not published"))
        return Fact(_("weight"), formats.percent(weight, 1), self._certain(certain))

    # ------------------------------------------------------------ the score

    def _total(self) -> Iterator[Item]:
        _ = self.translate
        total, stage = self.card.total, self.card.stage
        kinds = {
            "weighted": _("the dimensions by their weights"),
            "given": _("the marketplace's alone"),
            "level": _("how many levels hold"),
            "none": _("there is no total"),
        }
        facts = [Fact(_("made of"), kinds[total.kind])]
        if total.kind in ("weighted", "given"):
            facts.append(self._scale(total.floor, total.ceiling))
        yield Item("total", self.card.score_name.of(self.language), tuple(facts))
        if stage is None:
            return
        below = _("under {below} valid paid orders in {days} days").format(below=stage.below, days=stage.days)
        score = _("no score") if stage.score is None else f"{stage.score:g}"
        rows = [
            Fact(_("applies"), below, self._certain(stage.certainty), self._cited(stage.source)),
            Fact(_("score"), score),
        ]
        if stage.score_bad is not None:
            names = {item.id: item.name.of(self.language) for item in self.card.deduction}
            after = ", ".join(names[event] for event in stage.bad_events)
            rows.append(Fact(_("after a violation"), f"{stage.score_bad:g} ({after})"))
        yield Item("stage", _("Growth stage"), tuple(rows))

    def _scale(self, floor: float, ceiling: float) -> Fact:
        _ = self.translate
        return Fact(_("scale"), _("{floor} to {ceiling}").format(floor=f"{floor:g}", ceiling=f"{ceiling:g}"))

    def _dimension(self, dimension: Dimension) -> Item:
        scale = self._scale(dimension.floor, dimension.ceiling)
        _ = self.translate
        if self.card.total.kind in ("none", "level"):
            facts: tuple[Fact, ...] = (Fact(_("weight"), _("not scored")),)
        elif dimension.apart:
            facts = (Fact(_("weight"), _("no part of the total")), scale)
        else:
            facts = (self._weight(dimension.weight, dimension.weight_certainty), scale)
        return Item(dimension.id, dimension.name.of(self.language), facts)

    def _indicator(self, rule: Indicator) -> Item:
        _ = self.translate
        dimension = next(d.short.of(self.language) for d in self.card.dimension if d.id == rule.dimension)
        better = _("lower is better") if rule.better == "lower" else _("higher is better")
        first, last = rule.window
        facts = [
            Fact(_("dimension"), dimension),
            self._definition(rule, rule.certainty, rule.source),
            Fact(_("direction"), better),
            Fact(_("window"), _("from {first} to {last} days ago").format(first=first, last=last)),
        ]
        if rule.only is not None:
            facts.append(Fact(_("only for"), rule.only.of(self.language)))
        if rule.retired:
            return Item(
                rule.id, rule.name.of(self.language), (*facts, Fact(_("weight"), _("not scored any more")))
            )
        if self.card.total.kind in ("weighted", "given"):
            facts.append(self._weight(rule.weight, rule.weight_certainty))
        if self.card.total.kind != "level":  # its steps ask for values
            facts.append(self._points(rule))
        if rule.small_sample is not None:
            facts.append(self._small_sample(rule.small_sample))
        return Item(rule.id, rule.name.of(self.language), tuple(facts))

    def _points(self, rule: Indicator) -> Fact:
        _ = self.translate
        if not rule.counted and rule.scoring == "mean":
            return Fact(_("points"), _("the owner's own mark"))
        if rule.scoring == "given":
            return Fact(_("points"), _("given by the marketplace; how, isn't published"))
        if rule.scoring == "threshold":
            return Fact(_("points"), _("1 once {target} is met").format(target=self.conditions.target(rule)))
        if not rule.curve:
            kinds = {
                "rank": _("by its place among peers; how, isn't published"),
                "mean": _("the value itself"),
                "tier": _("by tiers; their lines aren't published"),
            }
            return Fact(_("points"), kinds.get(rule.scoring, _("not published")))
        certain = self._certain(rule.curve_certainty)
        key = (rule.scoring, rule.curve)
        return Fact(_("points"), self.conditions.curve(rule), certain, self._cited(rule.curve_source), key)

    def _small_sample(self, rule: SmallSample) -> Fact:
        _ = self.translate
        words = _("at least {points} while {conditions}").format(
            points=f"{rule.points:g}", conditions=self.conditions.small_sample(rule)
        )
        if not rule.on:
            words += _(" · unclear whether still in force, so not counted")
        return Fact(_("small sample"), words, self._certain(rule.certainty), self._cited(rule.source))

    def _weight_set(self, weights: WeightSet) -> Item:
        shown = " · ".join(f"{self.conditions.name(name)} {share:g}" for name, share in weights.of.items())
        name = " · ".join(part for part in (weights.industry, weights.shop_type) if part)
        _ = self.translate
        fact = Fact(_("weights"), shown, self._certain(weights.certainty), self._cited(weights.source))
        return Item(name, name, (fact,))

    # ------------------------------------------------------------ what stands on it

    def _line(self, line: Line) -> Item:
        _ = self.translate
        facts = [
            Fact(
                _("line"), self.conditions.line(line), self._certain(line.certainty), self._cited(line.source)
            ),
            Fact(_("effect"), line.effect.of(self.language)),
        ]
        whom = [*line.categories, *line.shop_types]
        if whom:
            facts.append(Fact(_("only for"), ", ".join(whom)))
        if line.since is not None:
            facts.append(Fact(_("since"), line.since.isoformat(), compared=False))
        if line.alert:
            facts.append(Fact(_("alert"), _("alert line")))
        if line.replaced_by is not None:
            facts.append(Fact(_("now instead"), line.replaced_by.of(self.language)))
        return Item(line.id, line.name.of(self.language), tuple(facts))

    def _rate(self, rate: Rate) -> Item:
        fact = self._definition(rate, rate.certainty, rate.source)
        return Item(rate.id, rate.name.of(self.language), (fact,))

    def _definition(self, rule: Sums, certain: str, source: Citation) -> Fact:
        """The rule's own words, which a source may end with."""
        _ = self.translate
        where, *words = COLON.split(self._cited(source), 1)
        key = _counted(rule)
        if not words:
            return Fact(_("definition"), where, self._certain(certain), key=key)
        return Fact(_("definition"), words[0], self._certain(certain), where, key)

    def _clock(self, clock: Clock) -> Item:
        _ = self.translate
        facts = [
            Fact(
                _("definition"),
                self._cited(clock.source),
                self._certain(clock.certainty),
                key=(clock.from_, clock.where, clock.started, clock.due, clock.trail),
            )
        ]
        if clock.lengthens is not None:
            facts.append(Fact(_("lengthens"), self.conditions.name(clock.lengthens)))
        if clock.decides is not None:
            facts.append(Fact(_("decides"), self.conditions.name(clock.decides)))
        if clock.paused is not None:
            words = _("begun from {first} to {last}, its hours count from {last}")
            facts.append(Fact(_("night"), words.format(first=clock.paused[0], last=clock.paused[1])))
        if clock.pays:
            facts.append(Fact(_("compensation"), "; ".join(map(self._pay, clock.pays))))
        if clock.note is not None:
            facts.append(Fact(_("note"), clock.note.of(self.language)))
        return Item(clock.id, clock.name.of(self.language), tuple(facts))

    def _pay(self, pay: Pay) -> str:
        _ = self.translate
        words = (
            _("{what}: {hours} h past the deadline {share} of the order, ¥{least} to ¥{most}")
            if pay.after_hours >= 0
            else _("{what}: from {hours} h before the deadline {share} of the order, ¥{least} to ¥{most}")
        )
        words = words.format(
            what=pay.what.of(self.language),
            hours=f"{abs(pay.after_hours):g}",
            share=formats.percent(pay.share, 0),
            least=f"{pay.least:g}",
            most=f"{pay.most:g}",
        )
        if pay.promise_hours is None:
            return words
        low, high = pay.promise_hours
        if high >= WITHOUT_END:
            return words + _(" (promised beyond {low} h)").format(low=f"{low:g}")
        return words + _(" (promised within {low} to {high} h)").format(low=f"{low:g}", high=f"{high:g}")

    def _bonus(self, bonus: Bonus) -> Item:
        _ = self.translate
        points = _("not published") if bonus.points is None else f"+{bonus.points:g}"
        if bonus.dimension is not None:
            points = _("{points} to {dimension}").format(
                points=points, dimension=self.conditions.name(bonus.dimension)
            )
        if not bonus.on:
            points += _(" · unclear whether still in force, so not counted")
        facts = (
            Fact(_("points"), points, self._certain(bonus.certainty), self._cited(bonus.source)),
            Fact(_("condition"), bonus.condition.of(self.language)),
        )
        return Item(bonus.id, bonus.name.of(self.language), facts)

    def _deduction(self, item: Deduction) -> Item:
        _ = self.translate
        points = _("not published") if item.points is None else f"{item.points:g}"
        if item.cap is not None:
            points += ", " + _("at most {cap} in {days} days").format(cap=f"{item.cap:g}", days=item.days)
        facts = [Fact(_("points"), points, self._certain(item.certainty), self._cited(item.source))]
        if item.until is not None:
            facts.append(Fact(_("until"), item.until.isoformat()))
        return Item(item.id, item.name.of(self.language), tuple(facts))

    def _stars(self) -> Iterator[Item]:
        _ = self.translate
        for band in sorted(self.card.stars, key=lambda band: -band.from_score):
            words = _("{stars}, and {step} more for every {every} points").format(
                stars=f"{band.stars:g}", step=f"{band.step:g}", every=band.every
            )
            shown = words if band.step else f"{band.stars:g}"
            name = _("from {score} on").format(score=band.from_score)
            yield Item(f"{band.from_score}", name, (Fact(_("stars"), shown),))

    def _exclusions(self) -> Iterator[Item]:
        _ = self.translate
        for one in self.card.exclusion:
            days = f"{one.first.isoformat()} – {one.last.isoformat()}"
            names = ", ".join(map(self.conditions.name, one.indicators))
            facts = [
                Fact(_("days"), days, self._certain(one.certainty), self._cited(one.source)),
                Fact(_("indicators"), names),
            ]
            if one.provinces:
                facts.append(Fact(_("provinces"), ", ".join(one.provinces)))
            if one.unless is not None:
                facts.append(Fact(_("kept in"), _("where `given` says {fact}").format(fact=one.unless)))
            yield Item(one.id, one.name.of(self.language), tuple(facts))

    def _assessment(self) -> Iterator[Item]:
        _ = self.translate
        one = self.card.assessment
        if one is None:
            return
        sales = _("in the trial year at months {months}; afterwards at month {month}").format(
            months=", ".join(map(str, one.trial_checks)), month=one.formal_check
        )
        idle = _("at most {trial} in the trial year, {formal} afterwards").format(
            trial=one.idle_trial, formal=one.idle_formal
        )
        failed = _("fewer than {n} failed in {months} months").format(
            n=one.failed_below, months=one.failed_within
        )
        facts = (
            Fact(
                _("month's end"),
                f"≥ {one.month_end_at:g}",
                self._certain(one.certainty),
                self._cited(one.source),
            ),
            Fact(_("failed months"), failed),
            Fact(_("sales"), sales),
            Fact(_("months without business"), idle),
            Fact(_("effect"), one.effect.of(self.language)),
        )
        yield Item("assessment", one.name.of(self.language), facts)


def _counted(rule: Sums) -> Hashable:
    """What an indicator or a rate counts: all that its sums are worked out by."""
    names = [field.name for field in msgspec.structs.fields(Sums)]
    names += [name for name in ("unit", "better", "sum") if hasattr(rule, name)]
    return tuple(str(getattr(rule, name)) for name in names)
