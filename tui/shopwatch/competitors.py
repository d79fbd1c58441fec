"""A shop beside its competitors: whose figures stand beside its own, and the gap on each day.

A competitor is another shop by its name, of which figures were typed in or came from a file; or one that is
watched here itself, named by its id, whose own printed figures stand for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from shopwatch.board import Basis, Board, CompetitorBoard, GapBoard, GapDeltas, Published
from shopwatch.fleet import Shop
from shopwatch.i18n import Translate
from shopwatch.scoring.gaps import (
    CONSUMER,
    DAYS,
    STANDS,
    TOTAL,
    Item,
    figure_of,
    gaps,
    items,
    last_of,
    moved,
    own,
    standing,
)
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.scoring.stars import consumer_stars
from shopwatch.scoring.windows import date_of, day_of
from shopwatch.warehouse import Warehouse

MOST = 12
"""So many competitors are shown of those that the configuration doesn't name: a whole ranking is none."""

Figures = Sequence[OfficialFigure]


class Competition(NamedTuple):
    """What was printed of each shop's competitors, by shop and by the name that is shown."""

    of: Mapping[str, Mapping[str, Figures]]

    def beside(self, board: Board, card: Scorecard, printed: Figures, _: Translate) -> Board:
        """Return the board with its competitors; printed: the shop's own figures."""
        found = self.of.get(board.id)
        if not found or board.as_of is None:
            return board
        side = _Side(board, card, printed, board.as_of, _)
        return msgspec.structs.replace(
            board, competitors=tuple(side.beside(name, figures) for name, figures in found.items())
        )


def competition(
    warehouse: Warehouse, group: Sequence[Shop], shops: Mapping[str, Shop], as_of: int
) -> Competition:
    """Return whom the shops of one timezone are beside: those that they name, in that order, then the others of
    which there are figures."""
    zone = group[0].zone
    today = day_of(datetime.datetime.fromtimestamp(as_of, zone).date())
    since = int(datetime.datetime.combine(date_of(today - DAYS - STANDS), datetime.time(), zone).timestamp())
    noted = warehouse.competitors(zone, as_of, [shop.id for shop in group], since)
    watched = {name for shop in group for name in shop.competitors if name in shops}
    printed = warehouse.printed(zone, as_of, sorted(watched), since) if watched else {}
    return Competition({shop.id: _of(shop, shops, noted.get(shop.id, {}), printed) for shop in group})


def _of(
    shop: Shop, shops: Mapping[str, Shop], noted: Mapping[str, Figures], printed: Mapping[str, Figures]
) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for name in shop.competitors:
        called = shops[name].name if name in shops else name
        # Two shops may go by one name: the second to come is told apart by its id.
        found[f"{called} ({name})" if called in found else called] = [
            *printed.get(name, ()),
            *(one for known in dict.fromkeys((name, called)) for one in noted.get(known, ())),
        ]
    others = sorted(name for name in noted if name not in {*found, *shop.competitors})
    return found | {name: noted[name] for name in others[:MOST]}


class _Mine(NamedTuple):
    """One's own side of a comparison: what it is called, what it was on each day, and what it now is."""

    name: str
    short: str
    basis: Basis
    series: Sequence[float | None]


class _Side:
    """One shop's own side of every comparison, worked out once."""

    def __init__(
        self, board: Board, card: Scorecard, printed: Figures, today: datetime.datetime, _: Translate
    ) -> None:
        self._board, self._card, self._printed, self._translate = board, card, printed, _
        self._zone, self._today = today.tzinfo, day_of(today.date())
        known = ((item, self._of(item)) for item in items(card))
        self._mine = {item: mine for item, mine in known if mine is not None}

    def beside(self, name: str, theirs: Figures) -> CompetitorBoard:
        figures = (self._gap(item, theirs) for item in self._mine)
        # the stars follow from the total: they stand beside it where somebody noted them
        shown = (one for one in figures if one.id != CONSUMER or one.published is not None)
        return CompetitorBoard(name=name, figures=tuple(shown))

    def _gap(self, item: Item, theirs: Figures) -> GapBoard:
        mine = self._mine[item]
        series = gaps(mine.series, standing(theirs, item, self._today))
        return GapBoard(
            id=item.id,
            name=mine.name,
            short=mine.short,
            unit=item.unit or "",
            better=item.better,
            own=mine.series[-1],
            basis=None if mine.series[-1] is None else mine.basis,
            published=self._published(last_of(theirs, item), item),
            gap=series[-1],
            deltas=GapDeltas(week=moved(series, 7), month=moved(series, 30), quarter=moved(series, 90)),
            series=tuple(series) if any(gap is not None for gap in series) else (),
        )

    def _published(self, figure: OfficialFigure | None, item: Item) -> Published | None:
        value = None if figure is None else figure_of(figure, item)
        if figure is None or value is None:
            return None
        return Published(value=value, at=datetime.datetime.fromtimestamp(figure.published_at, self._zone))

    def _of(self, item: Item) -> _Mine | None:
        _, board = self._translate, self._board
        if item.id == TOTAL.id:
            series = self._series(item, [point.value for point in board.trend])
            return _Mine(board.scale.name or _("Total"), _("Total"), board.score.basis, series)
        if item.id == CONSUMER:
            return _Mine(_("Stars that buyers see"), _("Stars"), board.score.basis, self._stars())
        if item.unit is None:
            part = next((one for one in board.dimensions if one.id == item.id), None)
            if part is None:  # the board shows no such part
                return None
            return _Mine(part.name, part.short, part.basis, self._series(item, part.series))
        rules = (one for part in board.dimensions for one in part.indicators if one.id == item.id)
        rule = next(rules, None)
        if rule is None:
            return None
        basis: Basis = "estimated" if rule.denominator else "official"
        return _Mine(rule.name, rule.short, basis, self._series(item, rule.series))

    def _series(self, item: Item, trend: Sequence[float | None]) -> list[float | None]:
        return own(standing(self._printed, item, self._today), trend)

    def _stars(self) -> list[float | None]:
        if self._board.stage == "growth":  # consumers see a formal score alone
            return [None] * (DAYS + 1)
        total = self._series(TOTAL, [point.value for point in self._board.trend])
        return [consumer_stars(value, self._card.stars) for value in total]
