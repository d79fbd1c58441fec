"""Boards as plain text: what `status` prints for a person."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from shopwatch import formats
from shopwatch.board import (
    ActionBoard,
    AssessmentBoard,
    Board,
    Deltas,
    DimensionBoard,
    GapBoard,
    IndicatorBoard,
    LedgerEntry,
    LineBoard,
    Risk,
    Scale,
    Score,
    SourceBoard,
    Status,
)
from shopwatch.comparing import gap_words, their_words
from shopwatch.i18n import Translate

LEVELS = {"ok": "✓", "near": "!", "bad": "✗", "unknown": "?"}
STATES = {"ok": "●", "stale": "◌", "failing": "✗", "paused": "‖"}
NAMED = 24  # columns of a name
WEEK = 7  # days ahead that the forecast is told of
ACTIONS = 10  # as many as a person does in a shift


def status_text(status: Status, _: Translate) -> str:
    """Return every board, one under the other."""
    head = _("As of {time}").format(time=status.as_of.isoformat(sep=" ", timespec="seconds"))
    if not status.shops:
        return "\n".join([head, _("No shop has shown itself in the records yet.")])
    return "\n\n".join([head, *(board_text(board, _) for board in status.shops)])


def board_text(board: Board, _: Translate) -> str:
    """Return one shop's board."""
    return "\n".join(
        [
            f"━━ {_heading(board, _)}",
            *_score(board, _),
            *_titled(_("Lines"), (_line(line, _) for line in board.lines)),
            *_assessment(board.assessment),
            *_titled(_("Changes (since yesterday, 7 days, 30 days)"), _dimensions(board, _)),
            *_titled(_("Competitors"), _competitors(board, _)),
            *_titled(_("Bonuses and deductions"), (_ledger(entry) for entry in board.ledger)),
            *_titled(_risks_title(board, _), (_risk(risk, board.as_of, _) for risk in board.risks)),
            *_titled(_("To do"), _actions(board.actions, _)),
            *_titled(_("Sources"), (_source(source, _) for source in board.sources)),
            *_titled(_("Notes"), (f"  {note}" for note in board.notes)),
        ]
    )


def _heading(board: Board, _: Translate) -> str:
    stages = {"formal": _("formal stage"), "growth": _("growth stage"), "unknown": _("stage unknown")}
    name = board.name if board.name == board.id else f"{board.name} ({board.id})"
    return " · ".join([name, board.scorecard, stages[board.stage]])


def _score(board: Board, _: Translate) -> Iterator[str]:
    score = board.score
    if board.scale.kind != "none":
        moved = _deltas(board.deltas, board.scale.places)
        yield "  " + "  ".join(part for part in (_value(board, _), moved, _consumer(score, _)) if part)
    if board.scale.kind in ("weighted", "level"):
        tomorrow = _("tomorrow {value} ({basis})")
        yield "  " + tomorrow.format(
            value=formats.total(score.next.value, board.scale), basis=formats.basis(score.next.basis, _)
        )
    week = board.forecast[WEEK - 1] if len(board.forecast) >= WEEK else None
    if week is not None and week.value is not None:
        value, low, high = (formats.total(one, board.scale) for one in (week.value, week.low, week.high))
        words = _("in 7 days {value} (80% between {low} and {high})")
        yield "  " + words.format(value=value, low=low, high=high)
    if score.published is not None:
        value = formats.printed(score.published.value, board.scale)
        at = formats.clock_time(score.published.at)
        yield "  " + _("official {value} at {time}").format(value=value, time=at)
    if score.why:
        yield f"  {score.why}"


def _value(board: Board, _: Translate) -> str:
    score = board.score
    figure = formats.total(score.value, board.scale)
    margin = formats.error(score.error, board.scale.places) if score.error is not None else ""
    covered = ""
    if board.scale.kind == "weighted" and score.basis != "official" and 0 < score.coverage < 1:
        covered = _("{share} of the weight has data").format(share=formats.percent(score.coverage, 0))
    return " ".join(part for part in (formats.basis(score.basis, _), figure, margin, covered) if part)


def _consumer(score: Score, _: Translate) -> str:
    if score.consumer is None:
        return ""
    return _("buyers see {stars}").format(stars=formats.consumer(score.consumer))


def _deltas(deltas: Deltas, places: int) -> str:
    return " ".join(formats.points(value, places) for value in (deltas.day, deltas.week, deltas.month))


def _line(line: LineBoard, _: Translate) -> str:
    words = line.words or (
        formats.distance(line.distance, _) if line.distance is not None else formats.UNKNOWN
    )
    alert = f" · {line.effect}" if line.met is False and line.effect else ""
    ahead = ""
    if line.crosses_in_days is not None:
        ahead = " · " + _("foreseen to be crossed in {n} days").format(n=line.crosses_in_days)
    return f"  {LEVELS[line.level]} {padded(line.name, NAMED)} {words}{ahead}{alert}"


def _competitors(board: Board, _: Translate) -> Iterator[str]:
    for one in board.competitors:
        known = [figure for figure in one.figures if figure.published is not None]
        said = " · ".join(_beside(figure, board.scale, _) for figure in known)
        yield f"  {padded(one.name, NAMED)} {said or _('unpublished')}"


def _beside(figure: GapBoard, scale: Scale, _: Translate) -> str:
    return f"{figure.short} {their_words(figure, scale, _)} ({gap_words(figure.gap, figure, scale)})"


