"""How the state of a score is put into words: why it is so, where its lines stand, what is assumed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Sequence

from shopwatch import formats
from shopwatch.board import Slice
from shopwatch.i18n import Translate
from shopwatch.scoring.ledger import GENERIC_BONUS, GENERIC_DEDUCTION
from shopwatch.scoring.lines import LineStanding, PartStanding
from shopwatch.scoring.plan import FITTED, UNKNOWN
from shopwatch.scoring.rolloff import RollOff
from shopwatch.scoring.score import TOTAL, IndicatorScore, Scored
from shopwatch.scoring.scorecard import Indicator, Line, Scorecard
from shopwatch.scoring.track import LEAST_COVERAGE
from shopwatch.scoring.windows import date_of, day_of

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
            **{rule.id: rule.short.of(language) for rule in card.indicator},
            **{rule.id: rule.name.of(language) for rule in card.rate},
        }
        self.places = 0 if card.total.kind == "level" else max(1, card.total.decimals)
        self.units: dict[str, str] = {rule.id: rule.unit for rule in card.indicator}
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
    card = scored.model.scorecard
    if card.total.kind == "none":
        return _("these rules have no total: each target stands by itself")
    if card.total.kind == "level":
        return _why_level(scored, voice)
    stage = card.stage
    if stage is not None and scored.stage == "growth" and (stage.score is not None or scored.value is None):
        if stage.score is None:
            words = _("no score under {below} valid orders: {n} in {days} days")
            return words.format(n=scored.readings.valid_orders, days=stage.days, below=stage.below)
        return _("growth stage: {n} valid orders in {days} days, a formal score from {below}").format(
            n=scored.readings.valid_orders, days=stage.days, below=stage.below
        )
    unpublished = card.unpublished and card.unpublished.of(voice.language)
    if scored.value is not None and scored.basis == "official":
        return unpublished or _("as printed: the records can't tell what changed since")
    if scored.value is None and card.total.kind == "given":
        return _("only the marketplace knows it: enter it with o, or by an official source")
    if scored.value is None and not _published(scored):
        return unpublished or _("how it comes about isn't published: enter the page's figure with o")
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
    if card.house:
        return _("a model of our own, no marketplace's score")
    return _("no official score in the last 30 days") if scored.basis == "estimated" else None


def _published(scored: Scored) -> bool:
    """Whether it is known how anything becomes points, and how points become the total."""
    weighed = all(dimension.certainty != UNKNOWN for dimension in scored.plan.dimensions)
    return weighed and any(i.plan.curve is not None for i in scored.indicators.values())


def _why_level(scored: Scored, voice: Voice) -> str | None:
    """Say which step holds and what brings the next, or what keeps the level from being known."""
    _, card = voice.translate, scored.model.scorecard
    steps = [line for line in card.line if line.kind == "level"]
    if not steps:
        names = ", ".join(indicator.id for indicator in card.indicator)
        return _(
            "no steps yet: write each as [[shop.level]] in the configuration, lowest first, with its name, its "
            "benefits and at = {{ … }} of {names}"
        ).format(names=names)
    if scored.value is None:
        return _("not rated: no data for {names}").format(names=_lacking(scored, steps, voice))
    held = round(scored.value)
    said = (
        [_("now {name}").format(name=voice.labels.lines[steps[held - 1].id][0])]
        if 0 < held <= len(steps)
        else []
    )
    if held < len(steps):
        next_, lacking = (
            voice.labels.lines[steps[held].id][0],
            _lacking(scored, steps[held : held + 1], voice),
        )
        words = _("next {name}, not rated: no data for {names}") if lacking else _("next {name}")
        said.append(words.format(name=next_, names=lacking))
    return " · ".join(said)


def _lacking(scored: Scored, steps: Sequence[Line], voice: Voice) -> str:
    """Name what steps ask for that nothing is known of."""
    asked = {part.on for line in steps for part in line.parts}
    return voice.listed(
        voice.labels.shorts[name]
        for name, indicator in scored.indicators.items()
        if name in asked and indicator.value is None
    )


def why_indicator(indicator: IndicatorScore, voice: Voice) -> str | None:
    """Say why an indicator's state isn't ok."""
    _ = voice.translate
    match indicator.reason:
        case "missing":
            return voice.labels.missing[indicator.plan.rule.id]
        case "official" if indicator.official is not None:
            at = voice.moment(indicator.official.published_at)
            return _("official figure of {time}").format(time=formats.clock_time(at))
        case "given":
            return _("as `given` says in the configuration")
        case "fallback" if indicator.plan.rule.approximate_why:
            return indicator.plan.rule.approximate_why.of(voice.language)
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


def line_words(standing: LineStanding, voice: Voice, product: str | None = None) -> str | None:
    """Say where a line stands: 高出4.0 商品 · 还差1.0 · 28.75% / 限 30% · 至少救回 21 单. product: whose rate it is,
    where each product has one."""
    tightest = standing.tightest
    if tightest is None:
        return _unknown_words(standing, voice)
    if standing.line.kind == "stop":
        return " · ".join([*_stop_words(standing, tightest, voice), *([product] if product else [])])
    _ = voice.translate
    if tightest.part.measure == "streak":
        words = _("{n} of {days} days").format(n=f"{tightest.value:g}", days=tightest.part.days)
    else:
        words = formats.distance(
            tightest.distance,
            _,
            voice.labels.units.get(tightest.part.on, "points"),
            stop=tightest.part.good == "most",
            places=voice.labels.places,
        )
    on = tightest.part.on
    return words if on == TOTAL else f"{words} {voice.labels.parts.get(on, on)}"


def _unknown_words(standing: LineStanding, voice: Voice) -> str | None:
    """Say what a rate lacks, or that the shop must say the figure; a score that is missing says so itself."""
    for part in standing.parts:
        if part.value is None and part.part.on in voice.labels.missing:
            return voice.labels.missing[part.part.on]
    if any(part.at is None for part in standing.parts):
        _ = voice.translate
        return _("its figure is on your page: enter it as `lines`")
    return None


def _stop_words(standing: LineStanding, tightest: PartStanding, voice: Voice) -> list[str]:
    """Show the rate, and the part that still protects once the rate no longer does."""
    _ = voice.translate
    if tightest.part.measure == "streak":
        return [_("{n} of {days} days").format(n=f"{tightest.value:g}", days=tightest.part.days)]
    rate = next((part for part in standing.parts if part.part.measure == "rate"), tightest)
    shown = standing.parts if rate.reached else (rate,)
    words = [
        _("{value} / limit {limit}").format(
            value=_figure(part, part.value, voice), limit=_figure(part, _limit(part), voice)
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


def _figure(part: PartStanding, value: float | None, voice: Voice) -> str:
    rate = part.part.measure == "rate"
    unit = "ratio" if rate else voice.labels.units.get(part.part.on, "")
    return formats.plain(value, unit, voice.translate)


def notes(scored: Scored, voice: Voice) -> tuple[str, ...]:
    """Say which of the scorecard's defaults the score rests on, each with what would replace it."""
    _, shorts = voice.translate, voice.labels.shorts
    weights = [shorts[d.rule.id] for d in scored.plan.dimensions if d.certainty == "default"]
    seen = [shorts[d.rule.id] for d in scored.plan.dimensions if d.certainty == "observed"]
    curves = [
        shorts[name]
        for name, indicator in scored.indicators.items()
        if indicator.plan.curve_certainty == "default" and indicator.points is not None
    ]
    own = [shorts[d.rule.id] for d in scored.plan.dimensions if d.certainty == FITTED]
    fitted = [
        shorts[name]
        for name, indicator in scored.indicators.items()
        if indicator.plan.curve_certainty == FITTED and indicator.points is not None
    ]
    said = [*_days_out(scored, voice)]
    if weights:
        said.append(
            _("weights by default, not published: {names}; enter your page's as `weights`").format(
                names=voice.listed(weights)
            )
        )
    if seen:
        said.append(
            _("weights as seen on another shop's page: {names}; enter your page's as `weights`").format(
                names=voice.listed(seen)
            )
        )
    if curves:
        said.append(
            _("curves by default, not published: {names}; your own go into `curves`").format(
                names=voice.listed(curves)
            )
        )
    if own:
        said.append(_("weights fitted to this shop's history: {names}").format(names=voice.listed(own)))
    if fitted:
        said.append(_("curves fitted to this shop's history: {names}").format(names=voice.listed(fitted)))
    return tuple(said)


def _days_out(scored: Scored, voice: Voice) -> Iterator[str]:
    """Name the days that are left out of a window of today."""
    _, today = voice.translate, scored.readings.today
    windows = {rule.id: rule.window for rule in scored.model.scorecard.indicator if rule.counted}
    for one in scored.model.scorecard.exclusion:
        touched = [
            name
            for name in one.indicators
            if name in windows and day_of(one.last) >= today - windows[name][0] and day_of(one.first) <= today
        ]
        if touched:
            yield _("{name}, {first} to {last}: left out of {names}").format(
                name=one.name.of(voice.language),
                first=formats.day(one.first),
                last=formats.day(one.last),
                names=voice.listed(voice.labels.shorts[name] for name in touched),
            )
