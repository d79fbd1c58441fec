"""What the marketplace prints of another shop, typed or pasted: the total, the dimensions, the stars."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Iterator, Sequence

from shopwatch.board import Board, CompetitorBoard
from shopwatch.feed import OfficialEntry
from shopwatch.scoring.gaps import CONSUMER
from shopwatch.screens.correcting import Kept
from shopwatch.screens.form import Asked, FiguresForm, MistakeError
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
    """What was printed of a competitor at one moment, to be corrected."""

    def __init__(self, host: Host, board: Board, one: CompetitorBoard, at: datetime.datetime) -> None:
        super().__init__(host, board, one.name)
        printed = {f.id: f.published.value for f in one.figures if f.published and f.published.at == at}
        self.kept = Kept(at, {item: self._entry_of(item, value) for item, value in printed.items()})
        self.corrects = self.kept

    def _entry_of(self, item: str, value: float) -> OfficialEntry:
        counted = self.unit(item) is not None
        return OfficialEntry(item, value=value) if counted else OfficialEntry(item, points=value)

    def title_words(self) -> str:
        _ = self.words
        return _("Correct the figures of {name} · beside {shop}").format(
            name=self._competitor, shop=self.board.name
        )

    def before(self) -> Iterator[Asked]:
        return iter(())

    def figures(self) -> Iterator[Asked]:
        return self.known(super().figures())

    def first(self, asked: Sequence[Asked]) -> str:
        return FiguresForm.first(self, asked)

    async def keep(self, entries: Sequence[OfficialEntry], at: datetime.datetime) -> None:
        for some, moment in self.kept.changed(entries, at):
            await self.host.feed.record_competitor(self.board.id, self._competitor, some, moment)

    def kept_words(self) -> str:
        _ = self.words
        return _("The figures of {name} are corrected.").format(name=self._competitor)
