"""The scorecards in words, each fact with how certain it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.scoring.scorecard import Clock, Indicator, Line, Part, Rate, Scorecard


def listing(cards: Mapping[str, Scorecard], today: datetime.date, language: str, _: Translate) -> str:
    """Return a line a scorecard; `*` marks the versions in force today."""
    lines = []
    for key, card in sorted(cards.items()):
        latest = max(
            (c.version for c in cards.values() if c.id == card.id and c.version <= today), default=None
        )
        mark = "*" if card.version == latest else " "
        words = _("{n} indicators").format(n=len(card.indicator))
        lines.append(f"{mark} {key}  {card.name.of(language)} · {card.score_name.of(language)} · {words}")
    return "\n".join([*lines, "", _("* in force today")])


def shown(card: Scorecard, language: str, _: Translate) -> str:
    """Return the whole scorecard for an operator to read."""
    return "\n".join(_Sheet(card, language, _).lines())


class _Sheet:
    """One scorecard, section by section."""

    def __init__(self, card: Scorecard, language: str, _: Translate) -> None:
        self.card = card
        self.language = language
        self.translate = _

    def lines(self) -> Iterator[str]:
        _ = self.translate
        card = self.card
        yield f"{card.name.of(self.language)} · {card.score_name.of(self.language)} · {card.key}"
        yield _("In force from {day}. Total from {floor} to {ceiling}.").format(
            day=card.version.isoformat(), floor=f"{card.total.floor:g}", ceiling=f"{card.total.ceiling:g}"
        )
        yield from self._certainties()
        yield from self._stage()
        for dimension in card.dimension:
            yield ""
            weight = formats.percent(dimension.weight, 1)
            mark = self._certainty(dimension.weight_certainty)
            words = _("{name}: weight {weight} ({certainty}), from {floor} to {ceiling}")
            yield "## " + words.format(
                name=dimension.name.of(self.language),
                weight=weight,
                certainty=mark,
                floor=f"{dimension.floor:g}",
                ceiling=f"{dimension.ceiling:g}",
            )
            for indicator in card.indicator:
                if indicator.dimension == dimension.id:
                    yield from self._indicator(indicator)
        yield from self._titled(_("Lines"), [row for line in card.line for row in self._line(line)])
        yield from self._titled(_("Rates of the day and the week"), [self._rate(rate) for rate in card.rate])
        yield from self._titled(
            _("Deadlines and waiting"), [row for c in card.clock for row in self._clock(c)]
        )
        yield from self._titled(_("Bonuses"), list(self._bonuses()))
        yield from self._titled(_("Deductions"), list(self._deductions()))
        yield from self._titled(_("Notes"), [f"- {note.of(self.language)}" for note in card.notes])
        yield from self._titled(_("References"), [f"- {source}" for source in card.sources])

    def _certainties(self) -> Iterator[str]:
        _ = self.translate
        yield ""
        yield _("How certain each fact is:")
        for name, words in (
            ("official", _("the rule's own text")),
            ("observed", _("seen on a page of the marketplace")),
            ("reading", _("our reading of an unclear text")),
            ("default", _("not published: our stand-in, which your configuration overrides")),
        ):
            yield f"- {self._certainty(name)}: {words}"

    def _certainty(self, name: str) -> str:
        _ = self.translate
        return {
            "official": _("by the rule"),
            "observed": _("observed"),
            "reading": _("our reading"),
            "default": _("our default"),
        }[name]

    def _stage(self) -> Iterator[str]:
        if not (stage := self.card.stage):
            return
        _ = self.translate
        yield ""
        words = _(
            "Growth stage: under {below} valid paid orders in {days} days the score is {score}, "
            "{bad} after a serious violation"
        )
        text = words.format(
            below=stage.below, days=stage.days, score=f"{stage.score:g}", bad=f"{stage.score_bad:g}"
        )
        yield f"{text} ({self._certainty(stage.certainty)}; {stage.source})"

    def _indicator(self, indicator: Indicator) -> Iterator[str]:
        _ = self.translate
        yield ""
        yield f"### {indicator.name.of(self.language)} ({indicator.id})"
        better = _("lower is better") if indicator.better == "lower" else _("higher is better")
        first, last = indicator.window
        days = _("from {first} to {last} days ago").format(first=first, last=last)
        yield f"- {better} · {days} · {self._certainty(indicator.certainty)}: {indicator.source}"
        share = _("weight in its dimension {weight} ({certainty})")
        yield "- " + share.format(
            weight=formats.percent(indicator.weight, 1), certainty=self._certainty("default")
        )
        points = ", ".join(f"{_exact(value, indicator.unit)} → {score:g}" for value, score in indicator.curve)
        curve = _("points ({certainty}): {points}")
        yield "- " + curve.format(certainty=self._certainty(indicator.curve_certainty), points=points)
        if indicator.curve_source:
            yield f"  {indicator.curve_source}"

    def _line(self, line: Line) -> Iterator[str]:
        _ = self.translate
        joined = _(" and ").join(self._part(part) for part in line.parts)
        alert = _(" · alert line") if line.alert else ""
        yield f"- {line.name.of(self.language)}: {joined}{alert}"
        yield f"  {line.effect.of(self.language)} ({self._certainty(line.certainty)}; {line.source})"

    def _part(self, part: Part) -> str:
        _ = self.translate
        at = formats.percent(part.at, 0) if part.measure == "rate" else f"{part.at:g}"
        measure = {
            "today": _("today"),
            "mean": _("mean of {days} days").format(days=part.days),
            "streak": _("{days} days running").format(days=part.days),
            "rate": _("share"),
            "count": _("count"),
        }[part.measure]
        others = ", ".join(f"{category} {at:g}" for category, at in part.by_category.items())
        return f"{self._name(part.on)} {measure} ≥ {at}" + (f" ({others})" if others else "")

    def _name(self, on: str) -> str:
        named = {part.id: part.name for part in self.card.rate} | {
            part.id: part.short for part in self.card.dimension
        }
        return named[on].of(self.language) if on in named else self.card.score_name.of(self.language)

    def _rate(self, rate: Rate) -> str:
        certainty = self._certainty(rate.certainty)
        return f"- {rate.name.of(self.language)} ({certainty}; {rate.source})"

    def _clock(self, clock: Clock) -> Iterator[str]:
        _ = self.translate
        night = ""
        if clock.paused:
            words = _(" · begun from {first} to {last}, its hours count from {last}")
            night = words.format(first=clock.paused[0], last=clock.paused[1])
        yield f"- {clock.name.of(self.language)}{night} ({self._certainty(clock.certainty)}; {clock.source})"
        for pay in clock.pays:
            words = _("{what}: {hours} h past the deadline {share} of the order, ¥{least} to ¥{most}")
            yield (
                "  "
                + words.format(
                    what=pay.what.of(self.language),
                    hours=f"{pay.after_hours:g}",
                    share=formats.percent(pay.share, 0),
                    least=f"{pay.least:g}",
                    most=f"{pay.most:g}",
                )
                + self._promised(pay.promise_hours)
            )

    def _promised(self, hours: tuple[float, float] | None) -> str:
        if hours is None:
            return ""
        _ = self.translate
        low, high = hours
        if high >= 100_000:
            return _(" (promised beyond {low} h)").format(low=f"{low:g}")
        return _(" (promised within {low} to {high} h)").format(low=f"{low:g}", high=f"{high:g}")

    def _bonuses(self) -> Iterator[str]:
        for bonus in self.card.bonus:
            name, condition = bonus.name.of(self.language), bonus.condition.of(self.language)
            certainty = self._certainty(bonus.certainty)
            yield f"- +{bonus.points:g} {name} ({bonus.id}): {condition} ({certainty}; {bonus.source})"

    def _deductions(self) -> Iterator[str]:
        _ = self.translate
        for item in self.card.deduction:
            most = _("at most {cap} in {days} days").format(cap=f"{item.cap:g}", days=item.days)
            name, certainty = item.name.of(self.language), self._certainty(item.certainty)
            yield f"- {item.points:g} {name} ({item.id}), {most} ({certainty}; {item.source})"

    def _titled(self, title: str, rows: list[str]) -> Iterator[str]:
        if rows:
            yield from ("", f"## {title}", *rows)


def _exact(value: float, unit: str) -> str:
    """A point of a curve as the file has it, not rounded as a reading is."""
    marks = {"hours": "h", "seconds": "s", "ratio": "%", "stars": ""}
    return f"{value * 100 if unit == 'ratio' else value:g}{marks[unit]}"
