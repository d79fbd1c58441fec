"""The goal: a target for the total, and the fewest changes that take the shop there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.feed import GoalBoard, GoalChange, GoalWon
from shopwatch.i18n import Translate
from shopwatch.panes.cells import Cell, columns, content, wrap
from shopwatch.panes.keybar import KeyBar
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.status import StatusBar
from shopwatch.screens.detail import DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host
from shopwatch.screens.indicator import column_words

ROOMY = 94  # cells from which the shop's own best has a column
INDENT = 2
AGAIN = datetime.timedelta(minutes=10)  # a plan of older figures than this is asked for anew


def next_target(board: Board) -> float | None:
    """Return the next line up that isn't met; where all are, the most that the scale has."""
    scale, value = board.scale, board.score.value
    if scale.kind == "level":
        levels = sum(line.kind == "level" for line in board.lines)
        return None if value is None else min(value + 1, max(float(levels), value))
    if scale.kind != "weighted":
        return None
    asked = [
        part.at
        for line in board.lines
        for part in line.parts
        if line.kind == "unlock" and line.met is False and part.on == "total" and part.at is not None
    ]
    return min((at for at in asked if value is None or at > value), default=scale.ceiling)


def target_of(text: str, board: Board, _: Translate) -> float:
    """Return a typed target; ValueError says in words why it is none."""
    scale = board.scale
    try:
        target = float(text.strip().upper().removeprefix("LV"))
    except ValueError:
        raise ValueError(_("{text} is no score; it reads like 82.").format(text=text.strip())) from None
    if not scale.floor <= target <= scale.ceiling:
        words = _("{text} is no score from {least} to {most}.")
        raise ValueError(words.format(text=text.strip(), least=f"{scale.floor:g}", most=f"{scale.ceiling:g}"))
    return target


def names_in(goal: GoalBoard) -> tuple[str, ...]:
    """Return what a plan changes."""
    return (*(one.indicator for one in goal.changes), *(one.bonus for one in goal.won))


