"""Whatever the rules: a better value of an indicator never lowers a score, nor what rests on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from score_cases import event, model, moved, official, readings
from shopwatch.config.structs import LevelSection
from shopwatch.rulebook import scorecards
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import LedgerEvent, OfficialFigure, Reading, Sum2
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.scorecard import Indicator, Scorecard
from shopwatch.scoring.stars import consumer_stars

STEPS: tuple[dict[str, float], ...] = (
    {"orders": 100, "complaint_rate": 0.02},
    {"orders": 300},
    {"complaint_rate": 0.01, "product_praise": 0.9},
)
"""What an owner's ladder might ask for."""


def _laddered(card: Scorecard) -> Scorecard:
    """Return a scorecard with the steps of an owner, where it has a ladder."""
    if card.total.kind != "level":
        return card
    lower = {rule.id for rule in card.indicator if rule.better == "lower"}
    steps = [LevelSection(name=f"{n}", at=at).clause(n, lower) for n, at in enumerate(STEPS, 1)]
    total = msgspec.structs.replace(card.total, ceiling=float(len(steps)))
    return msgspec.structs.replace(card, line=(*card.line, *steps), total=total)


CARDS = {key: _laddered(card) for key, card in scorecards().items()}
ROUNDING = 1e-9

Pairs = tuple[tuple[float, float], ...]


class Case(NamedTuple):
    """A shop under some rules, by the values of its indicators. counts: the denominators."""

    model: Model
    counts: Mapping[str, int]
    official: tuple[OfficialFigure, ...]
    events: tuple[LedgerEvent, ...]
    valid_orders: int | None
    rates: Mapping[str, Sum2]

    def scored(self, values: Mapping[str, float]) -> Scored:
        """Return the score with these values today, and on all days before with the middling ones."""
        rules = {rule.id: rule for rule in self.model.scorecard.indicator}
        told = {
            name: self._reading(rules[name], value) for name, value in values.items() if rules[name].counted
        }
        said = {name: value for name, value in values.items() if not rules[name].counted}
        return score(
            Model(
                scorecard=self.model.scorecard,
                weights=self.model.weights,
                curves=self.model.curves,
                given={**self.model.given, **said},
                industry=self.model.industry,
                shop_type=self.model.shop_type,
            ),
            readings(
                told,
                official=self.official,
                events=self.events,
                valid_orders=self.valid_orders,
                rates=dict(self.rates),
            ),
        )

    def _reading(self, rule: Indicator, value: float) -> Reading:
        count = 1 if rule.sum else self.counts[rule.id]
        return moved([(_middling(rule) * count, count)] * 30 + [(value * count, count)])


def _marks(rule: Indicator, card: Scorecard | None = None) -> list[float]:
    """Return the values at which something may turn."""
    lines = [part.at for line in (card.line if card else ()) for part in line.parts if part.on == rule.id]
    steps = [x for x, _ in rule.curve or ()] or [1.0 if rule.target is None else rule.target]
    return [*steps, *(at for at in lines if at is not None)]


