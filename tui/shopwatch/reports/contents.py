"""What the three reports say: the hand-over between shifts, the day's abnormal orders, the fortnight's review."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence

from shopwatch import formats
from shopwatch.board import ActionBoard, Board, Driver, IndicatorBoard, Risk
from shopwatch.feed import Beyond
from shopwatch.i18n import Translate
from shopwatch.naming import driver_names
from shopwatch.reports.beyond import campaign_part, done_table, league_parts, sudden_part, voice_parts
from shopwatch.reports.document import (
    Bars,
    Block,
    Kind,
    Lines,
    Part,
    Point,
    Report,
    ShopPart,
    Span,
    Table,
    Trend,
)

HOUR = 3600.0
SHIFT_HOURS = 12  # our default: two shifts a day
SOON_HOURS = 24  # of a daily report: until the next one
MOST_BARS = 12
GLYPHS = {"ok": "✓", "near": "!", "bad": "✗", "unknown": "?"}


def kinds(_: Translate) -> dict[Kind, str]:
    """Return what each report is called."""
    return {
        "shift": _("Shift hand-over"),
        "daily": _("Daily abnormal orders"),
        "fortnightly": _("Fortnightly review"),
    }


def report(
    kind: Kind,
    boards: Sequence[Board],
    as_of: datetime.datetime,
    _: Translate,
    *,
    language: str,
    hours: int = SHIFT_HOURS,
    beyond: Mapping[str, Beyond] | None = None,
) -> Report:
    """Put a report together. hours: how long a shift is. beyond: of each shop, by id, what a review tells besides."""
    writers: dict[Kind, Callable[[Board], Iterator[Part]]] = {
        "shift": lambda board: _shift(board, hours, _),
        "daily": lambda board: _daily(board, _),
        "fortnightly": lambda board: _fortnightly(board, (beyond or {}).get(board.id, Beyond()), _),
    }
    when = _("As of {time}").format(time=as_of.isoformat(sep=" ", timespec="minutes"))
    shift = " · " + _("shifts of {n} hours").format(n=hours) if kind == "shift" else ""
    return Report(
        title=f"{kinds(_)[kind]} · {as_of:%Y-%m-%d}",
        subtitle=when + shift,
        shops=tuple(
            ShopPart(board.name, formats.total(board.score.value, board.scale), _under(board, _),
                     tuple(writers[kind](board)))
            for board in boards
        ),
        language=language.replace("_", "-"),
        lead=(_("Shop"), _("Part")),
    )  # fmt: skip


def _under(board: Board, _: Translate) -> str:
    """Return what a score rests on: 推算 ±0.9 · 昨日 -0.6 · 官方 86 (11-10 11:00)."""
    score, places = board.score, board.scale.places
    words = [formats.basis(score.basis, _)]
    if score.error is not None:
        words.append(formats.error(score.error, places))
    if board.deltas.day is not None:
        words.append(_("since yesterday {points}").format(points=formats.points(board.deltas.day, places)))
    if score.next.value is not None:
        value = formats.total(score.next.value, board.scale)
        words.append(
            _("tomorrow {value} ({basis})").format(value=value, basis=formats.basis(score.next.basis, _))
        )
    if score.published is not None:
        value, at = (
            formats.printed(score.published.value, board.scale),
            formats.clock_time(score.published.at),
        )
        words.append(_("official {value} at {time}").format(value=value, time=at))
    return " · ".join([*words, *([score.why] if score.why else [])])


# ---------------------------------------------------------------- the hand-over


def _shift(board: Board, hours: int, _: Translate) -> Iterator[Part]:
    yield _lines(board, _)
    late = [risk for risk in board.risks if _due_within(risk, float("-inf"), 0)]
    now = [risk for risk in board.risks if _due_within(risk, 0, hours * HOUR)]
    after = [risk for risk in board.risks if _due_within(risk, hours * HOUR, 2 * hours * HOUR)]
    for title, risks in (
        (_("Overdue: {n}"), late),
        (_("Runs out this shift: {n}"), now),
        (_("Runs out next shift: {n}"), after),
    ):
        yield _part(title.format(n=len(risks)), _orders(board, risks, _) or _none(_))
    yield _part(_("Starts to count overnight"), Lines(tuple(_overnight(board, _)) or (_("Nothing."),)))
    yield from sudden_part(board.sudden, _)
    yield _part(_("To do"), _actions(board.actions, board.as_of, _) or _none(_))
    if noted := [risk for risk in board.risks if risk.note]:
        yield _part(_("Notes on orders"), _noted(noted, _))
    if trouble := [one for one in board.sources if one.state != "ok"]:
        words = tuple(f"{one.name}: {one.error or _source_state(one.state, _)}" for one in trouble)
        yield _part(_("Sources that don't deliver"), Lines(words))
    if board.notes:
        yield _part(_("What the figures rest on"), Lines(board.notes))


def _due_within(risk: Risk, first: float, last: float) -> bool:
    return risk.seconds_left is not None and first <= risk.seconds_left < last


def _source_state(state: str, _: Translate) -> str:
    return {"stale": _("stale"), "failing": _("failing"), "paused": _("paused")}.get(state, state)


def _overnight(board: Board, _: Translate) -> Iterator[str]:
    quiet = board.quiet
    if quiet.orders:
        words = _("{n} orders start to count at {time}")
        yield words.format(n=quiet.orders, time=formats.clock_time(quiet.orders_from))
    if quiet.aftersales:
        words = _("{n} after-sales start to count at {time}")
        yield words.format(n=quiet.aftersales, time=formats.clock_time(quiet.aftersales_from))


def _noted(risks: Sequence[Risk], _: Translate) -> Table:
    rows = tuple((risk.order_id or risk.subject_id, risk.owner or "", risk.note or "") for risk in risks)
    return Table((_("Order"), _("Owner"), _("Note")), rows)


# ---------------------------------------------------------------- the day's abnormal orders


def _daily(board: Board, _: Translate) -> Iterator[Part]:
    sorted_out: dict[str, list[Risk]] = {"overdue": [], "soon": [], "stalled": [], "unresolved": []}
    for risk in _one_each(board.risks):
        if (kind := _trouble(risk)) is not None:
            sorted_out[kind].append(risk)
    titles = {
        "overdue": _("Overdue: {n}"),
        "soon": _("Due within {hours} hours: {n}"),
        "stalled": _("On the way and stalled: {n}"),
        "unresolved": _("Unresolved: {n}"),
    }
    for kind, risks in sorted_out.items():
        title = titles[kind].format(n=len(risks), hours=SOON_HOURS)
        yield _part(title, _orders(board, risks, _) or _none(_))


def _one_each(risks: Sequence[Risk]) -> list[Risk]:
    """Return the most pressing trouble of each order."""
    kinds = ("overdue", "stalled", "soon", "unresolved", None)
    found: dict[str, Risk] = {}
    for risk in sorted(risks, key=lambda one: kinds.index(_trouble(one))):
        found.setdefault(risk.order_id or risk.subject_id, risk)
    return sorted(found.values(), key=lambda one: one.rank)


def _trouble(risk: Risk) -> str | None:
    """Return what is abnormal of an order; None of one that has time."""
    if risk.seconds_left is not None and risk.seconds_left < 0:
        return "overdue"
    if risk.clock in ("first_scan", "scan_gap"):
        return "stalled"
    if risk.seconds_left is not None:
        return "soon" if risk.seconds_left < SOON_HOURS * HOUR else None
    return "unresolved"


def _orders(board: Board, risks: Sequence[Risk], _: Translate) -> Table | None:
    """Return a row for each: what, until when, whose, and why."""
    if not risks:
        return None
    causes = {cause.id: cause.title for cause in board.causes}
    names = (_("Order"), _("Stage"), _("Deadline"), _("Left"), _("Owner"), _("Reason"), _("Common cause"),
             _("Carrier"), _("Product"), _("Note"))  # fmt: skip
    return Table(names, tuple(_order(risk, board, causes, _) for risk in risks))


def _order(risk: Risk, board: Board, causes: dict[str, str], _: Translate) -> tuple[str, ...]:
    return (
        risk.order_id or risk.subject_id,
        risk.stage,
        formats.clock_time(risk.deadline, board.as_of) if risk.deadline else "",
        _left(risk, board.as_of, _),
        risk.owner or "",
        risk.why,
        causes.get(risk.cause or "", ""),
        risk.carrier or "",
        risk.product or "",
        risk.note or "",
    )


def _left(risk: Risk, now: datetime.datetime | None, _: Translate) -> str:
    if risk.seconds_left is not None:
        return formats.left(risk.seconds_left, _)
    if risk.starts_at is not None:
        return formats.starts(risk.starts_at, _)
    return formats.running((now - risk.started).total_seconds() if now else None, _)


# ---------------------------------------------------------------- the fortnight's review


def _fortnightly(board: Board, beyond: Beyond, _: Translate) -> Iterator[Part]:
    trend = Trend(
        title=_("Score by day"),
        past=tuple(Point(one.day, one.value) for one in board.trend),
        ahead=tuple(Point(one.day, one.value, one.low, one.high) for one in board.forecast),
        places=board.scale.places,
        spans=tuple(Span(one.name, one.start.date(), one.end.date()) for one in board.campaigns),
    )
    yield _part(_("Score by day"), trend, Lines(tuple(_changes(board, _))))
    for title, drivers in (
        (_("What moved the score in 7 days"), board.drivers_of(7)),
        (_("What moved the score in 30 days"), board.drivers_of(30)),
    ):
        if drivers:
            yield _part(title, *_moved(title, board, drivers, _))
    yield _part(_("Indicators"), _indicators(board, _))
    yield _lines(board, _)
    yield from league_parts(beyond.leagues, _)
    yield from sudden_part(board.sudden, _)
    yield from voice_parts(beyond.voice, _)
    yield from campaign_part(board, _)
    done = done_table(board, beyond.deeds, _)
    yield _part(_("Done in a fortnight, and what it changed"), done or _none(_))
    left = [one for one in board.actions if not one.done]
    yield _part(_("Still to do"), _actions(left, board.as_of, _) or _none(_))
    if board.notes:
        yield _part(_("What the figures rest on"), Lines(board.notes))


def _changes(board: Board, _: Translate) -> Iterator[str]:
    for words, delta in (
        (_("In 7 days {points}"), board.deltas.week),
        (_("In 30 days {points}"), board.deltas.month),
    ):
        yield words.format(points=formats.points(delta, board.scale.places))


def _moved(title: str, board: Board, drivers: Sequence[Driver], _: Translate) -> Iterator[Block]:
    names, places = driver_names(board, _), max(2, board.scale.places)
    largest = sorted(drivers, key=lambda one: -abs(one.delta_points))[:MOST_BARS]
    yield Bars(title, tuple(
        (names.get(one.indicator, one.indicator), one.delta_points, formats.points(one.delta_points, places))
        for one in largest
    ))  # fmt: skip
    rows = tuple(
        (
            names.get(one.indicator, one.indicator),
            formats.points(one.delta_points, places),
            _slices(one, places),
        )
        for one in largest
    )
    yield Table((_("Indicator"), _("Points"), _("Most of it from")), rows)


def _slices(driver: Driver, places: int) -> str:
    largest = sorted(driver.slices, key=lambda one: -abs(one.delta_points))[:3]
    return " · ".join(f"{one.key} {formats.points(one.delta_points, places)}" for one in largest)


def _indicators(board: Board, _: Translate) -> Table:
    columns = (_("Dimension"), _("Indicator"), _("Value"), _("In 7 days"), _("In 30 days"), _("Remarks"))
    return Table(columns, tuple(
        (dimension.short, one.name, formats.unit_value(one.value, one.unit, _), *_moves(one, _), one.why or "")
        for dimension in board.dimensions
        for one in dimension.indicators
    ))  # fmt: skip


def _moves(one: IndicatorBoard, _: Translate) -> tuple[str, str]:
    return (
        formats.change(one.deltas.week, one.unit, one.better, _),
        formats.change(one.deltas.month, one.unit, one.better, _),
    )


# ---------------------------------------------------------------- what several say


def _part(title: str, *blocks: Block) -> Part:
    return Part(title, blocks)


def _none(_: Translate) -> Lines:
    return Lines((_("Nothing."),))


def _lines(board: Board, _: Translate) -> Part:
    rows = tuple(
        (f"{GLYPHS[line.level]} {line.name}", line.words or formats.distance(line.distance, _), line.effect)
        for line in board.lines
    )
    table = Table((_("Line"), _("Where it stands"), _("Effect")), rows)
    return _part(_("Lines"), table if rows else _none(_))


def _actions(actions: Sequence[ActionBoard], now: datetime.datetime | None, _: Translate) -> Table | None:
    """Return a row for each: the overdue first, with whoever sees to it and until when."""
    if not actions:
        return None
    columns = (
        _("State"),
        _("Action"),
        _("Worth"),
        _("Owner"),
        _("Until"),
        _("Why, or what it changed"),
        _("Note"),
    )
    return Table(columns, tuple(
        (
            "☑ " + formats.clock_time(one.done_at) if one.done else "☐",
            one.title,
            formats.gain(one.gain_points, _),
            one.owner or "",
            _until(one, now, _),
            (one.effect if one.done else None) or one.evidence,
            one.note or "",
        )
        for one in sorted(actions, key=lambda one: not _overdue(one, now))
    ))  # fmt: skip


def _overdue(action: ActionBoard, now: datetime.datetime | None) -> bool:
    return not action.done and now is not None and action.due_at is not None and action.due_at < now


def _until(action: ActionBoard, now: datetime.datetime | None, _: Translate) -> str:
    if action.due_at is None:
        return ""
    time = formats.clock_time(action.due_at, now)
    return _("{time}, overdue").format(time=time) if _overdue(action, now) else time
