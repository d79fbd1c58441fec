"""A model made ready to score with: its weights settled and normalised, its curves compiled."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from shopwatch.scoring.curve import Ruler, ruler
from shopwatch.scoring.ledger import Entry, entries, given_points
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.scorecard import Certainty, Dimension, Indicator, Scorecard
from shopwatch.scoring.small_sample import Floor, floor_of

Weights = Sequence[tuple[str, float | None, Certainty]]

UNKNOWN = "unknown"
"""The certainty of a weight or a curve that nobody here knows."""

NOT_COUNTED = "none"
"""The certainty of a weight that there is none of: of what stands beside the total, or where no total is made."""

FITTED = "fitted"
"""The certainty of a curve, or of dimensions' weights, that were fitted to the shop's own history."""


@dataclasses.dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """`weight` is inside the dimension, of 1; 0 where the weights of its dimension aren't known, or don't
    count. `certainty` of the weight or the curve: "shop" where it is the shop's own, "official" where
    printed, "fitted" to its history, "unknown", "none". curve: None where it isn't known how its value
    becomes points. floor: what a small sample keeps."""

    rule: Indicator
    weight: float
    weight_certainty: str
    curve: Ruler | None
    curve_certainty: str
    floor: Floor | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class DimensionPlan:
    """`weight` is of 1; 0 where it isn't known or doesn't count. `certainty`: "shop" where the configuration
    says it, "official" where printed, "fitted" to its history, "unknown", "none". extra: the points that
    given bonuses add to it."""

    rule: Dimension
    weight: float
    certainty: str
    indicators: tuple[IndicatorPlan, ...]
    extra: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """`steady`: the points that given bonuses add every day. `ledger`: what it is without any event.
    lined: the indicators that a line stands on."""

    scorecard: Scorecard
    dimensions: tuple[DimensionPlan, ...]
    steady: float
    ledger: tuple[Entry, ...]
    lined: frozenset[str]


def printed_weights(figures: Iterable[OfficialFigure]) -> dict[str, float]:
    """Return the last weight that the marketplace printed of each item."""
    weighted = sorted((f for f in figures if f.weight is not None), key=lambda f: f.published_at)
    return {figure.item: figure.weight for figure in weighted if figure.weight is not None}


def make_plan(model: Model, figures: Sequence[OfficialFigure] = ()) -> Plan:
    """Settle weights and curves: the shop's own, else the printed ones, else the fitted, else the scorecard's."""
    card = model.scorecard
    printed = printed_weights(figures)
    of_dimension: dict[str, list[Indicator]] = {dimension.id: [] for dimension in card.dimension}
    for indicator in card.indicator:
        of_dimension[indicator.dimension].append(indicator)
    weighed = [d for d in card.dimension if not d.apart] if _weighs(card) else []
    weights = [(d.id, d.weight, d.weight_certainty) for d in weighed]
    usual = [
        (name, model.fitted_weights.get(name, weight), FITTED if name in model.fitted_weights else certainty)
        for name, weight, certainty in _of_industry(weights, model)
    ]
    shares = _settle(usual, model.weights, printed)
    settled = dict(zip([d.id for d in weighed], shares, strict=True))
    return Plan(
        card,
        tuple(
            DimensionPlan(
                rule,
                *settled.get(rule.id, (0.0, NOT_COUNTED)),
                _indicators(of_dimension[rule.id], model, printed, counts=rule.id in settled),
                sum(given_points(card, model.given, rule.id).values()),
            )
            for rule in card.dimension
        ),
        sum(given_points(card, model.given).values()),
        entries(card, model.given, (), 0),
        frozenset(part.on for line in card.line for part in line.parts)
        & {indicator.id for indicator in card.indicator},
    )


def _weighs(card: Scorecard) -> bool:
    """Whether anything of it has a weight: a ladder and bare targets have none."""
    return card.total.kind in ("weighted", "given")


def _indicators(
    rules: Sequence[Indicator], model: Model, printed: Mapping[str, float], *, counts: bool
) -> tuple[IndicatorPlan, ...]:
    scored = [rule for rule in rules if counts and not rule.retired and _concerns(rule, model, printed)]
    usual = [(rule.id, rule.weight, rule.weight_certainty) for rule in scored]
    weights = _settle(_of_industry(usual, model), model.weights, printed)
    settled = dict(zip([rule.id for rule in scored], weights, strict=True))
    return tuple(_indicator(rule, model, *settled.get(rule.id, (0.0, NOT_COUNTED))) for rule in rules)


def _concerns(rule: Indicator, model: Model, printed: Mapping[str, float]) -> bool:
    """Whether an indicator that is only for some shops is for this one: nobody else's weights wait for its own."""
    return rule.only is None or rule.weight is not None or rule.id in model.weights or rule.id in printed


def _indicator(rule: Indicator, model: Model, weight: float, weight_certainty: str) -> IndicatorPlan:
    own, fitted = model.curves.get(rule.id), model.fitted.get(rule.id)
    curve = ruler(rule, own or fitted)
    by_pairs = rule.curve is not None  # a target and the value itself are as certain as the rule
    usual = rule.curve_certainty if by_pairs else rule.certainty
    certainty = UNKNOWN if curve is None else "shop" if own else FITTED if fitted else usual
    floor = floor_of(rule.small_sample, model)
    return IndicatorPlan(rule, weight, weight_certainty, curve, certainty, floor)


def _of_industry(weights: Weights, model: Model) -> Weights:
    """Return the weights that the scorecard gives for the shop's industry and type, where it has the whole
    set of them; else those given."""
    own_type = [s for s in model.scorecard.weights if s.industry == model.industry]
    for chosen in sorted(own_type, key=lambda s: s.shop_type == ""):
        if chosen.shop_type in ("", model.shop_type) and all(name in chosen.of for name, _, _ in weights):
            return [(name, chosen.of[name], chosen.certainty) for name, _, _ in weights]
    return weights


def _settle(
    rules: Sequence[tuple[str, float | None, str]],
    own: Mapping[str, float],
    printed: Mapping[str, float],
) -> list[tuple[float, str]]:
    """Return (weight of 1, where it is from). Printed weights count only as a whole set.

    One printed weight among defaults would be set against figures that it was never measured beside. One
    that isn't known leaves the whole set unknown: nobody can tell what the others are shares of. A single
    rule has all the weight, whatever it is.
    """
    whole_set = all(name in own or name in printed for name, _, _ in rules)
    chosen: list[tuple[float | None, str]] = []
    for name, default, certainty in rules:
        if name in own:
            chosen.append((own[name], "shop"))
        elif whole_set:
            chosen.append((printed[name], "official"))
        else:
            chosen.append((default, certainty))
    known = [weight for weight, _ in chosen if weight is not None]
    if len(known) < len(chosen):
        return [(0.0, UNKNOWN)] * len(chosen)
    total = sum(known)
    return [
        (weight / total if total > 0 else 0.0, source)
        for weight, (_, source) in zip(known, chosen, strict=True)
    ]
