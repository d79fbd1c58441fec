"""The status bar: whether what is shown can be trusted, and the clock that proves the program is alive."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import msgspec
from textual.content import Content

from shopwatch import formats
from shopwatch.board import AlertBoard, Board, SourceBoard
from shopwatch.i18n import Translate
from shopwatch.panes.cells import content, cut, spread
from shopwatch.panes.oneline import OneLine

SEPARATOR = " · "
LEAST_WORDS = 12  # of the first source, cut where there is no room for all


class Pulse(msgspec.Struct, frozen=True):
    """What the bar says of the monitor itself. wall: the real time, which the sources go by. failure: what
    went wrong with it, in a sentence. warm: nothing has been heard of it yet. alerts: how many urgent ones and
    how many warnings stand that nobody has taken note of. replayed: the past moment that is shown; leafing: the one that is being
    worked out."""

    now: datetime.datetime
    wall: datetime.datetime
    next_poll: datetime.datetime | None
    paused: bool
    warm: bool
    failure: str | None
    alerts: tuple[int, int] = (0, 0)
    replayed: datetime.datetime | None = None
    leafing: datetime.datetime | None = None


def standing(alerts: Iterable[AlertBoard]) -> tuple[int, int]:
    """Return how many urgent alerts and how many warnings nobody has taken note of yet."""
    fresh = [one.level for one in alerts if one.ended_at is None and one.acknowledged_at is None]
    return fresh.count("urgent"), fresh.count("warning")


def source_words(source: SourceBoard, wall: datetime.datetime, _: Translate) -> tuple[str, str]:
    """Return one source's state in words, with its glyph, and its colour."""
    if source.state == "paused":
        return _("▮▮ {name} paused").format(name=source.name), "$quiet"
    if source.state == "ok" and source.waiting and not source.records:
        return f"{source.name} {source.waiting[0]}", "$near"
    if source.state == "ok":
        return f"{source.name} {_age(source.last_success, wall, _)}", "$quiet"
    if source.next_try and source.next_try > wall:
        wait = _seconds((source.next_try - wall).total_seconds(), _)
        words = _("⚠ {name} again in {wait}").format(name=source.name, wait=wait)
    else:
        words = _("⚠ {name} silent since {age}").format(
            name=source.name, age=_age(source.last_success, wall, _)
        )
    reason = f"({source.error})" if source.error and len(source.error) <= 14 else ""
    return words + reason, "$bad" if source.state == "failing" else "$near"


def _age(at: datetime.datetime | None, now: datetime.datetime, _: Translate) -> str:
    return formats.age((now - at).total_seconds(), _) if at else _("never")


def _seconds(seconds: float, _: Translate) -> str:
    whole = max(0, round(seconds))
    return _("{n} s").format(n=whole) if whole < 100 else f"{whole // 60:02}:{whole % 60:02}"


class StatusBar(OneLine):
    """Sources and their ages, the next poll, the rules in force, and the time."""

    def show(self, board: Board | None, pulse: Pulse, _: Translate) -> None:
        self.set_class(pulse.paused or bool(pulse.failure or pulse.replayed), "-loud")
        self.say(lambda width: self._whole(board, pulse, width, _))

    def _whole(self, board: Board | None, pulse: Pulse, width: int, _: Translate) -> Content:
        right = self._right(board, pulse, width, _)
        return spread(self._sources(board, pulse, width - right.cell_length - 2, _), right, width)

    def _right(self, board: Board | None, pulse: Pulse, width: int, _: Translate) -> Content:
        urgent, warning = pulse.alerts
        parts = []
        if urgent:
            parts.append(content((_("‼ urgent {n}").format(n=urgent), "bold $bad")))
        if warning and width >= 60:
            parts.append(content((_("⚠ warnings {n}").format(n=warning), "$near")))
        if pulse.leafing:
            when = formats.clock_time(pulse.leafing, pulse.now)
            parts.append(content((_("◀ turning back to {time} …").format(time=when), "$near")))
        elif pulse.replayed:
            when = formats.clock_time(pulse.replayed, pulse.now)
            parts.append(content((_("◀ REPLAY {time} · ] }} on").format(time=when), "bold $near")))
        if pulse.paused:
            parts.append(content((_("▮▮ PAUSED, ages go on"), "bold $near")))
        elif pulse.next_poll:
            wait = _wait((pulse.next_poll - pulse.wall).total_seconds())
            parts.append(content((_("next {time}").format(time=wait), "$quiet")))
        if board and width >= 98:
            parts.append(
                content((_("rules {date}").format(date=board.scorecard.partition("@")[2]), "$quiet"))
            )
        clock = content((f"{pulse.now:%m-%d %H:%M:%S}", "bold"))
        if board and board.pinned and not pulse.replayed:
            clock = content((_("◎ clock pinned "), "bold $near")) + clock
        return Content("   ").join([*parts, clock])

    def _sources(self, board: Board | None, pulse: Pulse, room: int, _: Translate) -> Content:
        if pulse.failure:
            return cut(content(("✖ ", "bold $bad"), (pulse.failure, "$bad")), room)
        sources = board.sources if board else ()
        fine = sum(source.state == "ok" for source in sources)
        glyph, style = ("●", "$good") if fine == len(sources) else ("⚠", "$near")
        if pulse.warm:
            return cut(content(("○ ", "$near"), (self._as_of(board, pulse, _), "$near")), room)
        head = content((f"{glyph} ", style), (_("Sources {ok}/{all}").format(ok=fine, all=len(sources)), ""))
        return self._join(head, sources, pulse, room, _)

    def _as_of(self, board: Board | None, pulse: Pulse, _: Translate) -> str:
        if not board or not board.as_of:
            return _("Waiting for the first figures")
        return _("Last seen {time}, {age}; asking the sources").format(
            time=formats.clock_time(board.as_of), age=_age(board.as_of, pulse.now, _)
        )

    def _join(
        self, head: Content, sources: tuple[SourceBoard, ...], pulse: Pulse, room: int, _: Translate
    ) -> Content:
        """Append what fits, those that have gone silent first."""
        line, gap = head, "  "
        left_out = len(sources)
        for source in sorted(sources, key=lambda one: (one.state == "ok", not one.waiting)):
            words, style = source_words(source, pulse.wall, _)
            part = content((gap, "$faint"), (words, style))
            left = room - line.cell_length - 3
            if part.cell_length > left and (gap == SEPARATOR or left < LEAST_WORDS):
                break
            line, gap = line + cut(part, left), SEPARATOR
            left_out -= 1
        return line + content((f" +{left_out}", "$faint")) if left_out else line


def _wait(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60:02}:{whole % 60:02}"
