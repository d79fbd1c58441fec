"""How the state of a score is put into words: why it is so, where its lines stand, what is assumed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence

from shopwatch import formats
from shopwatch.board import Slice
from shopwatch.i18n import Translate
from shopwatch.scoring.ledger import GENERIC_BONUS, GENERIC_DEDUCTION
from shopwatch.scoring.lines import LineStanding, PartStanding
from shopwatch.scoring.rolloff import RollOff
from shopwatch.scoring.score import TOTAL, IndicatorScore, Scored
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.scoring.track import LEAST_COVERAGE
from shopwatch.scoring.windows import date_of

_WHOLE = 1 - 1e-9


class Labels:
    """A scorecard's names in one language, by id: looked up once, shown on every board."""

    def __init__(self, card: Scorecard, translate: Translate, language: str) -> None:
        """Look every name up."""
        _ = translate
        self.names: dict[str, str] = {}
        self.shorts: dict[str, str] = {}
        self.missing = {rate.id: rate.missing.of(language) for rate in card.rate}
        for dimension in card.dimension:
            self.names[dimension.id] = dimension.name.of(language)
            self.shorts[dimension.id] = dimension.short.of(language)
        for indicator in card.indicator:
            self.names[indicator.id] = indicator.name.of(language)
            self.shorts[indicator.id] = indicator.short.of(language)
            self.missing[indicator.id] = indicator.missing.of(language)
        self.lines = {line.id: (line.name.of(language), line.effect.of(language)) for line in card.line}
        self.parts = {
            TOTAL: _("total"),
            **{rule.id: rule.short.of(language) for rule in card.dimension},
            **{rule.id: rule.name.of(language) for rule in card.rate},
        }
        self.entries = {
            GENERIC_BONUS: _("bonus"),
            GENERIC_DEDUCTION: _("deduction"),
            **{item.id: item.name.of(language) for item in card.bonus},
            **{item.id: item.name.of(language) for item in card.deduction},
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Voice:
    """In which language, and by which clock, a board speaks."""

    translate: Translate
    language: str
    labels: Labels
    zone: datetime.tzinfo | None

    def listed(self, names: Iterable[str]) -> str:
        return ("、" if self.language.startswith("zh") else ", ").join(names)

    def moment(self, epoch: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(epoch, self.zone)

    def midnight(self, day: int) -> datetime.datetime:
        return datetime.datetime.combine(date_of(day), datetime.time(), self.zone)


def why_score(scored: Scored, voice: Voice) -> str | None:
    """Say what a score rests on, or why there is none; None where nothing is missing."""
    _ = voice.translate
    stage = scored.model.scorecard.stage
    if stage is not None and scored.stage == "growth":
        return _("growth stage: {n} valid orders in {days} days, a formal score from {below}").format(
            n=scored.readings.valid_orders, days=stage.days, below=stage.below
        )
    if scored.value is not None and scored.basis == "official":
        return _("as printed: the records can't tell what changed since")
    share = formats.percent(scored.coverage, 0)
    names = voice.listed(
        voice.labels.shorts[name]
        for name, indicator in scored.indicators.items()
        if indicator.state == "unavailable"
    )
    if scored.value is None:
        return _("no score: data for {share} of the weight, {least} needed; missing: {names}").format(
            share=share, least=formats.percent(LEAST_COVERAGE, 0), names=names
        )
    if scored.coverage < _WHOLE:
        return _("rests on {share} of the weight; missing: {names}").format(share=share, names=names)
    return _("no official score in the last 30 days") if scored.basis == "estimated" else None


def why_indicator(indicator: IndicatorScore, voice: Voice) -> str | None:
    """Say why an indicator's state isn't ok."""
    _ = voice.translate
    match indicator.reason:
        case "missing":
            return voice.labels.missing[indicator.plan.rule.id]
        case "official" if indicator.official is not None:
            at = voice.moment(indicator.official.published_at)
            return _("official figure of {time}").format(time=formats.clock_time(at))
        case "fallback":
            return _("worked out from daily totals")
        case "thin":
            return _("only {n} in the window").format(n=f"{indicator.sums.denominator:g}")
        case _:
            return None


def cause_of(slices: Sequence[Slice], translate: Translate) -> str | None:
    """Name the slice that moved an indicator most: 中通 -0.3分."""
    _ = translate
    moved = max(slices, key=lambda one: abs(one.delta_points), default=None)
    if moved is None:
        return None
    points = formats.points(moved.delta_points)
    return f"{moved.key} {_('{n} pts').format(n=points)}" if float(points) else None


def roll_off(rolled: RollOff, rule: Indicator, voice: Voice) -> str | None:
    """Say what leaves a window at midnight: 明天 12单偏慢出窗,平均揽收 -0.2h; None where it shows in no digit.

    What left for the better is named by its bad rows, for it is they that leave; else by all of them.
    """
    _, gone = voice.translate, rolled.leaving
    moved = formats.moved(rolled.change, rule.unit)
    if moved is None:
        return None
    words = _("tomorrow {rows} will leave the window: {name} {change}")
    rows = gone.rows
    if gone.worse and formats.meaning(rolled.change, rule.unit, rule.better) == "better":
        words, rows = _worse_words(rule, _), gone.worse
    return words.format(rows=_rows(rows, rule.from_, _), name=voice.labels.shorts[rule.id], change=moved)


def _worse_words(rule: Indicator, _: Translate) -> str:
    if rule.unit in ("hours", "days", "seconds"):
        return _("tomorrow {rows} slower than the mean will leave the window: {name} {change}")
    if rule.unit == "ratio" and rule.better == "higher":
        return _("tomorrow {rows} that missed it will leave the window: {name} {change}")
    return _("tomorrow {rows} dragging it down will leave the window: {name} {change}")


def _rows(n: int, table: str, _: Translate) -> str:
    """Return a count of what a table's rows are to a person."""
    if table == "reviews":
        return (_("{n} review") if n == 1 else _("{n} reviews")).format(n=n)
    if table == "chats":
        return (_("{n} chat") if n == 1 else _("{n} chats")).format(n=n)
    return formats.count(n, _)


def line_words(standing: LineStanding, voice: Voice) -> str | None:
    """Say where a line stands: 高出4.0 商品 · 还差1.0 · 28.75% / 限 30% · 至少救回 21 单."""
    tightest = standing.tightest
    if tightest is None:
        return _unknown_words(standing, voice)
    if standing.line.kind == "stop":
        return " · ".join(_stop_words(standing, tightest, voice))
    _ = voice.translate
    if tightest.part.measure == "streak":
        words = _("{n} of {days} days").format(n=f"{tightest.value:g}", days=tightest.part.days)
    else:
        words = formats.distance(tightest.distance, _)
    on = tightest.part.on
    return words if on == TOTAL else f"{words} {voice.labels.parts.get(on, on)}"


def _unknown_words(standing: LineStanding, voice: Voice) -> str | None:
    """Say what a rate lacks; a score that is missing says so itself."""
    for part in standing.parts:
        if part.value is None and part.part.on in voice.labels.missing:
            return voice.labels.missing[part.part.on]
    return None


def _stop_words(standing: LineStanding, tightest: PartStanding, voice: Voice) -> list[str]:
    """Show the rate, and the part that still protects once the rate no longer does."""
    _ = voice.translate
    rate = next((part for part in standing.parts if part.part.measure == "rate"), tightest)
    shown = standing.parts if rate.reached else (rate,)
    words = [
        _("{value} / limit {limit}").format(
            value=_figure(part, part.value), limit=_figure(part, _limit(part))
        )
        for part in shown
    ]
    if standing.level == "near" and standing.save:
        words.append(
            _("save at least {n} orders").format(n=standing.save)
            if standing.savable
            else _("can't be avoided any more today")
        )
    return words


def _limit(part: PartStanding) -> float:
    return float(part.part.days or 1) if part.part.measure == "streak" else part.at or 0.0


def _figure(part: PartStanding, value: float | None) -> str:
    if value is None:
        return formats.UNKNOWN
    if part.part.measure == "rate":
        return f"{float(formats.percent(value, 2).rstrip('%')):g}%"
    return f"{value:g}"


def notes(scored: Scored, voice: Voice) -> tuple[str, ...]:
    """Say which of the scorecard's defaults the score rests on, each with what would replace it."""
    _, shorts = voice.translate, voice.labels.shorts
    weights = [shorts[d.rule.id] for d in scored.plan.dimensions if d.certainty == "default"]
    curves = [
        shorts[name]
        for name, indicator in scored.indicators.items()
        if indicator.plan.curve_certainty == "default" and indicator.points is not None
    ]
    said = []
    if weights:
        said.append(
            _("weights by default, not published: {names}; enter your page's as `weights`").format(
                names=voice.listed(weights)
            )
        )
    if curves:
        said.append(
            _("curves by default, not published: {names}; your own go into `curves`").format(
                names=voice.listed(curves)
            )
        )
    return tuple(said)
