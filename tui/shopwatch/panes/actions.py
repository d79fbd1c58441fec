"""Today's actions: what each is worth, why, and whether doing it worked."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from textual.content import Content

from shopwatch import formats
from shopwatch.board import ActionBoard, Board
from shopwatch.i18n import Translate
from shopwatch.panes.board_pane import ShopPane
from shopwatch.panes.cells import columns, content, cut, dimmed, spread, wrap
from shopwatch.panes.order_lines import matches
from shopwatch.panes.rows import Row
from shopwatch.panes.view import View, entitle, silent

GAIN = 7
FOLD = "fold:"
"""The key of the row under which the habits are."""
BOX = 2


def cadence_words(cadence: str, _: Translate) -> str:
    """Return how often an action comes round; what isn't one of ours is already in words."""
    return {
        "now": _("asap"),
        "once": _("once"),
        "shift": _("each shift"),
        "daily": _("daily"),
        "weekly": _("weekly"),
        "fortnightly": _("fortnightly"),
        "biweekly": _("fortnightly"),
        "monthly": _("monthly"),
        "quarterly": _("quarterly"),
        "campaign": _("before a campaign"),
    }.get(cadence, cadence)


def gain_cell(action: ActionBoard) -> tuple[str, str]:
    """Return what it is worth; a done one no longer promises anything."""
    if action.gain_points is None:
        return formats.UNKNOWN, "$faint"
    text = formats.gain_bare(action.gain_points)
    return text, "$quiet" if action.done else ("bold $good" if action.gain_points >= 0.1 else "$good")


def is_overdue(action: ActionBoard, now: datetime.datetime) -> bool:
    return not action.done and action.due_at is not None and action.due_at <= now


def is_habit(action: ActionBoard) -> bool:
    """Whether it may be folded away: nothing open or winnable presses it, and nobody has taken it on."""
    return not (action.pressing or action.done or action.owner or action.due_at)


def pressing(board: Board) -> int:
    """Return how many actions are to be done that aren't habits."""
    return sum(not (one.done or is_habit(one)) for one in board.actions)


def _put_off(action: ActionBoard, now: datetime.datetime) -> bool:
    return action.snoozed_until is not None and action.snoozed_until > now


def said_of(action: ActionBoard, now: datetime.datetime, _: Translate) -> list[str]:
    """Return what people said of an action: until when it is put off, who sees to it by when, the last note."""
    said = []
    if action.snoozed_until is not None and _put_off(action, now):
        said.append(_("put off until {time}").format(time=formats.clock_time(action.snoozed_until, now)))
    if action.owner:
        said.append(f"@{action.owner}")
    if action.due_at is not None:
        words = _("▲ overdue since {time}") if is_overdue(action, now) else _("by {time}")
        said.append(words.format(time=formats.clock_time(action.due_at, now)))
    if action.note:
        said.append(f"✎ {action.note}")
    return said


def _in_all(board: Board) -> float:
    """Return what is to be won by all that is to be done: each for itself, and in all no more than the scale has."""
    gains = sum(one.gain_points or 0.0 for one in board.actions if not one.done)
    value = board.score.value
    return gains if value is None else max(0.0, min(gains, board.scale.ceiling - value))


def _words(action: ActionBoard) -> str:
    return f"{action.title} {action.evidence} {action.dimension}".casefold()


