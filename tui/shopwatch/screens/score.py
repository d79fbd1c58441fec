"""What the score is made of: its basis, dimensions, ledger, the parts of its change, and every line."""

from __future__ import annotations

from textual.content import Content

from shopwatch import formats
from shopwatch.board import Board, DimensionBoard, LineBoard, LinePart
from shopwatch.campaigns import expected_words, review, when_words
from shopwatch.i18n import Translate
from shopwatch.naming import driver_names
from shopwatch.panes.cells import Cell, columns, content, flow, wrap
from shopwatch.panes.deltas import driver_words, largest_roll_off, tint
from shopwatch.panes.fleet import arrow
from shopwatch.panes.gaps import headline
from shopwatch.panes.rows import Row, RowsPane
from shopwatch.panes.score import crossing, distance, line_mark, mean_words, published_words, sign_of
from shopwatch.panes.trend import heading_words
from shopwatch.screens.detail import LABEL, DetailScreen, fact, heading, paragraph
from shopwatch.screens.host import Host


class ScoreScreen(DetailScreen):
    """`at`: the key of the row that the cursor begins on."""

    def __init__(self, host: Host, at: str = "score") -> None:
        super().__init__(host)
        self._at = at

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.show()
        pane = self.query_one("#rows", RowsPane)
        if any(row.key == self._at for row in pane.rows):
            pane.choose(self._at)

    def title_words(self, board: Board) -> str:
        _ = self.words
        words = _("What the score is made of")
        return f"{words} · {board.name}"

    def build(self, board: Board, width: int) -> list[Row]:
        return [
            *self._basis(board, width),
            *self._misses(board, width),
            *self._dimensions(board),
            *self._drivers(board),
            *self._longer(board, width),
            *self._campaigns(board, width),
            *self._ledger(board),
            *self._lines(board),
            *self._assessment(board, width),
            *self._notes(board, width),
        ]

    def _basis(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        score = board.score
        explained = {
            "official": _("as the marketplace printed it"),
            "anchored": _("the last official score and the modelled change since"),
            "estimated": _("worked out here, without an official score"),
        }[score.basis]
        scale = board.scale
        error = formats.error(score.error, scale.places) if score.error is not None else ""
        figure = f"{formats.total(score.value, scale)}  {formats.basis(score.basis, _)} {error}"
        rows = [
            fact(_("Score"), f"{figure}  {explained}", width, "score"),
            fact(
                _("Tomorrow"),
                f"{formats.total(score.next.value, scale)}  {formats.basis(score.next.basis, _)}",
                width,
            ),
            fact(_("Official"), self._published(board), width),
        ]
        if board.competitors:
            beside = [headline(one, scale) for one in board.competitors]
            rows.append(
                fact(_("Competitors"), flow(beside, width - LABEL - 1, "  ·  ")[0], width, "competitors")
            )
        if ahead := heading_words(board, width, _):
            rows.append(fact(_("Ahead"), ahead, width))
        gone = largest_roll_off(board)
        if gone is not None and gone.rolls_off is not None:
            rows.append(fact(_("Rolls off"), gone.rolls_off.words or "", width, f"rolls:{gone.id}"))
        if scale.kind == "weighted":
            covered = formats.percent(score.coverage, 0)
            rows.append(fact(_("Data"), _("{share} of the weight has data").format(share=covered), width))
        if score.why:
            rows.append(fact(_("Why"), score.why, width, style="$near"))
        if board.stage == "growth":
            rows.append(
                fact(
                    _("Stage"),
                    _("growth stage: {n} valid orders").format(n=formats.number(board.valid_orders, _)),
                    width,
                )
            )
        return rows

    def _published(self, board: Board) -> str:
        _ = self.words
        score = board.score
        if score.published is None and board.scale.prints_total:
            return _("none yet: press o to enter it")
        if score.published is None:
            return _("our own model") if board.scale.house else _("no total by these rules")
        when = published_words(score.published.at, self.host.view.local(board), _)
        return f"{formats.printed(score.published.value, board.scale)}  {when}"

    def _misses(self, board: Board, width: int) -> list[Row]:
        """How far out the anchored score was as each of the last official ones came, the newest first."""
        _ = self.words
        score, places = board.score, board.scale.places
        if not score.misses or score.error is None:
            return []
        title = _("Anchored against official, the last {n}: {error} at the mean").format(
            n=len(score.misses), error=formats.error(score.error, places)
        )
        parts = [
            content(
                (f"{formats.day(miss.at)} ", "$quiet"),
                f"{formats.score(miss.anchored, places)} → {formats.printed(miss.published, board.scale)} ",
                (formats.points(miss.out, places), "$quiet"),
            )
            for miss in reversed(score.misses)
        ]
        return [heading(title), Row("misses", tuple(flow(parts, width, "   ")))]

    def _dimensions(self, board: Board) -> list[Row]:
        _ = self.words
        rows = [heading(_("Dimensions × weight"))]
        for dimension in board.dimensions:
            certainty = formats.weight_from(dimension.weight_certainty, _)
            share = formats.weight(dimension.weight, dimension.weight_certainty, _)
            rows.append(
                Row(
                    f"dimension:{dimension.id}",
                    (
                        columns(
                            [
                                (dimension.name, 18),
                                (_rated(dimension, board.scale.places, _), -10),
                                ((f"× {share} {certainty}", "$quiet"), 16),
                                (content(arrow(dimension.deltas.day, board.scale.places)), -7),
                            ]
                        ),
                    ),
                )
            )
        return rows

    def _drivers(self, board: Board) -> list[Row]:
        _ = self.words
        if not board.drivers:
            return []
        names = driver_names(board, _)
        total = formats.points(board.deltas.day, board.scale.places)
        rows = [heading(_("Since yesterday {points}").format(points=total))]
        for n, driver in enumerate(sorted(board.drivers, key=lambda one: -abs(one.delta_points))):
            slices = "  ".join(
                f"{part.key} {formats.points(part.delta_points, 2)}" for part in driver.slices[:4]
            )
            figure = (formats.points(driver.delta_points, 2), tint(driver.delta_points))
            cells: list[Cell] = [
                (names.get(driver.indicator, driver.indicator), 18),
                (figure, -6),
                ((slices, "$quiet"), 60),
            ]
            real = any(driver.indicator == i.id for d in board.dimensions for i in d.indicators)
            key = "drivers" if n == 0 and not real else f"indicator:{driver.indicator}" if real else ""
            rows.append(Row(key, (columns(cells).rstrip(),)))
        return rows

    def _campaigns(self, board: Board, width: int) -> list[Row]:
        """What to expect of the next, and what came of the last ones, the newest first."""
        _ = self.words
        if not board.campaigns or board.as_of is None:
            return []
        rows = [heading(_("Campaigns"))]
        for one in reversed(board.campaigns):
            words = when_words(one, board.as_of, _)
            if one.state != "over":
                words += " · " + expected_words(one, _)
            rows.append(Row(f"campaign:{one.name}", tuple(wrap(words, width, "bold"))))
            rows += [fact(f"  {name}", value, width) for name, value in review(one, board.scale, _)]
        return rows

    def _longer(self, board: Board, width: int) -> list[Row]:
        """The parts of the changes in 7 and 30 days: the change is the first of the words, and their heading."""
        rows = []
        for days in (7, 30):
            since, *parts = driver_words(board, days, self.words, most=12)
            if parts:
                rows += [heading(since.plain), Row(f"drivers:{days}", tuple(flow(parts, width, "   ")))]
        return rows

    def _ledger(self, board: Board) -> list[Row]:
        _ = self.words
        if not board.ledger:
            return []
        rows = [heading(_("Bonus and deductions"))]
        states = {"held": _("held"), "missing": _("to win"), "unknown": _("unknown, please confirm")}
        for n, entry in enumerate(board.ledger):
            until = _(" until {day}").format(day=formats.day(entry.expires)) if entry.expires else ""
            style = (
                "$good"
                if entry.points > 0 and entry.state == "held"
                else "$bad"
                if entry.points < 0
                else "$near"
            )
            cells: list[Cell] = [
                (entry.name, 24),
                ((formats.points(entry.points), style), -6),
                ((states[entry.state] + until, "$quiet"), 30),
            ]
            rows.append(Row("ledger" if n == 0 else f"ledger:{n}", (columns(cells).rstrip(),)))
        return rows

    def _lines(self, board: Board) -> list[Row]:
        _ = self.words
        rows = [heading(_("Lines"))] if board.lines else []
        for line in board.lines:
            glyph, word, style = line_mark(line, _)
            head = columns(
                [
                    ((f"{glyph} {word}", style), 10),
                    ((line.name, "bold"), 18),
                    ((distance(line, _) + crossing(line, _), style), 46),
                ]
            )
            parts = " · ".join(self._part(line, part) for part in line.parts)
            rows.append(
                Row(
                    f"line:{line.id}",
                    (
                        head.rstrip(),
                        content((f"{'':11}{line.effect}", "$quiet")),
                        content((f"{'':11}{parts}", "$faint")),
                        Content(""),
                    ),
                )
            )
        return rows

    def _part(self, line: LineBoard, part: LinePart) -> str:
        _ = self.words

        def figure(value: float | None) -> str:
            if value is None:
                return formats.UNKNOWN
            if part.unit:
                return formats.unit_value(value, part.unit, _)
            if part.measure == "rate":
                return formats.percent(value, 2)
            return f"{value:g}" if part.measure == "count" else f"{float(formats.score(value, 2)):g}"

        sign = sign_of(line, part)
        if part.measure == "streak":
            days = formats.UNKNOWN if part.value is None else f"{part.value:g}"
            return f"{part.name} {sign} {figure(part.at)}: " + _("{n} d").format(n=f"{days}/{part.days or 1}")
        return f"{part.name}{mean_words(part, _)} {figure(part.value)} {sign} {figure(part.at)}"

    def _assessment(self, board: Board, width: int) -> list[Row]:
        one = board.assessment
        if one is None:
            return []
        style = {"bad": "bold $bad", "near": "$near"}.get(one.level, "")
        said = [paragraph(words, width, style) for words in one.words]
        lines = (line for row in (*said, paragraph(one.effect, width, "$faint")) for line in row.lines)
        return [heading(one.name), Row("assessment", tuple(lines))]

    def _notes(self, board: Board, width: int) -> list[Row]:
        _ = self.words
        closing = _(
            "No text of 2026 closes a shop for a low score; what stops one today are the rates above."
        )
        return [
            heading(_("What this rests on")),
            *(paragraph(note, width) for note in (*board.notes, closing)),
        ]


def _rated(dimension: DimensionBoard, places: int, _: Translate) -> tuple[str, str]:
    if dimension.unrated:
        return _("not rated"), "$quiet"
    return formats.score(dimension.score, places), "bold"
