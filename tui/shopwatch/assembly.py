"""A scored shop → its board: every figure put under its promised name, and the words that go with it.

Scoring knows no words and no screens; the risks, causes and actions come ready-made from their own
modules.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from shopwatch import phrases
from shopwatch.board import (
    ActionBoard,
    AssessmentBoard,
    Board,
    Cause,
    Driver,
    LedgerEntry,
    LineBoard,
    LinePart,
    LongDrivers,
    Miss,
    Next,
    Published,
    Quiet,
    Risk,
    Scale,
    Score,
    SourceBoard,
)
from shopwatch.dimensioning import STILL, Calendar, Cut, Moves, deltas, dimension_board, published
from shopwatch.i18n import Translate
from shopwatch.phrases import Labels, Voice
from shopwatch.scoring.ahead import crossings, with_month_end
from shopwatch.scoring.anchor import ERROR_PAIRS
from shopwatch.scoring.assessment import NO_SALES, Sales, assess
from shopwatch.scoring.drivers import drivers
from shopwatch.scoring.ledger import Entry
from shopwatch.scoring.lines import LineStanding, drawn, facts_of, stand
from shopwatch.scoring.model import Model
from shopwatch.scoring.plan import Plan, make_plan
from shopwatch.scoring.readings import ShopReadings, Sum2
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.stars import consumer_stars
from shopwatch.scoring.windows import date_of
from shopwatch.standing import assessment_board

NONE_NEAREST: Mapping[str, tuple[str, Sum2]] = {}


class Parts(TypedDict, total=False):
    """What a board takes ready-made; see `Assembler.board`."""

    scored: Scored | None
    risks: Sequence[Risk]
    risks_total: int | None
    causes: Sequence[Cause]
    quiet: Quiet | None
    actions: Sequence[ActionBoard]
    sources: Sequence[SourceBoard]
    expected: Mapping[str, float] | None
    foreseen: frozenset[str] | None
    nearest: Mapping[str, tuple[str, Sum2]]
    moves: Moves | None
    sales: Sales
    tags: Sequence[str]
    pinned: bool


class Assembler:
    """Makes the boards of all shops that share a model and a language: what they share is worked out once."""

    def __init__(self, model: Model, _: Translate, language: str) -> None:
        """Look the words up."""
        self.model = model
        self._translate = _
        self._language = language
        self._labels = Labels(model.scorecard, _, language)
        self._calendar = Calendar(model, 0)
        self._lines = drawn(model)
        self._unknown = {id(line.unknown) for line in self._lines}
        self._quiet: dict[object, LineBoard] = {}

    @functools.cached_property
    def _scale(self) -> Scale:
        card = self.model.scorecard
        total = card.total
        return Scale(
            kind=total.kind,
            floor=total.floor,
            ceiling=total.ceiling,
            decimals=total.decimals,
            house=card.house,
            name=card.score_name.of(self._language),
        )

    @functools.cached_property
    def plan(self) -> Plan:
        """Weights and curves, settled."""
        return make_plan(self.model)

    def board(
        self,
        readings: ShopReadings,
        *,
        name: str,
        now: datetime.datetime,
        scored: Scored | None = None,
        risks: Sequence[Risk] = (),
        risks_total: int | None = None,
        causes: Sequence[Cause] = (),
        quiet: Quiet | None = None,
        actions: Sequence[ActionBoard] = (),
        sources: Sequence[SourceBoard] = (),
        expected: Mapping[str, float] | None = None,
        foreseen: frozenset[str] | None = None,
        nearest: Mapping[str, tuple[str, Sum2]] = NONE_NEAREST,
        moves: Moves | None = None,
        sales: Sales = NO_SALES,
        tags: Sequence[str] = (),
        pinned: bool = False,
    ) -> Board:
        """Return a shop's board at `now`, a moment in the shop's own timezone.

        scored: what `score` gave for the same readings. expected: by rate, what its numerator may come to by
        the end of its window; foreseen: the rates for which that rests on a past (None: all). nearest: of the
        rates that each product has by itself, the product that is nearest to the line, and its sums. moves: what
        moved it, in slices; only with them the longer changes have their parts. sales: what an assessment rests on.
        """
        done = scored if scored is not None else score(self.model, readings, self.plan)
        if self._calendar.today != readings.today:
            self._calendar = Calendar(self.model, readings.today)
        voice = Voice(self._translate, self._language, self._labels, now.tzinfo)
        moved = moves or STILL
        facts = with_month_end(facts_of(done, expected, foreseen), moved.outlook)
        if nearest:
            of_products = {rate: sums for rate, (_product, sums) in nearest.items()}
            facts = facts._replace(rates={**facts.rates, **of_products})
        crossed = crossings(self.model, facts, moved.outlook) if moved.outlook.total else {}
        return Board(
            id=readings.shop,
            name=name,
            scorecard=self.model.scorecard.key,
            stage=done.stage,
            score=_score(done, voice),
            deltas=deltas(done.changes),
            trend=self._calendar.trend(done.trend),
            dimensions=tuple(
                dimension_board(d, moved, self._calendar, self.model, voice) for d in done.dimensions.values()
            ),
            ledger=tuple(_ledger_entry(entry, voice) for entry in done.ledger),
            lines=tuple(
                self._line(one, crossed.get(one.line.id), voice, nearest)
                for one in stand(self.model, facts, self._lines)
            ),
            forecast=self._calendar.ahead(moved.outlook.total),
            drivers=_drivers(done, 1, moved),
            drivers_over=(
                LongDrivers()
                if moves is None
                else LongDrivers(week=_drivers(done, 7, moves), month=_drivers(done, 30, moves))
            ),
            risks=tuple(risks),
            actions=tuple(actions),
            sources=tuple(sources),
            causes=tuple(causes),
            quiet=quiet or Quiet(),
            as_of=now,
            valid_orders=readings.valid_orders,
            tags=tuple(tags),
            pinned=pinned,
            risks_total=len(risks) if risks_total is None else risks_total,
            notes=phrases.notes(done, voice),
            scale=self._scale,
            assessment=self._assessed(readings, sales, voice),
        )

    def _assessed(self, readings: ShopReadings, sales: Sales, voice: Voice) -> AssessmentBoard | None:
        standing = assess(self.model, readings.official, sales, date_of(readings.today))
        return None if standing is None else assessment_board(standing, sales, voice)

    def _line(
        self,
        standing: LineStanding,
        crosses: int | None,
        voice: Voice,
        nearest: Mapping[str, tuple[str, Sum2]],
    ) -> LineBoard:
        """Return a line's board; while there is nothing to tell it is the same for every shop."""
        if crosses is not None or any(part.value for part in standing.parts):
            of_product = nearest.get(standing.line.parts[0].on)
            return _line(standing, voice, crosses, of_product and of_product[0])
        key = (
            standing.line.id,
            standing.level,
            standing.save,
            tuple([part.value for part in standing.parts]),
        )
        quiet = self._quiet.get(key)
        if quiet is None:
            quiet = self._quiet[key] = _line(standing, voice)
        return quiet