class ActionsPane(ShopPane):
    """The checklist. What is still to do stands first, by worth; the done below it with its effect."""

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(view, id=id, classes=classes)
        self._kept: dict[tuple[ActionBoard, int, bool, str], Row] = {}
        self.wanted = ""
        self._unfolded = False

    def show(self, board: Board | None, warm: bool) -> None:
        _ = self.view.words
        if board is None or (not board.whole and not board.actions):
            entitle(self, _("To do today"))
        else:
            done = sum(action.done for action in board.actions)
            title = _("To do today {done}/{all}").format(done=done, all=done + pressing(board))
            entitle(self, title, self._subtitle(board))
        self.take(board, warm)

    def says_as(self, before: tuple[Board, bool] | None) -> bool:  # noqa: ARG002
        """Never: what is put off, or given to somebody, comes due by the clock alone."""
        return False

    def make(self, width: int, height: int, enough: int) -> list[Row]:
        if self.shown is None:
            return []
        board, warm = self.shown
        ordered = self._ordered(board)
        if not ordered:
            return [self._nothing(board)]
        before, self._kept = self._kept, {}
        habits = [] if self.wanted else [one for one in ordered if is_habit(one)]
        parts = [
            [one for one in ordered if not one.done and one not in habits],
            habits,
            [one for one in ordered if one.done],
        ]
        fold = [self._fold(parts[1], width)] if parts[1] else []
        if not self._unfolded:
            parts[1] = []
        airy = sum(map(len, parts)) * 3 <= height + 1
        rows: list[Row] = []
        taken = 0
        for group in (parts[0], fold, parts[1], parts[2]):
            for one in group:
                if taken >= enough:
                    break
                row = one if isinstance(one, Row) else self._row(one, board, width, warm, before)
                rows += [row, Row("", (Content(""),))] if airy else [row]
                taken += len(row.lines) + airy
        return rows[:-1] if airy else rows

    def _row(
        self,
        action: ActionBoard,
        board: Board,
        width: int,
        warm: bool,
        before: Mapping[tuple[ActionBoard, int, bool, str], Row],
    ) -> Row:
        key = (action, width, warm or self._stale(board, action), self._below(action))
        row = self._kept[key] = before.get(key) or Row(action.id, self._lines_of(*key))
        return row

    def _fold(self, habits: Sequence[ActionBoard], width: int) -> Row:
        """▸ 另有 44 项日常 · 每日 6 · 每周 15"""
        _ = self.view.words
        counted = Counter(cadence_words(one.cadence, _) for one in habits)
        head = _("{n} habits more").format(n=len(habits))
        how_often = " · ".join(f"{words} {n}" for words, n in counted.items())
        line = content(
            ("▾ " if self._unfolded else "▸ ", "$key"), (head, "$strong"), (f" · {how_often}", "$quiet")
        )
        return Row(FOLD, (cut(line, width),))

    def toggle(self) -> None:
        """Unfold the habits, or fold them."""
        self._unfolded = not self._unfolded
        self.moved()
        self.changed()

    def _ordered(self, board: Board) -> list[ActionBoard]:
        """The overdue first, then by worth, the put off after them, and the done last."""
        now = self.view.now()
        shown = [action for action in board.actions if matches(_words(action), self.wanted)]
        return sorted(
            shown,
            key=lambda one: (one.done, _put_off(one, now), not is_overdue(one, now)),
        )

    def _nothing(self, board: Board) -> Row:
        _ = self.view.words
        if board.actions:
            words = _("Nothing matches; Esc clears the filter")
        else:
            words = _("Nothing to do. Well done.") if board.whole else _("Working it out …")
        return Row("", (content((words, "$quiet")),))

    def set_filter(self, wanted: str) -> None:
        self.wanted = wanted
        self._moved = float("-inf")
        self.changed()

    def _subtitle(self, board: Board) -> str:
        _ = self.view.words
        gain = _in_all(board)
        total = _("worth up to {gain}").format(gain=formats.gain(gain, _)) if gain else ""
        return f"{total} · {_('space: tick')}" if total else _("space: tick")

    def _lines_of(self, action: ActionBoard, width: int, stale: bool, said: str) -> tuple[Content, ...]:
        _ = self.view.words
        box = ("☑", "$good") if action.done else ("☐", "$key")
        title = (action.title, "$quiet") if action.done else (action.title, "$strong")
        head = columns([(box, BOX - 1), (gain_cell(action), -GAIN), (content(title), width)])
        cadence = content((" " + cadence_words(action.cadence, _), "$faint"))
        indent = BOX + GAIN + 1
        style = "$good" if action.effect else "$quiet"
        below = wrap(said, width - indent, style, limit=2) if said else []
        lines = [
            spread(head.rstrip(), cadence, width),
            *(line.pad_left(indent) for line in below),
        ]
        return tuple(dimmed(line) for line in lines) if stale else tuple(lines)

    @staticmethod
    def _stale(board: Board, action: ActionBoard) -> bool:
        """Whether what it is worth rests on a source that fell silent."""
        ids = [i.id for part in board.dimensions if part.id == action.dimension for i in part.indicators]
        return bool(ids and silent(board, *ids))

    def _below(self, action: ActionBoard) -> str:
        _ = self.view.words
        if not action.done:
            said = said_of(action, self.view.now(), _)
            return " · ".join(part for part in (*said, action.evidence) if part)
        when = (
            _("ticked {time}").format(time=formats.clock_time(action.done_at))
            if action.done_at
            else _("ticked")
        )
        return " · ".join(part for part in (when, action.effect) if part)
