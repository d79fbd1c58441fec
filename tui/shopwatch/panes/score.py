"""The score: what it is and on what basis, where it stands against its lines, and where it comes from."""

from __future__ import annotations

import datetime

from rich.cells import cell_len
from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, LineBoard, LinePart
from shopwatch.i18n import Translate
from shopwatch.panes.board_pane import ShopPane
from shopwatch.panes.cells import Cell, columns, content, cut, dimmed, fit, flow, wrap
from shopwatch.panes.chart import bar
from shopwatch.panes.digits import big
from shopwatch.panes.fleet import arrow
from shopwatch.panes.rows import Row
from shopwatch.panes.trend import trend
from shopwatch.panes.view import View, entitle, scored, silence, silent

TALL = 21
RANK = {"bad": 0, "near": 1, "ok": 2, "unknown": 3}


def line_mark(line: LineBoard, _: Translate) -> tuple[str, str, str]:
    """Return where a shop stands to a line: a glyph, a word, a colour."""
    if line.met is None or line.level == "unknown":
        return "?", _("unknown"), "$quiet"
    if not line.met and not line.alert and line.kind != "stop":
        return "○", _("not met"), "$quiet"
    if line.level == "bad" or not line.met:
        return "✖", _("struck") if line.kind == "stop" else _("not met"), "$bad"
    if line.level == "near":
        return "▲", _("close"), "$near"
    return "●", _("safe") if line.kind == "stop" else _("met"), "$good"


def needs(line: LineBoard, _: Translate) -> str:
    """Return the conditions of an unlocking line, as the rule says them."""
    words = []
    for part in line.parts:
        name = "" if part.on == "total" else part.name
        name += " " if name and name[-1].isascii() else ""
        sign = sign_of(line, part) if part.unit else ""
        words.append(f"{name}{sign}{formats.plain(part.at, part.unit, _)}{mean_words(part, _)}")
    return _(" and ").join(words)


def sign_of(line: LineBoard, part: LinePart) -> str:
    """Return what a part of a line asks for, as a sign; of a stop, what keeps it from striking."""
    stops = line.kind == "stop"
    below = stops == (part.good == "least")
    exactly = stops == part.above
    return ("≤" if exactly else "<") if below else ("≥" if exactly else ">")


def mean_words(part: LinePart, _: Translate) -> str:
    """Return over how many days a part of a line is a mean."""
    if part.measure != "mean":
        return ""
    return _(" {n}-day mean").format(n=part.days) if part.days else _(" mean")


def distance(line: LineBoard, _: Translate) -> str:
    return line.words or formats.distance(line.distance, _)


def crossing(line: LineBoard, _: Translate) -> str:
    """Return in how many days a line is foreseen to be won or lost, as the end of a sentence."""
    if line.crosses_in_days is None:
        return ""
    if line.kind == "stop":
        words = _(" · strikes in {n} d") if line.met else _(" · lifted in {n} d")
    else:
        words = _(" · lost in {n} d") if line.met else _(" · met in {n} d")
    return words.format(n=line.crosses_in_days)


def published_words(at: datetime.datetime, now: datetime.datetime, _: Translate) -> str:
    """Return when a figure was printed, by the day as it is said."""
    days = (now.date() - at.date()).days
    if days == 0:
        return _("today {time}").format(time=formats.hour(at))
    return _("yesterday {time}").format(time=formats.hour(at)) if days == 1 else formats.clock_time(at)


def _trouble(line: LineBoard) -> tuple[int, bool]:
    """How early a line is shown. One that isn't won yet and alerts nobody is no trouble."""
    urgent = line.alert or line.kind == "stop" or line.level in ("near", "unknown")
    return RANK[line.level if urgent else "ok"], not line.alert


