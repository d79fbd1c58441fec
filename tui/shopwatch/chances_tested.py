"""How good the chances of a miss have been: told at past moments from what was known then, held against what came.

A chance is told of whatever was open and not late yet. What was cancelled before its deadline was neither kept nor
missed, and what isn't due yet isn't known: neither counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from zoneinfo import ZoneInfo

from shopwatch.board import Value
from shopwatch.chances import fit_of
from shopwatch.risk.judged import Case, auc, brier, precision, tenths
from shopwatch.risk.past import ENOUGH, chance_of_miss
from shopwatch.risk.rests import concerns, rests_of
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import Warehouse


class TenthOf(Value, frozen=True):
    """The cases whose chance was in one tenth, from `chance` on: how many, the mean chance, the share missed."""

    chance: float
    n: int
    told: float
    missed: float


class ChanceTested(Value, frozen=True):
    """One clock's chances. missed: the base rate. auc: None where all were missed, or none. first_tenth: the
    share missed among the tenth with the highest chances."""

    scorecard: str
    clock: str
    name: str
    n: int
    missed: float
    auc: float | None
    brier: float
    first_tenth: float
    tenths: tuple[TenthOf, ...]


class ChanceTrial:
    """The chances of some shops of a fleet that share a scorecard and a timezone, moment by moment.

    until: the moment up to which what came is known.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        scorecard: Scorecard,
        zone: ZoneInfo,
        fleet: Sequence[str],
        judged: Collection[str],
        until: int,
    ) -> None:
        """Begin without any case."""
        self._warehouse, self._scorecard, self._zone = warehouse, scorecard, zone
        self._fleet, self._judged, self._until = fleet, frozenset(judged), until
        self._rests = rests_of(scorecard, zone)
        self._cases: dict[str, list[Case]] = {}

    def take(self, moment: int) -> None:
        """Tell the chances of one moment, by what was known then."""
        for clock in self._scorecard.clock:
            came = self._warehouse.came(clock, self._zone, moment, self._until, self._fleet)
            came = [one for one in came if one.exposure.shop in self._judged]
            fit = (
                fit_of(self._warehouse, clock, self._zone, moment, self._fleet, self._rests) if came else None
            )
            if fit is None:
                continue
            rests = self._rests if concerns(clock) else ()
            pasts = {shop: fit.of(shop, rests) for shop in {one.exposure.shop for one in came}}
            for exposure, missed in came:
                chance = chance_of_miss(pasts[exposure.shop], exposure, moment, exposure.due or moment)
                if chance is not None:
                    self._cases.setdefault(clock.id, []).append((chance, missed))

    def tested(self, language: str) -> Iterator[ChanceTested]:
        """Yield each clock of which there were enough cases."""
        for clock in self._scorecard.clock:
            cases = self._cases.get(clock.id, ())
            if len(cases) >= ENOUGH:
                yield ChanceTested(
                    scorecard=self._scorecard.key,
                    clock=clock.id,
                    name=clock.name.of(language),
                    n=len(cases),
                    missed=sum(missed for _chance, missed in cases) / len(cases),
                    auc=auc(cases),
                    brier=brier(cases),
                    first_tenth=precision(cases),
                    tenths=tuple(
                        TenthOf(chance=place / 10, n=one.n, told=one.told, missed=one.came)
                        for place, one in enumerate(tenths(cases))
                        if one.n
                    ),
                )
