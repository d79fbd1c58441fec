"""A model made ready to score with: its weights settled and normalised, its curves compiled."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from shopwatch.scoring.curve import Curve
from shopwatch.scoring.ledger import Entry, entries, given_points
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.scorecard import Certainty, Dimension, Indicator, Scorecard


@dataclasses.dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """`weight` is inside the dimension, of 1. `certainty` of the curve: "shop" where it is the shop's own."""

    rule: Indicator
    weight: float
    curve: Curve
    curve_certainty: str


@dataclasses.dataclass(frozen=True, slots=True)
class DimensionPlan:
    """`weight` is of 1. `certainty`: "shop" where the configuration says it, "official" where printed."""

    rule: Dimension
    weight: float
    certainty: str
    indicators: tuple[IndicatorPlan, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """`steady`: the points that given bonuses add every day. `ledger`: what it is without any event."""

    scorecard: Scorecard
    dimensions: tuple[DimensionPlan, ...]
    steady: float
    ledger: tuple[Entry, ...]


def printed_weights(figures: Iterable[OfficialFigure]) -> dict[str, float]:
    """Return the last weight that the marketplace printed of each item."""
    weighted = sorted((f for f in figures if f.weight is not None), key=lambda f: f.published_at)
    return {figure.item: figure.weight for figure in weighted if figure.weight is not None}


def make_plan(model: Model, figures: Sequence[OfficialFigure] = ()) -> Plan:
    """Settle weights and curves: the shop's own, else the printed ones, else the scorecard's."""
    card = model.scorecard
    printed = printed_weights(figures)
    of_dimension: dict[str, list[Indicator]] = {dimension.id: [] for dimension in card.dimension}
    for indicator in card.indicator:
        of_dimension[indicator.dimension].append(indicator)
    settled = _settle([(d.id, d.weight, d.weight_certainty) for d in card.dimension], model.weights, printed)
    return Plan(
        card,
        tuple(
            DimensionPlan(rule, *weight, _indicators(of_dimension[rule.id], model, printed))
            for rule, weight in zip(card.dimension, settled, strict=True)
        ),
        sum(given_points(card, model.given).values()),
        entries(card, model.given, (), 0),
    )


def _indicators(
    rules: Sequence[Indicator], model: Model, printed: Mapping[str, float]
) -> tuple[IndicatorPlan, ...]:
    weights = _settle([(rule.id, rule.weight, "default") for rule in rules], model.weights, printed)
    return tuple(
        IndicatorPlan(
            rule,
            weight,
            Curve(model.curves.get(rule.id) or rule.curve),
            "shop" if model.curves.get(rule.id) else rule.curve_certainty,
        )
        for rule, (weight, _) in zip(rules, weights, strict=True)
    )


def _settle(
    rules: Sequence[tuple[str, float, Certainty]], own: Mapping[str, float], printed: Mapping[str, float]
) -> list[tuple[float, str]]:
    """Return (weight of 1, where it is from). Printed weights count only as a whole set.

    One printed weight among defaults would be set against figures that it was never measured beside.
    """
    whole_set = all(name in own or name in printed for name, _, _ in rules)
    chosen: list[tuple[float, str]] = []
    for name, default, certainty in rules:
        if name in own:
            chosen.append((own[name], "shop"))
        elif whole_set:
            chosen.append((printed[name], "official"))
        else:
            chosen.append((default, certainty))
    total = sum(weight for weight, _ in chosen)
    return [(weight / total if total > 0 else 0.0, source) for weight, source in chosen]
