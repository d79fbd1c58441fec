"""What is wrong on one board, by the rules: pure, and one finding a cause, never one an order."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from shopwatch import formats
from shopwatch.board import Board, LineBoard, Risk
from shopwatch.board.alerts import Level
from shopwatch.config.structs import AlertSection
from shopwatch.i18n import Translate

DAY = 86400.0


class Finding(NamedTuple):
    """subject: what of the shop it is about, so that the next finding of the same is known again. name: what to call
    that once it is over. opens: the key of the row that stands behind it. hold: seconds that it must last before
    it is told; repeat: after which it is told again, None: as all are."""

    rule: str
    shop: str
    shop_name: str
    subject: str
    name: str
    level: Level
    words: str
    opens: str = ""
    hold: float = 0.0
    repeat: float | None = None

    @property
    def id(self) -> str:
        return f"{self.shop}/{self.rule}/{self.subject}"


class Judged(NamedTuple):
    """unsure: the shop's rules of which the board can't tell: what was found by them before stands."""

    findings: tuple[Finding, ...]
    unsure: frozenset[str]


class _Seen(NamedTuple):
    """One thing that a rule sees; `words` without the shop's name."""

    subject: str
    name: str
    words: str
    opens: str = ""


class _UnsureError(Exception):
    """The board can't tell."""


def judge(board: Board, rules: Iterable[AlertSection], now: datetime.datetime, _: Translate) -> Judged:
    """Return what the rules find on a board. now: with the shop's own offset."""
    findings: list[Finding] = []
    unsure: set[str] = set()
    for rule in rules:
        if not _concerns(rule, board):
            continue
        try:
            seen = list(JUDGES[rule.on or "line"](board, rule, now, _))
        except _UnsureError:
            unsure.add(rule.id)
            continue
        findings += [
            Finding(
                rule=rule.id,
                shop=board.id,
                shop_name=board.name,
                subject=one.subject,
                name=one.name,
                level=rule.level or "warning",
                words=f"{rule.title} · {one.words}" if rule.title else one.words,
                opens=one.opens,
                hold=(rule.hold_minutes or 0.0) * 60,
                repeat=None if rule.repeat_hours is None else rule.repeat_hours * 3600,
            )
            for one in seen
        ]
    return Judged(tuple(findings), frozenset(unsure))


def _concerns(rule: AlertSection, board: Board) -> bool:
    card = board.scorecard.partition("@")[0]
    return (not rule.shops or board.id in rule.shops) and (
        not rule.scorecards or not {card, board.scorecard}.isdisjoint(rule.scorecards)
    )


# ---------------------------------------------------------------- scores and lines


def _lines(board: Board, rule: AlertSection) -> list[LineBoard]:
    wanted = rule.lines or ("*",)
    return [line for line in board.lines if any(fnmatch.fnmatchcase(line.id, name) for name in wanted)]