class GoalScreen(DetailScreen):
    """The plan is asked for when the screen opens, for another target, and for another shop."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "aim", id="goal"),
        Binding("b", "keep", id="keep"),
        Binding("down", "rows", show=False),
    ]

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._shop = ""
        self._target: float | None = None
        self._goal: GoalBoard | None = None
        self._answered = False
        self._as_of: datetime.datetime | None = None

    def compose(self) -> ComposeResult:
        _ = self.words
        with Horizontal(id="aim"):
            yield Static(_("Target"), id="aim-label", markup=False)
            yield Input(id="target", compact=True, max_length=8)
            yield Static("", id="aim-hint", markup=False)
        yield RowsPane(self.host.view, id="rows")
        yield StatusBar(id="status")
        yield KeyBar(id="keys")

    def show(self) -> None:
        board = self.host.board
        if self.is_mounted and board is not None:
            if board.id != self._shop:
                self._begin(board)
            elif self._answered and (self._goal is None or self._older_than(board)):
                self._ask(board)
        super().show()

    def _older_than(self, board: Board) -> bool:
        return self._as_of is not None and board.as_of is not None and board.as_of - self._as_of >= AGAIN

    def _begin(self, board: Board) -> None:
        """Take the shop that is shown, with the target that is next for it."""
        self._shop, self._goal, self._answered = board.id, None, False
        self._target = next_target(board)
        text = "" if self._target is None else f"{self._target:g}"
        self.query_one("#target", Input).value = text
        self._say_how()
        self._ask(board, kept=True)

    def _ask(self, board: Board, *, kept: bool = False) -> None:
        self._as_of = board.as_of
        # without a total to aim at, the answer says why there is none
        target = board.scale.ceiling if self._target is None else self._target
        same = self._goal is not None and self._goal.target == target
        begun = names_in(self._goal) if self._goal is not None and same else ()
        self.host.ask("goal", self.host.feed.goal(board.id, target, begun, kept=kept), self._take)

    def _take(self, goal: GoalBoard | None) -> None:
        self._goal, self._answered = goal, True
        if self.is_attached:
            if goal is not None and goal.kept and goal.target != self._target:
                self._target = goal.target
                self.query_one("#target", Input).value = f"{goal.target:g}"
            super().show()
            self.refresh_bindings()

    # Keys

    def action_aim(self) -> None:
        field = self.query_one("#target", Input)
        field.focus()
        field.action_select_all()

    def action_keep(self) -> None:
        """Keep to the plan that is shown, or keep to it no longer."""
        board, goal = self.host.board, self._goal
        if board is not None and goal is not None and goal.verdict != "unknown":
            self.host.ask(
                "keep",
                self.host.feed.keep_goal(board.id, None if goal.kept else goal.target),
                lambda _kept: self._ask(board),
            )

    def action_rows(self) -> None:
        self.query_one("#rows", RowsPane).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        board = self.host.board
        if board is None:
            return
        try:
            self._target = target_of(event.value, board, self.words)
        except ValueError as mistake:
            self._hint(str(mistake), good=False)
            return
        self._say_how()
        if self._goal is not None and self._goal.target != self._target:
            self._goal = None
        self._answered = False
        self._ask(board)
        super().show()
        self.action_rows()

    def _say_how(self) -> None:
        _ = self.words
        self._hint(_("Enter plans it"), good=True)

    def _hint(self, words: str, *, good: bool) -> None:
        hint = self.query_one("#aim-hint", Static)
        hint.set_class(not good, "-mistake")
        hint.update(words)

    def copies(self) -> Sequence[str]:
        """The orders of the change that the cursor is in, else of them all."""
        if not self.is_mounted or self._goal is None:
            return ()
        key = self.query_one("#rows", RowsPane).key
        of = {f"indicator:{one.indicator}": one.orders for one in self._goal.changes}
        of |= {f"action:{h.action}": one.orders for one in self._goal.changes for h in one.habits}
        every = [order for one in self._goal.changes for order in one.orders]
        return of.get(key) or tuple(dict.fromkeys(every))

    # What it shows

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("Goal")
        return f"{words} · {board.name}"

    def subtitle_words(self, board: Board) -> str:
        _ = self.words
        return f"{_('now')} {formats.total(board.score.value, board.scale)} {formats.basis(board.score.basis, _)}"

    def build(self, board: Board, width: int) -> list[Row] | None:
        _ = self.words
        goal = self._goal
        if goal is None:
            words = _("Nothing is known of this shop yet.") if self._answered else _("Working it out …")
            return [paragraph(words, width)]
        rows = [Row("", tuple(wrap(verdict_words(goal, board, _), width, "bold $strong")))]
        if goal.kept:
            rows.append(paragraph(kept_words(goal, board, _), width))
        if goal.verdict != "unknown":
            rows += self._course(goal, board, width)
        if goal.changes or goal.won:
            rows += [heading(_("What to change")), *self._changes(goal, width)]
        if goal.fixed or goal.unsure:
            rows += [heading(_("Not in the plan")), *self._left_out(goal, width)]
        if goal.verdict != "unknown":
            rows += [heading(_("Rests on")), *self._premises(goal, board, width)]
        return rows

    def _course(self, goal: GoalBoard, board: Board, width: int) -> Iterator[Row]:
        _ = self.words
        places = board.scale.places
        gains = sum(one.gain for one in goal.changes) + sum(one.gain for one in goal.won)
        steps = [
            _("now {n}").format(n=formats.total(goal.value, board.scale)),
            _("by itself {n}").format(n=formats.points(goal.drift, places)),
        ]
        if gains:
            steps.append(_("the changes {n}").format(n=formats.points(gains, places)))
        course = " · ".join(steps) + f" → {formats.total(goal.reaches, board.scale)}"
        yield fact(_("Points"), course, width)
        if goal.changes and goal.full is not None:
            first = min(one.first for one in goal.changes)
            words = _("begun today, the first shows on {first}, all is in on {full}")
            if goal.kept:
                words = _("the first shows on {first}, all is in on {full}")
            yield fact(_("When"), words.format(first=formats.day(first), full=formats.day(goal.full)), width)
        if goal.changes:
            yield fact(_("Measure"), _measure_words(goal, board, _), width)

    def _changes(self, goal: GoalBoard, width: int) -> Iterator[Row]:
        _ = self.words
        roomy = width >= ROOMY
        yield Row("", (self._line([_("What"), _("as it goes → goal"), _("points"), _("first"), _("all in"), _("own best")],
                                  width, roomy, "$faint"),))  # fmt: skip
        taken: set[str] = set()
        for one in goal.won:
            yield self._won_row(one, width, roomy)
        for change in goal.changes:
            yield self._change_row(change, width, roomy)
            for habit in change.habits:
                key = f"action:{habit.action}" if habit.today and habit.action not in taken else ""
                taken.add(habit.action)
                mark = "☐" if habit.today else "·"
                yield Row(key, (content((f"{' ' * INDENT}{mark} {habit.title}", "" if key else "$quiet")),))

    def _line(self, words: Sequence[str], width: int, roomy: bool, style: str, name: str = "") -> Content:
        name_cells = max(12, min(30, width - (67 if roomy else 51)))
        what, way, gain, first, full, best = words
        cells: list[Cell] = [
            ((what, name or style), name_cells),
            ((way, style), 23),
            ((gain, style), -8),
            ((first, style), -7),
            ((full, style), -8),
        ]
        return columns([*cells, ((best, style), -14)] if roomy else cells)

    def _won_row(self, won: GoalWon, width: int, roomy: bool) -> Row:
        _ = self.words
        words = [won.name, _("win it"), formats.points(won.gain, 2), "", "", ""]
        line = self._line(words, width, roomy, "", "bold")
        below = _("{condition}; exact by the rule, its cost isn't known").format(condition=won.condition)
        return Row(f"ledger:{won.bonus}", (line, *_indented(below, width)))

    def _change_row(self, change: GoalChange, width: int, roomy: bool) -> Row:
        _ = self.words
        now = formats.unit_value(change.now, change.unit, _)
        goal = formats.asked(change.goal, change.unit, change.better, _)
        words = [
            change.name if roomy else change.short,
            f"{now} → {goal}",
            formats.points(change.gain, 2),
            formats.day(change.first),
            formats.day(change.full),
            formats.unit_value(change.best, change.unit, _),
        ]
        lines = [self._line(words, width, roomy, "", "bold")]
        if change.slice is not None:
            drag = _("drags most: {by} {key} at {value}, {share} of the rows").format(
                by=column_words(change.slice.by, _),
                key=change.slice.key,
                value=formats.unit_value(change.slice.value, change.unit, _),
                share=formats.percent(change.slice.share, 0),
            )
            lines += _indented(drag, width)
        if change.since is not None:
            going = _("asked for since {day}; lately {value}").format(
                day=formats.day(change.since), value=formats.unit_value(change.lately, change.unit, _)
            )
            lines += _indented(going, width)
        if not change.proven:
            lines += _indented(
                _("further than the shop's own best two weeks; nobody has seen it do that"), width
            )
        if change.orders:
            lines += _indented(
                _("{n} open orders now; y copies them").format(n=len(change.orders)), width, "$key"
            )
        return Row(f"indicator:{change.indicator}", tuple(lines))

    def _left_out(self, goal: GoalBoard, width: int) -> Iterator[Row]:
        _ = self.words
        by_why: dict[str, list[str]] = {}
        for one in goal.fixed:
            by_why.setdefault(one.why, []).append(one.name)
        for why, names in by_why.items():
            yield paragraph(self._said_of(names, bar_words(why, _)), width)
        if goal.unsure:
            words = _("nobody has said whether they are held; say it under `given`, and the plan counts them")
            yield paragraph(self._said_of(goal.unsure, words), width)

    def _premises(self, goal: GoalBoard, board: Board, width: int) -> Iterator[Row]:
        _ = self.words
        anew = _("Everything else goes on as in the last two weeks; the plan is made anew each time you ask.")
        yield paragraph(_("Everything else goes on as in the last two weeks.") if goal.kept else anew, width)
        yield from (paragraph(note, width) for note in board.notes)

    def _said_of(self, names: Sequence[str], words: str) -> str:
        _ = self.words
        between = "、" if self.host.view.language.startswith("zh") else ", "
        return _("{names}: {words}").format(names=between.join(names), words=words)


def verdict_words(goal: GoalBoard, board: Board, _: Translate) -> str:
    """Say in a sentence what the plan comes to."""
    target, reaches = (formats.total(value, board.scale) for value in (goal.target, goal.reaches))
    if goal.verdict == "unknown":
        return why_words(goal.why or "", _)
    if goal.verdict == "met":
        return _("As it goes it comes to {n} by itself: nothing needs to change.").format(n=reaches)
    if goal.verdict == "short":
        words = _("{target} is out of reach: with everything at its best it comes to {n}.")
        return words.format(target=target, n=reaches)
    number = len(goal.changes) + len(goal.won)
    words = _("One change brings it to {n}.") if number == 1 else _("{number} changes bring it to {n}.")
    return words.format(number=number, n=reaches)


def kept_words(goal: GoalBoard, board: Board, _: Translate) -> str:
    """Say that the shop keeps to it, and what comes next."""
    if goal.verdict == "met" or goal.full is None:
        return _("You keep to this goal: it is reached. b drops it.")
    words = _(
        "You keep to this goal: what it asks stands until {full}, then the official score tells the rest. b drops it."
    )
    printed = board.score.published
    at_target = printed is not None and printed.value == goal.target
    early = _("The official score is there, but not yet so that it stays: what is asked holds it.")
    return words.format(full=formats.day(goal.full)) + (f" {early}" if at_target else "")


def why_words(why: str, _: Translate) -> str:
    return {
        "growth": _(
            "In the growth stage the score is fixed: no indicator moves it. Set a goal once it ends."
        ),
        "no_total": _("These rules make no total to aim at."),
        "given": _(
            "Only the marketplace works this total out: what would reach a target can't be told here."
        ),
    }.get(why, _("The total can't be worked out here, so neither can a way to a target."))


def bar_words(why: str, _: Translate) -> str:
    """Say why an indicator is no part of a plan."""
    return {
        "given": _("the marketplace's or the owner's own figure"),
        "points": _("how it becomes points isn't published"),
        "weight": _("what it weighs isn't known"),
        "missing": _("no data"),
        "full": _("nothing more to win"),
    }.get(why, _("selling more is no service to buyers"))


def _measure_words(goal: GoalBoard, board: Board, _: Translate) -> str:
    """Say whether the shop has done so before."""
    if all(change.proven for change in goal.changes):
        return _("all within what the shop did in its own best two weeks")
    words = _("further than the shop's own best two weeks, which would bring it to {n}")
    return words.format(n=formats.total(goal.proven, board.scale))


def _indented(text: str, width: int, style: str = "$quiet") -> list[Content]:
    blank = Content(" " * INDENT)
    return [blank + line for line in wrap(text, width - INDENT, style)]
