"""The lines of the order list as plain values: made from a board, filtered, sorted and laid out.

Nothing here draws. What changes with every second (the time left, how close that is) is worked out from a
line and the time at the moment of painting, so that one set of lines lasts until the next board.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal

import msgspec

from shopwatch import formats
from shopwatch.board import Board, Cause, Risk
from shopwatch.i18n import Translate

Level = Literal["late", "soon", "near", "calm", "lost"]
Sort = Literal["rank", "left", "chance", "pay"]
SORTS: tuple[Sort, ...] = ("rank", "left", "chance", "pay")

SOON_SECONDS = 3600
NEAR_SECONDS = 4 * 3600
# Glyphs of one cell that no terminal turns into a picture.
NOTE = "✎"
GLYPHS: dict[Level, str] = {"late": "✗", "soon": "▲", "near": "△", "calm": "·", "lost": "–"}


class OrderLine(msgspec.Struct, frozen=True):
    """One line of the list. key: stays the same while the thing is the same.

    parent: the key of the cause it stands under. deadline, starts, since: seconds of the epoch; the time
    column counts down to the first, says when the second comes, or counts up from the third. back: what the
    column says of what was put off. words: what a filter looks through.
    """

    key: str
    kind: Literal["cause", "order", "later"]
    title: str
    stage: str
    why: str
    order_ids: tuple[str, ...] = ()
    parent: str | None = None
    deadline: float | None = None
    starts: float | None = None
    starts_at: datetime.datetime | None = None
    since: float | None = None
    back: datetime.datetime | None = None
    p_miss: float | None = None
    points: float | None = None
    points_per_hour: float | None = None
    yuan_now: float | None = None
    yuan: float | None = None
    owner: str = ""
    lost: bool = False
    stale: bool = False  # its source stopped answering
    rank: int = 0
    words: str = ""


def lines_of(board: Board, _: Translate, now: datetime.datetime | None = None) -> tuple[OrderLine, ...]:
    """Return every line of a board: its causes, each followed by its orders, then the other orders, and at the
    foot what was put off until later."""
    moment = now or board.as_of
    later = [risk for risk in board.risks if put_off(risk, moment)]
    seen = [risk for risk in board.risks if not put_off(risk, moment)]
    hidden = {risk.order_id for risk in later}
    causes = [cause for cause in board.causes if not hidden.issuperset(cause.order_ids)]
    members: dict[str, list[Risk]] = {cause.id: [] for cause in causes}
    alone: list[Risk] = []
    for risk in seen:
        members.get(risk.cause or "", alone).append(risk)
    lines: list[OrderLine] = []
    for place, cause in enumerate(causes, 1):
        above = _cause_line(cause, place, members[cause.id], _)
        lines.append(above)
        lines.extend(_order_line(risk, above.key, _) for risk in members[cause.id])
    lines.extend(_order_line(risk, None, _) for risk in alone)
    if later:
        later.sort(key=lambda risk: (risk.snoozed_until or risk.started, risk.rank))
        lines.append(_later_line(later, _))
        lines.extend(_order_line(risk, LATER, _) for risk in later)
    return tuple(lines)


LATER = "later:"


def put_off(risk: Risk, now: datetime.datetime | None) -> bool:
    """Whether somebody has put it off until later than now."""
    return risk.snoozed_until is not None and now is not None and risk.snoozed_until > now


def _later_line(later: Sequence[Risk], _: Translate) -> OrderLine:
    first = later[0].snoozed_until
    return OrderLine(
        key=LATER,
        kind="later",
        title=formats.count(len(later), _),
        stage=_("put off"),
        why=_("the first is back {time}").format(time=formats.clock_time(first)),
        back=first,
        order_ids=tuple(dict.fromkeys(risk.order_id for risk in later if risk.order_id)),
    )


def _cause_line(cause: Cause, place: int, members: Sequence[Risk], _: Translate) -> OrderLine:
    owners = {risk.owner or "" for risk in members}
    return OrderLine(
        key=f"cause:{cause.id}",
        kind="cause",
        title=formats.count(cause.count, _),
        stage=cause.stage,
        why=_("{title} · {why}").format(title=cause.title, why=cause.why) if cause.why else cause.title,
        order_ids=cause.order_ids,
        deadline=_epoch(cause.deadline),
        p_miss=cause.p_miss,
        points=cause.points_at_risk,
        yuan=cause.yuan_at_risk,
        owner=owners.pop() if len(owners) == 1 else "",
        rank=place,
        words=f"{cause.title} {cause.key} {cause.stage} {cause.why}".casefold(),
    )


def _order_line(risk: Risk, parent: str | None, _: Translate) -> OrderLine:
    subject = risk.order_id or risk.subject_id
    said = (risk.carrier, risk.product, risk.warehouse, risk.province, risk.agent, risk.owner, risk.note)
    back = _("back {time}").format(time=formats.clock_time(risk.snoozed_until)) if parent == LATER else ""
    note = f"{NOTE} {risk.note}" if risk.note else ""
    return OrderLine(
        key=f"{risk.clock}:{risk.subject_id}",
        kind="order",
        title=formats.tail(subject),
        stage=risk.stage,
        why=" · ".join(filter(None, (back, note, risk.why))),
        order_ids=(risk.order_id,) if risk.order_id else (),
        parent=parent,
        deadline=_epoch(risk.deadline),
        starts=_epoch(risk.starts_at),
        starts_at=risk.starts_at,
        since=_epoch(risk.started),
        p_miss=risk.p_miss,
        points=risk.points_at_risk,
        points_per_hour=risk.points_per_hour,
        yuan_now=risk.yuan_now,
        yuan=risk.yuan_at_risk,
        owner=risk.owner or "",
        lost=risk.lost,
        rank=risk.rank,
        words=" ".join((subject, risk.subject_id, risk.stage, risk.why, *filter(None, said))).casefold(),
    )


def _epoch(at: datetime.datetime | None) -> float | None:
    return None if at is None else at.timestamp()


# ---- what changes with the time


def level(line: OrderLine, now: float) -> Level:
    if line.lost:
        return "lost"
    if line.deadline is None:
        return "calm"
    seconds = line.deadline - now
    if seconds < 0:
        return "late"
    return "soon" if seconds < SOON_SECONDS else "near" if seconds < NEAR_SECONDS else "calm"


def time_text(line: OrderLine, now: float, _: Translate, *, short: bool = False) -> str:
    """A deadline counts down, before all else; then the hour at which it starts to count; then the running
    time of what lengthens a mean. short: past a day, without the hours of what is late or running."""
    if line.back is not None:
        return formats.hour(line.back) if short else formats.clock_time(line.back)
    if line.deadline is not None:
        return formats.left(line.deadline - now, _, short=short)
    if line.starts is not None and now < line.starts:
        return formats.starts(line.starts_at, _)
    counted_from = max((at for at in (line.since, line.starts) if at is not None), default=None)
    if counted_from is None:
        return formats.UNKNOWN
    return formats.running(now - counted_from, _, short=short)


# ---- the words of a line, made only for those that are painted


def points_text(line: OrderLine, _: Translate) -> str:
    """Points an hour where every hour counts and nothing else is known; else what acting now still saves."""
    if line.points is None and line.points_per_hour is not None:
        return formats.gain_per_hour(line.points_per_hour, _)
    return formats.gain_bare(line.points)


def pay_text(line: OrderLine, _: Translate) -> str:
    """What is owed already and what the next step brings it to; of a cause, of all its orders together."""
    if line.kind == "cause":
        return formats.money(line.yuan, _, short=True)
    return formats.money_step(line.yuan_now, line.yuan, _)


# ---- which lines, in which order


def matches(words: str, wanted: str) -> bool:
    """Every word of the filter is there; one with `!` before it is not."""
    for term in wanted.casefold().split():
        inverse, bare = term.startswith("!"), term.removeprefix("!")
        if bare and (bare in words) == inverse:
            return False
    return True


def arrange(
    lines: Sequence[OrderLine], *, expanded: Collection[str] = (), sort: Sort = "rank", wanted: str = ""
) -> list[OrderLine]:
    """Return the lines to show, from top to bottom.

    A closed cause stands for its orders, and the foot for what was put off. Under a filter a cause shows if it
    or one of its orders matches, and then opens by itself onto those that do. By rank causes come first; by
    anything else they mix.
    """
    members: dict[str, list[OrderLine]] = {}
    tops: list[OrderLine] = []
    for line in lines:
        if line.parent is None:
            tops.append(line)
        elif not wanted or matches(line.words, wanted):
            members.setdefault(line.parent, []).append(line)
    shown: list[OrderLine] = []
    for line in _sorted(tops, sort):
        under = members.get(line.key, []) if line.kind != "order" else []
        if wanted and not under and not matches(line.words, wanted):
            continue
        shown.append(line)
        if under and (wanted or line.key in expanded):
            shown.extend(_sorted(under, sort))
    return shown


def _sorted(lines: Iterable[OrderLine], sort: Sort) -> list[OrderLine]:
    """What can't be saved any more comes last, by whatever the rest is sorted; only what was put off is below."""
    keys: dict[Sort, Callable[[OrderLine], tuple[float, ...]]] = {
        "rank": lambda line: (line.kind == "order", line.rank),
        "left": lambda line: (line.deadline is None, line.deadline or line.since or 0.0, line.rank),
        "chance": lambda line: (line.p_miss is None, -(line.p_miss or 0.0), line.rank),
        "pay": lambda line: (-(line.yuan or 0.0), line.rank),
    }
    order = keys[sort]
    return sorted(lines, key=lambda line: (line.kind == "later", line.lost, order(line), line.key))


