"""What to do now: the actions whose triggers hold, with their worth and evidence, in the order of doing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from shopwatch import board
from shopwatch.i18n import Translate
from shopwatch.playbooks.evidence import evidence
from shopwatch.playbooks.library import Library, Ready, prepare
from shopwatch.playbooks.schema import (
    Action,
    Always,
    OnBonus,
    OnCause,
    OnIndicator,
    OnLine,
    OnOrders,
    OnRate,
    OnStock,
    Playbook,
    When,
)
from shopwatch.playbooks.situation import Situation
from shopwatch.playbooks.ticks import Tick, effect, is_done
from shopwatch.risk import Moment, Pressure
from shopwatch.scoring.readings import Exposure

NO_BESTS: Mapping[str, float] = {}
UNCONFIRMED = 0.01
"""What a bonus weighs in the order of doing while nobody has said whether it is held already."""

_CADENCES = ("shift", "daily", "once", "weekly", "fortnightly", "monthly", "campaign")


class _Found(NamedTuple):
    ready: Ready
    named: Sequence[Exposure]
    gain: float | None
    certain: bool
    aim: board.LineBoard | None
    done: bool


def recommend(
    playbooks: Sequence[Playbook],
    moment: Moment,
    *,
    exposures: Sequence[Exposure],
    causes: Sequence[board.Cause],
    lines: Sequence[board.LineBoard],
    ticks: Mapping[str, Tick],
    pressed: Sequence[Pressure] | None = None,
    campaigns: Sequence[board.CampaignBoard] = (),
    stock: board.StockBoard | None = None,
    bests: Mapping[str, float] = NO_BESTS,
    _: Translate,
    language: str,
) -> tuple[board.ActionBoard, ...]:
    """Return what to do. ticks: the last of each action, by action id. pressed: the pressures of the exposures,
    where they are known already. campaigns: those that the configuration names; before one its preparations are shown,
    and where none is named, always. bests: the values of the shop's own best fortnights, by indicator.

    The order: what keeps a daily limit from striking; what lifts the part that holds a crossed line down;
    then gain over effort, what names open things before habits, the frequent before the rare. Done last.
    """
    here = Situation(moment, exposures, causes, lines, pressed, campaigns, stock or board.StockBoard(), bests)
    if isinstance(playbooks, Library):
        actions = playbooks.ready(here.at.model.scorecard, language, _)
    else:
        actions = prepare(playbooks, here.at.model.scorecard, language, _)
    seen = (_look(ready, here, ticks.get(ready.action.id)) for ready in actions)
    found = sorted((one for one in seen if one is not None), key=_key)
    return tuple(
        _shown(one, here, ticks.get(one.ready.action.id), _, language)
        for one in sorted(_counted_once(found), key=_key)
    )


def _look(ready: Ready, here: Situation, tick: Tick | None) -> _Found | None:
    action = ready.action
    done = tick is not None and is_done(tick, action.cadence, here.at.now, here.at.zone, here.campaign_over)
    if not done and ready.hours is not None and not _within(here.time, *ready.hours):
        return None
    pressure = here.pressures.get(action.rate) if action.rate else None
    named = here.selected(action.select) if pressure is None else pressure.open
    if not done:
        for trigger in action.when:
            if _holds(trigger, action, named, here):
                break
        else:
            return None
    gain, certain = _gain(ready, named, here)
    aim = None if action.gain == "none" else here.aims(action)  # a habit that wins no points lifts no line
    return _Found(ready, named, gain, certain, aim, done)


def _within(time: datetime.time, start: datetime.time, end: datetime.time) -> bool:
    return start <= time < end if start <= end else time >= start or time < end


def _holds(trigger: When, action: Action, named: Sequence[Exposure], here: Situation) -> bool:
    match trigger:
        case Always():
            return action.cadence != "campaign" or not here.campaigns or here.preparing is not None
        case OnOrders(at_least=least):
            return len(named) >= least
        case OnIndicator():
            return _indicator_holds(trigger, here)
        case OnCause(clocks=clocks):
            return any(not clocks or cause.id.partition(":")[0] in clocks for cause in here.causes)
        case OnBonus(states=states):
            bonus = here.bonuses.get(action.bonus or "")
            return bonus is not None and bonus[1] in states
        case OnLine(id=name, on=part):
            return any(
                line.level in ("near", "bad")
                and (name is None or line.id == name)
                and (part is None or line.tightest == part)
                for line in here.lines
            )
        case OnStock(under_days=days):
            return any(row.days_left is not None and row.days_left < days for row in here.stock.rows)
        case OnRate(id=rate):
            pressure = here.pressures.get(rate)
            return pressure is not None and pressure.near and bool(pressure.open or pressure.struck)


def _indicator_holds(trigger: OnIndicator, here: Situation) -> bool:
    rule = here.rule(trigger.id)
    if rule is None:
        return False
    value = here.value(rule)
    if value is None:
        return trigger.unavailable
    sign = 1.0 if rule.better == "lower" else -1.0
    if trigger.worse_than is not None and sign * (value - trigger.worse_than) > 0:
        return True
    if trigger.worse_than_week and (was := here.week_ago(rule)) is not None and sign * (value - was) > 0:
        return True
    if trigger.points_below is None:
        return False
    points = here.points(rule)
    return points is not None and points < trigger.points_below


def _gain(ready: Ready, named: Sequence[Exposure], here: Situation) -> tuple[float | None, bool]:
    """Return the points to be won, and whether they are exact by the rule."""
    action = ready.action
    if action.gain == "batch":
        return here.batch_gain(ready.rule, named), False
    if action.gain == "best":
        return here.best_gain(ready.rule), False
    if action.gain == "bonus" and (found := here.bonuses.get(action.bonus or "")) is not None:
        bonus, state = found
        return here.bonus_gain(bonus), state == "missing"
    return None, False


def _key(one: _Found) -> tuple[bool, int, float, bool, int, int, str]:
    action = one.ready.action
    tier = 0 if action.gain == "rescue" else 1 if one.aim is not None else 2
    gain = one.gain or 0.0
    if action.gain == "bonus" and not one.certain:
        gain *= UNCONFIRMED
    return (
        one.done,
        tier,
        -gain / action.effort,
        not one.named,
        _CADENCES.index(action.cadence),
        action.effort,
        action.id,
    )


def _counted_once(found: Sequence[_Found]) -> Iterator[_Found]:
    """Let only the first action that brings an indicator back to its best carry that gain: it can be won
    once."""
    carried: set[str] = set()
    for one in found:
        rule = one.ready.rule
        if one.gain is None or rule is None or one.ready.action.gain != "best":
            yield one
        elif rule.id in carried:
            yield one._replace(gain=None)
        else:
            carried.add(rule.id)
            yield one


def _shown(one: _Found, here: Situation, tick: Tick | None, _: Translate, language: str) -> board.ActionBoard:
    ready, action = one.ready, one.ready.action
    ticked = datetime.datetime.fromtimestamp(tick.at, here.at.zone) if tick else None
    named = dict.fromkeys(exposure.order for exposure in one.named)
    return board.ActionBoard(
        id=action.id,
        title=ready.title,
        dimension=action.dimension,
        gain_points=one.gain,
        evidence=evidence(ready, one.named, one.gain, one.aim, here, _, language),
        cadence=action.cadence,
        done=one.done,
        steps=ready.steps,
        orders=tuple(named),
        certain=one.certain,
        done_at=ticked if one.done else None,
        ticked_at=ticked,
        ticked_by=tick.by if tick else "",
        pressing=_presses(one),
        effect=_effect(ready, tick, here, _) if tick else None,
        source=action.source.of(language),
    )


def _presses(one: _Found) -> bool:
    """Whether it is more than a habit: it wins points, names what is open, keeps a limit, or has its own reason."""
    action = one.ready.action
    always = all(isinstance(trigger, Always | OnIndicator | OnLine) for trigger in action.when)
    return bool(one.gain or one.named or one.aim is not None or action.gain == "rescue" or not always)


def _effect(ready: Ready, tick: Tick, here: Situation, _: Translate) -> str | None:
    action, rule = ready.action, ready.rule
    clocks = action.select.clocks if action.select else ()
    if (pressure := here.pressures.get(action.rate or "")) is not None:
        clocks = (pressure.rate.ahead or "",)
    under = {exposure.order for exposure in here.exposures if exposure.clock in clocks}
    rules = [clock for clock in here.at.model.scorecard.clock if clock.id in clocks]
    return effect(
        tick,
        still_open=under & set(tick.orders),
        by_pickup=bool(rules) and all(clock.acts == "pickup" or clock.id == "pickup" for clock in rules),
        rule=rule,
        reading=here.at.readings.indicators.get(rule.id) if rule else None,
        today=here.at.readings.today,
        zone=here.at.zone,
        _=_,
    )