def _dimensions(board: Board, _: Translate) -> Iterator[str]:
    places = board.scale.places
    for dimension in board.dimensions:
        yield f"  {padded(dimension.name, NAMED)} {_dimension(dimension, places, _)}".rstrip()
        for indicator in dimension.indicators:
            yield f"    {_indicator(indicator, _)}"


def _dimension(dimension: DimensionBoard, places: int, _: Translate) -> str:
    """Return its score, where there is one or should be: of what is only counted there is none."""
    share = formats.weight(dimension.weight, dimension.weight_certainty, _)
    weight = _("weight {share}").format(share=share) if dimension.weight_certainty != "none" else ""
    if dimension.score is None:
        return " · ".join(part for part in (_("not rated") if dimension.unrated else "", weight) if part)
    figures = f"{formats.score(dimension.score, places):>8}  {_deltas(dimension.deltas, places)}"
    return f"{figures}  " + " · ".join(part for part in (formats.basis(dimension.basis, _), weight) if part)


def _indicator(indicator: IndicatorBoard, _: Translate) -> str:
    name = padded(indicator.short, NAMED - 2)
    if indicator.state == "unavailable":
        return f"{name} {_unavailable(indicator, _)}"
    value = formats.unit_value(indicator.value, indicator.unit, _)
    change = formats.change(indicator.deltas.day, indicator.unit, indicator.better, _)
    states = {"thin": _("few cases"), "approximate": _("approximate")}
    notes = [states.get(indicator.state, ""), indicator.why or "", indicator.cause or ""]
    return "  ".join([f"{name} {padded(value, 10)}", change, *(note for note in notes if note)])


def _unavailable(indicator: IndicatorBoard, _: Translate) -> str:
    if indicator.why:
        return _("unavailable ({why})").format(why=indicator.why)
    return _("unavailable")


def _assessment(one: AssessmentBoard | None) -> Iterator[str]:
    if one is not None:
        yield from _titled(f"{one.name} {LEVELS[one.level]}", (f"  {words}" for words in one.words))


def _ledger(entry: LedgerEntry) -> str:
    until = f" → {formats.day(entry.expires)}" if entry.expires else ""
    mark = {"held": "✓", "missing": " ", "unknown": "?"}[entry.state]
    return f"  {mark} {formats.points(entry.points)} {entry.name}{until}"


def _risks_title(board: Board, _: Translate) -> str:
    total = max(board.risks_total, len(board.risks))
    return _("Orders to save ({shown} of {total})").format(shown=len(board.risks), total=total)


def _risk(risk: Risk, now: datetime.datetime | None, _: Translate) -> str:
    worth = formats.gain(risk.points_at_risk, _) if risk.points_at_risk is not None else ""
    money = formats.money_step(risk.yuan_now, risk.yuan_at_risk, _) if risk.yuan_at_risk is not None else ""
    chance = formats.chance(risk.p_miss) if risk.p_miss is not None else ""
    cells = [
        risk.order_id or risk.subject_id,
        risk.stage,
        _left(risk, now, _),
        chance,
        worth,
        money,
        *_said(risk, _),
        risk.why,
    ]
    return "  " + "  ".join(cell for cell in cells if cell)


def _said(risk: Risk, _: Translate) -> Iterator[str]:
    """Yield what people said of it: @小林, ✎ 已电联, and when it is back in the list."""
    if risk.owner:
        yield f"@{risk.owner}"
    if risk.note:
        yield f"✎ {risk.note}"
    if risk.snoozed_until is not None:
        yield _("back {time}").format(time=formats.clock_time(risk.snoozed_until))


def _left(risk: Risk, now: datetime.datetime | None, _: Translate) -> str:
    """Return the time left; of what only lengthens a mean, how long it has run or when it begins to."""
    if risk.seconds_left is not None:
        return formats.left(risk.seconds_left, _)
    if risk.starts_at is not None:
        return formats.starts(risk.starts_at, _)
    return formats.running((now - risk.started).total_seconds() if now else None, _)


def _actions(actions: Sequence[ActionBoard], _: Translate) -> Iterator[str]:
    yield from (_action(action, _) for action in actions[:ACTIONS])
    if (more := len(actions) - ACTIONS) > 0:
        yield "  " + _("… and {n} more").format(n=more)


def _action(action: ActionBoard, _: Translate) -> str:
    box = "☑" if action.done else "☐"
    worth = formats.gain(action.gain_points, _) if action.gain_points is not None else formats.UNKNOWN
    said = action.effect or action.evidence
    return "  ".join(part for part in (f"  {box} {padded(worth, 9)}", action.title, said) if part)


def _source(source: SourceBoard, _: Translate) -> str:
    last = formats.clock_time(source.last_success) if source.last_success else _("never read")
    counts = _("{records} records, {rejected} rejected").format(
        records=source.records, rejected=source.rejected
    )
    parts = [f"  {STATES[source.state]} {padded(source.name, NAMED)} {last}", counts, source.error or ""]
    return "  ".join(part for part in [*parts, *source.waiting] if part)


def _titled(title: str, rows: Iterable[str]) -> Sequence[str]:
    listed = list(rows)
    return [title, *listed] if listed else []


def padded(text: str, columns: int) -> str:
    """Fill up to so many columns; Chinese characters take two each."""
    return text + " " * max(
        0, columns - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    )