def hold(shown: Sequence[OrderLine], lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Return `lines` in the order in which the same things already stand; what is new follows at the end
    of its own group, so that nothing moves under a person's fingers."""
    places = {line.key: place for place, line in enumerate(shown)}
    last = len(places)
    tops = [line for line in lines if line.parent is None]
    members: dict[str, list[OrderLine]] = {}
    for line in lines:
        if line.parent is not None:
            members.setdefault(line.parent, []).append(line)
    held: list[OrderLine] = []
    for line in sorted(tops, key=lambda line: places.get(line.key, last)):
        held.append(line)
        held.extend(sorted(members.get(line.key, ()), key=lambda line: places.get(line.key, last)))
    return held


# ---- the columns

Name = Literal["order", "left", "stage", "chance", "points", "pay", "why", "owner"]


class Column(msgspec.Struct, frozen=True):
    name: Name
    x: int
    width: int


_ORDER: tuple[Name, ...] = ("order", "left", "stage", "chance", "points", "pay", "why", "owner")
_WIDTHS: dict[Name, int] = {"order": 11, "left": 15, "chance": 11, "points": 9, "pay": 9, "owner": 8}
CHANCE_WITHOUT_BAR = 4
_NARROW: dict[Name, int] = {"chance": CHANCE_WITHOUT_BAR, "left": 12, "points": 7}
# What goes, in this order, while the reason has less than so many cells.
_DROPS: tuple[tuple[Name | Literal["bar"], int], ...] = (
    ("owner", 28),
    ("bar", 18),
    ("pay", 16),
    ("chance", 14),
    ("points", 8),
    ("stage", 8),
)


def columns(width: int, stage: int = 8, least_stage: int = 8) -> tuple[Column, ...]:
    """Return the columns for a list of `width` cells, the first of which is the cursor's mark; the reason
    takes what the others leave. stage: the cells that the longest stage needs; least_stage: those that it
    gets where there is little room."""
    widths = {**_WIDTHS, "stage": stage}
    for drop, least in _DROPS:
        if _room(widths, width) >= least:
            break
        if drop == "bar":
            widths |= {**_NARROW, "stage": min(stage, least_stage)}
        else:
            del widths[drop]
    widths["why"] = max(0, _room(widths, width))
    placed: list[Column] = []
    x = 1
    for name in _ORDER:
        size = min(widths.get(name, 0), width - x)
        if size > 0:
            placed.append(Column(name, x, size))
            x += size + 1
    return tuple(placed)


def _room(widths: dict[Name, int], width: int) -> int:
    return width - 1 - sum(widths.values()) - len(widths)