def _on_line(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    lines = _lines(board, rule)
    if lines and all(line.level == "unknown" for line in lines):
        raise _UnsureError
    for line in lines:
        if line.level in (rule.states or ("bad",)):
            yield _Seen(line.id, line.name, _line_words(line, _), "score")


def _line_words(line: LineBoard, _: Translate) -> str:
    state = {"bad": _("not met") if line.kind != "stop" else _("struck"), "near": _("close")}.get(
        line.level, ""
    )
    said = " ".join(filter(None, (line.name, state, line.words)))
    return f"{said} · {line.effect}" if line.level == "bad" and line.effect else said


def _on_crossing(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    for line in _lines(board, rule):
        days = line.crosses_in_days
        if line.met and days is not None and days <= (rule.days or 3):
            words = _("{line}: foreseen to be crossed in {n} d").format(line=line.name, n=days)
            yield _Seen(line.id, line.name, words, "score")


def _on_drop(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    days = rule.days or 1
    delta = board.deltas.week if days == 7 else board.deltas.day
    if delta is None:
        raise _UnsureError
    # points are said of a scale of 100; one of five stars is as long as its own share of it
    size = (rule.points or 1.0) * (board.scale.ceiling - board.scale.floor) / 100
    if delta <= -size + 1e-9:
        place = max(1, board.scale.places)
        words = (
            _("{points} since yesterday: {score}") if days == 1 else _("{points} in 7 days: {score}")
        ).format(points=formats.points(delta, place), score=formats.total(board.score.value, board.scale))
        yield _Seen("total", _("score"), words, "drivers")


def _on_indicator(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    found = [one for part in board.dimensions for one in part.indicators if one.id == rule.indicator]
    for one in found:
        if one.value is None:
            raise _UnsureError
        over = rule.above is not None and one.value > rule.above
        under = rule.below is not None and one.value < rule.below
        if over or under:
            value = formats.unit_value(one.value, one.unit, _)
            yield _Seen(one.id, one.short, f"{one.short} {value}", f"indicator:{one.id}")


def _on_orders(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    if board.valid_orders is None:
        raise _UnsureError
    if board.stage == "formal" and board.valid_orders <= (rule.most or 0):
        words = _("{n} valid orders in 30 days: the growth stage is near").format(n=board.valid_orders)
        yield _Seen("valid_orders", _("valid orders"), words, "score")


def _on_deduction(board: Board, rule: AlertSection, now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    for entry in board.ledger:
        if (
            entry.points < 0
            and entry.at
            and 0 <= (now - entry.at).total_seconds() < (rule.hours or 24) * 3600
        ):
            words = _("new deduction: {name} {points}").format(
                name=entry.name, points=formats.gain(entry.points, _)
            )
            yield _Seen(f"{entry.kind}@{int(entry.at.timestamp())}", entry.name, words, "ledger")


def _on_official(board: Board, rule: AlertSection, now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    published = board.score.published
    if published is None or not board.scale.prints_total:
        return  # a shop that never had one isn't waiting for one
    if now.time() >= datetime.time.fromisoformat(rule.by or "12:00") and published.at.date() < now.date():
        words = _("no official score yet today; the last is of {day}").format(day=formats.day(published.at))
        yield _Seen("official", _("official score"), words, "score")


# ---------------------------------------------------------------- orders


def _open(board: Board, rule: AlertSection, now: datetime.datetime) -> list[Risk]:
    """Return the exposures that the rule is about: not lost, and not put off."""
    clocks = frozenset(rule.clocks or ())
    return [
        risk
        for risk in board.risks
        if risk.clock in clocks and not risk.lost and not (risk.snoozed_until and risk.snoozed_until > now)
    ]


def _on_due(board: Board, rule: AlertSection, now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    due = [
        (left, risk)
        for risk in _open(board, rule, now)
        if risk.deadline and (left := (risk.deadline - now).total_seconds()) < rule.span
    ]
    for stage, group in _by_stage(risk for _left, risk in due).items():
        soonest = min(left for left, risk in due if risk.stage == stage)
        words = _("{stage}: {n} to save, the first {left}").format(
            stage=stage, n=len(group), left=formats.left(soonest, _)
        )
        yield _Seen(stage, stage, words, _way_in(group))


def _on_waited(board: Board, rule: AlertSection, now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    long = [risk for risk in _open(board, rule, now) if _waited(risk, now) >= rule.span]
    for stage, group in _by_stage(long).items():
        longest = max(_waited(risk, now) for risk in group)
        words = _("{stage}: {n} waiting, the longest {time}").format(
            stage=stage, n=len(group), time=_time(longest, _)
        )
        yield _Seen(stage, stage, words, _way_in(group))


def _waited(risk: Risk, now: datetime.datetime) -> float:
    return (now - risk.started).total_seconds()


def _time(seconds: float, _: Translate) -> str:
    if seconds < 3600:
        return _("{n} min").format(n=int(seconds // 60))
    return _("{n} h").format(n=int(seconds // 3600))


def _by_stage(risks: Iterable[Risk]) -> dict[str, list[Risk]]:
    found: dict[str, list[Risk]] = {}
    for risk in risks:
        found.setdefault(risk.stage, []).append(risk)
    return found


def _way_in(group: Sequence[Risk]) -> str:
    return f"order:{group[0].order_id}" if len(group) == 1 and group[0].order_id else "orders"


def _on_cause(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    for cause in board.causes:
        if cause.count >= (rule.least or 1):
            yield _Seen(cause.id, cause.title, cause.title, f"cause:{cause.id}")


def _on_sudden(board: Board, rule: AlertSection, _now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    if not board.whole:
        raise _UnsureError
    for one in board.sudden:
        if one.count >= (rule.least or 1):
            yield _Seen(one.id, one.key, one.words, "voice")


# ---------------------------------------------------------------- sources


def _on_source(board: Board, rule: AlertSection, now: datetime.datetime, _: Translate) -> Iterator[_Seen]:
    for source in board.sources:
        if source.state in (rule.states or ("stale",)):
            since = (
                formats.clock_time(source.last_success.astimezone(now.tzinfo)) if source.last_success else ""
            )
            known = _("source {name}: silent since {time}") if since else _("source {name}: no answer yet")
            words = known.format(name=source.name, time=since)
            told = f"{words} · {source.error}" if source.error else words
            yield _Seen(source.name, _("source {name}").format(name=source.name), told, "sources")


Judge = Callable[[Board, AlertSection, datetime.datetime, Translate], Iterator[_Seen]]

JUDGES: dict[str, Judge] = {
    "line": _on_line,
    "crossing": _on_crossing,
    "drop": _on_drop,
    "indicator": _on_indicator,
    "orders": _on_orders,
    "deduction": _on_deduction,
    "official": _on_official,
    "due": _on_due,
    "waited": _on_waited,
    "cause": _on_cause,
    "sudden": _on_sudden,
    "source": _on_source,
}
