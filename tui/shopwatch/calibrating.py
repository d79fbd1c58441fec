"""The curves and weights fitted to each shop's history: worked out once for a history, and shown beside the usual."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from shopwatch.board import Value
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.scoring.calibration import Calibration, Fit, calibrate, fit_to
from shopwatch.scoring.curve import Pairs
from shopwatch.scoring.readings import ShopReadings
from shopwatch.scoring.score import TOTAL
from shopwatch.scoring.scorecard import Scorecard

SCHEMA = 1
AT_ONCE = 10  # shops that a refresh which someone waits for fits anew, beside those in view: about a second

NOTHING = Fit()


class Fits:
    """Fits, and remembers what it fitted until a shop's history is another."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.behind = False  # whether a later refresh has shops left to fit anew
        self._known: dict[str, tuple[int, Fit]] = {}

    def of(
        self,
        shops: Sequence[Shop],
        readings: Mapping[str, ShopReadings],
        seen: Collection[str],
        patience: int | None,
    ) -> list[Shop]:
        """Return shops with the curves and weights that their history brings, known so far.

        patience: so many times AT_ONCE shops are fitted anew, None: all; those `seen` always are. The others
        keep what they have until a later refresh.
        """
        left = len(shops) if patience is None else AT_ONCE * patience
        found = []
        for shop in shops:
            figures = readings[shop.id].official if shop.id in readings else ()
            events = readings[shop.id].events if shop.id in readings else ()
            history = hash((shop.model.scorecard.key, figures, events))
            known, fit = self._known.get(shop.id, (None, NOTHING))
            if not figures:
                fit = NOTHING
            elif known != history and shop.id not in seen and left <= 0:
                self.behind = True
            elif known != history:
                left -= 1
                fit = fit_to(shop.model, figures, events)
                self._known[shop.id] = history, fit
            found.append(_with(shop, fit))
        return found


def _with(shop: Shop, fit: Fit) -> Shop:
    if fit == NOTHING:
        return shop
    return msgspec.structs.replace(shop, model=fit.laid_over(shop.model))


class CurvePair(Value, frozen=True):
    """An indicator's curves as (value, points) pairs: the usual one, and the fit; either may be empty."""

    indicator: str
    name: str
    unit: str
    usual: Pairs
    fitted: Pairs


class WeightPair(Value, frozen=True):
    """What a dimension weighs, of 1; usual: None where it isn't known."""

    dimension: str
    name: str
    usual: float | None
    fitted: float | None


class SubjectBoard(Value, frozen=True):
    """One calibration under the names that a person knows; see `Calibration`. The errors are of days left out."""

    subject: str
    name: str
    days: int
    days_needed: int
    verdict: str
    error_usual: float | None
    error_fitted: float | None
    curves: tuple[CurvePair, ...]
    weights: tuple[WeightPair, ...] = ()


class CalibrationBoard(Value, frozen=True):
    """toml: the fitted curves and weights that are used, to be pasted into the shop's configuration; None where none is.
    untold: the names of the dimensions of which no page told the indicators' values, so that no curve can be fitted.
    """

    schema: int
    as_of: datetime.datetime
    shop: str
    name: str
    scorecard: str
    subjects: tuple[SubjectBoard, ...]
    toml: str | None
    untold: tuple[str, ...] = ()


def calibration_board(
    shop: Shop, readings: ShopReadings, as_of: datetime.datetime, language: str, _: Translate
) -> CalibrationBoard:
    """Return what a shop's history says of its curves and weights."""
    card = shop.model.scorecard
    names = {TOTAL: _("Total")}
    names |= {dimension.id: dimension.name.of(language) for dimension in card.dimension}
    names |= {rule.id: rule.name.of(language) for rule in card.indicator}
    units: dict[str, str] = {rule.id: rule.unit for rule in card.indicator}
    found = calibrate(shop.model, readings.official, readings.events)
    return CalibrationBoard(
        schema=SCHEMA,
        as_of=as_of,
        shop=shop.id,
        name=shop.name,
        scorecard=card.key,
        subjects=tuple(_subject(one, names, units) for one in found),
        toml=_toml(found),
        untold=tuple(names[dimension] for dimension in _untold(card, {one.subject for one in found})),
    )


def _untold(card: Scorecard, subjects: set[str]) -> Iterator[str]:
    """Yield the dimensions whose points lie on curves, and of which there is nothing to fit them to."""
    for dimension in card.printed_dimensions:
        rules = [rule for rule in card.indicator if rule.dimension == dimension.id]
        curved = any(rule.scoring in ("curve", "rank") for rule in rules)
        if curved and subjects.isdisjoint({dimension.id, *(rule.id for rule in rules)}):
            yield dimension.id


def _subject(one: Calibration, names: Mapping[str, str], units: Mapping[str, str]) -> SubjectBoard:
    return SubjectBoard(
        subject=one.subject,
        name=names[one.subject],
        days=one.days,
        days_needed=one.needed,
        verdict=one.verdict,
        error_usual=one.usual_error,
        error_fitted=one.fitted_error,
        curves=tuple(
            CurvePair(
                indicator=name,
                name=names[name],
                unit=units[name],
                usual=tuple(usual),
                fitted=tuple(_written(one.fitted.get(name, ()))),
            )
            for name, usual in one.usual.items()
        ),
        weights=tuple(
            WeightPair(
                dimension=name,
                name=names[name],
                usual=one.usual_weights.get(name),
                fitted=one.fitted_weights.get(name),
            )
            for name in (one.fitted_weights or one.usual_weights)
        ),
    )


def _toml(found: Sequence[Calibration]) -> str | None:
    used = [one for one in found if one.verdict == "fitted"]
    curves = [
        f"{name} = [{', '.join(f'[{value:.15g}, {points:.15g}]' for value, points in _written(pairs))}]"
        for one in used
        for name, pairs in one.fitted.items()
    ]
    weights = [f"{name} = {weight:.4f}" for one in used for name, weight in one.fitted_weights.items()]
    lines = {"curves": curves, "weights": weights}
    return "\n".join(f"{key} = {{ {', '.join(said)} }}" for key, said in lines.items() if said) or None


def _written(pairs: Pairs) -> Iterator[tuple[float, float]]:
    """Yield pairs with as many digits as matter, each value above the one before."""
    last = None
    for value, points in pairs:
        short = float(f"{value:.6g}")
        if last is None or short > last:
            yield short, round(points, 2)
            last = short
