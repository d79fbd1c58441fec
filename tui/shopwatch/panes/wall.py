"""The wall: one shop in figures that are read from across a room, and all shops in a line under it. Pure.

Colour stands only where something is close or struck. What stands still burns in: the picture moves by a cell a
minute, and comes back after eight.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
from collections.abc import Sequence

from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, LineBoard
from shopwatch.i18n import Translate
from shopwatch.panes.cells import content, cut, fit, flow, spread
from shopwatch.panes.digits import big, largest
from shopwatch.panes.fleet import arrow, late_rate, standing
from shopwatch.panes.order_lines import put_off
from shopwatch.panes.view import View, scored, silence

SIDEWAYS, DOWN = 4, 2  # the cells through which the picture moves
GAP = 3  # cells between the figures under the score
LARGEST = 9
DRIFT = ((0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (2, 1), (1, 1), (0, 1))


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One large figure: what it says, how, and what it is."""

    text: str
    style: str
    label: tuple[Content, ...]


def needing(boards: Sequence[Board]) -> list[Board]:
    """Return the shops that are under a line that alerts."""
    return [board for board in boards if any(line.alert and line.level == "bad" for line in board.lines)]


def drift(at: datetime.datetime) -> tuple[int, int]:
    """Return by how many cells the picture stands aside and down at a moment."""
    return DRIFT[at.minute % len(DRIFT)]


