"""Why now, in figures: an action's template filled in. What isn't known is left out."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from shopwatch import board, formats
from shopwatch.campaigns import expected_words, when_words
from shopwatch.i18n import Translate
from shopwatch.playbooks.library import Ready
from shopwatch.playbooks.situation import Figures, Situation
from shopwatch.risk.rates import Pressure
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Bonus, Indicator

_CLAUSES = re.compile(r"((?:[^;;,,()]|\([^()]*\))+)([;;,,]\s*)?")


class _UnknownError(Exception):
    """A figure that a clause names isn't known."""


class _Written(dict[str, str]):
    """Figures that are worked out only where a template names them."""

    def __init__(self, figures: Sequence[Figures]) -> None:
        super().__init__()
        self._figures = figures

    def __missing__(self, name: str) -> str:
        for figures in self._figures:
            if name in figures and (text := figures[name]()) not in (None, formats.UNKNOWN):
                return str(text)
        raise _UnknownError


def evidence(
    ready: Ready,
    named: Sequence[Exposure],
    gain: float | None,
    aim: board.LineBoard | None,
    here: Situation,
    _: Translate,
    language: str,
) -> str:
    """Return why to do it now; what aims at a crossed line begins with that line."""
    because = _because(ready, named, gain, here, _, language) + _ones_own_best(ready, gain, here, _)
    if ready.action.cadence == "campaign" and here.preparing is not None:
        when = when_words(here.preparing, here.local, _)
        return f"{when} · {expected_words(here.preparing, _)} · {because}"
    if aim is None:
        return because
    return f"{aim.name} {aim.words or formats.distance(aim.distance, _)} · {because}"


def _ones_own_best(ready: Ready, gain: float | None, here: Situation, _: Translate) -> str:
    """Say what a gain goes by that no open thing is named for."""
    rule = ready.rule
    if ready.action.gain != "best" or gain is None or rule is None or (best := here.best(rule)) is None:
        return ""
    return " · " + _("best {value}").format(value=formats.unit_value(best, rule.unit, _))


def _because(
    ready: Ready,
    named: Sequence[Exposure],
    gain: float | None,
    here: Situation,
    _: Translate,
    language: str,
) -> str:
    action = ready.action
    bonus = here.bonuses.get(action.bonus) if action.bonus else None
    if bonus is not None and bonus[1] == "unknown":
        points = formats.official(bonus[0].points)
        return _("Not known whether it is on: please confirm (+{points})").format(points=points)
    pressure = here.pressures.get(action.rate) if action.rate else None
    if pressure is not None and not pressure.rescue:
        return _settled(pressure, _, language)
    if "{" not in ready.template:
        return ready.template
    figures: list[Figures] = [_about(named, gain, here, _), _stock(here)]
    if ready.rule is not None:
        figures.append(_indicator(ready.rule, here, _, language))
    if bonus is not None:
        figures.append(_bonus(bonus[0], here))
    if pressure is not None:
        figures.append(_rate(pressure))
    return _said(ready.template, figures) or _all_there_is(ready.rule, here, _, language)


def _said(template: str, figures: Sequence[Figures]) -> str:
    """Fill a template in. A clause whose figure isn't known is left out; without its first clause so is the
    rest of the sentence, which speaks of the same thing."""
    written, said, between, whole = _Written(figures), "", "", True
    first = True
    for clause, mark in _clauses(template):
        try:
            text = clause.format_map(written)
        except _UnknownError:
            whole = whole and not first
        else:
            if whole:
                said += (between if said else "") + text
        first = mark[:1] in ("", ";", ";")
        whole, between = whole or first, mark
    return said


@functools.lru_cache(maxsize=512)  # a fleet's shops are told the same actions
def _clauses(template: str) -> list[tuple[str, str]]:
    return _CLAUSES.findall(template)


def _all_there_is(rule: Indicator | None, here: Situation, _: Translate, language: str) -> str:
    """Where nothing of the template is known: the indicator that the action moves."""
    if rule is None:
        return ""
    name, value = rule.short.of(language), here.value(rule)
    if value is None:
        return _("{name}: no figures yet").format(name=name)
    return f"{name} {formats.unit_value(value, rule.unit, _)}"


def _settled(pressure: Pressure, _: Translate, language: str) -> str:
    """Say of a daily rate that nothing decides any more: it has struck, or is expected to hold."""
    text = (
        _("Struck: {late} of {due} late ({rate}). {effect}")
        if pressure.struck
        else _("{late} of {due} late ({rate}, limit {limit}); {forecast} expected, which holds")
    )
    effect: Figures = {"effect": lambda: pressure.line.effect.of(language)}
    return _said(text, [_rate(pressure), effect])


def _indicator(rule: Indicator, here: Situation, _: Translate, language: str) -> Figures:
    """An indicator's figures, written once for all the actions that move it."""
    if rule.id in here.written:
        return here.written[rule.id]
    value, was = here.value(rule), here.week_ago(rule)
    change = None if value is None or was is None else value - was
    value_text = formats.unit_value(value, rule.unit, _)
    was_text = value_text if was == value else formats.unit_value(was, rule.unit, _)
    figures: Figures = {
        "name": lambda: rule.short.of(language),
        "value": lambda: value_text,
        "was": lambda: was_text,
        "change": lambda: formats.change(change, rule.unit, rule.better, _),
    }
    here.written[rule.id] = figures
    return figures


def _bonus(bonus: Bonus, here: Situation) -> Figures:
    lacking = here.lacking(bonus)
    return {
        "points": lambda: formats.official(bonus.points),
        "at": lambda: formats.percent(bonus.at, 0),
        "share": lambda: formats.percent(here.share(bonus)),
        "lacking": lambda: None if lacking is None else str(lacking),
    }


def _rate(pressure: Pressure) -> Figures:
    limit = next((part.at for part in pressure.line.parts if part.measure == "rate"), None)
    return {
        "due": lambda: str(pressure.due),
        "late": lambda: str(pressure.late),
        "rate": lambda: formats.percent(pressure.share, 2),
        "forecast": lambda: str(pressure.forecast),
        "rescue": lambda: None if pressure.rescue is None else str(pressure.rescue),
        "limit": lambda: formats.percent(limit, 0),
        "whose": lambda: pressure.product,
    }


def _stock(here: Situation) -> Figures:
    short = here.stock.pressing
    oversold = sum(max(0, min(-row.left, row.waiting)) for row in short)
    return {
        "short": lambda: str(len(short)) if short else None,
        "product": lambda: short[0].product if short else None,
        "days_left": lambda: f"{short[0].days_left or 0:.1f}" if short else None,
        "oversold": lambda: str(oversold) if oversold else None,
    }


def _about(named: Sequence[Exposure], gain: float | None, here: Situation, _: Translate) -> Figures:
    def soonest() -> str | None:
        left = [exposure.due - here.at.now for exposure in named if exposure.due is not None]
        return formats.left(min(left), _) if left else None

    def distance() -> str | None:
        line = here.hardest
        return "" if line is None else line.words or formats.distance(line.distance, _)

    return {
        "n": lambda: (
            str(len({exposure.order_id or exposure.subject_id for exposure in named})) if named else None
        ),
        "gain": lambda: formats.gain(gain, _),
        "soonest": soonest,
        "cause": lambda: here.causes[0].title if here.causes else None,
        "line": lambda: here.hardest.name if here.hardest else None,
        "distance": distance,
    }