class ScorePane(ShopPane):
    """Large digits, the basis in words, the lines, today's rates and the trend."""

    def __init__(self, view: View, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(view, id=id, classes=classes)
        self._trouble: str | None = None

    def show(self, board: Board | None, warm: bool, trouble: str | None = None) -> None:
        """trouble: what keeps the figures from coming, in a sentence; it is told where there are none."""
        _ = self.view.words
        title = (board.scale.name if board else "") or _("Shop score")
        entitle(self, f"{title} · {board.name}" if board else title, _("Enter: every line") if board else "")
        self._trouble = trouble
        self.take(board, warm)

    def make(self, width: int, height: int, enough: int) -> list[Row]:  # noqa: ARG002
        _ = self.view.words
        if self.shown is None and self._trouble:
            return [Row("", tuple(wrap(self._trouble, width, "$bad")), fixed=True)]
        if self.shown is None:
            return [Row("", (content((_("Waiting for the first figures"), "$quiet")),))]
        board, warm = self.shown
        old = silence(board, self.view.wall(), _, *scored(board))
        scale = 2 if height >= TALL else 1
        head = Row("score", tuple(self._head(board, width, old, scale)))
        beside = 54 if self._short else 84
        two_columns = width >= beside and any(line.kind == "stop" for line in board.lines)
        lines = self._lines_beside(board, width) if two_columns else self._lines_below(board, width)
        rows = [head, *self._missing(board, width), Row("", (Content(""),)), *lines]
        taken = sum(len(row.lines) for row in rows)
        if drawn := trend(board, width, height - taken, _):
            rows.append(Row("", tuple(drawn), fixed=True))
        return [row._replace(lines=tuple(map(dimmed, row.lines))) for row in rows] if warm else rows

    @property
    def _short(self) -> bool:
        return self.view.language.startswith("zh")

    # The figure

    def _missing(self, board: Board, width: int) -> list[Row]:
        """Why there is no figure, whole: it says what to bring."""
        if board.score.value is not None or not board.score.why:
            return []
        return [Row("", tuple(wrap(board.score.why, width, "$near", limit=3)), fixed=True)]

    def _head(self, board: Board, width: int, old: str | None, scale: int) -> list[Content]:
        digits = big(formats.total(board.score.value, board.scale), scale)
        size = max(len(line) for line in digits)
        room = width - size - 2
        words = [self._basis(board, old, room), self._tomorrow(board), self._official(board, room)]
        above = (len(digits) - len(words)) // 2
        words = [Content("")] * above + words + [Content("")] * (len(digits) - len(words) - above)
        style = "$faint" if old else "bold $strong"
        return [
            content((line.ljust(size), style), "  ") + cut(said, room)
            for line, said in zip(digits, words, strict=True)
        ]

    def _basis(self, board: Board, old: str | None, room: int) -> Content:
        _ = self.view.words
        score = board.score
        style = "bold $near" if score.basis == "estimated" else "bold $key"
        parts = [] if board.scale.kind == "none" else [content((formats.basis(score.basis, _), style))]
        if score.error is not None:
            parts.append(content((formats.error(score.error, board.scale.places), "$quiet")))
        if old:
            parts.append(content((_("data {age}").format(age=old), "bold $near")))
        for days, delta in ((1, board.deltas.day), (7, board.deltas.week), (30, board.deltas.month)):
            if delta is not None:
                moved = arrow(delta, board.scale.places)
                parts.append(content((_("{n} d").format(n=days) + " ", "$quiet"), moved))
        return flow(parts, room, " ")[0] if parts else Content("")

    def _tomorrow(self, board: Board) -> Content:
        _ = self.view.words
        score = board.score
        if score.value is None:
            return content(("" if score.why else _("no score"), "$near"))
        if score.next.value is None or board.scale.kind == "given":
            return content((score.why or "", "$quiet"))
        change = score.next.value - score.value
        basis = formats.basis(score.next.basis, _)
        return content(
            (_("tomorrow "), "$quiet"), (formats.total(score.next.value, board.scale), "bold"), " ",
            arrow(change, board.scale.places),
            (f" {basis}", "$quiet"), (f"  {score.why}" if score.why else "", "$quiet"),
        )  # fmt: skip

    def _official(self, board: Board, room: int) -> Content:
        _ = self.view.words
        score, now = board.score, self.view.local(board)
        if score.published is None:
            parts = [self._unpublished(board)]
        else:
            figure = formats.printed(score.published.value, board.scale)
            when = published_words(score.published.at, now, _)
            parts = [content((_("official {n} ").format(n=figure), "bold"), (when, "$quiet"))]
        if score.consumer is not None:
            parts.append(
                content((_("buyers see {stars}").format(stars=formats.consumer(score.consumer)), "$quiet"))
            )
        return flow(parts, room)[0]

    def _unpublished(self, board: Board) -> Content:
        _ = self.view.words
        if board.scale.prints_total:
            return content((_("no official score yet: press o"), "$near"))
        return content((_("our own model") if board.scale.house else _("no total by these rules"), "$quiet"))

    # The lines

    def _split(self, board: Board) -> tuple[list[LineBoard], list[LineBoard]]:
        """The lines of both kinds: those in trouble, then those that alert, and the tightest first."""
        unlocks = [line for line in board.lines if line.kind == "unlock"]
        unlocks.sort(key=lambda line: (*_trouble(line), abs(line.distance or 0.0)))
        unlocks = [*unlocks, *(line for line in board.lines if line.kind == "level")]  # a ladder in its order
        stops = [line for line in board.lines if line.kind == "stop"]
        return unlocks, sorted(stops, key=_trouble)

    def _lines_beside(self, board: Board, width: int) -> list[Row]:
        """Two columns: what the score unlocks, and today's rates that stop a shop."""
        unlocks, stops = self._split(board)
        right = 31 if self._short else 42
        left = width - right - 1
        urgent = [line for line in stops if line.level in ("near", "bad")]
        stops = [line for line in stops if line not in urgent]
        rows = [Row(f"line:{line.id}", (self._stop(line, width),), fixed=True) for line in urgent]
        for n in range(min(6 - len(rows), max(len(unlocks), len(stops)))):
            line = unlocks[n] if n < len(unlocks) else None
            other = stops[n] if n < len(stops) else None
            cells = (
                fit(self._unlock(line, left, said=False) if line else "", left),
                " ",
                self._stop(other, right) if other else "",
            )
            key = line or other
            rows.append(Row(f"line:{key.id}" if key else "", (content(*cells),), fixed=True))
        return rows

    def _lines_below(self, board: Board, width: int) -> list[Row]:
        unlocks, stops = self._split(board)
        shown = [*unlocks[: 6 - min(2, len(stops))], *stops[:2]]
        urgent = sorted(shown, key=lambda line: RANK["ok" if line.kind == "level" else line.level])
        return [
            Row(
                f"line:{line.id}",
                (self._stop(line, width) if line.kind == "stop" else self._unlock(line, width),),
            )
            for line in urgent
        ]

    def _unlock(self, line: LineBoard, width: int, *, said: bool = True) -> Content:
        """said: whether the word stands before the name of each. Without it, it follows those near or bad:
        of the others the distance says as much."""
        _ = self.view.words
        glyph, word, style = line_mark(line, _)
        words = distance(line, _)
        words += crossing(line, _)
        if not said and (line.level in ("near", "unknown") or line.distance is None):
            words += f" {word}"
        rest = width - self._head_width(line, said)
        text = content((words, style))
        means = " ".join(dict.fromkeys(mean_words(part, _).strip(" ·") for part in line.parts)).strip()
        for condition in (needs(line, _), means):
            if condition and text.cell_length + cell_len(condition) + 2 <= rest:
                text += content(("  " + condition, "$faint"))
                break
        return self._line(line, (glyph, word if said else "", style), text, rest)

    def _stop(self, line: LineBoard, width: int) -> Content:
        _ = self.view.words
        mark = line_mark(line, _)
        part = line.parts[0]
        rest = width - self._head_width(line, said=True)
        words = distance(line, _).replace(" / ", "/")
        if cell_len(words) > rest:
            words = words.replace(" ", "")
        full = part.value / part.at if part.value is not None and part.at else None
        gauge = bar(full, 5) if rest >= 6 + cell_len(words) else ""
        text = content(
            (gauge, mark[2]), " " if gauge else "", (words, mark[2] if line.level != "ok" else "$quiet")
        )
        return self._line(line, mark, text, rest)

    def _name_width(self, line: LineBoard) -> int:
        if not self._short:
            return 16
        if line.kind == "stop":
            return 12
        names = [one.name for one in self.shown[0].lines if one.kind != "stop"] if self.shown else [line.name]
        alone = self.shown is not None and len(names) == len(self.shown[0].lines)
        return min(14, max(8, *map(cell_len, names))) if alone else 8

    @property
    def _word_width(self) -> int:
        return 4 if self._short else 8

    def _head_width(self, line: LineBoard, said: bool) -> int:
        """The cells before a line's own words: the glyph, the word, the name."""
        return 2 + (self._word_width + 1) * said + self._name_width(line) + 1

    def _line(self, line: LineBoard, mark: tuple[str, str, str], text: Content, rest: int) -> Content:
        """A line with its glyph, word and name; it dims with the sources that it rests on."""
        glyph, word, style = mark
        board = self.shown[0] if self.shown else None
        rates = [part.on for part in line.parts if part.measure in ("rate", "count")]
        old = board is not None and silent(board, *(rates or scored(board)))
        cells: list[Cell] = [((glyph, style), 1)]
        if word:
            cells.append(((word, style), self._word_width))
        shown = cut(text, rest)
        head = columns([*cells, ((line.name, ""), self._name_width(line))])
        return head + " " + (dimmed(shown) if old else shown)