def picture(
    board: Board, boards: Sequence[Board], warm: bool, view: View, width: int, height: int
) -> list[Content]:
    """Return the wall of one shop in exactly `height` lines of at most `width` cells."""
    across, down = drift(view.wall())
    room, lines_left = width - SIDEWAYS, height - DOWN
    head, foot = _head(board, room, view), _fleet(boards, board.id, room, view.words)
    below = _figures(board, view, room, 2 if lines_left >= 30 else 1)
    left = lines_left - len(head) - len(foot) - len(below) - 2
    score = _score(board, warm, view, room, left)
    blank = max(0, left - len(score))
    body = [
        *head,
        Content(""),
        *_blank(blank // 2),
        *score,
        *_blank(blank - blank // 2),
        *below,
        Content(""),
        *foot,
    ]
    shifted = [*_blank(down), *(line.pad_left(across) for line in body)]
    return [cut(line, width) for line in [*shifted, *_blank(height - len(shifted))][:height]]


def _blank(lines: int) -> list[Content]:
    return [Content("")] * max(0, lines)


def _tint(board: Board) -> str:
    """The colour of a score: none, but where a line is close or struck."""
    tint = standing(board, str)[2]
    return f"bold {tint}" if tint in ("$bad", "$near") else "bold $strong"


def _head(board: Board, room: int, view: View) -> list[Content]:
    glyph, word, tint = standing(board, view.words)
    name = content((board.name, "bold $strong"))
    return [spread(name, content((f"{glyph} {word}", f"bold {tint}" if tint != "$good" else "$quiet")), room)]


def _score(board: Board, warm: bool, view: View, room: int, height: int) -> list[Content]:
    """The digits as large as they can be, and in words beside or under them what they rest on."""
    _ = view.words
    text = formats.total(board.score.value, board.scale)
    old = silence(board, view.wall(), _, *scored(board))
    said = _words(board, old, warm, _)
    scale = min(LARGEST, largest(text, room, height - 1 - len(said)))
    digits = big(text, scale)
    tint = "$faint" if old or warm else _tint(board)
    indent = max(0, (room - len(digits[0])) // 2)
    return [
        *(content((" " * indent + line, tint)) for line in digits),
        Content(""),
        *(line.pad_left(max(0, (room - line.cell_length) // 2)) for line in (cut(one, room) for one in said)),
    ]


def _words(board: Board, old: str | None, warm: bool, _: Translate) -> list[Content]:
    parts = [] if board.scale.kind == "none" else [content((formats.basis(board.score.basis, _), "bold"))]
    if old or warm:
        age = old or formats.clock_time(board.as_of)
        parts.append(content((_("data {age}").format(age=age), "bold $near")))
    for days, delta in ((1, board.deltas.day), (7, board.deltas.week)):
        if delta is not None:
            words, tint = arrow(delta, board.scale.places)
            parts.append(
                content((_("{n} d").format(n=days) + " ", "$quiet"), (words, tint if delta < 0 else ""))
            )
    if board.score.value is None and board.score.why:
        parts.append(content((board.score.why, "$near")))
    return [Content("   ").join(parts)]


# ---------------------------------------------------------------- what else is read from afar


def _figures(board: Board, view: View, room: int, scale: int) -> list[Content]:
    figures = [
        one for one in (_nearest(board, view.words), _orders(board, view), _late(board, view.words)) if one
    ]
    if not figures:
        return []
    each = (room - GAP * (len(figures) - 1)) // len(figures)
    columns = [_column(one, each, scale) for one in figures]
    blank = Content(" " * each)
    return [Content(" " * GAP).join(cells) for cells in itertools.zip_longest(*columns, fillvalue=blank)]


def _column(one: Figure, width: int, scale: int) -> list[Content]:
    fitting = min(scale, largest(one.text, width, 5 * scale))
    digits = big(one.text, fitting)
    blank = _blank(len(big("0", scale)) - len(digits))
    lines = [*blank, *(content((line, one.style)) for line in digits), *flow(one.label, width)[:2]]
    return [fit(line, width) for line in lines]


def _level(level: str) -> str:
    return {"bad": "bold $bad", "near": "bold $near"}.get(level, "$strong")


def _nearest(board: Board, _: Translate) -> Figure | None:
    """The tightest of the lines that alert."""
    lines = [line for line in board.lines if line.alert and line.kind != "stop" and line.distance is not None]
    if not lines:
        return None
    line = min(lines, key=_margin)
    words = line.words or formats.distance(line.distance, _)
    label = content((line.name, "")), content((words, _level(line.level)))
    return Figure(f"{abs(line.distance or 0.0):.1f}", _level(line.level), label)


def _margin(line: LineBoard) -> float:
    return (line.distance or 0.0) if line.met else -abs(line.distance or 0.0)


def _orders(board: Board, view: View) -> Figure | None:
    """How many orders there are to save, and when the first is due."""
    _ = view.words
    if not (board.whole or board.risks):
        return None
    now = view.now()
    open_ = [risk for risk in board.risks if not put_off(risk, now)]
    ahead = [risk.deadline for risk in open_ if risk.deadline is not None and risk.deadline > now]
    label = [content((_("orders to save"), ""))]
    if ahead:
        seconds = (min(ahead) - now).total_seconds()
        words = _("first due {left}").format(left=formats.left(seconds, _))
        label.append(content((words, "$bad" if seconds < 3600 else "$quiet")))
    count = max(0, board.risks_total - (len(board.risks) - len(open_)))
    return Figure(str(count), "$strong", tuple(label))


def _late(board: Board, _: Translate) -> Figure | None:
    """Today's late-shipping rate against its limit."""
    found = late_rate(board)
    if found is None:
        return None
    value, limit, level = found
    label = (
        content((_("late shipping today"), "")),
        content((_("limit {share}").format(share=formats.percent(limit, 0)), "$quiet")),
    )
    return Figure(formats.percent(value, 1), _level(level), label)


def _fleet(boards: Sequence[Board], shown: str, room: int, _: Translate) -> list[Content]:
    """All shops, those that need help in colour; two lines of them at the most."""
    parts = []
    for board in boards:
        glyph, _word, tint = standing(board, _)
        quiet = tint == "$good"
        mark = "▸" if board.id == shown else " "
        words = f"{mark}{glyph} {board.name} {formats.total(board.score.value, board.scale)}"
        parts.append(content((words, "$quiet" if quiet else tint)))
    lines = flow(parts, room) if len(boards) > 1 else []
    if len(lines) > 2:
        lines = [lines[0], spread(lines[1], content((f" +{sum(map(_shops_on, lines[2:]))}", "$quiet")), room)]
    return lines


def _shops_on(line: Content) -> int:
    return sum(line.plain.count(glyph) for glyph in "●▲✖○")
