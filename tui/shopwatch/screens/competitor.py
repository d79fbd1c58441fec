"""What the marketplace prints of another shop, typed or pasted: the total, the dimensions, the stars."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Iterator, Sequence

from shopwatch.board import Board, CompetitorBoard
from shopwatch.feed import OfficialEntry
from shopwatch.scoring.gaps import CONSUMER
from shopwatch.screens.form import TIME, Asked, FiguresForm, MistakeError
from shopwatch.screens.host import Host
from shopwatch.sources.cleaning import visible

NAME = "competitor"
LONGEST = 64
MOST_STARS = 5.0


class CompetitorForm(FiguresForm):
    """`competitor`: the name to begin with; another may be typed."""

    def __init__(self, host: Host, board: Board, competitor: str) -> None:
        super().__init__(host, board)
        self._competitor = competitor

    def title_words(self) -> str:
        _ = self.words
        return _("A competitor's official figures · beside {shop}").format(shop=self.board.name)

    def before(self) -> Iterator[Asked]:
        _ = self.words
        yield Asked(NAME, _("Competitor"), _("its name"), self._competitor)

    def figures(self) -> Iterator[Asked]:
        _ = self.words
        board = self.board
        if not board.scale.prints_total:
            for part in board.dimensions:
                yield from (Asked(one.id, one.name) for one in part.indicators)
            return
        yield Asked("total", _("Total"), self.range_words("total"))
        for part in board.dimensions:
            if part.weight_certainty != "none":
                yield Asked(part.id, part.name, self.range_words(part.id))
        if board.score.consumer is not None:
            yield Asked(CONSUMER, _("Stars that buyers see"), self.range_words(CONSUMER))

    def ends(self, item: str) -> tuple[float, float]:
        return (0.0, MOST_STARS) if item == CONSUMER else super().ends(item)

    def first(self, asked: Sequence[Asked]) -> str:
        items = [one.item for one in asked]
        return NAME if not self._competitor else items[items.index("at") + 1]

    def keep(self, entries: Sequence[OfficialEntry], at: datetime.datetime) -> Awaitable[None]:
        _ = self.words
        name = visible(self.typed(NAME)).strip()
        if not 0 < len(name) <= LONGEST:
            raise MistakeError(
                NAME, _("The shop needs a name of 1 to {most} characters.").format(most=LONGEST)
            )
        if name in (self.board.name, self.board.id):
            raise MistakeError(
                NAME, _("That is this shop itself; its own figures are entered with o on its screen.")
            )
        self._competitor = name
        return self.host.feed.record_competitor(self.board.id, name, entries, at)

    def kept_words(self) -> str:
        _ = self.words
        return _("The figures of {name} are kept.").format(name=self._competitor)


class AmendForm(CompetitorForm):
    """What was printed of a competitor at one moment, to be corrected: what is emptied, or is of another moment after
    all, is taken out."""

    def __init__(self, host: Host, board: Board, one: CompetitorBoard, at: datetime.datetime) -> None:
        super().__init__(host, board, one.name)
        self._at = at
        self._known = {f.id: f.published.value for f in one.figures if f.published and f.published.at == at}

    def title_words(self) -> str:
        _ = self.words
        return _("Correct the figures of {name} · beside {shop}").format(
            name=self._competitor, shop=self.board.name
        )

    def moment(self) -> str:
        return self._at.strftime(TIME)

    def before(self) -> Iterator[Asked]:
        return iter(())

    def figures(self) -> Iterator[Asked]:
        for one in super().figures():
            known = self._known.get(one.item)
            yield one if known is None else one._replace(value=self._as_typed(one.item, known))

    def _as_typed(self, item: str, known: float) -> str:
        counted = self.unit(item) is not None
        return self.written(
            OfficialEntry(item, value=known) if counted else OfficialEntry(item, points=known)
        )

    def first(self, asked: Sequence[Asked]) -> str:
        return next((one.item for one in asked if one.item in self._known), "at")

    @property
    def may_be_empty(self) -> bool:
        return True

    async def keep(self, entries: Sequence[OfficialEntry], at: datetime.datetime) -> None:
        kept = {one.item for one in entries} if at == self._at else set()
        gone = [OfficialEntry(item) for item in self._known if item not in kept]
        for some, moment in ((gone, self._at), (entries, at)):
            if some:
                await self.host.feed.record_competitor(self.board.id, self._competitor, some, moment)

    def kept_words(self) -> str:
        _ = self.words
        return _("The figures of {name} are corrected.").format(name=self._competitor)
