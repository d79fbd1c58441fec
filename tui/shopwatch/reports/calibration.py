"""A calibration as text: for each subject what was decided and why, and what is usual beside what was fitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shopwatch import formats
from shopwatch.calibrating import CalibrationBoard, CurvePair, SubjectBoard, WeightPair
from shopwatch.i18n import Translate
from shopwatch.reports.text import NAMED, padded
from shopwatch.scoring.curve import Curve, Pairs
from shopwatch.scoring.plan import UNKNOWN

WIDE = 12  # columns of points


def calibration_text(board: CalibrationBoard, _: Translate) -> str:
    """Return the whole calibration."""
    return "\n".join(_lines(board, _))


def _lines(board: CalibrationBoard, _: Translate) -> Iterator[str]:
    yield f"━━ {board.name} · {board.scorecard}"
    for subject in board.subjects:
        yield ""
        yield f"{subject.name} · {verdict(subject, _)}"
        if subject.error_fitted is not None:
            yield "  " + _errors(subject, _)
        for pair in subject.curves:
            yield from _table(pair, _)
        yield from _weights(subject.weights, _)
    if board.untold:
        words = _(
            "no curve of {names}: it takes the indicators' values beside the points; paste the whole page (o)"
        )
        yield ""
        yield words.format(names=_(", ").join(board.untold))
    if board.toml is not None:
        yield ""
        yield "# " + _("used as they are; to keep them as they are today, under [[shop]]:")
        yield board.toml


def _errors(subject: SubjectBoard, _: Translate) -> str:
    if subject.weights and all(pair.usual is not None for pair in subject.weights):
        words = _("mean error of the days left out: usual weights {usual}, fitted {fitted} points")
    elif subject.curves and all(pair.usual for pair in subject.curves):
        words = _("mean error of the days left out: usual curves {usual}, fitted {fitted} points")
    else:
        words = _("mean error of the days left out: last printed figure {usual}, fitted {fitted} points")
    return words.format(
        usual=formats.score(subject.error_usual, 2), fitted=formats.score(subject.error_fitted, 2)
    )


def verdict(subject: SubjectBoard, _: Translate) -> str:
    """Say whether the fit is used, and why."""
    if subject.weights:
        return _verdict_on_weights(subject, _)
    match subject.verdict:
        case "fitted":
            words = _("the fit is used: of {days} days it is nearer to what was printed")
        case "worse":
            words = _("the usual curves stay: of {days} days the fit is no nearer to what was printed")
        case "own":
            words = _("the configured `curves` are used; a fit to {days} days beside them")
        case _:
            words = _(
                "the usual curves stay: {days} days with points and values, {needed} needed (our choice)"
            )
    return words.format(days=subject.days, needed=subject.days_needed)


def _verdict_on_weights(subject: SubjectBoard, _: Translate) -> str:
    match subject.verdict:
        case "fitted":
            words = _("the fitted weights are used: of {days} days they are nearer to what was printed")
        case "worse":
            words = _("the usual weights stay: of {days} days the fit is no nearer to what was printed")
        case "own":
            words = _("the configured `weights` are used; a fit to {days} days beside them")
        case _:
            words = _(
                "the usual weights stay: {days} days with the total and every dimension, {needed} needed (our choice)"
            )
    return words.format(days=subject.days, needed=subject.days_needed)


def _weights(pairs: Sequence[WeightPair], _: Translate) -> Iterator[str]:
    """What each dimension weighs, by either."""
    if not any(pair.fitted is not None for pair in pairs):
        return
    yield _row("  ", _("weight"), _("usual weight"), _("fitted weight"))
    for pair in pairs:
        usual, fitted = (formats.weight(one, UNKNOWN, _) for one in (pair.usual, pair.fitted))
        yield _row("    ", pair.name, usual, fitted)


def _table(pair: CurvePair, _: Translate) -> Iterator[str]:
    """The values at which either bends, with the points that each gives there."""
    if not pair.fitted:
        return
    yield _row("  ", pair.name, _("usual"), _("fitted"))
    for value in sorted({value for value, _points in (*pair.usual, *pair.fitted)}):
        place = formats.plain(value, pair.unit, _)
        yield _row("    ", place, _points(pair.usual, value), _points(pair.fitted, value))


def _row(indent: str, first: str, usual: str, fitted: str) -> str:
    return padded(indent + first, NAMED + 4) + padded(usual, WIDE) + fitted


def _points(pairs: Pairs, value: float) -> str:
    return formats.score(Curve(pairs)(value)) if pairs else formats.UNKNOWN
