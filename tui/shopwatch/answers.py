"""What views ask of what is shown: its boards, now or as of a past moment, and what stands behind each figure."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.board import Board
from shopwatch.board.care import CareBoard, CareItem, CareSent
from shopwatch.board.deeds import Deed
from shopwatch.board.leagues import LeagueBoard, LeagueOrder
from shopwatch.board.voice import VoiceBoard
from shopwatch.config import Config
from shopwatch.feed import GoalBoard, OrderView, Row, Split
from shopwatch.remarks import Remarks
from shopwatch.replay import Past, Replay
from shopwatch.works import Clock, Works

if TYPE_CHECKING:
    from shopwatch.fleet import Shop
    from shopwatch.refresher import Refresher
    from shopwatch.scoring.goal import Kept
    from shopwatch.scoring.scorecard import Scorecard

WHOLE_FLEET = 40  # of more shops than this, actions are worked out for the one in view alone
CARE_SHOWN = 100  # of one thing to tell buyers; sending takes all
LIVE_RISKS = 300  # as many as a person would ever scroll through; `status --risks 0` has them all


class Answers(Works):
    """The half of the monitor that answers; the other keeps the boards new and tells of it."""

    def __init__(
        self, config: Config, state: Path, *, clock: Clock, language: str, wall: Clock | None = None
    ) -> None:
        super().__init__(config, state, clock=clock, language=language, wall=wall)
        self._boards: dict[str, Board] = {board.id: board for board, _at in self._journal.boards()}
        self._in_view: str | None = None
        self._replay = Replay(self._past)
        self._historian: Refresher | None = None

    def _tell(self, boards: Sequence[Board]) -> None:
        """Tell whoever listens."""

    async def _noted(self, shop: str, write: Callable[[], None]) -> None:
        """Write into the journal, whether or not the view still waits for it."""

    @property
    def boards(self) -> Mapping[str, Board]:
        past = self._replay.past
        return self._boards if past is None else past.boards

    @property
    def replayed(self) -> datetime.datetime | None:
        past = self._replay.past
        return None if past is None else past.at

    def now(self) -> datetime.datetime:
        return self.replayed or self.live()

    async def replay(self, at: datetime.datetime | None) -> None:
        if at is not None and (at >= self.live() or not self._store.is_open):
            at = None
        if await self._replay.to(at):
            self._tell(list(self.boards.values()))

    async def _past(self, at: datetime.datetime) -> Past:
        """Work a past moment out, by rules and curves kept apart from those of now."""
        if self._historian is None:
            self._historian = await asyncio.to_thread(self._built)
        shops = await self._store.ask(self._historian.shops, at)
        everybody = len(shops) <= WHOLE_FLEET
        boards = await self._store.ask(
            self._historian.boards,
            at,
            shops,
            whole=None if everybody else self._in_sight(),
            split=self._in_sight(),
            ticks=await asyncio.to_thread(self._journal.ticks, int(at.timestamp())),
            remarks=await self._remarks(at),
            sources=self._source_boards(),
            risks=LIVE_RISKS,
            pinned=True,
            patience=1,  # whoever leafs waits; the next page of the same days has the rest
        )
        return Past(at, shops, {board.id: board for board in boards})

    def _seen(self, shop: str) -> tuple[Shop | None, Board | None]:
        """Return a shop as it is shown."""
        past = self._replay.past
        return (self._shops if past is None else past.shops).get(shop), self.boards.get(shop)

    def _refreshers(self) -> Iterator[Refresher]:
        yield from super()._refreshers()
        if self._historian is not None:
            yield self._historian

    async def scorecard(self, shop: str) -> Scorecard | None:
        found, board = self._seen(shop)
        if found is not None:
            return found.model.scorecard
        return None if board is None else await asyncio.to_thread(self._rules, board.scorecard)

    def _rules(self, key: str) -> Scorecard | None:
        """Return the scorecard of a board from before this start."""
        from shopwatch.rulebook import FOLDER, ScorecardError, scorecards

        try:
            return scorecards(self._config.folder / FOLDER, _=self._translate).get(key)
        except ScorecardError:
            return None

    async def splits(self, shop: str, indicator: str, by: str, days: int = 1) -> Sequence[Split]:
        from shopwatch import inquiry

        found, board = self._seen(shop)
        if found is None or board is None or not self._store.is_open:
            return ()
        moved = board.part_of(indicator, days)
        return await self._store.ask(inquiry.splits, found, self.now(), indicator, by, moved, days)

    async def goal(
        self, shop: str, target: float, begun: Sequence[str] = (), *, kept: bool = False
    ) -> GoalBoard | None:
        found, board = self._seen(shop)
        if found is None or not self._store.is_open:
            return None
        past = self._replay.past
        held = await asyncio.to_thread(self._journal.goal, shop) if past is None else None
        if held is not None and (kept or held.target == target):
            return await self._pursue(shop, held)
        shops = self._shops if past is None else past.shops
        refresher = await self._ready() if past is None or self._historian is None else self._historian
        return await self._store.ask(refresher.goal, self.now(), shops, shop, target, begun, board)

    async def keep_goal(self, shop: str, target: float | None) -> None:
        if target is None:
            await self._noted(shop, lambda: self._journal.keep_goal(shop, self._epoch(), None))
        elif shop in self._shops and self._store.is_open:
            from shopwatch.scoring.goal import Kept

            begun = Kept(target)
            await self._noted(shop, lambda: self._journal.keep_goal(shop, self._epoch(), begun))
            await self._pursue(shop, begun)

    async def _pursue(self, shop: str, held: Kept) -> GoalBoard:
        """Return the plan of a goal that is kept, and keep what it has become."""
        refresher = await self._ready()
        board = self._boards.get(shop)
        plan, followed = await self._store.ask(refresher.pursued, self.now(), self._shops, shop, held, board)
        if followed != held:
            await self._noted(shop, lambda: self._journal.keep_goal(shop, self._epoch(), followed))
        return plan

    async def voice(self, shop: str) -> VoiceBoard | None:
        found, board = self._seen(shop)
        if found is None or not self._store.is_open:
            return None
        refresher = await self._ready()
        told = board.sudden if board is not None else ()
        return await self._store.ask(refresher.ear.voice, found, self.now(), told, self._language)

    async def leagues(self, shop: str) -> LeagueBoard | None:
        found, _board = self._seen(shop)
        if found is None or not self._store.is_open:
            return None
        past = self._replay.past
        shops = self._shops if past is None else past.shops
        refresher = await self._ready() if past is None or self._historian is None else self._historian
        return await self._store.ask(refresher.leagues, self.now(), shops, shop)

    async def league_orders(self, shop: str, table: str, row: str) -> Sequence[LeagueOrder]:
        found, _board = self._seen(shop)
        if found is None or not self._store.is_open:
            return ()
        refresher = await self._ready()
        return await self._store.ask(refresher.league_orders, self.now(), found, table, row)

    async def history(self, shop: str) -> Sequence[Deed]:
        found, _board = self._seen(shop)
        if found is None:
            return ()
        from shopwatch.deeds import deeds

        refresher, until = await self._ready(), int(self.now().timestamp())
        titles = refresher.titles(found)
        return await asyncio.to_thread(deeds, self._journal, shop, until, found.zone, titles)

    async def care(self, shop: str) -> CareBoard | None:
        found, _board = self._seen(shop)
        if found is None or not self._store.is_open:
            return None
        return await self._care(found, self.now(), CARE_SHOWN)

    async def told(self, shop: str, items: Sequence[CareItem], done: bool) -> None:
        carer = await self._caring()
        await asyncio.to_thread(carer.keep, shop, items, done, self.live(), self._person())

    async def send_care(self, shop: str, only: Sequence[str] = ()) -> CareSent | None:
        found, _board = self._seen(shop)
        if found is None or not self._store.is_open:
            return None
        carer, now = await self._caring(), self.live()
        # what is handed over is marked: whoever asked may leave, and it goes on
        sending = asyncio.ensure_future(
            carer.send(shop, await self._care(found, now, 0), only, now, self._person())
        )
        return await asyncio.shield(sending)

    async def rows(self, shop: str, indicator: str, limit: int = 200) -> Sequence[Row]:
        from shopwatch import inquiry

        found, _board = self._seen(shop)
        if found is None or not self._store.is_open:
            return ()
        return await self._store.ask(inquiry.rows, found, self.now(), indicator, limit, self._translate)

    async def order(self, shop: str, order_id: str) -> OrderView | None:
        found, _board = self._seen(shop)
        if found is None or not self._store.is_open:
            return None
        from shopwatch import story

        fits, now = (await self._ready()).fits, self.now()
        said = (await self._remarks(now)).get(shop, {}).get(order_id, Remarks())
        return await self._store.ask(
            story.order, found, fits, now, order_id, said, self._translate, self._language
        )

    def _in_sight(self) -> set[str]:
        """Return the shop whose screen is open: the first, until another is chosen."""
        return {self._in_view if self._in_view in self._shops else next(iter(self._shops), "")}
