"""Warehouse → boards: the readings of the shops that changed, scored, assessed and assembled."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from shopwatch import playbooks
from shopwatch.assembly import build_board
from shopwatch.board import Board, SourceBoard
from shopwatch.config import Config
from shopwatch.fleet import Shop, alike, fleet
from shopwatch.i18n import Translate
from shopwatch.journal import TickRow
from shopwatch.playbooks import Playbook, Tick
from shopwatch.risk import assess, pressures
from shopwatch.risk.past import enough
from shopwatch.playbooks.loading import FOLDER as BOOKS
from shopwatch.rulebook import FOLDER as CARDS
from shopwatch.rulebook import scorecards
from shopwatch.scoring.plan import Plan, make_plan
from shopwatch.scoring.readings import Exposure, Past, ShopReadings
from shopwatch.scoring.score import score
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import DuckWarehouse

Sources = Mapping[str | None, Sequence[SourceBoard]]
"""The sources of one shop, by its id; those that may hold any shop under None."""


@dataclasses.dataclass(frozen=True)
class Refresher:
    """Makes boards. All of it blocks: it belongs in the warehouse's thread."""

    config: Config
    cards: Mapping[str, Scorecard]
    books: Sequence[Playbook]
    language: str
    translate: Translate

    @classmethod
    def of(cls, config: Config, language: str, _: Translate) -> Refresher:
        cards = scorecards(config.folder / CARDS, _=_)
        return cls(config, cards, playbooks.load(config.folder / BOOKS, _=_), language, _)

    def shops(self, warehouse: DuckWarehouse, now: datetime.datetime) -> dict[str, Shop]:
        """Return all that are watched at a moment."""
        discovered = warehouse.shops(_epoch(now)) if self.config.defaults.discover else []
        return fleet(self.config, discovered, warehouse.names(), self.cards, now, self.translate)

    def boards(
        self,
        warehouse: DuckWarehouse,
        now: datetime.datetime,
        shops: Mapping[str, Shop],
        *,
        only: Iterable[str] | None = None,
        ticks: Mapping[str, Mapping[str, TickRow]],
        sources: Sources,
        risks: int,
        pinned: bool,
    ) -> list[Board]:
        """Return the boards of all shops, or of `only` those; `risks` 0 is all."""
        wanted = dict(shops) if only is None else {shop: shops[shop] for shop in only if shop in shops}
        made: dict[str, Board] = {}
        for group in alike(wanted).values():
            scorecard, zone = group[0].model.scorecard, group[0].zone
            ids = None if len(wanted) == len(shops) else [shop.id for shop in group]
            as_of = _epoch(now)
            readings = warehouse.readings(scorecard, zone, as_of, ids)
            exposures = warehouse.exposures(scorecard, zone, as_of, ids)
            pasts = warehouse.pasts(as_of, ids)
            plans: dict[int, Plan] = {}
            for shop in group:
                plan = plans.setdefault(id(shop.model), make_plan(shop.model))
                made[shop.id] = self._board(
                    shop,
                    readings.get(shop.id) or _nothing(shop, now),
                    exposures.get(shop.id, ()),
                    pasts.get(shop.id, {}),
                    plan,
                    now.astimezone(zone),
                    ticks.get(shop.id, {}),
                    (*sources.get(shop.id, ()), *sources.get(None, ())),
                    risks,
                    pinned,
                )
        return [made[shop] for shop in wanted]

    def _board(
        self,
        shop: Shop,
        readings: ShopReadings,
        exposures: Sequence[Exposure],
        pasts: Mapping[str, Past],
        plan: Plan,
        now: datetime.datetime,
        ticks: Mapping[str, TickRow],
        sources: Sequence[SourceBoard],
        risks: int,
        pinned: bool,
    ) -> Board:
        model, moment, pickups = shop.model, _epoch(now), self.config.monitor.pickups
        scored = score(model, readings, plan)
        assessed = assess(
            exposures,
            model=model,
            readings=readings,
            what_if=scored.what_if,
            now=moment,
            zone=shop.zone,
            pickups=pickups,
            pasts=pasts,
            limit=risks,
            _=self.translate,
            language=self.language,
        )
        pressed = pressures(model.scorecard, readings, exposures, now=moment, zone=shop.zone, pasts=pasts)
        board = build_board(
            model,
            readings,
            name=shop.name,
            now=now,
            _=self.translate,
            language=self.language,
            scored=scored,
            risks=assessed.risks,
            risks_total=assessed.total,
            causes=assessed.causes,
            quiet=assessed.quiet,
            sources=sources,
            expected={one.rate.id: float(one.forecast) for one in pressed},
            foreseen=frozenset(one.rate.id for one in pressed if enough(pasts.get(one.rate.ahead or ""))),
            tags=shop.tags,
            pinned=pinned,
        )
        actions = playbooks.recommend(
            self.books,
            model=model,
            readings=readings,
            what_if=scored.what_if,
            exposures=exposures,
            causes=assessed.causes,
            lines=board.lines,
            now=moment,
            zone=shop.zone,
            pickups=pickups,
            pasts=pasts,
            ticks={
                action: Tick(action=action, at=tick.at, by=tick.by, orders=tick.orders)
                for action, tick in ticks.items()
            },
            _=self.translate,
            language=self.language,
        )
        return msgspec.structs.replace(board, actions=actions)


def _nothing(shop: Shop, now: datetime.datetime) -> ShopReadings:
    """What is known of a shop before its first record."""
    day = (now.astimezone(shop.zone).date() - datetime.date(1970, 1, 1)).days
    return ShopReadings(shop=shop.id, today=day, indicators={}, rates={}, valid_orders=None)


def _epoch(moment: datetime.datetime) -> int:
    return int(moment.timestamp())