def _middling(rule: Indicator) -> float:
    marks = sorted(_marks(rule))
    return marks[len(marks) // 2]


def _values(rule: Indicator, card: Scorecard) -> st.SearchStrategy[float]:
    """Draw a value, most often one of those at which something turns, or the best there is."""
    marks = _marks(rule, card)
    best = 2 * max(marks) or 10.0
    good = best if rule.better == "higher" else 0.0
    return st.one_of(st.sampled_from([*marks, good]), st.just(good), st.floats(0, best))


def _own_curve(rule: Indicator, floor: float, ceiling: float) -> st.SearchStrategy[Pairs]:
    """Draw a curve that rises towards the good side."""

    def drawn(xs: Sequence[float], ys: Sequence[float]) -> Pairs:
        return tuple(zip(sorted(xs), sorted(ys, reverse=rule.better == "lower"), strict=True))

    values = st.floats(0, 2 * max(_marks(rule)) or 10)
    return st.builds(
        drawn,
        st.lists(values, min_size=3, max_size=3, unique=True),
        st.lists(st.floats(floor, ceiling), min_size=3, max_size=3),
    )


@st.composite
def cases(draw: st.DrawFn, card: Scorecard) -> Case:
    weighed = [*(one.id for one in card.dimension), *(one.id for one in card.indicator)]
    weights = {name: draw(st.floats(0.1, 1)) for name in weighed} if draw(st.integers(0, 4)) else {}
    bounds = {one.id: (one.floor, one.ceiling) for one in card.dimension}
    curves = {
        rule.id: draw(_own_curve(rule, *bounds[rule.dimension]))
        for rule in card.indicator
        if rule.scoring in ("curve", "rank", "tier") and (rule.curve is None or draw(st.integers(0, 5)) == 0)
    }
    facts = {bonus.id: draw(st.sampled_from([True, False, 0.1, 0.9])) for bonus in card.bonus}
    kinds = [*(one.id for one in card.bonus), *(one.id for one in card.deduction)]
    events = (
        draw(st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 31)), max_size=4)) if kinds else []
    )
    industries = [None, *(name for group in card.industry_groups.values() for name in group)]
    return Case(
        model(
            card,
            weights=weights,
            curves=curves,
            given=facts,
            industry=draw(st.sampled_from(industries)),
            shop_type=draw(st.sampled_from([None, "旗舰"])),
        ),
        {rule.id: draw(st.sampled_from([1, 3, 20, 400])) for rule in card.indicator},
        tuple(
            official(days, points=draw(st.floats(card.total.floor, card.total.ceiling)))
            for days in draw(st.sets(st.integers(0, 5), max_size=1))
        ),
        tuple(event(kind, days) for kind, days in events),
        draw(st.sampled_from([None, 10, 29, 250, 5000])),
        {rate.id: Sum2(float(draw(st.integers(0, 5))), 100.0) for rate in card.rate},
    )


def _not_lower(low: float | None, high: float | None) -> bool:
    return low is None or (high is not None and high >= low - ROUNDING)


@pytest.mark.parametrize("key", sorted(CARDS))
@settings(max_examples=60)
@given(data=st.data())
def test_a_better_indicator_never_lowers_a_score(key: str, data: st.DataObject) -> None:
    card = CARDS[key]
    case = data.draw(cases(card))
    rules = {rule.id: rule for rule in card.indicator}
    missing = data.draw(st.sets(st.sampled_from(sorted(rules)), max_size=2))
    values = {name: data.draw(_values(rules[name], card)) for name in sorted(rules.keys() - missing)}
    name = data.draw(st.sampled_from(sorted(rules)))
    lower, higher = sorted((data.draw(_values(rules[name], card)), data.draw(_values(rules[name], card))))
    bad, good = (lower, higher) if rules[name].better == "higher" else (higher, lower)
    worse, better = case.scored({**values, name: bad}), case.scored({**values, name: good})
    assert _not_lower(worse.value, better.value)
    assert _not_lower(worse.next, better.next)
    assert _not_lower(consumer_stars(worse.value, card.stars), consumer_stars(better.value, card.stars))
    for one, dimension in better.dimensions.items():
        assert _not_lower(worse.dimensions[one].value, dimension.value)
    assert _not_lower(worse.indicators[name].points, better.indicators[name].points)
    if rules[name].counted:
        gain = worse.what_if(name, better.indicators[name].sums)
        assert gain is None or gain >= -ROUNDING


def test_every_kind_of_rule_is_among_them() -> None:
    """What the law is tried on: it would hold of nothing at all."""
    cards = CARDS.values()
    kinds = {rule.scoring for card in cards for rule in card.indicator}
    assert {"curve", "rank", "tier", "threshold", "mean", "given"} <= kinds
    assert {card.total.kind for card in cards} == {"weighted", "given", "level", "none"}
    assert any(card.stage and card.stars and card.bonus and card.deduction for card in cards)
    assert any(rule.small_sample and rule.small_sample.on for card in cards for rule in card.indicator)
