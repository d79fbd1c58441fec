"""How good the forecast has been on the shops' own past, beside saying that nothing will change; and the chances
of a miss.

Every start is a past morning, forecast with what was known then, and held against what was read on the
mornings after it. The first mornings of a history have no past of their own to tell how wide a band to draw.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from shopwatch.board import Value
from shopwatch.chances_tested import ChanceTested, ChanceTrial
from shopwatch.fleet import Shop, alike
from shopwatch.hindsight import Hindsight, midnight
from shopwatch.scoring.ahead import look_ahead
from shopwatch.scoring.forecast import BAND, Point, banded
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import ShopReadings
from shopwatch.scoring.score import TOTAL, Scored, score
from shopwatch.scoring.windows import date_of
from shopwatch.warehouse import Warehouse

SCHEMA = 1
AHEAD = (1, 3, 7, 14)  # the horizons that are told of


class Tested(Value, frozen=True):
    """One item's forecasts of so many days: the mean error beside that of "no change", by how much of it they
    are better, and the share of the truth that their bands held. `item`: `total`, or an indicator's id."""

    scorecard: str
    item: str
    name: str
    unit: str
    days: int
    n: int
    mae: float
    mae_no_change: float
    gain: float | None
    held: float


class Backtest(Value, frozen=True, rename={"first": "from", "last": "to"}):
    """`first`, `last`: of the start days. `band`: the share of the truth that a band is to hold. `shops`: those
    of the forecasts; the chances are of all, unless one shop was asked for."""

    schema: int
    first: datetime.date
    last: datetime.date
    every_days: int
    starts: int
    shops: int
    band: float
    forecasts: tuple[Tested, ...]
    chances: tuple[ChanceTested, ...] = ()


@dataclasses.dataclass
class _Sums:
    n: int = 0
    off: float = 0.0
    unchanged: float = 0.0
    held: int = 0

    def add(self, now: float, point: Point, came: float) -> None:
        self.n += 1
        self.off += abs(point.value - came)
        self.unchanged += abs(now - came)
        self.held += point.low - _ROUNDING <= came <= point.high + _ROUNDING


_ROUNDING = 1e-9


class Trial:
    """The forecasts from each of the start days, taken one by one."""

    def __init__(
        self,
        warehouse: Warehouse,
        shops: Mapping[str, Shop],
        starts: range,
        until: int,
        language: str,
        *,
        fleet: Mapping[str, Shop],
        judged: Collection[str],
        newest: int,
    ) -> None:
        """Begin. starts, until: local days; of `until` the morning is the last one that is known.

        fleet: all shops, from which the chances of a miss are told; judged: those of which they are held
        against what is known at `newest`, in UTC seconds.
        """
        self._starts, self._shops, self._until, self._language = starts, len(shops), until, language
        self._groups = [_Group(warehouse, group, starts.start) for group in alike(shops).values()]
        self._chances = [
            (
                group[0].zone,
                ChanceTrial(
                    warehouse,
                    group[0].model.scorecard,
                    group[0].zone,
                    [shop.id for shop in group],
                    judged,
                    newest,
                ),
            )
            for group in alike(fleet).values()
        ]

    def take(self, start: int) -> None:
        """Forecast from one start day, and hold it against what came."""
        for group in self._groups:
            group.take(start, self._until)
        for zone, chances in self._chances:
            chances.take(midnight(start, zone))

    def result(self) -> Backtest:
        return Backtest(
            schema=SCHEMA,
            first=date_of(self._starts[0]),
            last=date_of(self._starts[-1]),
            every_days=self._starts.step,
            starts=len(self._starts),
            shops=self._shops,
            band=BAND,
            forecasts=tuple(tested for group in self._groups for tested in group.tested(self._language)),
            chances=tuple(
                tested for _zone, chances in self._chances for tested in chances.tested(self._language)
            ),
        )


class _Group:
    """The shops of one scorecard and timezone."""

    def __init__(self, warehouse: Warehouse, shops: Sequence[Shop], first: int) -> None:
        self._card = shops[0].model.scorecard
        self._models = {shop.id: shop.model for shop in shops}
        self._past = Hindsight(warehouse, self._card, shops[0].zone, list(self._models), first)
        self._sums: dict[tuple[str, int], _Sums] = {}

    def take(self, start: int, until: int) -> None:
        for item, ahead, now, point, came in _compared(self._past, self._models, start, until):
            self._sums.setdefault((item, ahead), _Sums()).add(now, point, came)

    def tested(self, language: str) -> Iterator[Tested]:
        items = {TOTAL: (self._card.score_name, "points")}
        items |= {rule.id: (rule.short, rule.unit) for rule in self._card.indicator}
        for item, (name, unit) in items.items():
            for ahead in AHEAD:
                if sums := self._sums.get((item, ahead)):
                    yield Tested(
                        scorecard=self._card.key,
                        item=item,
                        name=name.of(language),
                        unit=unit,
                        days=ahead,
                        n=sums.n,
                        mae=sums.off / sums.n,
                        mae_no_change=sums.unchanged / sums.n,
                        gain=1 - sums.off / sums.unchanged if sums.unchanged else None,
                        held=sums.held / sums.n,
                    )


def _compared(
    past: Hindsight, models: Mapping[str, Model], start: int, until: int
) -> Iterator[tuple[str, int, float, Point, float]]:
    """Return (item, days ahead, value at the start, forecast, what came) of one start."""
    misses, foreseen = past.misses(start), past.foreseen(start)
    horizons = [ahead for ahead in AHEAD if start + ahead <= until]
    for shop, model in models.items():
        if shop not in foreseen:
            continue
        now = score(model, past.readings(start)[shop])
        later = {ahead: past.readings(start + ahead)[shop] for ahead in horizons}
        for name, mornings in foreseen[shop].items():
            value = now.readings.indicators[name].now.value
            points = banded(mornings, misses.get(name, {}))
            for ahead in horizons:
                came, point = later[ahead].indicators[name].now.value, points[ahead]
                if value is not None and came is not None and point is not None:
                    yield name, ahead, value, point, came
        total = look_ahead(now, foreseen[shop], misses).total
        if any(total):
            yield from _of_total(model, now, total, later)


def _of_total(
    model: Model, now: Scored, total: Sequence[Point | None], later: Mapping[int, ShopReadings]
) -> Iterable[tuple[str, int, float, Point, float]]:
    for ahead, readings in later.items():
        came, point = score(model, readings).value, total[ahead - 1]
        if now.value is not None and came is not None and point is not None:
            yield TOTAL, ahead, now.value, point, came
