"""All that one shop's board is made of, in one place, and the board made of it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from shopwatch.assembly import Assembler
from shopwatch.board import Board, SourceBoard
from shopwatch.dimensioning import Moves
from shopwatch.fleet import Shop
from shopwatch.risk import Assessment, Moment, Past
from shopwatch.scoring.assessment import Sales
from shopwatch.scoring.readings import Exposure, ShopReadings, Sum2, Usual
from shopwatch.scoring.score import Scored


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What is known of a shop at a moment."""

    shop: Shop
    assembler: Assembler
    readings: ShopReadings
    exposures: Sequence[Exposure]
    pasts: Mapping[str, Past]
    usual: Usual
    sales: Sales
    sources: Sequence[SourceBoard]
    now: datetime.datetime
    pickups: tuple[str, ...]
    pinned: bool

    def moment(self, scored: Scored) -> Moment:
        return Moment(
            model=self.shop.model,
            readings=self.readings,
            what_if=scored.what_if,
            now=int(self.now.timestamp()),
            zone=self.shop.zone,
            pickups=self.pickups,
            pasts=self.pasts,
            usual=self.usual,
        )

    def board(self, scored: Scored, found: Assessment, moved: Moves | None = None) -> Board:
        shop = self.shop
        return self.assembler.board(
            self.readings,
            name=shop.name,
            now=self.now,
            scored=scored,
            risks=found.risks,
            risks_total=found.total,
            causes=found.causes,
            quiet=found.quiet,
            sources=self.sources,
            expected={one.rate.id: float(one.forecast) for one in found.pressures},
            foreseen=frozenset(one.rate.id for one in found.pressures if one.foreseen),
            nearest={
                one.rate.id: (one.product, Sum2(one.late, one.due))
                for one in found.pressures
                if one.product is not None
            },
            moves=moved,
            sales=self.sales,
            tags=shop.tags,
            pinned=self.pinned,
        )


def nothing_known(shop: Shop, now: datetime.datetime) -> ShopReadings:
    """What is known of a shop before its first record."""
    day = (now.astimezone(shop.zone).date() - datetime.date(1970, 1, 1)).days
    return ShopReadings(shop=shop.id, today=day, indicators={}, rates={}, valid_orders=None)