def build_board(
    model: Model,
    readings: ShopReadings,
    *,
    name: str,
    now: datetime.datetime,
    _: Translate,
    language: str,
    **parts: Unpack[Parts],
) -> Board:
    """Return one shop's board; an `Assembler` does it for many."""
    return Assembler(model, _, language).board(readings, name=name, now=now, **parts)


def under_alert(board: Board, alert_at: float | None) -> bool:
    """Whether a shop is under its own alert line, or else one that the scorecard marks so; a score that isn't
    known never is."""
    if alert_at is not None:
        return board.score.value is not None and board.score.value < alert_at
    return any(line.alert and line.met is False for line in board.lines)


def _score(scored: Scored, voice: Voice) -> Score:
    figure = scored.published
    # Consumers see a formal score alone.
    seen = None if scored.stage == "growth" else scored.value
    return Score(
        value=scored.value,
        basis=scored.basis,
        error=scored.error,
        coverage=scored.coverage,
        why=phrases.why_score(scored, voice),
        published=published(figure, None if figure is None else figure.points, voice),
        next=Next(value=scored.next, basis=scored.next_basis),
        consumer=consumer_stars(seen, scored.model.scorecard.stars),
        misses=tuple(
            [
                Miss(
                    at=voice.moment(miss.at),
                    published=miss.printed,
                    anchored=miss.anchored,
                    out=miss.anchored - miss.printed,
                    before=Published(value=miss.before.value, at=voice.moment(miss.before.at)),
                )
                for miss in scored.anchored.misses[-ERROR_PAIRS:]
            ]
        ),
    )


def _drivers(scored: Scored, days: int, moves: Moves) -> tuple[Driver, ...]:
    cuts = moves.cuts.get(days, {})
    return tuple([_driver(name, delta, cuts.get(name)) for name, delta in drivers(scored, days)])


def _driver(name: str, delta: float, cut: Cut | None) -> Driver:
    if cut is None:
        return Driver(indicator=name, delta_points=delta)
    return Driver(indicator=name, delta_points=delta, slices=cut.slices, **cut.turned._asdict())


def _ledger_entry(entry: Entry, voice: Voice) -> LedgerEntry:
    return LedgerEntry(
        kind=entry.kind,
        name=voice.labels.entries[entry.kind],
        points=entry.points,
        at=None if entry.event is None else voice.moment(entry.event.happened_at),
        expires=None if entry.until is None else voice.midnight(entry.until + 1),
        state=entry.state,
    )


def _line(
    standing: LineStanding, voice: Voice, crosses: int | None = None, product: str | None = None
) -> LineBoard:
    line, tightest = standing.line, standing.tightest
    name, effect = voice.labels.lines[line.id]
    return LineBoard(
        id=line.id,
        name=name,
        kind=line.kind,
        effect=effect,
        met=standing.met,
        alert=line.alert,
        level=standing.level,
        parts=tuple(
            [
                LinePart(
                    on=part.part.on,
                    name=voice.labels.parts.get(part.part.on, part.part.on),
                    measure=part.part.measure,
                    at=part.at,
                    value=part.value,
                    distance=part.distance,
                    days=part.part.days,
                    good=part.part.good,
                    above=part.part.above,
                    unit=voice.labels.units.get(part.part.on, ""),
                )
                for part in standing.parts
            ]
        ),
        tightest=None if tightest is None else tightest.part.on,
        distance=None if tightest is None else tightest.distance,
        crosses_in_days=crosses,
        words=phrases.line_words(standing, voice, product),
    )
