"""How two shops' figures are written beside each other: each in its own unit, and the gap between them."""

from __future__ import annotations

from shopwatch import formats
from shopwatch.board import CompetitorBoard, GapBoard, Scale
from shopwatch.i18n import Translate

CONSUMER = "consumer"


def own_words(figure: GapBoard, scale: Scale, _: Translate) -> str:
    """81.4, 82, 4.6★, 1.34%"""
    places = scale.decimals if figure.basis == "official" else scale.places
    return formats.UNKNOWN if figure.own is None else _figure(figure.own, figure, places, _)


def their_words(figure: GapBoard, scale: Scale, _: Translate) -> str:
    if figure.published is None:
        return _("unpublished")
    return _figure(figure.published.value, figure, scale.decimals, _)


def gap_words(gap: float | None, figure: GapBoard, scale: Scale) -> str:
    """+2.6, -0.4, -0.05pp"""
    if gap is None:
        return formats.UNKNOWN
    if figure.unit:
        return formats.moved(gap, figure.unit) or "0"
    return formats.points(gap, 1 if figure.id == CONSUMER else scale.places)


def gap_meaning(gap: float | None, figure: GapBoard, scale: Scale) -> formats.Meaning:
    """Whether a gap, or a change of it, is to the good, by the figure that is shown."""
    fine = "points" if figure.id == CONSUMER or scale.places == 1 else "stars"
    return formats.meaning(gap, figure.unit or fine, figure.better)


def leading(one: CompetitorBoard) -> GapBoard | None:
    """Return the first of its figures whose gap is known: the total, mostly."""
    return next((figure for figure in one.figures if figure.gap is not None), None)


def _figure(value: float, figure: GapBoard, places: int, _: Translate) -> str:
    if figure.id == CONSUMER:
        return formats.consumer(value)
    if figure.unit:
        return formats.unit_value(value, figure.unit, _)
    whole = float(formats.score(value, places)) == round(value, 6)
    return formats.score(value, places if whole else max(places, 1))
